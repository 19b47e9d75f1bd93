//! What a view has shown so far, and how it ends.

use std::time::Duration;

use output::{Failure, FailureKind};
use view::{Effect, LogLine, Step, fill_slot};
use widgets::{Limits, Tree};

use super::failures;
use crate::api::ShownView;

/// Lines of the log that are kept, the newest: as many as the page keeps.
const MAX_LOG_LINES: usize = 500;

pub(super) struct Scene<'a> {
    name: &'a str,
    limits: Limits,
    tree: Option<Tree>,
    log: Vec<LogLine>,
}

impl<'a> Scene<'a> {
    pub fn new(name: &'a str, limits: Limits) -> Self {
        Self {
            name,
            limits,
            tree: None,
            log: Vec::new(),
        }
    }

    pub fn keep_log(&mut self, lines: Vec<LogLine>) {
        self.log.extend(lines);
        let extra = self.log.len().saturating_sub(MAX_LOG_LINES);
        self.log.drain(..extra);
    }

    /// Takes what is to be shown and gives what is wanted.
    pub fn take(&mut self, step: Step) -> Result<Vec<Effect>, Failure> {
        if step.tree.is_some() {
            self.tree = step.tree;
        }
        for update in step.slots {
            let Some(tree) = &mut self.tree else {
                break;
            };
            fill_slot(tree, update);
            // Both were checked; together they may be too much.
            widgets::check(tree, &self.limits)
                .map_err(|error| failures::too_much(self.name, &error))?;
        }
        Ok(step.effects)
    }

    /// Nothing is left to wait for.
    pub fn finish(self) -> Result<ShownView, Failure> {
        let tree = self.tree.ok_or_else(|| {
            Failure::new(
                FailureKind::Internal,
                format!("The view `{}` shows nothing.", self.name),
                "It gives no widgets and waits for nothing: tell its author.",
            )
        })?;
        Ok(ShownView {
            tree,
            notices: Vec::new(),
            log: self.log,
        })
    }

    /// It goes on, and is taken as it is.
    pub fn finish_early(self, after: Duration) -> Result<ShownView, Failure> {
        let seconds = after.as_secs_f64();
        if self.tree.is_none() {
            return Err(Failure::new(
                FailureKind::Timeout,
                format!(
                    "The view `{}` showed nothing within {seconds:.1} s.",
                    self.name
                ),
                "Try again, or give it less to show.",
            ));
        }
        let notice = format!(
            "The view was still at work after {seconds:.1} s; this is how far it had come."
        );
        let mut shown = self.finish()?;
        shown.notices.push(notice);
        Ok(shown)
    }
}
