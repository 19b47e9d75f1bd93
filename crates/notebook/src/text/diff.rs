//! The change between two texts.

use super::{Step, TextChange, utf16_len};

/// The smallest single replacement that makes `after` of `before`.
///
/// Common start and end are found by whole characters, so surrogate pairs stay whole.
pub fn diff(before: &str, after: &str) -> TextChange {
    let start: usize = before
        .chars()
        .zip(after.chars())
        .take_while(|(one, other)| one == other)
        .map(|(character, _)| character.len_utf8())
        .sum();
    let (kept, before) = before.split_at(start);
    let after = &after[start..];
    let end: usize = before
        .chars()
        .rev()
        .zip(after.chars().rev())
        .take_while(|(one, other)| one == other)
        .map(|(character, _)| character.len_utf8())
        .sum();
    TextChange::from_steps(vec![
        Step::Retain(utf16_len(kept)),
        Step::Insert(after[..after.len() - end].to_owned()),
        Step::Delete(utf16_len(&before[..before.len() - end])),
    ])
}
