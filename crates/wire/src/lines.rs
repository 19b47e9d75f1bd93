//! A notebook's log as JSON lines: what an export writes and an import reads.
//!
//! The first line is the header, and every further line either an entry, as protobuf's canonical
//! JSON of `databook.Entry`, or a blob in base64. A blob stands on the line before the first entry
//! that names it, and nowhere else.
//!
//! ```json
//! {"format":"databook-log","version":1,"notebook":"…","entries":2,"exported_ms":1764300000000}
//! {"entry":{"sequence":"1","id":"…","actor":"…","timeMs":"…","operation":{"createNotebook":{"title":"Incident"}}}}
//! {"blob":{"hash":"…","base64":"…"}}
//! ```
//!
//! Not for files and sockets: here are lines only, one after the other.

mod intake;
mod read;
mod write;

pub use intake::{Intake, Taken};
pub use read::{Line, header, line};
pub use write::{blob_line, entry_json, entry_line, header_line};

use notebook::{BlobHash, BlobHashError, NotebookId, Operation, Outcome, OutputReference};
use prost_reflect::{DescriptorPool, MessageDescriptor};
use std::sync::LazyLock;

/// What the header calls the format.
pub const FORMAT: &str = "databook-log";
/// Of the format; another one is not read.
pub const VERSION: u32 = 1;
/// Most bytes of one line: 96 MiB, the largest blob (64 MiB) in base64.
pub const MAX_LINE_BYTES: usize = 96 << 20;

/// The first line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    pub notebook: NotebookId,
    /// How many entries follow.
    pub entries: u64,
    /// When it was written, milliseconds since 1970 UTC.
    pub exported_ms: i64,
}

/// Bytes and the hash under which they are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    pub hash: BlobHash,
    pub bytes: Vec<u8>,
}

/// A blob that an entry names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// An encoded answer.
    Answer(OutputReference),
    /// The component of an offered view.
    Component(BlobHash),
}

impl Named {
    pub fn hash(self) -> BlobHash {
        match self {
            Self::Answer(reference) => reference.hash,
            Self::Component(hash) => hash,
        }
    }
}

/// The blob that an operation names.
///
/// # Errors
/// An offered view whose component has no hash; the server writes none.
pub fn named(operation: &Operation) -> Result<Option<Named>, BlobHashError> {
    Ok(match operation {
        Operation::RunPreviewed { output, .. }
        | Operation::RunFinished {
            outcome: Outcome::Done(output),
            ..
        } => Some(Named::Answer(*output)),
        Operation::OfferView { plugin } => match &plugin.view {
            Some(view) => Some(Named::Component(view.component_hash.parse()?)),
            None => None,
        },
        Operation::RunFinished {
            outcome: Outcome::Failed(_) | Outcome::Cancelled | Outcome::Interrupted,
            ..
        }
        | Operation::CreateNotebook { .. }
        | Operation::SetTitle { .. }
        | Operation::DeleteNotebook
        | Operation::RestoreNotebook
        | Operation::SetTimeRange(_)
        | Operation::SetVariable { .. }
        | Operation::WithdrawView { .. }
        | Operation::Introduce(_)
        | Operation::Comment(_)
        | Operation::InsertCell { .. }
        | Operation::MoveCell { .. }
        | Operation::DeleteCell { .. }
        | Operation::RestoreCell { .. }
        | Operation::ChangeText { .. }
        | Operation::RunStarted { .. }
        | Operation::RunLogged { .. }
        | Operation::RunProgressed { .. } => None,
    })
}

/// What is wrong with a line, for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct LineError {
    /// Counted from 1; one beyond the last where lines are missing.
    pub line: u64,
    pub message: String,
    /// What to do next.
    pub hint: &'static str,
}

/// What is wrong with a text by itself, wherever it stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TextError {
    pub message: String,
    pub hint: &'static str,
}

impl TextError {
    fn new(message: impl Into<String>, hint: &'static str) -> Self {
        Self {
            message: message.into(),
            hint,
        }
    }

    fn on_line(self, line: u64) -> LineError {
        LineError {
            line,
            message: self.message,
            hint: self.hint,
        }
    }
}

const EXPORT_AGAIN: &str =
    "Export the notebook again; a file that was edited by hand cannot be taken.";

/// How `databook.Entry` is written, out of the `.proto` files.
fn entry_descriptor() -> Result<MessageDescriptor, TextError> {
    static ENTRY: LazyLock<Result<MessageDescriptor, TextError>> = LazyLock::new(|| {
        let fault = |message: String| TextError::new(message, "This is a fault of the build.");
        DescriptorPool::decode(proto::FILE_DESCRIPTOR_SET)
            .map_err(|error| fault(error.to_string()))?
            .get_message_by_name("databook.Entry")
            .ok_or_else(|| fault("databook.Entry is not described".to_owned()))
    });
    ENTRY.clone()
}
