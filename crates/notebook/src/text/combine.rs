//! Two changes: one after the other, or of the same text at the same time.

use super::{Builder, ChangeError, IndexError, Side, Step, TextChange, byte_index, utf16_len};

/// A part of a step that is not walked over yet; past the last step everything is retained.
enum Part<'a> {
    Retain(u32),
    Delete(u32),
    Insert(&'a str),
    End,
}

struct Walk<'a> {
    steps: std::slice::Iter<'a, Step>,
    part: Part<'a>,
}

impl<'a> Walk<'a> {
    fn new(change: &'a TextChange) -> Self {
        let mut walk = Self {
            steps: change.steps.iter(),
            part: Part::End,
        };
        walk.next();
        walk
    }

    fn next(&mut self) {
        self.part = match self.steps.next() {
            None => Part::End,
            Some(Step::Retain(length)) => Part::Retain(*length),
            Some(Step::Delete(length)) => Part::Delete(*length),
            Some(Step::Insert(text)) => Part::Insert(text),
        };
    }

    /// Length of the part in hand; none past the end, where it never ends.
    fn length(&self) -> Option<u32> {
        match self.part {
            Part::Retain(length) | Part::Delete(length) => Some(length),
            Part::Insert(text) => Some(utf16_len(text)),
            Part::End => None,
        }
    }

    /// Walks over `length` units of a retained or deleted part.
    fn pass(&mut self, length: u32) {
        match &mut self.part {
            Part::Retain(left) | Part::Delete(left) if *left > length => *left -= length,
            Part::Retain(_) | Part::Delete(_) | Part::Insert(_) => self.next(),
            Part::End => {}
        }
    }
}

/// The shorter of two lengths, where none is endless.
fn shorter(one: Option<u32>, other: Option<u32>) -> u32 {
    match (one, other) {
        (Some(one), Some(other)) => one.min(other),
        (Some(length), None) | (None, Some(length)) => length,
        (None, None) => 0,
    }
}

impl TextChange {
    /// This change and then `next` as one: `next` is a change of the text that this one makes.
    ///
    /// # Errors
    /// When `next` cuts a character in two that this change inserts.
    pub fn compose(&self, next: &Self) -> Result<Self, ChangeError> {
        let mut builder = Builder::default();
        let mut first = Walk::new(self);
        let mut second = Walk::new(next);
        let mut position = 0u64;
        loop {
            if let Part::Delete(length) = first.part {
                builder.push(Step::Delete(length));
                first.next();
                continue;
            }
            if let Part::Insert(text) = second.part {
                builder.push(Step::Insert(text.to_owned()));
                second.next();
                continue;
            }
            let length = shorter(first.length(), second.length());
            if length == 0 {
                return Ok(builder.finish());
            }
            position += u64::from(length);
            let deletes = matches!(second.part, Part::Delete(_));
            if let Part::Insert(text) = &mut first.part {
                let cut = byte_index(text, length).map_err(|error| match error {
                    IndexError::Inside => ChangeError::InsideCharacter { position },
                    // Cannot be: `length` is at most the text's.
                    IndexError::PastEnd => ChangeError::PastEnd {
                        position,
                        length: utf16_len(text),
                    },
                })?;
                let (taken, rest) = text.split_at(cut);
                if !deletes {
                    builder.push(Step::Insert(taken.to_owned()));
                }
                *text = rest;
                if rest.is_empty() {
                    first.next();
                }
            } else {
                builder.push(if deletes {
                    Step::Delete(length)
                } else {
                    Step::Retain(length)
                });
                first.pass(length);
            }
            second.pass(length);
        }
    }

    /// This change as a change of the text that `other` has already changed. Both are changes
    /// of the same text; where both insert at one place, this one's text goes to its `side`.
    ///
    /// For every text `t`: `t · a · b.transform(a, Right) = t · b · a.transform(b, Left)` (TP1).
    pub fn transform(&self, other: &Self, side: Side) -> Self {
        let mut builder = Builder::default();
        let mut ours = Walk::new(self);
        let mut theirs = Walk::new(other);
        loop {
            match (&ours.part, &theirs.part) {
                (Part::Insert(text), theirs)
                    if side == Side::Left || !matches!(theirs, Part::Insert(_)) =>
                {
                    builder.push(Step::Insert((*text).to_owned()));
                    ours.next();
                }
                (_, Part::Insert(text)) => {
                    builder.push(Step::Retain(utf16_len(text)));
                    theirs.next();
                }
                (Part::End, _) => return builder.finish(),
                (our_part, their_part) => {
                    let length = shorter(ours.length(), theirs.length());
                    match (our_part, their_part) {
                        (Part::Retain(_), Part::Delete(_)) | (Part::Delete(_), Part::Delete(_)) => {
                        }
                        (Part::Delete(_), _) => builder.push(Step::Delete(length)),
                        (_, _) => builder.push(Step::Retain(length)),
                    }
                    ours.pass(length);
                    theirs.pass(length);
                }
            }
        }
    }
}
