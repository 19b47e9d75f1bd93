//! A tree as HTML: semantic elements, one path, nothing that was not allow-listed.
//!
//! What people do with a widget reaches its plugin by attributes that the page reads, so that the
//! markup stays plain HTML: `data-widget` says what it is, `data-name` under which name its events
//! go. `data-key` lets the page keep focus and scroll when a newer tree replaces this one.

mod chart;
mod input;
mod layout;
mod prose;
mod text;

pub use text::{LOG_LIST, LogRow, push_log};

use crate::{
    Kind, MAX_DEPTH, Span, Tone, Tree,
    markup::{Attribute, Markup, Tag, safe_link},
};
use Attribute::{Class, DataKey, DataTone, Href, Rel, Target};

/// What a tree cannot know about the page around it.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// Begins every id, so that two trees on one page do not meet.
    pub ids: &'a str,
    /// Whether a newer tree may replace this one: then each node carries its key.
    pub keys: bool,
    /// Reads CommonMark; the crate that knows how is above this one.
    pub markdown: fn(&str) -> Tree,
    /// The moment that relative times are told from, milliseconds since 1970 UTC; without it,
    /// times are absolute.
    pub now_ms: Option<i64>,
}

impl Default for Surroundings<'_> {
    fn default() -> Self {
        Self {
            ids: "",
            keys: false,
            markdown: Tree::plain,
            now_ms: None,
        }
    }
}

/// Renders any tree, checked or not: a bad or repeated index is left out, and nothing is
/// shown deeper than [`MAX_DEPTH`].
pub fn html(tree: &Tree, around: &Surroundings<'_>) -> String {
    let mut markup = Markup::new();
    push_html(&mut markup, tree, around);
    markup.finish()
}

/// As [`html`], at the end of what is being written.
pub fn push_html(markup: &mut Markup, tree: &Tree, around: &Surroundings<'_>) {
    push(markup, tree, around, |writer, at, kind| {
        writer.any(at, kind)
    });
}

/// As [`push_html`], of what Markdown becomes alone; other widgets are left out. What calls nothing
/// else carries nothing else: the page renders Markdown itself and leaves trees to the host of views.
pub fn push_prose(markup: &mut Markup, tree: &Tree, around: &Surroundings<'_>) {
    push(markup, tree, around, |_, _, _| {});
}

fn push(markup: &mut Markup, tree: &Tree, around: &Surroundings<'_>, rest: Rest) {
    let mut writer = Writer {
        tree,
        markup,
        around,
        visited: vec![false; tree.nodes.len()],
        in_form: false,
        rest,
    };
    writer.node(0, 1, Place::Flow);
}

/// Runs of text with their looks.
pub fn push_spans(markup: &mut Markup, spans: &[Span]) {
    for span in spans {
        let link = span.link.as_deref().and_then(safe_link);
        let looks = [
            (span.bold, Tag::Strong),
            (span.italic, Tag::Em),
            (span.strike, Tag::S),
            (span.code, Tag::Code),
        ];
        if let Some(address) = link {
            markup.open(
                Tag::A,
                &[
                    (Href, address),
                    (Rel, "noopener noreferrer"),
                    (Target, "_blank"),
                ],
            );
        }
        let toned = span.tone != Tone::Neutral;
        if toned {
            let attributes = [(Class, "toned"), (DataTone, span.tone.name())];
            markup.open(Tag::Span, &attributes);
        }
        for (_, tag) in looks.iter().filter(|(on, _)| *on) {
            markup.open(*tag, &[]);
        }
        for (place, line) in span.text.split('\n').enumerate() {
            if place > 0 {
                markup.open(Tag::Br, &[]);
            }
            markup.text(line);
        }
        for (_, tag) in looks.iter().rev().filter(|(on, _)| *on) {
            markup.close(*tag);
        }
        if toned {
            markup.close(Tag::Span);
        }
        if link.is_some() {
            markup.close(Tag::A);
        }
    }
}

/// What an element is a child of, where that decides what it must be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Flow,
    List,
}

/// How widgets are written that are not prose.
type Rest = for<'a, 'b> fn(&'a mut Writer<'b>, At, &Kind);

/// Writes one tree.
struct Writer<'a> {
    tree: &'a Tree,
    markup: &'a mut Markup,
    around: &'a Surroundings<'a>,
    /// Each node is shown once: shared children would otherwise multiply without bound.
    visited: Vec<bool>,
    /// A form cannot hold another one.
    in_form: bool,
    rest: Rest,
}

