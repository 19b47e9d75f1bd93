//! Slots where there is no document to change: an update becomes part of the tree.

use crate::SlotUpdate;
use widgets::{Kind, Node, Tree};

/// Puts an update's tree into the first slot of its name, or behind what is there. Without such a
/// slot nothing happens, as in the page. Both trees were checked ([`widgets::check`]); what they make
/// together may still be more than is allowed.
pub fn fill_slot(tree: &mut Tree, update: SlotUpdate) {
    let named = |node: &Node| matches!(&node.kind, Kind::Slot(slot) if slot.name == update.slot);
    let Some(place) = tree.nodes.iter().position(named) else {
        return;
    };
    let Ok(first) = u32::try_from(tree.nodes.len()) else {
        return;
    };
    let children = &mut tree.nodes[place].children;
    let replaces = !update.append && !children.is_empty();
    if !update.append {
        children.clear();
    }
    if !update.tree.nodes.is_empty() {
        children.push(first);
    }
    tree.nodes
        .extend(update.tree.nodes.into_iter().map(|mut node| {
            for child in &mut node.children {
                *child = child.saturating_add(first);
            }
            node
        }));
    if replaces {
        *tree = reachable(std::mem::take(tree));
    }
}

/// The tree without nodes that nothing leads to; parents before their children, as before.
fn reachable(tree: Tree) -> Tree {
    let mut places = vec![None; tree.nodes.len()];
    let (mut order, mut ahead) = (Vec::new(), vec![0u32]);
    while let Some(index) = ahead.pop() {
        let (Some(node), Some(place @ None)) = (
            tree.nodes.get(index as usize),
            places.get_mut(index as usize),
        ) else {
            continue;
        };
        *place = u32::try_from(order.len()).ok();
        order.push(index);
        ahead.extend(node.children.iter().rev());
    }
    let mut nodes: Vec<Option<Node>> = tree.nodes.into_iter().map(Some).collect();
    let moved = order.into_iter().filter_map(|index| {
        let mut node = nodes.get_mut(index as usize)?.take()?;
        let children = node.children.iter();
        node.children = children
            .filter_map(|child| *places.get(*child as usize)?)
            .collect();
        Some(node)
    });
    Tree {
        nodes: moved.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use widgets::{Limits, build};

    fn shown() -> Tree {
        let slot = build::slot("rows").child(build::paragraph("first"));
        build::stack()
            .child(build::paragraph("before"))
            .child(slot)
            .child(build::paragraph("after"))
            .into_tree()
    }

    fn check(updates: &[(&str, bool, &str)], expected: &str) {
        let mut tree = shown();
        for (slot, append, text) in updates {
            fill_slot(
                &mut tree,
                SlotUpdate {
                    slot: (*slot).to_owned(),
                    append: *append,
                    tree: build::stack().child(build::paragraph(*text)).into_tree(),
                },
            );
            assert_eq!(widgets::check(&tree, &Limits::default()), Ok(()));
        }
        let text = widgets::text(&tree);
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(lines.join(" "), expected);
    }

    #[test]
    fn an_update_stands_in_its_slot() {
        check(&[], "before first after");
        check(&[("rows", true, "second")], "before first second after");
        check(&[("rows", false, "other")], "before other after");
        check(
            &[
                ("rows", false, "a"),
                ("rows", true, "b"),
                ("rows", true, "c"),
            ],
            "before a b c after",
        );
        check(&[("columns", false, "lost")], "before first after");
    }

    #[test]
    fn what_is_replaced_leaves_nothing_behind() {
        let mut tree = shown();
        let nodes = tree.nodes.len();
        for _ in 0..100 {
            fill_slot(
                &mut tree,
                SlotUpdate {
                    slot: "rows".to_owned(),
                    append: false,
                    tree: build::paragraph("again").into_tree(),
                },
            );
        }
        assert_eq!(tree.nodes.len(), nodes);
        fill_slot(
            &mut tree,
            SlotUpdate {
                slot: "rows".to_owned(),
                ..SlotUpdate::default()
            },
        );
        assert_eq!(tree.nodes.len(), nodes - 1);
    }
}
