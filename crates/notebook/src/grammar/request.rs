//! From a cell to what its plugin is asked.

use super::{
    CellKind, Diagnostic, OptionToken, ParsedCell, TimeRangeOverride, suggest, time, variable,
};
use crate::limits;
use output::{Failure, FailureKind};
use std::collections::BTreeMap;

/// The option that carries the cell's body.
pub(super) const QUERY: &str = "query";
/// Bytes that inserted variables may make of a cell's text.
const INSERTED_BYTES: usize = 1 << 20;

/// What a plugin is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub plugin: String,
    /// The options as typed, variables inserted, and the body as `query`.
    pub options: BTreeMap<String, String>,
    /// In place of the notebook's time range.
    pub time_range: Option<TimeRangeOverride>,
}

impl ParsedCell<'_> {
    /// What to ask the cell's plugin.
    ///
    /// # Errors
    /// Words for people: the first thing that is wrong with the cell, or why it does not run.
    pub fn request(&self, variables: &BTreeMap<String, String>) -> Result<Request, Failure> {
        let unknown = self.unknown_variables(variables);
        if let Some(diagnostic) = self.diagnostics.iter().chain(&unknown).next() {
            return Err(self.failure(diagnostic));
        }
        let (plugin, options) = match &self.kind {
            CellKind::Plugin {
                plugin, options, ..
            } => (plugin, options),
            CellKind::Markdown => {
                return Err(invalid(
                    "this cell is prose: there is nothing to run",
                    "Begin it with `@plugin=NAME`.",
                ));
            }
            CellKind::View { .. } => {
                return Err(invalid(
                    "this cell only shows: there is nothing to run",
                    "Begin it with `@plugin=NAME` to ask a data source.",
                ));
            }
        };
        let mut left_bytes = INSERTED_BYTES;
        let mut insert = |text: &str| {
            let inserted = variable::insert(text, variables, left_bytes).ok_or_else(too_much)?;
            left_bytes -= inserted.len();
            Ok(inserted)
        };
        let mut request = BTreeMap::new();
        for option in options
            .iter()
            .filter(|option| !time::is_time_option(&option.key))
        {
            request.insert(option.key.clone(), insert(&option.value)?);
        }
        let body = self.body().trim();
        if !body.is_empty() {
            request.insert(QUERY.to_owned(), insert(body)?);
        }
        let time_range = time::range_override(options, |value| {
            // What is longer than any value is no time either.
            let limit_bytes = limits::VARIABLE_VALUE_CHARACTERS;
            Some(variable::insert(value, variables, limit_bytes).unwrap_or_default())
        })
        .map_err(|diagnostic| self.failure(&diagnostic))?;
        Ok(Request {
            plugin: plugin.name.clone(),
            options: request,
            time_range,
        })
    }

    /// What is wrong about variables: those that the notebook does not have. For cells that
    /// are not Markdown; there, braces are only text.
    pub fn unknown_variables(&self, variables: &BTreeMap<String, String>) -> Vec<Diagnostic> {
        let options: &[OptionToken] = match &self.kind {
            CellKind::Markdown => return Vec::new(),
            CellKind::Plugin { options, .. } => options,
            CellKind::View { view, .. } => &view.options,
        };
        options
            .iter()
            .map(|option| option.value_span.clone())
            .chain([self.body.clone()])
            .flat_map(|part| {
                let text = self.text.get(part.clone()).unwrap_or_default();
                variable::named(text)
                    .map(move |(span, name)| (part.start + span.start..part.start + span.end, name))
            })
            .filter(|(_, name)| !variables.contains_key(*name))
            .map(|(span, name)| {
                let hint = match suggest(name, variables.keys()) {
                    Some(near) => format!("Did you mean `{{{{{near}}}}}`?"),
                    None => "Set the variable, or write `\\{{` for two braces.".to_owned(),
                };
                let message = format!("the notebook has no variable `{name}`");
                Diagnostic::new(span, message, hint)
            })
            .collect()
    }

    fn failure(&self, diagnostic: &Diagnostic) -> Failure {
        let line = self.line_of(diagnostic.span.start);
        invalid(
            format!("line {line}: {}", diagnostic.message),
            diagnostic.hint.clone(),
        )
    }
}

fn too_much() -> Failure {
    invalid(
        format!("with its variables inserted the cell is longer than {INSERTED_BYTES} bytes"),
        "Make the variables' values shorter, or insert them less often.",
    )
}

fn invalid(message: impl Into<String>, hint: impl Into<String>) -> Failure {
    Failure::new(FailureKind::Invalid, message, hint)
}
