//! Lines of a log, also for those who have them from elsewhere than a tree.

use crate::{
    LogLevel, LogLine, Markup,
    html::{At, Writer},
    markup::{Attribute, Tag},
    words,
};
use Attribute::{AriaLabel, Class, DataLevel, Datetime, Tabindex, Title};
use scale::moment;

const MAX_LINES: usize = 2_000;

/// One line, wherever it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRow<'a> {
    pub time_ms: Option<i64>,
    pub level: LogLevel,
    pub text: &'a str,
    /// Names and values.
    pub fields: Vec<(&'a str, &'a str)>,
}

impl<'a> From<&'a LogLine> for LogRow<'a> {
    fn from(line: &'a LogLine) -> Self {
        Self {
            time_ms: line.time_ms,
            level: line.level,
            text: &line.text,
            fields: line
                .fields
                .iter()
                .map(|field| (&*field.name, &*field.value))
                .collect(),
        }
    }
}

impl LogLevel {
    /// The word that people read, and the style sheet.
    pub fn word(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// The attributes of the list around [`push_log`]: it scrolls, so it takes the focus.
pub const LOG_LIST: [(Attribute, &str); 3] = [(Class, "log"), (AriaLabel, "Log"), (Tabindex, "0")];

impl Writer<'_> {
    pub(super) fn logs(&mut self, at: At, lines: &[LogLine]) {
        if lines.is_empty() {
            self.open(at, Tag::P, "note", &[]);
            self.markup.text("No log lines.").close(Tag::P);
            return;
        }
        // The last ones are those that people look for.
        let hidden = lines.len().saturating_sub(MAX_LINES);
        self.open(at, Tag::Div, "logs", &[]);
        if hidden > 0 {
            let words = format!("{} not shown.", words::count(hidden, "earlier line"));
            self.markup.element(Tag::P, &[(Class, "note")], &words);
        }
        let rows: Vec<LogRow<'_>> = lines[hidden..].iter().map(LogRow::from).collect();
        self.markup.open(Tag::Ol, &LOG_LIST);
        push_log(self.markup, &rows);
        self.markup.close(Tag::Ol).close(Tag::Div);
    }
}

/// Lines with the clock, under a line for each day. A row of dates would say the same thing
/// five hundred times.
pub fn push_log(markup: &mut Markup, rows: &[LogRow<'_>]) {
    let milliseconds = rows
        .iter()
        .any(|row| row.time_ms.is_some_and(|time_ms| time_ms % 1_000 != 0));
    let mut day = String::new();
    for row in rows {
        if let Some(time_ms) = row.time_ms {
            let date = moment::date(time_ms);
            if date != day {
                markup.element(Tag::Li, &[(Class, "log-day")], &format!("{date} UTC"));
                day = date;
            }
        }
        push_line(markup, row, milliseconds);
    }
}

fn push_line(markup: &mut Markup, row: &LogRow<'_>, milliseconds: bool) {
    let level = row.level.word();
    markup.open(Tag::Li, &[(Class, "log-line"), (DataLevel, level)]);
    if let Some(time_ms) = row.time_ms {
        let attributes = [
            (Datetime, &*moment::machine(time_ms)),
            (Title, &*moment::utc(time_ms)),
        ];
        markup
            .element(
                Tag::Time,
                &attributes,
                &moment::clock(time_ms, milliseconds),
            )
            .text(" ");
    }
    markup
        .element(Tag::Span, &[(Class, "level")], level)
        .text(" ")
        .open(Tag::Span, &[(Class, "said")])
        .element(Tag::Span, &[(Class, "message")], row.text);
    for (name, value) in &row.fields {
        let text = format!("{name}={value}");
        markup
            .text(" ")
            .element(Tag::Span, &[(Class, "label")], &text);
    }
    markup.close(Tag::Span).close(Tag::Li);
}
