//! Widgets that are looked at: drawn as SVG, with words for those who do not see it.

use super::{At, Writer};
use crate::Kind;

impl Writer<'_> {
    pub(super) fn chart(&mut self, at: At, kind: &Kind) {
        let _ = (at, kind);
    }
}
