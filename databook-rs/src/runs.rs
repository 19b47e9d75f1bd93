//! Running a cell: from its text to entries in the log that everybody sees.
//!
//! Rules:
//! - The run's id is its author's: the same id again starts nothing.
//! - Two runs of one cell at the same time: if the text is the same, the newer request joins
//!   the run in flight (its course comes through the log). If it differs, the one in flight
//!   is cancelled and the newer one starts.
//! - Whatever is wrong with the cell (unknown plugin, unknown option, malformed directive) is a
//!   run that failed, so that everybody sees it. Only a Markdown cell is refused: it has
//!   nothing to run.
//! - The author hears the outcome as soon as the plugin has answered, if that takes a few
//!   milliseconds; the log, which decides, follows as soon as it is durable. A plugin that acts
//!   on the world starts only when the start of its run is durable.

mod course;
mod preview;

use crate::{
    calls::{self, Call, DEFAULT_RANGE_MS},
    clock,
    refusal::Refusal,
    room::{Early, LiveRun, Room, Start},
    server::Server,
};
use notebook::{
    ActorId, CellId, Notebook, Operation, Outcome, RunId, TimeRangeSetting,
    grammar::{self, CellKind, Request},
};
use output::{Failure, TimeRange};
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// So long a caller waits for the outcome; later ones come through the log.
pub const EARLY_OUTCOME: Duration = Duration::from_millis(20);

/// What is to be run.
#[derive(Clone, Debug)]
pub struct RunCell {
    pub actor: ActorId,
    pub cell: CellId,
    pub run: RunId,
    /// The text as the author sees it, which may be ahead of the log.
    pub source: String,
    pub width_px: u32,
}

/// Why no new run is needed.
enum Instead {
    /// The run with this id has ended already, or is known to the log.
    Known(Option<Outcome>),
    /// This one is in flight: it has the same id or the same text.
    Join(LiveRun),
    /// This one is in flight with another text.
    Replace(LiveRun),
    Refuse(Refusal),
}

/// Starts a run, or joins one; gives the outcome when it comes soon.
pub async fn run(
    server: &Arc<Server>,
    room: &Arc<Room>,
    request: RunCell,
) -> Result<Option<Early>, Refusal> {
    if server.closing.is_cancelled() {
        return Err(Refusal::closing());
    }
    if request.source.encode_utf16().count() > notebook::limits::CELL_TEXT_UNITS as usize {
        return Err(Refusal::too_large(
            "the cell's text is too long to be run",
            "Split it into several cells.",
        ));
    }
    let parsed = grammar::parse(&request.source);
    let asked = room.read(|state| parsed.request(&state.variables));
    let plugin = match (&parsed.kind, asked) {
        (CellKind::Plugin { plugin, .. }, _) => plugin.name.clone(),
        // What is not for a plugin has nothing to run; the failure says so.
        (CellKind::Markdown | CellKind::View { .. }, Ok(request)) => request.plugin.clone(),
        (CellKind::Markdown | CellKind::View { .. }, Err(failure)) => {
            return Err(Refusal::invalid(failure.message, failure.hint));
        }
    };

    loop {
        let now_ms = clock::now_ms();
        let (tell, outcome) = watch::channel(None);
        let live = LiveRun {
            run: request.run,
            cell: request.cell,
            source: request.source.clone(),
            cancel: CancellationToken::new(),
            outcome: outcome.clone(),
        };
        // With the variables and the time range that the log has just before the run.
        let mut asked = None;
        let started = room.start_run(
            |state, in_flight| {
                decide(state, in_flight.values(), &request)?;
                let prepared = parsed.request(&state.variables);
                let range = time_range(state.time_range, &prepared, now_ms);
                asked = Some(prepared.map(|prepared| Call {
                    plugin: prepared.plugin,
                    options: prepared.options,
                    time_range: Some(range),
                    width_px: request.width_px,
                }));
                Ok(Start {
                    operation: Operation::RunStarted {
                        run: request.run,
                        cell: request.cell,
                        plugin: plugin.clone(),
                        source: request.source.clone(),
                        time_range: range,
                    },
                    live: live.clone(),
                })
            },
            request.actor,
            now_ms,
        );
        match (started, asked) {
            (Ok(ticket), Some(call)) => {
                let started = ticket?;
                let course = course::Course {
                    server: server.clone(),
                    room: room.clone(),
                    run: request.run,
                    cancel: live.cancel.clone(),
                    tell,
                };
                server.hub.tasks.spawn(course.follow(started, call));
                return Ok(soon(outcome).await);
            }
            (Ok(_), None) => return Err(Refusal::unavailable()),
            (Err(Instead::Known(outcome)), _) => return Ok(known(server, outcome).await),
            (Err(Instead::Join(live)), _) => return Ok(soon(live.outcome).await),
            (Err(Instead::Replace(mut old)), _) => {
                old.cancel.cancel();
                // An error means that it has ended; then the next round finds it gone.
                let _ = old.outcome.wait_for(Option::is_some).await;
            }
            (Err(Instead::Refuse(refusal)), _) => return Err(refusal),
        }
    }
}

