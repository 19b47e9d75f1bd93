//! Frames of a profile, each within the frame that called it.

use super::{
    hierarchy::{order, parent},
    words::drawable,
};
use crate::FlameGraph;
use scale::Unit;

/// A frame and its place; shares are of all that was spent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Frame {
    pub index: usize,
    pub depth: usize,
    /// In the base unit, with what is in its children.
    pub value: f64,
    pub from: f64,
    pub to: f64,
    /// What is in none of its children.
    pub own_share: f64,
}

impl Frame {
    pub(crate) fn share(&self) -> f64 {
        self.to - self.from
    }
}

/// The frames of which anything was spent, in the order of reading, the widest sibling first.
/// Children that have more than their parent are cut at its end.
pub(crate) fn frames(graph: &FlameGraph, unit: &Unit) -> Vec<Frame> {
    let value = |index: usize| {
        let value = unit.base(graph.frames[index].value);
        if drawable(value) { value.max(0.0) } else { 0.0 }
    };
    let parents: Vec<Option<u32>> = graph.frames.iter().map(|frame| frame.parent).collect();
    let places = order(&parents, |index| -value(index));
    let roots = places.iter().filter(|place| place.depth == 0);
    let total: f64 = roots.map(|place| value(place.index)).sum();
    if total <= 0.0 || !total.is_finite() {
        return Vec::new();
    }
    // Where the next child of each frame begins, and where the frame ends.
    let mut next = vec![0.0; graph.frames.len()];
    let mut end = vec![0.0; graph.frames.len()];
    let mut next_root = 0.0;
    let mut frames = Vec::with_capacity(places.len());
    for place in &places {
        let share = value(place.index) / total;
        let (begin, limit) = match parent(&parents, place.index) {
            Some(parent) => (&mut next[parent], end[parent]),
            None => (&mut next_root, 1.0),
        };
        let from = *begin;
        let to = (from + share).min(limit);
        *begin = to;
        next[place.index] = from;
        end[place.index] = to;
        if to > from {
            frames.push(Frame {
                index: place.index,
                depth: place.depth,
                value: value(place.index),
                from,
                to,
                own_share: 0.0,
            });
        }
    }
    for frame in &mut frames {
        frame.own_share = (frame.to - next[frame.index]).max(0.0);
    }
    frames
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FlameFrame;

    #[test]
    fn children_stay_within_their_parent() {
        let frame = |parent, value| FlameFrame {
            parent,
            name: String::new(),
            value,
        };
        let graph = FlameGraph {
            frames: vec![
                frame(None, 8.0),
                frame(Some(0), 2.0),
                frame(Some(0), 4.0),
                frame(Some(2), 100.0),
                frame(Some(0), f64::NAN),
            ],
            ..FlameGraph::default()
        };
        let frames = frames(&graph, &Unit::number());
        let found: Vec<(usize, f64, f64, f64)> = frames
            .iter()
            .map(|f| (f.index, f.from, f.to, f.own_share))
            .collect();
        assert_eq!(
            found,
            [
                (0, 0.0, 1.0, 0.25),
                (2, 0.0, 0.5, 0.0),
                (3, 0.0, 0.5, 0.5),
                (1, 0.5, 0.75, 0.25),
            ]
        );
    }
}
