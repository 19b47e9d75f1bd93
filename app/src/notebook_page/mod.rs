//! The notebook page: a title, cells with their outputs, everything live.

mod answers;
mod cell;
mod cell_model;
mod cells;
mod commands;
mod comments;
mod company;
mod editor;
mod inputs;
mod model;
mod output;
mod plot;
mod problems;
mod running;
mod runs;
mod steps;
mod still;
mod view_cell;
mod view_picker;

pub use cell_model::{Ask, CellModel, Shown};
pub use cells::{Cells, Rows, set_if_new};
pub use model::Model;
pub use output::AnswerView;
pub use runs::RunsView;
pub use view_cell::{ViewCell, Wanted};

use crate::chunks::{Later, chunks};
use crate::history::{HistoryButton, WhileAway};
use crate::parts::{NotFound, number_of_words};
use crate::session::session;
use company::PeopleHere;
use inputs::InputsBar;
use leptos::{ev::SubmitEvent, prelude::*};
use model::Readiness;
use notebook::{NotebookId, Operation};
use still::CellSlot;

#[component]
pub fn NotebookPage(id: NotebookId) -> impl IntoView {
    let model = Model::open(id);
    let session = session();
    provide_context(model.history);
    Effect::new(move || {
        if model.readiness.get() != Readiness::Loading {
            // The cells of this state are in the page before the server's markup goes.
            web::next_frame(move || session.take_over());
        }
    });
    move || match model.readiness.get() {
        Readiness::Loading => view! { <Loading /> }.into_any(),
        Readiness::Missing(words) => view! { <NotFound words /> }.into_any(),
        Readiness::Ready => view! { <Cells model /> }.into_any(),
    }
}

#[component]
fn Loading() -> impl IntoView {
    view! {
        <main class="notebook" aria-busy="true">
            <p class="loading" role="status">"Opening the notebook…"</p>
            <div class="skeleton"></div>
            <div class="skeleton"></div>
        </main>
    }
}

#[component]
fn Cells(model: Model) -> impl IntoView {
    let last = move || model.cells.order.with(|order| order.last().copied());
    view! {
        <main class="notebook" id="notebook">
            <header class="notebook-head">
                <Title model />
                <div class="notebook-actions">
                    <PeopleHere model />
                    <Unsaved model />
                    <HistoryButton />
                    <button class="quiet danger" on:click=move |_| model.delete_notebook()>
                        "Delete notebook"
                    </button>
                </div>
            </header>
            <Show when=move || model.deleted.get()>
                <div class="callout warn" role="status">
                    <strong>"This notebook is deleted."</strong>
                    " It can still be read. "
                    <button on:click=move |_| { model.propose(Operation::RestoreNotebook); }>
                        "Restore"
                    </button>
                </div>
            </Show>
            <InputsBar model />
            <WhileAway model />
            <Rows
                cells=model.cells
                row=Callback::new(move |(cell, near)| view! { <CellSlot model cell near /> }.into_any())
            />
            <Show when=move || model.cells.order.with(Vec::is_empty)>
                <div class="empty">
                    <p>"An empty notebook. Add a cell and write what you see, or ask a data source:"</p>
                    <pre class="code">"@plugin=demo\nrequests"</pre>
                </div>
            </Show>
            <div class="add-cell">
                <button on:click=move |_| model.add_cell(last())>"Add cell"</button>
            </div>
        </main>
        <Show when=move || model.history.open.with(Option::is_some)>
            <Later chunk=chunks().past show=move |past| (past.history)(model) />
        </Show>
    }
}

#[component]
fn Title(model: Model) -> impl IntoView {
    let area = NodeRef::<leptos::html::Input>::new();
    let typed = move || {
        if let Some(input) = area.get_untracked() {
            model.edit(Operation::SetTitle {
                title: input.value(),
            });
        }
    };
    Effect::new(move || {
        let title = model.title.get();
        let shown = if title.is_empty() { "Untitled" } else { &title };
        web::set_document_title(&format!("{shown} · Databook"));
        if let Some(input) = area.get()
            && input.value() != title
        {
            input.set_value(&title);
        }
    });
    view! {
        <form class="title-form" on:submit=move |event: SubmitEvent| event.prevent_default()>
            <input
                class="title"
                type="text"
                aria-label="Title"
                placeholder="Untitled"
                maxlength="200"
                autocomplete="off"
                node_ref=area
                on:input=move |_| typed()
            />
        </form>
    }
}

/// Says what is not on the server yet; nothing when all is.
#[component]
fn Unsaved(model: Model) -> impl IntoView {
    let session = session();
    move || {
        let pending = model.pending.get();
        let live = session.connection.get() == transport::Connection::Live;
        let kept = match model.keeping.refused.get() {
            false => {
                "Kept in this browser: it is sent as soon as the server can be reached, also \
                      after this page was closed."
            }
            true => {
                "This browser keeps nothing for the page. Do not close it before the server can \
                     be reached."
            }
        };
        (pending > 0 && !live).then(|| {
            view! {
                <span class="unsaved" role="status" title=kept>
                    {number_of_words(pending, "change")} " not saved yet"
                </span>
            }
        })
    }
}
