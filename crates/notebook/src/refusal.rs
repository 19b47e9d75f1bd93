//! Why an operation is not taken.

use crate::{CellId, ChangeError, CommentId, RunId, Sequence};

/// Why an operation cannot happen to a notebook.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    #[error("entry {found} cannot follow entry {}", expected.saturating_sub(1))]
    OutOfOrder { expected: u64, found: u64 },
    #[error("the notebook does not exist yet")]
    NotCreated,
    #[error("the notebook exists already")]
    AlreadyCreated,
    #[error("there is no cell {cell} in this notebook")]
    UnknownCell { cell: CellId },
    #[error("there is already a cell {cell} in this notebook")]
    CellExists { cell: CellId },
    #[error("cell {cell} cannot be placed after itself")]
    AfterItself { cell: CellId },
    #[error("the change does not fit the text of cell {cell}: {source}")]
    Change { cell: CellId, source: ChangeError },
    #[error("there is no run {run} in this notebook")]
    UnknownRun { run: RunId },
    #[error("there is already a run {run} in this notebook")]
    RunExists { run: RunId },
    #[error("run {run} has ended")]
    RunEnded { run: RunId },
    #[error("there is no comment {comment} in this notebook, or it is deleted")]
    UnknownComment { comment: CommentId },
    #[error("there is already a comment {comment} in this notebook")]
    CommentExists { comment: CommentId },
    #[error("{what} takes at most {limit} {unit}, this would be {found}")]
    TooLarge {
        what: &'static str,
        unit: &'static str,
        limit: u64,
        found: u64,
    },
    #[error("{message}")]
    Invalid { message: String, hint: &'static str },
    #[error("{message}")]
    Forbidden {
        message: &'static str,
        hint: &'static str,
    },
}

impl ApplyError {
    pub fn reason(&self) -> Reason {
        match self {
            Self::UnknownCell { .. } => Reason::UnknownCell,
            Self::Change { .. } => Reason::OutOfRange,
            Self::TooLarge { .. } => Reason::TooLarge,
            Self::Forbidden { .. } => Reason::Forbidden,
            Self::OutOfOrder { .. }
            | Self::NotCreated
            | Self::AlreadyCreated
            | Self::CellExists { .. }
            | Self::AfterItself { .. }
            | Self::UnknownRun { .. }
            | Self::RunExists { .. }
            | Self::RunEnded { .. }
            | Self::UnknownComment { .. }
            | Self::CommentExists { .. }
            | Self::Invalid { .. } => Reason::Invalid,
        }
    }

    /// What to do next, for people.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::OutOfOrder { .. } | Self::Change { .. } => {
                "Reload the notebook: the page and the server disagree about what is in it."
            }
            Self::NotCreated => "Create the notebook first.",
            Self::AlreadyCreated => "Give the new notebook an identifier of its own.",
            Self::UnknownCell { .. } => "Reload the notebook to see which cells it has.",
            Self::CellExists { .. } => "Give the new cell an identifier of its own.",
            Self::AfterItself { .. } => "Name another cell, or none to move it to the front.",
            Self::UnknownRun { .. } | Self::RunEnded { .. } => "Run the cell again.",
            Self::RunExists { .. } => "Give the new run an identifier of its own.",
            Self::TooLarge { .. } => "Make it shorter, or split it over several.",
            Self::UnknownComment { .. } => "Reload the notebook to see what was said meanwhile.",
            Self::CommentExists { .. } => "Give the new comment an identifier of its own.",
            Self::Invalid { hint, .. } | Self::Forbidden { hint, .. } => hint,
        }
    }
}

/// Which sort of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    UnknownNotebook,
    UnknownCell,
    OutOfRange,
    TooLarge,
    Invalid,
    Forbidden,
    /// Nothing is wrong with the submission; the server cannot take it now. Send it again.
    Unavailable,
    /// Entries after `from` are needed to place the submission, and are not at hand: see
    /// [`crate::Authority::extend_history`].
    NeedsHistory {
        from: Sequence,
    },
}

/// Why a submission is not taken, as people read it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    pub reason: Reason,
    /// What was refused and why, in one sentence.
    pub message: String,
    /// What to do next; empty when there is nothing to suggest.
    pub hint: String,
}

impl Refusal {
    pub fn new(reason: Reason, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
            hint: hint.into(),
        }
    }
}

impl From<ApplyError> for Refusal {
    fn from(error: ApplyError) -> Self {
        Self::new(error.reason(), error.to_string(), error.hint())
    }
}
