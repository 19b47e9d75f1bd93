//! A notebook as HTML: Markdown, answers and cells, the same on the server and in the page. Pure.
//!
//! Everything is written through [`widgets::Markup`], so nothing here escapes by itself. Not for
//! layout: the style sheets are in `public/`, and they know only the classes and `data-*`
//! attributes written here.

mod answer;
mod blocks;
mod builtin;
mod cell;
mod choice;
mod comments;
mod figure;
#[cfg(feature = "trees")]
mod gallery;
mod history;
mod inputs;
mod json;
mod markdown;
mod own_views;
mod page;
mod people;
mod plain;
mod plugins;
mod replay;
mod runs;
mod source;
mod table;

pub use answer::{answer, answer_as, failure, failure_word, markdown_html, note, notices, problem};
#[cfg(feature = "trees")]
pub use answer::{picture, tree_html, tree_text};
pub use blocks::{BLOCK_ROWS, Block, blocks};
pub use cell::{
    CellState, CellView, Talk, UNTIL_THEN, cell, cell_content, cell_source, gutter, output,
    progress, run_log,
};
pub use choice::{Choices, choices, unfit};
pub use comments::{Readers, mentioned, name, threads};
pub use figure::{PLOT_HEIGHT_PX, can_plot, legend};
#[cfg(feature = "trees")]
pub use gallery::gallery;
pub use history::{HistoryAct, HistoryView, away, history};
pub use inputs::{QUICK_RANGES_MS, inputs, time_range_words};
pub use json::answer_json;
pub use markdown::{MAX_MARKDOWN_BYTES, markdown};
pub use own_views::{
    Decision, Whence, brought_nothing, brought_view, own_views, refused_view, view_grants,
    view_question,
};
pub use page::{GALLERY_PATH, NotebookRow, PLUGINS_PATH, list, notebook, top_bar};
pub use people::{CaretView, carets_html, initials};
pub use plain::{answer_text, failure_text};
pub use plugins::plugins;
pub use replay::{Point, QUIET_MS, Steps, Track, past_bar, replay_path, track_marks};
pub use runs::{difference, run_line, runs_difference};
pub use scale::{NumberFormat, moment as time};
pub use source::{diagnostics, marked_source};
pub use time::moment;

use notebook::{ActorId, Notebook};
use output::TimeRange;

/// How wide an output is on a page that has all the room it wants, in CSS pixels: what the
/// server draws for, since it does not know the reader's window.
pub const OUTPUT_WIDTH_PX: u32 = 982;

/// Most rows of a table or lines of a log that become HTML; a notice names the rest.
pub const MAX_ROWS: usize = 500;
/// Most bytes of plain text that become HTML, 1 MiB; a notice names the rest.
pub const MAX_TEXT_BYTES: usize = 1 << 20;

/// For whom something is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Width of an output in CSS pixels.
    pub width_px: u32,
    /// The time that was asked for; a plot shows it also where there is no data.
    pub time_range: Option<TimeRange>,
    pub plots: Plots,
}

/// How a plot appears.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Plots {
    /// Drawn, as the server sends it (feature `svg`).
    #[cfg(feature = "svg")]
    Svg,
    /// A figure of the same size that the page draws into: it carries `data-plot`.
    #[default]
    Placeholder,
}

impl Default for View {
    fn default() -> Self {
        Self {
            width_px: OUTPUT_WIDTH_PX,
            time_range: None,
            plots: Plots::default(),
        }
    }
}

/// The longest start of a text that has at most this many bytes.
fn cut(text: &str, most_bytes: usize) -> &str {
    &text[..text.floor_char_boundary(most_bytes)]
}

/// What somebody is called in a notebook.
fn person(actor: ActorId, notebook: &Notebook, you: ActorId) -> &str {
    match notebook.people.get(&actor) {
        _ if actor == you => "You",
        _ if actor == ActorId::SERVER => "The server",
        Some(person) => &person.name,
        None => "Somebody",
    }
}

/// `1 cell`, `2 cells`.
fn number_of(count: usize, word: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {word}{plural}")
}
