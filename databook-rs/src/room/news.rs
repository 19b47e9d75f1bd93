//! What the followers of a room hear, and when.
//!
//! What becomes durable within one tick goes to all of them as one frame that is encoded once. The
//! first commit after a quiet tick is told at once, and a tick is short where few follow, so that
//! somebody who types alone with a few others never waits.
//!
//! A live socket that waits for news gets them right here, by [`News::tell_directly`]: the system is
//! asked to send the same bytes to one after the other. Whoever does something else meanwhile, or
//! does not take all of it at once, goes on by itself; nobody waits for anybody.
//!
//! Followers share one queue and each has its place in it. It is bounded: who is so far behind that
//! its place is gone has lagged, and reads the log instead. Nobody else notices.

use super::commits::{Announced, Blobs, Commit};
use crate::connection::{Direct, Line};
use notebook::{Entry, NotebookId, Sequence};
use std::{
    collections::VecDeque,
    future::poll_fn,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

/// What a follower adds to a tick. Sending a frame to one takes the machine 4 to 7 µs: a room that
/// is written to all the time keeps at most about half a processor busy, and a large one less.
const TICK_PER_FOLLOWER: Duration = Duration::from_micros(8);
/// Those after the first thousand add more: a frame for so many should carry a few commits.
const TICK_PER_FURTHER: Duration = Duration::from_micros(20);
const FIRST: u32 = 1_000;
/// Ticks below this are none: nothing is held back.
const SHORTEST_TICK: Duration = Duration::from_millis(1);
/// However many follow, nobody waits longer.
const LONGEST_TICK: Duration = Duration::from_millis(200);
/// What one frame takes of what waits; a single commit that has more goes as it is.
const FRAME_ENTRIES: usize = 500;
pub const FRAME_BYTES: usize = 256 << 10;
/// Followers that are told in a row before other tasks get their turn.
const IN_A_ROW: usize = 64;
/// Frames that a follower may be behind before it has to open the notebook again.
///
/// Twice as many as storage commits at once, for where few follow those are told one by one.
const QUEUE_FRAMES: usize = 2 * storage::MAX_GROUP;
/// Bytes of the frames that followers of a room may be behind, together: all share the queue.
const QUEUE_BYTES: usize = 16 << 20;

/// A tick of a room with so many followers.
fn tick(followers: usize) -> Duration {
    let followers = u32::try_from(followers).unwrap_or(u32::MAX);
    let tick = TICK_PER_FOLLOWER * followers.min(FIRST)
        + TICK_PER_FURTHER * followers.saturating_sub(FIRST);
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
    /// There is something to be told directly.
    told: Notify,
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
    /// The last entry that it has been told.
    heard: Sequence,
    waker: Option<Waker>,
    /// The way past its task.
    line: Option<Line>,
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
            told: Notify::new(),
        })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // Nothing in a critical section leaves the state half-made.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hears everything that is told from now on; `heard` is the last entry that it knows.
    pub fn follow(self: &Arc<Self>, heard: Sequence) -> Follower {
        let mut inner = self.inner();
        let place = Place {
            next: inner.end,
            heard,
            waker: None,
            line: None,
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
            line: None,
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
        self.announce(Announced::Reopen, 0);
    }

    fn announce(&self, announced: Announced, bytes: usize) {
        let wakers = {
            let mut inner = self.inner();
            inner.ended |= matches!(announced, Announced::Reopen);
            inner.push(announced, bytes)
        };
        for waker in wakers {
            waker.wake();
        }
        self.told.notify_one();
    }

    /// Tells those that have a line, until the room ends.
    pub(super) async fn tell_directly(self: Arc<Self>) {
        loop {
            self.told.notified().await;
            let (has_ended, lines) = {
                let inner = self.inner();
                (inner.ended, inner.lines())
            };
            for (number, (key, line)) in lines.into_iter().enumerate() {
                if number % IN_A_ROW == IN_A_ROW - 1 {
                    tokio::task::yield_now().await;
                }
                if let Some(waker) = self.tell_line(key, &line) {
                    waker.wake();
                }
            }
            if has_ended {
                return;
            }
        }
    }

    /// Writes what one follower has not heard; gives its task's waker when there is something left
    /// for that. The line is locked before the rest, here and in [`Follower::poll_next`].
    fn tell_line(&self, key: usize, line: &Line) -> Option<Waker> {
        let mut writing = line.lock();
        loop {
            if !writing.takes() {
                return self.inner().place(key)?.waker.take();
            }
            let (is_end, commit) = self.inner().next_whole(key)?;
            let Some(commit) = commit else {
                return match is_end {
                    true => None,
                    false => self.inner().place(key)?.waker.take(),
                };
            };
            let told = writing.write_message(&commit.message);
            if told != Direct::Refused {
                let mut inner = self.inner();
                inner.advance(key);
                if let (Some(place), Some(last)) = (inner.place(key), commit.entries.last()) {
                    place.heard = last.sequence;
                }
            }
            if told != Direct::Written {
                return self.inner().place(key)?.waker.take();
            }
        }
    }
}

