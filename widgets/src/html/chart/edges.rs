//! The lines between the nodes of a graph: their ends, curves, heads and labels.

use super::{
    draw::{CHARACTER_PX, marked, push_path, push_text, px},
    graph::{LABEL_CHARACTERS, MARGIN_PX, NODE_HEIGHT_PX},
};
use crate::{
    GraphEdge,
    figure::{
        layers::{Route, Spot},
        words::cut,
    },
    markup::{Attribute, Markup, Tag},
};
use Attribute::{Class, DataTone, Height, Points, Width, X, Y};
use std::collections::BTreeMap;

const LABEL_HEIGHT_PX: f64 = 14.0;
const ARROW_PX: (f64, f64) = (8.0, 4.0);
/// Edges at one side of a node keep apart as far as its height allows.
const PORT_PX: f64 = 11.0;
const PORTS_PX: f64 = 32.0;

/// Where things are in pixels.
pub(super) struct Drawing {
    /// The width of a node.
    pub node: f64,
    /// From one layer to the next.
    pub step: f64,
}

impl Drawing {
    /// The left edge of a layer, and the middle of a spot.
    pub(super) fn at(&self, spot: Spot) -> (f64, f64) {
        (
            MARGIN_PX + spot.layer as f64 * self.step,
            MARGIN_PX + spot.y,
        )
    }

    pub(super) fn push_edge(
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
    pub(super) fn push_label(
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
}

/// Routes whose ends are spread over the sides of their nodes, in the order of where they go.
pub(super) fn with_ports(places: &[(usize, usize)], routes: &[Route]) -> Vec<Route> {
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

fn leads_on(spots: &[Spot]) -> bool {
    let layer = |spot: Option<&Spot>| spot.map_or(0, |spot| spot.layer);
    layer(spots.first()) < layer(spots.last())
}

/// The place of a label.
pub(super) struct Plate {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::layers::{Room, layout};

    #[test]
    fn ends_at_one_side_keep_apart() {
        let room = Room {
            node: 72.0,
            passing: 32.0,
        };
        let places = [(0, 1), (0, 2)];
        let layout = layout(3, &places, room);
        let starts: Vec<f64> = with_ports(&places, &layout.routes)
            .iter()
            .filter_map(|route| match route {
                Route::Through(spots) => spots.first().map(|spot| spot.y - layout.nodes[0].y),
                Route::Around => None,
            })
            .collect();
        assert_eq!(starts, [-PORT_PX / 2.0, PORT_PX / 2.0]);
    }
}
