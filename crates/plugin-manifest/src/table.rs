//! Reading a TOML table key by key, collecting every problem with its place.

use std::ops::Range;

use toml_edit::{Item, TableLike, Value};

use crate::nearest;

/// A problem and the bytes it is about.
pub(crate) struct Problem {
    pub span: Range<usize>,
    pub message: String,
    pub hint: String,
}

/// A table being read. Keys that nobody asked for are unknown: see [`Reader::finish`].
pub(crate) struct Reader<'document> {
    table: &'document dyn TableLike,
    /// `config.toml`'s own words for the table, as in "in `[limits]`"; empty at the top.
    place: &'static str,
    /// Where to point when a key is missing.
    span: Range<usize>,
    asked: Vec<&'static str>,
}

impl<'document> Reader<'document> {
    pub fn new(table: &'document dyn TableLike, place: &'static str, span: Range<usize>) -> Self {
        Self {
            table,
            place,
            span,
            asked: Vec::new(),
        }
    }

    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The item under a key, which becomes a known one.
    pub fn item(&mut self, key: &'static str) -> Option<&'document Item> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.table.get(key)
    }

    /// The place of a key's value, or of the table.
    pub fn span_of(&self, key: &str) -> Range<usize> {
        self.table
            .get(key)
            .and_then(Item::span)
            .unwrap_or_else(|| self.span())
    }

    pub fn missing(&self, key: &str, problems: &mut Vec<Problem>) {
        problems.push(Problem {
            span: self.span(),
            message: format!("the key `{key}` is missing{}", self.place),
            hint: String::new(),
        });
    }

    pub fn text(&mut self, key: &'static str, problems: &mut Vec<Problem>) -> Option<String> {
        let item = self.item(key)?;
        let text = item.as_str().map(str::to_owned);
        if text.is_none() {
            problems.push(wrong(key, item, "a text in quotes"));
        }
        text
    }

    pub fn flag(&mut self, key: &'static str, problems: &mut Vec<Problem>) -> bool {
        let Some(item) = self.item(key) else {
            return false;
        };
        item.as_bool().unwrap_or_else(|| {
            problems.push(wrong(key, item, "true or false"));
            false
        })
    }

    /// A whole number of 1 to `most`.
    pub fn count(
        &mut self,
        key: &'static str,
        default: u32,
        most: u32,
        problems: &mut Vec<Problem>,
    ) -> u32 {
        let Some(item) = self.item(key) else {
            return default;
        };
        match item
            .as_integer()
            .and_then(|number| u32::try_from(number).ok())
        {
            Some(number) if (1..=most).contains(&number) => number,
            Some(_) | None => {
                problems.push(wrong(key, item, &format!("a whole number of 1 to {most}")));
                default
            }
        }
    }

    /// A list of texts, each with its place.
    pub fn texts(
        &mut self,
        key: &'static str,
        problems: &mut Vec<Problem>,
    ) -> Vec<(String, Range<usize>)> {
        let Some(item) = self.item(key) else {
            return Vec::new();
        };
        let Some(array) = item.as_array() else {
            problems.push(wrong(key, item, "a list of texts, like [\"one\", \"two\"]"));
            return Vec::new();
        };
        let mut texts = Vec::with_capacity(array.len());
        for value in array {
            let span = value.span().unwrap_or_else(|| self.span_of(key));
            match value {
                Value::String(text) => texts.push((text.value().clone(), span)),
                Value::Integer(_)
                | Value::Float(_)
                | Value::Boolean(_)
                | Value::Datetime(_)
                | Value::Array(_)
                | Value::InlineTable(_) => problems.push(Problem {
                    span,
                    message: format!("every entry of `{key}` must be a text in quotes"),
                    hint: String::new(),
                }),
            }
        }
        texts
    }

    /// Reports every key that was not asked for, with the nearest known one.
    pub fn finish(self, problems: &mut Vec<Problem>) {
        for (key, item) in self.table.iter() {
            if self.asked.contains(&key) {
                continue;
            }
            let span = self
                .table
                .key(key)
                .and_then(toml_edit::Key::span)
                .or_else(|| item.span())
                .unwrap_or_else(|| self.span());
            problems.push(Problem {
                span,
                message: format!("unknown key `{key}`{}", self.place),
                hint: match nearest(key, self.asked.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known keys are {}", self.asked.join(", ")),
                },
            });
        }
    }
}

fn wrong(key: &str, item: &Item, wanted: &str) -> Problem {
    Problem {
        span: item.span().unwrap_or_default(),
        message: format!("`{key}` must be {wanted}, not {}", item.type_name()),
        hint: String::new(),
    }
}
