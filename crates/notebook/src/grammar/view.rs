//! What a cell says of its view.

use super::{CellKind, Diagnostic, ParsedCell, ViewDirective, parse};
use output::Builtin;
use std::ops::Range;

/// The option that names the outputs a view shows: `from=errors,latency`.
pub const FROM: &str = "from";

/// The view of a cell and what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewSource<'a> {
    pub view: &'a ViewDirective,
    /// The output of the cell's own run is shown.
    pub own: bool,
    /// Names of the cells whose outputs are shown, in their order.
    pub from: Vec<String>,
}

impl ParsedCell<'_> {
    /// The cell's view, if it has one.
    pub fn view_source(&self) -> Option<ViewSource<'_>> {
        let (view, own) = match &self.kind {
            CellKind::Plugin { view, .. } => (view.as_ref()?, true),
            CellKind::View { view, .. } => (view, false),
            CellKind::Markdown => return None,
        };
        let from = view.options.iter().filter(|option| option.key == FROM);
        Some(ViewSource {
            view,
            own,
            from: from
                .flat_map(|option| option.value.split(','))
                .map(|name| name.trim().to_owned())
                .filter(|name| !name.is_empty())
                .collect(),
        })
    }

    /// The built-in view that shows the output of the cell's run, if it asks for one.
    pub fn builtin(&self) -> Option<Builtin> {
        match &self.kind {
            CellKind::Plugin { view, .. } => Builtin::parse(&view.as_ref()?.view.name),
            CellKind::View { .. } | CellKind::Markdown => None,
        }
    }

    /// The name of the cell's plugin, if it has one: then its output can be shown with a view.
    pub fn plugin(&self) -> Option<&str> {
        match &self.kind {
            CellKind::Plugin { plugin, .. } => Some(plugin.name.as_str()),
            CellKind::View { .. } | CellKind::Markdown => None,
        }
        .filter(|name| !name.is_empty())
    }

    /// What other cells call the cell's output.
    pub fn name(&self) -> Option<&str> {
        match &self.kind {
            CellKind::Plugin { name, .. } | CellKind::View { name, .. } => {
                name.as_ref().map(|name| name.name.as_str())
            }
            CellKind::Markdown => None,
        }
    }

    /// The cell's text with an option of its view set; as it is when it has no view.
    pub fn with_view_option(&self, key: &str, value: &str) -> String {
        let Some(ViewSource { view, .. }) = self.view_source() else {
            return self.text.to_owned();
        };
        let written = quoted(value);
        let (span, new) = match view.options.iter().find(|option| option.key == key) {
            Some(option) => (option.value_span.clone(), written),
            None => {
                let last = view
                    .options
                    .last()
                    .map_or(&view.view.span, |o| &o.value_span);
                (last.end..last.end, format!(" {key}={written}"))
            }
        };
        let mut text = self.text.to_owned();
        text.replace_range(span, &new);
        text
    }

    /// The cell's text with its output shown by another view, without the options of the view
    /// before; with none, without a view. What else is written stays byte for byte. As it is where
    /// no plugin is named: nothing there has an output.
    pub fn with_view(&self, name: Option<&str>) -> String {
        let mut text = self.text.to_owned();
        let (CellKind::Plugin { plugin, view, .. }, true) = (&self.kind, self.plugin().is_some())
        else {
            return text;
        };
        match (view, name.filter(|name| !name.is_empty())) {
            (None, None) => {}
            (Some(view), None) => {
                let line = self.line_around(view.view.span.start);
                text.replace_range(line, "");
                if !self.text[view.view.span.end..].contains('\n') {
                    // It was the last line: the break before it goes as well.
                    let end = text.strip_suffix('\n').unwrap_or(&text);
                    text.truncate(end.strip_suffix('\r').unwrap_or(end).len());
                }
            }
            (Some(view), Some(name)) => {
                let line = self.line_around(view.view.span.start);
                let end = self.text[..line.end].trim_end_matches(['\n', '\r']).len();
                text.replace_range(view.view.span.start..end, &quoted(name));
            }
            (None, Some(name)) => {
                let line = self.line_around(plugin.span.start);
                let written = self.text[line.clone()].trim_end_matches('\n');
                let line_break = if written.ends_with('\r') {
                    "\r\n"
                } else {
                    "\n"
                };
                let name = quoted(name);
                let added = if written.len() < line.len() {
                    format!("@view={name}{line_break}")
                } else {
                    format!("{line_break}@view={name}")
                };
                text.insert_str(line.end, &added);
            }
        }
        text
    }

    /// The line that a byte is in, with its line break if it has one.
    pub(super) fn line_around(&self, byte: usize) -> Range<usize> {
        let (before, after) = self.text.split_at(byte);
        let start = before.rfind('\n').map_or(0, |line_break| line_break + 1);
        let length = after
            .find('\n')
            .map_or(after.len(), |line_break| line_break + 1);
        start..byte + length
    }

    /// Adds what is wrong about a view that is built in.
    pub(super) fn check_builtin(&mut self) {
        let (view, is_on_output) = match &self.kind {
            CellKind::Plugin { view, .. } => (view.as_ref(), true),
            CellKind::View { view, .. } => (Some(view), false),
            CellKind::Markdown => (None, false),
        };
        let Some((view, builtin)) =
            view.and_then(|view| Some((view, Builtin::parse(&view.view.name)?)))
        else {
            return;
        };
        let name = builtin.name();
        if !is_on_output {
            self.diagnostics.push(Diagnostic::new(
                view.view.span.clone(),
                format!("`{name}` is built in and shows what the cell itself has run"),
                "Add a line `@plugin=NAME`.",
            ));
        } else if let Some(option) = view.options.first() {
            self.diagnostics.push(Diagnostic::new(
                option.key_span.clone(),
                format!("`@view={name}` takes no options"),
                "Put options of the plugin behind `@plugin`.",
            ));
        }
    }
}

