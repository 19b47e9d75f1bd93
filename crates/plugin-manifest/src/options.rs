//! The options a plugin understands, and what a cell gives for them.

use std::collections::BTreeMap;

use crate::{nearest, parse_duration_ms};

/// The option that carries the cell's body.
const BODY_OPTION: &str = "query";

/// One option of a plugin.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionSpec {
    pub name: String,
    pub kind: OptionKind,
    /// Taken when the cell does not give the option.
    pub default: Option<String>,
    pub required: bool,
    /// One line for people.
    pub help: String,
}

/// What values an option takes.
#[derive(Clone, Debug, PartialEq)]
pub enum OptionKind {
    Text,
    Number,
    /// `1h30m`, `15s`.
    Duration,
    /// `true` or `false`.
    Boolean,
    /// One of these.
    Choice(Vec<String>),
}

impl OptionKind {
    /// The names of the kinds, as `type` in `config.toml` spells them.
    pub const WORDS: [&'static str; 5] = ["text", "number", "duration", "boolean", "choice"];

    /// As `config.toml` spells it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Duration => "duration",
            Self::Boolean => "boolean",
            Self::Choice(_) => "choice",
        }
    }

    /// Is the value one of this kind? The error says what is wanted instead.
    pub fn check(&self, value: &str) -> Result<(), String> {
        match self {
            Self::Text => Ok(()),
            Self::Number => match value.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(()),
                Ok(_) | Err(_) => Err("a number, like 5 or 0.5".to_owned()),
            },
            Self::Duration => parse_duration_ms(value)
                .map(|_| ())
                .ok_or_else(|| "a duration, like 15s or 1h30m".to_owned()),
            Self::Boolean => match value {
                "true" | "false" => Ok(()),
                _ => Err("`true` or `false`".to_owned()),
            },
            Self::Choice(values) => {
                if values.iter().any(|known| known == value) {
                    return Ok(());
                }
                let list: Vec<_> = values.iter().map(|known| format!("`{known}`")).collect();
                Err(format!("one of {}", list.join(", ")))
            }
        }
    }

    /// The choice nearest to a mistyped one.
    fn nearest_choice(&self, value: &str) -> Option<String> {
        match self {
            Self::Choice(values) => {
                nearest(value, values.iter().map(String::as_str)).map(str::to_owned)
            }
            Self::Text | Self::Number | Self::Duration | Self::Boolean => None,
        }
    }
}

/// What is wrong with the options of a cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionProblem {
    #[error("the plugin has no option `{name}`")]
    Unknown {
        name: String,
        nearest: Option<String>,
        known: Vec<String>,
    },
    #[error("the option `{name}` is missing")]
    Missing { name: String, help: String },
    #[error("the option `{name}` is `{value}`, but must be {wanted}")]
    Wrong {
        name: String,
        value: String,
        wanted: String,
        nearest: Option<String>,
    },
}

impl OptionProblem {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Unknown {
                nearest: Some(near),
                ..
            } => format!("Did you mean `{near}`?"),
            Self::Unknown { known, .. } if known.is_empty() => {
                "This plugin takes no options.".to_owned()
            }
            Self::Unknown { known, .. } => format!("It understands: {}.", known.join(", ")),
            Self::Missing { name, help } if name == BODY_OPTION => {
                with_help("Write it below the directive.", help)
            }
            Self::Missing { name, help } => {
                with_help(&format!("Add `{name}=…` to the directive."), help)
            }
            Self::Wrong {
                nearest: Some(near),
                ..
            } => format!("Did you mean `{near}`?"),
            Self::Wrong { name, wanted, .. } => format!("Give `{name}` {wanted}."),
        }
    }
}

fn with_help(hint: &str, help: &str) -> String {
    if help.is_empty() {
        hint.to_owned()
    } else {
        format!("{hint} {help}")
    }
}

