//! Things and what leads from one to another, in layers from left to right.

use super::draw::{marked, push_path, push_text, push_title, px};
use crate::{
    GraphEdge, GraphNode, NodeGraph,
    figure::{
        layers::{Layout, Room, Route, Spot, layout},
        words::{count, cut, hidden, join, named, one_line},
    },
    html::{At, Writer},
    markup::{Attribute, Markup, Tag},
};
use Attribute::{
    AriaLabel, Class, DataTone, Height, Points, Role, Rx, Tabindex, ViewBox, Width, X, Y,
};
use std::collections::HashMap;

const MAX_NODES: usize = 100;
const MAX_EDGES: usize = 300;
const NODE_PX: (f64, f64) = (152.0, 44.0);
const ROOM: Room = Room {
    node: 64.0,
    passing: 28.0,
};
/// Around all; above it an edge may go around its own node.
const MARGIN_PX: f64 = 20.0;
/// Between layers: as far as the labels of edges need, within these.
const GAPS_PX: (f64, f64) = (56.0, 176.0);
const CHARACTER_PX: f64 = 6.6;
const TITLE_CHARACTERS: usize = 20;
const NOTE_CHARACTERS: usize = 22;
const LABEL_CHARACTERS: usize = 22;
const ARROW_PX: (f64, f64) = (8.0, 4.0);
/// What leads back leaves and arrives beneath what leads on.
const BACK_PX: f64 = 12.0;

impl Writer<'_> {
    pub(super) fn node_graph(&mut self, at: At, graph: &NodeGraph) {
        if graph.nodes.is_empty() {
            return self.empty_figure(at, "node-graph", &graph.title);
        }
        let nodes = &graph.nodes[..graph.nodes.len().min(MAX_NODES)];
        let ends = ends(nodes, &graph.edges);
        let places: Vec<(usize, usize)> = ends.iter().map(|(_, source, target)| (*source, *target)).collect();
        let layout = layout(nodes.len(), &places, ROOM);
        let longest = ends.iter().map(|(edge, ..)| cut(&edge.label, LABEL_CHARACTERS).chars().count());
        let labels = longest.max().unwrap_or(0) as f64 * CHARACTER_PX + 32.0;
        let gap = labels.clamp(GAPS_PX.0, GAPS_PX.1);
        let drawing = Drawing {
            step: NODE_PX.0 + gap,
        };
        let width = layout.layers as f64 * drawing.step - gap + 2.0 * MARGIN_PX;
        let height = layout.height + 2.0 * MARGIN_PX;

        self.figure(at, "node-graph", &graph.title);
        let markup = &mut *self.markup;
        let what = if graph.title.is_empty() { "Graph" } else { &graph.title };
        let label = format!(
            "{what}: {}, {}",
            count(nodes.len(), "node", "nodes"),
            count(ends.len(), "edge", "edges")
        );
        let scroll = [(Class, "chart-graph"), (Role, "group"), (AriaLabel, what), (Tabindex, "0")];
        markup.open(Tag::Div, &scroll);
        let (width, height) = (px(width), px(height));
        let view = format!("0 0 {width} {height}");
        let attributes = [
            (Role, "img"),
            (AriaLabel, &*label),
            (Width, &*width),
            (Height, &*height),
            (ViewBox, &*view),
        ];
        markup.open(Tag::Svg, &attributes);
        for ((edge, source, target), route) in ends.iter().zip(&layout.routes) {
            let title = words(edge, &nodes[*source], &nodes[*target]);
            drawing.push_edge(markup, edge, route, layout.nodes[*source], &title);
        }
        // Labels over all lines.
        for ((edge, source, _), route) in ends.iter().zip(&layout.routes) {
            drawing.push_label(markup, edge, route, layout.nodes[*source]);
        }
        drawing.push_nodes(markup, nodes, &layout);
        markup.close(Tag::Svg).close(Tag::Div);
        markup.open(Tag::Ul, &[(Class, "visually-hidden")]);
        for node in nodes {
            markup.element(Tag::Li, &[], &join(&[named(node.tone, &node.title), one_line(&node.note)], ", "));
        }
        for (edge, source, target) in &ends {
            markup.element(Tag::Li, &[], &words(edge, &nodes[*source], &nodes[*target]));
        }
        markup.close(Tag::Ul);
        let mut notices = Vec::new();
        notices.extend(hidden(graph.nodes.len(), nodes.len(), "nodes"));
        notices.extend(hidden(graph.edges.len(), ends.len(), "edges"));
        self.end_figure(&notices);
    }
}

