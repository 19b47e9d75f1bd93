//! Replay: a notebook exactly as it was, at any moment of its log. Nothing is run, edited or sent.

mod answers;
mod bar;
mod cells;
mod play;
mod state;

use crate::{notebook_page::Rows, parts::NotFound, session::session};
use bar::Bar;
use cells::PastSlot;
use leptos::prelude::*;
use notebook::NotebookId;
use render::Point;
use state::{Readiness, Replay};

#[component]
pub fn ReplayPage(id: NotebookId, point: Point) -> impl IntoView {
    let replay = Replay::open(id, point);
    let session = session();
    Effect::new(move || {
        if replay.readiness.get() != Readiness::Loading {
            // The cells of this state are in the page before the server's markup goes.
            web::next_frame(move || session.take_over());
        }
    });
    move || match replay.readiness.get() {
        Readiness::Loading => view! {
            <main class="notebook" aria-busy="true">
                <p class="loading" role="status">"Opening the notebook as it was…"</p>
                <div class="skeleton"></div>
                <div class="skeleton"></div>
            </main>
        }
        .into_any(),
        Readiness::Missing(words) => view! { <NotFound words /> }.into_any(),
        Readiness::Ready => view! { <Past replay /> }.into_any(),
    }
}

#[component]
fn Past(replay: Replay) -> impl IntoView {
    let title = move || match replay.title.get() {
        title if title.trim().is_empty() => "Untitled".to_owned(),
        title => title,
    };
    Effect::new(move || web::set_document_title(&format!("{} (replay) · Databook", title())));
    view! {
        <main class="notebook past" id="notebook" data-sequence=move || replay.sequence.get().0.to_string()>
            <header class="notebook-head">
                <h1 class="title">{title}</h1>
            </header>
            <Show when=move || replay.deleted.get()>
                <div class="callout warn" role="status"><strong>"This notebook was deleted then."</strong></div>
            </Show>
            <div inner_html=move || replay.inputs.get()></div>
            <Rows
                cells=replay.cells
                row=Callback::new(move |(cell, near)| view! { <PastSlot replay cell near /> }.into_any())
            />
            <Show when=move || replay.cells.order.with(Vec::is_empty)>
                <div class="empty"><p>"There were no cells yet."</p></div>
            </Show>
        </main>
        <Bar replay />
    }
}
