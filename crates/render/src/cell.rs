//! One cell: gutter, source and output.

use crate::{
    View,
    answer::{push_answer_as, push_failure, push_mark, push_note, push_prose},
    comments::{Readers, push_threads},
    source::{push_diagnostics, push_source},
    time,
};
use Attribute::{
    AriaLabel, Class, DataKind, DataLevel, DataOutput, DataState, Datetime, Id, Max, Title, Value,
};
use notebook::{Cell, CellKind, Outcome, ParsedCell, Run, Thread, parse};
use output::{Answer, Level};
use widgets::{Attribute, Markup, Tag};

/// Lines of a running cell's log that are shown: the newest.
const COURSE_LOG_LINES: usize = 8;

/// Above what a run showed before it ended without an answer.
pub const UNTIL_THEN: &str = "What there was until then:";

/// What a cell shows in its gutter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellState {
    Never,
    /// The text, the time range or a variable asks for something else than what was run; how the
    /// output is shown is no matter.
    Stale,
    Running,
    Done,
    Failed,
    Cancelled,
    /// The server stopped while it ran.
    Interrupted,
}

impl CellState {
    /// `is_current`: the run asked what the cell asks now.
    pub fn of(run: Option<&Run>, is_current: bool) -> Self {
        let Some(run) = run else {
            return Self::Never;
        };
        match &run.finished {
            None => Self::Running,
            Some((Outcome::Done(_), _)) if !is_current => Self::Stale,
            Some((Outcome::Done(_), _)) => Self::Done,
            Some((Outcome::Failed(_), _)) => Self::Failed,
            Some((Outcome::Cancelled, _)) => Self::Cancelled,
            Some((Outcome::Interrupted, _)) => Self::Interrupted,
        }
    }

    /// The value of `data-state`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Stale => "stale",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }

    /// The word in the gutter.
    pub fn word(self) -> &'static str {
        match self {
            Self::Never => "never run",
            Self::Stale => "changed since",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }
}

/// What is said about a cell, and who reads it.
#[derive(Clone, Copy)]
pub struct Talk<'a> {
    pub threads: &'a [&'a Thread],
    pub readers: Readers<'a>,
}

/// A cell with what belongs to it.
#[derive(Clone, Copy)]
pub struct CellView<'a> {
    /// 1 for the first cell of the page.
    pub number: usize,
    pub cell: &'a Cell,
    /// What is said about it; none where that is shown elsewhere.
    pub talk: Option<Talk<'a>>,
    /// The latest run, and whether it asked what the cell asks now.
    pub run: Option<&'a Run>,
    pub is_current: bool,
    /// What there is to see of that run, when it is at hand.
    pub answer: Option<&'a Answer>,
}

/// Prose never runs and has nothing to say in its gutter.
fn is_markdown(parsed: &ParsedCell<'_>) -> bool {
    matches!(parsed.kind, CellKind::Markdown)
}

/// Only what asks a backend plugin runs; prose and views on their own have no state to tell.
fn runs(parsed: &ParsedCell<'_>) -> bool {
    matches!(parsed.kind, CellKind::Plugin { .. })
}

/// The whole `<li class="cell">`.
pub fn cell(cell: &CellView<'_>, view: &View, now_ms: i64) -> String {
    let mut markup = Markup::new();
    push_cell(&mut markup, cell, view, now_ms);
    markup.finish()
}

/// The inside of that `<li>`.
pub fn cell_content(cell: &CellView<'_>, view: &View, now_ms: i64) -> String {
    let mut markup = Markup::new();
    let parsed = parse(&cell.cell.text);
    push_content(&mut markup, cell, &parsed, view, now_ms);
    markup.finish()
}

/// The inside of the source of a cell that nobody edits.
pub fn cell_source(text: &str) -> String {
    let mut markup = Markup::new();
    push_text(&mut markup, text, &parse(text));
    markup.finish()
}

/// The inside of the gutter: mark, word, and how long it took or has been taking.
pub fn gutter(state: CellState, run: Option<&Run>, now_ms: i64) -> String {
    let mut markup = Markup::new();
    push_gutter(&mut markup, state, run, now_ms);
    markup.finish()
}

