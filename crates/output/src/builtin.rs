//! The ways to show an output that need no plugin.

/// A view that every output can be asked for by name. No plugin may have such a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Builtin {
    /// Series over time.
    Plot,
    Table,
    /// What a client of the REST API gets.
    Json,
    /// As in a terminal.
    Text,
}

impl Builtin {
    /// In the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Plot, Self::Table, Self::Json, Self::Text];

    /// The view of a directive's name; none when it is a plugin's.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.name() == name)
    }

    /// As a directive spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plot => "plot",
            Self::Table => "table",
            Self::Json => "json",
            Self::Text => "text",
        }
    }

    /// As people read it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Plot => "Plot",
            Self::Table => "Table",
            Self::Json => "JSON",
            Self::Text => "Text",
        }
    }
}
