//! What the page reads out of a cell's text as somebody types: whether it is prose, and what is
//! wrong with it.

use super::cell_model::CellModel;
use leptos::prelude::*;
use notebook::{CellKind, parse};

/// Without a key for so long, somebody has paused. Every directive is wrong while it is typed.
const PAUSE_MS: u32 = 500;

/// One reading of the text.
#[derive(Clone, PartialEq)]
struct Reading {
    markdown: bool,
    wrong: Option<Wrong>,
}

/// HTML of `render`.
#[derive(Clone, PartialEq)]
pub struct Wrong {
    /// The source with its marks.
    pub source: String,
    pub diagnostics: String,
}

impl Reading {
    fn of(text: &str) -> Self {
        let parsed = parse(text);
        Self {
            markdown: matches!(parsed.kind, CellKind::Markdown),
            wrong: (!parsed.diagnostics.is_empty()).then(|| Wrong {
                source: render::marked_source(text, &parsed.diagnostics),
                diagnostics: render::diagnostics(&parsed),
            }),
        }
    }
}

/// Handle to the reading of one cell, which is made once for each change of the text.
#[derive(Clone, Copy)]
pub struct Problems {
    reading: Memo<Reading>,
    /// How often somebody has paused.
    pauses: RwSignal<u32>,
    seen: Memo<Seen>,
}

#[derive(Clone, Copy, PartialEq)]
struct Seen {
    shown: bool,
    pauses: u32,
}

impl Problems {
    pub fn of(cell: CellModel) -> Self {
        let reading = Memo::new(move |_| cell.text.with(|text| Reading::of(text)));
        let pauses = RwSignal::new(0);
        // What is wrong shows after a pause, stays while it is worked on, and goes when it is
        // right again. What a notebook opens with shows at once.
        let seen = Memo::new(move |before: Option<&Seen>| {
            let pauses = pauses.get();
            let wrong = reading.with(|reading| reading.wrong.is_some());
            let shown = wrong && before.is_none_or(|before| before.shown || before.pauses < pauses);
            Seen { shown, pauses }
        });
        let timer = StoredValue::new_local(None);
        let problems = Self {
            reading,
            pauses,
            seen,
        };
        Effect::new(move || {
            let waits = reading.with(|reading| reading.wrong.is_some())
                && !seen.with_untracked(|seen| seen.shown);
            // Drops the timer of the key before.
            timer.set_value(waits.then(|| web::after(PAUSE_MS, move || problems.pause())));
        });
        problems
    }

    /// Nobody types on: what is wrong may show.
    pub fn pause(self) {
        self.pauses.try_update(|pauses| *pauses += 1);
    }

    pub fn is_markdown(self) -> bool {
        self.reading.with(|reading| reading.markdown)
    }

    pub fn is_markdown_untracked(self) -> bool {
        self.reading.with_untracked(|reading| reading.markdown)
    }

    /// What is wrong, as far as it may show.
    pub fn shown(self) -> Option<Wrong> {
        self.seen
            .with(|seen| seen.shown)
            .then(|| self.reading.with(|reading| reading.wrong.clone()))
            .flatten()
    }

    pub fn are_shown(self) -> bool {
        self.seen.with(|seen| seen.shown)
    }
}
