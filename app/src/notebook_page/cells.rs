//! The cells that are on the screen, each with its own signals: an arrival touches only those that
//! it is about. The same for a notebook that is live and for one as it was.

use super::cell_model::CellModel;
use leptos::prelude::*;
use notebook::{CellId, Notebook};
use std::collections::HashMap;
use web::NearWatch;

/// Cells that are drawn in full from the start; about as many as fit a screen.
const FIRST_CELLS: usize = 10;

/// How far from the screen a cell is drawn in full, in CSS pixels: a screen's height, so that it is
/// ready when the reader gets there.
const NEAR_PX: u32 = 1_000;

/// Handle to the cells of a page; cheap to copy.
#[derive(Clone, Copy)]
pub struct Cells {
    /// Visible cells.
    pub order: RwSignal<Vec<CellId>>,
    /// Also those that are deleted.
    known: StoredValue<HashMap<CellId, CellModel>>,
    /// Of the page: the signals of a cell outlive its row.
    owner: StoredValue<Owner>,
    nearness: StoredValue<Option<NearWatch>, LocalStorage>,
}

impl Cells {
    pub fn new() -> Self {
        let cells = Self {
            order: RwSignal::new(Vec::new()),
            known: StoredValue::new(HashMap::new()),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            nearness: StoredValue::new_local(None),
        };
        let near = NearWatch::start(NEAR_PX, move |id| {
            let id = id.strip_prefix("cell-").and_then(|id| id.parse().ok());
            if let Some(cell) = id.and_then(|id| cells.get(id)) {
                cell.near.try_set(true);
            }
        });
        cells.nearness.set_value(near);
        cells
    }

    pub fn get(self, cell: CellId) -> Option<CellModel> {
        self.known.with_value(|known| known.get(&cell).copied())
    }

    /// Draws a cell in full when this row of it comes near the screen.
    pub fn watch_near(self, cell: CellModel, row: &web::Element) {
        self.nearness.with_value(|nearness| match nearness {
            Some(nearness) => nearness.watch(row),
            // A browser that does not tell has all cells drawn in full.
            None => cell.near.set(true),
        });
    }

    pub fn show(self, notebook: &Notebook, id: CellId) {
        let Some(cell) = notebook.cell(id) else {
            return;
        };
        let run = notebook.latest_run(id);
        let shown = match self.get(id) {
            Some(shown) => {
                shown.show(cell, run);
                shown
            }
            None => {
                let shown = self.owner.get_value().with(|| CellModel::new(cell, run));
                self.known.update_value(|known| {
                    known.insert(id, shown);
                });
                shown
            }
        };
        shown.show_threads(notebook);
    }

    pub fn show_order(self, notebook: &Notebook) {
        let ids: Vec<CellId> = notebook.cells().map(|cell| cell.id).collect();
        self.known.with_value(|known| {
            for (place, id) in ids.iter().enumerate() {
                let Some(cell) = known.get(id) else { continue };
                set_if_new(cell.number, place + 1);
                if place < FIRST_CELLS {
                    set_if_new(cell.near, true);
                }
            }
        });
        set_if_new(self.order, ids);
    }
}

/// Tells only news, also of a page that was left.
pub fn set_if_new<T: PartialEq + Clone + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.try_with_untracked(|old| *old != value) == Some(true) {
        signal.set(value);
    }
}
