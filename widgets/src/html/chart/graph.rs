//! Things and what leads from one to another, in layers from left to right.

use super::draw::{CHARACTER_PX, marked, push_path, push_text, push_title, px};
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
use std::collections::{BTreeMap, HashMap};

const MAX_NODES: usize = 100;
const MAX_EDGES: usize = 300;
const NODE_HEIGHT_PX: f64 = 44.0;
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
const MARGIN_PX: f64 = 20.0;
/// Between layers: as far as the labels of edges need, within these.
const GAPS_PX: (f64, f64) = (56.0, 184.0);
const TITLE_CHARACTERS: usize = 20;
const NOTE_CHARACTERS: usize = 22;
const LABEL_CHARACTERS: usize = 22;
/// Left and right of a label: the line is still seen.
const LABEL_ROOM_PX: f64 = 28.0;
const LABEL_HEIGHT_PX: f64 = 14.0;
const ARROW_PX: (f64, f64) = (8.0, 4.0);
/// Edges at one side of a node keep apart as far as its height allows.
const PORT_PX: f64 = 11.0;
const PORTS_PX: f64 = 32.0;

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
        drawing.push_nodes(markup, nodes, &layout);
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

/// Routes whose ends are spread over the sides of their nodes, in the order of where they go.
fn with_ports(places: &[(usize, usize)], routes: &[Route]) -> Vec<Route> {
    /// An end of an edge, and how high the edge goes from there.
    struct Port {
        edge: usize,
        starts: bool,
        y: f64,
    }
    // By node, then by side.
    let mut sides: BTreeMap<(usize, bool), Vec<Port>> = BTreeMap::new();
    for (edge, ((source, target), route)) in places.iter().zip(routes).enumerate() {
        if let Route::Through(spots) = route
            && let ([_, next, ..], [.., before, _]) = (spots.as_slice(), spots.as_slice())
        {
            let right = leads_on(spots);
            let start = Port {
                edge,
                starts: true,
                y: next.y,
            };
            sides.entry((*source, right)).or_default().push(start);
            let end = Port {
                edge,
                starts: false,
                y: before.y,
            };
            sides.entry((*target, !right)).or_default().push(end);
        }
    }
    let mut routes = routes.to_vec();
    for side in sides.values_mut() {
        side.sort_by(|a, b| a.y.total_cmp(&b.y));
        let between = side.len().saturating_sub(1) as f64;
        let step = PORT_PX.min(PORTS_PX / between.max(1.0));
        for (place, port) in side.iter().enumerate() {
            if let Some(Route::Through(spots)) = routes.get_mut(port.edge) {
                let end = if port.starts {
                    spots.first_mut()
                } else {
                    spots.last_mut()
                };
                if let Some(spot) = end {
                    spot.y += (place as f64 - between / 2.0) * step;
                }
            }
        }
    }
    routes
}

/// The place of a label.
struct Plate {
    x: f64,
    y: f64,
    half: f64,
}

impl Plate {
    fn overlaps(&self, other: &Self) -> bool {
        (self.x - other.x).abs() < self.half + other.half
            && (self.y - other.y).abs() < LABEL_HEIGHT_PX
    }
}

/// Where things are in pixels.
struct Drawing {
    /// The width of a node.
    node: f64,
    /// From one layer to the next.
    step: f64,
}

impl Drawing {
    /// The left edge of a layer, and the middle of a spot.
    fn at(&self, spot: Spot) -> (f64, f64) {
        (
            MARGIN_PX + spot.layer as f64 * self.step,
            MARGIN_PX + spot.y,
        )
    }

    fn push_edge(
        &self,
        markup: &mut Markup,
        edge: &GraphEdge,
        route: &Route,
        own: Spot,
        title: &str,
    ) {
        let d = match route {
            Route::Around => self.around(own),
            Route::Through(spots) => self.through(spots),
        };
        markup.open(Tag::G, &[(Class, "edge"), (DataTone, edge.tone.name())]);
        push_path(markup, "edge-line", &d, title);
        let (x, y, forward) = match route {
            Route::Around => {
                let (left, middle) = self.at(own);
                (
                    left + self.node / 2.0 + 16.0,
                    middle - NODE_HEIGHT_PX / 2.0,
                    None,
                )
            }
            Route::Through(spots) => {
                let forward = leads_on(spots);
                let (left, middle) = self.at(spots.last().copied().unwrap_or(own));
                let x = if forward { left } else { left + self.node };
                (x, middle, Some(forward))
            }
        };
        let (length, half) = ARROW_PX;
        let points = match forward {
            None => [(x - half, y - length), (x, y), (x + half, y - length)],
            Some(true) => [(x - length, y - half), (x, y), (x - length, y + half)],
            Some(false) => [(x + length, y - half), (x, y), (x + length, y + half)],
        };
        let points: Vec<String> = points
            .iter()
            .map(|(x, y)| format!("{} {}", px(*x), px(*y)))
            .collect();
        let attributes = [(Class, "edge-head"), (Points, &*points.join(" "))];
        markup.open(Tag::Polygon, &attributes).close(Tag::Polygon);
        markup.close(Tag::G);
    }

