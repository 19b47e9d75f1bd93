//! What a cell says of its view.

use super::{CellKind, ParsedCell, ViewDirective};

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
    use crate::parse;

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
