//! What commands do to the notebook: which cell is selected, and what becomes of it.

use super::{
    Model,
    cell_model::{Ask, CellModel},
    cells::set_if_new,
};
use crate::ids;
use keys::Command;
use leptos::prelude::*;
use notebook::{CellId, Operation, diff, merge, parse, split, to_markdown, to_query};
use render::{Point, replay_path};

/// Asked of when nothing says which plugin.
const FIRST_PLUGIN: &str = "prometheus";

impl Model {
    /// Commands are about this cell from now on.
    pub fn select(self, cell: CellModel) {
        let before = self.selected.get_untracked();
        if before == Some(cell.id) {
            return;
        }
        if let Some(before) = before.and_then(|before| self.cell(before)) {
            before.selected.set(false);
        }
        cell.selected.set(true);
        self.selected.set(Some(cell.id));
    }

    /// Has the row of a cell do something, as soon as it is drawn.
    pub fn ask(self, cell: CellId, ask: Ask) {
        if let Some(cell) = self.cell(cell) {
            self.select(cell);
            set_if_new(cell.near, true);
            cell.asked.set(Some(ask));
        }
    }

    /// Does what a command says; false when it has no use for it now, and keys go on.
    pub fn perform(self, command: Command) -> bool {
        match command {
            Command::Undo => self.undo(),
            Command::Redo => self.redo(),
            Command::History => self.history.toggle(),
            Command::Replay => {
                let now = Point::Sequence(self.sequence.get_untracked());
                self.router.go(&replay_path(self.id, now));
            }
            Command::Next | Command::Previous | Command::First | Command::Last => {
                return self.select_by(command);
            }
            Command::InsertBelow | Command::InsertAbove if self.selection().is_none() => {
                self.insert_selected(None);
            }
            _ => {
                return match self.selection() {
                    Some(cell) => self.perform_on(command, cell),
                    None => false,
                };
            }
        }
        true
    }

    fn perform_on(self, command: Command, cell: CellModel) -> bool {
        match command {
            Command::EditCell => self.ask(cell.id, Ask::Edit),
            Command::LeaveCell => self.ask(cell.id, Ask::Select),
            Command::Run => self.ask(cell.id, Ask::Run),
            Command::RunAndNext => self.ask(cell.id, Ask::RunAndNext),
            Command::RunAndInsert => self.ask(cell.id, Ask::RunAndInsert),
            Command::Comment => self.ask(cell.id, Ask::Comment),
            Command::InsertAbove => self.insert_selected(self.beside(cell.id, -1)),
            Command::InsertBelow => self.insert_selected(Some(cell.id)),
            Command::DeleteCell => {
                let next = self.beside(cell.id, 1).or(self.beside(cell.id, -1));
                self.delete_cell(cell.id);
                if let Some(next) = next {
                    self.ask(next, Ask::Select);
                }
            }
            Command::MoveUp | Command::MoveDown => {
                // A row that moves loses the focus.
                let then = match cell.editing.get_untracked() && !cell.is_markdown_untracked() {
                    true => Ask::Edit,
                    false => Ask::Select,
                };
                self.move_cell(cell.id, command == Command::MoveDown);
                self.ask(cell.id, then);
            }
            Command::MergeBelow => self.merge_below(cell),
            Command::Split => return self.split_at_caret(),
            Command::ToMarkdown => self.reshape(cell, to_markdown),
            Command::ToQuery => {
                let plugin = self.plugin_nearby(cell.id);
                self.reshape(cell, |text| to_query(text, &plugin));
            }
            Command::CopyLink => self.copy_link(cell),
            _ => return false,
        }
        true
    }

    fn selection(self) -> Option<CellModel> {
        let selected = self.selected.get_untracked()?;
        let is_shown = |order: &Vec<CellId>| order.contains(&selected);
        self.cells.order.with_untracked(is_shown).then_some(())?;
        self.cell(selected)
    }

