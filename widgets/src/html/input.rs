//! Widgets that a person presses, types into and chooses from.

use super::{At, Place, Writer};
use crate::{Kind, markup::Tag};

impl Writer<'_> {
    pub(super) fn input(&mut self, at: At, kind: &Kind) {
        if let Kind::Form(_) = kind {
            self.open(at, Tag::Div, "form", &[]);
            self.children(at, Place::Flow);
            self.markup.close(Tag::Div);
        }
    }
}
