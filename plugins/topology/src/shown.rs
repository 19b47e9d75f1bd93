//! The map, what it is narrowed to, and what is wrong on it.

use std::cmp::Reverse;

use view_sdk::widgets::{self as ui, Tone};
use view_sdk::{Context, Element, Unit};

use crate::map::{Bounds, Edge, Map, Traffic, rank};
use crate::{Topology, frames, frames_of, panel};

/// More nodes than these cannot be told apart in one picture.
const MAX_NODES: usize = 80;
/// Choices in a list.
const MAX_CHOICES: usize = 500;
/// Connections listed as unhealthy.
const MAX_TROUBLE: usize = 10;
const EXAMPLE: &str = "\
web -> checkout: 120 req/s, 0.2% errors, 80 ms
checkout -> payments: 40 req/s, 6% errors, 900 ms
checkout -> orders-db";

pub fn empty(context: &Context, problems: &[String]) -> Element {
    if context.outputs.is_empty() {
        let empty = ui::empty("There is no map yet.").hint(
            "Write who calls whom below the directive, like this, or show an output with this view.",
        );
        return ui::stack()
            .children(remarks(problems))
            .child(empty)
            .child(ui::code("", EXAMPLE));
    }
    let names: Vec<String> = frames::names(&frames_of(context)).into_iter().collect();
    let there = if names.is_empty() {
        "The output holds no columns.".to_owned()
    } else {
        format!("There are: {}.", names.join(", "))
    };
    ui::empty("The output names no connections.")
        .hint(format!(
            "It needs two columns of text, or two labels, that say who calls whom: source and target, \
             client and server, or those that source=… and target=… name. {there}"
        ))
        .build()
}

fn remarks(problems: &[String]) -> Option<Element> {
    let lines = problems
        .iter()
        .map(|problem| ui::item().child(ui::paragraph(problem.as_str())));
    (!problems.is_empty()).then(|| {
        ui::callout(Tone::Warn, "Some lines are not understood")
            .child(ui::bullets().children(lines))
            .key("problems")
    })
}

pub fn all(state: &Topology, map: &Map, problems: &[String], bounds: Bounds) -> Element {
    let selected = map.find(&state.selected);
    let shown = ui::stack()
        .children(remarks(problems))
        .child(tools(state, map, selected).key("tools"));
    let shown = if selected.is_none() && !state.selected.is_empty() {
        shown.child(
            ui::callout(
                Tone::Warn,
                format!("There is no `{}` on this map.", state.selected),
            )
            .key("gone"),
        )
    } else {
        shown
    };
    let visible = visible(state, map, selected, bounds);
    if !visible.iter().any(|is_shown| *is_shown) {
        let empty = ui::empty(format!("Nothing is called `{}`.", state.find.trim()))
            .hint("Clear the field to see everything.");
        return shown.child(empty.key("graph"));
    }
    let shown = shown.child(graph(map, &visible, selected, bounds).key("graph"));
    let shown = match selected {
        Some(node) => shown.child(panel::panel(map, node, bounds).key("panel")),
        None => shown.children(trouble(map, &visible, bounds)),
    };
    shown.child(everything(map, &visible, bounds).key("all"))
}

fn tools(state: &Topology, map: &Map, selected: Option<usize>) -> Element {
    let mut names: Vec<&str> = map.nodes.iter().map(|node| node.name.as_str()).collect();
    names.sort_by_key(|name| name.to_lowercase());
    names.truncate(MAX_CHOICES);
    let names = names.into_iter().map(|name| (name, name));
    let chosen = selected.map_or("", |node| map.name(node));
    let select = ui::select("selected", "Service", chosen)
        .choice("", "All services")
        .choices(names);
    let steps = state.steps.to_string();
    let around = ui::select("steps", "Around it", steps.as_str()).choices([
        ("1", "1 step"),
        ("2", "2 steps"),
        ("3", "3 steps"),
        ("0", "Everything"),
    ]);
    let around = if (1..=3).contains(&state.steps) || state.steps == 0 {
        around
    } else {
        around.choice(steps.as_str(), format!("{steps} steps"))
    };
    ui::row()
        .child(
            ui::text_field("find", "Find")
                .value(state.find.as_str())
                .placeholder("part of a name")
                .key("find"),
        )
        .child(select.key("selected"))
        .children(selected.map(|_| around.key("steps")))
}

