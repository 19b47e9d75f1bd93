//! Notebooks as files: a whole log out of the server, and into one again, exactly.
//!
//! The lines are those of `wire::lines`. Here is what reads and writes storage; what makes a log
//! is decided there and by `notebook`.

mod export;
mod import;
mod spool;

pub use export::export;
pub use import::{Imported, Problem, import};
