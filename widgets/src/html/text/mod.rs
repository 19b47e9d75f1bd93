//! Widgets that are read: prose, code, tables, logs, states.

mod data_table;
mod inline;
mod json;
mod logs;
mod states;
mod terminal;

pub use logs::{LOG_LIST, LogRow, push_log};

use super::{At, Place, Surroundings, Writer, push_mark, push_spans};
use crate::{
    Alignment, Change, Diff, Kind, Markup, Table, Tree,
    markup::{Attribute, Tag},
    words,
};
use Attribute::{Class, DataAlign, DataLanguage, DataTone, Scope};
use inline::push_badge;

/// Most lines of a diff that are written.
const MAX_DIFF_LINES: usize = 5_000;

impl Writer<'_> {
    pub(super) fn text(&mut self, at: At, kind: &Kind) {
        match kind {
            Kind::Heading(heading) => {
                let tag = heading_tag(heading.level);
                self.open(at, tag, "", &[]);
                push_spans(self.markup, &heading.spans);
                self.markup.close(tag);
            }
            Kind::Paragraph(spans) => {
                self.open(at, Tag::P, "", &[]);
                push_spans(self.markup, spans);
                self.markup.close(Tag::P);
            }
            Kind::Code(code) => {
                let language = [(DataLanguage, code.language.as_str())];
                let more: &[_] = if code.language.is_empty() {
                    &[]
                } else {
                    &language
                };
                self.open(at, Tag::Pre, "code-block", more);
                self.markup
                    .element(Tag::Code, &[], &code.text)
                    .close(Tag::Pre);
            }
            Kind::Divider => self.open(at, Tag::Hr, "", &[]),
            Kind::Table(table) => {
                self.open(at, Tag::Div, "table-scroll", &[]);
                push_table(self.markup, table);
                self.markup.close(Tag::Div);
            }
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

/// One level down: the page's own title is its only `h1`.
fn heading_tag(level: u8) -> Tag {
    match level {
        0 | 1 => Tag::H2,
        2 => Tag::H3,
        3 => Tag::H4,
        4 => Tag::H5,
        _ => Tag::H6,
    }
}

fn push_table(markup: &mut Markup, table: &Table) {
    let align = |column: usize| match table.columns.get(column).map(|column| column.align) {
        None | Some(Alignment::Start) => None,
        Some(Alignment::Center) => Some("center"),
        Some(Alignment::End) => Some("end"),
    };
    let open = |markup: &mut Markup, tag: Tag, column: usize, scope: &[(Attribute, &str)]| {
        let mut attributes = scope.to_vec();
        attributes.extend(align(column).map(|align| (DataAlign, align)));
        markup.open(tag, &attributes);
    };
    markup.open(Tag::Table, &[]);
    markup.open(Tag::Thead, &[]).open(Tag::Tr, &[]);
    for (place, column) in table.columns.iter().enumerate() {
        open(markup, Tag::Th, place, &[(Scope, "col")]);
        push_spans(markup, &column.title);
        markup.close(Tag::Th);
    }
    markup.close(Tag::Tr).close(Tag::Thead);
    markup.open(Tag::Tbody, &[]);
    for row in &table.rows {
        markup.open(Tag::Tr, &[]);
        for place in 0..table.columns.len() {
            open(markup, Tag::Td, place, &[]);
            push_spans(markup, row.get(place).map_or(&[], Vec::as_slice));
            markup.close(Tag::Td);
        }
        markup.close(Tag::Tr);
    }
    markup.close(Tag::Tbody).close(Tag::Table);
}
