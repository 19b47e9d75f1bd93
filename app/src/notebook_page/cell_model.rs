//! A cell in the page: its text and its latest run as signals, and what of the run is shown.

use super::cells::set_if_new;
use leptos::prelude::*;
use notebook::{
    BlobHash, Cell, CellId, CellKind, Notebook, Outcome, Run, RunId, TextChange, Thread, parse,
};
use output::{Answer, Failure};
use render::CellState;
use std::sync::Arc;

/// Handle to a cell in the page; cheap to copy.
#[derive(Clone, Copy)]
pub struct CellModel {
    pub id: CellId,
    /// 1 for the first visible cell.
    pub number: RwSignal<usize>,
    pub text: RwSignal<String>,
    /// The latest run, as the log has it.
    pub run: RwSignal<Option<Arc<Run>>>,
    /// The latest run asked what the cell asks now.
    pub is_current: RwSignal<bool>,
    /// In the order in which they began.
    pub threads: RwSignal<Vec<Thread>>,
    /// How the text changed since the cell's editor heard of it; nothing without an editor.
    arrived: StoredValue<Option<TextChange>>,
    /// It has been on the screen or close to it.
    pub near: RwSignal<bool>,
    /// A Markdown cell whose source is open.
    pub editing: RwSignal<bool>,
    /// Commands are about it.
    pub selected: RwSignal<bool>,
    /// What its row is to do.
    pub asked: RwSignal<Option<Ask>>,
    /// Counts how often the view was asked to run afresh.
    pub view_runs: RwSignal<u32>,
    /// A run that this page asked for and the log does not show yet.
    starting: RwSignal<Option<Starting>>,
}

/// What a command wants of a cell's row, which may have to be drawn first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// The focus, outside of the editor.
    Select,
    Edit,
    Run,
    RunAndNext,
    RunAndInsert,
    Comment,
}

#[derive(Clone)]
struct Starting {
    run: RunId,
    since_ms: i64,
    /// The server has answered the call.
    answered: bool,
    /// The log has shown the run.
    seen: bool,
    ended: Option<Ended>,
}

/// How a run ended, in the words of its first answer.
#[derive(Clone, PartialEq)]
pub enum Ended {
    Answer(Arc<Answer>),
    Failure(Failure),
}

/// What is shown of a cell's runs.
#[derive(Clone, PartialEq)]
pub enum Shown {
    Never,
    Running {
        run: RunId,
        since_ms: i64,
    },
    /// The answer is at hand.
    Answer(Arc<Answer>),
    /// The answer is kept on the server.
    Kept(BlobHash),
    Failed(Failure),
    Cancelled,
    Interrupted,
}

impl CellModel {
    pub fn new(cell: &Cell, run: Option<&Run>) -> Self {
        Self {
            id: cell.id,
            number: RwSignal::new(0),
            text: RwSignal::new(cell.text.clone()),
            run: RwSignal::new(run.cloned().map(Arc::new)),
            is_current: RwSignal::new(true),
            threads: RwSignal::new(Vec::new()),
            arrived: StoredValue::new(None),
            near: RwSignal::new(false),
            editing: RwSignal::new(cell.text.is_empty()),
            selected: RwSignal::new(false),
            asked: RwSignal::new(None),
            view_runs: RwSignal::new(0),
            starting: RwSignal::new(None),
        }
    }

    /// Takes over what the notebook says.
    pub fn show(self, cell: &Cell, run: Option<&Run>) {
        if self.text.with_untracked(|text| *text != cell.text) {
            self.text.set(cell.text.clone());
        }
        if self.run.with_untracked(|shown| shown.as_deref() != run) {
            self.hand_over(run.map(|run| run.id));
            self.run.set(run.cloned().map(Arc::new));
        }
    }

    /// Takes over whether the run is the cell's, given everything of the notebook.
    pub fn show_currency(self, notebook: &Notebook) {
        let run = notebook.latest_run(self.id);
        let text = notebook.cell(self.id).map(|cell| cell.text.as_str());
        let is_current = match (run, text) {
            (Some(run), Some(text)) => notebook.is_current(text, run),
            _ => true,
        };
        set_if_new(self.is_current, is_current);
    }

    /// Takes over what is said about the cell.
    pub fn show_threads(self, notebook: &Notebook) {
        let threads = notebook.threads.of_cell(self.id);
        let same = self
            .threads
            .with_untracked(|shown| shown.iter().eq(threads.iter().copied()));
        if !same {
            self.threads.set(threads.into_iter().cloned().collect());
        }
    }

