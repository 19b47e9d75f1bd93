//! Submissions that no open notebook looks after: what was still unsaved when a notebook was closed,
//! and what is done to notebooks from the list. Each is sent until the server has answered.

use crate::session::Session;
use leptos::prelude::*;
use notebook::{NotebookId, OperationId, Submission};
use transport::CallError;

/// A submission on its way.
pub struct Errand {
    notebook: NotebookId,
    submission: Submission,
    under_way: bool,
    done: Box<dyn FnOnce(Result<(), CallError>)>,
}

impl Errand {
    fn id(&self) -> Option<OperationId> {
        self.submission.proposals.first().map(|first| first.id)
    }
}

impl Session {
    /// Hands in a submission, also after the connection has been away; `done` is called once the
    /// server has answered.
    pub fn hand_in(
        self,
        notebook: NotebookId,
        submission: Submission,
        done: impl FnOnce(Result<(), CallError>) + 'static,
    ) {
        self.errands.update_value(|errands| {
            errands.push(Errand {
                notebook,
                submission,
                under_way: false,
                done: Box::new(done),
            });
        });
        self.send_errands();
    }

    /// Sends what is not under way; called on every new connection.
    pub fn send_errands(self) {
        let ready: Vec<(NotebookId, Submission)> = self
            .errands
            .try_update_value(|errands| {
                errands
                    .iter_mut()
                    .filter(|errand| !errand.under_way)
                    .map(|errand| {
                        errand.under_way = true;
                        (errand.notebook, errand.submission.clone())
                    })
                    .collect()
            })
            .unwrap_or_default();
        for (notebook, submission) in ready {
            web::spawn(async move {
                let id = submission.proposals.first().map(|first| first.id);
                let result = self.rpc().submit(notebook, &submission).await;
                match result {
                    // It stays, and goes with the next connection.
                    Err(error) if error.is_temporary => {
                        self.with_errand(id, |errands, place| errands[place].under_way = false);
                    }
                    result => {
                        let done =
                            self.with_errand(id, |errands, place| errands.remove(place).done);
                        if let Some(done) = done {
                            done(result);
                        }
                    }
                }
            });
        }
    }

    /// Everything unsaved, for a page that goes away and cannot wait for answers.
    pub fn send_errands_at_the_end(self) {
        self.errands.with_value(|errands| {
            for errand in errands {
                transport::submit_at_the_end(errand.notebook, &errand.submission);
            }
        });
    }

    fn with_errand<T>(
        self,
        id: Option<OperationId>,
        act: impl FnOnce(&mut Vec<Errand>, usize) -> T,
    ) -> Option<T> {
        self.errands
            .try_update_value(|errands| {
                let place = errands.iter().position(|errand| errand.id() == id)?;
                Some(act(errands, place))
            })
            .flatten()
    }
}