/// The edges between nodes that are shown, with the places of these.
fn ends<'a>(nodes: &[GraphNode], edges: &'a [GraphEdge]) -> Vec<(&'a GraphEdge, usize, usize)> {
    let mut places = HashMap::new();
    for (place, node) in nodes.iter().enumerate() {
        places.entry(node.id.as_str()).or_insert(place);
    }
    let end = |id: &str| places.get(id).copied();
    let known = edges.iter().filter_map(|edge| Some((edge, end(&edge.source)?, end(&edge.target)?)));
    known.take(MAX_EDGES).collect()
}

fn words(edge: &GraphEdge, source: &GraphNode, target: &GraphNode) -> String {
    let way = format!("{} → {}", one_line(&source.title), one_line(&target.title));
    join(&[way, named(edge.tone, &edge.label)], ": ")
}

/// Where things are in pixels.
struct Drawing {
    /// From one layer to the next.
    step: f64,
}

impl Drawing {
    /// The left edge of a layer, and the middle of a spot.
    fn at(&self, spot: Spot) -> (f64, f64) {
        (MARGIN_PX + spot.layer as f64 * self.step, MARGIN_PX + spot.y)
    }

    fn push_edge(&self, markup: &mut Markup, edge: &GraphEdge, route: &Route, own: Spot, title: &str) {
        let d = match route {
            Route::Around => self.around(own),
            Route::Through(spots) => self.through(spots),
        };
        markup.open(Tag::G, &[(Class, "edge"), (DataTone, edge.tone.name())]);
        push_path(markup, "edge-line", &d, title);
        let (x, y, forward) = match route {
            Route::Around => {
                let (left, middle) = self.at(own);
                (left + NODE_PX.0 / 2.0 + 16.0, middle - NODE_PX.1 / 2.0, None)
            }
            Route::Through(spots) => {
                let forward = leads_on(spots);
                let (left, middle) = self.at(spots.last().copied().unwrap_or(own));
                let x = if forward { left } else { left + NODE_PX.0 };
                (x, middle + if forward { 0.0 } else { BACK_PX }, Some(forward))
            }
        };
        let (length, half) = ARROW_PX;
        let points = match forward {
            None => [(x - half, y - length), (x, y), (x + half, y - length)],
            Some(true) => [(x - length, y - half), (x, y), (x - length, y + half)],
            Some(false) => [(x + length, y - half), (x, y), (x + length, y + half)],
        };
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{} {}", px(*x), px(*y))).collect();
        let attributes = [(Class, "edge-head"), (Points, &*points.join(" "))];
        markup.open(Tag::Polygon, &attributes).close(Tag::Polygon);
        markup.close(Tag::G);
    }

    /// A loop over the top of a node.
    fn around(&self, own: Spot) -> String {
        let (left, middle) = self.at(own);
        let (x, y) = (left + NODE_PX.0 / 2.0, middle - NODE_PX.1 / 2.0);
        format!(
            "M{} {}C{} {} {} {} {} {}",
            px(x - 16.0), px(y), px(x - 16.0), px(y - 18.0), px(x + 16.0), px(y - 22.0), px(x + 16.0), px(y - ARROW_PX.0),
        )
    }

