//! Putting back the text that a cell had: what would change is shown first, and it is an edit like
//! any other.

use crate::{
    notebook_page::Model,
    session::{Session, session},
};
use leptos::prelude::*;
use notebook::{CellId, Operation, Sequence, diff};
use transport::Moment;

/// A text that may be put back.
#[derive(Clone, Debug, PartialEq)]
pub struct Restore {
    cell: CellId,
    text: String,
}

impl Restore {
    /// Fetches the text that the cell had after an entry, and asks about it.
    pub fn prepare(
        model: Model,
        session: Session,
        cell: CellId,
        sequence: Sequence,
        restoring: RwSignal<Option<Self>>,
    ) {
        web::spawn(async move {
            let past = session.rpc().at(model.id, Moment::Sequence(sequence)).await;
            match past {
                Ok(past) => {
                    if let Some(cell) = past.state.cell(cell) {
                        restoring.try_set(Some(Self {
                            cell: cell.id,
                            text: cell.text.clone(),
                        }));
                    }
                }
                Err(error) => session.report(&error),
            }
        });
    }

    /// As one edit; a deleted cell comes back with it.
    fn perform(self, model: Model, session: Session) {
        let found = model.read(|notebook| {
            let cell = notebook.cell(self.cell)?;
            Some((cell.text.clone(), cell.deleted))
        });
        let Some((before, deleted)) = found.flatten() else {
            return;
        };
        let Self { cell, text } = self;
        if deleted && !model.propose(Operation::RestoreCell { cell }) {
            return;
        }
        model.change_text(cell, diff(&before, &text));
        session.toast_with_undo("Text restored.", move || {
            let now = model.read(|notebook| notebook.cell(cell).map(|cell| cell.text.clone()));
            if now.flatten().as_ref() == Some(&text) {
                model.change_text(cell, diff(&text, &before));
            } else {
                session.toast("The cell was edited since: its text is in the history.");
            }
        });
    }
}

/// What would change, and whether to do it.
#[component]
pub fn Question(
    model: Model,
    restore: Restore,
    restoring: RwSignal<Option<Restore>>,
) -> impl IntoView {
    let session = session();
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = dialog.get() {
            web::show_modal(&dialog);
        }
    });
    let now = model.read(|notebook| {
        let cell = notebook.cell(restore.cell);
        cell.map(|cell| cell.text.clone()).unwrap_or_default()
    });
    let now = now.unwrap_or_default();
    let is_same = now == restore.text;
    let html = if is_same {
        render::note("The cell has this text now.")
    } else {
        render::difference(&now, &restore.text)
    };
    view! {
        <dialog
            class="restore"
            aria-label="Restore this text"
            node_ref=dialog
            on:close=move |_| restoring.set(None)
        >
            <h2>"Restore this text?"</h2>
            <div inner_html=html></div>
            <p class="decisions">
                {(!is_same).then(|| view! {
                    <button class="primary" on:click=move |_| {
                        restoring.set(None);
                        restore.clone().perform(model, session);
                    }>"Restore"</button>
                })}
                <button on:click=move |_| restoring.set(None)>{if is_same { "Close" } else { "Cancel" }}</button>
            </p>
        </dialog>
    }
}
