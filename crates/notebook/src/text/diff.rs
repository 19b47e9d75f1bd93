//! The change between two texts.

use super::{Step, TextChange, byte_index, utf16_len};

/// The smallest single replacement that makes `after` of `before`; of several, the one furthest
/// to the right.
///
/// Common start and end are found by whole characters, so surrogate pairs stay whole.
pub fn diff(before: &str, after: &str) -> TextChange {
    let start = common_start(before, after);
    let end = common_end(&before[start..], &after[start..]);
    replacement(before, after, start, end)
}

/// As [`diff`], for what somebody typed: of several replacements the one that ends at the caret,
/// where it is after the change. Which of two equal letters was typed makes a difference to others
/// who type beside them, and to taking it back.
pub fn diff_at(before: &str, after: &str, caret: u32) -> TextChange {
    // A caret inside of a character, or beyond the end, says nothing.
    let Ok(caret) = byte_index(after, caret) else {
        return diff(before, after);
    };
    let end = common_end(before, &after[caret..]);
    let start = common_start(&before[..before.len() - end], &after[..after.len() - end]);
    replacement(before, after, start, end)
}

fn common_start(one: &str, other: &str) -> usize {
    let pairs = one.chars().zip(other.chars());
    let same = pairs.take_while(|(one, other)| one == other);
    same.map(|(character, _)| character.len_utf8()).sum()
}

fn common_end(one: &str, other: &str) -> usize {
    let pairs = one.chars().rev().zip(other.chars().rev());
    let same = pairs.take_while(|(one, other)| one == other);
    same.map(|(character, _)| character.len_utf8()).sum()
}

/// Everything but so many bytes at both ends.
fn replacement(before: &str, after: &str, start: usize, end: usize) -> TextChange {
    TextChange::from_steps(vec![
        Step::Retain(utf16_len(&before[..start])),
        Step::Insert(after[start..after.len() - end].to_owned()),
        Step::Delete(utf16_len(&before[start..before.len() - end])),
    ])
}
