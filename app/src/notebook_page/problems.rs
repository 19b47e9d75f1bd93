//! What the page reads out of a cell's text as somebody types: whether it is prose, and what is
//! wrong with it.

use super::cell_model::CellModel;
use leptos::prelude::*;
use notebook::{CellKind, parse};

/// Without a key for so long, somebody has paused. Every directive is wrong while it is typed.
const PAUSE_MS: u32 = 500;

#[derive(Clone, PartialEq)]
struct Reading {
    markdown: bool,
    wrong: bool,
    /// What is wrong may show.
    shown: bool,
    /// How often somebody had paused.
    pauses: u32,
    /// HTML of `render`: the source with its marks. Empty unless shown, as the next.
    source: String,
    diagnostics: String,
}

/// Handle to the reading of one cell, which is made once for each change of the text.
#[derive(Clone, Copy)]
pub struct Problems {
    reading: Memo<Reading>,
    pauses: RwSignal<u32>,
}

impl Problems {
    pub fn of(cell: CellModel) -> Self {
        let pauses = RwSignal::new(0);
        // What is wrong shows after a pause, stays while it is worked on, and goes when it is
        // right again. What a notebook opens with shows at once.
        let reading = Memo::new(move |before: Option<&Reading>| {
            let text = cell.text.read();
            let pauses = pauses.get();
            let parsed = parse(&text);
            let mut reading = Reading {
                markdown: matches!(parsed.kind, CellKind::Markdown),
                wrong: !parsed.diagnostics.is_empty(),
                shown: before.is_none_or(|before| before.shown || before.pauses < pauses),
                pauses,
                source: String::new(),
                diagnostics: String::new(),
            };
            reading.shown &= reading.wrong;
            if reading.shown {
                reading.source = render::marked_source(&text, &parsed.diagnostics);
                reading.diagnostics = render::diagnostics(&parsed);
            }
            reading
        });
        let problems = Self { reading, pauses };
        let timer = StoredValue::new_local(None);
        Effect::new(move || {
            cell.text.track();
            let waits = reading.with(|reading| reading.wrong && !reading.shown);
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
        self.reading.read().markdown
    }

    pub fn are_shown(self) -> bool {
        self.reading.read().shown
    }

    /// The source with its marks, as HTML; empty when nothing is to be marked.
    pub fn marked_source(self) -> String {
        self.reading.read().source.clone()
    }

    pub fn diagnostics(self) -> String {
        self.reading.read().diagnostics.clone()
    }
}
