//! Traces, profiles and graphs: trees and lines.

use super::{BAR, NAME, SHORT, aligned, bar, toned, with_title};
use crate::{
    FlameGraph, NodeGraph, Trace, TraceSpan,
    figure::{
        flame::frames,
        hierarchy::order,
        words::{cut, drawable, join, named, one_line, percentage, shape},
    },
};
use scale::Unit;
use std::collections::{HashMap, HashSet};

/// Deeper things stand no further to the right.
const MAX_INDENT: usize = 16;
/// Things that are put into lines.
const MAX_THINGS: usize = 300;

fn indented(depth: usize, text: &str) -> String {
    format!("{}{}", "  ".repeat(depth.min(MAX_INDENT)), cut(text, NAME))
}

pub(super) fn trace(trace: &Trace) -> Vec<String> {
    let unit = Unit::parse("us");
    let number = |value: f64| if drawable(value) { value.max(0.0) } else { 0.0 };
    let ends = |span: &TraceSpan| {
        (
            number(span.start_us),
            number(span.start_us) + number(span.duration_us),
        )
    };
    let total = trace
        .spans
        .iter()
        .map(|span| ends(span).1)
        .fold(0.0, f64::max);
    let parents: Vec<Option<u32>> = trace.spans.iter().map(|span| span.parent).collect();
    let places = order(&parents, |index| number(trace.spans[index].start_us));
    let rows: Vec<Vec<String>> = places
        .iter()
        .take(MAX_THINGS)
        .map(|place| {
            let span = &trace.spans[place.index];
            let (start, end) = ends(span);
            vec![
                indented(place.depth, &toned(span.tone, &one_line(&span.name))),
                cut(&span.service, NAME),
                unit.text(number(span.duration_us)),
                placed(start / total, end / total),
            ]
        })
        .collect();
    with_title(&trace.title, aligned(&rows, &[false, false, true, false]))
}

/// A bar from a share to another.
fn placed(from: f64, to: f64) -> String {
    let place = |share: f64| (share.clamp(0.0, 1.0) * BAR as f64).round() as usize;
    let (from, to) = (place(from).min(BAR - 1), place(to));
    format!(
        "{}{}",
        " ".repeat(from),
        "█".repeat(to.saturating_sub(from).max(1))
    )
}

pub(super) fn flame_graph(graph: &FlameGraph) -> Vec<String> {
    let unit = Unit::parse(&graph.unit);
    let rows: Vec<Vec<String>> = frames(graph, &unit)
        .iter()
        .take(MAX_THINGS)
        .map(|frame| {
            vec![
                indented(frame.depth, &graph.frames[frame.index].name),
                percentage(frame.share()),
                unit.base_text(frame.value),
                bar(frame.share(), SHORT),
            ]
        })
        .collect();
    with_title(&graph.title, aligned(&rows, &[false, true, true, false]))
}

/// What is said of nodes, then what leads where.
pub(super) fn node_graph(graph: &NodeGraph) -> Vec<String> {
    let mut names = HashMap::new();
    for node in &graph.nodes {
        let title = if node.title.is_empty() {
            &node.id
        } else {
            &node.title
        };
        names.entry(node.id.as_str()).or_insert(title.as_str());
    }
    let linked: HashSet<&str> = graph
        .edges
        .iter()
        .flat_map(|edge| [edge.source.as_str(), edge.target.as_str()])
        .collect();
    let mut lines = Vec::new();
    for node in &graph.nodes {
        let name = names.get(node.id.as_str()).copied().unwrap_or_default();
        if !node.note.is_empty() || !linked.contains(node.id.as_str()) {
            let words = named(node.tone, name);
            lines.push(format!(
                "{} {}",
                shape(node.tone),
                join(&[words, one_line(&node.note)], ", ")
            ));
        }
    }
    for edge in &graph.edges {
        let ends = (
            names.get(edge.source.as_str()),
            names.get(edge.target.as_str()),
        );
        let (Some(source), Some(target)) = ends else {
            continue;
        };
        let label = named(edge.tone, &edge.label);
        let label = if label.is_empty() {
            label
        } else {
            format!(" ({label})")
        };
        lines.push(format!(
            "{} → {}{label}",
            one_line(source),
            one_line(target)
        ));
    }
    with_title(&graph.title, lines)
}
