//! One cell: its state in the gutter, its source, its output beneath.

use super::{
    Model,
    cell_model::{Ask, CellModel, Shown},
    comments::{Comments, Draft},
    company::PeopleInCell,
    editor::{Editor, Wish},
    output::OutputView,
    problems::Problems,
    runs::RunsButton,
    view_cell::wanted,
    view_picker::ViewPicker,
};
use crate::{
    chunks::{Later, chunks},
    history::CellHistoryButton,
    parts::Elapsed,
    session::session,
};
use leptos::prelude::*;
use notebook::{CellId, RunId};
use render::CellState;

#[component]
pub fn CellRow(model: Model, cell: CellModel) -> impl IntoView {
    let row = NodeRef::<leptos::html::Div>::new();
    let chunks = chunks();
    let problems = Problems::of(cell);
    let markdown = Memo::new(move |_| problems.is_markdown());
    let view = Memo::new(move |_| cell.text.with(|text| wanted(text)));
    let shows_only =
        Memo::new(move |_| view.with(|view| view.as_ref().is_some_and(|view| !view.own)));
    let state = Memo::new(move |_| cell.state());
    let shown = Memo::new(move |_| cell.shown());
    let running = Memo::new(move |_| match shown.get() {
        Shown::Running { run, since_ms } => Some((run, since_ms)),
        _ => None,
    });

    let draft = RwSignal::new(None::<Draft>);
    // The run whose output is shown, once the log has it.
    let output_run = Memo::new(move |_| {
        let run = cell.run.get()?;
        run.finished.as_ref().map(|_| run.id)
    });
    let shows_runs = RwSignal::new(false);

    let run = move || {
        problems.pause();
        if markdown.get_untracked() {
            cell.editing.set(false);
        } else if shows_only.get_untracked() {
            cell.view_runs.update(|count| *count += 1);
        } else {
            let width_px = row
                .get_untracked()
                .map_or(DEFAULT_WIDTH_PX, |row| web::element_width(&row));
            model.run(cell.id, width_px);
        }
    };
    let go_on = move || {
        let next = model.cells.order.with_untracked(|order| {
            let place = order.iter().position(|&id| id == cell.id)?;
            order.get(place + 1).copied()
        });
        match next.and_then(|next| model.cell(next)) {
            Some(next) if next.is_markdown_untracked() => {}
            Some(next) => model.focus_on(next.id),
            None => model.add_cell(Some(cell.id)),
        }
    };
    let on_wish = Callback::new(move |wish| match wish {
        Wish::Run => run(),
        Wish::RunAndGoOn => {
            run();
            go_on();
        }
        Wish::Leave => model.ask(cell.id, Ask::Select),
    });
    let edit = move || {
        cell.editing.set(true);
        model.focus_on(cell.id);
    };
    Effect::new(move || {
        let Some(ask) = cell.asked.get() else { return };
        let Some(row) = row.get() else { return };
        cell.asked.set(None);
        match ask {
            Ask::Select => {
                cell.editing.set(false);
                web::focus(&row);
            }
            Ask::Edit => edit(),
            Ask::Run => run(),
            Ask::RunAndNext => {
                run();
                let next = model.beside(cell.id, 1);
                model.ask(next.unwrap_or(cell.id), Ask::Select);
            }
            Ask::RunAndInsert => {
                run();
                model.add_cell(Some(cell.id));
            }
            Ask::Comment => draft.set(Some(Draft::Begin(None))),
        }
    });
    // As a memo, so that an editor stays the same while the text in it becomes or ceases to be prose.
    let prose = Memo::new(move |_| {
        markdown.get() && !cell.editing.get() && cell.text.with(|text| !text.trim().is_empty())
    });

    view! {
        <div
            class="cell"
            class:selected=move || cell.selected.get()
            role="listitem"
            aria-label=move || format!("Cell {}", cell.number.get())
            tabindex=move || if cell.selected.get() { "0" } else { "-1" }
            on:focusin=move |_| model.select(cell)
            id=format!("cell-{}", cell.id)
            data-state=move || state.get().name()
            data-kind=move || if markdown.get() { "markdown" } else { "plugin" }
            node_ref=row
        >
            <div class="gutter">
                {move || (!markdown.get() && !shows_only.get()).then(|| view! { <Gutter cell state running /> })}
                <Waiting model cell=cell.id />
                <PeopleInCell model cell=cell.id />
            </div>
            <div class="body">
                <div class="source">
                    {move || if prose.get() {
                        view! {
                            <div class="prose" on:dblclick=move |_| edit() inner_html=move || {
                                cell.text.with(|text| render::markdown_html(text))
                            }></div>
                        }.into_any()
                    } else {
                        view! { <Editor model cell problems on_wish /> }.into_any()
                    }}
                    <div class="controls">
                        {move || match running.get() {
                            Some((run, _)) => view! {
                                <button class="quiet" on:click=move |_| model.cancel(run)>"Cancel"</button>
                            }.into_any(),
                            None if prose.get() => view! {
                                <button class="quiet" on:click=move |_| edit()>"Edit"</button>
                            }.into_any(),
                            None => ().into_any(),
                        }}
                        <button class="run" title="Run (Shift+Enter)" on:click=move |_| run()>"Run"</button>
                        <ViewPicker model cell shown />
                        <button class="quiet" on:click=move |_| model.move_cell(cell.id, false)>"Move up"</button>
                        <button class="quiet" on:click=move |_| model.move_cell(cell.id, true)>"Move down"</button>
                        <button class="quiet" on:click=move |_| model.add_cell(Some(cell.id))>"Add below"</button>
                        <button class="quiet danger" on:click=move |_| model.delete_cell(cell.id)>"Delete cell"</button>
                    </div>
                </div>
                <Show when=move || state.get() != CellState::Never && !shows_only.get()>
                    <OutputView model cell shown view on_retry=Callback::new(move |()| run()) />
                </Show>
                <Show when=move || shows_runs.get()>
                    <Later chunk=chunks.past show=move |past| (past.runs)(model, cell, shows_runs) />
                </Show>
                <Show when=move || shows_only.get()>
                    <section class="output" aria-label=move || format!("Output of cell {}", cell.number.get())>
                        <Later chunk=chunks.plugins show=move |plugins| (plugins.cell)(model, cell, view) />
                    </section>
                </Show>
                <Comments model cell draft />
                <div class="looking-back">
                    <RunsButton model cell open=shows_runs />
                    <CellHistoryButton cell=cell.id />
                    <Show when=move || output_run.get().is_some()>
                        <button class="quiet" on:click=move |_| draft.set(output_run.get_untracked().map(|run| Draft::Begin(Some(run))))>
                            "Comment on the output"
                        </button>
                    </Show>
                    <button class="quiet" on:click=move |_| draft.set(Some(Draft::Begin(None)))>"Comment"</button>
                </div>
            </div>
        </div>
    }
}

