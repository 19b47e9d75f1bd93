//! Directive lines: `@word=value key=value key="quoted value"`.

use super::{Diagnostic, Directive, OptionToken, ViewDirective, suggest};
use std::ops::Range;

const DIRECTIVES: [&str; 3] = ["plugin", "view", "name"];
/// Characters of what was typed that a message repeats.
const REPEATED_CHARACTERS: usize = 40;

/// The directives of a cell.
#[derive(Default)]
pub(super) struct Lines {
    pub plugin: Option<(Directive, Vec<OptionToken>)>,
    pub view: Option<ViewDirective>,
    pub name: Option<Directive>,
    /// `@word` of the first line that was taken for a directive.
    pub first: Option<Range<usize>>,
    pub body_start: usize,
    pub diagnostics: Vec<Diagnostic>,
}

pub(super) fn read(text: &str) -> Lines {
    let mut lines = Lines::default();
    let mut at = text.len() - text.trim_start().len();
    while at < text.len() {
        let end = text[at..]
            .find('\n')
            .map_or(text.len(), |length| at + length);
        let mut cursor = Cursor {
            text: text[..end].trim_end_matches('\r'),
            at,
        };
        cursor.skip_spaces();
        if !lines.line(&mut cursor) {
            break;
        }
        at = (end + 1).min(text.len());
        lines.body_start = at;
    }
    lines
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(REPEATED_CHARACTERS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn is_name_character(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

impl Lines {
    fn report(&mut self, span: Range<usize>, message: impl Into<String>, hint: impl Into<String>) {
        self.diagnostics.push(Diagnostic::new(span, message, hint));
    }

    /// Reads one line; false when it is not a directive.
    fn line(&mut self, cursor: &mut Cursor<'_>) -> bool {
        let start = cursor.at;
        if !cursor.eat('@') {
            return false;
        }
        let word = cursor.take_while(is_name_character);
        let span = start..cursor.at;
        let known = DIRECTIVES.contains(&word);
        if !cursor.eat('=') {
            if !known || !cursor.at_space_or_end() {
                // Prose may begin with an @ too: a mention, an annotation.
                return false;
            }
            self.report(
                span.clone(),
                format!("`@{word}` needs a `=`"),
                format!("Write `@{word}=NAME`, without spaces around the `=`."),
            );
            self.first.get_or_insert(span);
            return true;
        }
        self.first.get_or_insert(span.clone());
        if known {
            self.directive(word, span, cursor);
        } else {
            let hint = match suggest(word, &DIRECTIVES) {
                Some(near) => format!("Did you mean `@{near}`?"),
                None => "Known are `@plugin`, `@view` and `@name`. With an empty line in front \
                         it is part of the body."
                    .to_owned(),
            };
            let message = format!("unknown directive `@{}`", shortened(word));
            self.report(span, message, hint);
        }
        true
    }

    /// Reads what follows `@word=`.
    fn directive(&mut self, word: &str, span: Range<usize>, cursor: &mut Cursor<'_>) {
        let directive = self.directive_name(word, cursor);
        let options = self.options(cursor);
        let before = match word {
            "plugin" => self.plugin.is_some(),
            "view" => self.view.is_some(),
            _ => self.name.is_some(),
        };
        if before {
            self.report(
                span,
                format!("`@{word}` is given twice"),
                "Remove one of them: the first one counts.",
            );
            return;
        }
        match word {
            "plugin" => self.plugin = Some((directive, options)),
            "view" => {
                self.view = Some(ViewDirective {
                    view: directive,
                    options,
                });
            }
            _ => {
                self.name = Some(directive);
                if let Some(option) = options.first() {
                    self.report(
                        option.key_span.clone(),
                        "`@name` takes no options",
                        "Put options behind `@plugin` or `@view`.",
                    );
                }
            }
        }
    }

    fn directive_name(&mut self, word: &str, cursor: &mut Cursor<'_>) -> Directive {
        let (name, span) = self.value(cursor);
        if name.is_empty() {
            self.report(
                span.clone(),
                format!("`@{word}=` has no name"),
                "Write the name right after the `=`.",
            );
        } else if !name.chars().all(is_name_character) {
            self.report(
                span.clone(),
                format!("`{}` cannot be a name", shortened(&name)),
                "Names are letters, digits, `_`, `-` and `.`.",
            );
        }
        Directive { name, span }
    }

    /// Reads `key=value` up to the end of the line.
    fn options(&mut self, cursor: &mut Cursor<'_>) -> Vec<OptionToken> {
        let mut options: Vec<OptionToken> = Vec::new();
        loop {
            cursor.skip_spaces();
            let start = cursor.at;
            if cursor.rest().is_empty() {
                return options;
            }
            let key = cursor.take_while(|c| !c.is_whitespace() && c != '=' && c != '"');
            let key_span = start..cursor.at;
            if !cursor.eat('=') {
                // Also steps over a quote that no key stands before.
                let stray = cursor.take_while(|c| !c.is_whitespace());
                let span = start..cursor.at;
                let shown = shortened(&format!("{key}{stray}"));
                self.report(
                    span,
                    format!("`{shown}` is not an option: a `=` is missing"),
                    "Options are written `key=value`, without spaces around the `=`; values \
                     with spaces stand in double quotes.",
                );
                continue;
            }
            let (value, value_span) = self.value(cursor);
            if key.is_empty() {
                self.report(
                    start..cursor.at,
                    "an option's name is missing before `=`",
                    "Options are written `key=value`, without spaces around the `=`.",
                );
                continue;
            }
            if value_span.is_empty() {
                self.report(
                    key_span.start..value_span.end,
                    format!("option `{}` has no value", shortened(key)),
                    "Write the value right after the `=`, or `\"\"` for an empty one.",
                );
            }
            if options.iter().any(|option| option.key == key) {
                self.report(
                    key_span,
                    format!("option `{}` is given twice", shortened(key)),
                    "Remove one of them: the first one counts.",
                );
                continue;
            }
            options.push(OptionToken {
                key: key.to_owned(),
                value,
                key_span,
                value_span,
            });
        }
    }

    /// Reads a bare or quoted value, and tells where it stands, quotes included.
    fn value(&mut self, cursor: &mut Cursor<'_>) -> (String, Range<usize>) {
        let start = cursor.at;
        if !cursor.eat('"') {
            let value = cursor.take_while(|c| !c.is_whitespace());
            return (value.to_owned(), start..cursor.at);
        }
        let mut value = String::new();
        loop {
            value.push_str(cursor.take_while(|c| c != '"' && c != '\\'));
            if cursor.eat('"') {
                break;
            }
            if cursor.eat('\\') {
                // Only quotes and backslashes need one; others are kept for expressions.
                let quote = cursor.eat('"');
                value.push(if quote { '"' } else { '\\' });
                if !quote {
                    cursor.eat('\\');
                }
                continue;
            }
            self.report(
                start..cursor.at,
                "the quoted value does not end",
                "Close it with `\"` on the same line; inside, write `\\\"` for a quote.",
            );
            return (value, start..cursor.at);
        }
        let span = start..cursor.at;
        if !cursor.at_space_or_end() {
            let stray = cursor.at;
            cursor.take_while(|c| !c.is_whitespace());
            self.report(
                stray..cursor.at,
                "a space is missing after the quoted value",
                "Put the whole value in quotes, or a space behind the closing one.",
            );
        }
        (value, span)
    }
}

/// A place in a text that ends at the end of the line.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn eat(&mut self, character: char) -> bool {
        let found = self.rest().starts_with(character);
        if found {
            self.at += character.len_utf8();
        }
        found
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn skip_spaces(&mut self) {
        self.take_while(char::is_whitespace);
    }

    fn at_space_or_end(&self) -> bool {
        self.rest().chars().next().is_none_or(char::is_whitespace)
    }
}