    /// Curves between layers, straight past what is in them.
    fn through(&self, spots: &[Spot]) -> String {
        let forward = leads_on(spots);
        let shift = if forward { 0.0 } else { BACK_PX };
        let last = spots.len().saturating_sub(1);
        let mut d = String::new();
        let mut from = (0.0, 0.0);
        for (place, spot) in spots.iter().enumerate() {
            let (left, middle) = self.at(*spot);
            let y = middle + shift;
            let (entry, exit) = if forward { (left, left + NODE_PX.0) } else { (left + NODE_PX.0, left) };
            if place > 0 {
                // The line ends where the head begins.
                let tip = if place == last { ARROW_PX.0 } else { 0.0 };
                let entry = if forward { entry - tip } else { entry + tip };
                let bend = (entry + from.0) / 2.0;
                d.push_str(&format!(
                    "C{} {} {} {} {} {}",
                    px(bend), px(from.1), px(bend), px(y), px(entry), px(y)
                ));
                if place < last {
                    d.push_str(&format!("H{}", px(exit)));
                }
            } else {
                d.push_str(&format!("M{} {}", px(exit), px(y)));
            }
            from = (exit, y);
        }
        d
    }

    /// In the middle of the first gap on the way.
    fn push_label(&self, markup: &mut Markup, edge: &GraphEdge, route: &Route, own: Spot) {
        if edge.label.is_empty() {
            return;
        }
        let (x, y) = match route {
            Route::Around => {
                let (left, middle) = self.at(own);
                (left + NODE_PX.0 / 2.0, middle - NODE_PX.1 / 2.0 - 10.0)
            }
            Route::Through(spots) => {
                let ends = (spots.first(), spots.get(1));
                let (Some(first), Some(second)) = ends else {
                    return;
                };
                let ((a, from), (b, to)) = (self.at(*first), self.at(*second));
                let shift = if leads_on(spots) { 0.0 } else { BACK_PX };
                let x = (a + b + NODE_PX.0) / 2.0;
                (x, (from + to) / 2.0 + shift)
            }
        };
        markup.open(Tag::G, &[(DataTone, edge.tone.name())]);
        let text = cut(&marked(edge.tone, &edge.label), LABEL_CHARACTERS);
        push_text(markup, "edge-label", (&px(x), y + 4.0), "middle", &text);
        markup.close(Tag::G);
    }

    fn push_nodes(&self, markup: &mut Markup, nodes: &[GraphNode], layout: &Layout) {
        for (node, spot) in nodes.iter().zip(&layout.nodes) {
            let (left, middle) = self.at(*spot);
            let top = middle - NODE_PX.1 / 2.0;
            markup.open(Tag::G, &[(Class, "node"), (DataTone, node.tone.name())]);
            push_title(markup, &join(&[named(node.tone, &node.title), node.note.clone()], "\n"));
            let attributes = [
                (X, &*px(left)),
                (Y, &*px(top)),
                (Width, &*px(NODE_PX.0)),
                (Height, &*px(NODE_PX.1)),
                (Rx, "5"),
            ];
            markup.open(Tag::Rect, &attributes).close(Tag::Rect);
            let title = if node.title.is_empty() { &node.id } else { &node.title };
            let title = cut(&marked(node.tone, title), TITLE_CHARACTERS);
            let x = px(left + 10.0);
            let y = if node.note.is_empty() { middle + 4.0 } else { middle - 4.0 };
            push_text(markup, "node-title", (&x, y), "start", &title);
            if !node.note.is_empty() {
                let note = cut(&node.note, NOTE_CHARACTERS);
                push_text(markup, "node-note", (&x, middle + 12.0), "start", &note);
            }
            markup.close(Tag::G);
        }
    }
}

fn leads_on(spots: &[Spot]) -> bool {
    let layer = |spot: Option<&Spot>| spot.map_or(0, |spot| spot.layer);
    layer(spots.first()) < layer(spots.last())
}
