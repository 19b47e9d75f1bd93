//! The runs of a cell: any of them can be looked at again, any two put side by side or compared.

use super::{AnswerView, CellModel, Model};
use crate::session::session;
use leptos::prelude::*;
use notebook::{Outcome, Run, RunId, parse};
use output::Answer;
use render::CellView;
use std::sync::Arc;

/// Runs that are looked at together.
const AT_ONCE: usize = 2;

/// Those that the notebook keeps, oldest first.
fn kept(model: Model, cell: CellModel) -> Vec<Arc<Run>> {
    // A newer run, or news of it.
    cell.run.track();
    let runs = model.read(|notebook| {
        let runs = notebook
            .cell(cell.id)
            .into_iter()
            .flat_map(|cell| &cell.runs);
        runs.filter_map(|run| notebook.run(*run).cloned().map(Arc::new))
            .collect()
    });
    runs.unwrap_or_default()
}

/// Opens the list where there is something to compare.
#[component]
pub fn RunsButton(model: Model, cell: CellModel, open: RwSignal<bool>) -> impl IntoView {
    let count = Memo::new(move |_| {
        cell.run.track();
        let count = model.read(|notebook| notebook.cell(cell.id).map_or(0, |cell| cell.runs.len()));
        count.unwrap_or(0)
    });
    move || {
        (count.get() > 1).then(|| {
            view! {
                <button
                    class="quiet"
                    aria-expanded=move || open.get().to_string()
                    on:click=move |_| open.update(|open| *open = !*open)
                >"Runs"</button>
            }
        })
    }
}

#[component]
pub fn RunsView(model: Model, cell: CellModel, open: RwSignal<bool>) -> impl IntoView {
    let session = session();
    let runs = Memo::new(move |_| kept(model, cell));
    // Newest last. The latest two to begin with: what did the last change do?
    let chosen = RwSignal::new(runs.with_untracked(|runs| {
        let newest = runs.iter().rev().take(AT_ONCE);
        newest.rev().map(|run| run.id).collect::<Vec<RunId>>()
    }));
    let differs = RwSignal::new(false);
    let line = move |run: &Run| {
        let line = model.read(|notebook| render::run_line(run, notebook, session.actor));
        line.unwrap_or_default()
    };
    // Newest first, as people look for them.
    let newest = move || runs.read().iter().rev().cloned().collect::<Vec<_>>();
    let shown = Memo::new(move |_| {
        let runs = runs.read();
        let chosen = chosen.read();
        let shown = runs.iter().filter(|run| chosen.contains(&run.id));
        shown.cloned().collect::<Vec<Arc<Run>>>()
    });
    let tab = move |words: &'static str, is: bool| {
        view! {
            <button
                class="quiet"
                aria-pressed=move || (differs.get() == is).to_string()
                on:click=move |_| differs.set(is)
            >{words}</button>
        }
    };
    view! {
        <section class="runs-view" aria-label=move || format!("Runs of cell {}", cell.number.get())>
            <header>
                <h3>"Runs"</h3>
                <p class="note">"Choose one to see it, two to compare."</p>
                <button class="quiet" aria-label="Close runs" on:click=move |_| open.set(false)>"×"</button>
            </header>
            <ol class="runs">
                <For each=newest key=|run| (run.id, run.finished.is_some()) let(run)>
                    <li><RunChoice id=run.id line=line(&run) chosen /></li>
                </For>
            </ol>
            {move || (shown.with(Vec::len) == AT_ONCE).then(|| view! {
                <div class="runs-tabs" role="group" aria-label="How to compare">
                    {tab("Side by side", false)}
                    {tab("Differences", true)}
                </div>
            })}
            {move || match shown.get().as_slice() {
                [before, after] if differs.get() => {
                    view! { <Differences model before=before.clone() after=after.clone() /> }.into_any()
                }
                runs => view! {
                    <div class="runs-beside" data-count=runs.len().to_string()>
                        {runs.iter().map(|run| view! { <RunView model cell run=run.clone() /> }).collect_view()}
                    </div>
                }.into_any(),
            }}
        </section>
    }
}

#[component]
fn RunChoice(id: RunId, line: String, chosen: RwSignal<Vec<RunId>>) -> impl IntoView {
    let change = move |event| {
        let on = event_target_checked(&event);
        chosen.update(|chosen| choose(chosen, id, on));
    };
    view! {
        <label>
            <input type="checkbox" prop:checked=move || chosen.read().contains(&id) on:change=change />
            <span class="run-line" inner_html=line></span>
        </label>
    }
}

/// Of more than two the one that was chosen first gives way.
fn choose(chosen: &mut Vec<RunId>, run: RunId, on: bool) {
    chosen.retain(|other| *other != run);
    if on {
        chosen.push(run);
    }
    if chosen.len() > AT_ONCE {
        chosen.remove(0);
    }
}

fn answer_of(model: Model, run: &Run) -> Option<Arc<Answer>> {
    model.answer_when_here(run.output()?)
}

/// One run as it was: its source, and what it gave.
#[component]
fn RunView(model: Model, cell: CellModel, run: Arc<Run>) -> impl IntoView {
    let session = session();
    let line = model.read(|notebook| render::run_line(&run, notebook, session.actor));
    let source = render::cell_source(&run.source);
    let builtin = parse(&run.source).builtin();
    let number = cell.number.get_untracked();
    let output = move || match (&run.finished, answer_of(model, &run)) {
        (Some((Outcome::Done(_), _)), Some(answer)) => {
            let ids = format!("run-{}", run.id);
            view! { <AnswerView answer builtin cell=ids /> }.into_any()
        }
        _ => {
            let was = notebook::Cell {
                id: cell.id,
                text: run.source.clone(),
                deleted: false,
                runs: Vec::new(),
            };
            let view = CellView {
                number,
                cell: &was,
                talk: None,
                run: Some(&run),
                is_current: true,
                answer: None,
            };
            let html = render::output(&view, &render::View::default());
            view! { <div inner_html=html></div> }.into_any()
        }
    };
    view! {
        <article class="run-view">
            <p class="run-line" inner_html=line.unwrap_or_default()></p>
            <div class="source" inner_html=source></div>
            {output}
        </article>
    }
}

#[component]
fn Differences(model: Model, before: Arc<Run>, after: Arc<Run>) -> impl IntoView {
    let session = session();
    let line = |run: &Run| model.read(|notebook| render::run_line(run, notebook, session.actor));
    let (earlier, later) = (line(&before), line(&after));
    let waits =
        |run: &Run, answer: &Option<Arc<Answer>>| run.output().is_some() && answer.is_none();
    let html = move || {
        let (old, new) = (answer_of(model, &before), answer_of(model, &after));
        if waits(&before, &old) || waits(&after, &new) {
            return render::note("Loading the outputs…");
        }
        render::runs_difference((&before, old.as_deref()), (&after, new.as_deref()))
    };
    view! {
        <div class="runs-difference">
            <p class="run-line"><span>"from "</span><span inner_html=earlier.unwrap_or_default()></span></p>
            <p class="run-line"><span>"to "</span><span inner_html=later.unwrap_or_default()></span></p>
            <div inner_html=html></div>
        </div>
    }
}
