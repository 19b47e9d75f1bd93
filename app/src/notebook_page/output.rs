//! What a cell's latest run gave: progress while it runs, then the answer or the failure.

use super::{
    Model,
    cell_model::{CellModel, Shown},
    plot::PlotView,
    view_cell::Wanted,
};
use crate::{
    chunks::{Later, chunks},
    session::session,
    views::TreeView,
};
use leptos::prelude::*;
use notebook::{BlobHash, parse};
use output::{Answer, Builtin, Output};
use std::sync::Arc;

/// What is on the screen: while a run goes on, the answer before it stays.
#[derive(Clone, PartialEq)]
enum Seen {
    Nothing,
    Answer(Arc<Answer>),
    Loading,
    /// Words that are shown as they are, already HTML of `render`.
    Words(String),
}

/// What is offered where there is no answer to show.
#[derive(Clone, Copy, PartialEq)]
enum Retry {
    Run,
    /// The answer is on the server, and did not get here.
    Fetch(BlobHash),
}

impl Retry {
    fn words(self) -> &'static str {
        match self {
            Self::Run => "Run again",
            Self::Fetch(_) => "Try again",
        }
    }
}

#[component]
pub fn OutputView(
    model: Model,
    cell: CellModel,
    shown: Memo<Shown>,
    view: Memo<Option<Wanted>>,
    on_retry: Callback<()>,
) -> impl IntoView {
    // Answers that had to be fetched; counts up when one came.
    let fetched = RwSignal::new(0u32);
    let failed = RwSignal::new(None::<(BlobHash, String)>);
    let (session, chunks) = (session(), chunks());
    let fetch = move |hash: BlobHash| {
        failed.set(None);
        web::spawn(async move {
            match transport::fetch_answer(hash).await {
                Ok(answer) => {
                    model.keep_fetched(hash, answer);
                    fetched.try_update(|count| *count += 1);
                }
                Err(error) => {
                    let words = format!("{} {}", error.message, error.hint);
                    // Nobody is told about a page that has been left.
                    if let Some(number) = cell.number.try_get_untracked() {
                        session.announce(format!("Cell {number}: {words}"));
                    }
                    failed.try_set(Some((hash, words)));
                }
            }
        });
    };
    // What the run showed before its answer: while it goes on, or when it ended without one.
    let preview = move |running: bool| {
        let hash = cell.run.with(|run| {
            let run = run
                .as_ref()
                .filter(|run| run.finished.is_none() == running)?;
            run.preview.map(|preview| preview.hash)
        });
        hash.and_then(|hash| model.answer_when_here(hash))
    };
    let left = Memo::new(move |_| match shown.get() {
        Shown::Failed(_) | Shown::Cancelled | Shown::Interrupted => preview(false),
        _ => None,
    });
    let seen = Memo::new(move |before: Option<&Seen>| match shown.get() {
        Shown::Never => Seen::Nothing,
        Shown::Running { .. } => match (preview(true), before) {
            (Some(answer), _) => Seen::Answer(answer),
            (None, Some(Seen::Answer(answer))) => Seen::Answer(answer.clone()),
            (None, _) => Seen::Nothing,
        },
        Shown::Answer(answer) => Seen::Answer(answer),
        Shown::Kept(hash) => {
            fetched.track();
            match (model.answer(hash), failed.get()) {
                (Some(answer), _) => Seen::Answer(answer),
                (None, Some((of, words))) if of == hash => Seen::Words(render::problem(&words)),
                (None, _) => Seen::Loading,
            }
        }
        Shown::Failed(failure) => Seen::Words(render::failure(&failure)),
        Shown::Cancelled => Seen::Words(render::note("Cancelled.")),
        Shown::Interrupted => Seen::Words(render::note(
            "Interrupted: the server stopped while this ran.",
        )),
    });
    Effect::new(move || {
        if let Shown::Kept(hash) = shown.get()
            && model.answer(hash).is_none()
        {
            fetch(hash);
        }
    });
    let builtin = Memo::new(move |_| cell.text.with(|text| parse(text).builtin()));
    let has_view = Memo::new(move |_| view.with(Option::is_some));
    let running = Memo::new(move |_| matches!(shown.get(), Shown::Running { .. }));
    // What the run said, folded away once it has ended.
    let log = move || {
        cell.run.with(
            |run| match run.as_ref().filter(|run| run.finished.is_some()) {
                Some(run) if !running.get() => render::run_log(run),
                _ => String::new(),
            },
        )
    };
    let retry = Memo::new(move |_| match (shown.get(), failed.get()) {
        (Shown::Failed(failure), _) if failure.kind.retry_may_help() => Some(Retry::Run),
        (Shown::Cancelled | Shown::Interrupted, _) => Some(Retry::Run),
        (Shown::Kept(hash), Some((of, _))) if of == hash => Some(Retry::Fetch(hash)),
        _ => None,
    });

    view! {
        <section
            class="output"
            aria-label=move || format!("Output of cell {}", cell.number.get())
            aria-busy=move || running.get().to_string()
        >
            <Show when=move || running.get()>
                <Course cell />
            </Show>
            {move || match seen.get() {
                Seen::Nothing => ().into_any(),
                Seen::Loading => view! { <p class="loading">"Loading the output…"</p> }.into_any(),
                Seen::Words(html) => view! { <div inner_html=html></div> }.into_any(),
                Seen::Answer(_) if has_view.get() => {
                    view! { <Later chunk=chunks.plugins show=move |plugins| (plugins.cell)(model, cell, view) /> }.into_any()
                }
                Seen::Answer(answer) => {
                    let cell = format!("cell-{}", cell.id);
                    view! { <AnswerView answer builtin=builtin.get() cell /> }.into_any()
                },
            }}
            {move || left.get().map(|answer| {
                let cell = format!("cell-{}-preview", cell.id);
                view! {
                    <p class="note">{render::UNTIL_THEN}</p>
                    <AnswerView answer builtin=builtin.get() cell />
                }
            })}
            <div inner_html=log></div>
            {move || retry.get().map(|retry| {
                let again = move |_| match retry {
                    Retry::Run => on_retry.run(()),
                    Retry::Fetch(hash) => fetch(hash),
                };
                view! { <p><button on:click=again>{retry.words()}</button></p> }
            })}
        </section>
    }
}

