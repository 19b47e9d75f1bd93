//! Widgets that are read: prose, code, tables, logs, states.

use super::{At, Writer, push_mark, push_spans};
use crate::{
    Alignment, Kind, Markup, Table,
    markup::{Attribute, Tag},
};
use Attribute::{DataAlign, DataLanguage, DataTone, Scope};

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
            Kind::Person(person) => {
                self.open(at, Tag::Span, "person", &[]);
                self.markup.text(&person.name).close(Tag::Span);
            }
            _ => {}
        }
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