impl Inner {
    fn place(&mut self, key: usize) -> Option<&mut Place> {
        self.followers.get_mut(key)?.as_mut()
    }

    fn lines(&self) -> Vec<(usize, Line)> {
        let places = self.followers.iter().enumerate();
        places
            .filter_map(|(key, place)| Some((key, place.as_ref()?.line.clone()?)))
            .collect()
    }

    /// Whether a follower has taken all, and what is next if that can be told as it is.
    fn next_whole(&mut self, key: usize) -> Option<(bool, Option<Arc<Commit>>)> {
        let start = self.start();
        let place = self.followers.get(key)?.as_ref()?;
        let index = place.next.checked_sub(start);
        let told = index.and_then(|index| self.queue.get(index as usize));
        let commit = told.and_then(|told| match &told.announced {
            Announced::Commit(commit) => Some(commit),
            Announced::Reopen => None,
        });
        let whole = commit.filter(|commit| {
            let first = commit.entries.first();
            first.is_some_and(|first| first.sequence.0 == place.heard.0 + 1)
        });
        Some((place.next == self.end, whole.cloned()))
    }

    /// A follower has taken what was next for it.
    fn advance(&mut self, key: usize) {
        let start = self.start();
        let Some(place) = self.place(key) else {
            return;
        };
        let Some(index) = place.next.checked_sub(start) else {
            return;
        };
        place.next += 1;
        let index = index as usize;
        self.release(index..index + 1);
    }

    fn count(&self) -> usize {
        self.followers.len() - self.free.len()
    }

    fn due(&self, tick: fn(usize) -> Duration) -> Option<Instant> {
        if self.waiting.entries.is_empty() {
            return None;
        }
        Some(match self.told_at {
            Some(told_at) => told_at + tick(self.count()),
            None => Instant::now(),
        })
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
            .filter(|follower| follower.line.is_none())
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
        let announced = self.queue.get(index).map(|told| told.announced.clone());
        self.advance(key);
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
    line: Option<Line>,
}

impl Follower {
    /// Lets news be written to this line while it is open; a line that is open is one whose task
    /// polls for news.
    pub fn set_line(&mut self, line: Option<Line>) {
        self.line.clone_from(&line);
        if let Some(place) = self.news.inner().place(self.key) {
            place.line = line;
        }
    }

    /// The last entry that it has been told.
    pub fn heard(&self) -> Sequence {
        let mut inner = self.news.inner();
        inner
            .place(self.key)
            .map_or(Sequence(0), |place| place.heard)
    }

    pub fn set_heard(&self, heard: Sequence) {
        if let Some(place) = self.news.inner().place(self.key) {
            place.heard = heard;
        }
    }

    /// What comes out must be passed on: nothing is written to the line before it is open again.
    pub fn poll_next(&mut self, context: &Context<'_>) -> Poll<Result<Announced, Lagged>> {
        let Some(line) = &self.line else {
            return self.news.inner().poll(self.key, context);
        };
        let mut writing = line.lock();
        let next = self.news.inner().poll(self.key, context);
        if next.is_ready() {
            writing.set_open(false);
        }
        next
    }

    pub async fn next(&mut self) -> Result<Announced, Lagged> {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// What is durable and waits for the tick, from the entry after the last heard one on; nothing
    /// when that entry is not among it.
    pub fn waiting(&self) -> Option<(Vec<Entry>, Blobs)> {
        let mut inner = self.news.inner();
        let next = inner.place(self.key)?.heard.0 + 1;
        let waiting = &inner.waiting;
        let mut entries = waiting.entries.iter();
        let first = entries.position(|entry| entry.sequence.0 == next)?;
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
