//! An example of each widget, as it would stand in a notebook during an incident: for the gallery,
//! for pictures and for tests.

mod chart;
mod input;
mod layout;
mod text;

pub use chart::charts;

use crate::{Kind, Node, Span, Tone, Tree};

/// 2026-11-23 03:12:10 UTC: when the examples are looked at.
pub const NOW_MS: i64 = 1_795_403_530_000;

/// A widget to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The kind's name in `wit/`, with what is special about this one behind it.
    pub name: &'static str,
    pub tree: Tree,
}

/// All of them, in the order of reading.
pub fn samples() -> Vec<Sample> {
    [
        text::text(),
        chart::charts(),
        input::input(),
        layout::layout(),
    ]
    .concat()
}

/// A widget with its children, before they have indices.
struct Branch {
    kind: Kind,
    children: Vec<Branch>,
}

fn leaf(kind: Kind) -> Branch {
    branch(kind, Vec::new())
}

fn branch(kind: Kind, children: Vec<Branch>) -> Branch {
    Branch { kind, children }
}

fn sample(name: &'static str, root: Branch) -> Sample {
    let mut tree = Tree::default();
    add(&mut tree, root, 0);
    Sample { name, tree }
}

/// Gives the index of the widget; its children come behind it.
fn add(tree: &mut Tree, branch: Branch, place: usize) -> u32 {
    let index = tree.nodes.len();
    tree.nodes.push(Node {
        key: place.to_string(),
        kind: branch.kind,
        children: Vec::new(),
    });
    for (place, child) in branch.children.into_iter().enumerate() {
        let child = add(tree, child, place);
        tree.nodes[index].children.push(child);
    }
    u32::try_from(index).unwrap_or(u32::MAX)
}

fn paragraph(text: &str) -> Branch {
    leaf(Kind::Paragraph(vec![Span::plain(text)]))
}

fn code(text: &str) -> Span {
    Span {
        code: true,
        ..Span::plain(text)
    }
}

fn toned(tone: Tone, text: &str) -> Span {
    Span {
        tone,
        ..Span::plain(text)
    }
}
