//! Text changes: `[retain | delete | insert]` lists over the whole text, in UTF-16 code units.
//!
//! UTF-16 because that is what a browser's editors count in. A position inside a surrogate
//! pair is refused when a change is applied; no function here makes one where its input had none.

mod combine;
mod diff;
#[cfg(test)]
mod tests;

pub use diff::{diff, diff_at};
use std::ops::Range;

/// One step of a change.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    Retain(u32),
    Delete(u32),
    Insert(String),
}

impl Step {
    /// UTF-16 code units that the step passes over or inserts.
    pub fn length(&self) -> u32 {
        match self {
            Self::Retain(length) | Self::Delete(length) => *length,
            Self::Insert(text) => utf16_len(text),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Retain(length) | Self::Delete(length) => *length == 0,
            Self::Insert(text) => text.is_empty(),
        }
    }
}

/// A change of a text, in normal form: the steps go from the start of the text to its last
/// changed place (what follows is retained), no step is empty, equal neighbours are merged,
/// and an insertion comes before a deletion at the same place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TextChange {
    steps: Vec<Step>,
}

/// Which of two things at one place stands further left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

/// Why a change does not fit a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    #[error("the change reaches to {position}, past the end of the text at {length}")]
    PastEnd { position: u64, length: u32 },
    #[error("position {position} is inside a character")]
    InsideCharacter { position: u64 },
}

/// Length of a text in UTF-16 code units, at most `u32::MAX`.
pub fn utf16_len(text: &str) -> u32 {
    // Every byte but continuation bytes starts a character; four-byte ones take two units.
    let units = text
        .bytes()
        .map(|byte| usize::from(byte & 0xc0 != 0x80) + usize::from(byte >= 0xf0))
        .sum::<usize>();
    u32::try_from(units).unwrap_or(u32::MAX)
}

/// The byte index that is `units` UTF-16 code units into `text`.
fn byte_index(text: &str, units: u32) -> Result<usize, IndexError> {
    let mut left = units;
    for (index, character) in text.char_indices() {
        if left == 0 {
            return Ok(index);
        }
        let width = character.len_utf16() as u32;
        left = left.checked_sub(width).ok_or(IndexError::Inside)?;
    }
    if left == 0 {
        Ok(text.len())
    } else {
        Err(IndexError::PastEnd)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum IndexError {
    PastEnd,
    Inside,
}

impl TextChange {
    /// Brings any list of steps into normal form.
    pub fn from_steps(steps: Vec<Step>) -> Self {
        let mut builder = Builder::default();
        for step in steps {
            builder.push(step);
        }
        builder.finish()
    }

    /// Replaces a range of the text; an empty range inserts, an empty text deletes.
    pub fn replace(range: Range<u32>, insert: impl Into<String>) -> Self {
        Self::from_steps(vec![
            Step::Retain(range.start),
            Step::Insert(insert.into()),
            Step::Delete(range.end.saturating_sub(range.start)),
        ])
    }

    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    pub fn into_steps(self) -> Vec<Step> {
        self.steps
    }

    /// True when every text stays as it is.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Length of the shortest text that the change fits, in UTF-16 code units.
    pub fn reach(&self) -> u64 {
        self.steps
            .iter()
            .map(|step| match step {
                Step::Retain(length) | Step::Delete(length) => u64::from(*length),
                Step::Insert(_) => 0,
            })
            .sum()
    }

    /// The changed text.
    ///
    /// # Errors
    /// When the change reaches past the end of `text` or into the middle of a character.
    pub fn apply(&self, text: &str) -> Result<String, ChangeError> {
        let mut result = String::with_capacity(text.len());
        let mut rest = Rest::new(text);
        for step in &self.steps {
            match step {
                Step::Retain(length) => result.push_str(rest.take(*length)?),
                Step::Delete(length) => {
                    rest.take(*length)?;
                }
                Step::Insert(inserted) => result.push_str(inserted),
            }
        }
        result.push_str(rest.text);
        Ok(result)
    }

    /// The change that takes the changed text back to `before`.
    ///
    /// # Errors
    /// As [`TextChange::apply`].
    pub fn invert(&self, before: &str) -> Result<Self, ChangeError> {
        let mut builder = Builder::default();
        let mut rest = Rest::new(before);
        for step in &self.steps {
            match step {
                Step::Retain(length) => {
                    rest.take(*length)?;
                    builder.push(Step::Retain(*length));
                }
                Step::Delete(length) => {
                    builder.push(Step::Insert(rest.take(*length)?.to_owned()));
                }
                Step::Insert(inserted) => builder.push(Step::Delete(utf16_len(inserted))),
            }
        }
        Ok(builder.finish())
    }

    /// Where a position of the text is after the change. `side` says where it stays when
    /// something is inserted right there; a position in deleted text moves to its start.
    pub fn map_position(&self, position: u32, side: Side) -> u32 {
        let mut before = 0u32;
        let mut after = 0u32;
        for step in &self.steps {
            if before > position || (before == position && side == Side::Left) {
                break;
            }
            match step {
                Step::Retain(length) => {
                    if position - before < *length {
                        break;
                    }
                    before = before.saturating_add(*length);
                    after = after.saturating_add(*length);
                }
                Step::Delete(length) => {
                    if position - before < *length {
                        return after;
                    }
                    before = before.saturating_add(*length);
                }
                Step::Insert(text) => after = after.saturating_add(utf16_len(text)),
            }
        }
        after.saturating_add(position - before)
    }
}

/// What of a text is not walked over yet.
struct Rest<'a> {
    text: &'a str,
    position: u64,
}

impl<'a> Rest<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, position: 0 }
    }

    fn take(&mut self, units: u32) -> Result<&'a str, ChangeError> {
        let position = self.position + u64::from(units);
        let index = byte_index(self.text, units).map_err(|error| match error {
            IndexError::Inside => ChangeError::InsideCharacter { position },
            IndexError::PastEnd => ChangeError::PastEnd {
                position,
                length: u32::try_from(self.position + u64::from(utf16_len(self.text)))
                    .unwrap_or(u32::MAX),
            },
        })?;
        let (taken, rest) = self.text.split_at(index);
        self.text = rest;
        self.position = position;
        Ok(taken)
    }
}

/// Collects steps into normal form.
#[derive(Default)]
struct Builder {
    steps: Vec<Step>,
}

impl Builder {
    fn push(&mut self, step: Step) {
        if step.is_empty() {
            return;
        }
        let step = match (self.steps.last_mut(), step) {
            (Some(Step::Retain(length)), Step::Retain(more))
            | (Some(Step::Delete(length)), Step::Delete(more)) => {
                *length = length.saturating_add(more);
                return;
            }
            (Some(Step::Insert(text)), Step::Insert(more)) => {
                text.push_str(&more);
                return;
            }
            (Some(Step::Delete(_)), Step::Insert(more)) => {
                self.insert_before_delete(more);
                return;
            }
            (_, step) => step,
        };
        self.steps.push(step);
    }

    fn insert_before_delete(&mut self, more: String) {
        let place = self.steps.len() - 1;
        match place
            .checked_sub(1)
            .and_then(|left| self.steps.get_mut(left))
        {
            Some(Step::Insert(text)) => text.push_str(&more),
            _ => self.steps.insert(place, Step::Insert(more)),
        }
    }

    fn finish(mut self) -> TextChange {
        if let Some(Step::Retain(_)) = self.steps.last() {
            self.steps.pop();
        }
        TextChange { steps: self.steps }
    }
}
