//! Answers and plugins as JSON: what the REST API and `client --json` write.
//!
//! Answers are also read, to be shown by a view. JSON has no NaN and no infinity: a gap is `null`, infinities are the texts
//! `"+Inf"` and `"-Inf"`, as Prometheus writes them.

use output::{Answer, Column, Failure, Frame, FrameError, Label, Level, LogRecord, Output, Values};
use plugin_host::{OptionKind, PluginInfo};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What a plugin answered.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct AnswerJson {
    pub output: OutputJson,
    /// Remarks: something was cut, a step was chosen, a warning of the data source.
    #[serde(default)]
    pub notices: Vec<String>,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum OutputJson {
    Text {
        text: String,
    },
    /// CommonMark.
    Markdown {
        markdown: String,
    },
    /// Series: the first column holds times, the others numbers.
    Frames {
        frames: Vec<FrameJson>,
    },
    Table {
        table: FrameJson,
    },
    Logs {
        records: Vec<LogRecordJson>,
    },
    /// A widget tree, as the plain text and the HTML that it stands for.
    Widgets {
        text: String,
        html: String,
    },
}

/// Columns of equal length.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct FrameJson {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    pub columns: Vec<ColumnJson>,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct ColumnJson {
    pub name: String,
    /// As UCUM spells it; empty when unknown.
    #[serde(default)]
    pub unit: String,
    #[serde(flatten)]
    pub values: ValuesJson,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(tag = "type", content = "values", rename_all = "snake_case")]
pub enum ValuesJson {
    /// `null` is a gap; infinities are `"+Inf"` and `"-Inf"`.
    Numbers(Vec<NumberJson>),
    /// Milliseconds since 1970 UTC.
    Times(Vec<i64>),
    Texts(Vec<String>),
}

/// A number as far as JSON has one.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(untagged)]
pub enum NumberJson {
    Finite(f64),
    Infinite(InfinityJson),
    Gap(()),
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub enum InfinityJson {
    #[serde(rename = "+Inf")]
    Positive,
    #[serde(rename = "-Inf")]
    Negative,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct LogRecordJson {
    /// Milliseconds since 1970 UTC.
    pub time_ms: Option<i64>,
    pub level: LevelJson,
    pub message: String,
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LevelJson {
    Debug,
    Info,
    Warn,
    Error,
}

/// What a view shows, as plain text and as HTML without a document around it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShownJson {
    pub text: String,
    pub html: String,
    /// Remarks: the view was still at work when its time was over.
    pub notices: Vec<String>,
    pub log: Vec<LogLineJson>,
}

/// A line that a view wrote for its author.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogLineJson {
    pub level: LevelJson,
    pub message: String,
}

/// What went wrong.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct ErrorJson {
    /// `invalid`, `denied`, `unavailable`, `timeout`, `upstream`, `internal` or `not_found`.
    pub kind: String,
    pub message: String,
    /// What to do next; may be empty.
    pub hint: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PluginJson {
    pub name: String,
    /// `backend` or `view`.
    pub kind: &'static str,
    pub description: String,
    pub options: Vec<OptionJson>,
    pub allowed_env_vars: Vec<String>,
    pub allowed_domains: Vec<String>,
    /// What a view plugin can show.
    pub content_types: Vec<String>,
    /// It acts on the world.
    pub action: bool,
    /// Why the plugin cannot be used; absent when it can.
    pub error: Option<String>,
    /// What a page needs to run a usable view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view: Option<ViewJson>,
}

/// The component is at `/api/plugins/{name}/plugin.wasm`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewJson {
    /// BLAKE3, hexadecimal.
    pub component_hash: String,
    /// Where it may send requests: origins, and `*.` suffixes for both default ports.
    pub origins: Vec<String>,
    /// Backend plugins that it may call.
    pub allowed_plugins: Vec<String>,
    pub memory_mb: u32,
    pub first_tree_ms: u32,
    pub event_ms: u32,
    /// Widgets of its tree at most.
    pub nodes: u32,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OptionJson {
    pub name: String,
    /// `text`, `number`, `duration`, `boolean` or `choice`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The values of a `choice`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    pub default: Option<String>,
    pub required: bool,
    pub help: String,
}

impl From<&Answer> for AnswerJson {
    fn from(answer: &Answer) -> Self {
        let output = match &answer.output {
            Output::Text(text) => OutputJson::Text { text: text.clone() },
            Output::Markdown(markdown) => OutputJson::Markdown {
                markdown: markdown.clone(),
            },
            Output::Frames(frames) => OutputJson::Frames {
                frames: frames.iter().map(FrameJson::from).collect(),
            },
            Output::Table(table) => OutputJson::Table {
                table: table.into(),
            },
            Output::Logs(records) => OutputJson::Logs {
                records: records.iter().map(LogRecordJson::from).collect(),
            },
            Output::Widgets(tree) => OutputJson::Widgets {
                text: render::tree_text(tree),
                html: render::tree_html(tree),
            },
        };
        Self {
            output,
            notices: answer.notices.clone(),
        }
    }
}

/// Why an answer that came as JSON is none.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error("a widget tree cannot be given: as JSON it is only its text and HTML")]
    Widgets,
}

