//! The Widget model: allow-listed kinds of data that become HTML or plain text.
//!
//! Pure: no IO, no browser. There is no raw HTML and no style string in the vocabulary,
//! so nothing a plugin or a person writes can reach the page as markup.

mod ansi;
mod base64;
pub mod build;
mod columns;
mod encoded;
mod figure;
mod html;
mod limits;
mod markup;
mod model;
pub mod samples;
mod text;
mod track;
mod words;

pub use encoded::{EncodedTree, UnreadableTree};
pub use html::{LOG_LIST, LogRow, Surroundings, html, push_html, push_log, push_prose, push_spans};
pub use limits::{Limits, MAX_BYTES, MAX_DEPTH, MAX_NODES, TreeError, check};
pub use markup::{Attribute, Markup, Tag, safe_link};
pub use model::*;
pub use text::{align_table, log_text, printable, text};
