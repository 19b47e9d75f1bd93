//! The vocabulary: what a tree is made of. Each type is the WIT type of the same name
//! (`wit/1.0.0/widgets.wit`); `tests/contract.rs` keeps the two equal.

mod chart;
mod input;
mod layout;
mod text;

pub use chart::*;
pub use input::*;
pub use layout::*;
pub use text::*;
