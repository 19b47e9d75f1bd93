//! A graph in layers from left to right, after Sugiyama, Tagawa and Toda, "Methods for Visual
//! Understanding of Hierarchical System Structures" (1981): circles cut at an edge that leads back,
//! longest-path layers, stand-ins where an edge passes a layer, order by barycentres.

/// Passes over all layers to order them, and to place them.
const ORDER_PASSES: usize = 8;
const PLACE_PASSES: usize = 8;

/// The room that one thing takes in its layer, its distance to the next included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    pub node: f64,
    /// Of an edge that passes a layer.
    pub passing: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spot {
    pub layer: usize,
    /// The middle; the topmost edge of all rooms is at 0.
    pub y: f64,
}

/// How an edge runs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Route {
    /// From a node to itself.
    Around,
    /// The spots from the source to the target, one in each layer on the way.
    Through(Vec<Spot>),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Layout {
    pub nodes: Vec<Spot>,
    pub routes: Vec<Route>,
    pub layers: usize,
    pub height: f64,
}

/// Lays out nodes 0 to `count` with edges between them; the ends of edges must be nodes.
pub(crate) fn layout(count: usize, edges: &[(usize, usize)], room: Room) -> Layout {
    let back = leads_back(count, edges);
    let layer = longest_paths(count, edges, &back);
    let mut slots: Vec<Slot> = layer
        .iter()
        .map(|layer| Slot::new(*layer, room.node))
        .collect();
    let mut chains = Vec::with_capacity(edges.len());
    for &(source, target) in edges {
        let (first, last) = if layer[source] <= layer[target] {
            (source, target)
        } else {
            (target, source)
        };
        let mut chain = vec![first];
        if source != target {
            for passed in layer[first] + 1..layer[last] {
                chain.push(slots.len());
                slots.push(Slot::new(passed, room.passing));
            }
            chain.push(last);
            for pair in chain.windows(2) {
                slots[pair[0]].right.push(pair[1]);
                slots[pair[1]].left.push(pair[0]);
            }
        }
        if first != source {
            chain.reverse();
        }
        chains.push(chain);
    }
    let layers = layer.iter().max().map_or(0, |last| last + 1);
    let mut order = vec![Vec::new(); layers];
    for (index, slot) in slots.iter().enumerate() {
        order[slot.layer].push(index);
    }
    arrange(&slots, &mut order);
    let middles = place(&slots, &order);
    let top = |(slot, y): (&Slot, &f64)| y - slot.room / 2.0;
    let bottom = |(slot, y): (&Slot, &f64)| y + slot.room / 2.0;
    let highest = slots.iter().zip(&middles).map(top).fold(f64::MAX, f64::min);
    let lowest = slots
        .iter()
        .zip(&middles)
        .map(bottom)
        .fold(f64::MIN, f64::max);
    let spot = |index: usize| Spot {
        layer: slots[index].layer,
        y: middles[index] - highest,
    };
    let route = |chain: &Vec<usize>| match chain.as_slice() {
        [_] => Route::Around,
        chain => Route::Through(chain.iter().map(|index| spot(*index)).collect()),
    };
    Layout {
        nodes: (0..count).map(spot).collect(),
        routes: chains.iter().map(route).collect(),
        layers,
        height: if count == 0 { 0.0 } else { lowest - highest },
    }
}

/// A node, or an edge where it passes a layer.
struct Slot {
    layer: usize,
    room: f64,
    left: Vec<usize>,
    right: Vec<usize>,
}

impl Slot {
    fn new(layer: usize, room: f64) -> Self {
        Self {
            layer,
            room,
            left: Vec::new(),
            right: Vec::new(),
        }
    }
}

/// Which edges close a circle, walking from the nodes that nothing leads to, then from the rest.
fn leads_back(count: usize, edges: &[(usize, usize)]) -> Vec<bool> {
    let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut entered = vec![false; count];
    for (index, &(source, target)) in edges.iter().enumerate() {
        leaving[source].push(index);
        entered[target] |= source != target;
    }
    let mut back = vec![false; edges.len()];
    let mut seen = vec![false; count];
    let mut on_path = vec![false; count];
    let (rest, starts): (Vec<usize>, Vec<usize>) = (0..count).partition(|node| entered[*node]);
    for start in starts.into_iter().chain(rest) {
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        on_path[start] = true;
        let mut path = vec![(start, 0)];
        while let Some((node, next)) = path.last_mut() {
            let Some(&edge) = leaving[*node].get(*next) else {
                on_path[*node] = false;
                path.pop();
                continue;
            };
            *next += 1;
            let target = edges[edge].1;
            back[edge] = on_path[target];
            if !std::mem::replace(&mut seen[target], true) {
                on_path[target] = true;
                path.push((target, 0));
            }
        }
    }
    back
}

/// Each node one layer after the last one that leads to it; those that nothing leads to stand
/// right before the first that they lead to.
fn longest_paths(count: usize, edges: &[(usize, usize)], back: &[bool]) -> Vec<usize> {
    let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut missing = vec![0usize; count];
    for (&(source, target), _) in edges.iter().zip(back).filter(|(_, back)| !**back) {
        leaving[source].push(target);
        missing[target] += 1;
    }
    let begins: Vec<bool> = missing.iter().map(|missing| *missing == 0).collect();
    let mut layer = vec![0usize; count];
    let mut ready: Vec<usize> = (0..count).filter(|node| missing[*node] == 0).collect();
    while let Some(node) = ready.pop() {
        for &target in &leaving[node] {
            layer[target] = layer[target].max(layer[node] + 1);
            missing[target] -= 1;
            if missing[target] == 0 {
                ready.push(target);
            }
        }
    }
    for node in (0..count).filter(|node| begins[*node]) {
        let first = leaving[node].iter().map(|target| layer[*target]).min();
        layer[node] = first.map_or(0, |first| first.saturating_sub(1));
    }
    layer
}