/// Which nodes are drawn.
fn visible(state: &Topology, map: &Map, selected: Option<usize>, bounds: Bounds) -> Vec<bool> {
    let mut visible = vec![true; map.nodes.len()];
    if let Some(node) = selected
        && state.steps > 0
    {
        visible = map.around(node, state.steps);
    }
    if !state.find.trim().is_empty() {
        let named = map.named(&state.find);
        visible = visible.iter().zip(named).map(|(a, b)| *a && b).collect();
    }
    let mut places: Vec<usize> = (0..visible.len()).filter(|place| visible[*place]).collect();
    if places.len() > MAX_NODES {
        let mut degrees = vec![0usize; visible.len()];
        for edge in &map.edges {
            degrees[edge.source] += 1;
            degrees[edge.target] += 1;
        }
        let worst = |place: &usize| {
            let tone = bounds.tone(map.incoming(*place).error_ratio());
            let is_selected = Some(*place) == selected;
            Reverse((is_selected, rank(tone), degrees[*place]))
        };
        places.sort_by_cached_key(worst);
        for place in places.drain(MAX_NODES..) {
            visible[place] = false;
        }
    }
    visible
}

fn graph(map: &Map, visible: &[bool], selected: Option<usize>, bounds: Bounds) -> Element {
    let count = visible.iter().filter(|is_shown| **is_shown).count();
    let title = if count == map.nodes.len() {
        format!("{count} services")
    } else {
        format!("{count} of {} services", map.nodes.len())
    };
    let mut graph = ui::node_graph(title);
    for (place, node) in map.nodes.iter().enumerate() {
        if !visible[place] {
            continue;
        }
        let traffic = map.incoming(place);
        let title = if Some(place) == selected {
            format!("▸ {}", node.name)
        } else {
            node.name.clone()
        };
        let note = if node.text.is_empty() {
            label(map, &traffic)
        } else {
            node.text.clone()
        };
        let tone = bounds.tone(traffic.error_ratio());
        graph = graph.node(node.name.as_str(), title, note, tone);
    }
    let edges = map.edges.iter();
    for edge in edges.filter(|edge| visible[edge.source] && visible[edge.target]) {
        let tone = bounds.tone(edge.traffic.error_ratio());
        // Only what is not well stands out.
        let tone = if tone == Tone::Good {
            Tone::Neutral
        } else {
            tone
        };
        let label = if edge.text.is_empty() {
            label(map, &edge.traffic)
        } else {
            edge.text.clone()
        };
        graph = graph.edge(map.name(edge.source), map.name(edge.target), label, tone);
    }
    graph.build()
}

