//! What happened in a notebook: the panel at its side, what to do from there, and the sum of it for
//! somebody who was away.

mod away;
mod panel;
mod restore;

pub use away::{WhileAway, sum_up};
pub use panel::HistoryPanel;

use leptos::prelude::*;
use notebook::{CellId, Sequence};

/// What of the history is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Only what is about this cell.
    pub cell: Option<CellId>,
    /// Only what went on after this entry.
    pub after: Sequence,
}

/// Handle to the panel of the notebook that is open.
#[derive(Clone, Copy)]
pub struct History {
    pub open: RwSignal<Option<Scope>>,
    /// What had the focus when the panel was opened.
    opener: StoredValue<Option<web::HtmlElement>, LocalStorage>,
}

impl History {
    pub fn closed() -> Self {
        Self {
            open: RwSignal::new(None),
            opener: StoredValue::new_local(None),
        }
    }

    pub fn toggle(self) {
        if self.open.with_untracked(Option::is_some) {
            self.close();
        } else {
            self.show(Scope::default());
        }
    }

    pub fn show(self, scope: Scope) {
        if self.open.get_untracked().is_none() {
            self.opener.set_value(web::focused());
        }
        self.open.set(Some(scope));
    }

    pub fn close(self) {
        self.open.set(None);
        if let Some(opener) = self.opener.try_update_value(Option::take).flatten() {
            web::focus(&opener);
        }
    }
}

fn history() -> History {
    expect_context()
}

/// Opens and closes the panel.
#[component]
pub fn HistoryButton() -> impl IntoView {
    let history = history();
    let is_open = move || history.open.with(Option::is_some);
    view! {
        <button class="quiet" aria-expanded=move || is_open().to_string() on:click=move |_| history.toggle()>"History"</button>
    }
}

/// Opens the panel with what happened to one cell.
#[component]
pub fn CellHistoryButton(cell: CellId) -> impl IntoView {
    let history = history();
    let show = move |_| {
        history.show(Scope {
            cell: Some(cell),
            ..Scope::default()
        });
    };
    view! { <button class="quiet" on:click=show>"History"</button> }
}