/// Whether two texts of a cell ask a plugin for the same: they differ at most in their view, which
/// decides only how an output is shown.
pub fn run_alike(text: &str, other: &str) -> bool {
    // A second view says nothing, but becomes the first one when that is taken away.
    let asked = |text: &str| {
        let mut text = text.to_owned();
        loop {
            let without = parse(&text).with_view(None);
            if without == text {
                return text;
            }
            text = without;
        }
    };
    text == other || asked(text) == asked(other)
}

/// A value as a directive writes it: in quotes where it has to be. A line break, which a directive
/// cannot hold, becomes a space.
fn quoted(value: &str) -> String {
    let plain = !value.is_empty()
        && value
            .chars()
            .all(|c| c.is_alphanumeric() || "_-.,:/+*%".contains(c));
    if plain {
        return value.to_owned();
    }
    let mut quoted = String::from("\"");
    for c in value.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' | '\r' => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::{Builtin, run_alike};
    use crate::parse;
    use proptest::prelude::*;

    fn check(text: &str, key: &str, value: &str, expected: &str) {
        let changed = parse(text).with_view_option(key, value);
        assert_eq!(changed, expected);
        if let Some(source) = parse(&changed).view_source() {
            let found = source.view.options.iter().find(|option| option.key == key);
            assert_eq!(
                found.map(|option| option.value.as_str()),
                Some(value.replace('\n', " ").as_str())
            );
        }
    }

    #[test]
    fn an_option_of_the_view_is_set_where_it_stands() {
        check("@view=a\nbody", "x", "1", "@view=a x=1\nbody");
        check("@view=a x=1 y=2", "x", "3", "@view=a x=3 y=2");
        check("@view=a x=\"1 2\"", "x", "3", "@view=a x=3");
        check(
            "@plugin=p x=0\n@view=a\nq",
            "x",
            "é",
            "@plugin=p x=0\n@view=a x=é\nq",
        );
        check(
            "@view=a",
            "x",
            "a \"b\" \\",
            "@view=a x=\"a \\\"b\\\" \\\\\"",
        );
        check("@view=a", "x", "", "@view=a x=\"\"");
        check("@view=a", "x", "1\n2", "@view=a x=\"1 2\"");
        check("prose", "x", "1", "prose");
    }

    /// Choosing a view, and no view again where there was none.
    fn check_view(text: &str, name: Option<&str>, expected: &str) {
        let changed = parse(text).with_view(name);
        assert_eq!(changed, expected, "{text:?}");
        assert!(run_alike(text, &changed), "{text:?}");
        if parse(text).view_source().is_none() {
            assert_eq!(parse(&changed).with_view(None), text);
        }
    }

    #[test]
    fn a_view_is_chosen_in_a_line_of_its_own() {
        let table = Some("table");
        check_view("@plugin=p", table, "@plugin=p\n@view=table");
        check_view("@plugin=p\n", table, "@plugin=p\n@view=table\n");
        check_view(
            "@plugin=p x=1 \r\n@name=a\r\nq",
            table,
            "@plugin=p x=1 \r\n@view=table\r\n@name=a\r\nq",
        );
        check_view(
            " \n @name=a\n@plugin=p\n\n@x=1\n",
            table,
            " \n @name=a\n@plugin=p\n@view=table\n\n@x=1\n",
        );
        check_view("@plugin=p", Some("a b"), "@plugin=p\n@view=\"a b\"");
        check_view(
            "@plugin=\"p\" x=\"é\ny",
            table,
            "@plugin=\"p\" x=\"é\n@view=table\ny",
        );
    }

    #[test]
    fn a_view_is_replaced_with_its_options_and_taken_back() {
        let table = Some("table");
        check_view(
            "@plugin=p\n@view=heatmap rows=a \r\n@name=b\nq",
            table,
            "@plugin=p\n@view=table\r\n@name=b\nq",
        );
        check_view("@view=\n@plugin=p", table, "@view=table\n@plugin=p");
        check_view("@plugin=p\n@view=a x=1\nq", None, "@plugin=p\nq");
        check_view("@plugin=p\r\n @view=a x=\"\r\nq", None, "@plugin=p\r\nq");
        check_view("@plugin=p\r\n@view=a", None, "@plugin=p");
        check_view("\n@view=a\n@plugin=p\nq", None, "\n@plugin=p\nq");
        check_view("@plugin=p\n@view=a\nq", Some(""), "@plugin=p\nq");
        check_view("@plugin=p\nq", None, "@plugin=p\nq");
    }

    #[test]
    fn a_cell_that_runs_no_plugin_has_no_output_to_choose_for() {
        for text in [
            "prose",
            "@view=a x=1",
            "@plugn=p\nq",
            "@plugin=\nq",
            "@name=a",
            "",
        ] {
            assert_eq!(parse(text).with_view(Some("table")), text);
            assert_eq!(parse(text).with_view(None), text);
        }
    }

    #[test]
    fn only_what_is_run_makes_a_text_another() {
        let text = "@plugin=p a=1\n@view=runbook done=2\nq";
        for alike in [
            "@plugin=p a=1\n@view=runbook done=\"2 3\"\nq",
            "@plugin=p a=1\n@view=table\nq",
            "@view=x\n@plugin=p a=1\nq",
            "@plugin=p a=1\nq",
        ] {
            assert!(run_alike(text, alike), "{alike:?}");
        }
        for other in [
            "@plugin=p a=2\n@view=runbook done=2\nq",
            "@plugin=p a=1\n@view=runbook done=2\nr",
            "@view=runbook done=2\nq",
            "q",
        ] {
            assert!(!run_alike(text, other), "{other:?}");
        }
    }

    #[test]
    fn built_in_views_are_for_what_the_cell_has_run() {
        let builtin = |text: &str| {
            let parsed = parse(text);
            (parsed.builtin(), parsed.diagnostics.len())
        };
        assert_eq!(builtin("@plugin=p\n@view=json"), (Some(Builtin::Json), 0));
        assert_eq!(builtin("@plugin=p\n@view=jsno"), (None, 0));
        assert_eq!(builtin("@view=json"), (None, 1));
        assert_eq!(builtin("@view=json from=a"), (None, 1));
        assert_eq!(
            builtin("@plugin=p\n@view=json x=1"),
            (Some(Builtin::Json), 1)
        );
    }

    proptest! {
        #[test]
        fn any_text_can_be_shown_otherwise(
            text in r#"([ \n\r\t]{0,2}@(plugin|view|name|nam)=?|[a-zé𝄞"\\=@: \r\n]){0,16}"#,
            name in proptest::option::of("(?s).{0,6}"),
        ) {
            let before = parse(&text);
            let changed = before.with_view(name.as_deref());
            let after = parse(&changed);
            prop_assert_eq!(before.plugin(), after.plugin());
            prop_assert_eq!(before.body(), after.body());
            prop_assert_eq!(before.name(), after.name());
            prop_assert!(run_alike(&text, &changed));
            let wanted = name.filter(|name| !name.is_empty());
            if let (Some(_), Some(name)) = (before.plugin(), wanted) {
                let view = after.view_source().map(|source| source.view.clone());
                let name = name.replace(['\n', '\r'], " ");
                prop_assert_eq!(view.map(|view| (view.view.name, view.options.len())), Some((name, 0)));
            }
            if before.view_source().is_none() {
                prop_assert_eq!(after.with_view(None), text.as_str());
            }
        }
    }

    #[test]
    fn a_view_shows_its_own_run_or_named_outputs() {
        let source = |text: &str| {
            parse(text)
                .view_source()
                .map(|source| (source.view.view.name.clone(), source.own, source.from))
        };
        assert_eq!(
            source("@plugin=p\n@view=h\nq"),
            Some(("h".into(), true, Vec::new()))
        );
        assert_eq!(
            source("@view=h from=a,b"),
            Some(("h".into(), false, vec!["a".into(), "b".into()]))
        );
        assert_eq!(source("@plugin=p\nq"), None);
        assert_eq!(source("prose"), None);
    }
}
