//! A tree as plain text for terminals, logs and clipboards.

mod chart;
mod data;
mod input;

pub use data::log_text;

use crate::{Alignment, KeyValue, Kind, ListItem, MAX_DEPTH, Span, Tree};

/// Renders any tree, checked or not, with the same care for indices as the HTML.
/// Ends with a newline unless there is nothing to show.
pub fn text(tree: &Tree) -> String {
    let mut writer = Writer {
        tree,
        visited: vec![false; tree.nodes.len()],
    };
    let lines = writer.node(0, 1, None);
    let mut out = String::new();
    for line in lines {
        out.push_str(printable(&line).trim_end());
        out.push('\n');
    }
    out
}

/// Rows with every column as wide as its widest cell, two spaces between. The first row is the
/// heading and gets a rule under it. Widths are counted in characters.
pub fn align_table(rows: &[Vec<String>], align: &[Alignment]) -> Vec<String> {
    let columns = align.len();
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut lines = Vec::with_capacity(rows.len() + 1);
    for (place, row) in rows.iter().enumerate() {
        let mut line = String::new();
        for (column, width) in widths.iter().enumerate() {
            if column > 0 {
                line.push_str("  ");
            }
            let cell = row.get(column).map_or("", String::as_str);
            let missing = width - cell.chars().count();
            let before = match align[column] {
                Alignment::Start => 0,
                Alignment::Center => missing / 2,
                Alignment::End => missing,
            };
            line.extend(std::iter::repeat_n(' ', before));
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', missing - before));
        }
        lines.push(line.trim_end().to_owned());
        if place == 0 {
            let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
            lines.push(rule.join("  "));
        }
    }
    lines
}

struct Writer<'a> {
    tree: &'a Tree,
    visited: Vec<bool>,
}

