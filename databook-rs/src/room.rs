//! One open notebook: its authority, the way of its entries into storage, and who follows.
//!
//! What is accepted is handed to storage in order and at once, so that many submissions share a
//! commit; followers and authors hear of it only after the commit. When storage fails, nothing
//! of what was in flight is announced: the room closes, its authors get a refusal and its
//! followers are told to open the notebook again, which reads it anew from storage.

mod commits;
mod news;

pub use commits::{Announced, Blobs, INLINE_OUTPUT_BYTES, blob, encoded, entries};
use commits::{Detour, Kind, Pending, Wait};
use news::News;
pub use news::{FRAME_BYTES, Follower, Lagged};

use crate::{hub::Shared, metrics::Counted, presence::People, refusal::Refusal};
use futures_util::FutureExt as _;
use notebook::{
    ActorId, Authority, BlobHash, CellId, Entry, Notebook, NotebookId, Operation, OperationId,
    Outcome, Proposal, Reason, RunId, Sequence, Source, Story, Submission,
};
use output::{Answer, Failure};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};
use storage::{Append, Places, StoredBlob, Summary};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

/// Entries between two snapshots in storage, outside a simulation.
pub const SNAPSHOT_EVERY_ENTRIES: u64 = 500;
/// Outputs up to this size go to storage directly; it compresses bigger ones on another thread.
const MAX_DIRECT_BLOB_BYTES: usize = 32 << 10;
/// Entries that are read at once to tell what happened.
const STORY_ENTRIES: usize = 2_000;
/// How far back the base of a submission that changes texts may lie.
pub const MAX_HISTORY_ENTRIES: u64 = 50_000;

pub struct Room {
    pub id: NotebookId,
    pub people: People,
    /// What happened, as far as somebody has asked for it.
    story: tokio::sync::Mutex<Story>,
    shared: Arc<Shared>,
    inner: Mutex<Inner>,
    queue: mpsc::UnboundedSender<Pending>,
    /// Appends on their way that another may overtake.
    detours: Arc<AtomicUsize>,
    _counted: Counted,
}

struct Inner {
    authority: Authority,
    live: HashMap<RunId, LiveRun>,
    /// The last entry that a snapshot was made for.
    snapshot_at: Sequence,
    last_used: Instant,
}

/// A run that is being carried out by this server.
#[derive(Clone)]
pub struct LiveRun {
    pub run: RunId,
    pub cell: CellId,
    pub source: String,
    pub cancel: CancellationToken,
    pub outcome: watch::Receiver<Option<Early>>,
}

/// The outcome of a run, before it is durable.
#[derive(Clone)]
pub enum Early {
    Answer(Arc<Answer>),
    Failure(Failure),
    Cancelled,
    Interrupted,
}

/// A blob that belongs to entries: kept by storage, and passed on while it is a small answer.
pub struct NewOutput {
    pub hash: BlobHash,
    pub bytes: bytes::Bytes,
    /// None for the component of an offered view.
    pub answer: Option<Arc<Answer>>,
}

/// What a new follower starts from.
pub struct Followed {
    /// Everything in it is durable.
    pub state: Arc<Notebook>,
    /// Everything after `state`; the first may begin before its end, see [`Commit::after`].
    pub news: Follower,
}

/// Accepted, on its way into storage.
pub struct Ticket(oneshot::Receiver<Result<(), Refusal>>, Vec<Sequence>);

impl Ticket {
    /// Waits until it is durable.
    pub async fn durable(self) -> Result<Vec<Sequence>, Refusal> {
        match self.0.await {
            Ok(Ok(())) => Ok(self.1),
            Ok(Err(refusal)) => Err(refusal),
            Err(_) => Err(Refusal::unavailable()),
        }
    }
}

