//! Things and what leads from one to another, in layers from left to right.

use super::{
    draw::{CHARACTER_PX, marked, push_text, push_title, px},
    edges::{Drawing, with_ports},
};
use crate::{
    GraphEdge, GraphNode, NodeGraph,
    figure::{
        layers::{Layout, Room, layout},
        words::{count, cut, hidden, join, named, one_line},
    },
    html::{At, Writer},
    markup::{Attribute, Markup, Tag},
};
use Attribute::{AriaLabel, Class, DataTone, Height, Role, Rx, Tabindex, ViewBox, Width, X, Y};
use std::collections::HashMap;

const MAX_NODES: usize = 100;
const MAX_EDGES: usize = 300;
pub(super) const NODE_HEIGHT_PX: f64 = 44.0;
/// As wide as the texts need, within these.
const NODE_WIDTHS_PX: (f64, f64) = (96.0, 168.0);
const NODE_INSET_PX: f64 = 10.0;
/// Advance of a character of the titles and of the notes, which are not monospaced.
const TITLE_CHARACTER_PX: f64 = 7.6;
const NOTE_CHARACTER_PX: f64 = 6.4;
const ROOM: Room = Room {
    node: 72.0,
    passing: 32.0,
};
/// Drawings may be made smaller by so much before they are scrolled, in steps that are classes.
const LEAST_SCALE: f64 = 0.85;
const SCALE_STEP_PX: f64 = 100.0;
const MAX_SCALE_STEPS: f64 = 12.0;
/// Around all; above it an edge may go around its own node.
pub(super) const MARGIN_PX: f64 = 20.0;
/// Between layers: as far as the labels of edges need, within these.
const GAPS_PX: (f64, f64) = (56.0, 184.0);
const TITLE_CHARACTERS: usize = 20;
const NOTE_CHARACTERS: usize = 22;
pub(super) const LABEL_CHARACTERS: usize = 22;
/// Left and right of a label: the line is still seen.
const LABEL_ROOM_PX: f64 = 28.0;