    /// The cell so many places after another one.
    pub(super) fn beside(self, cell: CellId, steps: isize) -> Option<CellId> {
        self.cells.order.with_untracked(|order| {
            let place = order.iter().position(|&other| other == cell)?;
            order.get(place.checked_add_signed(steps)?).copied()
        })
    }

    fn select_by(self, command: Command) -> bool {
        let ends = self
            .cells
            .order
            .with_untracked(|order| Some((*order.first()?, *order.last()?)));
        let Some((first, last)) = ends else {
            return false;
        };
        let selected = self.selection().map(|cell| cell.id);
        let to = match (command, selected) {
            (Command::First, _) => first,
            (Command::Last, _) => last,
            (Command::Previous, Some(cell)) => self.beside(cell, -1).unwrap_or(cell),
            (_, Some(cell)) => self.beside(cell, 1).unwrap_or(cell),
            // Where the reader is.
            (_, None) => web::id_in_sight(".cell")
                .and_then(|id| id.strip_prefix("cell-")?.parse().ok())
                .unwrap_or(first),
        };
        self.ask(to, Ask::Select);
        true
    }

    fn insert_selected(self, after: Option<CellId>) {
        let cell = self.insert(after, String::new());
        self.ask(cell, Ask::Select);
    }

    fn reshape(self, cell: CellModel, reshape: impl FnOnce(&str) -> String) {
        let text = cell.text.get_untracked();
        let changed = reshape(&text);
        if changed != text {
            self.change_text(cell.id, diff(&text, &changed));
            self.ask(cell.id, Ask::Select);
        }
    }

    /// The plugin of the query before a cell, else of the one after it.
    fn plugin_nearby(self, cell: CellId) -> String {
        let plugins = self.cells.order.with_untracked(|order| {
            let place = order.iter().position(|&other| other == cell).unwrap_or(0);
            let (before, after) = order.split_at_checked(place).unwrap_or_default();
            let near = before.iter().rev().chain(after);
            near.filter_map(|&id| {
                let text = self.cell(id)?.text;
                text.with_untracked(|text| parse(text).plugin().map(str::to_owned))
            })
            .next()
        });
        plugins.unwrap_or_else(|| FIRST_PLUGIN.to_owned())
    }

    fn merge_below(self, cell: CellModel) {
        let Some(below) = self.beside(cell.id, 1).and_then(|below| self.cell(below)) else {
            self.session.announce("There is no cell below.");
            return;
        };
        let first = cell.text.get_untracked();
        let both = below.text.with_untracked(|second| merge(&first, second));
        self.change_text(cell.id, diff(&first, &both));
        self.edit(Operation::DeleteCell { cell: below.id });
        self.session.announce("Merged.");
        self.ask(cell.id, Ask::Select);
    }

    fn split_at_caret(self) -> bool {
        let Some((cell, caret)) = self.company.caret() else {
            return false;
        };
        let Some(text) = self.cell(cell).map(|cell| cell.text.get_untracked()) else {
            return false;
        };
        let (head, tail) = split(&text, caret.start);
        self.change_text(cell, diff(&text, &head));
        let tail = self.insert(Some(cell), tail);
        self.ask(tail, Ask::Edit);
        true
    }

    fn copy_link(self, cell: CellModel) {
        let link = format!("{}/n/{}#cell-{}", web::origin(), self.id, cell.id);
        let session = self.session;
        web::spawn(async move {
            if web::copy_text(&link).await {
                session.toast("Link copied.");
            } else {
                session.toast(format!("This browser does not let the page copy: {link}"));
            }
        });
    }

    /// A new cell, which nothing is done about yet.
    pub(super) fn insert(self, after: Option<CellId>, text: String) -> CellId {
        let cell = ids::new_id(CellId::from_bits);
        self.edit(Operation::InsertCell { cell, after, text });
        cell
    }
}