/// `120 req/s · 6%`: short, for the picture.
fn label(map: &Map, traffic: &Traffic) -> String {
    let ratio = traffic.error_ratio().filter(|ratio| *ratio > 0.0);
    // Of how many is not known.
    let failed = traffic.errors.filter(|errors| *errors > 0.0);
    let failed = failed.filter(|_| traffic.error_ratio().is_none());
    let parts = [
        traffic.rate.map(|rate| rate_text(map, rate)),
        ratio.map(percent),
        failed.map(|errors| format!("{} failed", rate_text(map, errors))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        let latency = traffic.latency.map(|latency| latency_text(map, latency));
        return latency.unwrap_or_default();
    }
    parts.join(" · ")
}

pub fn rate_text(map: &Map, rate: f64) -> String {
    Unit::parse(&map.rate_unit).text(rate)
}

pub fn latency_text(map: &Map, latency: f64) -> String {
    Unit::parse(&map.latency_unit).text(latency)
}

pub fn percent(ratio: f64) -> String {
    Unit::parse("%").text(ratio * 100.0)
}

/// What is not well, the worst first.
fn trouble(map: &Map, visible: &[bool], bounds: Bounds) -> Option<Element> {
    let mut edges: Vec<&Edge> = map
        .edges
        .iter()
        .filter(|edge| visible[edge.source] && visible[edge.target])
        .filter(|edge| {
            let tone = bounds.tone(edge.traffic.error_ratio());
            matches!(tone, Tone::Warn | Tone::Bad)
        })
        .collect();
    if edges.is_empty() {
        return None;
    }
    let ratio = |edge: &Edge| edge.traffic.error_ratio().unwrap_or(0.0);
    edges.sort_by(|a, b| ratio(b).total_cmp(&ratio(a)));
    let title = match edges.len() {
        1 => "1 connection is not well".to_owned(),
        count if count > MAX_TROUBLE => {
            format!("{count} connections are not well, the worst {MAX_TROUBLE}")
        }
        count => format!("{count} connections are not well"),
    };
    edges.truncate(MAX_TROUBLE);
    Some(table(&title, map, &edges, Ends::Both, bounds).key("trouble"))
}

/// Every connection that is drawn, folded away.
fn everything(map: &Map, visible: &[bool], bounds: Bounds) -> Element {
    let edges: Vec<&Edge> = map
        .edges
        .iter()
        .filter(|edge| visible[edge.source] && visible[edge.target])
        .collect();
    let summary = match edges.len() {
        1 => "1 connection".to_owned(),
        count => format!("{count} connections"),
    };
    ui::details(summary)
        .child(table("", map, &edges, Ends::Both, bounds))
        .build()
}

/// Which ends of connections a table names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    Source,
    Target,
    Both,
}

/// Connections as a table that can be sorted, with the columns that say something.
pub fn table(title: &str, map: &Map, edges: &[&Edge], ends: Ends, bounds: Bounds) -> Element {
    let column = |value: fn(&Traffic) -> Option<f64>| {
        let values = edges.iter().map(|edge| value(&edge.traffic));
        let is_known = values.clone().any(|value| value.is_some());
        is_known.then(|| {
            values
                .map(|value| value.unwrap_or(f64::NAN))
                .collect::<Vec<f64>>()
        })
    };
    let mut table = ui::data_table(title).page_rows(20);
    if ends != Ends::Target {
        table = table.texts("From", edges.iter().map(|edge| map.name(edge.source)));
    }
    if ends != Ends::Source {
        table = table.texts("To", edges.iter().map(|edge| map.name(edge.target)));
    }
    if let Some(ratios) = column(Traffic::error_ratio) {
        let state = |edge: &&Edge| {
            let tone = bounds.tone(edge.traffic.error_ratio());
            (tone, word(tone))
        };
        table = table
            .badges("Health", edges.iter().map(state))
            .numbers("Errors", ratios.into_iter().map(|ratio| ratio * 100.0))
            .unit("%");
    } else if let Some(errors) = column(|traffic| traffic.errors) {
        table = table.numbers("Failed", errors).unit(map.rate_unit.as_str());
    }
    if let Some(rates) = column(|traffic| traffic.rate) {
        table = table
            .numbers("Requests", rates)
            .unit(map.rate_unit.as_str());
    }
    if let Some(latencies) = column(|traffic| traffic.latency) {
        table = table
            .numbers("Latency", latencies)
            .unit(map.latency_unit.as_str());
    }
    if edges.iter().any(|edge| !edge.text.is_empty()) {
        table = table.texts("Remark", edges.iter().map(|edge| edge.text.as_str()));
    }
    table.build()
}

/// Health in a word.
pub fn word(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "healthy",
        Tone::Warn => "errors",
        Tone::Bad => "failing",
        Tone::Neutral | Tone::Info => "not known",
    }
}