impl TryFrom<AnswerJson> for Answer {
    type Error = AnswerError;

    fn try_from(answer: AnswerJson) -> Result<Self, AnswerError> {
        let frame = |frame: FrameJson| {
            let frame = Frame::from(frame);
            frame.check().map(|()| frame)
        };
        Ok(Self {
            output: match answer.output {
                OutputJson::Text { text } => Output::Text(text),
                OutputJson::Markdown { markdown } => Output::Markdown(markdown),
                OutputJson::Frames { frames } => {
                    Output::Frames(frames.into_iter().map(frame).collect::<Result<_, _>>()?)
                }
                OutputJson::Table { table } => Output::Table(frame(table)?),
                OutputJson::Logs { records } => {
                    Output::Logs(records.into_iter().map(LogRecord::from).collect())
                }
                OutputJson::Widgets { .. } => return Err(AnswerError::Widgets),
            },
            notices: answer.notices,
        })
    }
}

impl From<FrameJson> for Frame {
    fn from(frame: FrameJson) -> Self {
        let column = |column: ColumnJson| Column {
            name: column.name,
            unit: column.unit,
            values: match column.values {
                ValuesJson::Numbers(numbers) => {
                    Values::Numbers(numbers.into_iter().map(f64::from).collect())
                }
                ValuesJson::Times(times) => Values::Times(times),
                ValuesJson::Texts(texts) => Values::Texts(texts),
            },
        };
        Self {
            name: frame.name,
            labels: named(frame.labels),
            columns: frame.columns.into_iter().map(column).collect(),
        }
    }
}

impl From<LogRecordJson> for LogRecord {
    fn from(record: LogRecordJson) -> Self {
        Self {
            time_ms: record.time_ms,
            level: match record.level {
                LevelJson::Debug => Level::Debug,
                LevelJson::Info => Level::Info,
                LevelJson::Warn => Level::Warn,
                LevelJson::Error => Level::Error,
            },
            message: record.message,
            labels: named(record.labels),
        }
    }
}

impl From<Level> for LevelJson {
    fn from(level: Level) -> Self {
        match level {
            Level::Debug => Self::Debug,
            Level::Info => Self::Info,
            Level::Warn => Self::Warn,
            Level::Error => Self::Error,
        }
    }
}

impl From<NumberJson> for f64 {
    fn from(number: NumberJson) -> Self {
        match number {
            NumberJson::Finite(value) => value,
            NumberJson::Infinite(InfinityJson::Positive) => Self::INFINITY,
            NumberJson::Infinite(InfinityJson::Negative) => Self::NEG_INFINITY,
            NumberJson::Gap(()) => Self::NAN,
        }
    }
}

fn named(labels: BTreeMap<String, String>) -> Vec<Label> {
    labels
        .into_iter()
        .map(|(name, value)| Label { name, value })
        .collect()
}

impl From<&Frame> for FrameJson {
    fn from(frame: &Frame) -> Self {
        Self {
            name: frame.name.clone(),
            labels: labels(&frame.labels),
            columns: frame
                .columns
                .iter()
                .map(|column| ColumnJson {
                    name: column.name.clone(),
                    unit: column.unit.clone(),
                    values: match &column.values {
                        Values::Numbers(numbers) => {
                            ValuesJson::Numbers(numbers.iter().map(number).collect())
                        }
                        Values::Times(times) => ValuesJson::Times(times.clone()),
                        Values::Texts(texts) => ValuesJson::Texts(texts.clone()),
                    },
                })
                .collect(),
        }
    }
}

impl From<&LogRecord> for LogRecordJson {
    fn from(record: &LogRecord) -> Self {
        Self {
            time_ms: record.time_ms,
            level: record.level.into(),
            message: record.message.clone(),
            labels: labels(&record.labels),
        }
    }
}

impl From<&Failure> for ErrorJson {
    fn from(failure: &Failure) -> Self {
        Self {
            kind: crate::metrics::kind_word(failure.kind).to_owned(),
            message: failure.message.clone(),
            hint: failure.hint.clone(),
        }
    }
}

/// Back from JSON, unless it is something that only the API says.
impl TryFrom<ErrorJson> for Failure {
    type Error = ErrorJson;

