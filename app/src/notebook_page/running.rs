//! Running cells: on the server, once the log has what was typed before.

use super::{Model, cell_model::Ended};
use crate::ids;
use leptos::prelude::*;
use notebook::{CellId, Notebook, OperationId, RunId};
use std::sync::Arc;
use transport::RunCall;

/// A run that waits for what was typed before it: a call that overtook its cell would find none, and
/// one that overtook its text would be out of date from the start, also for those who replay it.
#[derive(Clone)]
pub struct WaitingRun {
    call: RunCall,
    /// The last thing that was done before.
    after: Option<OperationId>,
}

impl Model {
    /// Runs a plugin cell on the server, as soon as the server has its text.
    pub fn run(self, cell: CellId, width_px: u32) {
        let Some(shown) = self.cell(cell) else { return };
        let run = ids::new_id(RunId::from_bits);
        shown.start(run);
        let call = RunCall {
            notebook: self.id,
            cell,
            run,
            source: shown.text.get_untracked(),
            width_px,
        };
        let after = self
            .with_replica(|replica| replica.last_waiting())
            .flatten();
        let waiting = WaitingRun { call, after };
        self.waiting_runs.update_value(|all| all.push(waiting));
        self.call_runs();
    }

    /// Calls the runs that need not wait any more.
    pub(super) fn call_runs(self) {
        let waiting = self.waiting_runs.try_update_value(std::mem::take);
        for run in waiting.unwrap_or_default() {
            let cell = run.call.cell;
            let has = |notebook: &Notebook| notebook.cell(cell).is_some_and(|cell| !cell.deleted);
            let stands = self.with_replica(|replica| {
                let waits = run.after.is_some_and(|after| replica.is_waiting(after));
                (waits, has(replica.confirmed()), has(replica.view()))
            });
            match stands {
                Some((false, true, _)) => self.call_run(run.call),
                // Its insertion was refused, which was said.
                Some((false, false, false)) => {
                    if let Some(shown) = self.cell(cell) {
                        shown.not_started(run.call.run);
                    }
                }
                Some((true, ..) | (false, false, true)) | None => {
                    self.waiting_runs.update_value(|all| all.push(run));
                }
            }
        }
    }

    fn call_run(self, call: RunCall) {
        let run = call.run;
        let Some(shown) = self.cell(call.cell) else {
            return;
        };
        let rpc = self.session.rpc();
        web::spawn(async move {
            match rpc.run(call).await {
                Ok(early) => shown.answered(
                    run,
                    early.map(|outcome| match outcome {
                        Ok(answer) => Ended::Answer(Arc::new(answer)),
                        Err(failure) => Ended::Failure(failure),
                    }),
                ),
                Err(error) => {
                    shown.not_started(run);
                    self.session.report(&error);
                }
            }
        });
    }

    pub fn cancel(self, run: RunId) {
        let waiting = self.waiting_runs.try_update_value(|waiting| {
            let place = waiting.iter().position(|waiting| waiting.call.run == run)?;
            Some(waiting.remove(place))
        });
        if let Some(WaitingRun { call, .. }) = waiting.flatten() {
            if let Some(shown) = self.cell(call.cell) {
                shown.not_started(run);
            }
            return;
        }
        let rpc = self.session.rpc();
        web::spawn(async move {
            if let Err(error) = rpc.cancel(self.id, run).await {
                self.session.report(&error);
            }
        });
    }
}
