//! What the followers of a room hear, and when.
//!
//! What becomes durable within one tick goes to all of them as one frame that is encoded once. The
//! first commit after a quiet tick is told at once, and a tick is short where few follow, so that
//! somebody who types alone with a few others never waits.
//!
//! Followers share one queue and each has its place in it. It is bounded: who is so far behind that
//! its place is gone has lagged, and reads the log instead. Nobody else notices.

use super::commits::{Announced, Blobs, Commit};
use notebook::{Entry, NotebookId, Sequence};
use std::{
    collections::VecDeque,
    future::poll_fn,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};
use tokio::time::{Instant, sleep_until};

/// What a follower adds to a tick. Sending one frame to one follower takes the machine 3 to 5 µs,
/// so the frames of one busy room keep at most about half a processor busy.
const TICK_PER_FOLLOWER: Duration = Duration::from_micros(8);
/// Ticks below this are none: nothing is held back.
const SHORTEST_TICK: Duration = Duration::from_millis(1);
/// However many follow, nobody waits longer.
pub const LONGEST_TICK: Duration = Duration::from_millis(100);
/// What one frame takes of what waits; a single commit that has more goes as it is.
const FRAME_ENTRIES: usize = 500;
pub const FRAME_BYTES: usize = 256 << 10;
/// Frames that a follower may be behind before it has to open the notebook again.
///
/// Twice as many as storage commits at once, for where few follow those are told one by one.
pub const QUEUE_FRAMES: usize = 2 * storage::MAX_GROUP;
/// Bytes of the frames that followers of a room may be behind, together: all share the queue.
pub const QUEUE_BYTES: usize = 16 << 20;

/// A tick of a room with so many followers.
fn tick(followers: usize) -> Duration {
    let tick = TICK_PER_FOLLOWER * u32::try_from(followers).unwrap_or(u32::MAX);
    if tick < SHORTEST_TICK {
        Duration::ZERO
    } else {
        tick.min(LONGEST_TICK)
    }
}

pub struct News {
    notebook: NotebookId,
    /// How long a tick of so many followers is.
    tick: fn(usize) -> Duration,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    waiting: Waiting,
    /// When followers were told of something last.
    told_at: Option<Instant>,
    queue: VecDeque<Told>,
    queue_bytes: usize,
    /// The place of what is told next; the queue has those just before it.
    end: u64,
    followers: Vec<Option<Place>>,
    /// Indices of `followers` that are free.
    free: Vec<usize>,
    ended: bool,
}

/// Durable, and not told yet.
#[derive(Default)]
struct Waiting {
    entries: Vec<Entry>,
    blobs: Blobs,
    bytes: usize,
}

struct Told {
    announced: Announced,
    bytes: usize,
    /// Followers that have not taken it.
    left: usize,
}

struct Place {
    next: u64,
    waker: Option<Waker>,
}

/// The follower was too slow: what it should hear next is not in the queue any more.
#[derive(Debug)]
pub struct Lagged;

impl News {
    pub fn new(notebook: NotebookId) -> Arc<Self> {
        Self::with_tick(notebook, tick)
    }

    fn with_tick(notebook: NotebookId, tick: fn(usize) -> Duration) -> Arc<Self> {
        Arc::new(Self {
            notebook,
            tick,
            inner: Mutex::default(),
        })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // Nothing in a critical section leaves the state half-made.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hears everything that is told from now on: perhaps also entries from before, which waited.
    pub fn follow(self: &Arc<Self>) -> Follower {
        let mut inner = self.inner();
        let place = Place {
            next: inner.end,
            waker: None,
        };
        let key = match inner.free.pop() {
            Some(key) => key,
            None => {
                inner.followers.push(None);
                inner.followers.len() - 1
            }
        };
        inner.followers[key] = Some(place);
        Follower {
            news: self.clone(),
            key,
        }
    }

    /// Takes entries that have become durable; tells them now or lets them wait for the tick.
    pub(super) fn add(&self, entries: Vec<Entry>, blobs: Blobs, blob_bytes: usize) {
        let bytes = blob_bytes
            + entries
                .iter()
                .map(|entry| entry.operation.size_bytes())
                .sum::<usize>();
        let is_full = {
            let waiting = &self.inner().waiting;
            !waiting.entries.is_empty()
                && (waiting.entries.len() + entries.len() > FRAME_ENTRIES
                    || waiting.bytes + bytes > FRAME_BYTES)
        };
        if is_full {
            self.tell();
        }
        let is_due = {
            let mut inner = self.inner();
            if inner.count() == 0 {
                return;
            }
            inner.waiting.entries.extend(entries);
            inner.waiting.blobs.extend(blobs);
            inner.waiting.bytes += bytes;
            inner
                .due(self.tick)
                .is_some_and(|due| due <= Instant::now())
        };
        if is_due {
            self.tell();
        }
    }

    /// Ready when what waits is to be told; never while nothing waits.
    pub(super) async fn due(&self) {
        let due = self.inner().due(self.tick);
        match due {
            Some(due) => sleep_until(due).await,
            None => std::future::pending().await,
        }
    }

    /// Tells what waits.
    pub(super) fn tell(&self) {
        let Waiting { entries, blobs, .. } = {
            let mut inner = self.inner();
            if inner.waiting.entries.is_empty() {
                return;
            }
            inner.told_at = Some(Instant::now());
            std::mem::take(&mut inner.waiting)
        };
        let commit = Commit::new(self.notebook, entries, blobs);
        let bytes = commit.frame.len();
        self.announce(Announced::Commit(Arc::new(commit)), bytes);
    }

    /// Tells what waits, and that there will be no more.
    pub(super) fn end(&self) {
        self.tell();
        self.inner().ended = true;
        self.announce(Announced::Reopen, 0);
    }

    fn announce(&self, announced: Announced, bytes: usize) {
        let wakers = self.inner().push(announced, bytes);
        for waker in wakers {
            waker.wake();
        }
    }
}

impl Inner {
    fn count(&self) -> usize {
        self.followers.len() - self.free.len()
    }

