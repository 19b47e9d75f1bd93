//! The table of commands.

use Command::{
    AllNotebooks, Comment, CopyLink, DeleteCell, EditCell, First, History, InsertAbove,
    InsertBelow, Last, LeaveCell, MergeBelow, MoveDown, MoveUp, NewNotebook, Next, Palette,
    Plugins, Previous, Redo, Replay, Run, RunAndInsert, RunAndNext, Shortcuts, Split, ToMarkdown,
    ToQuery, Undo,
};

/// Something that can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Command {
    EditCell,
    LeaveCell,
    Next,
    Previous,
    First,
    Last,
    Run,
    RunAndNext,
    RunAndInsert,
    InsertAbove,
    InsertBelow,
    DeleteCell,
    MoveUp,
    MoveDown,
    MergeBelow,
    Split,
    ToMarkdown,
    ToQuery,
    Comment,
    CopyLink,
    Undo,
    Redo,
    History,
    Replay,
    Palette,
    Shortcuts,
    NewNotebook,
    AllNotebooks,
    Plugins,
}

/// Where commands stand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    Move,
    Run,
    Cells,
    Notebook,
    Everywhere,
}

impl Group {
    pub const ALL: [Self; 5] = [
        Self::Run,
        Self::Cells,
        Self::Move,
        Self::Notebook,
        Self::Everywhere,
    ];

    pub fn words(self) -> &'static str {
        match self {
            Self::Move => "Move around",
            Self::Run => "Run",
            Self::Cells => "Cells",
            Self::Notebook => "Notebook",
            Self::Everywhere => "Everywhere",
        }
    }
}

/// What letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Commands, about the selected cell.
    Command,
    /// Text.
    Edit,
    /// Another field's text, or a page without cells: only what works everywhere is heard.
    Elsewhere,
}

/// A row: keys for command mode, keys that work in the editor too, and keys that work everywhere.
/// Strokes as `Stroke::parse` reads them; two letters with a space are pressed one after the other.
struct Row {
    command: Command,
    group: Group,
    words: &'static str,
    in_command: &'static [&'static str],
    in_edit: &'static [&'static str],
    everywhere: &'static [&'static str],
}

const fn row(command: Command, group: Group, words: &'static str) -> Row {
    Row {
        command,
        group,
        words,
        in_command: &[],
        in_edit: &[],
        everywhere: &[],
    }
}

type Keys = &'static [&'static str];

impl Row {
    const fn command(self, in_command: Keys) -> Self {
        Self { in_command, ..self }
    }

    const fn edit(self, in_edit: Keys) -> Self {
        Self { in_edit, ..self }
    }

    const fn everywhere(self, everywhere: Keys) -> Self {
        Self { everywhere, ..self }
    }
}

const ROWS: &[Row] = &[
    row(Run, Group::Run, "Run the cell")
        .command(&["Ctrl+Enter"])
        .edit(&["Ctrl+Enter"]),
    row(RunAndNext, Group::Run, "Run the cell and go on to the next")
        .command(&["Shift+Enter"])
        .edit(&["Shift+Enter"]),
    row(
        RunAndInsert,
        Group::Run,
        "Run the cell and insert one below",
    )
    .command(&["Alt+Enter"])
    .edit(&["Alt+Enter"]),
    row(EditCell, Group::Cells, "Edit the cell").command(&["Enter"]),
    row(LeaveCell, Group::Cells, "Leave the editor").edit(&["Escape"]),
    row(InsertAbove, Group::Cells, "Insert a cell above").command(&["A"]),
    row(InsertBelow, Group::Cells, "Insert a cell below").command(&["B"]),
    row(DeleteCell, Group::Cells, "Delete the cell").command(&["D D"]),
    row(MoveUp, Group::Cells, "Move the cell up")
        .command(&["Alt+ArrowUp", "Shift+K"])
        .edit(&["Alt+ArrowUp"]),
    row(MoveDown, Group::Cells, "Move the cell down")
        .command(&["Alt+ArrowDown", "Shift+J"])
        .edit(&["Alt+ArrowDown"]),
    row(Split, Group::Cells, "Split the cell at the caret").edit(&["Ctrl+Shift+Minus"]),
    row(MergeBelow, Group::Cells, "Merge with the cell below").command(&["Shift+M"]),
    row(ToMarkdown, Group::Cells, "Make it Markdown").command(&["M"]),
    row(ToQuery, Group::Cells, "Make it a query").command(&["Y"]),
    row(Comment, Group::Cells, "Comment on the cell").command(&["C"]),
    row(CopyLink, Group::Cells, "Copy a link to the cell").command(&["L"]),
    row(Next, Group::Move, "Select the next cell").command(&["J", "ArrowDown"]),
    row(Previous, Group::Move, "Select the previous cell").command(&["K", "ArrowUp"]),
    row(First, Group::Move, "Select the first cell").command(&["G G", "Home"]),
    row(Last, Group::Move, "Select the last cell").command(&["Shift+G", "End"]),
    row(Undo, Group::Notebook, "Undo my last edit")
        .command(&["Z", "Ctrl+Z"])
        .edit(&["Ctrl+Z"]),
    row(Redo, Group::Notebook, "Do it again")
        .command(&["Shift+Z", "Ctrl+Shift+Z", "Ctrl+Y"])
        .edit(&["Ctrl+Shift+Z", "Ctrl+Y"]),
    row(History, Group::Notebook, "Show what happened").command(&["H"]),
    row(Replay, Group::Notebook, "Replay the notebook").command(&["R"]),
    row(
        Palette,
        Group::Everywhere,
        "Find a command, notebook or cell",
    )
    .everywhere(&["Ctrl+K"]),
    row(Shortcuts, Group::Everywhere, "Show these shortcuts").command(&["?"]),
    row(NewNotebook, Group::Everywhere, "New notebook"),
    row(AllNotebooks, Group::Everywhere, "All notebooks"),
    row(Plugins, Group::Everywhere, "Plugins"),
];

impl Command {
    /// In the order in which they are listed.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.command)
    }

    fn row(self) -> Option<&'static Row> {
        ROWS.iter().find(|row| row.command == self)
    }

    pub fn group(self) -> Group {
        self.row().map_or(Group::Everywhere, |row| row.group)
    }

    pub fn words(self) -> &'static str {
        self.row().map_or("", |row| row.words)
    }

    /// The keys, each once, those of command mode first.
    pub fn keys(self) -> Vec<&'static str> {
        let mut keys = Vec::new();
        for mode in [Mode::Command, Mode::Edit, Mode::Elsewhere] {
            for &key in self.keys_in(mode) {
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
        keys
    }

    /// The keys that are this command in a mode, beside those that are it everywhere.
    pub fn keys_in(self, mode: Mode) -> &'static [&'static str] {
        self.row().map_or(&[], |row| match mode {
            Mode::Command => row.in_command,
            Mode::Edit => row.in_edit,
            Mode::Elsewhere => row.everywhere,
        })
    }

    /// Whether it is about a cell, and so about an open notebook.
    pub fn needs_cell(self) -> bool {
        matches!(self.group(), Group::Run | Group::Cells)
    }

    /// Whether it is about an open notebook.
    pub fn needs_notebook(self) -> bool {
        self.group() != Group::Everywhere
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_one_row_with_words() {
        let mut seen = std::collections::BTreeSet::new();
        for command in Command::all() {
            assert!(seen.insert(command), "{command:?} stands there twice");
            assert!(!command.words().is_empty());
        }
        // The last of the enumeration, so that one without a row is noticed.
        assert_eq!(seen.len(), Command::Plugins as usize + 1);
    }
}
