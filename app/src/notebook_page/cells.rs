//! The cells that are on the screen, each with its own signals: an arrival touches only those that
//! it is about. Their rows stand in blocks, and the browser passes over a block that is far from the
//! screen. The same for a notebook that is live and for one as it was.

use super::cell_model::CellModel;
use leptos::{html::Div, prelude::*};
use notebook::{CellId, Notebook};
use std::collections::HashMap;
use web::NearWatch;

/// Cells that are drawn in full from the start; about as many as fit a screen.
const FIRST_CELLS: usize = 10;

/// How far from the screen a cell is drawn in full, in CSS pixels: a screen's height, so that it is
/// ready when the reader gets there.
const NEAR_PX: u32 = 1_000;

/// A block of rows; cheap to copy.
#[derive(Clone, Copy)]
pub struct Block {
    id: u32,
    cells: RwSignal<Vec<CellId>>,
    /// It is on the screen or close to it.
    pub near: RwSignal<bool>,
}

impl PartialEq for Block {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// Handle to the cells of a page; cheap to copy.
#[derive(Clone, Copy)]
pub struct Cells {
    /// Visible cells.
    pub order: RwSignal<Vec<CellId>>,
    /// The same in blocks.
    blocks: RwSignal<Vec<Block>>,
    next_block: StoredValue<u32>,
    /// Also those that are deleted.
    known: StoredValue<HashMap<CellId, CellModel>>,
    /// Of the page: the signals of a cell outlive its row.
    owner: StoredValue<Owner>,
    near_rows: StoredValue<Option<NearWatch>, LocalStorage>,
    near_blocks: StoredValue<Option<NearWatch>, LocalStorage>,
}

impl Cells {
    pub fn new() -> Self {
        let cells = Self {
            order: RwSignal::new(Vec::new()),
            blocks: RwSignal::new(Vec::new()),
            next_block: StoredValue::new(0),
            known: StoredValue::new(HashMap::new()),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            near_rows: StoredValue::new_local(None),
            near_blocks: StoredValue::new_local(None),
        };
        let rows = NearWatch::once(NEAR_PX, move |id| {
            let id = id.strip_prefix("cell-").and_then(|id| id.parse().ok());
            if let Some(cell) = id.and_then(|id| cells.get(id)) {
                cell.near.try_set(true);
            }
        });
        cells.near_rows.set_value(rows);
        let blocks = NearWatch::always(NEAR_PX, move |id, near| {
            let id = id.strip_prefix("block-").and_then(|id| id.parse().ok());
            if let Some(block) = id.and_then(|id: u32| cells.block(id)) {
                set_if_new(block.near, near);
            }
        });
        cells.near_blocks.set_value(blocks);
        cells
    }

    pub fn get(self, cell: CellId) -> Option<CellModel> {
        self.known.with_value(|known| known.get(&cell).copied())
    }

    fn block(self, id: u32) -> Option<Block> {
        self.blocks
            .try_with_untracked(|blocks| blocks.iter().find(|block| block.id == id).copied())
            .flatten()
    }

    /// Draws a cell in full when this row of it comes near the screen. The browser is asked about it
    /// once its block is near: about a thousand rows it would think at each key.
    pub fn watch_row(self, cell: CellModel, row: NodeRef<Div>, block_is_near: RwSignal<bool>) {
        Effect::new(move |watched: Option<bool>| match row.get() {
            Some(row) if watched != Some(true) && block_is_near.get() => {
                self.near_rows.with_value(|near| match near {
                    Some(near) => near.watch(&row),
                    // A browser that does not tell has all cells drawn in full.
                    None => cell.near.set(true),
                });
                true
            }
            _ => watched == Some(true),
        });
    }

    fn watch_block(self, block: Block, element: &web::Element) {
        self.near_blocks.with_value(|near| match near {
            Some(near) => near.watch(element),
            None => block.near.set(true),
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
        shown.show_currency(notebook);
        shown.show_threads(notebook);
    }

    /// The notebook's time range or its variables changed.
    pub fn show_currency(self, notebook: &Notebook) {
        self.known.with_value(|known| {
            for cell in known.values() {
                cell.show_currency(notebook);
            }
        });
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
        self.show_blocks(&ids);
        set_if_new(self.order, ids);
    }

    fn show_blocks(self, order: &[CellId]) {
        let before = self.blocks.get_untracked();
        let cells: Vec<_> = before
            .iter()
            .map(|block| block.cells.get_untracked())
            .collect();
        let after = render::blocks(&cells, order);
        let blocks: Vec<Block> = after
            .into_iter()
            .enumerate()
            .map(|(place, block)| {
                if let Some(was) = block.was.and_then(|was| before.get(was)) {
                    set_if_new(was.cells, block.cells);
                    return *was;
                }
                let id = self.next_block.get_value();
                self.next_block.set_value(id + 1);
                self.owner.get_value().with(|| Block {
                    id,
                    cells: RwSignal::new(block.cells),
                    near: RwSignal::new(place == 0),
                })
            })
            .collect();
        set_if_new(self.blocks, blocks);
    }
}

/// The rows of all cells; `row` is given a cell and whether its block is near.
#[component]
pub fn Rows(cells: Cells, row: Callback<(CellModel, RwSignal<bool>), AnyView>) -> impl IntoView {
    view! {
        <div class="cells" role="list">
            <For each=move || cells.blocks.get() key=|block| block.id let(block)>
                <BlockOfRows cells block row />
            </For>
        </div>
    }
}

#[component]
fn BlockOfRows(
    cells: Cells,
    block: Block,
    row: Callback<(CellModel, RwSignal<bool>), AnyView>,
) -> impl IntoView {
    let element = NodeRef::<Div>::new();
    Effect::new(move || {
        if let Some(element) = element.get() {
            cells.watch_block(block, &element);
        }
    });
    view! {
        <div
            class="block"
            class:far=move || !block.near.get()
            id=format!("block-{}", block.id)
            role="presentation"
            node_ref=element
        >
            <For each=move || block.cells.get() key=|id| *id let(id)>
                {cells.get(id).map(|cell| row.run((cell, block.near)))}
            </For>
        </div>
    }
}

/// Tells only news, also of a page that was left.
pub fn set_if_new<T: PartialEq + Clone + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.try_with_untracked(|old| *old != value) == Some(true) {
        signal.set(value);
    }
}
