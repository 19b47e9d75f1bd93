//! Matchers as people type them and as Alertmanager takes them. Pure.

use std::fmt;

/// What an alert's label must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matcher {
    pub name: String,
    pub value: String,
    pub is_regex: bool,
    pub is_equal: bool,
}

/// What a filter says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub matchers: Vec<Matcher>,
    /// What stands somewhere in an alert, in lower case.
    pub words: Vec<String>,
    /// What cannot be read, in one sentence each.
    pub problems: Vec<String>,
}

impl Matcher {
    pub fn equal(name: &str, value: &str) -> Self {
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
            is_regex: false,
            is_equal: true,
        }
    }

    fn operator(&self) -> &'static str {
        match (self.is_equal, self.is_regex) {
            (true, false) => "=",
            (false, false) => "!=",
            (true, true) => "=~",
            (false, true) => "!~",
        }
    }
}

impl fmt::Display for Matcher {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{}\"", self.name, self.operator())?;
        for character in self.value.chars() {
            match character {
                '"' | '\\' => write!(out, "\\{character}")?,
                '\n' => out.write_str("\\n")?,
                _ => write!(out, "{character}")?,
            }
        }
        out.write_str("\"")
    }
}

/// Several, as the filter field takes them.
pub fn text(matchers: &[Matcher]) -> String {
    let texts: Vec<String> = matchers.iter().map(Matcher::to_string).collect();
    texts.join(", ")
}

impl Filter {
    /// Reads `severity="critical", instance=~web-.* disk`: matchers and words, with commas or spaces
    /// between them and braces around all of it if need be.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let inner = text
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        let mut rest = inner.unwrap_or(text);
        let mut filter = Self::default();
        loop {
            rest = rest.trim_start_matches(|c: char| c == ',' || c.is_whitespace());
            if rest.is_empty() {
                return filter;
            }
            rest = filter.piece(rest);
        }
    }

    /// Takes the first matcher or word; gives back what is behind it.
    fn piece<'a>(&mut self, text: &'a str) -> &'a str {
        let end = text.find(|c: char| is_break(c) || "=!~\"".contains(c));
        let (name, rest) = text.split_at(end.unwrap_or(text.len()));
        // Spaces around an operator are forgiven.
        let spaced = rest.trim_start();
        let Some((is_equal, is_regex, rest)) = operator(spaced) else {
            return self.word(text);
        };
        let rest = rest.trim_start();
        let (value, rest) = match quoted(rest) {
            Some(Ok(found)) => found,
            Some(Err(())) => {
                self.problems
                    .push(format!("The quotes behind `{name}` are not closed."));
                return "";
            }
            None => bare(rest),
        };
        if name.is_empty() {
            self.problems.push(format!(
                "In front of `{value}` the name of a label is missing."
            ));
        } else {
            self.matchers.push(Matcher {
                name: name.to_owned(),
                value,
                is_regex,
                is_equal,
            });
        }
        rest
    }

    fn word<'a>(&mut self, text: &'a str) -> &'a str {
        let (word, rest) = match quoted(text) {
            Some(Ok(found)) => found,
            Some(Err(())) => {
                self.problems.push("The quotes are not closed.".to_owned());
                return "";
            }
            None => bare(text),
        };
        if !word.is_empty() {
            self.words.push(word.to_lowercase());
        }
        rest
    }
}

fn is_break(character: char) -> bool {
    character == ',' || character.is_whitespace()
}

fn operator(text: &str) -> Option<(bool, bool, &str)> {
    [
        ("=~", true, true),
        ("!~", false, true),
        ("!=", false, false),
        ("=", true, false),
    ]
    .into_iter()
    .find_map(|(sign, is_equal, is_regex)| Some((is_equal, is_regex, text.strip_prefix(sign)?)))
}

fn bare(text: &str) -> (String, &str) {
    let (value, rest) = text.split_at(text.find(is_break).unwrap_or(text.len()));
    (value.to_owned(), rest)
}

/// What stands in quotes, and what is behind them; none when there are none, and an error when they
/// do not end.
fn quoted(text: &str) -> Option<Result<(String, &str), ()>> {
    let inner = text.strip_prefix('"')?;
    let mut value = String::new();
    let mut characters = inner.char_indices();
    while let Some((place, character)) = characters.next() {
        match character {
            '"' => return Some(Ok((value, inner.get(place + 1..).unwrap_or_default()))),
            '\\' => match characters.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                // As a regular expression has them: `\d`.
                Some((_, other)) => value.extend(['\\', other]),
                None => break,
            },
            _ => value.push(character),
        }
    }
    Some(Err(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, matchers: &str, words: &[&str]) {
        let filter = Filter::parse(typed);
        assert_eq!(text(&filter.matchers), matchers, "{typed}");
        assert_eq!(filter.words, words, "{typed}");
        assert_eq!(filter.problems, [""; 0], "{typed}");
    }

    #[test]
    fn matchers_and_words() {
        check("", "", &[]);
        check("a=1", r#"a="1""#, &[]);
        check(
            r#"{severity="critical", instance=~"web-.*"}"#,
            r#"severity="critical", instance=~"web-.*""#,
            &[],
        );
        check(
            "a!=b,c!~d.* Disk full",
            r#"a!="b", c!~"d.*""#,
            &["disk", "full"],
        );
        check("a = b", r#"a="b""#, &[]);
        check("a=", r#"a="""#, &[]);
        check("a= , b", r#"a="""#, &["b"]);
        check(
            r#"a="x \"y\" \\ \d" "two words""#,
            r#"a="x \"y\" \\ \\d""#,
            &["two words"],
        );
        check("a=x=y", r#"a="x=y""#, &[]);
        check("é ~ !", "", &["é", "~", "!"]);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for (typed, problem) in [
            (r#"a="b"#, "The quotes behind `a` are not closed."),
            (r#""b"#, "The quotes are not closed."),
            ("=b", "In front of `b` the name of a label is missing."),
        ] {
            assert_eq!(Filter::parse(typed).problems, [problem]);
        }
    }

    #[test]
    fn what_is_written_can_be_read() {
        let given = [
            Matcher::equal("a", "x \"y\" \\d\n, {z}"),
            Matcher {
                is_equal: false,
                is_regex: true,
                ..Matcher::equal("b", r"\w+")
            },
        ];
        assert_eq!(Filter::parse(&text(&given)).matchers, given);
    }
}