impl Room {
    /// `on_failure` is called when storage has failed and the room must not be used any more.
    pub fn new(
        state: Notebook,
        recent: Vec<Entry>,
        snapshot_at: Sequence,
        shared: Arc<Shared>,
        on_failure: impl FnOnce() + Send + 'static,
    ) -> Self {
        let (queue, pending) = mpsc::unbounded_channel();
        let id = state.id;
        tokio::spawn(commits::commit_in_order(
            id,
            pending,
            shared.clone(),
            on_failure,
        ));
        Self {
            id,
            people: People::new(id),
            story: tokio::sync::Mutex::default(),
            inner: Mutex::new(Inner {
                authority: Authority::new(state, recent),
                live: HashMap::new(),
                snapshot_at,
                last_used: Instant::now(),
            }),
            queue,
            detours: Arc::default(),
            _counted: Counted::new(&shared.metrics.open_notebooks),
            shared,
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // Nothing in a critical section leaves the state half-made.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the state, which may be ahead of what is durable.
    pub fn read<T>(&self, look: impl FnOnce(&Notebook) -> T) -> T {
        look(self.inner().authority.state())
    }

    /// Takes an author's operations; the answer comes once they are durable.
    pub async fn submit(
        &self,
        submission: &Submission,
        now_ms: i64,
    ) -> Result<Vec<Sequence>, Refusal> {
        let mut earlier = Places::default();
        loop {
            let accepted = {
                let mut inner = self.inner();
                inner.last_used = Instant::now();
                if inner.authority.history_start() > earlier.until {
                    Err(Reluctant::NeedsPlaces)
                } else {
                    let found = &earlier.found;
                    self.accept(
                        &mut inner,
                        submission,
                        found,
                        now_ms,
                        Source::Client,
                        Vec::new(),
                    )
                }
            };
            match accepted {
                Ok(ticket) => return ticket.durable().await,
                Err(Reluctant::NeedsPlaces) => earlier = self.find(submission).await?,
                Err(Reluctant::NeedsHistory) => self.fetch_history(submission.base).await?,
                Err(Reluctant::Refusal(refusal)) => return Err(refusal),
            }
        }
    }

    /// Appends what the server itself has to say, on top of everything so far.
    pub fn append(
        &self,
        actor: ActorId,
        operations: Vec<Operation>,
        outputs: Vec<NewOutput>,
        now_ms: i64,
    ) -> Result<Ticket, Refusal> {
        self.append_locked(&mut self.inner(), actor, operations, outputs, now_ms)
    }

    fn append_locked(
        &self,
        inner: &mut Inner,
        actor: ActorId,
        operations: Vec<Operation>,
        outputs: Vec<NewOutput>,
        now_ms: i64,
    ) -> Result<Ticket, Refusal> {
        let submission = Submission {
            actor,
            base: inner.authority.state().sequence,
            proposals: operations
                .into_iter()
                .map(|operation| Proposal {
                    id: OperationId::from_bits(self.shared.random.bits()),
                    operation,
                })
                .collect(),
        };
        self.accept(inner, &submission, &[], now_ms, Source::Server, outputs)
            .map_err(|reluctant| match reluctant {
                // The base is the head and the identifiers are new: nothing old is ever needed.
                Reluctant::NeedsHistory | Reluctant::NeedsPlaces => Refusal::unavailable(),
                Reluctant::Refusal(refusal) => refusal,
            })
    }

    fn accept(
        &self,
        inner: &mut Inner,
        submission: &Submission,
        earlier: &[(OperationId, Sequence)],
        now_ms: i64,
        source: Source,
        outputs: Vec<NewOutput>,
    ) -> Result<Ticket, Reluctant> {
        if self.queue.is_closed() {
            return Err(Reluctant::Refusal(Refusal::unavailable()));
        }
        let accepted = inner
            .authority
            .accept_resent(submission, earlier, now_ms, source)
            .map_err(|refusal| match refusal.reason {
                Reason::NeedsHistory { .. } => Reluctant::NeedsHistory,
                _ => Reluctant::Refusal(refusal.into()),
            })?;
        // A resend has no new entries, but may name entries that are not durable yet: it waits
        // its turn behind them.
        let kind = if accepted.entries.is_empty() {
            Kind::Nothing
        } else {
            self.hand_to_storage(inner, accepted.entries, outputs)
        };
        let (reply, durable) = oneshot::channel();
        self.enqueue(Pending {
            kind,
            wait: Wait::Durable(reply),
        })?;
        Ok(Ticket(durable, accepted.sequences))
    }

    fn hand_to_storage(
        &self,
        inner: &mut Inner,
        entries: Vec<Entry>,
        outputs: Vec<NewOutput>,
    ) -> Kind {
        let state = inner.authority.state();
        let head = state.sequence;
        let summary = Summary::from(state);
        let snapshot = (head.0 - inner.snapshot_at.0 >= self.shared.snapshot_every).then(|| {
            inner.snapshot_at = head;
            Box::new(state.clone())
        });
        let blobs: Vec<StoredBlob> = outputs
            .iter()
            .map(|output| StoredBlob {
                hash: output.hash,
                bytes: output.bytes.clone(),
            })
            .collect();
        let blob_bytes: usize = blobs.iter().map(|blob| blob.bytes.len()).sum();
        let append = Append {
            notebook: self.id,
            entries: entries.clone(),
            blobs,
            summary: summary.clone(),
        };
        let storage = self.shared.storage.clone();
        let mut future = async move { storage.append(append).await }.boxed();
        // Two appends reach storage in the order of their first polls, which this room's lock
        // decides. Only a big output takes a detour before it is handed over: nothing may
        // overtake it, so what comes after it is first polled when its turn has come.
        let alone = self.detours.load(Ordering::Acquire) == 0;
        let detour = (!alone || blob_bytes > MAX_DIRECT_BLOB_BYTES).then(|| {
            self.detours.fetch_add(1, Ordering::AcqRel);
            Detour(self.detours.clone())
        });
        if alone && let Some(result) = (&mut future).now_or_never() {
            future = std::future::ready(result).boxed();
        }
        Kind::Append {
            future,
            detour,
            entries,
            outputs,
            summary,
            snapshot,
        }
    }

    fn enqueue(&self, pending: Pending) -> Result<(), Refusal> {
        self.queue.send(pending).map_err(|_| Refusal::unavailable())
    }

    /// Asks storage which operations of a submission were taken long ago: the authority only has
    /// the last ones at hand, and storage takes none twice.
    async fn find(&self, submission: &Submission) -> Result<Places, Refusal> {
        let operations = submission
            .proposals
            .iter()
            // More than that is refused anyway.
            .take(notebook::limits::SUBMISSION_PROPOSALS)
            .map(|proposal| proposal.id)
            .collect();
        let places = self.shared.storage.places(self.id, operations).await;
        places.map_err(|error| {
            tracing::error!(%error, notebook = %self.id, "looking for operations failed");
            Refusal::unavailable()
        })
    }

    /// Reads what the authority needs to place changes of texts with an old base.
    async fn fetch_history(&self, base: Sequence) -> Result<(), Refusal> {
        let oldest = self.inner().authority.history_start();
        let missing = oldest.0.saturating_sub(base.0);
        if missing > MAX_HISTORY_ENTRIES {
            return Err(Refusal::out_of_range(
                "this edit builds on a state that is too long ago",
                "Open the notebook again and make the edit there.",
            ));
        }
        let entries = self
            .shared
            .storage
            .entries(self.id, base, missing as usize)
            .await
            .map_err(|error| {
                tracing::error!(%error, notebook = %self.id, "reading history failed");
                Refusal::unavailable()
            })?;
        self.inner().authority.extend_history(entries);
        Ok(())
    }

    /// Begins to follow: a durable state and everything after it.
    pub async fn follow(&self) -> Result<Followed, Refusal> {
        let (reply, followed) = oneshot::channel();
        {
            let mut inner = self.inner();
            inner.last_used = Instant::now();
            let state = Arc::new(inner.authority.state().clone());
            self.enqueue(Pending {
                kind: Kind::Nothing,
                wait: Wait::Follow(state, reply),
            })?;
        }
        followed.await.map_err(|_| Refusal::unavailable())?
    }

    /// Gives what happened up to now, as far as it is durable.
    pub async fn story<T>(&self, look: impl FnOnce(&Story) -> T) -> Result<T, Refusal> {
        let mut story = self.story.lock().await;
        loop {
            let read = self
                .shared
                .storage
                .entries(self.id, story.told(), STORY_ENTRIES)
                .await;
            let entries = read.map_err(|error| {
                tracing::error!(%error, notebook = %self.id, "reading what happened failed");
                Refusal::unavailable()
            })?;
            for entry in &entries {
                story.tell(entry);
            }
            if entries.len() < STORY_ENTRIES {
                return Ok(look(&story));
            }
            // A long log is no reason to let others wait.
            tokio::task::yield_now().await;
        }
    }

    /// Waits until everything that was accepted so far is durable.
    pub async fn flush(&self) -> Result<(), Refusal> {
        let (reply, durable) = oneshot::channel();
        self.enqueue(Pending {
            kind: Kind::Nothing,
            wait: Wait::Durable(reply),
        })?;
        Ticket(durable, Vec::new()).durable().await.map(|_| ())
    }

    /// Decides about a run and, if it is to start, makes it live and appends its first entry,
    /// all in one step.
    pub fn start_run<T>(
        &self,
        decide: impl FnOnce(&Notebook, &HashMap<RunId, LiveRun>) -> Result<Start, T>,
        actor: ActorId,
        now_ms: i64,
    ) -> Result<Result<Ticket, Refusal>, T> {
        let mut inner = self.inner();
        inner.last_used = Instant::now();
        let Start { live, operation } = decide(inner.authority.state(), &inner.live)?;
        let ticket = self.append_locked(&mut inner, actor, vec![operation], Vec::new(), now_ms);
        if ticket.is_ok() {
            inner.live.insert(live.run, live);
        }
        Ok(ticket)
    }

    /// Appends the last entry of a run and takes it from the live ones, in one step.
    pub fn finish_run(
        &self,
        run: RunId,
        outcome: Outcome,
        output: Option<NewOutput>,
        now_ms: i64,
    ) -> Result<Ticket, Refusal> {
        let mut inner = self.inner();
        inner.live.remove(&run);
        let operations = vec![Operation::RunFinished { run, outcome }];
        let outputs = output.into_iter().collect();
        self.append_locked(&mut inner, ActorId::SERVER, operations, outputs, now_ms)
    }

    pub fn live_run(&self, run: RunId) -> Option<LiveRun> {
        self.inner().live.get(&run).cloned()
    }

    /// Runs that the log has as running although nobody carries them out.
    pub fn interrupt_orphans(&self, now_ms: i64) -> Result<Option<Ticket>, Refusal> {
        let mut inner = self.inner();
        let orphans: Vec<Operation> = inner
            .authority
            .state()
            .running()
            .filter(|run| !inner.live.contains_key(&run.id))
            .map(|run| Operation::RunFinished {
                run: run.id,
                outcome: Outcome::Interrupted,
            })
            .collect();
        if orphans.is_empty() {
            return Ok(None);
        }
        tracing::info!(notebook = %self.id, runs = orphans.len(), "marking runs as interrupted");
        self.append_locked(&mut inner, ActorId::SERVER, orphans, Vec::new(), now_ms)
            .map(Some)
    }

    /// Nobody has used it for this long, and no run is live.
    pub fn idle(&self) -> Option<std::time::Duration> {
        let inner = self.inner();
        inner.live.is_empty().then(|| inner.last_used.elapsed())
    }
}

/// A run that is to start.
pub struct Start {
    pub live: LiveRun,
    pub operation: Operation,
}

enum Reluctant {
    NeedsHistory,
    /// What storage knows of its operations.
    NeedsPlaces,
    Refusal(Refusal),
}

impl From<Refusal> for Reluctant {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(refusal)
    }
}
