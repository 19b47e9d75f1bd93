//! Refusals in words: what the server says instead of taking an operation or opening a notebook.

use notebook::NotebookId;
use proto::RefusalReason;

/// Why something was not taken, as people read it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    pub reason: RefusalReason,
    pub message: String,
    pub hint: String,
}

impl Refusal {
    fn new(reason: RefusalReason, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
            hint: hint.into(),
        }
    }

    pub fn unknown_notebook(id: NotebookId) -> Self {
        Self::new(
            RefusalReason::UnknownNotebook,
            format!("there is no notebook `{id}` here"),
            "Check the address, or look for it in the list of notebooks.",
        )
    }

    pub fn invalid(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(RefusalReason::Invalid, message, hint)
    }

    pub fn too_large(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(RefusalReason::TooLarge, message, hint)
    }

    pub fn out_of_range(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(RefusalReason::OutOfRange, message, hint)
    }

    pub fn forbidden(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(RefusalReason::Forbidden, message, hint)
    }

    /// The data folder did not take or give something; the log has the details.
    pub fn unavailable() -> Self {
        Self::new(
            RefusalReason::Unavailable,
            "the server cannot reach its data folder right now",
            "Nothing is lost: what was not acknowledged is sent again. The server's log says why.",
        )
    }

    /// Nothing is wrong with what was asked; its time is not now.
    pub fn busy(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(RefusalReason::Unavailable, message, hint)
    }

    pub fn closing() -> Self {
        Self::new(
            RefusalReason::Unavailable,
            "the server is stopping",
            "Try again when it is back.",
        )
    }
}

impl From<notebook::Refusal> for Refusal {
    fn from(refusal: notebook::Refusal) -> Self {
        let reason = wire::to_proto::refusal(&refusal).reason();
        Self::new(reason, refusal.message, refusal.hint)
    }
}

impl From<notebook::ApplyError> for Refusal {
    fn from(error: notebook::ApplyError) -> Self {
        notebook::Refusal::from(error).into()
    }
}

impl From<wire::WireError> for Refusal {
    fn from(error: wire::WireError) -> Self {
        Self::invalid(
            format!("the request does not hold together: {error}"),
            "This is a fault of the program that sent it; nothing of it was taken.",
        )
    }
}

impl From<notebook::IdError> for Refusal {
    fn from(error: notebook::IdError) -> Self {
        Self::invalid(error.to_string(), "")
    }
}

impl From<&Refusal> for proto::Refusal {
    fn from(refusal: &Refusal) -> Self {
        Self {
            reason: refusal.reason.into(),
            message: refusal.message.clone(),
            hint: refusal.hint.clone(),
        }
    }
}