impl Writer<'_> {
    fn node(&mut self, index: usize, depth: usize, place: Place) {
        let tree = self.tree;
        let Some(node) = tree.nodes.get(index) else {
            return;
        };
        if depth > MAX_DEPTH || std::mem::replace(&mut self.visited[index], true) {
            return;
        }
        let at = At { index, depth };
        match &node.kind {
            Kind::Item(item) => self.item(at, item, place),
            _ if place == Place::List => {
                // What is not an item still needs one to be a list's child.
                self.markup.open(Tag::Li, &[]);
                self.visited[index] = false;
                self.node(index, depth, Place::Flow);
                self.markup.close(Tag::Li);
            }
            kind if self.prose(at, kind) => {}
            kind => (self.rest)(self, at, kind),
        }
    }

    /// Whatever is not prose.
    fn any(&mut self, at: At, kind: &Kind) {
        match kind {
            Kind::Row
            | Kind::Grid(_)
            | Kind::Card(_)
            | Kind::Tabs(_)
            | Kind::Tab(_)
            | Kind::Details(_)
            | Kind::Callout(_)
            | Kind::Slot(_) => self.container(at, kind),
            Kind::Form(_)
            | Kind::Button(_)
            | Kind::Menu(_)
            | Kind::TextField(_)
            | Kind::TextArea(_)
            | Kind::SecretField(_)
            | Kind::NumberField(_)
            | Kind::Slider(_)
            | Kind::RangeSlider(_)
            | Kind::Select(_)
            | Kind::Radio(_)
            | Kind::Combobox(_)
            | Kind::MultiSelect(_)
            | Kind::Checkbox(_)
            | Kind::Toggle(_)
            | Kind::DateTime(_)
            | Kind::TimeRange(_)
            | Kind::File(_)
            | Kind::Download(_) => self.input(at, kind),
            Kind::Stat(_)
            | Kind::Gauge(_)
            | Kind::Progress(_)
            | Kind::TimeSeries(_)
            | Kind::Bars(_)
            | Kind::Pie(_)
            | Kind::Heatmap(_)
            | Kind::Histogram(_)
            | Kind::StateTimeline(_)
            | Kind::EventTimeline(_)
            | Kind::Trace(_)
            | Kind::FlameGraph(_)
            | Kind::NodeGraph(_) => {
                self.chart(at, kind);
                self.children(at, Place::Flow);
            }
            Kind::KeyValues(_)
            | Kind::Badge(_)
            | Kind::Markdown(_)
            | Kind::Diff(_)
            | Kind::Timestamp(_)
            | Kind::Image(_)
            | Kind::Person(_)
            | Kind::DataTable(_)
            | Kind::Logs(_)
            | Kind::Json(_)
            | Kind::Terminal(_)
            | Kind::Empty(_)
            | Kind::Loading(_)
            | Kind::Error(_)
            | Kind::Other(_) => {
                self.text(at, kind);
                self.children(at, Place::Flow);
            }
            // Written before this is asked.
            Kind::Stack
            | Kind::Quote
            | Kind::Bullets(_)
            | Kind::Item(_)
            | Kind::Heading(_)
            | Kind::Paragraph(_)
            | Kind::Code(_)
            | Kind::Divider
            | Kind::Table(_) => {}
        }
    }

    fn children(&mut self, parent: At, place: Place) {
        let tree = self.tree;
        for &child in &tree.nodes[parent.index].children {
            // Only later nodes: an index that points back would be a circle.
            if child as usize > parent.index {
                self.node(child as usize, parent.depth + 1, place);
            }
        }
    }

    /// Starts the outermost element of a node: its class, its key, and more.
    fn open(&mut self, at: At, tag: Tag, class: &str, more: &[(Attribute, &str)]) {
        let mut attributes = Vec::with_capacity(more.len() + 2);
        if !class.is_empty() {
            attributes.push((Class, class));
        }
        let key = &self.tree.nodes[at.index].key;
        if self.around.keys && !key.is_empty() {
            attributes.push((DataKey, key.as_str()));
        }
        attributes.extend_from_slice(more);
        self.markup.open(tag, &attributes);
    }

    /// An id for a part of a node.
    fn id(&self, at: At, part: &str) -> String {
        format!("{}{}{part}", self.around.ids, at.index)
    }
}

/// Where in the tree the writer is.
#[derive(Clone, Copy)]
struct At {
    index: usize,
    depth: usize,
}

/// The shape that the style sheet draws from the tone or state around it.
fn push_mark(markup: &mut Markup) {
    markup.element(
        Tag::Span,
        &[(Class, "mark"), (Attribute::AriaHidden, "true")],
        "",
    );
}

impl Tone {
    /// The style sheet's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Info => "info",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }

    /// The word that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Neutral => "Note",
            Self::Info => "Info",
            Self::Good => "Good",
            Self::Warn => "Warning",
            Self::Bad => "Problem",
        }
    }
}
