//! People as they are shown: initials, and their carets over a text.

use notebook::utf16_len;
use widgets::{Attribute, Markup, Tag};

/// Somebody's selection in a text, in UTF-16 code units; a caret when both ends are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaretView {
    pub name: String,
    /// A place in the palette of people.
    pub colour: u8,
    pub anchor: u32,
    /// The end that moves.
    pub head: u32,
}

/// At most two letters for a name: of its first and its last word.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

/// A text with the carets and selections of people in it. What is not on the boundary of a
/// character, or beyond the end, is brought to the next one.
pub fn carets_html(text: &str, carets: &[CaretView]) -> String {
    let mut markup = Markup::new();
    let length = utf16_len(text);
    let mut unit = 0;
    let mut open: Option<usize> = None;
    let mut pending = String::new();
    let ends = |caret: &CaretView| {
        let (one, other) = (caret.anchor.min(length), caret.head.min(length));
        (one.min(other), one.max(other))
    };
    // Positions before which something may begin or end, each with the text up to it.
    let boundaries = text
        .chars()
        .map(|character| (Some(character), character.len_utf16() as u32))
        .chain([(None, 1)]);
    for (character, width) in boundaries {
        let here = |position: u32| (unit..unit + width).contains(&position);
        let selected = carets.iter().position(|caret| {
            let (start, end) = ends(caret);
            start <= unit && unit < end
        });
        let has_caret = carets.iter().any(|caret| here(caret.head.min(length)));
        if selected != open || has_caret {
            flush(&mut markup, &mut pending, open.map(|one| &carets[one]));
            open = selected;
        }
        if has_caret {
            for caret in carets.iter().filter(|caret| here(caret.head.min(length))) {
                let colour = caret.colour.to_string();
                let attributes = [
                    (Attribute::Class, "caret"),
                    (Attribute::DataPerson, colour.as_str()),
                    (Attribute::DataName, caret.name.as_str()),
                ];
                markup.element(Tag::Span, &attributes, "");
            }
        }
        if let Some(character) = character {
            pending.push(character);
            unit += width;
        }
    }
    flush(&mut markup, &mut pending, open.map(|one| &carets[one]));
    markup.finish()
}

fn flush(markup: &mut Markup, pending: &mut String, selected: Option<&CaretView>) {
    let text = std::mem::take(pending);
    if text.is_empty() {
        return;
    }
    match selected {
        None => {
            markup.text(&text);
        }
        Some(caret) => {
            let colour = caret.colour.to_string();
            let attributes = [
                (Attribute::Class, "selected"),
                (Attribute::DataPerson, colour.as_str()),
            ];
            markup.element(Tag::Span, &attributes, &text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caret(colour: u8, anchor: u32, head: u32) -> CaretView {
        CaretView {
            name: "Ada <L>".into(),
            colour,
            anchor,
            head,
        }
    }

    fn check(text: &str, carets: &[CaretView], expected: &str) {
        let html = carets_html(text, carets).replace(" data-name=\"Ada &lt;L&gt;\"", "");
        assert_eq!(html, expected);
    }

    #[test]
    fn carets_stand_where_they_are() {
        let mark = "<span class=\"caret\" data-person=\"1\"></span>";
        check("ab", &[caret(1, 1, 1)], &format!("a{mark}b"));
        check("ab", &[caret(1, 0, 0)], &format!("{mark}ab"));
        check("ab", &[caret(1, 2, 2)], &format!("ab{mark}"));
        check("ab", &[caret(1, 9, 9)], &format!("ab{mark}"));
        check("", &[caret(1, 0, 0)], mark);
        // Inside of a character of two units: before it.
        check("a𝄞b", &[caret(1, 2, 2)], &format!("a{mark}𝄞b"));
    }

    #[test]
    fn selections_are_marked_and_escaped() {
        check(
            "a<b>c",
            &[caret(2, 4, 1)],
            "a<span class=\"caret\" data-person=\"2\"></span>\
             <span class=\"selected\" data-person=\"2\">&lt;b&gt;</span>c",
        );
    }

    #[test]
    fn names_become_initials() {
        assert_eq!(initials("Ada"), "A");
        assert_eq!(initials("  ada  lovelace-king countess "), "AC");
        assert_eq!(initials("ß"), "SS");
        assert_eq!(initials(""), "");
    }
}
