//! Is an expression a range vector, and so one for the instant query?
//!
//! A range query takes only instant vectors and scalars. `up[5m]` and `rate(up[5m])[1h:1m]` are
//! range vectors: asked at one moment, they answer with samples. To see which it is, the last
//! bracket of the outermost level is looked at; the grammar itself stays Prometheus' business
//! (<https://prometheus.io/docs/prometheus/latest/querying/basics/>).

/// Parentheses around parentheses that are looked into; deeper ones are left to Prometheus.
const MAX_DEPTH: usize = 64;

/// A piece of the outermost level.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Piece<'a> {
    /// Letters, digits, `_`, `:` and `.`: a name, a keyword, a number, a duration.
    Word(&'a str),
    /// A quoted text.
    Text,
    /// `{…}`.
    Braces,
    /// `(…)` with what is inside.
    Parentheses(&'a str),
    /// `[…]`.
    Brackets,
    /// Any other character.
    Sign(char),
}

/// Is it a range selector or a subquery, with or without `offset` and `@`?
pub fn is_range_vector(expression: &str) -> bool {
    let mut inside = expression;
    for _ in 0..MAX_DEPTH {
        let Some(pieces) = pieces(inside) else {
            return false;
        };
        match pieces.as_slice() {
            [Piece::Parentheses(deeper)] => inside = deeper,
            pieces => return ends_with_brackets(pieces),
        }
    }
    false
}

/// Is the last thing a bracket behind something, followed by nothing but modifiers?
fn ends_with_brackets(pieces: &[Piece<'_>]) -> bool {
    let Some(position) = pieces
        .iter()
        .rposition(|piece| matches!(piece, Piece::Brackets))
    else {
        return false;
    };
    let (before, after) = pieces.split_at(position);
    !before.is_empty() && only_modifiers(after.get(1..).unwrap_or_default())
}

/// `offset 5m`, `offset -5m`, `@ 1609746000`, `@ start()`, `@ end()`, several of them.
fn only_modifiers(mut pieces: &[Piece<'_>]) -> bool {
    loop {
        pieces = match pieces {
            [] => return true,
            [Piece::Word(word), rest @ ..] if word.eq_ignore_ascii_case("offset") => {
                match without_sign(rest) {
                    [Piece::Word(_) | Piece::Parentheses(_), rest @ ..] => rest,
                    _ => return false,
                }
            }
            [
                Piece::Sign('@'),
                Piece::Word(_),
                Piece::Parentheses(inside),
                rest @ ..,
            ] if inside.trim().is_empty() => rest,
            [Piece::Sign('@'), rest @ ..] => match without_sign(rest) {
                [Piece::Word(_), rest @ ..] => rest,
                _ => return false,
            },
            _ => return false,
        };
    }
}

fn without_sign<'a, 'b>(pieces: &'a [Piece<'b>]) -> &'a [Piece<'b>] {
    match pieces {
        [Piece::Sign('+' | '-'), rest @ ..] => rest,
        pieces => pieces,
    }
}

/// The outermost level in pieces; none when a quote or bracket is not closed.
fn pieces(text: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            character if character.is_whitespace() => character.len_utf8(),
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '"' | '\'' | '`' => {
                pieces.push(Piece::Text);
                quoted_length(rest, first)?
            }
            '{' => {
                pieces.push(Piece::Braces);
                closed_length(rest)?
            }
            '[' => {
                pieces.push(Piece::Brackets);
                closed_length(rest)?
            }
            '(' => {
                let length = closed_length(rest)?;
                pieces.push(Piece::Parentheses(rest.get(1..length - 1)?));
                length
            }
            character if is_word(character) => {
                let length = rest
                    .find(|character| !is_word(character))
                    .unwrap_or(rest.len());
                pieces.push(Piece::Word(rest.get(..length)?));
                length
            }
            character => {
                pieces.push(Piece::Sign(character));
                character.len_utf8()
            }
        };
        rest = rest.get(length..)?;
    }
    Some(pieces)
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | ':' | '.')
}

/// Bytes of the quoted text at the start, quotes included. Backquotes know no escapes.
fn quoted_length(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (position, character) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if character == '\\' && quote != '`' {
            escaped = true;
        } else if character == quote {
            return Some(position + quote.len_utf8());
        }
    }
    None
}

/// Bytes up to the bracket that closes the one at the start; quotes and comments inside are skipped.
fn closed_length(text: &str) -> Option<usize> {
    let mut expected = Vec::new();
    let mut position = 0;
    while let Some(character) = text.get(position..)?.chars().next() {
        match character {
            '(' => expected.push(')'),
            '[' => expected.push(']'),
            '{' => expected.push('}'),
            ')' | ']' | '}' if expected.pop() != Some(character) => return None,
            _ => {}
        }
        position += match character {
            '"' | '\'' | '`' => quoted_length(text.get(position..)?, character)?,
            '#' => text.get(position..)?.find('\n')?,
            character => character.len_utf8(),
        };
        if expected.is_empty() {
            return Some(position);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn range_vectors() {
        for expression in [
            "up[5m]",
            "  up [ 5m ]  ",
            "up{job=\"a\"}[5m]",
            "{__name__=~\"up|down\"}[5m]",
            "up[5m] offset 1h",
            "up[5m] offset -1h",
            "up[5m] OFFSET 1h @ 1609746000.5",
            "up[5m] @ start() offset 5m",
            "up[5m] @ end ()",
            "up[5m]@-1",
            "(up[5m])",
            "((up[5m] offset 1h))",
            "rate(up[5m])[1h:1m]",
            "rate(up[5m])[1h:]",
            "sum by (job) (rate(up[5m]))[1h:1m] offset 1d",
            "up{a=\"]\"}[5m] # the last ] is a comment",
            "up # x[5m\n[5m]",
            "up{a='it\\'s [5m'}[5m]",
            "up{a=`\\`}[5m]",
            "a:b:c[5m]",
            "up{é=\"ü\"}[5m]",
        ] {
            assert!(is_range_vector(expression), "{expression}");
        }
    }

    #[test]
    fn everything_else() {
        for expression in [
            "",
            "up",
            "[5m]",
            "1",
            "\"up[5m]\"",
            "rate(up[5m])",
            "(rate(up[5m]))",
            "rate(up[5m]) offset 5m",
            "sum(rate(up[5m])) by (job)",
            "up[5m] > 1",
            "rate(a[5m]) / rate(b[5m])",
            "up{a=\"x[5m]\"}",
            "up{a='[5m]'}",
            "up # [5m]",
            "up offset 5m",
            "max_over_time(rate(up[5m])[1h:1m])",
            "up[5m",
            "up{a=\"[5m]",
            "up[5m] offset",
            "up[5m] @",
            "up(]",
            ")",
            "a[5m] b",
        ] {
            assert!(!is_range_vector(expression), "{expression}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("{}up[5m]{}", "(".repeat(5_000), ")".repeat(5_000));
        assert!(!is_range_vector(&deep));
    }
}