    /// A loop over the top of a node.
    fn around(&self, own: Spot) -> String {
        let (left, middle) = self.at(own);
        let (x, y) = (left + self.node / 2.0, middle - NODE_HEIGHT_PX / 2.0);
        format!(
            "M{} {}C{} {} {} {} {} {}",
            px(x - 16.0),
            px(y),
            px(x - 16.0),
            px(y - 18.0),
            px(x + 16.0),
            px(y - 22.0),
            px(x + 16.0),
            px(y - ARROW_PX.0),
        )
    }

    /// Curves between layers, straight past what is in them.
    fn through(&self, spots: &[Spot]) -> String {
        let forward = leads_on(spots);
        let last = spots.len().saturating_sub(1);
        let mut d = String::new();
        let mut from = (0.0, 0.0);
        for (place, spot) in spots.iter().enumerate() {
            let (left, y) = self.at(*spot);
            let (entry, exit) = if forward {
                (left, left + self.node)
            } else {
                (left + self.node, left)
            };
            if place > 0 {
                // The line ends where the head begins.
                let tip = if place == last { ARROW_PX.0 } else { 0.0 };
                let entry = if forward { entry - tip } else { entry + tip };
                let bend = (entry + from.0) / 2.0;
                d.push_str(&format!(
                    "C{} {} {} {} {} {}",
                    px(bend),
                    px(from.1),
                    px(bend),
                    px(y),
                    px(entry),
                    px(y)
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

    /// On the first part of the line, in its middle or as near to it as other labels allow.
    fn push_label(
        &self,
        markup: &mut Markup,
        edge: &GraphEdge,
        route: &Route,
        own: Spot,
        labels: &mut Vec<Plate>,
    ) {
        if edge.label.is_empty() {
            return;
        }
        let text = cut(&marked(edge.tone, &edge.label), LABEL_CHARACTERS);
        let half = text.chars().count() as f64 * CHARACTER_PX / 2.0 + 2.0;
        let mut places = self.label_places(route, own).into_iter();
        let Some(first) = places.next() else {
            return;
        };
        let plate = |(x, y): (f64, f64)| Plate { x, y, half };
        let free = [first].into_iter().chain(places).map(plate);
        let mut free = free.filter(|plate| !labels.iter().any(|other| other.overlaps(plate)));
        let plate = free.next().unwrap_or(plate(first));
        markup.open(Tag::G, &[(DataTone, edge.tone.name())]);
        let attributes = [
            (Class, "edge-plate"),
            (X, &*px(plate.x - half)),
            (Y, &*px(plate.y - LABEL_HEIGHT_PX / 2.0)),
            (Width, &*px(2.0 * half)),
            (Height, &*px(LABEL_HEIGHT_PX)),
        ];
        markup.open(Tag::Rect, &attributes).close(Tag::Rect);
        push_text(
            markup,
            "edge-label",
            (&px(plate.x), plate.y + 4.0),
            "middle",
            &text,
        );
        markup.close(Tag::G);
        labels.push(plate);
    }

    /// Where a label may stand, the best first.
    fn label_places(&self, route: &Route, own: Spot) -> Vec<(f64, f64)> {
        let Route::Through(spots) = route else {
            let (left, middle) = self.at(own);
            let top = middle - NODE_HEIGHT_PX / 2.0;
            return vec![(left + self.node / 2.0, top - 16.0)];
        };
        let [first, second, ..] = spots.as_slice() else {
            return Vec::new();
        };
        let ((a, from), (b, to)) = (self.at(*first), self.at(*second));
        let x = (a + b + self.node) / 2.0;
        // Along the curve the height changes like this; across, labels stay in the middle of the
        // gap, where nodes are not.
        let along = [0.5, 0.36, 0.64, 0.24, 0.76, 0.0, 1.0];
        let on_curve = along.map(|t: f64| {
            let share = t * t * (3.0 - 2.0 * t);
            (x, from + (to - from) * share)
        });
        let beside =
            [-1.0, 1.0, -2.0, 2.0].map(|lines| (x, on_curve[0].1 + lines * LABEL_HEIGHT_PX));
        on_curve.into_iter().chain(beside).collect()
    }

    fn push_nodes(&self, markup: &mut Markup, nodes: &[GraphNode], layout: &Layout) {
        for (node, spot) in nodes.iter().zip(&layout.nodes) {
            let (left, middle) = self.at(*spot);
            let top = middle - NODE_HEIGHT_PX / 2.0;
            markup.open(Tag::G, &[(Class, "node"), (DataTone, node.tone.name())]);
            push_title(
                markup,
                &join(&[named(node.tone, title_of(node)), node.note.clone()], "\n"),
            );
            let attributes = [
                (X, &*px(left)),
                (Y, &*px(top)),
                (Width, &*px(self.node)),
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
}

fn leads_on(spots: &[Spot]) -> bool {
    let layer = |spot: Option<&Spot>| spot.map_or(0, |spot| spot.layer);
    layer(spots.first()) < layer(spots.last())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_at_one_side_keep_apart() {
        let places = [(0, 1), (0, 2)];
        let layout = layout(3, &places, ROOM);
        let starts: Vec<f64> = with_ports(&places, &layout.routes)
            .iter()
            .filter_map(|route| match route {
                Route::Through(spots) => spots.first().map(|spot| spot.y - layout.nodes[0].y),
                Route::Around => None,
            })
            .collect();
        assert_eq!(starts, [-PORT_PX / 2.0, PORT_PX / 2.0]);
    }

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
