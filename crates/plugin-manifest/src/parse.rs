//! The text of a `config.toml` to a [`Manifest`], or every error in it.

use std::{fmt, ops::Range};

use toml_edit::{Document, Item, TableLike, Value};

use crate::{
    CONTENT_TYPES, DomainEntry, Kind, Limits, Manifest, OptionKind, OptionSpec,
    grant::is_variable,
    limits::{
        DEFAULT_EVENT_MS, DEFAULT_FIRST_TREE_MS, DEFAULT_MEMORY_MB, DEFAULT_NODES,
        DEFAULT_RESPONSE_MB, DEFAULT_TIMEOUT_S, MAX_EVENT_MS, MAX_FIRST_TREE_MS, MAX_MEMORY_MB,
        MAX_NODES, MAX_RESPONSE_MB, MAX_TIMEOUT_S,
    },
    nearest,
    table::{Problem, Reader},
};

/// Most characters of a plugin's or an option's name.
const MAX_NAME_CHARS: usize = 64;

/// One thing wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestError {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    pub message: String,
    /// What to do; empty when the message says it all.
    pub hint: String,
}

/// Everything wrong in a file, in the order of its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestErrors {
    /// As the caller named it.
    pub file: String,
    pub errors: Vec<ManifestError>,
}

impl fmt::Display for ManifestErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.errors.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            let ManifestError {
                line,
                column,
                message,
                hint,
            } = error;
            write!(formatter, "{}:{line}:{column}: {message}", self.file)?;
            if !hint.is_empty() {
                write!(formatter, "; {hint}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for ManifestErrors {}

/// Parses a `config.toml`. `file` is how errors name it.
///
/// ```toml
/// name = "prometheus"              # equal to the folder's name
/// description = "Asks a Prometheus."
/// kind = "backend"                 # or "view"
/// allowed_env_vars = ["PROMETHEUS_URL"]
/// allowed_domains = ["env:PROMETHEUS_URL", "example.org", "*.example.org", "http://127.0.0.1:9090"]
/// content_types = []               # what a view shows: frames, table, logs, …
/// allowed_plugins = []             # backend plugins that a view may call
/// action = false                   # true when it acts on the world
///
/// [[options]]
/// name = "step"
/// type = "duration"                # text, number, duration, boolean or choice
/// default = "15s"
/// required = false
/// help = "Distance of two points."
/// # choices = ["a", "b"]            # for a choice
///
/// [limits]
/// memory_mb = 64
/// timeout_s = 30                   # backend
/// max_response_mb = 16             # backend
/// # first_tree_ms = 1000           # view
/// # event_ms = 250                 # view
/// # nodes = 5000                   # view
/// ```
pub fn parse(file: &str, text: &str) -> Result<Manifest, ManifestErrors> {
    let mut problems = Vec::new();
    let manifest = match Document::parse(text) {
        Ok(document) => manifest(document.as_table(), &mut problems),
        Err(error) => {
            problems.push(Problem {
                span: error.span().unwrap_or_default(),
                message: format!("not valid TOML: {}", error.message().trim_end()),
                hint: String::new(),
            });
            None
        }
    };
    match manifest {
        Some(manifest) if problems.is_empty() => Ok(manifest),
        Some(_) | None => Err(errors(file, text, problems)),
    }
}

fn errors(file: &str, text: &str, mut problems: Vec<Problem>) -> ManifestErrors {
    problems.sort_by_key(|problem| problem.span.start);
    let errors = problems
        .into_iter()
        .map(|problem| {
            let before = text.get(..problem.span.start).unwrap_or(text);
            let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
            ManifestError {
                line: before.matches('\n').count() + 1,
                column: before
                    .get(line_start..)
                    .map_or(0, |line| line.chars().count())
                    + 1,
                message: problem.message,
                hint: problem.hint,
            }
        })
        .collect();
    ManifestErrors {
        file: file.to_owned(),
        errors,
    }
}

fn manifest(table: &dyn TableLike, problems: &mut Vec<Problem>) -> Option<Manifest> {
    let mut reader = Reader::new(table, "", 0..0);
    let name = reader.text("name", problems);
    match &name {
        None if reader.item("name").is_none() => reader.missing("name", problems),
        None => {}
        Some(name) => check_name(name, "a plugin's name", reader.span_of("name"), problems),
    }
    let description = reader.text("description", problems).unwrap_or_default();
    let kind = kind(&mut reader, problems);
    let allowed_env_vars = env_vars(&mut reader, problems);
    let allowed_domains = domains(&mut reader, problems);
    let allowed_plugins = plugins(&mut reader, kind, problems);
    let content_types = content_types(&mut reader, problems);
    let options = options(&mut reader, problems);
    let limits = limits(&mut reader, kind, problems);
    let action = reader.flag("action", problems);
    reader.finish(problems);
    Some(Manifest {
        name: name?,
        description,
        kind: kind?,
        allowed_env_vars,
        allowed_domains,
        allowed_plugins,
        options,
        content_types,
        limits,
        action,
    })
}

/// Letters, digits, `_` and `-`, beginning with a letter: what a directive can spell unquoted.
pub fn is_plugin_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        && name.len() <= MAX_NAME_CHARS
}

fn check_name(name: &str, what: &str, span: Range<usize>, problems: &mut Vec<Problem>) {
    if !is_plugin_name(name) {
        problems.push(Problem {
            span,
            message: format!(
                "`{name}` is not {what}: at most {MAX_NAME_CHARS} letters, digits, `_` and `-`, beginning with a letter"
            ),
            hint: String::new(),
        });
    }
}

fn kind(reader: &mut Reader<'_>, problems: &mut Vec<Problem>) -> Option<Kind> {
    if reader.item("kind").is_none() {
        reader.missing("kind", problems);
        return None;
    }
    let word = reader.text("kind", problems)?;
    match word.as_str() {
        "backend" => Some(Kind::Backend),
        "view" => Some(Kind::View),
        other => {
            problems.push(Problem {
                span: reader.span_of("kind"),
                message: format!("`kind` must be \"backend\" or \"view\", not \"{other}\""),
                hint: nearest(other, ["backend", "view"])
                    .map(|near| format!("did you mean \"{near}\"?"))
                    .unwrap_or_default(),
            });
            None
        }
    }
}

fn env_vars(reader: &mut Reader<'_>, problems: &mut Vec<Problem>) -> Vec<String> {
    let mut variables = Vec::new();
    for (variable, span) in reader.texts("allowed_env_vars", problems) {
        if is_variable(&variable) {
            variables.push(variable);
        } else {
            problems.push(Problem {
                span,
                message: format!(
                    "`{variable}` is not the name of an environment variable (letters, digits and `_`)"
                ),
                hint: String::new(),
            });
        }
    }
    variables
}

fn domains(reader: &mut Reader<'_>, problems: &mut Vec<Problem>) -> Vec<DomainEntry> {
    let mut entries = Vec::new();
    for (text, span) in reader.texts("allowed_domains", problems) {
        match text.parse() {
            Ok(entry) => entries.push(entry),
            Err(error) => problems.push(Problem {
                span,
                message: format!("in `allowed_domains`: {error}"),
                hint: String::new(),
            }),
        }
    }
    entries
}

fn plugins(
    reader: &mut Reader<'_>,
    kind: Option<Kind>,
    problems: &mut Vec<Problem>,
) -> Vec<String> {
    let names = reader.texts("allowed_plugins", problems);
    if kind == Some(Kind::Backend) && reader.item("allowed_plugins").is_some() {
        problems.push(Problem {
            span: reader.span_of("allowed_plugins"),
            message: "`allowed_plugins` is for views: a backend plugin calls no other plugin"
                .to_owned(),
            hint: "remove it, or write `kind = \"view\"`".to_owned(),
        });
        return Vec::new();
    }
    for (name, span) in &names {
        check_name(name, "a plugin's name", span.clone(), problems);
    }
    names.into_iter().map(|(name, _)| name).collect()
}

fn content_types(reader: &mut Reader<'_>, problems: &mut Vec<Problem>) -> Vec<String> {
    let mut types = Vec::new();
    for (text, span) in reader.texts("content_types", problems) {
        if CONTENT_TYPES.contains(&text.as_str()) {
            types.push(text);
        } else {
            problems.push(Problem {
                span,
                message: format!("no output is of the type \"{text}\""),
                hint: match nearest(&text, CONTENT_TYPES) {
                    Some(near) => format!("did you mean \"{near}\"?"),
                    None => format!("there are {}", CONTENT_TYPES.join(", ")),
                },
            });
        }
    }
    types
}

/// Each kind has limits of its own; a file without a valid kind may have them all, so that one
/// mistake is not told twice.
fn limits(reader: &mut Reader<'_>, kind: Option<Kind>, problems: &mut Vec<Problem>) -> Limits {
    let Some(item) = reader.item("limits") else {
        return Limits::default();
    };
    let span = reader.span_of("limits");
    let Some(table) = item.as_table_like() else {
        problems.push(Problem {
            span,
            message: format!("`limits` must be a table, not {}", item.type_name()),
            hint: "write it as `[limits]`".to_owned(),
        });
        return Limits::default();
    };
    let mut reader = Reader::new(table, " in `[limits]`", span);
    let mut limits = Limits {
        memory_mb: reader.count("memory_mb", DEFAULT_MEMORY_MB, MAX_MEMORY_MB, problems),
        ..Limits::default()
    };
    if kind != Some(Kind::View) {
        let default = DEFAULT_TIMEOUT_S;
        limits.timeout_s = reader.count("timeout_s", default, MAX_TIMEOUT_S, problems);
        let default = DEFAULT_RESPONSE_MB;
        limits.max_response_mb =
            reader.count("max_response_mb", default, MAX_RESPONSE_MB, problems);
    }
    if kind != Some(Kind::Backend) {
        let default = DEFAULT_FIRST_TREE_MS;
        limits.first_tree_ms = reader.count("first_tree_ms", default, MAX_FIRST_TREE_MS, problems);
        let default = DEFAULT_EVENT_MS;
        limits.event_ms = reader.count("event_ms", default, MAX_EVENT_MS, problems);
        limits.nodes = reader.count("nodes", DEFAULT_NODES, MAX_NODES, problems);
    }
    reader.finish(problems);
    limits
}

fn options(reader: &mut Reader<'_>, problems: &mut Vec<Problem>) -> Vec<OptionSpec> {
    let Some(item) = reader.item("options") else {
        return Vec::new();
    };
    let span = reader.span_of("options");
    let mut specs: Vec<OptionSpec> = Vec::new();
    let mut take = |table: &dyn TableLike, span: Range<usize>, problems: &mut Vec<Problem>| {
        let Some(spec) = option(table, span.clone(), problems) else {
            return;
        };
        if specs.iter().any(|known| known.name == spec.name) {
            problems.push(Problem {
                span,
                message: format!("the option `{}` is there twice", spec.name),
                hint: String::new(),
            });
        } else {
            specs.push(spec);
        }
    };
    match item {
        Item::ArrayOfTables(tables) => {
            for table in tables {
                let span = table.span().unwrap_or_else(|| span.clone());
                take(table, span, problems);
            }
        }
        Item::Value(Value::Array(array)) => {
            for value in array {
                let span = value.span().unwrap_or_else(|| span.clone());
                match value.as_inline_table() {
                    Some(table) => take(table, span, problems),
                    None => problems.push(options_shape(span)),
                }
            }
        }
        Item::Value(_) | Item::Table(_) | Item::None => problems.push(options_shape(span)),
    }
    specs
}

fn options_shape(span: Range<usize>) -> Problem {
    Problem {
        span,
        message: "`options` must be a list of tables".to_owned(),
        hint: "write each option as `[[options]]` with `name` and `type`".to_owned(),
    }
}

fn option(
    table: &dyn TableLike,
    span: Range<usize>,
    problems: &mut Vec<Problem>,
) -> Option<OptionSpec> {
    let mut reader = Reader::new(table, " in `[[options]]`", span);
    let before = problems.len();
    let name = reader.text("name", problems);
    match &name {
        None if reader.item("name").is_none() => reader.missing("name", problems),
        None => {}
        Some(name) => check_name(name, "an option's name", reader.span_of("name"), problems),
    }
    let values = reader.texts("choices", problems);
    let kind = option_kind(&mut reader, values, problems);
    let default = default(&mut reader, problems);
    let required = reader.flag("required", problems);
    let help = reader.text("help", problems).unwrap_or_default();
    if let (Some(kind), Some(value)) = (&kind, &default)
        && let Err(wanted) = kind.check(value)
    {
        problems.push(Problem {
            span: reader.span_of("default"),
            message: format!("the default `{value}` must be {wanted}"),
            hint: String::new(),
        });
    }
    if required && default.is_some() {
        problems.push(Problem {
            span: reader.span_of("required"),
            message: "an option with a `default` is never missing, so it cannot be `required`"
                .to_owned(),
            hint: "remove one of the two".to_owned(),
        });
    }
    reader.finish(problems);
    if problems.len() > before {
        return None;
    }
    Some(OptionSpec {
        name: name?,
        kind: kind?,
        default,
        required,
        help,
    })
}

fn option_kind(
    reader: &mut Reader<'_>,
    values: Vec<(String, Range<usize>)>,
    problems: &mut Vec<Problem>,
) -> Option<OptionKind> {
    let word = match reader.item("type") {
        None => "text".to_owned(),
        Some(_) => reader.text("type", problems)?,
    };
    let kind = match word.as_str() {
        "text" => OptionKind::Text,
        "number" => OptionKind::Number,
        "duration" => OptionKind::Duration,
        "boolean" => OptionKind::Boolean,
        "choice" => {
            if values.is_empty() {
                problems.push(Problem {
                    span: reader.span_of("type"),
                    message: "a choice needs `choices`, the list of what can be chosen".to_owned(),
                    hint: String::new(),
                });
            }
            return Some(OptionKind::Choice(
                values.into_iter().map(|(value, _)| value).collect(),
            ));
        }
        other => {
            problems.push(Problem {
                span: reader.span_of("type"),
                message: format!("unknown option type \"{other}\""),
                hint: match nearest(other, OptionKind::WORDS) {
                    Some(near) => format!("did you mean \"{near}\"?"),
                    None => format!("known types are {}", OptionKind::WORDS.join(", ")),
                },
            });
            return None;
        }
    };
    if !values.is_empty() {
        problems.push(Problem {
            span: reader.span_of("choices"),
            message: format!("only a choice has `choices`, and this is a {}", kind.word()),
            hint: "write `type = \"choice\"`".to_owned(),
        });
    }
    Some(kind)
}

/// A default may be written as text, number or truth value; it is kept as a cell would type it.
fn default(reader: &mut Reader<'_>, problems: &mut Vec<Problem>) -> Option<String> {
    let item = reader.item("default")?;
    match item.as_value() {
        Some(Value::String(text)) => Some(text.value().clone()),
        Some(Value::Integer(number)) => Some(number.value().to_string()),
        Some(Value::Float(number)) => Some(number.value().to_string()),
        Some(Value::Boolean(flag)) => Some(flag.value().to_string()),
        Some(Value::Datetime(_) | Value::Array(_) | Value::InlineTable(_)) | None => {
            problems.push(Problem {
                span: reader.span_of("default"),
                message: format!(
                    "`default` must be a text, a number, true or false, not {}",
                    item.type_name()
                ),
                hint: String::new(),
            });
            None
        }
    }
}

#[cfg(test)]
mod tests;
