//! A tree as HTML: semantic elements, one path, nothing that was not allow-listed.

use crate::{
    Alignment, Kind, MAX_DEPTH, Span, Table, Tone, Tree,
    markup::{Attribute, Markup, Tag, safe_link},
};
use Attribute::{
    Checked, Class, DataAlign, DataLanguage, DataTone, Disabled, Href, Rel, Role, Scope, Start,
    Target, Type,
};

/// Renders any tree, checked or not: a bad or repeated index is left out, and nothing is
/// shown deeper than [`MAX_DEPTH`].
pub fn html(tree: &Tree) -> String {
    let mut markup = Markup::new();
    push_html(&mut markup, tree);
    markup.finish()
}

/// As [`html`], at the end of what is being written.
pub fn push_html(markup: &mut Markup, tree: &Tree) {
    let mut writer = Writer {
        tree,
        markup,
        visited: vec![false; tree.nodes.len()],
    };
    writer.node(0, 1, false);
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
        if link.is_some() {
            markup.close(Tag::A);
        }
    }
}

struct Writer<'a> {
    tree: &'a Tree,
    markup: &'a mut Markup,
    /// Each node is shown once: shared children would otherwise multiply without bound.
    visited: Vec<bool>,
}

impl Writer<'_> {
    fn node(&mut self, index: usize, depth: usize, in_list: bool) {
        let tree = self.tree;
        let Some(node) = tree.nodes.get(index) else {
            return;
        };
        if depth > MAX_DEPTH || std::mem::replace(&mut self.visited[index], true) {
            return;
        }
        let within = |writer: &mut Self, tag: Tag, attributes: &[(Attribute, &str)]| {
            writer.markup.open(tag, attributes);
            writer.children(index, depth, false);
            writer.markup.close(tag);
        };
        match &node.kind {
            Kind::Item { checked } => {
                // An item outside of a list keeps its text.
                let tag = if in_list { Tag::Li } else { Tag::Div };
                match checked {
                    None => self.markup.open(tag, &[]),
                    Some(checked) => {
                        self.markup.open(tag, &[(Class, "task")]);
                        let label = if *checked { "Done" } else { "To do" };
                        let all = [
                            (Type, "checkbox"),
                            (Disabled, ""),
                            (Attribute::AriaLabel, label),
                            (Checked, ""),
                        ];
                        let shown = if *checked { &all[..] } else { &all[..3] };
                        self.markup.open(Tag::Input, shown)
                    }
                };
                self.children(index, depth, false);
                self.markup.close(tag);
            }
            _ if in_list => {
                // What is not an item still needs one to be a list's child.
                self.markup.open(Tag::Li, &[]);
                self.visited[index] = false;
                self.node(index, depth, false);
                self.markup.close(Tag::Li);
            }
            Kind::Stack => within(self, Tag::Div, &[(Class, "stack")]),
            Kind::Row => within(self, Tag::Div, &[(Class, "row")]),
            Kind::Quote => within(self, Tag::Blockquote, &[]),
            Kind::Heading { level, spans } => {
                let tag = heading_tag(*level);
                self.markup.open(tag, &[]);
                push_spans(self.markup, spans);
                self.markup.close(tag);
                self.children(index, depth, false);
            }
            Kind::Paragraph(spans) => {
                self.markup.open(Tag::P, &[]);
                push_spans(self.markup, spans);
                self.markup.close(Tag::P);
                self.children(index, depth, false);
            }
            Kind::Code { language, text } => {
                let attributes = [(Class, "code-block"), (DataLanguage, language.as_str())];
                let shown = if language.is_empty() { 1 } else { 2 };
                self.markup.open(Tag::Pre, &attributes[..shown]);
                self.markup.element(Tag::Code, &[], text);
                self.markup.close(Tag::Pre);
                self.children(index, depth, false);
            }
            Kind::Bullets { start } => {
                let first = start.map(|start| start.to_string());
                let tag = if start.is_some() { Tag::Ol } else { Tag::Ul };
                match first.as_deref() {
                    Some(first) if first != "1" => self.markup.open(tag, &[(Start, first)]),
                    _ => self.markup.open(tag, &[]),
                };
                self.children(index, depth, true);
                self.markup.close(tag);
            }
            Kind::Divider => {
                self.markup.open(Tag::Hr, &[]);
                self.children(index, depth, false);
            }
            Kind::Table(table) => {
                push_table(self.markup, table);
                self.children(index, depth, false);
            }
            Kind::KeyValues(entries) => {
                self.markup.open(Tag::Dl, &[(Class, "key-values")]);
                for (key, value) in entries {
                    self.markup.element(Tag::Dt, &[], key);
                    self.markup.open(Tag::Dd, &[]);
                    push_spans(self.markup, value);
                    self.markup.close(Tag::Dd);
                }
                self.markup.close(Tag::Dl);
                self.children(index, depth, false);
            }
            Kind::Callout { tone, title } => {
                let attributes = [(Class, "callout"), (DataTone, tone.name()), (Role, "note")];
                self.markup.open(Tag::Div, &attributes);
                self.markup.open(Tag::P, &[(Class, "callout-title")]);
                push_mark(self.markup);
                self.markup
                    .element(Tag::Span, &[(Class, "tone")], tone.word());
                if !title.is_empty() {
                    self.markup.text(" ").text(title);
                }
                self.markup.close(Tag::P);
                self.children(index, depth, false);
                self.markup.close(Tag::Div);
            }
            Kind::Badge { tone, text } => {
                self.markup
                    .open(Tag::Span, &[(Class, "badge"), (DataTone, tone.name())]);
                push_mark(self.markup);
                self.markup.text(text).close(Tag::Span);
                self.children(index, depth, false);
            }
        }
    }

    fn children(&mut self, parent: usize, depth: usize, in_list: bool) {
        let tree = self.tree;
        for &child in &tree.nodes[parent].children {
            // Only later nodes: an index that points back would be a circle.
            if child as usize > parent {
                self.node(child as usize, depth + 1, in_list);
            }
        }
    }
}

/// The shape that the style sheet draws from the tone or state around it.
fn push_mark(markup: &mut Markup) {
    markup.element(
        Tag::Span,
        &[(Class, "mark"), (Attribute::AriaHidden, "true")],
        "",
    );
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
    markup.open(Tag::Div, &[(Class, "table-scroll")]);
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
    markup.close(Tag::Tbody).close(Tag::Table).close(Tag::Div);
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
