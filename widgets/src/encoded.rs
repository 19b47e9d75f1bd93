//! A tree that is carried and not looked at.

use crate::{Limits, Tree, TreeError, check};
use wit_data::{
    Data, DecodeError, Guest, GuestError, Layout, LiftError, Reader, Type, Wire, put_message,
};

/// The bytes of a `databook.widgets.Tree`: what is stored and sent. Who shows the tree reads it with
/// [`EncodedTree::tree`]; who hands it on needs nothing of the vocabulary.
#[derive(Clone, PartialEq, Eq)]
pub struct EncodedTree(Vec<u8>);

/// Why bytes are no tree that can be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableTree {
    #[error("a widget cannot be read: {0}")]
    Damaged(#[from] DecodeError),
    #[error(transparent)]
    Refused(#[from] TreeError),
}

impl EncodedTree {
    /// Bytes that came from elsewhere; nothing is looked at yet.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The tree, within the limits of [`Limits::default`].
    ///
    /// # Errors
    /// The bytes are no tree, or one that must not be shown.
    pub fn tree(&self) -> Result<Tree, UnreadableTree> {
        let tree = Tree::decode(&self.0)?;
        check(&tree, &Limits::default())?;
        Ok(tree)
    }
}

impl From<&Tree> for EncodedTree {
    fn from(tree: &Tree) -> Self {
        Self(tree.encode())
    }
}

impl From<Tree> for EncodedTree {
    fn from(tree: Tree) -> Self {
        Self::from(&tree)
    }
}

impl std::fmt::Debug for EncodedTree {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "EncodedTree({} bytes)", self.0.len())
    }
}

/// In a plugin's memory it is a tree; as a message it is its own bytes.
impl Data for EncodedTree {
    type Partial = Option<Self>;
    const LAYOUT: Layout = Tree::LAYOUT;
    const IS_MESSAGE: bool = true;

    fn lift(source: &mut Reader<'_>, at: u32) -> Result<Self, LiftError> {
        Tree::lift(source, at).map(Self::from)
    }

    fn lower(&self, guest: &mut dyn Guest, out: &mut [u8]) -> Result<(), GuestError> {
        // What cannot be read is shown as nothing; who shows it otherwise says why.
        Tree::decode(&self.0).unwrap_or_default().lower(guest, out)
    }

    fn put(&self, number: u32, out: &mut Vec<u8>) {
        put_message(number, out, |out| self.put_body(out));
    }

    fn put_body(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }

    fn read_body(bytes: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self(bytes.to_vec()))
    }

    fn take(partial: &mut Self::Partial, wire: Wire<'_>) -> Result<(), DecodeError> {
        *partial = Some(Self(wire.bytes()?.to_vec()));
        Ok(())
    }

    fn finish(partial: Self::Partial) -> Result<Self, DecodeError> {
        Ok(partial.unwrap_or_else(|| Self(Vec::new())))
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut String)) {
        // Nothing unread may keep a text from being seen.
        let mut tree = Tree::decode(&self.0).unwrap_or_default();
        tree.texts(visit);
        *self = Self::from(tree);
    }

    fn weight(&self) -> usize {
        self.0.len()
    }

    fn describe() -> Type {
        Tree::describe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, Node};

    fn tree(children: Vec<u32>) -> Tree {
        let node = |children| Node {
            key: "k".into(),
            kind: Kind::Stack,
            children,
        };
        Tree {
            nodes: vec![node(children), node(Vec::new())],
        }
    }

    #[test]
    fn what_is_carried_is_the_tree() {
        let encoded = EncodedTree::from(tree(vec![1]));
        assert_eq!(encoded.tree(), Ok(tree(vec![1])));
        assert_eq!(encoded.encode(), tree(vec![1]).encode());
        let again = EncodedTree::decode(&encoded.encode());
        assert_eq!(again, Ok(encoded));
    }

    #[test]
    fn reading_refuses_what_is_no_tree() {
        let encoded = EncodedTree::from(tree(vec![7]));
        let bad = TreeError::BadChild { node: 0, child: 7 };
        assert_eq!(encoded.tree(), Err(UnreadableTree::Refused(bad)));
        let damaged = EncodedTree::from_bytes(vec![0x0a, 0xff]);
        assert!(matches!(damaged.tree(), Err(UnreadableTree::Damaged(_))));
        // Node 0 says tone 9: nodes(kind(badge(tone = 9))).
        let tone = EncodedTree::from_bytes(vec![10, 6, 18, 4, 106, 2, 8, 9]);
        let words = tone.tree().map_err(|error| error.to_string());
        assert!(words.is_err_and(|words| words.contains("case 9 of `tone`")));
    }

    #[test]
    fn texts_are_seen_and_changed() {
        let mut encoded = EncodedTree::from(tree(vec![1]));
        encoded.texts(&mut |text| text.push('!'));
        let keys = encoded.tree().map(|tree| tree.nodes[0].key.clone());
        assert_eq!(keys, Ok("k!".to_owned()));
    }
}
