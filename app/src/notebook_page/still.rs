//! A cell that is far from the screen: the server's markup of it, without editor and buttons.
//!
//! A thousand editors take the browser seconds, a thousand of these milliseconds. Once a row has
//! come near it is a [`super::cell::CellRow`] and stays one.

use super::{Model, cell::CellRow, cell_model::CellModel};
use leptos::prelude::*;
use render::CellState;

/// A row that becomes live when it comes near the screen or is to take the focus.
#[component]
pub fn CellSlot(model: Model, cell: CellModel, near: RwSignal<bool>) -> impl IntoView {
    move || {
        if cell.near.get() {
            view! { <CellRow model cell /> }.into_any()
        } else {
            view! { <StillRow model cell near /> }.into_any()
        }
    }
}

#[component]
fn StillRow(model: Model, cell: CellModel, near: RwSignal<bool>) -> impl IntoView {
    let row = NodeRef::<leptos::html::Div>::new();
    let id = format!("cell-{}", cell.id);
    let here = id.clone();
    model.cells.watch_row(cell, row, near);
    Effect::new(move |before: Option<()>| {
        cell.text.track();
        cell.run.track();
        cell.is_current.track();
        cell.number.track();
        cell.threads.track();
        let Some(row) = row.get() else { return };
        if before.is_none() && model.is_as_served() && web::adopt_children(&here, &row) {
            return;
        }
        web::set_html(&row, &model.still_html(cell.id));
    });
    let state = move || CellState::of(cell.run.read().as_deref(), cell.is_current.get()).name();
    view! {
        <div
            class="cell still"
            role="listitem"
            id=id
            data-state=state
            data-kind=move || if cell.is_markdown() { "markdown" } else { "plugin" }
            node_ref=row
        ></div>
    }
}
