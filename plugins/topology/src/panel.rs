//! The service that is selected: what is known of it, who calls it, what it calls.

use view_sdk::Element;
use view_sdk::widgets::{self as ui, Span, Tone};

use crate::SELECT;
use crate::map::{Bounds, Edge, Map};
use crate::shown::{Ends, latency_text, percent, rate_text, table, word};

/// Neighbours with a button of their own.
const MAX_BUTTONS: usize = 24;

pub fn panel(map: &Map, node: usize, bounds: Bounds) -> Element {
    let incoming: Vec<&Edge> = map.into(node).collect();
    let outgoing: Vec<&Edge> = map.out_of(node).collect();
    let tone = bounds.tone(map.incoming(node).error_ratio());
    let text = map.nodes.get(node).map_or("", |node| node.text.as_str());
    ui::card(map.name(node))
        .tone(tone)
        .children((!text.is_empty()).then(|| ui::paragraph(text)))
        .child(facts(map, node, tone, (incoming.len(), outgoing.len())).key("facts"))
        .child(neighbours(map, node).key("neighbours"))
        .children(side("Called by", map, &incoming, Ends::Source, bounds))
        .children(side("Calls", map, &outgoing, Ends::Target, bounds))
        .build()
}

fn facts(map: &Map, node: usize, tone: Tone, (callers, called): (usize, usize)) -> Element {
    let (incoming, outgoing) = (map.incoming(node), map.outgoing(node));
    let mut facts: Vec<(&str, Vec<Span>)> = vec![("Health", vec![ui::toned(tone, word(tone))])];
    let mut add = |name, value: Option<String>| {
        if let Some(value) = value {
            facts.push((name, vec![ui::text(value)]));
        }
    };
    add(
        "Requests in",
        incoming.rate.map(|rate| rate_text(map, rate)),
    );
    add("Errors in", incoming.error_ratio().map(percent));
    let latency = |latency| latency_text(map, latency);
    add("Slowest in", incoming.latency.map(latency));
    add(
        "Requests out",
        outgoing.rate.map(|rate| rate_text(map, rate)),
    );
    add("Slowest out", outgoing.latency.map(latency));
    add("Callers", Some(callers.to_string()));
    add("Calls", Some(called.to_string()));
    ui::key_values(facts)
}

/// Buttons that lead on, for walking along the calls.
fn neighbours(map: &Map, node: usize) -> Element {
    let before = map.into(node).map(|edge| (edge.source, "←"));
    let after = map.out_of(node).map(|edge| (edge.target, "→"));
    let mut places: Vec<(usize, &str)> = Vec::new();
    for (place, arrow) in before.chain(after) {
        let is_new = places.iter().all(|(known, _)| *known != place);
        if place != node && is_new && places.len() < MAX_BUTTONS {
            places.push((place, arrow));
        }
    }
    let button = |(place, arrow): (usize, &str)| {
        let name = map.name(place);
        ui::button(format!("{SELECT}{name}"), format!("{arrow} {name}")).key(name)
    };
    ui::row()
        .children(places.into_iter().map(button))
        .child(ui::button(SELECT, "Show all services").quiet().key("#all"))
}

fn side(title: &str, map: &Map, edges: &[&Edge], ends: Ends, bounds: Bounds) -> Option<Element> {
    (!edges.is_empty()).then(|| table(title, map, edges, ends, bounds).key(title))
}
