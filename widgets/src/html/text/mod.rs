//! Widgets that are read and are more than prose: pictures, tables, logs, states.

mod data_table;
mod inline;
mod json;
mod logs;
mod states;
mod terminal;

pub use logs::{LOG_LIST, LogRow, push_log};

use super::{At, Place, Surroundings, Writer, push_mark, push_spans};
use crate::{
    Change, Diff, Kind, Tree,
    markup::{Attribute, Tag},
    words,
};
use Attribute::{Class, DataTone};
use inline::push_badge;

/// Most lines of a diff that are written.
const MAX_DIFF_LINES: usize = 5_000;

impl Writer<'_> {
    pub(super) fn text(&mut self, at: At, kind: &Kind) {
        match kind {
            Kind::KeyValues(entries) => {
                self.open(at, Tag::Dl, "key-values", &[]);
                for entry in entries {
                    self.markup.element(Tag::Dt, &[], &entry.key);
                    self.markup.open(Tag::Dd, &[]);
                    push_spans(self.markup, &entry.value);
                    self.markup.close(Tag::Dd);
                }
                self.markup.close(Tag::Dl);
            }
            Kind::Badge(badge) => {
                self.open(at, Tag::Span, "badge", &[(DataTone, badge.tone.name())]);
                push_mark(self.markup);
                self.markup.text(&badge.text).close(Tag::Span);
            }
            Kind::Markdown(text) => self.markdown(at, text),
            Kind::Diff(diff) => self.diff(at, diff),
            Kind::Timestamp(timestamp) => self.timestamp(at, timestamp),
            Kind::Image(image) => self.image(at, image),
            Kind::Person(person) => self.person(at, person),
            Kind::DataTable(table) => self.data_table(at, table),
            Kind::Logs(lines) => self.logs(at, lines),
            Kind::Json(json) => self.json(at, json),
            Kind::Terminal(text) => self.terminal(at, text),
            Kind::Empty(empty) => self.empty(at, empty),
            Kind::Loading(what) => self.loading(at, what),
            Kind::Error(error) => self.error(at, error),
            Kind::Other(other) => self.other(at, other),
            // `Writer::node` sends nothing else here.
            _ => {}
        }
    }

    /// The tree that the text stands for, with ids of its own and no deeper than any other.
    fn markdown(&mut self, at: At, text: &str) {
        let tree = (self.around.markdown)(text);
        let ids = self.id(at, "-");
        let around = Surroundings {
            ids: &ids,
            keys: false,
            // Markdown holds no Markdown: whatever the reader of it says, this ends.
            markdown: Tree::plain,
            ..*self.around
        };
        self.open(at, Tag::Div, "prose markdown", &[]);
        let mut inner = Writer {
            tree: &tree,
            markup: self.markup,
            around: &around,
            visited: vec![false; tree.nodes.len()],
            in_form: self.in_form,
            rest: self.rest,
        };
        inner.node(0, at.depth + 1, Place::Flow);
        self.markup.close(Tag::Div);
    }

    /// The marks are text, so that what is copied is a patch.
    fn diff(&mut self, at: At, diff: &Diff) {
        self.open(at, Tag::Figure, "diff", &[]);
        let titles = [
            ("removed", "- ", &diff.before),
            ("added", "+ ", &diff.after),
        ];
        if titles.iter().any(|(_, _, title)| !title.is_empty()) {
            self.markup.open(Tag::Figcaption, &[]);
            for (class, mark, title) in titles {
                let text = format!("{mark}{title}");
                self.markup.element(Tag::Span, &[(Class, class)], &text);
            }
            self.markup.close(Tag::Figcaption);
        }
        self.markup.open(Tag::Pre, &[]);
        let shown = diff.lines.len().min(MAX_DIFF_LINES);
        for line in &diff.lines[..shown] {
            let (class, mark) = match line.change {
                Change::Same => ("same", " "),
                Change::Added => ("added", "+"),
                Change::Removed => ("removed", "-"),
            };
            // A line is one line, whatever is in it.
            let text = format!("{mark} {}\n", line.text.replace(['\n', '\r'], " "));
            self.markup.element(Tag::Span, &[(Class, class)], &text);
        }
        self.markup.close(Tag::Pre);
        if shown < diff.lines.len() {
            let more = words::count(diff.lines.len() - shown, "more line");
            self.markup.element(Tag::P, &[(Class, "note")], &more);
        }
        self.markup.close(Tag::Figure);
    }
}
