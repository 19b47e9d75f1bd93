//! `{{name}}` inserts a notebook's variable; `\{{` is two braces.

use crate::{is_variable_name, limits};
use std::{collections::BTreeMap, ops::Range};

const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// A `{{name}}` in a text, or the braces of a `\{{`.
struct Found<'a> {
    span: Range<usize>,
    name: Option<&'a str>,
}

/// Finds what is to be replaced. Braces around anything but a name (`{{.status}}` of a
/// template, say) are plain text.
fn find(text: &str) -> impl Iterator<Item = Found<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let open = at + text.get(at..)?.find(OPEN)?;
            let inside = open + OPEN.len();
            at = inside;
            if text[..open].ends_with('\\') {
                return Some(Found {
                    span: open - 1..inside,
                    name: None,
                });
            }
            // A name is short: no search for a far closing brace after every opening one.
            let rest = &text[inside..];
            let name_length = rest
                .char_indices()
                .take(limits::VARIABLE_NAME_CHARACTERS + 3)
                .find(|(_, c)| *c == '}')
                .map(|(index, _)| index);
            let Some(name_length) = name_length else {
                continue;
            };
            let name = rest[..name_length].trim();
            if rest[name_length..].starts_with(CLOSE) && is_variable_name(name) {
                at = inside + name_length + CLOSE.len();
                return Some(Found {
                    span: open..at,
                    name: Some(name),
                });
            }
            // `{{{name}}`: the braces may open one place further on.
            at = open + 1;
        }
    })
}

/// The variables that a text names, and where.
pub(super) fn named(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    find(text).filter_map(|found| Some((found.span, found.name?)))
}

pub(super) fn has_any(text: &str) -> bool {
    named(text).next().is_some()
}

/// The text with every known variable's value in its place; unknown ones stay as they are.
/// None when that takes more than `limit_bytes`.
pub(super) fn insert(
    text: &str,
    variables: &BTreeMap<String, String>,
    limit_bytes: usize,
) -> Option<String> {
    let mut result = String::new();
    let mut kept = 0;
    for found in find(text) {
        let value = match found.name {
            None => Some(OPEN),
            Some(name) => variables.get(name).map(String::as_str),
        };
        if let Some(value) = value {
            result.push_str(&text[kept..found.span.start]);
            result.push_str(value);
            kept = found.span.end;
        }
        if result.len() > limit_bytes {
            return None;
        }
    }
    result.push_str(&text[kept..]);
    (result.len() <= limit_bytes).then_some(result)
}
