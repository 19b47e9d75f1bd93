//! Widgets that Markdown becomes: the part of the vocabulary that every page has.

use super::{At, Place, Writer, push_spans};
use crate::{
    Alignment, Kind, ListItem, Markup, Table,
    markup::{Attribute, Tag},
};
use Attribute::{AriaLabel, Checked, DataAlign, DataLanguage, Disabled, Scope, Start, Type};

impl Writer<'_> {
    /// Writes the node if it is prose.
    pub(super) fn prose(&mut self, at: At, kind: &Kind) -> bool {
        match kind {
            Kind::Stack => {
                self.within(at, Tag::Div, "stack", &[]);
                return true;
            }
            Kind::Quote => {
                self.within(at, Tag::Blockquote, "", &[]);
                return true;
            }
            Kind::Bullets(style) => {
                self.bullets(at, style.start);
                return true;
            }
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
            _ => return false,
        }
        self.children(at, Place::Flow);
        true
    }

    pub(super) fn item(&mut self, at: At, item: &ListItem, place: Place) {
        // An item outside of a list keeps its text.
        let tag = if place == Place::List {
            Tag::Li
        } else {
            Tag::Div
        };
        match item.checked {
            None => self.open(at, tag, "", &[]),
            Some(checked) => {
                self.open(at, tag, "task", &[]);
                let label = if checked { "Done" } else { "To do" };
                let all = [
                    (Type, "checkbox"),
                    (Disabled, ""),
                    (AriaLabel, label),
                    (Checked, ""),
                ];
                let shown = if checked { &all[..] } else { &all[..3] };
                self.markup.open(Tag::Input, shown);
            }
        }
        self.children(at, Place::Flow);
        self.markup.close(tag);
    }

    fn bullets(&mut self, at: At, start: Option<u32>) {
        let first = start.map(|start| start.to_string());
        let tag = if start.is_some() { Tag::Ol } else { Tag::Ul };
        match first.as_deref() {
            Some(first) if first != "1" => self.open(at, tag, "", &[(Start, first)]),
            _ => self.open(at, tag, "", &[]),
        }
        self.children(at, Place::List);
        self.markup.close(tag);
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
