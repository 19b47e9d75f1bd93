//! Cutting text at a number of bytes without breaking a character.

/// What stands at the end of a text that was cut.
const ELLIPSIS: &str = "…";

/// Shortens the text to at most this many bytes, at a character.
pub(crate) fn truncate(text: &mut String, bytes: usize) {
    text.truncate(text.floor_char_boundary(bytes));
}

/// The same, and shows that something is missing.
pub(crate) fn shorten(text: &mut String, bytes: usize) {
    if text.len() > bytes {
        truncate(text, bytes.saturating_sub(ELLIPSIS.len()));
        text.push_str(ELLIPSIS);
    }
}
