//! What is read.

use super::one_line;
use crate::{
    Alignment, Cells, Change, DataTable, Diff, ErrorState, ImageSource, JsonTree, JsonValue, Kind,
    LogRow, MAX_DEPTH, align_table, ansi, columns::Columns, printable, words,
};
use scale::moment;

/// Most rows of a table, values of a document and lines of anything else that are printed.
const MAX_LINES: usize = 500;

pub(super) fn lines(kind: &Kind) -> Vec<String> {
    match kind {
        // Markdown is written to be read as it is.
        Kind::Markdown(text) => text.lines().map(str::to_owned).collect(),
        Kind::Diff(diff) => diff_lines(diff),
        Kind::Timestamp(timestamp) => vec![moment::utc(timestamp.time_ms)],
        Kind::Image(image) => {
            let words = words::first(&[&image.description, "Picture"]);
            match &image.source {
                ImageSource::Data(_) => vec![format!("[{words}]")],
                ImageSource::Address(address) => vec![format!("[{words}] {address}")],
            }
        }
        Kind::Person(person) => {
            let name = words::first(&[&person.name, "Somebody"]);
            vec![if person.note.is_empty() {
                name.to_owned()
            } else {
                format!("{name} ({})", person.note)
            }]
        }
        Kind::DataTable(table) => table_lines(table),
        Kind::Logs(rows) => {
            let hidden = rows.len().saturating_sub(MAX_LINES);
            let mut lines = Vec::new();
            if rows.is_empty() {
                lines.push("No log lines.".into());
            } else if hidden > 0 {
                lines.push(format!("… {}", words::count(hidden, "earlier line")));
            }
            lines.extend(rows[hidden..].iter().map(|row| log_text(&row.into())));
            lines
        }
        Kind::Json(json) => json_lines(json),
        Kind::Terminal(text) => {
            let text: String = ansi::runs(text).into_iter().map(|run| run.text).collect();
            text.lines().map(str::to_owned).collect()
        }
        Kind::Empty(empty) => said(&[words::first(&[&empty.title, "Nothing here"]), &empty.hint]),
        Kind::Loading(what) => vec![words::first(&[what, "Loading…"]).to_owned()],
        Kind::Error(ErrorState { message, hint, .. }) => {
            let mut lines = said(&[&format!("Problem: {message}")]);
            if !hint.is_empty() {
                lines.extend(hint.lines().map(|line| format!("  {line}")));
            }
            lines
        }
        Kind::Other(other) => {
            let words = words::first(&[&other.fallback, &other.name, "(unknown)"]);
            words.lines().map(str::to_owned).collect()
        }
        // `Writer::node` sends nothing else here.
        _ => Vec::new(),
    }
}

/// The lines of all texts that say something.
fn said(texts: &[&str]) -> Vec<String> {
    let lines = texts.iter().flat_map(|text| text.lines());
    lines.map(str::to_owned).collect()
}

fn diff_lines(diff: &Diff) -> Vec<String> {
    let mut lines = Vec::new();
    if !diff.before.is_empty() || !diff.after.is_empty() {
        lines.push(format!("--- {}", flat(&diff.before)));
        lines.push(format!("+++ {}", flat(&diff.after)));
    }
    lines.extend(diff.lines.iter().map(|line| {
        let mark = match line.change {
            Change::Same => ' ',
            Change::Added => '+',
            Change::Removed => '-',
        };
        format!("{mark} {}", flat(&line.text))
    }));
    lines
}

/// `2026-11-23T23:18:10.123Z warn  what was said name=value`.
pub fn log_text(row: &LogRow<'_>) -> String {
    let mut line = String::new();
    if let Some(time_ms) = row.time_ms {
        line.push_str(&moment::machine(time_ms));
        line.push(' ');
    }
    line.push_str(&format!("{:<5} ", row.level.word()));
    line.push_str(row.text);
    for (name, value) in &row.fields {
        line.push_str(&format!(" {name}={value}"));
    }
    line
}