impl Writer<'_> {
    pub(super) fn node_graph(&mut self, at: At, graph: &NodeGraph) {
        if graph.nodes.is_empty() {
            return self.empty_figure(at, "node-graph", &graph.title);
        }
        let nodes = &graph.nodes[..graph.nodes.len().min(MAX_NODES)];
        let ends = ends(nodes, &graph.edges);
        let places: Vec<(usize, usize)> = ends
            .iter()
            .map(|(_, source, target)| (*source, *target))
            .collect();
        let layout = layout(nodes.len(), &places, ROOM);
        let longest = ends
            .iter()
            .map(|(edge, ..)| cut(&edge.label, LABEL_CHARACTERS).chars().count());
        let labels = longest.max().unwrap_or(0) as f64 * CHARACTER_PX + LABEL_ROOM_PX;
        let gap = labels.clamp(GAPS_PX.0, GAPS_PX.1);
        let node = node_width(nodes);
        let drawing = Drawing {
            node,
            step: node + gap,
        };
        let width = layout.layers as f64 * drawing.step - gap + 2.0 * MARGIN_PX;
        let height = layout.height + 2.0 * MARGIN_PX;

        self.figure(at, "node-graph", &graph.title);
        let markup = &mut *self.markup;
        let what = if graph.title.is_empty() {
            "Graph"
        } else {
            &graph.title
        };
        let label = format!(
            "{what}: {}, {}",
            count(nodes.len(), "node", "nodes"),
            count(ends.len(), "edge", "edges")
        );
        let least = (width * LEAST_SCALE / SCALE_STEP_PX).ceil();
        let class = if least <= MAX_SCALE_STEPS {
            format!("least-{least}")
        } else {
            String::new()
        };
        let scroll = [
            (Class, "chart-graph"),
            (Role, "group"),
            (AriaLabel, what),
            (Tabindex, "0"),
        ];
        markup.open(Tag::Div, &scroll);
        let (width, height) = (px(width), px(height));
        let view = format!("0 0 {width} {height}");
        let attributes = [
            (Class, &*class),
            (Role, "img"),
            (AriaLabel, &*label),
            (Width, &*width),
            (Height, &*height),
            (ViewBox, &*view),
        ];
        markup.open(Tag::Svg, &attributes);
        let routes = with_ports(&places, &layout.routes);
        for ((edge, source, target), route) in ends.iter().zip(&routes) {
            let title = words(edge, &nodes[*source], &nodes[*target]);
            drawing.push_edge(markup, edge, route, layout.nodes[*source], &title);
        }
        // Labels over all lines, and not over each other.
        let mut labels = Vec::new();
        for ((edge, source, _), route) in ends.iter().zip(&routes) {
            drawing.push_label(markup, edge, route, layout.nodes[*source], &mut labels);
        }
        push_nodes(markup, &drawing, nodes, &layout);
        markup.close(Tag::Svg).close(Tag::Div);
        markup.open(Tag::Ul, &[(Class, "visually-hidden")]);
        for node in nodes {
            markup.element(
                Tag::Li,
                &[],
                &join(
                    &[named(node.tone, title_of(node)), one_line(&node.note)],
                    ", ",
                ),
            );
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
    let known = edges
        .iter()
        .filter_map(|edge| Some((edge, end(&edge.source)?, end(&edge.target)?)));
    known.take(MAX_EDGES).collect()
}

fn words(edge: &GraphEdge, source: &GraphNode, target: &GraphNode) -> String {
    let way = format!(
        "{} → {}",
        one_line(title_of(source)),
        one_line(title_of(target))
    );
    join(&[way, named(edge.tone, &edge.label)], ": ")
}

/// As wide as the longest text needs.
fn node_width(nodes: &[GraphNode]) -> f64 {
    let longest = |text: &str, most: usize, character: f64| {
        cut(text, most).chars().count() as f64 * character
    };
    let width = |node: &GraphNode| {
        let title = longest(
            &marked(node.tone, title_of(node)),
            TITLE_CHARACTERS,
            TITLE_CHARACTER_PX,
        );
        title.max(longest(&node.note, NOTE_CHARACTERS, NOTE_CHARACTER_PX)) + 2.0 * NODE_INSET_PX
    };
    let widest = nodes.iter().map(width).fold(0.0, f64::max);
    widest.clamp(NODE_WIDTHS_PX.0, NODE_WIDTHS_PX.1).round()
}

fn title_of(node: &GraphNode) -> &str {
    if node.title.is_empty() {
        &node.id
    } else {
        &node.title
    }
}

fn push_nodes(markup: &mut Markup, drawing: &Drawing, nodes: &[GraphNode], layout: &Layout) {
    for (node, spot) in nodes.iter().zip(&layout.nodes) {
        let (left, middle) = drawing.at(*spot);
        let top = middle - NODE_HEIGHT_PX / 2.0;
        markup.open(Tag::G, &[(Class, "node"), (DataTone, node.tone.name())]);
        push_title(
            markup,
            &join(&[named(node.tone, title_of(node)), node.note.clone()], "\n"),
        );
        let attributes = [
            (X, &*px(left)),
            (Y, &*px(top)),
            (Width, &*px(drawing.node)),
            (Height, &*px(NODE_HEIGHT_PX)),
            (Rx, "5"),
        ];
        markup.open(Tag::Rect, &attributes).close(Tag::Rect);
        let title = cut(&marked(node.tone, title_of(node)), TITLE_CHARACTERS);
        let x = px(left + NODE_INSET_PX);
        let y = if node.note.is_empty() {
            middle + 4.0
        } else {
            middle - 4.0
        };
        push_text(markup, "node-title", (&x, y), "start", &title);
        if !node.note.is_empty() {
            let note = cut(&node.note, NOTE_CHARACTERS);
            push_text(markup, "node-note", (&x, middle + 12.0), "start", &note);
        }
        markup.close(Tag::G);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_to_nowhere_are_left_out() {
        let node = |id: &str| GraphNode {
            id: id.into(),
            ..GraphNode::default()
        };
        let edge = |source: &str, target: &str| GraphEdge {
            source: source.into(),
            target: target.into(),
            ..GraphEdge::default()
        };
        let edges = [edge("a", "b"), edge("a", "c"), edge("b", "b")];
        let found: Vec<(usize, usize)> = ends(&[node("a"), node("b")], &edges)
            .iter()
            .map(|(_, source, target)| (*source, *target))
            .collect();
        assert_eq!(found, [(0, 1), (1, 1)]);
    }
}
