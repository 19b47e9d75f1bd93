//! Messages as domain types: what does not hold is an error that names the field.
//!
//! An enumeration that was left out takes its default where the domain has one; a oneof that
//! was left out is an error, as is everything this version does not know.

mod answer;
mod comment;
mod history;
mod log;
mod plugin;
mod snapshot;

pub use answer::{answer, failure, time_range};
pub use comment::{person, presence, selection};
pub use history::activity;
pub use log::{entry, operation, proposal, refusal, submission};
pub use plugin::{plugin, plugins};
pub use snapshot::{snapshot, summary};