/// The inside of the output region; empty for a cell that never ran.
pub fn output(cell: &CellView<'_>, view: &View) -> String {
    let mut markup = Markup::new();
    push_output(&mut markup, cell, view);
    markup.finish()
}

/// The folded log of a run that has ended, as [`output`] ends with it; empty when it was silent.
pub fn run_log(run: &Run) -> String {
    let mut markup = Markup::new();
    push_run_log(&mut markup, run);
    markup.finish()
}

pub(crate) fn push_cell(markup: &mut Markup, view: &CellView<'_>, options: &View, now_ms: i64) {
    let text = view.cell.text.as_str();
    let parsed = parse(text);
    let prose = is_markdown(&parsed);
    let state = CellState::of(view.run, view.is_current);
    markup.open(
        Tag::Li,
        &[
            (Class, "cell"),
            (DataState, state.name()),
            (DataKind, if prose { "markdown" } else { "plugin" }),
            (Id, &format!("cell-{}", view.cell.id)),
        ],
    );
    push_content(markup, view, &parsed, options, now_ms);
    markup.close(Tag::Li);
}

fn push_content(
    markup: &mut Markup,
    view: &CellView<'_>,
    parsed: &ParsedCell<'_>,
    options: &View,
    now_ms: i64,
) {
    let text = view.cell.text.as_str();
    let state = CellState::of(view.run, view.is_current);
    markup.open(Tag::Div, &[(Class, "gutter")]);
    if runs(parsed) {
        push_gutter(markup, state, view.run, now_ms);
    }
    markup.close(Tag::Div);
    markup.open(Tag::Div, &[(Class, "body")]);
    markup.open(Tag::Div, &[(Class, "source")]);
    push_text(markup, text, parsed);
    // Empty here; it keeps the place of the page's buttons.
    markup.element(Tag::Div, &[(Class, "controls")], "");
    markup.close(Tag::Div);
    if view.run.is_some() {
        let label = format!("Output of cell {}", view.number);
        markup.open(Tag::Section, &[(Class, "output"), (AriaLabel, &label)]);
        push_output(markup, view, options);
        markup.close(Tag::Section);
    }
    if let Some(talk) = view.talk.filter(|talk| !talk.threads.is_empty()) {
        let label = format!("Comments on cell {}", view.number);
        markup.open(Tag::Section, &[(Class, "comments"), (AriaLabel, &label)]);
        let latest = view.run.map(|run| run.id);
        push_threads(markup, talk.threads, latest, &talk.readers);
        markup.close(Tag::Section);
    }
    // As the controls: where nothing hovers, these buttons have a row of their own.
    markup.element(Tag::Div, &[(Class, "looking-back")], "");
    markup.close(Tag::Div);
}

/// Prose as it reads, anything else as it was typed.
fn push_text(markup: &mut Markup, text: &str, parsed: &ParsedCell<'_>) {
    if is_markdown(parsed) {
        push_prose(markup, text);
    } else {
        push_code(markup, text, parsed);
    }
}

/// Source as tall as in the editor, where a newline at the end opens one more line; beneath it
/// what is wrong.
fn push_code(markup: &mut Markup, text: &str, parsed: &ParsedCell<'_>) {
    markup.open(Tag::Pre, &[(Class, "code")]);
    if text.starts_with('\n') {
        // A parser drops the first newline of a `pre`.
        markup.text("\n");
    }
    push_source(markup, text, &parsed.diagnostics);
    if text.ends_with('\n') {
        markup.text("\n");
    }
    markup.close(Tag::Pre);
    push_diagnostics(markup, parsed);
}

fn push_gutter(markup: &mut Markup, state: CellState, run: Option<&Run>, now_ms: i64) {
    markup.open(Tag::Span, &[(Class, "state")]);
    push_mark(markup);
    markup.element(Tag::Span, &[(Class, "word")], state.word());
    markup.close(Tag::Span);
    if let Some(run) = run {
        let end_ms = run.finished.as_ref().map_or(now_ms, |(_, end_ms)| *end_ms);
        let took = time::duration(end_ms.saturating_sub(run.started_ms));
        let started = format!("Started {}", time::utc(run.started_ms));
        markup.text(" ").element(
            Tag::Time,
            &[
                (Class, "elapsed"),
                (Datetime, &time::machine(run.started_ms)),
                (Title, &started),
            ],
            &took,
        );
    }
}

