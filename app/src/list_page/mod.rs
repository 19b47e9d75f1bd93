//! The list of notebooks: open one, make one, rename one, delete one and take that back.

mod row;

use crate::{commands::commands, session::session};
use leptos::prelude::*;
use notebook::NotebookId;
use row::Row;
use std::collections::HashMap;
use transport::Summary;

/// The latest word about each notebook.
type Summaries = Memo<HashMap<NotebookId, Summary>>;

#[component]
pub fn ListPage() -> impl IntoView {
    let session = session();
    let commands = commands();
    web::set_document_title("Databook");
    session.watch_list();
    Effect::new(move || {
        if session.list.with(Option::is_some) {
            web::next_frame(move || session.take_over());
        }
    });
    let summaries = Memo::new(move |_| {
        session.list.with(|list| {
            let list = list.iter().flatten().cloned();
            list.map(|summary| (summary.id, summary)).collect()
        })
    });
    // A row that moves would lose the focus: while a title is typed, the rows keep their places.
    let held = RwSignal::new(false);
    let order = Memo::new(
        move |before: Option<&Option<Vec<NotebookId>>>| match before {
            Some(order) if held.get() => order.clone(),
            _ => session.list.with(|list| {
                let list = list.as_ref()?;
                Some(list.iter().map(|summary| summary.id).collect())
            }),
        },
    );
    let is_empty = Memo::new(move |_| order.with(|order| order.as_ref().map(Vec::is_empty)));
    view! {
        <main class="list" id="list">
            <header class="list-head">
                <h1>"Notebooks"</h1>
                <button class="primary" on:click=move |_| commands.create()>"New notebook"</button>
            </header>
            {move || match is_empty.get() {
                None => view! {
                    <p class="loading" role="status">"Loading the notebooks…"</p>
                }.into_any(),
                Some(true) => view! {
                    <div class="empty">
                        <h2>"No notebooks yet"</h2>
                        <p>"A notebook keeps what you saw and did during an incident: text, queries and their plots."</p>
                    </div>
                }.into_any(),
                Some(false) => view! {
                    <ul class="notebooks">
                        <For each=move || order.get().unwrap_or_default() key=|id| *id let(id)>
                            <Row id summaries held />
                        </For>
                    </ul>
                }.into_any(),
            }}
        </main>
    }
}