fn decide<'a>(
    state: &Notebook,
    mut in_flight: impl Iterator<Item = &'a LiveRun>,
    request: &RunCell,
) -> Result<(), Instead> {
    if let Some(run) = state.run(request.run) {
        let same = in_flight.find(|live| live.run == request.run);
        return Err(match same {
            Some(live) => Instead::Join(live.clone()),
            None => Instead::Known(run.finished.as_ref().map(|(outcome, _)| outcome.clone())),
        });
    }
    if state.cell(request.cell).is_none_or(|cell| cell.deleted) {
        return Err(Instead::Refuse(Refusal::out_of_range(
            "the cell to run is not in this notebook",
            "It may have been deleted meanwhile: restore it, then run it again.",
        )));
    }
    match in_flight.find(|live| live.cell == request.cell) {
        None => Ok(()),
        Some(live)
            if live.source == request.source
                && state
                    .run(live.run)
                    .is_none_or(|run| run.inputs == state.inputs(&request.source)) =>
        {
            Err(Instead::Join(live.clone()))
        }
        Some(live) => Err(Instead::Replace(live.clone())),
    }
}

/// Cancels a run; one that has ended is left as it is.
pub fn cancel(room: &Room, run: RunId) -> Result<(), Refusal> {
    if let Some(live) = room.live_run(run) {
        live.cancel.cancel();
        return Ok(());
    }
    if room.read(|state| state.run(run).is_some()) {
        return Ok(());
    }
    Err(Refusal::out_of_range(
        "there is no such run in this notebook",
        "Reload the page to see what is running.",
    ))
}

/// The cell's own time range, or else the notebook's.
fn time_range(
    setting: TimeRangeSetting,
    prepared: &Result<Request, Failure>,
    now_ms: i64,
) -> TimeRange {
    let own = prepared
        .as_ref()
        .ok()
        .and_then(|request| request.time_range);
    if let Some(own) = own {
        return own.resolve(now_ms);
    }
    match setting {
        TimeRangeSetting::Default => calls::last(now_ms, DEFAULT_RANGE_MS),
        TimeRangeSetting::Last { duration_ms } => {
            calls::last(now_ms, i64::try_from(duration_ms).unwrap_or(i64::MAX))
        }
        TimeRangeSetting::Absolute(range) => range,
    }
}

async fn soon(mut outcome: watch::Receiver<Option<Early>>) -> Option<Early> {
    let arrived = tokio::time::timeout(EARLY_OUTCOME, outcome.wait_for(Option::is_some)).await;
    match arrived {
        Ok(Ok(outcome)) => outcome.clone(),
        // Not yet, or ended without one: the log has it.
        Ok(Err(_)) | Err(_) => None,
    }
}

/// The outcome of a run that ended before this request came.
async fn known(server: &Server, outcome: Option<Outcome>) -> Option<Early> {
    match outcome? {
        Outcome::Done(reference) => server
            .answers
            .get(&server.storage, reference.hash)
            .await
            .map(Early::Answer),
        Outcome::Failed(failure) => Some(Early::Failure(failure)),
        Outcome::Cancelled => Some(Early::Cancelled),
        Outcome::Interrupted => Some(Early::Interrupted),
    }
}