impl Writer<'_> {
    /// `bullet` is what an item starts with, given by its list.
    fn node(&mut self, index: usize, depth: usize, bullet: Option<&str>) -> Vec<String> {
        let tree = self.tree;
        let Some(node) = tree.nodes.get(index) else {
            return Vec::new();
        };
        if depth > MAX_DEPTH || std::mem::replace(&mut self.visited[index], true) {
            return Vec::new();
        }
        let mut lines = match &node.kind {
            Kind::Stack => return self.children(index, depth, true),
            Kind::Row => {
                let parts = self.children(index, depth, false);
                if node.children.len() == parts.len() {
                    // Every child is one line: they fit beside each other.
                    return vec![parts.join("  ")];
                }
                return parts;
            }
            Kind::Heading(heading) => {
                let marks = "#".repeat(usize::from(heading.level).clamp(1, 6));
                vec![format!("{marks} {}", one_line(&heading.spans))]
            }
            Kind::Paragraph(spans) => plain(spans).lines().map(str::to_owned).collect(),
            Kind::Code(code) => code
                .text
                .lines()
                .map(|line| format!("    {line}"))
                .collect(),
            Kind::Quote => {
                let inner = self.children(index, depth, true);
                return inner.iter().map(|line| format!("> {line}")).collect();
            }
            Kind::Bullets(style) => return self.list(index, depth, style.start),
            Kind::Item(ListItem { checked }) => {
                let mark = match checked {
                    None => String::new(),
                    Some(true) => "[x] ".into(),
                    Some(false) => "[ ] ".into(),
                };
                let head = format!("{}{mark}", bullet.unwrap_or("• "));
                let indent = " ".repeat(head.chars().count());
                let mut inner = self.children(index, depth, false);
                if inner.is_empty() {
                    inner.push(String::new());
                }
                for (place, line) in inner.iter_mut().enumerate() {
                    line.insert_str(0, if place == 0 { &head } else { &indent });
                }
                return inner;
            }
            Kind::Divider => vec!["────────".into()],
            Kind::Table(table) => {
                let head = table.columns.iter().map(|column| one_line(&column.title));
                let mut rows = vec![head.collect::<Vec<_>>()];
                rows.extend(
                    table
                        .rows
                        .iter()
                        .map(|row| row.iter().map(|cell| one_line(cell)).collect()),
                );
                let align: Vec<Alignment> = table.columns.iter().map(|c| c.align).collect();
                align_table(&rows, &align)
            }
            Kind::KeyValues(entries) => {
                let width = |key: &String| key.chars().count();
                let widest = entries
                    .iter()
                    .map(|entry| width(&entry.key))
                    .max()
                    .unwrap_or(0);
                let line = |KeyValue { key, value }: &KeyValue| {
                    let gap = " ".repeat(widest - width(key));
                    format!("{key}:{gap} {}", one_line(value))
                };
                entries.iter().map(line).collect()
            }
            Kind::Callout(callout) => vec![if callout.title.is_empty() {
                callout.tone.word().to_owned()
            } else {
                format!("{}: {}", callout.tone.word(), callout.title)
            }],
            Kind::Badge(badge) => vec![format!("[{}]", badge.text)],
            Kind::Grid(_) | Kind::Slot(_) | Kind::Tabs(_) => {
                return self.children(index, depth, true);
            }
            Kind::Card(card) => titled(&card.title),
            Kind::Tab(tab) => titled(&tab.title),
            Kind::Details(details) => vec![format!("▸ {}", one_line(&details.summary))],
            Kind::Form(form) => {
                let mut lines = self.children(index, depth, false);
                lines.push(input::submit(form));
                return lines;
            }
            Kind::Button(_)
            | Kind::Menu(_)
            | Kind::TextField(_)
            | Kind::TextArea(_)
            | Kind::SecretField(_)
            | Kind::NumberField(_)
            | Kind::Slider(_)
            | Kind::RangeSlider(_)
            | Kind::Select(_)
            | Kind::Radio(_)
            | Kind::Combobox(_)
            | Kind::MultiSelect(_)
            | Kind::DateTime(_)
            | Kind::TimeRange(_)
            | Kind::File(_)
            | Kind::Download(_) => input::lines(&node.kind),
            Kind::Checkbox(_) | Kind::Toggle(_) => {
                // The label says the same without looks.
                if let Some((child, _)) = tree.label_child(index) {
                    self.visited[child] = true;
                }
                input::lines(&node.kind)
            }
            Kind::Stat(_)
            | Kind::Gauge(_)
            | Kind::Progress(_)
            | Kind::TimeSeries(_)
            | Kind::Bars(_)
            | Kind::Pie(_)
            | Kind::Heatmap(_)
            | Kind::Histogram(_)
            | Kind::StateTimeline(_)
            | Kind::EventTimeline(_)
            | Kind::Trace(_)
            | Kind::FlameGraph(_)
            | Kind::NodeGraph(_) => chart::lines(&node.kind),
            Kind::Markdown(_)
            | Kind::Diff(_)
            | Kind::Timestamp(_)
            | Kind::Image(_)
            | Kind::Person(_)
            | Kind::DataTable(_)
            | Kind::Logs(_)
            | Kind::Json(_)
            | Kind::Terminal(_)
            | Kind::Empty(_)
            | Kind::Loading(_)
            | Kind::Error(_)
            | Kind::Other(_) => data::lines(&node.kind),
        };
        let indent = matches!(
            node.kind,
            Kind::Callout(_) | Kind::Card(_) | Kind::Tab(_) | Kind::Details(_)
        );
        for line in self.children(index, depth, false) {
            lines.push(if indent { format!("  {line}") } else { line });
        }
        lines
    }

    fn list(&mut self, index: usize, depth: usize, start: Option<u32>) -> Vec<String> {
        let tree = self.tree;
        let mut lines = Vec::new();
        let mut number = start;
        for &child in &tree.nodes[index].children {
            if child as usize <= index {
                continue;
            }
            let bullet = number.map_or_else(|| "• ".to_owned(), |number| format!("{number}. "));
            lines.extend(self.node(child as usize, depth + 1, Some(&bullet)));
            number = number.map(|number| number.saturating_add(1));
        }
        lines
    }

    /// `apart` puts an empty line between two children.
    fn children(&mut self, parent: usize, depth: usize, apart: bool) -> Vec<String> {
        let tree = self.tree;
        let mut lines: Vec<String> = Vec::new();
        for &child in &tree.nodes[parent].children {
            if child as usize <= parent {
                continue;
            }
            let more = self.node(child as usize, depth + 1, None);
            if apart && !lines.is_empty() && !more.is_empty() {
                lines.push(String::new());
            }
            lines.extend(more);
        }
        lines
    }
}

/// Text that a terminal only prints: control characters, with which text could move the cursor
/// or change colours, become U+FFFD. Newlines stay; tabs become a space.
pub fn printable(text: &str) -> String {
    text.chars()
        .filter(|c| *c != '\r')
        .map(|c| match c {
            '\n' => '\n',
            '\t' => ' ',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// The words, with the address after a link that does not show it.
fn plain(spans: &[Span]) -> String {
    let mut out = String::new();
    for span in spans {
        out.push_str(&span.text);
        if let Some(link) = &span.link
            && !link.contains(&span.text)
        {
            out.push_str(" (");
            out.push_str(link);
            out.push(')');
        }
    }
    out
}

fn one_line(spans: &[Span]) -> String {
    plain(spans).replace('\n', " ")
}

/// A title with a rule under it; nothing when there is none.
fn titled(title: &str) -> Vec<String> {
    if title.is_empty() {
        return Vec::new();
    }
    vec![title.to_owned(), "─".repeat(title.chars().count().min(40))]
}
