//! Converts between the generated protobuf types and the domain types, checking what comes in.
//!
//! The only crate in which both are known. [`to_proto`] never fails; [`from_proto`] and the
//! `decode_*` functions take any message or bytes and give a domain value or a [`WireError`]
//! that names the field. It does not decide whether an operation fits a notebook:
//! that is `notebook::Authority`.

mod error;
pub mod from_proto;
#[cfg(feature = "lines")]
pub mod lines;
mod summary;
pub mod to_proto;

pub use error::WireError;
pub use summary::Summary;

use notebook::{Entry, Notebook, Operation};
use output::Answer;
use prost::Message;

/// Most bytes of an encoded answer: 64 MiB. The server cuts what plugins return well below it.
pub const MAX_ANSWER_BYTES: usize = 64 << 20;
/// Most bytes of an encoded entry: 4 MiB, four of the largest texts.
pub const MAX_ENTRY_BYTES: usize = 4 << 20;
/// Most bytes of one text inside an operation: 1 MiB, which holds the largest cell (262,144
/// UTF-16 code units of at most three bytes each).
pub const MAX_TEXT_BYTES: usize = 1 << 20;

/// An entry as the log keeps it.
pub fn encode_entry(entry: &Entry) -> Vec<u8> {
    to_proto::entry(entry).encode_to_vec()
}

/// An entry as [`encode_entry`] wrote it, or any bytes.
pub fn decode_entry(bytes: &[u8]) -> Result<Entry, WireError> {
    from_proto::entry(message("entry", bytes, MAX_ENTRY_BYTES)?)
}

/// An operation as storage keeps it, beside the rest of its entry.
pub fn encode_operation(operation: &Operation) -> Vec<u8> {
    to_proto::operation(operation).encode_to_vec()
}

/// An operation as [`encode_operation`] wrote it, or any bytes.
pub fn decode_operation(bytes: &[u8]) -> Result<Operation, WireError> {
    from_proto::operation(message("operation", bytes, MAX_ENTRY_BYTES)?)
}

/// An answer as it is kept under its hash and served from `/api/outputs/`.
pub fn encode_answer(answer: &Answer) -> Vec<u8> {
    to_proto::answer(answer).encode_to_vec()
}

/// An answer as [`encode_answer`] wrote it, or any bytes.
pub fn decode_answer(bytes: &[u8]) -> Result<Answer, WireError> {
    from_proto::answer(message("answer", bytes, MAX_ANSWER_BYTES)?)
}

/// A state as storage keeps it.
pub fn encode_snapshot(state: &Notebook) -> Vec<u8> {
    to_proto::snapshot(state).encode_to_vec()
}

/// A state as [`encode_snapshot`] wrote it, or any bytes. Its size is what the log made of it.
pub fn decode_snapshot(bytes: &[u8]) -> Result<Notebook, WireError> {
    from_proto::snapshot(message("snapshot", bytes, usize::MAX)?)
}

fn message<M: Message + Default>(name: &str, bytes: &[u8], limit: usize) -> Result<M, WireError> {
    error::at_most(name, bytes.len(), limit, "bytes")?;
    M::decode(bytes).map_err(|error| WireError::new(name, error))
}
