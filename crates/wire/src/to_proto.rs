//! Domain types as messages. Never fails: a domain value can always be sent.

mod answer;
mod comment;
mod history;
mod log;
mod plugin;
mod snapshot;

pub use answer::{answer, failure, time_range};
pub use comment::{person, presence, selection};
pub use history::activity;
pub use log::{entries, entry, operation, proposal, refusal, submission};
pub use plugin::{plugin, plugins};
pub use snapshot::{snapshot, summary};
