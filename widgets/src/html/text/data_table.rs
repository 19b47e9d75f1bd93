//! A table that the page sorts, filters and pages through by itself.
//!
//! The page reads `data-page-rows` and `data-filter` of the table, `data-sort` of a heading
//! (`number`, `time` or `text`) and `data-value` of a cell, which is its key where the text is not.
//! All rows are there, so that it is readable without a script.

use super::push_badge;
use crate::{
    Alignment, Cells, DataTable, Markup,
    columns::{Column, Columns},
    html::{At, Writer, push_spans},
    markup::{Attribute, Tag},
    words,
};
use Attribute::{
    AriaLabel, AriaLabelledby, AriaSort, Autocomplete, Class, DataAlign, DataFilter, DataPageRows,
    DataSort, DataValue, DataWidget, Datetime, For, Hidden, Id, Placeholder, Role, Scope, Type,
};
use scale::moment;

const MAX_ROWS: usize = 5_000;

impl Writer<'_> {
    pub(super) fn data_table(&mut self, at: At, table: &DataTable) {
        let columns = Columns::of(table, MAX_ROWS);
        self.open(at, Tag::Div, "data-table", &[]);
        let (title, filter) = (self.id(at, "-title"), self.id(at, "-filter"));
        let titled = !table.title.is_empty();
        let rows = words::count(columns.rows, "row");
        self.markup.open(Tag::Div, &[(Class, "table-head")]);
        if titled {
            let attributes = [(Class, "table-title"), (Id, &*title)];
            self.markup.element(Tag::P, &attributes, &table.title);
        }
        self.markup
            .element(Tag::Span, &[(Class, "table-count")], &rows);
        if table.filter {
            let what = format!("Filter {}", words::first(&[&table.title, "rows"]));
            let search = [
                (Class, "table-filter"),
                (Role, "search"),
                (AriaLabel, &*what),
            ];
            let label = [(Class, "visually-hidden"), (For, &*filter)];
            let input = [
                (Type, "search"),
                (Id, &*filter),
                (Placeholder, "Filter rows"),
                (Autocomplete, "off"),
            ];
            self.markup
                .open(Tag::Div, &search)
                .element(Tag::Label, &label, &what)
                .open(Tag::Input, &input)
                .close(Tag::Div);
        }
        self.markup.close(Tag::Div);

        let page_rows = table.page_rows.to_string();
        let mut attributes = vec![
            (Class, "data"),
            (DataWidget, "data-table"),
            (DataPageRows, &*page_rows),
        ];
        if table.filter {
            attributes.push((DataFilter, ""));
        }
        attributes.push(if titled {
            (AriaLabelledby, &*title)
        } else {
            (AriaLabel, "Table")
        });
        self.markup.open(Tag::Div, &[(Class, "table-scroll")]);
        self.markup.open(Tag::Table, &attributes);
        push_head(self.markup, &columns);
        push_body(self.markup, &columns);
        self.markup.close(Tag::Table).close(Tag::Div);

        if columns.shown < columns.rows {
            let words = format!("Showing the first {} of {rows}.", columns.shown);
            self.markup.element(Tag::P, &[(Class, "note")], &words);
        } else if columns.rows == 0 {
            self.markup
                .element(Tag::P, &[(Class, "note")], "The table is empty.");
        }
        if table.page_rows > 0 && columns.shown > table.page_rows as usize {
            push_pager(self.markup, &table.title);
        }
        self.markup.close(Tag::Div);
    }
}

fn push_head(markup: &mut Markup, columns: &Columns<'_>) {
    markup.open(Tag::Thead, &[]).open(Tag::Tr, &[]);
    for column in &columns.columns {
        let attributes = [(Scope, "col"), (AriaSort, "none"), (DataSort, column.sort)];
        open(markup, Tag::Th, &attributes, column);
        let button = [(Class, "sort"), (Type, "button")];
        markup.open(Tag::Button, &button).text(&column.title);
        if !column.unit.is_empty() {
            markup
                .text(" ")
                .element(Tag::Span, &[(Class, "unit")], &column.unit);
        }
        markup.close(Tag::Button).close(Tag::Th);
    }
    markup.close(Tag::Tr).close(Tag::Thead);
}

fn push_body(markup: &mut Markup, columns: &Columns<'_>) {
    markup.open(Tag::Tbody, &[]);
    for row in 0..columns.shown {
        markup.open(Tag::Tr, &[]);
        for column in &columns.columns {
            let (shown, key) = (column.print(row), column.key(row));
            let mut attributes = Vec::new();
            if let Some(key) = &key
                && Some(key) != shown.as_ref()
            {
                attributes.push((DataValue, key.as_str()));
            }
            open(markup, Tag::Td, &attributes, column);
            push_cell(markup, column.cells, row, shown.as_deref().unwrap_or(""));
            markup.close(Tag::Td);
        }
        markup.close(Tag::Tr);
    }
    markup.close(Tag::Tbody);
}

fn push_cell(markup: &mut Markup, cells: &Cells, row: usize, shown: &str) {
    match cells {
        Cells::Numbers(_) => {
            markup.text(shown);
        }
        Cells::TimesMs(times) => {
            if let Some(time_ms) = times.get(row) {
                let machine = moment::machine(*time_ms);
                markup.element(Tag::Time, &[(Datetime, &machine)], shown);
            }
        }
        Cells::Texts(texts) => {
            markup.text(texts.get(row).map_or("", String::as_str));
        }
        Cells::Rich(spans) => push_spans(markup, spans.get(row).map_or(&[], Vec::as_slice)),
        Cells::Badges(badges) => {
            if let Some(badge) = badges.get(row) {
                push_badge(markup, badge);
            }
        }
    }
}

fn open(markup: &mut Markup, tag: Tag, first: &[(Attribute, &str)], column: &Column<'_>) {
    let mut attributes = first.to_vec();
    if column.align() == Alignment::End {
        attributes.push((DataAlign, "end"));
    }
    markup.open(tag, &attributes);
}

/// Hidden until the page turns pages: without it all rows are in sight.
fn push_pager(markup: &mut Markup, title: &str) {
    let label = format!("Pages of {}", words::first(&[title, "the table"]));
    let nav = [(Class, "pager"), (AriaLabel, &*label), (Hidden, "")];
    markup.open(Tag::Nav, &nav);
    for (value, word) in [("previous", "Previous"), ("next", "Next")] {
        let button = [(Class, "quiet"), (Type, "button"), (DataValue, value)];
        markup.element(Tag::Button, &button, word);
        if value == "previous" {
            markup.element(Tag::Output, &[(Class, "pager-place")], "");
        }
    }
    markup.close(Tag::Nav);
}
