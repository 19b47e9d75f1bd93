//! The Markdown of one line: `code`, **bold**, *italic*, ~~struck~~, [links](https://…). Pure.

use view_sdk::widgets::{Span, text as plain_span};

/// What comes in pairs, the longer ones first.
const PAIRS: [&str; 5] = ["**", "__", "~~", "*", "_"];

/// The line as spans; what is not understood stays as it is.
pub fn spans(line: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    read(line, &plain_span(""), &mut spans);
    spans
}

/// Reads `line`, all of it with the looks of `look`.
fn read(line: &str, look: &Span, spans: &mut Vec<Span>) {
    let mut rest = line;
    // Whether what stands before is a part of a word: `snake_case` is not italic.
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '\\' => escaped(rest, look, spans),
            '`' => code(rest, look, spans),
            '[' => link(rest, look, spans),
            '<' => address(rest, look, spans),
            'h' if !before.is_alphanumeric() => bare_address(rest, look, spans),
            _ => paired(rest, before, look, spans),
        };
        let bytes = taken.unwrap_or_else(|| {
            push(&rest[..first.len_utf8()], look, spans);
            first.len_utf8()
        });
        before = rest[..bytes].chars().next_back().unwrap_or(' ');
        rest = &rest[bytes..];
    }
}

/// Adds a text, to the last span where it looks the same.
fn push(text: &str, look: &Span, spans: &mut Vec<Span>) {
    if let Some(last) = spans.last_mut() {
        let looks_same = Span {
            text: String::new(),
            ..last.clone()
        } == *look;
        if looks_same {
            last.text.push_str(text);
            return;
        }
    }
    spans.push(Span {
        text: text.to_owned(),
        ..look.clone()
    });
}

fn escaped(rest: &str, look: &Span, spans: &mut Vec<Span>) -> Option<usize> {
    let mark = rest[1..].chars().next()?;
    mark.is_ascii_punctuation().then(|| {
        push(&rest[1..2], look, spans);
        2
    })
}

fn code(rest: &str, look: &Span, spans: &mut Vec<Span>) -> Option<usize> {
    let length = rest.len() - rest.trim_start_matches('`').len();
    let (fence, inside) = rest.split_at(length);
    let end = inside.find(fence)?;
    let look = Span {
        code: true,
        ..look.clone()
    };
    push(inside[..end].trim(), &look, spans);
    Some(end + 2 * length)
}

fn link(rest: &str, look: &Span, spans: &mut Vec<Span>) -> Option<usize> {
    let middle = rest.find("](")?;
    // Another bracket: this one begins no link.
    if rest[1..middle].contains('[') {
        return None;
    }
    let end = middle + rest[middle..].find(')')?;
    let address = rest[middle + 2..end].split_whitespace().next()?;
    let look = Span {
        link: Some(address.to_owned()),
        ..look.clone()
    };
    read(&rest[1..middle], &look, spans);
    Some(end + 1)
}

/// `<https://…>`
fn address(rest: &str, look: &Span, spans: &mut Vec<Span>) -> Option<usize> {
    let end = rest.find('>')?;
    let inside = &rest[1..end];
    linked(inside, look, spans).then_some(end + 1)
}

fn bare_address(rest: &str, look: &Span, spans: &mut Vec<Span>) -> Option<usize> {
    let end = rest
        .find([' ', '\t', '<', '>', '"', ')'])
        .unwrap_or(rest.len());
    let found = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?']);
    linked(found, look, spans).then_some(found.len())
}

fn linked(address: &str, look: &Span, spans: &mut Vec<Span>) -> bool {
    let is_address = ["https://", "http://"]
        .iter()
        .any(|scheme| address.len() > scheme.len() && address.starts_with(scheme));
    let is_address = is_address && look.link.is_none() && !address.contains(char::is_whitespace);
    if is_address {
        let look = Span {
            link: Some(address.to_owned()),
            ..look.clone()
        };
        push(address, &look, spans);
    }
    is_address
}

fn paired(rest: &str, before: char, look: &Span, spans: &mut Vec<Span>) -> Option<usize> {
    let mark = PAIRS.into_iter().find(|mark| rest.starts_with(mark))?;
    if mark.starts_with('_') && before.is_alphanumeric() {
        return None;
    }
    let inside = &rest[mark.len()..];
    let end = inside.find(mark)?;
    let words = &inside[..end];
    if words.is_empty() || words.trim() != words {
        return None;
    }
    let mut look = look.clone();
    match mark {
        "**" | "__" => look.bold = true,
        "~~" => look.strike = true,
        _ => look.italic = true,
    }
    read(words, &look, spans);
    Some(end + 2 * mark.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spans as `text` with the looks behind them: b, i, s, c, and the address of a link.
    fn check(line: &str, expected: &[&str]) {
        let written: Vec<String> = spans(line)
            .into_iter()
            .map(|span| {
                let looks = [
                    (span.bold, 'b'),
                    (span.italic, 'i'),
                    (span.strike, 's'),
                    (span.code, 'c'),
                ];
                let looks = looks.iter().filter(|(on, _)| *on).map(|(_, look)| *look);
                let looks: String = looks.collect();
                format!("{}|{looks}{}", span.text, span.link.unwrap_or_default())
            })
            .collect();
        assert_eq!(written, expected, "{line}");
    }

    #[test]
    fn looks_and_links() {
        check("plain é", &["plain é|"]);
        check("a **b *c* d** e", &["a |", "b |b", "c|bi", " d|b", " e|"]);
        check(
            "**do _not_** run `rm -rf *`",
            &["do |b", "not|bi", " run |", "rm -rf *|c"],
        );
        check("~~old~~ `` a`b ``", &["old|s", " |", "a`b|c"]);
        check(
            "see [the **board**](https://a.example/x \"t\").",
            &[
                "see |",
                "the |https://a.example/x",
                "board|bhttps://a.example/x",
                ".|",
            ],
        );
        check("[1] [b](c)", &["[1] |", "b|c"]);
        check(
            "https://a.example/b, <http://c.example>",
            &[
                "https://a.example/b|https://a.example/b",
                ", |",
                "http://c.example|http://c.example",
            ],
        );
    }

    fn plain(line: &str) -> String {
        spans(line).into_iter().map(|span| span.text).collect()
    }

    #[test]
    fn what_is_no_markdown_stays() {
        for line in [
            "snake_case_name",
            "2 * 3 * 4",
            "a ** b",
            "[x] (y)",
            "`open",
            "**open",
            "<tag>",
            "http://",
            "\\a",
            "****",
            "é_b",
            "[a](",
            "ahttps://a.example",
            "\\",
        ] {
            assert_eq!(plain(line), line);
        }
        assert_eq!(plain(r"\*a\*"), "*a*");
    }
}