/// Orders each layer by where its neighbours stand, from the left and from the right in turn.
fn arrange(slots: &[Slot], order: &mut [Vec<usize>]) {
    let mut rank = vec![0.0; slots.len()];
    let number = |rank: &mut Vec<f64>, layer: &[usize]| {
        for (place, slot) in layer.iter().enumerate() {
            rank[*slot] = place as f64;
        }
    };
    for layer in order.iter() {
        number(&mut rank, layer);
    }
    for pass in 0..ORDER_PASSES {
        let rightward = pass % 2 == 0;
        for step in 0..order.len() {
            let at = if rightward {
                step
            } else {
                order.len() - 1 - step
            };
            let wanted: Vec<(f64, usize)> = order[at]
                .iter()
                .map(|&slot| {
                    let near = if rightward {
                        &slots[slot].left
                    } else {
                        &slots[slot].right
                    };
                    (mean(near, &rank).unwrap_or(rank[slot]), slot)
                })
                .collect();
            let mut wanted = wanted;
            wanted.sort_by(|a, b| a.0.total_cmp(&b.0));
            order[at] = wanted.into_iter().map(|(_, slot)| slot).collect();
            number(&mut rank, &order[at]);
        }
    }
}

/// The middle of each slot: as near to its neighbours as the order and the rooms allow.
fn place(slots: &[Slot], order: &[Vec<usize>]) -> Vec<f64> {
    let mut middles = vec![0.0; slots.len()];
    for layer in order {
        settle(slots, layer, &vec![0.0; layer.len()], &mut middles);
    }
    for pass in 0..PLACE_PASSES {
        for step in 0..order.len() {
            let at = if pass % 2 == 0 {
                step
            } else {
                order.len() - 1 - step
            };
            let wanted: Vec<f64> = order[at]
                .iter()
                .map(|&slot| {
                    let (left, right) = (&slots[slot].left, &slots[slot].right);
                    let sides = [mean(left, &middles), mean(right, &middles)];
                    let known: Vec<f64> = sides.into_iter().flatten().collect();
                    match known.as_slice() {
                        [] => middles[slot],
                        sides => sides.iter().sum::<f64>() / sides.len() as f64,
                    }
                })
                .collect();
            settle(slots, &order[at], &wanted, &mut middles);
        }
    }
    middles
}

/// Keeps a layer's slots apart, their common middle where they want to be.
fn settle(slots: &[Slot], layer: &[usize], wanted: &[f64], middles: &mut [f64]) {
    let mut below = f64::MIN;
    let mut moved = 0.0;
    for (&slot, &wanted) in layer.iter().zip(wanted) {
        let half = slots[slot].room / 2.0;
        let middle = wanted.max(below + half);
        below = middle + half;
        moved += middle - wanted;
        middles[slot] = middle;
    }
    let shift = moved / layer.len().max(1) as f64;
    for &slot in layer {
        middles[slot] -= shift;
    }
}

fn mean(near: &[usize], values: &[f64]) -> Option<f64> {
    let sum: f64 = near.iter().map(|index| values[*index]).sum();
    (!near.is_empty()).then(|| sum / near.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ROOM: Room = Room {
        node: 60.0,
        passing: 20.0,
    };

    fn layers(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
        let layout = layout(count, edges, ROOM);
        layout.nodes.iter().map(|spot| spot.layer).collect()
    }

    #[test]
    fn nodes_stand_after_all_that_lead_to_them() {
        assert_eq!(layers(0, &[]), []);
        assert_eq!(layers(4, &[(0, 1), (1, 2), (0, 2), (2, 3)]), [0, 1, 2, 3]);
        assert_eq!(layers(3, &[(0, 1), (1, 0), (1, 2)]), [0, 1, 2]);
        assert_eq!(layers(2, &[(0, 0), (1, 0)]), [1, 0]);
        assert_eq!(layers(4, &[(0, 1), (1, 2), (3, 2)]), [0, 1, 2, 1]);
    }

    #[test]
    fn edges_pass_layers_on_their_own_way() {
        let layout = layout(3, &[(0, 1), (1, 2), (0, 2), (2, 0), (1, 1)], ROOM);
        let spots = |route: &Route| match route {
            Route::Around => 1,
            Route::Through(spots) => spots.len(),
        };
        let lengths: Vec<usize> = layout.routes.iter().map(spots).collect();
        assert_eq!(lengths, [2, 2, 3, 3, 1]);
    }

    #[test]
    fn crossed_edges_are_sorted_out() {
        let layout = layout(4, &[(0, 3), (1, 2)], ROOM);
        let y = |node: usize| layout.nodes[node].y;
        assert_eq!(y(0) < y(1), y(3) < y(2));
        assert_eq!((y(0), y(1)), (y(3), y(2)));
    }

    proptest! {
        #[test]
        fn nothing_overlaps(edges in prop::collection::vec((0usize..12, 0usize..12), 0..40)) {
            let layout = layout(12, &edges, ROOM);
            for (index, one) in layout.nodes.iter().enumerate() {
                prop_assert!(one.y - 30.0 >= -1e-6 && one.y + 30.0 <= layout.height + 1e-6);
                for other in &layout.nodes[index + 1..] {
                    prop_assert!(one.layer != other.layer || (one.y - other.y).abs() >= 59.999);
                }
            }
        }
    }
}
