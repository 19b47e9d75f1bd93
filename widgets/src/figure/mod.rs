//! What charts show, worked out from data that may be anything, before it is drawn or written.
//!
//! Not for markup and not for lines of text: those are made from this.

pub(crate) mod buckets;
pub(crate) mod flame;
pub(crate) mod heat;
pub(crate) mod hierarchy;
pub(crate) mod layers;
pub(crate) mod parts;
pub(crate) mod points;
pub(crate) mod words;
