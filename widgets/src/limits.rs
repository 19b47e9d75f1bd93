//! What a tree may be at most, and whether its indices make a tree at all.

use crate::{Kind, Tree};
use wit_data::Data as _;

/// Most widgets of one tree: beyond it a page stops being readable and the browser slow.
pub const MAX_NODES: usize = 5_000;
/// Deepest nesting, the root counted as 1. Rendering never goes deeper, checked or not.
pub const MAX_DEPTH: usize = 32;
/// Most bytes of one tree, 4 MiB: texts and pictures byte by byte, everything in a list 8 more.
pub const MAX_BYTES: usize = 4 << 20;

/// Bounds for [`check`]; the default is this module's constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub nodes: usize,
    pub depth: usize,
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            nodes: MAX_NODES,
            depth: MAX_DEPTH,
            bytes: MAX_BYTES,
        }
    }
}

/// Why a tree is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    #[error("the widget tree has {nodes} nodes, at most {limit} are shown")]
    TooManyNodes { nodes: usize, limit: usize },
    #[error("the widget tree holds {bytes} bytes, at most {limit} are shown")]
    TooManyBytes { bytes: usize, limit: usize },
    #[error("widget {node} is nested deeper than {limit} levels")]
    TooDeep { node: usize, limit: usize },
    #[error("widget {node} names child {child}, which is not a later node of this tree")]
    BadChild { node: usize, child: u32 },
    #[error("widget {child} is the child of more than one widget")]
    SharedChild { child: u32 },
    #[error("a table of widget {node} has a row of {cells} cells under {columns} columns")]
    UnequalRow {
        node: usize,
        cells: usize,
        columns: usize,
    },
}

/// Refuses a tree that is too large or whose indices do not make a tree.
pub fn check(tree: &Tree, limits: &Limits) -> Result<(), TreeError> {
    if tree.nodes.len() > limits.nodes {
        return Err(TreeError::TooManyNodes {
            nodes: tree.nodes.len(),
            limit: limits.nodes,
        });
    }
    let bytes = tree.weight();
    if bytes > limits.bytes {
        return Err(TreeError::TooManyBytes {
            bytes,
            limit: limits.bytes,
        });
    }
    // 0: nobody's child yet. Children come after their parent, so one pass knows every depth.
    let mut depth = vec![0usize; tree.nodes.len()];
    for (index, node) in tree.nodes.iter().enumerate() {
        let own = depth[index].max(1);
        if own > limits.depth {
            return Err(TreeError::TooDeep {
                node: index,
                limit: limits.depth,
            });
        }
        for &child in &node.children {
            let place = child as usize;
            match depth.get_mut(place) {
                Some(_) if place <= index => {
                    return Err(TreeError::BadChild { node: index, child });
                }
                None => return Err(TreeError::BadChild { node: index, child }),
                Some(0) => depth[place] = own + 1,
                Some(_) => return Err(TreeError::SharedChild { child }),
            }
        }
        if let Kind::Table(table) = &node.kind {
            let columns = table.columns.len();
            if let Some(row) = table.rows.iter().find(|row| row.len() != columns) {
                return Err(TreeError::UnequalRow {
                    node: index,
                    cells: row.len(),
                    columns,
                });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Node;

    fn tree(children: &[&[u32]]) -> Tree {
        Tree {
            nodes: children
                .iter()
                .map(|children| Node {
                    key: String::new(),
                    kind: Kind::Stack,
                    children: children.to_vec(),
                })
                .collect(),
        }
    }

    #[test]
    fn indices_must_make_a_tree() {
        let check = |children: &[&[u32]]| super::check(&tree(children), &Limits::default());
        assert_eq!(check(&[]), Ok(()));
        assert_eq!(check(&[&[1, 2], &[], &[]]), Ok(()));
        assert_eq!(
            check(&[&[0]]),
            Err(TreeError::BadChild { node: 0, child: 0 })
        );
        assert_eq!(
            check(&[&[9]]),
            Err(TreeError::BadChild { node: 0, child: 9 })
        );
        assert_eq!(
            check(&[&[1, 1], &[]]),
            Err(TreeError::SharedChild { child: 1 })
        );
    }

    #[test]
    fn a_chain_may_be_as_deep_as_the_limit_and_no_deeper() {
        let chain = |depth: u32| {
            let nodes = (1..=depth).map(|next| Node {
                key: String::new(),
                kind: Kind::Quote,
                children: if next < depth { vec![next] } else { Vec::new() },
            });
            Tree {
                nodes: nodes.collect(),
            }
        };
        assert_eq!(check(&chain(32), &Limits::default()), Ok(()));
        assert_eq!(
            check(&chain(33), &Limits::default()),
            Err(TreeError::TooDeep {
                node: 32,
                limit: 32
            })
        );
    }

    #[test]
    fn text_and_nodes_are_counted() {
        let limits = Limits {
            nodes: 1,
            bytes: 10,
            ..Limits::default()
        };
        assert!(matches!(
            check(&tree(&[&[1], &[]]), &limits),
            Err(TreeError::TooManyNodes { nodes: 2, limit: 1 })
        ));
        let mut long = tree(&[&[]]);
        long.nodes[0].key = "a key of more than ten bytes".into();
        assert!(matches!(
            check(&long, &limits),
            Err(TreeError::TooManyBytes { .. })
        ));
    }
}
