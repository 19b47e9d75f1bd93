//! What the list of notebooks says about one of them.

use notebook::{Notebook, NotebookId};

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    pub id: NotebookId,
    pub title: String,
    /// Cells that are not deleted.
    pub cell_count: u32,
    /// Milliseconds since 1970 UTC.
    pub created_ms: i64,
    /// Milliseconds since 1970 UTC.
    pub updated_ms: i64,
    pub deleted: bool,
}

impl From<&Notebook> for Summary {
    fn from(state: &Notebook) -> Self {
        Self {
            id: state.id,
            title: state.title.clone(),
            cell_count: u32::try_from(state.cells().count()).unwrap_or(u32::MAX),
            created_ms: state.created_ms,
            updated_ms: state.updated_ms,
            deleted: state.deleted,
        }
    }
}
