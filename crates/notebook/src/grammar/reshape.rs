//! A cell becomes two, two become one, prose becomes a query and a query prose.

use super::{CellKind, parse};

/// The texts of two cells into which a caret cuts one; it is counted in UTF-16 code units. A query
/// stays a query on both sides, and the name stays with the first.
pub fn split(text: &str, caret: u32) -> (String, String) {
    let mut units = 0;
    let cut = text
        .char_indices()
        .find(|(_, letter)| {
            let here = units >= caret;
            units += letter.len_utf16() as u32;
            here
        })
        .map_or(text.len(), |(byte, _)| byte);
    let (head, tail) = text.split_at_checked(cut).unwrap_or((text, ""));
    let head = head.strip_suffix('\n').unwrap_or(head);
    let head = head.strip_suffix('\r').unwrap_or(head);
    let tail = tail.strip_prefix('\r').unwrap_or(tail);
    let tail = tail.strip_prefix('\n').unwrap_or(tail);
    let cell = parse(text);
    let in_body = cut >= cell.body.start && cell.body.start > 0;
    let tail = match (in_body, nameless_directives(text)) {
        (true, directives) if !directives.is_empty() => directives + tail,
        _ => tail.to_owned(),
    };
    (head.to_owned(), tail)
}

/// The directive lines, each with its line break, without the cell's name.
fn nameless_directives(text: &str) -> String {
    let cell = parse(text);
    let name = match &cell.kind {
        CellKind::Plugin { name, .. } | CellKind::View { name, .. } => name.as_ref(),
        CellKind::Markdown => None,
    };
    let mut kept = text.get(..cell.body.start).unwrap_or_default().to_owned();
    if let Some(name) = name {
        kept.replace_range(cell.line_around(name.span.start), "");
    }
    if !kept.is_empty() && !kept.ends_with('\n') {
        kept.push('\n');
    }
    kept
}

/// The text of the cell that two make. Of two queries the first one's directives stay.
pub fn merge(first: &str, second: &str) -> String {
    let (one, two) = (parse(first), parse(second));
    let (between, rest) = match (&one.kind, &two.kind) {
        (CellKind::Markdown, _) | (_, CellKind::Markdown) => ("\n\n", second),
        _ => ("\n", two.body()),
    };
    match (first.trim().is_empty(), rest.trim().is_empty()) {
        (true, _) => second.to_owned(),
        (_, true) => first.to_owned(),
        _ => format!("{}{between}{rest}", first.trim_end_matches(['\n', '\r'])),
    }
}

/// A cell's text as prose: without its directives.
pub fn to_markdown(text: &str) -> String {
    parse(text).body().to_owned()
}

/// A cell's text as a query to a plugin; a query stays what it is.
pub fn to_query(text: &str, plugin: &str) -> String {
    match parse(text).kind {
        CellKind::Markdown => format!("@plugin={plugin}\n{text}"),
        CellKind::Plugin { .. } | CellKind::View { .. } => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn halves(text: &str, caret: u32) -> [String; 2] {
        let (head, tail) = split(text, caret);
        [head, tail]
    }

    #[test]
    fn prose_is_cut_at_the_caret() {
        assert_eq!(halves("one\ntwo", 3), ["one", "two"]);
        assert_eq!(halves("one\r\ntwo", 5), ["one", "two"]);
        assert_eq!(halves("a😀b", 3), ["a😀", "b"]);
        assert_eq!(halves("one", 99), ["one", ""]);
    }

    #[test]
    fn both_sides_of_a_query_are_queries_and_the_name_stays() {
        let text = "@plugin=demo range=1h\n@name=errors\none\ntwo";
        let caret = 39;
        assert_eq!(
            halves(text, caret),
            [
                "@plugin=demo range=1h\n@name=errors\none",
                "@plugin=demo range=1h\ntwo"
            ]
        );
        // Within the directives it is a text like any other.
        assert_eq!(halves("@plugin=demo\nup", 3), ["@pl", "ugin=demo\nup"]);
    }

    #[test]
    fn two_become_one() {
        assert_eq!(merge("# A\n", "B"), "# A\n\nB");
        assert_eq!(
            merge("@plugin=demo\na", "@plugin=demo step=1\nb"),
            "@plugin=demo\na\nb"
        );
        assert_eq!(merge("", "B"), "B");
        assert_eq!(merge("A", "  "), "A");
        assert_eq!(
            merge("@plugin=demo\na", "prose"),
            "@plugin=demo\na\n\nprose"
        );
    }

    #[test]
    fn prose_and_query() {
        assert_eq!(to_query("up", "prometheus"), "@plugin=prometheus\nup");
        assert_eq!(
            to_query("@plugin=demo\nup", "prometheus"),
            "@plugin=demo\nup"
        );
        assert_eq!(to_markdown("@plugin=demo\n@name=a\nup"), "up");
        assert_eq!(to_markdown("up"), "up");
    }

    proptest! {
        #[test]
        fn no_letter_is_lost(directives in prop::sample::select(vec!["", "@plugin=demo\n"]), body in "[a-z😀\n]{0,12}", caret in 0..16u32) {
            let letters = |text: &str| text.chars().filter(|one| !one.is_whitespace()).collect::<String>();
            let text = format!("{directives}{body}");
            let (head, tail) = split(&text, directives.len() as u32 + caret);
            let bodies = letters(parse(&head).body()) + &letters(parse(&tail).body());
            prop_assert_eq!(bodies, letters(&body));
            prop_assert_eq!(letters(&merge(&head, &tail)), letters(&text));
        }
    }
}