fn push_output(markup: &mut Markup, view: &CellView<'_>, options: &View) {
    let Some(run) = view.run else {
        return;
    };
    let push_answer = |markup: &mut Markup, answer| {
        let builtin = parse(&view.cell.text).builtin();
        push_answer_as(markup, answer, builtin, options);
    };
    let Some((outcome, _)) = &run.finished else {
        push_course(markup, run);
        if let Some(preview) = view.answer {
            push_answer(markup, preview);
        }
        return;
    };
    match outcome {
        Outcome::Done(reference) => match view.answer {
            Some(answer) => push_answer(markup, answer),
            None => {
                let hash = reference.hash.to_string();
                markup.element(
                    Tag::P,
                    &[(Class, "loading"), (DataOutput, &hash)],
                    "Loading the output…",
                );
            }
        },
        Outcome::Failed(failure) => push_failure(markup, failure),
        Outcome::Cancelled => {
            push_note(markup, "Cancelled.");
        }
        Outcome::Interrupted => {
            push_note(markup, "Interrupted: the server stopped while this ran.");
        }
    }
    if let (false, Some(preview)) = (matches!(outcome, Outcome::Done(_)), view.answer) {
        push_note(markup, UNTIL_THEN);
        push_answer(markup, preview);
    }
    push_run_log(markup, run);
}

/// How far a run is: `40 % · what it is doing`.
pub fn progress(fraction: f64, words: &str) -> String {
    // The number stays with its sign.
    let share = format!("{:.0}\u{a0}%", fraction * 100.0);
    match words {
        "" => share,
        words => format!("{share} · {words}"),
    }
}

/// As the page shows it while it waits: how far the run is, and its newest log lines.
fn push_course(markup: &mut Markup, run: &Run) {
    markup.open(Tag::Div, &[(Class, "course")]);
    match &run.progress {
        Some((fraction, words)) if fraction.is_finite() => {
            let fraction = fraction.clamp(0.0, 1.0);
            markup.open(Tag::Label, &[(Class, "progress-label")]);
            markup.element(
                Tag::Progress,
                &[(Max, "1"), (Value, &format!("{fraction:.3}"))],
                "",
            );
            let words = progress(fraction, words);
            markup
                .element(Tag::Span, &[], words.trim_start())
                .close(Tag::Label);
        }
        _ => {
            markup.element(Tag::P, &[(Class, "loading")], "Running…");
        }
    }
    if !run.log.is_empty() {
        let earlier = run.log.len().saturating_sub(COURSE_LOG_LINES);
        push_log_lines(markup, &run.log[earlier..]);
    }
    markup.close(Tag::Div);
}

/// What the plugin logged during a run that has ended, folded away; nothing when it was silent.
fn push_run_log(markup: &mut Markup, run: &Run) {
    if run.log.is_empty() {
        return;
    }
    let summary = match run.log.len() {
        1 => "Log: 1 line".to_owned(),
        lines => format!("Log: {lines} lines"),
    };
    markup.open(Tag::Details, &[(Class, "run-log")]);
    markup.element(Tag::Summary, &[], &summary);
    push_log_lines(markup, &run.log);
    if run.log_lines_dropped > 0 {
        let words = format!("{} further lines were not kept.", run.log_lines_dropped);
        push_note(markup, &words);
    }
    markup.close(Tag::Details);
}

fn push_log_lines(markup: &mut Markup, log: &[(Level, String)]) {
    markup.open(Tag::Ol, &[(Class, "log")]);
    for (level, message) in log {
        markup.open(Tag::Li, &[(Class, "log-line"), (DataLevel, level.word())]);
        markup
            .element(Tag::Span, &[(Class, "level")], level.word())
            .text(" ")
            .element(Tag::Span, &[(Class, "said")], message)
            .close(Tag::Li);
    }
    markup.close(Tag::Ol);
}