    /// From now on an editor hears how the text changes.
    pub fn listen(self) {
        self.arrived.set_value(Some(TextChange::default()));
    }

    pub fn stop_listening(self) {
        self.arrived.try_set_value(None);
    }

    /// The text changed, in this way.
    pub fn tell(self, change: &TextChange) {
        self.arrived.update_value(|arrived| {
            if let Some(before) = arrived {
                // What does not follow from it is found by comparing.
                *before = before.compose(change).unwrap_or_default();
            }
        });
    }

    /// How the text changed since this was last asked.
    pub fn heard(self) -> TextChange {
        let arrived = self
            .arrived
            .try_update_value(|arrived| arrived.as_mut().map(std::mem::take));
        arrived.flatten().unwrap_or_default()
    }

    /// The log caught up with the run that this page asked for, or went past it.
    fn hand_over(self, latest: Option<RunId>) {
        let Some(starting) = self.starting.get_untracked() else {
            return;
        };
        if latest == Some(starting.run) {
            self.starting.set(Some(Starting {
                seen: true,
                ..starting
            }));
        } else if starting.seen || starting.answered {
            self.starting.set(None);
        }
    }

    pub fn is_markdown(self) -> bool {
        self.text
            .with(|text| matches!(parse(text).kind, CellKind::Markdown))
    }

    pub fn is_markdown_untracked(self) -> bool {
        self.text
            .with_untracked(|text| matches!(parse(text).kind, CellKind::Markdown))
    }

    /// This page asks for a run: shown at once.
    pub fn start(self, run: RunId) {
        let since_ms = web::now_ms();
        self.starting.set(Some(Starting {
            run,
            since_ms,
            answered: false,
            seen: false,
            ended: None,
        }));
    }

    /// The server answered the call, perhaps with the outcome, before the log's word.
    pub fn answered(self, run: RunId, ended: Option<Ended>) {
        self.starting.update(|starting| {
            if let Some(starting) = starting.as_mut().filter(|starting| starting.run == run) {
                starting.answered = true;
                starting.ended = ended;
            }
        });
    }

    /// The call failed: nothing runs.
    pub fn not_started(self, run: RunId) {
        self.starting.update(|starting| {
            if starting
                .as_ref()
                .is_some_and(|starting| starting.run == run)
            {
                *starting = None;
            }
        });
    }

    /// What to show: the log's word where it has one, else what this page knows ahead of it.
    pub fn shown(self) -> Shown {
        let logged = self.run.get();
        let Some(starting) = self.starting.get() else {
            return logged.map_or(Shown::Never, |run| shown_of(&run));
        };
        match (logged, starting.ended) {
            (_, Some(Ended::Answer(answer))) => Shown::Answer(answer),
            (_, Some(Ended::Failure(failure))) => Shown::Failed(failure),
            (Some(run), None) if run.id == starting.run => shown_of(&run),
            // The server answered and another run of the cell is under way: ours joined it.
            (Some(run), None) if starting.answered && run.finished.is_none() => shown_of(&run),
            (_, None) => Shown::Running {
                run: starting.run,
                since_ms: starting.since_ms,
            },
        }
    }

    pub fn state(self) -> CellState {
        match self.shown() {
            Shown::Never => CellState::Never,
            Shown::Running { .. } => CellState::Running,
            _ if !self.is_current.get() => CellState::Stale,
            Shown::Answer(_) | Shown::Kept(_) => CellState::Done,
            Shown::Failed(_) => CellState::Failed,
            Shown::Cancelled => CellState::Cancelled,
            Shown::Interrupted => CellState::Interrupted,
        }
    }
}

fn shown_of(run: &Run) -> Shown {
    match &run.finished {
        None => Shown::Running {
            run: run.id,
            since_ms: run.started_ms,
        },
        Some((Outcome::Done(reference), _)) => Shown::Kept(reference.hash),
        Some((Outcome::Failed(failure), _)) => Shown::Failed(failure.clone()),
        Some((Outcome::Cancelled, _)) => Shown::Cancelled,
        Some((Outcome::Interrupted, _)) => Shown::Interrupted,
    }
}

/// The outcome as the page says it.
pub fn outcome_word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done(_) => CellState::Done.word(),
        Outcome::Failed(_) => CellState::Failed.word(),
        Outcome::Cancelled => CellState::Cancelled.word(),
        Outcome::Interrupted => CellState::Interrupted.word(),
    }
}