/// Progress and log lines of the run that is under way.
#[component]
fn Course(cell: CellModel) -> impl IntoView {
    let progress = move || {
        cell.run
            .with(|run| run.as_ref().and_then(|run| run.progress.clone()))
    };
    let lines = move || {
        cell.run.with(
            |run| match run.as_ref().filter(|run| run.finished.is_none()) {
                None => String::new(),
                Some(run) => run
                    .log
                    .iter()
                    .map(|(level, line)| format!("{}: {line}\n", level.word()))
                    .collect(),
            },
        )
    };
    view! {
        <div class="course">
            {move || match progress() {
                Some((fraction, words)) => view! {
                    <label class="progress-label">
                        <progress max="1" value=fraction.to_string()></progress>
                        <span>{render::progress(fraction, &words)}</span>
                    </label>
                }.into_any(),
                None => view! { <p class="loading">"Running…"</p> }.into_any(),
            }}
            {move || {
                let lines = lines();
                (!lines.is_empty()).then(|| view! { <pre class="run-log">{lines}</pre> })
            }}
        </div>
    }
}

/// Plots are drawn by the page itself, so the width is not needed.
const VIEW: render::View = render::View {
    width_px: 0,
    time_range: None,
    plots: render::Plots::Placeholder,
};

/// An answer as it is shown where no view plugin shows it. `cell` begins the ids of its markup.
#[component]
pub fn AnswerView(answer: Arc<Answer>, builtin: Option<Builtin>, cell: String) -> impl IntoView {
    match &answer.output {
        Output::Frames(frames)
            if matches!(builtin, None | Some(Builtin::Plot)) && render::can_plot(frames) =>
        {
            view! { <PlotView answer /> }.into_any()
        }
        Output::Frames(_)
        | Output::Text(_)
        | Output::Markdown(_)
        | Output::Table(_)
        | Output::Logs(_) => {
            let html = render::answer_as(&answer, builtin, &VIEW);
            view! { <div class="answer" inner_html=html></div> }.into_any()
        }
        Output::Widgets(_) => {
            let unfit = render::unfit(&answer.output, builtin);
            let words = render::notices(unfit.as_slice());
            view! {
                <TreeView answer cell />
                <div inner_html=words></div>
            }
            .into_any()
        }
    }
}
