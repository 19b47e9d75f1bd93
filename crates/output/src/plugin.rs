//! What a list says about a plugin: for people who choose one, and for its author.

/// A plugin folder of the server, usable or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginSummary {
    pub name: String,
    pub kind: PluginKind,
    pub description: String,
    /// In the order of its config.toml.
    pub options: Vec<OptionSummary>,
    /// Environment variables of the server that it may read; their names only.
    pub allowed_env_vars: Vec<String>,
    /// Where it may send HTTP requests, as its config.toml spells it.
    pub allowed_domains: Vec<String>,
    /// What a view can show.
    pub content_types: Vec<String>,
    /// It acts on the world.
    pub action: bool,
    /// Why it cannot be used, in words for its author.
    pub error: Option<String>,
    /// What the page needs to run it; for usable views.
    pub view: Option<ViewSummary>,
}

impl PluginSummary {
    /// About how much memory it takes.
    pub fn size_bytes(&self) -> usize {
        let texts = |texts: &[String]| texts.iter().map(|text| text.len() + 8).sum::<usize>();
        let option = |option: &OptionSummary| {
            let choices = match &option.kind {
                OptionKind::Choice(choices) => texts(choices),
                OptionKind::Text
                | OptionKind::Number
                | OptionKind::Duration
                | OptionKind::Boolean => 0,
            };
            let default = option.default.as_ref().map_or(0, String::len);
            option.name.len() + option.help.len() + default + choices
        };
        let view = |view: &ViewSummary| {
            view.component_hash.len() + texts(&view.origins) + texts(&view.allowed_plugins)
        };
        self.name.len()
            + self.description.len()
            + self.options.iter().map(option).sum::<usize>()
            + texts(&self.allowed_env_vars)
            + texts(&self.allowed_domains)
            + texts(&self.content_types)
            + self.error.as_ref().map_or(0, String::len)
            + self.view.as_ref().map_or(0, view)
    }
}

/// A view plugin for the page that runs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewSummary {
    /// BLAKE3 of its component, hexadecimal; another one is another build.
    pub component_hash: String,
    /// Where it may send requests: origins, and `*.` suffixes for both default ports.
    pub origins: Vec<String>,
    /// Backend plugins that it may call.
    pub allowed_plugins: Vec<String>,
    pub memory_mb: u32,
    /// Time until something is shown, and time for an event.
    pub first_tree_ms: u32,
    pub event_ms: u32,
    /// Widgets of its tree at most.
    pub nodes: u32,
}

/// Where a plugin runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PluginKind {
    /// In the server, as a data source or an action.
    Backend,
    /// In the page, showing an output.
    View,
}

impl PluginKind {
    /// As config.toml spells it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Backend => "backend",
            Self::View => "view",
        }
    }
}

/// What a cell may give to a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionSummary {
    pub name: String,
    pub kind: OptionKind,
    /// Taken when the cell does not give the option.
    pub default: Option<String>,
    pub required: bool,
    /// One line for people.
    pub help: String,
}

/// What values an option takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionKind {
    Text,
    Number,
    /// `1h30m`, `15s`.
    Duration,
    /// `true` or `false`.
    Boolean,
    /// One of these.
    Choice(Vec<String>),
}

impl OptionKind {
    /// As config.toml spells it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Duration => "duration",
            Self::Boolean => "boolean",
            Self::Choice(_) => "choice",
        }
    }
}
