//! The course of one run: what the plugin says while it works, and how it ends.

use super::preview::{Next, Previews, Slot};
use crate::{
    calls::{self, Call},
    clock,
    metrics::Counted,
    room::{Early, NewOutput, Room, Ticket},
    server::Server,
};
use notebook::{ActorId, Operation, Outcome, OutputReference, RunId};
use output::{Answer, Failure, FailureKind, Level};
use plugin_host::{Event, Events};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    sync::{mpsc, watch},
    time::MissedTickBehavior,
};
use tokio_util::sync::CancellationToken;

/// Log lines and progress of a run reach the log at most this often.
pub const SPEAK_EVERY: Duration = Duration::from_millis(100);
/// Log lines that are appended in one go.
const OPERATIONS_AT_ONCE: usize = 100;
/// Most characters of a log line or a progress message.
pub const MAX_MESSAGE_CHARACTERS: usize = 2_000;

pub(super) struct Course {
    pub server: Arc<Server>,
    pub room: Arc<Room>,
    pub run: RunId,
    pub cancel: CancellationToken,
    /// Tells whoever waits, before the outcome is durable.
    pub tell: watch::Sender<Option<Early>>,
}

/// How the plugin's work ended.
enum End {
    Answered(Result<Answer, Failure>),
    Cancelled,
    Interrupted,
}

impl Course {
    /// Carries the run out. `started` is the entry that says so, on its way into storage;
    /// `call` is an error when the cell itself is wrong.
    pub async fn follow(self, started: Ticket, call: Result<Call, Failure>) {
        let _counted = Counted::new(&self.server.metrics.runs_in_flight);
        let (events, mut heard, left_out, slot) = listen();
        let mut previews = Previews::new(slot);
        let end = match call {
            Err(failure) => End::Answered(Err(failure)),
            Ok(call) => {
                self.work(started, call, events, &mut heard, &mut previews)
                    .await
            }
        };
        let mut spoken = Spoken::default();
        while let Ok(said) = heard.try_recv() {
            spoken.take(said);
        }
        let left_out = left_out.load(Ordering::Relaxed);
        if left_out > 0 {
            let message = format!("{left_out} further lines were left out");
            spoken.lines.push((Level::Warn, message));
        }
        self.say(spoken);
        // An answer takes its place; without one it is all there is to see.
        if !matches!(end, End::Answered(Ok(_))) {
            self.show(previews.last(Instant::now()));
        }
        self.finish(end).await;
    }

    async fn work(
        &self,
        started: Ticket,
        call: Call,
        events: Events,
        heard: &mut mpsc::UnboundedReceiver<Said>,
        previews: &mut Previews,
    ) -> End {
        let plugin = self.server.plugins.find(&call.plugin);
        if plugin.is_some_and(|plugin| plugin.action) {
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => return End::Cancelled,
                durable = started.durable() => if durable.is_err() {
                    return End::Interrupted;
                },
            }
        }
        let mut work = std::pin::pin!(calls::call(&self.server, call, events));
        let mut speak = tokio::time::interval(SPEAK_EVERY);
        speak.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first tick is immediate; what comes at once may wait for company.
        speak.reset();
        let mut spoken = Spoken::default();
        let end = loop {
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => break End::Cancelled,
                () = self.server.interrupt.cancelled() => break End::Interrupted,
                result = &mut work => break End::Answered(result),
                Some(said) = heard.recv() => spoken.take(said),
                _ = speak.tick(), if !spoken.is_empty() || previews.is_waiting() => {
                    self.say(std::mem::take(&mut spoken));
                    self.show(previews.due(Instant::now()));
                }
            }
        };
        self.say(spoken);
        end
    }

    fn say(&self, spoken: Spoken) {
        for operations in spoken.operations(self.run).chunks(OPERATIONS_AT_ONCE) {
            // Not waited for: the room keeps the order, and the end of the run is waited for.
            let appended = self.room.append(
                ActorId::SERVER,
                operations.to_vec(),
                Vec::new(),
                clock::now_ms(),
            );
            if let Err(refusal) = appended {
                tracing::warn!(run = %self.run, "a run's log lines were not kept: {refusal}");
                return;
            }
        }
    }

    fn show(&self, preview: Next) {
        let (operation, outputs) = match preview {
            Next::Nothing => return,
            Next::Keep(reference, output) => {
                if let Some(answer) = &output.answer {
                    self.server
                        .answers
                        .put(output.hash, answer.clone(), output.bytes.len());
                }
                let operation = Operation::RunPreviewed {
                    run: self.run,
                    output: reference,
                };
                (operation, vec![output])
            }
            Next::Over => {
                let operation = Operation::RunLogged {
                    run: self.run,
                    level: Level::Warn,
                    message: "What the plugin shows while it works is too much to be kept; the \
                              answer is not concerned."
                        .to_owned(),
                };
                (operation, Vec::new())
            }
        };
        // Not waited for, as above.
        let appended = self
            .room
            .append(ActorId::SERVER, vec![operation], outputs, clock::now_ms());
        if let Err(refusal) = appended {
            tracing::warn!(run = %self.run, "a run's preview was not kept: {refusal}");
        }
    }

    async fn finish(self, end: End) {
        let (early, outcome, output) = match end {
            End::Cancelled => (Early::Cancelled, Outcome::Cancelled, None),
            End::Interrupted => (Early::Interrupted, Outcome::Interrupted, None),
            End::Answered(Err(failure)) => (
                Early::Failure(failure.clone()),
                Outcome::Failed(failure),
                None,
            ),
            End::Answered(Ok(answer)) => {
                let answer = Arc::new(answer);
                let bytes = bytes::Bytes::from(wire::encode_answer(&answer));
                let reference = OutputReference {
                    hash: storage::blob_hash(&bytes),
                    size_bytes: bytes.len() as u64,
                };
                let output = NewOutput {
                    hash: reference.hash,
                    bytes,
                    answer: Some(answer.clone()),
                };
                (
                    Early::Answer(answer),
                    Outcome::Done(reference),
                    Some(output),
                )
            }
        };
        if let Some(output) = &output
            && let Some(answer) = &output.answer
        {
            self.server
                .answers
                .put(output.hash, answer.clone(), output.bytes.len());
        }
        let appended = self
            .room
            .finish_run(self.run, outcome, output, clock::now_ms());
        self.tell.send_replace(Some(early));
        let durable = match appended {
            Ok(ticket) => ticket.durable().await.map(|_| ()),
            // The log would not take this end; it must have one all the same.
            Err(refusal) => {
                tracing::error!(run = %self.run, "the end of a run was not taken: {refusal}");
                let failure = Failure::new(
                    FailureKind::Internal,
                    "The answer could not be kept",
                    refusal.message,
                );
                match self.room.finish_run(
                    self.run,
                    Outcome::Failed(failure),
                    None,
                    clock::now_ms(),
                ) {
                    Ok(ticket) => ticket.durable().await.map(|_| ()),
                    Err(refusal) => Err(refusal),
                }
            }
        };
        if let Err(refusal) = durable {
            // When the notebook is read anew the run is marked as interrupted.
            tracing::error!(run = %self.run, "the end of a run is not durable: {refusal}");
        }
    }
}

