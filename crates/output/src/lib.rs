//! What a plugin answers: text, Markdown, frames, tables, logs, widget trees, and failures; how an
//! answer can be shown without a plugin; and what a list says about a plugin.
//!
//! Pure data shared by the plugin host, the log, the page and the client. It knows neither
//! protobuf nor WIT: their boundaries convert.

mod builtin;
mod frame;
mod plugin;

pub use builtin::Builtin;
pub use frame::{Column, Frame, FrameError, Label, Values};
pub use plugin::{OptionKind, OptionSummary, PluginKind, PluginSummary, ViewSummary};
pub use widgets::{EncodedTree, Tree};
use wit_data::Data;

/// A closed span of time, milliseconds since 1970 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Data)]
pub struct TimeRange {
    pub start_ms: i64,
    pub end_ms: i64,
}

/// An output and what the reader should know about it.
#[derive(Clone, Debug, PartialEq, Data)]
pub struct Answer {
    pub output: Output,
    /// Remarks: something was cut, a step was chosen, a warning of the data source.
    pub notices: Vec<String>,
}

impl From<Output> for Answer {
    fn from(output: Output) -> Self {
        Self {
            output,
            notices: Vec::new(),
        }
    }
}

/// What was found, typed, so that the page can choose how to show it.
#[derive(Clone, Debug, PartialEq, Data)]
pub enum Output {
    Text(String),
    /// CommonMark; raw HTML in it is dropped.
    Markdown(String),
    /// Series to be plotted.
    Frames(Vec<Frame>),
    Table(Frame),
    Logs(Vec<LogRecord>),
    /// A tree; the page shows it by the host of views.
    Widgets(EncodedTree),
}

impl Output {
    /// Its type as `content_types` in the config.toml of a view spells it.
    pub fn content_type(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Markdown(_) => "markdown",
            Self::Frames(_) => "frames",
            Self::Table(_) => "table",
            Self::Logs(_) => "logs",
            Self::Widgets(_) => "widgets",
        }
    }
}

/// How much a log line matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Data)]
pub enum Level {
    Debug,
    #[default]
    Info,
    Warn,
    Error,
}

impl Level {
    /// The word shown to people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// One line of a log.
#[derive(Clone, Debug, PartialEq, Eq, Data)]
pub struct LogRecord {
    /// Milliseconds since 1970 UTC; none when the source gives no time.
    pub time_ms: Option<i64>,
    pub level: Level,
    pub message: String,
    pub labels: Vec<Label>,
}

/// Which sort of failure: decides how it is shown and whether a retry helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Data)]
pub enum FailureKind {
    /// The cell is wrong: a missing option, a query that does not parse.
    Invalid,
    /// The plugin's config.toml does not grant it.
    Denied,
    /// The data source cannot be reached or is overloaded.
    Unavailable,
    /// It took too long.
    Timeout,
    /// The data source understood and refused; its words are in the message.
    Upstream,
    /// The plugin itself failed.
    Internal,
}

impl FailureKind {
    /// The same, asked again, may be answered: nothing in the cell or the grants has to change.
    pub fn retry_may_help(self) -> bool {
        match self {
            Self::Unavailable | Self::Timeout | Self::Upstream | Self::Internal => true,
            Self::Invalid | Self::Denied => false,
        }
    }
}

/// What went wrong, for people first.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Data)]
#[error("{message}")]
pub struct Failure {
    pub kind: FailureKind,
    /// What failed, in one sentence, naming the thing.
    pub message: String,
    /// What to do next; empty when there is nothing to suggest.
    pub hint: String,
}

impl Failure {
    pub fn new(kind: FailureKind, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// The cell is wrong: a missing option, a query that does not parse.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Invalid, message, "")
    }

    /// config.toml does not grant what would be needed.
    pub fn denied(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Denied, message, "")
    }

    /// The data source cannot be reached or is overloaded; a retry may help.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Unavailable, message, "")
    }

    /// The data source took too long.
    pub fn timeout(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Timeout, message, "")
    }

    /// The data source understood and refused; its words belong in the message.
    pub fn upstream(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Upstream, message, "")
    }

    /// The plugin itself failed.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Internal, message, "")
    }

    /// Says what to do next, in one sentence.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}