/// Told to a plugin when the row's width is not known.
const DEFAULT_WIDTH_PX: u32 = 800;

/// Says that the cell has something that the server does not; nothing while there is a connection,
/// for then it is a matter of a moment.
#[component]
fn Waiting(model: Model, cell: CellId) -> impl IntoView {
    let session = session();
    move || {
        let waits = model.unsaved.with(|unsaved| unsaved.contains(&cell));
        let live = session.connection.get() == transport::Connection::Live;
        (waits && !live).then(|| view! { <span class="unsaved">"Not saved yet"</span> })
    }
}

/// The state in words, and how long the run took or has been taking.
#[component]
fn Gutter(
    cell: CellModel,
    state: Memo<CellState>,
    running: Memo<Option<(RunId, i64)>>,
) -> impl IntoView {
    move || match running.get() {
        Some((_, since_ms)) => view! {
            <div class="gutter-state">
                <span class="state">
                    <span class="mark" aria-hidden="true"></span>
                    <span class="word">{CellState::Running.word()}</span>
                </span>
                " "
                <Elapsed since_ms />
            </div>
        }
        .into_any(),
        None => {
            let html = cell
                .run
                .with(|run| render::gutter(state.get(), run.as_deref(), web::now_ms()));
            view! { <div class="gutter-state" inner_html=html></div> }.into_any()
        }
    }
}
