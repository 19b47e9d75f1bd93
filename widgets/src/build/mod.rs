//! Building trees: what the authors of plugins write.
//!
//! ```
//! use widgets::build::{self as ui, Tone};
//!
//! let tree = ui::stack()
//!     .child(ui::heading(3, "Payments"))
//!     .child(ui::badge(Tone::Good, "healthy"))
//!     .child(ui::paragraph([ui::text("All "), ui::bold("12"), ui::text(" checks pass.")]))
//!     .child(ui::button("refresh", "Refresh").primary())
//!     .into_tree();
//! assert_eq!(tree.nodes.len(), 5);
//! ```
//!
//! A function for each kind of the vocabulary. Where there is nothing more to say it gives an
//! [`Element`]; where there is, a [`Widget`] with a method for each further field, which is taken
//! wherever an element is wanted. What may be missing is handed in as an option:
//! `.children(failed.then(|| ui::badge(Tone::Bad, "failed")))`.

mod chart;
mod data;
mod diff;
mod input;
mod layout;
mod spans;

use crate::{Kind, Node, Tree};
use std::collections::BTreeSet;

pub use crate::{
    Alignment, BarSeries, Cells, Change, ChartStyle, Choice, DiffLine, FlameFrame, GraphEdge,
    GraphNode, LogField, LogLevel, LogLine, Series, Slice, Span, StateSpan, Threshold,
    TimelineEvent, Tone, TraceSpan,
};
pub use chart::*;
pub use data::*;
pub use diff::{diff, diff_lines};
pub use input::*;
pub use layout::*;
pub use spans::*;

/// A widget with what is inside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    key: Option<String>,
    kind: Kind,
    children: Vec<Element>,
}

impl Element {
    /// A widget of any kind.
    pub fn new(kind: Kind) -> Self {
        Self {
            key: None,
            kind,
            children: Vec::new(),
        }
    }

    /// Puts a widget inside, after those that are already there.
    #[must_use]
    pub fn child(mut self, child: impl Into<Element>) -> Self {
        self.children.push(child.into());
        self
    }

    /// Puts several widgets inside, in their order.
    #[must_use]
    pub fn children<E: Into<Element>>(mut self, children: impl IntoIterator<Item = E>) -> Self {
        self.children.extend(children.into_iter().map(Into::into));
        self
    }

    /// Names the widget among its siblings, so that the page knows it again in the next answer and
    /// keeps focus and scroll. Without a key its position counts.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Flattens it: parents before children, as the contract wants it.
    pub fn into_tree(self) -> Tree {
        let mut nodes = Vec::new();
        push(&mut nodes, self, "root".to_owned());
        Tree { nodes }
    }
}

/// Appends `element` and everything inside it; gives back its index.
fn push(nodes: &mut Vec<Node>, element: Element, key: String) -> u32 {
    let index = nodes.len();
    nodes.push(Node {
        key,
        kind: element.kind,
        children: Vec::new(),
    });
    let mut taken = BTreeSet::new();
    let mut children = Vec::with_capacity(element.children.len());
    for (position, mut child) in element.children.into_iter().enumerate() {
        // `#` keeps a position apart from a key that is a number.
        let key = child
            .key
            .take()
            .filter(|key| !taken.contains(key))
            .unwrap_or_else(|| format!("#{position}"));
        taken.insert(key.clone());
        children.push(push(nodes, child, key));
    }
    if let Some(node) = nodes.get_mut(index) {
        node.children = children;
    }
    index as u32
}

/// A widget whose fields are still being given. Taken wherever an [`Element`] is wanted;
/// [`Widget::build`] makes one.
#[derive(Clone, Debug)]
pub struct Widget<T> {
    kind: fn(T) -> Kind,
    fields: T,
    key: Option<String>,
    children: Vec<Element>,
}

impl<T> Widget<T> {
    fn new(kind: fn(T) -> Kind, fields: T) -> Self {
        Self {
            kind,
            fields,
            key: None,
            children: Vec::new(),
        }
    }

    /// As [`Element::child`].
    #[must_use]
    pub fn child(mut self, child: impl Into<Element>) -> Self {
        self.children.push(child.into());
        self
    }

    /// As [`Element::children`].
    #[must_use]
    pub fn children<E: Into<Element>>(mut self, children: impl IntoIterator<Item = E>) -> Self {
        self.children.extend(children.into_iter().map(Into::into));
        self
    }

    /// As [`Element::key`].
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The widget.
    pub fn build(self) -> Element {
        self.into()
    }

    /// As [`Element::into_tree`].
    pub fn into_tree(self) -> Tree {
        self.build().into_tree()
    }
}

impl<T> From<Widget<T>> for Element {
    fn from(widget: Widget<T>) -> Self {
        Self {
            key: widget.key,
            kind: (widget.kind)(widget.fields),
            children: widget.children,
        }
    }
}

/// Methods that give a field of a [`Widget`].
macro_rules! fields {
    ($target:ty { $($(#[$doc:meta])* $form:ident $name:ident $(: $type:ty)?;)* }) => {
        impl $crate::build::Widget<$target> {
            $($crate::build::fields!(@ $form $name ($($type)?) $(#[$doc])*);)*
        }
    };
    (@ text $name:ident () $(#[$doc:meta])*) => {
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, $name: impl Into<String>) -> Self {
            self.fields.$name = $name.into();
            self
        }
    };
    (@ value $name:ident ($type:ty) $(#[$doc:meta])*) => {
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, $name: $type) -> Self {
            self.fields.$name = $name;
            self
        }
    };
    // An option as well as its value.
    (@ some $name:ident ($type:ty) $(#[$doc:meta])*) => {
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, $name: impl Into<Option<$type>>) -> Self {
            self.fields.$name = $name.into();
            self
        }
    };
    (@ yes $name:ident () $(#[$doc:meta])*) => {
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self) -> Self {
            self.fields.$name = true;
            self
        }
    };
    (@ list $name:ident ($type:ty) $(#[$doc:meta])*) => {
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, $name: impl IntoIterator<Item = $type>) -> Self {
            self.fields.$name = $name.into_iter().collect();
            self
        }
    };
}
use fields;

#[cfg(test)]
mod tests;