fn table_lines(table: &DataTable) -> Vec<String> {
    let columns = Columns::of(table, MAX_LINES);
    let mut lines = Vec::new();
    if !table.title.is_empty() {
        lines.push(flat(&table.title));
    }
    if columns.rows == 0 {
        lines.push("(no rows)".into());
        return lines;
    }
    let head = columns.columns.iter().map(|column| {
        flat(&match &*column.unit {
            "" => column.title.clone(),
            unit => format!("{} ({unit})", column.title),
        })
    });
    let mut rows = vec![head.collect::<Vec<_>>()];
    for row in 0..columns.shown {
        let cells = columns.columns.iter().map(|column| {
            let text = column.print(row).or_else(|| match column.cells {
                Cells::Texts(texts) => texts.get(row).cloned(),
                Cells::Rich(spans) => spans.get(row).map(|spans| one_line(spans)),
                Cells::Badges(badges) => badges.get(row).map(|badge| badge.text.clone()),
                Cells::Numbers(_) | Cells::TimesMs(_) => None,
            });
            flat(&text.unwrap_or_default())
        });
        rows.push(cells.collect());
    }
    let align: Vec<Alignment> = columns.columns.iter().map(|c| c.align()).collect();
    lines.extend(align_table(&rows, &align));
    if columns.shown < columns.rows {
        let more = words::count(columns.rows - columns.shown, "more row");
        lines.push(format!("… {more}"));
    }
    lines
}

/// Without what would break a line or the width of a column.
fn flat(text: &str) -> String {
    printable(text).replace('\n', " ")
}

fn json_lines(json: &JsonTree) -> Vec<String> {
    let mut document = Document {
        json,
        visited: vec![false; json.nodes.len()],
        lines: Vec::new(),
    };
    document.value(0, 0, false, false);
    if document.lines.len() >= MAX_LINES {
        document.lines.push("…".into());
    }
    document.lines
}

struct Document<'a> {
    json: &'a JsonTree,
    visited: Vec<bool>,
    lines: Vec<String>,
}

impl Document<'_> {
    /// `named` inside an object; `more` when another value follows.
    fn value(&mut self, index: usize, depth: usize, named: bool, more: bool) {
        let json = self.json;
        let Some(node) = json.nodes.get(index) else {
            return;
        };
        if self.lines.len() >= MAX_LINES || std::mem::replace(&mut self.visited[index], true) {
            return;
        }
        let indent = "  ".repeat(depth);
        let name = if named {
            format!("{}: ", quoted(&node.name))
        } else {
            String::new()
        };
        let comma = if more { "," } else { "" };
        let text = match &node.value {
            JsonValue::Null => "null".to_owned(),
            JsonValue::Flag(flag) => flag.to_string(),
            JsonValue::Number(number) => words::number(*number),
            JsonValue::Text(text) => quoted(text),
            JsonValue::Array(items) | JsonValue::Object(items) => {
                let named = matches!(node.value, JsonValue::Object(_));
                let (open, close) = if named { ('{', '}') } else { ('[', ']') };
                if items.is_empty() || depth >= MAX_DEPTH {
                    let inside = if items.is_empty() { "" } else { "…" };
                    format!("{open}{inside}{close}")
                } else {
                    self.lines.push(format!("{indent}{name}{open}"));
                    let items = self.shown(index, items);
                    for (place, &item) in items.iter().enumerate() {
                        let more = place + 1 < items.len();
                        self.value(item, depth + 1, named, more);
                    }
                    self.lines.push(format!("{indent}{close}{comma}"));
                    return;
                }
            }
        };
        self.lines.push(format!("{indent}{name}{text}{comma}"));
    }

    /// The items that will be printed: the last of them has no comma behind it.
    fn shown(&self, index: usize, items: &[u32]) -> Vec<usize> {
        let mut shown = Vec::new();
        for item in items.iter().map(|&item| item as usize) {
            let fresh = item > index && self.visited.get(item) == Some(&false);
            if fresh && !shown.contains(&item) && shown.len() < MAX_LINES {
                shown.push(item);
            }
        }
        shown
    }
}

/// As JSON has it, so that it can be copied (RFC 8259, section 7).
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