/// What a plugin said, to be written down.
enum Said {
    Line(Level, String),
    Progress(f64, String),
    /// There is something in the slot.
    Preview,
}

/// A bounded ear for what the plugin says: lines beyond what a run keeps are counted only, and of
/// previews the newest is kept.
fn listen() -> (Events, mpsc::UnboundedReceiver<Said>, Arc<AtomicU64>, Slot) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let slot = Slot::default();
    let filled = slot.clone();
    let left_out = Arc::new(AtomicU64::new(0));
    let lines = AtomicU64::new(0);
    let over = left_out.clone();
    let events: Events = Arc::new(move |event: Event| {
        let said = match event {
            Event::Log { level, message } => {
                let line = lines.fetch_add(1, Ordering::Relaxed);
                if line >= notebook::limits::RUN_LOG_LINES as u64 {
                    over.fetch_add(1, Ordering::Relaxed);
                    return;
                }
                Said::Line(level, message)
            }
            Event::Progress { fraction, message } => Said::Progress(fraction, message),
            Event::Preview { answer } => {
                if !filled.put(answer) {
                    return;
                }
                Said::Preview
            }
        };
        // The run may have ended: then nobody listens any more.
        let _ = sender.send(said);
    });
    (events, receiver, left_out, slot)
}

/// What was said since the last time it was written down: all lines, the latest progress.
#[derive(Default)]
struct Spoken {
    lines: Vec<(Level, String)>,
    progress: Option<(f64, String)>,
}

impl Spoken {
    fn take(&mut self, said: Said) {
        match said {
            Said::Line(level, message) => self.lines.push((level, shorten(message))),
            Said::Progress(fraction, message) => {
                self.progress = Some((fraction, shorten(message)));
            }
            // It is looked for at the next tick.
            Said::Preview => {}
        }
    }

    fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.progress.is_none()
    }

    fn operations(self, run: RunId) -> Vec<Operation> {
        let lines = self
            .lines
            .into_iter()
            .map(|(level, message)| Operation::RunLogged {
                run,
                level,
                message,
            });
        let progress = self
            .progress
            .map(|(fraction, message)| Operation::RunProgressed {
                run,
                fraction: if fraction.is_finite() {
                    fraction.clamp(0.0, 1.0)
                } else {
                    0.0
                },
                message,
            });
        lines.chain(progress).collect()
    }
}

fn shorten(message: String) -> String {
    match message.char_indices().nth(MAX_MESSAGE_CHARACTERS) {
        None => message,
        Some((at, _)) => format!("{}…", &message[..at]),
    }
}
