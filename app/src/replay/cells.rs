//! The cells of a replay: read, never typed into or run.

use super::state::Replay;
use crate::notebook_page::{AnswerView, CellModel, Shown};
use leptos::prelude::*;
use notebook::{BlobHash, CellKind, parse};
use output::{Answer, Builtin};
use render::{CellState, CellView};
use std::sync::Arc;

/// A row that is drawn in full when it comes near the screen.
#[component]
pub fn PastSlot(replay: Replay, cell: CellModel, near: RwSignal<bool>) -> impl IntoView {
    move || {
        if cell.near.get() {
            view! { <PastRow replay cell /> }.into_any()
        } else {
            view! { <FarRow replay cell near /> }.into_any()
        }
    }
}

fn kind_of(cell: CellModel) -> &'static str {
    if cell.is_markdown() {
        "markdown"
    } else {
        "plugin"
    }
}

fn state_of(cell: CellModel) -> CellState {
    CellState::of(cell.run.read().as_deref(), cell.is_current.get())
}

#[component]
fn FarRow(replay: Replay, cell: CellModel, near: RwSignal<bool>) -> impl IntoView {
    let row = NodeRef::<leptos::html::Div>::new();
    replay.cells.watch_row(cell, row, near);
    Effect::new(move || {
        cell.text.track();
        cell.run.track();
        cell.number.track();
        let Some(row) = row.get() else { return };
        web::set_html(&row, &replay.still_html(cell.id));
    });
    view! {
        <div
            class="cell still"
            role="listitem"
            id=format!("cell-{}", cell.id)
            data-state=move || state_of(cell).name()
            data-kind=move || kind_of(cell)
            node_ref=row
        ></div>
    }
}

/// What is shown of the latest run.
#[derive(Clone, PartialEq)]
enum Seen {
    Nothing,
    Answer(Arc<Answer>),
    Loading,
    /// HTML of `render`: progress, or why there is no answer.
    Words(String),
    Failed(BlobHash, String),
}

#[component]
fn PastRow(replay: Replay, cell: CellModel) -> impl IntoView {
    let source = Memo::new(move |_| cell.text.with(|text| render::cell_source(text)));
    let asks = Memo::new(move |_| {
        cell.text
            .with(|text| matches!(parse(text).kind, CellKind::Plugin { .. }))
    });
    let running = Memo::new(move |_| matches!(cell.shown(), Shown::Running { .. }));
    let gutter = move || {
        if !asks.get() {
            return String::new();
        }
        // Only what runs tells how long it has been running by then.
        let now_ms = if running.get() {
            replay.time_ms.get()
        } else {
            0
        };
        cell.run
            .with(|run| render::gutter(state_of(cell), run.as_deref(), now_ms))
    };
    view! {
        <div
            class="cell"
            role="listitem"
            id=format!("cell-{}", cell.id)
            data-state=move || state_of(cell).name()
            data-kind=move || kind_of(cell)
        >
            <div class="gutter" inner_html=gutter></div>
            <div class="body">
                <div class="source" inner_html=source></div>
                <Show when=move || cell.run.with(Option::is_some)>
                    <PastOutput replay cell running />
                </Show>
                <PastComments replay cell />
            </div>
        </div>
    }
}

/// What was said by then; nobody answers the past.
#[component]
fn PastComments(replay: Replay, cell: CellModel) -> impl IntoView {
    let html = Memo::new(move |_| {
        cell.threads.with(|threads| {
            let threads: Vec<_> = threads.iter().collect();
            let latest = cell.run.with(|run| run.as_ref().map(|run| run.id));
            replay.threads_html(&threads, latest)
        })
    });
    view! {
        <section
            class="comments"
            hidden=move || html.with(String::is_empty)
            aria-label=move || format!("Comments on cell {}", cell.number.get())
            inner_html=move || html.get()
        ></section>
    }
}

#[component]
fn PastOutput(replay: Replay, cell: CellModel, running: Memo<bool>) -> impl IntoView {
    let words = move || {
        let (text, run) = (cell.text.read(), cell.run.read());
        let past = notebook::Cell {
            id: cell.id,
            text: text.clone(),
            deleted: false,
            runs: Vec::new(),
        };
        let view = CellView {
            number: cell.number.get(),
            cell: &past,
            talk: None,
            run: run.as_deref(),
            is_current: cell.is_current.get(),
            answer: None,
        };
        render::output(&view, &render::View::default())
    };
    // While a run goes on, the answer before it stays, as it did for those who watched.
    let seen = Memo::new(move |before: Option<&Seen>| match cell.shown() {
        Shown::Never => Seen::Nothing,
        Shown::Answer(answer) => Seen::Answer(answer),
        Shown::Kept(hash) => match (replay.answers.get_or_fetch(hash), before) {
            (Some(Ok(answer)), _) => Seen::Answer(answer),
            (Some(Err(error)), _) => {
                let words = format!("{} {}", error.message, error.hint);
                Seen::Failed(hash, render::problem(&words))
            }
            (None, Some(Seen::Answer(answer))) => Seen::Answer(answer.clone()),
            (None, _) => Seen::Loading,
        },
        Shown::Running { .. } => match before {
            Some(Seen::Answer(answer)) => Seen::Answer(answer.clone()),
            _ => Seen::Nothing,
        },
        Shown::Failed(_) | Shown::Cancelled | Shown::Interrupted => Seen::Words(words()),
    });
    let course = Memo::new(move |_| {
        if running.get() {
            words()
        } else {
            String::new()
        }
    });
    let log = move || {
        let run = cell.run.read();
        match run.as_ref() {
            Some(run) if matches!(cell.shown(), Shown::Kept(_)) => render::run_log(run),
            _ => String::new(),
        }
    };
    let builtin = Memo::new(move |_| cell.text.with(|text| parse(text).builtin()));
    let view = Memo::new(move |_| {
        cell.text.with(|text| {
            let parsed = parse(text);
            let name = parsed.view_source()?.view.view.name.clone();
            (!name.is_empty() && Builtin::parse(&name).is_none()).then_some(name)
        })
    });
    view! {
        <section
            class="output"
            aria-label=move || format!("Output of cell {}", cell.number.get())
            aria-busy=move || running.get().to_string()
        >
            <div inner_html=course></div>
            {move || match seen.get() {
                Seen::Nothing => ().into_any(),
                Seen::Loading => view! { <p class="loading">"Loading the output…"</p> }.into_any(),
                Seen::Words(html) => view! { <div inner_html=html></div> }.into_any(),
                Seen::Failed(hash, html) => view! {
                    <div inner_html=html></div>
                    <p><button on:click=move |_| replay.answers.retry(hash)>"Try again"</button></p>
                }.into_any(),
                Seen::Answer(answer) => {
                    let ids = format!("cell-{}", cell.id);
                    view! { <AnswerView answer builtin=builtin.get() cell=ids /> }.into_any()
                }
            }}
            <div inner_html=log></div>
            {move || view.get().map(|name| {
                let words = format!("The view {name} does not run in a replay.");
                view! { <div inner_html=render::note(&words)></div> }
            })}
        </section>
    }
}
