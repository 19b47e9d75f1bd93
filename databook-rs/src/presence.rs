//! Who else is in a notebook now. In memory only: gone with the socket that said it.
//!
//! What changes within a tick goes to the followers as one frame. The tick grows with the number
//! of followers, so that a crowd that moves about costs no more than a few people do.

use bytes::Bytes;
use notebook::{NotebookId, Presence};
use prost::Message as _;
use proto::{ServerFrame, server_frame::Frame};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Notify, broadcast},
    time::Instant,
};

/// People whose place is told; of more, who has a caret goes before who has none.
pub const MAX_PEOPLE: usize = 100;
/// What was not said again for so long is forgotten.
pub const MAX_AGE: Duration = Duration::from_secs(60);
/// Shortest time between two frames.
pub const TICK: Duration = Duration::from_millis(100);
/// Longest time between two frames.
pub const MAX_TICK: Duration = Duration::from_secs(2);
/// Each follower makes the tick so much longer.
const TICK_PER_FOLLOWER: Duration = Duration::from_millis(1);
/// Frames that a follower may be behind; then it is told everything anew.
const QUEUE: usize = 8;

/// The people in one notebook.
pub struct People {
    inner: Arc<Inner>,
}

struct Inner {
    notebook: NotebookId,
    state: Mutex<State>,
    changed: Notify,
    news: broadcast::Sender<Bytes>,
}

#[derive(Default)]
struct State {
    present: BTreeMap<u64, (Presence, Instant)>,
    /// Since the last frame.
    moved: BTreeSet<u64>,
    left: BTreeSet<u64>,
    followers: usize,
    told_followers: usize,
}

/// Who is there, and what changes of it.
pub struct Followed {
    pub first: Bytes,
    pub news: broadcast::Receiver<Bytes>,
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in a critical section leaves the state half-made.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl People {
    pub fn new(notebook: NotebookId) -> Self {
        let (news, _) = broadcast::channel(QUEUE);
        let inner = Arc::new(Inner {
            notebook,
            state: Mutex::default(),
            changed: Notify::new(),
            news,
        });
        let weak = Arc::downgrade(&inner);
        tokio::spawn(async move {
            // Ends with the room.
            while let Some(inner) = weak.upgrade() {
                let forget_soon = {
                    let state = inner.state();
                    let oldest = state
                        .present
                        .values()
                        .map(|(_, said)| *said + MAX_AGE)
                        .min();
                    oldest.unwrap_or_else(|| Instant::now() + MAX_AGE)
                };
                tokio::select! {
                    () = inner.changed.notified() => {}
                    () = tokio::time::sleep_until(forget_soon) => {}
                }
                let tick = inner.tell();
                drop(inner);
                tokio::time::sleep(tick).await;
            }
        });
        Self { inner }
    }

    /// Begins to follow; [`People::unfollow`] ends it.
    pub fn follow(&self) -> Followed {
        let mut state = self.inner.state();
        state.followers += 1;
        let everybody: Vec<_> = state.present.values().map(|(one, _)| one.clone()).collect();
        let first = frame(self.inner.notebook, &everybody, Vec::new(), state.followers);
        let news = self.inner.news.subscribe();
        drop(state);
        self.inner.changed.notify_one();
        Followed { first, news }
    }

    /// Everybody who is there, for a follower that missed frames.
    pub fn everybody(&self) -> Bytes {
        let state = self.inner.state();
        let everybody: Vec<_> = state.present.values().map(|(one, _)| one.clone()).collect();
        frame(self.inner.notebook, &everybody, Vec::new(), state.followers)
    }

    pub fn unfollow(&self, session: u64) {
        let mut state = self.inner.state();
        state.followers = state.followers.saturating_sub(1);
        state.remove(session);
        drop(state);
        self.inner.changed.notify_one();
    }

    /// Somebody says where they are.
    pub fn say(&self, presence: Presence) {
        let mut state = self.inner.state();
        let session = presence.session;
        if !state.present.contains_key(&session) && state.present.len() >= MAX_PEOPLE {
            let quiet = state
                .present
                .iter()
                .filter(|(_, (other, _))| other.selection.is_none())
                .min_by_key(|(_, (_, said))| *said)
                .map(|(&session, _)| session);
            match quiet {
                Some(quiet) if presence.selection.is_some() => state.remove(quiet),
                // Counted among the followers, and not told of.
                _ => return,
            }
        }
        let said = (presence, Instant::now());
        let before = state.present.insert(session, said);
        let news = before.is_none_or(|(before, _)| Some(&before) != state.of(session));
        if news {
            state.left.remove(&session);
            state.moved.insert(session);
            drop(state);
            self.inner.changed.notify_one();
        }
    }
}

impl State {
    fn of(&self, session: u64) -> Option<&Presence> {
        self.present.get(&session).map(|(presence, _)| presence)
    }

    fn remove(&mut self, session: u64) {
        if self.present.remove(&session).is_some() {
            self.moved.remove(&session);
            self.left.insert(session);
        }
    }
}

impl Inner {
    /// Tells the followers what changed; gives the time until the next frame.
    fn tell(&self) -> Duration {
        let mut state = self.state();
        let now = Instant::now();
        let old: Vec<u64> = state
            .present
            .iter()
            .filter(|(_, (_, said))| now.duration_since(*said) >= MAX_AGE)
            .map(|(&session, _)| session)
            .collect();
        for session in old {
            state.remove(session);
        }
        let tick = TICK
            .max(TICK_PER_FOLLOWER * state.followers as u32)
            .min(MAX_TICK);
        let moved = std::mem::take(&mut state.moved);
        let left: Vec<u64> = std::mem::take(&mut state.left).into_iter().collect();
        if moved.is_empty() && left.is_empty() && state.told_followers == state.followers {
            return tick;
        }
        state.told_followers = state.followers;
        let moved: Vec<Presence> = moved
            .iter()
            .filter_map(|session| state.of(*session).cloned())
            .collect();
        let frame = frame(self.notebook, &moved, left, state.followers);
        drop(state);
        // An error means that nobody follows.
        let _ = self.news.send(frame);
        tick
    }
}

fn frame(notebook: NotebookId, present: &[Presence], left: Vec<u64>, followers: usize) -> Bytes {
    let frame = Frame::Presences(proto::Presences {
        notebook: notebook.to_string(),
        present: present.iter().map(wire::to_proto::presence).collect(),
        left,
        followers: u32::try_from(followers).unwrap_or(u32::MAX),
    });
    ServerFrame { frame: Some(frame) }.encode_to_vec().into()
}
