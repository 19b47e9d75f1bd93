//! The options of a cell, with getters that say what is wrong with a value and name the option.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::Failure;

/// The options of the cell, with the defaults of `config.toml` filled in. The cell's body is the
/// option `query`. An empty value counts as not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    values: BTreeMap<String, String>,
}

/// Options made by hand, for tests: `Options::from_iter([("query", "up")])`.
impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Options {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self {
            values: pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        }
    }
}

impl Options {
    /// What the host has for this call; [`crate::export!`] passes it on.
    #[doc(hidden)]
    pub fn of_the_cell() -> Self {
        #[cfg(target_arch = "wasm32")]
        return crate::bindings::databook::plugin::host::options()
            .into_iter()
            .collect();
        #[cfg(not(target_arch = "wasm32"))]
        Self::default()
    }

    /// The value as it was typed; none when it is not given or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// All options with their values, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The cell's body without the white space around it; empty when there is none.
    pub fn query(&self) -> &str {
        self.get("query").unwrap_or_default().trim()
    }

    /// A text that must be there.
    ///
    /// # Errors
    /// An invalid failure that names the option.
    pub fn text(&self, name: &str) -> Result<&str, Failure> {
        self.get(name).ok_or_else(|| {
            if name == "query" {
                Failure::invalid("The cell has no text below its directive.")
                    .hint("Write the query on the lines below the directive.")
            } else {
                Failure::invalid(format!("The option `{name}` is missing."))
                    .hint(format!("Add `{name}=…` to the directive."))
            }
        })
    }

    /// A text, or what counts when it is not given.
    pub fn text_or<'a>(&'a self, name: &str, default: &'a str) -> &'a str {
        self.get(name).unwrap_or(default)
    }

    /// One of a few words.
    ///
    /// # Errors
    /// An invalid failure that names the option and lists the words.
    pub fn choice<'a>(&self, name: &str, choices: &[&'a str]) -> Result<Option<&'a str>, Failure> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        match choices.iter().find(|choice| **choice == value) {
            Some(choice) => Ok(Some(*choice)),
            None => Err(
                Failure::invalid(format!("The option `{name}` cannot be `{value}`."))
                    .hint(format!("Use one of: {}.", choices.join(", "))),
            ),
        }
    }

    /// A number as Rust writes it: `3`, `0.5`, `1e6`; finite.
    ///
    /// # Errors
    /// An invalid failure that names the option.
    pub fn number(&self, name: &str) -> Result<Option<f64>, Failure> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        match value.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            Ok(_) | Err(_) => Err(Failure::invalid(format!(
                "The option `{name}` is not a number: `{value}`."
            ))
            .hint("Write it like 3, 0.5 or 1e6.")),
        }
    }

    /// `true`, `yes`, `on` or `1`; `false`, `no`, `off` or `0`.
    ///
    /// # Errors
    /// An invalid failure that names the option.
    pub fn boolean(&self, name: &str) -> Result<Option<bool>, Failure> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        match value.trim() {
            "true" | "yes" | "on" | "1" => Ok(Some(true)),
            "false" | "no" | "off" | "0" => Ok(Some(false)),
            _ => Err(Failure::invalid(format!(
                "The option `{name}` is neither true nor false: `{value}`."
            ))
            .hint("Write true or false.")),
        }
    }

    /// A length of time: `15s`, `1h30m`, `500ms`; a bare number counts seconds.
    ///
    /// # Errors
    /// An invalid failure that names the option.
    pub fn duration(&self, name: &str) -> Result<Option<Duration>, Failure> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        match duration_ms(value.trim()) {
            Some(milliseconds) => Ok(Some(Duration::from_millis(milliseconds))),
            None => Err(Failure::invalid(format!(
                "The option `{name}` is not a duration: `{value}`."
            ))
            .hint("Write it like 15s, 5m or 1h30m.")),
        }
    }
}

/// Units from the longest to the shortest, as Prometheus counts them: a week has 7 days, a year 365.
const UNITS_MS: [(&str, u64); 7] = [
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// Milliseconds of `1h30m`, `90s` or `90`; each unit at most once, from long to short.
fn duration_ms(text: &str) -> Option<u64> {
    if let Ok(seconds) = text.parse::<f64>() {
        // 1e15 ms is past the year 30000 and exact in f64.
        return (seconds.is_finite() && (0.0..1e12).contains(&seconds))
            .then_some((seconds * 1_000.0).round() as u64);
    }
    let mut rest = text;
    let mut units = UNITS_MS.iter();
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|character: char| !character.is_ascii_digit())?;
        let count: u64 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?;
        let unit_end = rest
            .find(|character: char| character.is_ascii_digit())
            .unwrap_or(rest.len());
        let (unit, after) = rest.split_at(unit_end);
        let (_, milliseconds) = units.by_ref().find(|(name, _)| *name == unit)?;
        total = total.checked_add(count.checked_mul(*milliseconds)?)?;
        rest = after;
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests"
    )]
    use super::*;

    #[test]
    fn durations() {
        for (text, expected) in [
            ("15s", Some(15_000)),
            ("1h30m", Some(5_400_000)),
            ("500ms", Some(500)),
            ("1d12h", Some(129_600_000)),
            ("90", Some(90_000)),
            ("0.5", Some(500)),
            ("", None),
            ("h", None),
            ("5", Some(5_000)),
            ("5x", None),
            ("30m1h", None),
            ("1m1m", None),
            ("-5s", None),
            ("99999999999999999999y", None),
            ("NaN", None),
            ("5é", None),
        ] {
            assert_eq!(duration_ms(text), expected, "{text}");
        }
    }

    #[test]
    fn a_wrong_value_names_its_option() {
        let options = Options::from_iter([("step", "fast"), ("n", "x"), ("on", "?"), ("m", "z")]);
        for failure in [
            options.duration("step").unwrap_err(),
            options.number("n").unwrap_err(),
            options.boolean("on").unwrap_err(),
            options.choice("m", &["a", "b"]).unwrap_err(),
            options.text("step2").unwrap_err(),
        ] {
            assert_eq!(failure.kind, crate::FailureKind::Invalid);
            assert!(failure.message.contains("The option `"), "{failure:?}");
            assert!(!failure.hint.is_empty(), "{failure:?}");
        }
    }

    #[test]
    fn an_empty_value_counts_as_not_given() {
        let options = Options::from_iter([("step", "")]);
        assert_eq!(options.duration("step").unwrap(), None);
        assert_eq!(options.text_or("step", "auto"), "auto");
        assert_eq!(options.query(), "");
    }
}