    fn due(&self, tick: fn(usize) -> Duration) -> Option<Instant> {
        if self.waiting.entries.is_empty() {
            return None;
        }
        // Without an earlier one it is due since always.
        let told_at = self.told_at.unwrap_or_else(Instant::now);
        Some(told_at + tick(self.count()))
    }

    fn push(&mut self, announced: Announced, bytes: usize) -> Vec<Waker> {
        let left = self.count();
        if left == 0 {
            return Vec::new();
        }
        self.end += 1;
        self.queue_bytes += bytes;
        self.queue.push_back(Told {
            announced,
            bytes,
            left,
        });
        // One frame always stays, however large.
        while self.queue.len() > 1
            && (self.queue.len() > QUEUE_FRAMES || self.queue_bytes > QUEUE_BYTES)
        {
            self.drop_oldest();
        }
        let followers = self.followers.iter_mut().flatten();
        followers
            .filter_map(|follower| follower.waker.take())
            .collect()
    }

    fn drop_oldest(&mut self) {
        if let Some(told) = self.queue.pop_front() {
            self.queue_bytes -= told.bytes;
        }
    }

    /// The place of the first in the queue.
    fn start(&self) -> u64 {
        self.end - self.queue.len() as u64
    }

    fn poll(&mut self, key: usize, context: &Context<'_>) -> Poll<Result<Announced, Lagged>> {
        let (start, end) = (self.start(), self.end);
        let Some(place) = self.followers.get_mut(key).and_then(Option::as_mut) else {
            return Poll::Ready(Err(Lagged));
        };
        if place.next < start {
            return Poll::Ready(Err(Lagged));
        }
        if place.next == end {
            let waker = context.waker();
            if !place.waker.as_ref().is_some_and(|old| old.will_wake(waker)) {
                place.waker = Some(waker.clone());
            }
            // Who comes after the end hears of it as well.
            return match self.ended {
                true => Poll::Ready(Ok(Announced::Reopen)),
                false => Poll::Pending,
            };
        }
        let index = (place.next - start) as usize;
        place.next += 1;
        let announced = self.queue.get(index).map(|told| told.announced.clone());
        self.release(index..index + 1);
        Poll::Ready(announced.ok_or(Lagged))
    }

    /// Notes that a follower does not need these any more.
    fn release(&mut self, indices: std::ops::Range<usize>) {
        for told in self.queue.range_mut(indices) {
            told.left -= 1;
        }
        while self.queue.front().is_some_and(|told| told.left == 0) {
            self.drop_oldest();
        }
    }

    fn leave(&mut self, key: usize) {
        let Some(place) = self.followers.get_mut(key).and_then(Option::take) else {
            return;
        };
        self.free.push(key);
        let start = self.start();
        let first = place.next.saturating_sub(start) as usize;
        self.release(first..self.queue.len());
        if self.count() == 0 {
            self.waiting = Waiting::default();
        }
    }
}

/// One who follows; its place is free when it goes.
pub struct Follower {
    news: Arc<News>,
    key: usize,
}

impl Follower {
    pub fn poll_next(&mut self, context: &Context<'_>) -> Poll<Result<Announced, Lagged>> {
        self.news.inner().poll(self.key, context)
    }

    pub async fn next(&mut self) -> Result<Announced, Lagged> {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// What is durable and waits for the tick, from the entry after `heard` on; nothing when that
    /// entry is not among it.
    pub fn waiting_after(&self, heard: Sequence) -> Option<(Vec<Entry>, Blobs)> {
        let inner = self.news.inner();
        let waiting = &inner.waiting;
        let first = waiting
            .entries
            .iter()
            .position(|entry| entry.sequence.0 == heard.0 + 1)?;
        Some((waiting.entries[first..].to_vec(), waiting.blobs.clone()))
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.news.inner().leave(self.key);
    }
}

#[cfg(test)]
mod tests;
