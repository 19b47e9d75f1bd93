//! Who else is in a notebook now, and where. Not in the log: it is forgotten when they go.

use crate::{ActorId, CellId, Operation, Person, Sequence, Side, TextChange};
use std::collections::VecDeque;

/// What one socket says of the person behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// The socket's number; one person may have several.
    pub session: u64,
    pub actor: ActorId,
    pub person: Person,
    /// The cell that they are in.
    pub cell: Option<CellId>,
    /// Where in its text.
    pub selection: Option<Selection>,
}

/// A selection in a text; a caret when both ends are the same. UTF-16 code units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    pub anchor: u32,
    pub head: u32,
    /// The text is that of the log up to here.
    pub sequence: Sequence,
}

impl Selection {
    /// The selection in the text after a change. Its ends stay right of what is inserted there.
    #[must_use]
    pub fn moved(self, change: &TextChange) -> Self {
        Self {
            anchor: change.map_position(self.anchor, Side::Right),
            head: change.map_position(self.head, Side::Right),
            sequence: self.sequence,
        }
    }
}

/// The last changes of texts that came in, to bring selections of others up to date.
#[derive(Clone, Debug, Default)]
pub(crate) struct RecentChanges(VecDeque<(Sequence, CellId, TextChange)>);

/// Changes that are remembered: a second or two of several people typing.
const REMEMBERED: usize = 64;

impl RecentChanges {
    pub fn note(&mut self, sequence: Sequence, operation: &Operation) {
        if let Operation::ChangeText { cell, change } = operation {
            if self.0.len() == REMEMBERED {
                self.0.pop_front();
            }
            self.0.push_back((sequence, *cell, change.clone()));
        }
    }

    /// The selection in the text of now.
    pub fn bring(&self, cell: CellId, selection: Selection) -> Selection {
        self.0
            .iter()
            .filter(|(sequence, of, _)| *sequence > selection.sequence && *of == cell)
            .fold(selection, |selection, (_, _, change)| {
                selection.moved(change)
            })
    }
}
