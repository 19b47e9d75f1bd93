//! Whole pages: one notebook, and the list of notebooks; and the bar above every page.

use crate::{
    CellView, View,
    answer::{open_callout, push_callout_title},
    cell::{Talk, push_cell},
    comments::Readers,
    inputs::push_inputs,
    time,
};
use Attribute::{AriaCurrent, Class, DataSequence, Datetime, Href, Id};
use notebook::{BlobHash, Notebook, NotebookId};
use output::Answer;
use std::sync::Arc;
use widgets::{Attribute, Markup, Tag};

/// The path of the gallery of widgets.
pub const GALLERY_PATH: &str = "/gallery";
/// The path of the page of plugins.
pub const PLUGINS_PATH: &str = "/plugins";

/// The bar above every page, as the page's program draws it; `path` is the page's own address.
pub fn top_bar(path: &str) -> String {
    let mut markup = Markup::new();
    markup.open(Tag::Header, &[(Class, "topbar")]);
    markup.element(Tag::A, &[(Class, "brand"), (Href, "/")], "Databook");
    let mut attributes = vec![(Class, "place"), (Href, PLUGINS_PATH)];
    if path == PLUGINS_PATH {
        attributes.push((AriaCurrent, "page"));
    }
    markup
        .element(Tag::A, &attributes, "Plugins")
        .close(Tag::Header);
    markup.finish()
}

/// `<main class="notebook">` with every cell that is not deleted. `outputs` gives the answers
/// that are at hand; the page fetches the others.
pub fn notebook(
    notebook: &Notebook,
    outputs: &dyn Fn(BlobHash) -> Option<Arc<Answer>>,
    view: &View,
    now_ms: i64,
) -> String {
    let mut markup = Markup::new();
    let sequence = notebook.sequence.0.to_string();
    let main = [
        (Class, "notebook"),
        (Id, "notebook"),
        // Tells the page whether this is the state that it got.
        (DataSequence, sequence.as_str()),
    ];
    markup.open(Tag::Main, &main);
    markup.open(Tag::Header, &[(Class, "notebook-head")]);
    markup.element(Tag::H1, &[(Class, "title")], shown_title(&notebook.title));
    markup.close(Tag::Header);
    if notebook.deleted {
        open_callout(&mut markup, "callout", "warn", "status");
        push_callout_title(&mut markup, "This notebook is deleted.");
        markup
            .element(Tag::P, &[], "It can still be read.")
            .close(Tag::Div);
    }
    push_inputs(&mut markup, notebook);
    markup.open(Tag::Ol, &[(Class, "cells")]);
    for (place, cell) in notebook.cells().enumerate() {
        let run = notebook.latest_run(cell.id);
        let answer = run
            .and_then(|run| run.seen())
            .and_then(|seen| outputs(seen.hash));
        let threads = notebook.threads.of_cell(cell.id);
        let cell = CellView {
            number: place + 1,
            cell,
            talk: Some(Talk {
                threads: &threads,
                readers: Readers {
                    people: &notebook.people,
                    own: None,
                },
            }),
            run,
            is_current: run.is_none_or(|run| notebook.is_current(&cell.text, run)),
            answer: answer.as_deref(),
        };
        push_cell(&mut markup, &cell, view, now_ms);
    }
    markup.close(Tag::Ol).close(Tag::Main);
    markup.finish()
}

/// One notebook in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotebookRow {
    pub id: NotebookId,
    pub title: String,
    pub cell_count: u32,
    pub updated_ms: i64,
}

/// `<main class="list">`, the rows in the order they are given.
pub fn list(rows: &[NotebookRow]) -> String {
    let mut markup = Markup::new();
    markup.open(Tag::Main, &[(Class, "list"), (Id, "list")]);
    markup.open(Tag::Header, &[(Class, "list-head")]);
    markup.element(Tag::H1, &[], "Notebooks");
    markup.close(Tag::Header);
    if rows.is_empty() {
        markup.open(Tag::Div, &[(Class, "empty")]);
        markup.element(Tag::H2, &[], "No notebooks yet");
        let words = "A notebook keeps what you saw and did during an incident: text, queries \
                     and their plots.";
        markup.element(Tag::P, &[], words).close(Tag::Div);
    } else {
        markup.open(Tag::Ul, &[(Class, "notebooks")]);
        for row in rows {
            push_row(&mut markup, row);
        }
        markup.close(Tag::Ul);
    }
    markup.close(Tag::Main);
    markup.finish()
}

fn push_row(markup: &mut Markup, row: &NotebookRow) {
    markup.open(Tag::Li, &[(Class, "notebook-row")]);
    markup.element(
        Tag::A,
        &[(Class, "notebook-link"), (Href, &format!("/n/{}", row.id))],
        shown_title(&row.title),
    );
    let cells = match row.cell_count {
        1 => "1 cell".to_owned(),
        count => format!("{count} cells"),
    };
    markup.element(Tag::Span, &[(Class, "count")], &cells);
    markup.element(
        Tag::Time,
        &[
            (Class, "updated"),
            (Datetime, &time::machine(row.updated_ms)),
        ],
        &time::moment(row.updated_ms),
    );
    markup.close(Tag::Li);
}

fn shown_title(title: &str) -> &str {
    if title.trim().is_empty() {
        "Untitled"
    } else {
        title
    }
}