    fn try_from(error: ErrorJson) -> Result<Self, ErrorJson> {
        match crate::metrics::kind_of(&error.kind) {
            Some(kind) => Ok(Self::new(kind, error.message, error.hint)),
            None => Err(error),
        }
    }
}

impl From<PluginInfo> for PluginJson {
    fn from(plugin: PluginInfo) -> Self {
        Self {
            kind: plugin.kind.word(),
            options: plugin
                .options
                .into_iter()
                .map(|option| OptionJson {
                    kind: option.kind.word(),
                    choices: match option.kind {
                        OptionKind::Choice(values) => values,
                        OptionKind::Text
                        | OptionKind::Number
                        | OptionKind::Duration
                        | OptionKind::Boolean => Vec::new(),
                    },
                    name: option.name,
                    default: option.default,
                    required: option.required,
                    help: option.help,
                })
                .collect(),
            name: plugin.name,
            description: plugin.description,
            allowed_env_vars: plugin.allowed_env_vars,
            allowed_domains: plugin.allowed_domains,
            content_types: plugin.content_types,
            action: plugin.action,
            error: plugin.error,
            view: plugin.view.map(|view| ViewJson {
                component_hash: view.component_hash,
                origins: view.origins,
                allowed_plugins: view.allowed_plugins,
                memory_mb: view.memory_mb,
                first_tree_ms: view.first_tree_ms,
                event_ms: view.event_ms,
                nodes: view.nodes,
            }),
        }
    }
}

fn labels(labels: &[Label]) -> BTreeMap<String, String> {
    labels
        .iter()
        .map(|label| (label.name.clone(), label.value.clone()))
        .collect()
}

fn number(value: &f64) -> NumberJson {
    match *value {
        value if value.is_nan() => NumberJson::Gap(()),
        f64::INFINITY => NumberJson::Infinite(InfinityJson::Positive),
        f64::NEG_INFINITY => NumberJson::Infinite(InfinityJson::Negative),
        value => NumberJson::Finite(value),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn numbers_that_json_lacks() {
        let frame = Frame {
            name: "up".into(),
            labels: vec![Label {
                name: "job".into(),
                value: "node".into(),
            }],
            columns: vec![Column {
                name: "value".into(),
                unit: String::new(),
                values: Values::Numbers(vec![1.5, f64::NAN, f64::INFINITY, f64::NEG_INFINITY]),
            }],
        };
        let answer = Answer::from(Output::Frames(vec![frame]));
        assert_eq!(
            serde_json::to_value(AnswerJson::from(&answer)).unwrap(),
            serde_json::json!({
                "output": {"type": "frames", "frames": [{
                    "name": "up",
                    "labels": {"job": "node"},
                    "columns": [{
                        "name": "value", "unit": "", "type": "numbers",
                        "values": [1.5, null, "+Inf", "-Inf"],
                    }],
                }]},
                "notices": [],
            })
        );
    }

    #[test]
    fn an_answer_comes_back_as_it_went() {
        let frame = Frame {
            name: "up".into(),
            labels: vec![Label {
                name: "job".into(),
                value: "node".into(),
            }],
            columns: vec![
                Column {
                    name: "time".into(),
                    unit: String::new(),
                    values: Values::Times(vec![0, 60_000]),
                },
                Column {
                    name: "value".into(),
                    unit: "s".into(),
                    values: Values::Numbers(vec![1e300, f64::NEG_INFINITY]),
                },
            ],
        };
        let record = LogRecord {
            time_ms: Some(1),
            level: Level::Warn,
            message: "hm \"\\\u{7}\u{2028}".into(),
            labels: frame.labels.clone(),
        };
        for output in [
            Output::Text("text".into()),
            Output::Markdown("*text*".into()),
            Output::Frames(vec![frame.clone()]),
            Output::Table(frame),
            Output::Logs(vec![record]),
        ] {
            let answer = Answer::from(output);
            let text = serde_json::to_string(&AnswerJson::from(&answer)).unwrap();
            let read: AnswerJson = serde_json::from_str(&text).unwrap();
            // What a cell shows as JSON is the same, on more lines.
            let (shown, _) = render::answer_json(&answer, usize::MAX);
            let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
            assert_eq!(value(&shown), value(&text));
            assert_eq!(Answer::try_from(read), Ok(answer), "{text}");
        }
        let check = |text: &str, expected: &str| {
            let read: AnswerJson = serde_json::from_str(text).unwrap();
            let error = Answer::try_from(read).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        };
        check(
            r#"{"output": {"type": "widgets", "text": "", "html": ""}}"#,
            "widget tree",
        );
        check(
            r#"{"output": {"type": "table", "table": {"columns": [
                {"name": "a", "type": "texts", "values": ["x"]},
                {"name": "b", "type": "numbers", "values": [1, null]}
            ]}}}"#,
            "column `b` has 2 rows",
        );
    }
}
