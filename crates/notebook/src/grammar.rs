//! What people type into a cell: directive lines at the very start, then the body.
//!
//! ```text
//! @plugin=prometheus range=1h step=15s
//! @view=heatmap
//! @name=errors
//! rate(http_requests_total{service="{{service}}"}[5m])
//! ```
//!
//! Parsing is total: whatever is typed becomes a cell, and what is wrong with it becomes
//! diagnostics with their places. The first line that is not a directive begins the body; an
//! empty line in front lets a body begin with `@`.

mod directive;
mod request;
mod reshape;
mod suggest;
#[cfg(test)]
mod tests;
mod time;
mod variable;
mod view;

use std::ops::Range;

pub use request::Request;
pub use reshape::{merge, split, to_markdown, to_query};
pub use suggest::suggest;
pub use time::{DurationError, TimeRangeOverride, parse_duration, parse_time};
pub use view::{FROM, ViewSource, run_alike};

/// The variables that a text names.
pub(crate) fn named_variables(text: &str) -> impl Iterator<Item = &str> {
    variable::named(text).map(|(_, name)| name)
}

/// A cell's text, understood as far as it can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedCell<'a> {
    text: &'a str,
    pub kind: CellKind,
    /// Bytes of the text after the directives.
    pub body: Range<usize>,
    /// What is wrong, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Which sort of cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// No directive.
    Markdown,
    /// Runs on the server. The plugin's name is empty where directives are there but none, or
    /// no whole one, says which plugin; a diagnostic says so.
    Plugin {
        plugin: Directive,
        options: Vec<OptionToken>,
        /// The view, built in or a plugin, that shows the output.
        view: Option<ViewDirective>,
        /// What other cells call the output.
        name: Option<Directive>,
    },
    /// A view plugin on its own or on named outputs.
    View {
        view: ViewDirective,
        name: Option<Directive>,
    },
}

/// What stands after the `=` of a directive, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    pub name: String,
    pub span: Range<usize>,
}

/// A view plugin and its options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewDirective {
    pub view: Directive,
    pub options: Vec<OptionToken>,
}

/// One `key=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionToken {
    pub key: String,
    /// Without quotes and escapes; variables are not inserted yet.
    pub value: String,
    pub key_span: Range<usize>,
    /// With the quotes.
    pub value_span: Range<usize>,
}

/// Something wrong with a cell's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Bytes of the cell's text.
    pub span: Range<usize>,
    pub message: String,
    /// What to do; empty when there is nothing to suggest.
    pub hint: String,
}

impl Diagnostic {
    fn new(span: Range<usize>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            hint: hint.into(),
        }
    }
}

/// Reads a cell's text.
pub fn parse(text: &str) -> ParsedCell<'_> {
    let mut lines = directive::read(text);
    let kind = kind_of(&mut lines);
    let mut cell = ParsedCell {
        text,
        body: match kind {
            CellKind::Markdown => 0..text.len(),
            CellKind::Plugin { .. } | CellKind::View { .. } => lines.body_start..text.len(),
        },
        kind,
        diagnostics: lines.diagnostics,
    };
    cell.check();
    cell.diagnostics
        .sort_by_key(|diagnostic| diagnostic.span.start);
    cell
}

fn kind_of(lines: &mut directive::Lines) -> CellKind {
    let name = lines.name.take();
    let view = lines.view.take();
    match (lines.plugin.take(), view, lines.first.take()) {
        (Some((plugin, options)), view, _) => CellKind::Plugin {
            plugin,
            options,
            view,
            name,
        },
        (None, Some(view), _) => CellKind::View { view, name },
        // Only what is not understood, or a name alone: not prose, and nothing can run it.
        (None, None, Some(span)) => {
            if let Some(name) = &name {
                lines.diagnostics.push(Diagnostic::new(
                    name.span.clone(),
                    "the cell has a name and no plugin",
                    "Add a line `@plugin=NAME`.",
                ));
            }
            CellKind::Plugin {
                plugin: Directive {
                    name: String::new(),
                    span,
                },
                options: Vec::new(),
                view: None,
                name,
            }
        }
        (None, None, None) => CellKind::Markdown,
    }
}

impl<'a> ParsedCell<'a> {
    /// The text after the directives; of a Markdown cell, all of it.
    pub fn body(&self) -> &'a str {
        self.text.get(self.body.clone()).unwrap_or_default()
    }

    /// Line of a byte of the text, from 1.
    pub fn line_of(&self, byte: usize) -> usize {
        let before = self.text.bytes().take(byte);
        before.filter(|&byte| byte == b'\n').count() + 1
    }

    /// Adds what can be seen to be wrong only with everything at hand.
    fn check(&mut self) {
        self.check_builtin();
        let CellKind::Plugin { options, .. } = &self.kind else {
            return;
        };
        let query = options.iter().find(|option| option.key == request::QUERY);
        if let Some(query) = query.filter(|_| !self.body().trim().is_empty()) {
            self.diagnostics.push(Diagnostic::new(
                query.key_span.clone(),
                "the query is given twice: as an option and as the cell's body",
                "Remove one of them.",
            ));
        }
        if let Err(diagnostic) = time::range_override(options, |value| {
            // What has variables is read when they are known.
            (!variable::has_any(value)).then(|| value.to_owned())
        }) {
            self.diagnostics.push(diagnostic);
        }
    }
}