/// Checks what a cell gives against what the plugin understands and fills in the defaults.
/// An empty body is no body, so a plugin without `query` accepts it.
pub fn fill_options(
    specs: &[OptionSpec],
    given: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, OptionProblem> {
    let mut filled = given;
    if filled.get(BODY_OPTION).is_some_and(|body| body.is_empty()) {
        filled.remove(BODY_OPTION);
    }
    for (name, value) in &filled {
        let Some(spec) = specs.iter().find(|spec| spec.name == *name) else {
            return Err(OptionProblem::Unknown {
                name: name.clone(),
                nearest: nearest(name, specs.iter().map(|spec| spec.name.as_str()))
                    .map(str::to_owned),
                known: specs.iter().map(|spec| spec.name.clone()).collect(),
            });
        };
        spec.kind
            .check(value)
            .map_err(|wanted| OptionProblem::Wrong {
                name: name.clone(),
                value: value.clone(),
                wanted,
                nearest: spec.kind.nearest_choice(value),
            })?;
    }
    for spec in specs {
        if filled.contains_key(&spec.name) {
            continue;
        }
        match &spec.default {
            Some(default) => {
                filled.insert(spec.name.clone(), default.clone());
            }
            None if spec.required => {
                return Err(OptionProblem::Missing {
                    name: spec.name.clone(),
                    help: spec.help.clone(),
                });
            }
            None => {}
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn spec(name: &str, kind: OptionKind, default: Option<&str>, required: bool) -> OptionSpec {
        OptionSpec {
            name: name.to_owned(),
            kind,
            default: default.map(str::to_owned),
            required,
            help: String::new(),
        }
    }

    fn specs() -> Vec<OptionSpec> {
        vec![
            spec("query", OptionKind::Text, None, true),
            spec("step", OptionKind::Duration, Some("15s"), false),
            spec("count", OptionKind::Number, None, false),
            spec("raw", OptionKind::Boolean, None, false),
            spec(
                "mode",
                OptionKind::Choice(vec!["instant".to_owned(), "range".to_owned()]),
                None,
                false,
            ),
        ]
    }

    fn fill(given: &[(&str, &str)]) -> Result<BTreeMap<String, String>, OptionProblem> {
        let given = given
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        fill_options(&specs(), given)
    }

    #[test]
    fn defaults_are_filled_in() {
        let filled = fill(&[("query", "up"), ("mode", "range")]).unwrap();
        assert_eq!(filled.get("step").map(String::as_str), Some("15s"));
        assert_eq!(filled.len(), 3);
    }

    #[test]
    fn problems_name_the_option_and_what_to_do() {
        for (given, message, hint) in [
            (
                &[("query", "up"), ("stpe", "1s")][..],
                "the plugin has no option `stpe`",
                "Did you mean `step`?",
            ),
            (
                &[],
                "the option `query` is missing",
                "Write it below the directive.",
            ),
            (
                &[("query", "")],
                "the option `query` is missing",
                "Write it below the directive.",
            ),
            (
                &[("query", "up"), ("step", "15")],
                "the option `step` is `15`, but must be a duration, like 15s or 1h30m",
                "Give `step` a duration, like 15s or 1h30m.",
            ),
            (
                &[("query", "up"), ("count", "many")],
                "the option `count` is `many`, but must be a number, like 5 or 0.5",
                "Give `count` a number, like 5 or 0.5.",
            ),
            (
                &[("query", "up"), ("raw", "yes")],
                "the option `raw` is `yes`, but must be `true` or `false`",
                "Give `raw` `true` or `false`.",
            ),
            (
                &[("query", "up"), ("mode", "instnat")],
                "the option `mode` is `instnat`, but must be one of `instant`, `range`",
                "Did you mean `instant`?",
            ),
        ] {
            let problem = fill(given).unwrap_err();
            assert_eq!(problem.to_string(), message);
            assert_eq!(problem.hint(), hint);
        }
    }

    #[test]
    fn an_empty_body_needs_no_query_option() {
        let given = BTreeMap::from([("query".to_owned(), String::new())]);
        assert_eq!(fill_options(&[], given), Ok(BTreeMap::new()));
        let given = BTreeMap::from([("query".to_owned(), "up".to_owned())]);
        let problem = fill_options(&[], given).unwrap_err();
        assert_eq!(problem.hint(), "This plugin takes no options.");
    }
}
