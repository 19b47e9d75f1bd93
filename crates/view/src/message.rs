//! What the page and the worker of a view say to each other. They are built together, so these
//! messages may change.

use crate::{Effect, Event, LogLine, ViewContext};
use output::{EncodedTree, Failure};
use wit_data::Data;

/// Bounds of a view: from its config.toml, within what the page allows.
#[derive(Clone, Debug, PartialEq, Eq, Data)]
pub struct Bounds {
    pub memory_mb: u32,
    pub nodes: u32,
}

/// The plugin that a worker is to run, once.
#[derive(Clone, Debug, PartialEq, Data)]
pub struct Load {
    pub component: Vec<u8>,
    pub bounds: Bounds,
    /// Begins every id of the view's markup.
    pub ids: String,
}

/// A tree that is shown as it is: an answer of a backend plugin.
#[derive(Clone, Debug, PartialEq, Data)]
pub struct Picture {
    pub tree: EncodedTree,
    /// Begins every id of its markup.
    pub ids: String,
}

/// What the page tells a worker.
#[derive(Clone, Debug, PartialEq, Data)]
pub enum ToWorker {
    Load(Load),
    Init(ViewContext),
    Update(Event),
    /// Needs no plugin.
    Render(Picture),
}

/// HTML for a slot of what is shown.
#[derive(Clone, Debug, PartialEq, Eq, Data)]
pub struct SlotMarkup {
    pub slot: String,
    pub append: bool,
    pub html: String,
}

/// What a view shows and wants after a call.
#[derive(Clone, Debug, PartialEq, Data)]
pub struct Shown {
    /// None leaves what is shown.
    pub html: Option<String>,
    pub slots: Vec<SlotMarkup>,
    pub effects: Vec<Effect>,
    pub log: Vec<LogLine>,
    /// Bytes of the plugin's memory.
    pub memory_bytes: u32,
}

/// A worker's end: it does not answer again.
#[derive(Clone, Debug, PartialEq, Data)]
pub struct Ended {
    pub failure: Failure,
    pub log: Vec<LogLine>,
}

/// What a worker tells the page: one answer for each thing it was told.
#[derive(Clone, Debug, PartialEq, Data)]
pub enum FromWorker {
    Loaded,
    Shown(Shown),
    Ended(Ended),
    /// HTML.
    Rendered(String),
}
