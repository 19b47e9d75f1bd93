//! What is looked at, in words and numbers and the block characters that terminals have.

mod amounts;
mod over_time;
mod structure;

use super::titled;
use crate::{
    Gauge, Kind, Progress, Stat, Tone,
    figure::{
        points::{Extent, squeezed},
        words::{amount, drawable, join, one_line, percentage, reached, says, shape},
    },
};
use scale::Unit;

/// Characters of a course and of a bar.
const COURSE: usize = 40;
const BAR: usize = 30;
const SHORT: usize = 20;
/// Longer names are cut.
const NAME: usize = 40;
/// Lines of one chart: a terminal is not for reading more.
const MAX_LINES: usize = 200;

pub(super) fn lines(kind: &Kind) -> Vec<String> {
    match kind {
        Kind::Stat(stat) => vec![stat_line(stat)],
        Kind::Gauge(gauge) => vec![gauge_line(gauge)],
        Kind::Progress(progress) => vec![progress_line(progress)],
        Kind::TimeSeries(chart) => over_time::series(chart),
        Kind::Bars(bars) => with_title(&bars.title, amounts::bar_lines(bars)),
        Kind::Pie(pie) => with_title(&pie.title, amounts::pie_lines(pie)),
        Kind::Heatmap(map) => over_time::heatmap(map),
        Kind::Histogram(histogram) => {
            with_title(&histogram.title, amounts::histogram_lines(histogram))
        }
        Kind::StateTimeline(timeline) => over_time::states(timeline),
        Kind::EventTimeline(timeline) => over_time::events(timeline),
        Kind::Trace(trace) => structure::trace(trace),
        Kind::FlameGraph(graph) => structure::flame_graph(graph),
        Kind::NodeGraph(graph) => structure::node_graph(graph),
        // The caller sends only these.
        _ => Vec::new(),
    }
}

/// A chart under its title; the words for nothing when there is nothing, and as many lines as can
/// be read.
fn with_title(title: &str, mut lines: Vec<String>) -> Vec<String> {
    if lines.is_empty() {
        lines.push("No data".to_owned());
    }
    if lines.len() > MAX_LINES {
        lines.truncate(MAX_LINES);
        lines.push("… and more, which is not shown".to_owned());
    }
    let mut out = titled(&one_line(title));
    out.append(&mut lines);
    out
}

/// Rows of columns below each other: each as wide as its widest, numbers to the right.
fn aligned(rows: &[Vec<String>], right: &[bool]) -> Vec<String> {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..right.len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).zip(right);
        let cells: Vec<String> = cells
            .map(|((cell, width), right)| {
                let space = " ".repeat(width - cell.chars().count());
                if *right {
                    space + cell
                } else {
                    cell.clone() + &space
                }
            })
            .collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// The course of numbers in blocks of eight heights, spaces for gaps.
fn course(values: &[f64]) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let Some(extent) = Extent::of(values.iter().copied()) else {
        return String::new();
    };
    let size = extent.high / 2.0 - extent.low / 2.0;
    let block = |value: &f64| {
        if !drawable(*value) {
            return ' ';
        }
        let share = (value / 2.0 - extent.low / 2.0) / size;
        let height = if size > 0.0 {
            (share * 7.0).round() as usize
        } else {
            3
        };
        BLOCKS[height.min(7)]
    };
    values.iter().map(block).collect()
}

/// A bar to a share of a width, exact to an eighth of a character.
fn bar(share: f64, width: usize) -> String {
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let share = if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let eighths = (share * width as f64 * 8.0).round() as usize;
    // What is not nothing is seen.
    let eighths = if share > 0.0 { eighths.max(1) } else { 0 };
    "█".repeat(eighths / 8) + PARTS[eighths % 8]
}

/// A bar with the rest of its width.
fn level(share: f64, width: usize) -> String {
    let share = if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let full = (share * width as f64).round() as usize;
    "█".repeat(full) + &"░".repeat(width - full)
}

/// A shape before words, nothing before none.
fn toned(tone: Tone, words: &str) -> String {
    match (tone, words) {
        (_, "") => String::new(),
        (Tone::Neutral, words) => words.to_owned(),
        (tone, words) => format!("{} {words}", shape(tone)),
    }
}

fn labelled(label: &str, parts: &[String]) -> String {
    let rest = join(parts, "  ");
    let label = one_line(label);
    if label.is_empty() {
        rest
    } else {
        format!("{label}: {rest}")
    }
}

fn stat_line(stat: &Stat) -> String {
    let unit = Unit::parse(&stat.unit);
    let reached = reached(&stat.thresholds, stat.value);
    let value = if drawable(stat.value) {
        unit.text(stat.value)
    } else {
        "No data".into()
    };
    let change = match stat.change {
        Some(change) if change > 0.0 && drawable(change) => format!("↑ {}", unit.text(change)),
        Some(change) if change < 0.0 && drawable(change) => format!("↓ {}", unit.text(-change)),
        Some(0.0) => "→ no change".to_owned(),
        _ => String::new(),
    };
    let parts = [
        value,
        change,
        course(&squeezed(&stat.course, COURSE)),
        reached.map_or(String::new(), |threshold| {
            toned(threshold.tone, &says(threshold))
        }),
        if stat.note.is_empty() {
            String::new()
        } else {
            format!("({})", one_line(&stat.note))
        },
    ];
    labelled(&stat.label, &parts)
}

fn gauge_line(gauge: &Gauge) -> String {
    let unit = Unit::parse(&gauge.unit);
    if !drawable(gauge.value) {
        return labelled(&gauge.label, &["No data".to_owned()]);
    }
    let ends = drawable(gauge.min) && drawable(gauge.max) && gauge.min < gauge.max;
    let share = (gauge.value - gauge.min) / (gauge.max - gauge.min);
    let end = |value: f64| amount(&unit, unit.base(value));
    let parts = [
        unit.text(gauge.value),
        if ends {
            level(share, SHORT)
        } else {
            String::new()
        },
        if ends {
            format!("{} to {}", end(gauge.min), end(gauge.max))
        } else {
            String::new()
        },
        reached(&gauge.thresholds, gauge.value).map_or(String::new(), |threshold| {
            toned(threshold.tone, &says(threshold))
        }),
    ];
    labelled(&gauge.label, &parts)
}

fn progress_line(progress: &Progress) -> String {
    let parts = match progress.fraction.filter(|fraction| fraction.is_finite()) {
        Some(fraction) => [
            level(fraction, SHORT),
            percentage(fraction.clamp(0.0, 1.0)),
            one_line(&progress.note),
        ],
        None => [
            "in progress".to_owned(),
            String::new(),
            one_line(&progress.note),
        ],
    };
    labelled(&toned(progress.tone, &progress.label), &parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_follow_the_numbers() {
        assert_eq!(course(&[0.0, 7.0, f64::NAN, 3.5]), "▁█ ▅");
        assert_eq!(course(&[2.0, 2.0]), "▄▄");
        assert_eq!(course(&[f64::NAN]), "");
        assert_eq!(bar(0.5, 4), "██");
        assert_eq!(bar(1e-9, 4), "▏");
        assert_eq!(bar(f64::NAN, 4), "");
        assert_eq!(level(0.5, 4), "██░░");
        assert_eq!(level(9.0, 4), "████");
    }
}
