//! A notebook *is* an append-only log of operations; its state is `fold(apply, log)`.
//!
//! The same code runs in the page and in the server. Pure: no async, clock, randomness, IO
//! or target `cfg`; identifiers and times come from the edges.
//!
//! [`Authority`] is the server's side of a log: it gives proposals their places. [`Replica`]
//! is the page's: it shows what was done here at once, and rebases it when others' entries
//! arrive. [`grammar`] reads what people type into a cell.

mod apply;
mod authority;
mod away;
mod check;
mod comment;
mod edits;
pub mod grammar;
mod id;
mod inputs;
pub mod limits;
mod operation;
mod person;
mod presence;
mod rebase;
mod received;
mod refusal;
mod replica;
mod state;
mod story;
#[cfg(test)]
mod tests;
mod text;
mod undo;

pub use authority::{Accepted, Authority, Submission};
pub use away::{Away, Runs};
pub use check::{Source, is_variable_name};
pub use comment::{Comment, CommentOperation, Thread, Threads, Words};
pub use edits::STEPS as UNDO_STEPS;
pub use grammar::{
    CellKind, Diagnostic, Directive, OptionToken, ParsedCell, Request, TimeRangeOverride,
    ViewSource, merge, parse, parse_duration, run_alike, split, suggest, to_markdown, to_query,
};
pub use id::{ActorId, CellId, CommentId, IdError, NotebookId, OperationId, RunId};
pub use inputs::Inputs;
pub use operation::{
    BlobHash, BlobHashError, Entry, Operation, Outcome, OutputReference, Proposal, Sequence,
    TimeRangeSetting,
};
pub use person::{Colour, Person};
pub use presence::{Presence, Selection};
pub use received::Received;
pub use refusal::{ApplyError, Reason, Refusal};
pub use replica::{Gap, Replica, Stepped};
pub use state::{Cell, Notebook, NotebookParts, Offer, PartsError, Run};
pub use story::{Activity, Deed, Ending, Story};
pub use text::{ChangeError, Side, Step, TextChange, diff, diff_at, utf16_len};
