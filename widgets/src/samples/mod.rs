//! Trees as an engineer on call may meet them, for galleries, screenshots and tests.

mod chart;

pub use chart::charts;

use crate::Tree;

/// A tree with a name.
#[derive(Clone, Debug)]
pub struct Sample {
    pub name: &'static str,
    pub tree: Tree,
}
