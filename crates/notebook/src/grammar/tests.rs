//! What is made of what people type.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::{CellKind, ParsedCell, TimeRangeOverride, parse, parse_duration, parse_time, suggest};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A cell in one line per thing, diagnostics with the text they are about.
fn shown(text: &str) -> String {
    let cell = parse(text);
    let mut lines = Vec::new();
    match &cell.kind {
        CellKind::Markdown => lines.push("markdown".to_owned()),
        CellKind::Plugin {
            plugin,
            options,
            view,
            name,
        } => {
            lines.push(format!("plugin {}", plugin.name));
            lines.extend(
                options
                    .iter()
                    .map(|option| format!("{}={}", option.key, option.value)),
            );
            lines.extend(view.iter().map(|view| format!("view {}", view.view.name)));
            lines.extend(name.iter().map(|name| format!("name {}", name.name)));
        }
        CellKind::View { view, name } => {
            lines.push(format!("view {}", view.view.name));
            let options = view.options.iter();
            lines.extend(options.map(|option| format!("{}={}", option.key, option.value)));
            lines.extend(name.iter().map(|name| format!("name {}", name.name)));
        }
    }
    lines.push(format!("body {:?}", cell.body()));
    lines.extend(cell.diagnostics.iter().map(|diagnostic| {
        let marked = &text[diagnostic.span.clone()];
        format!("! {marked:?} {} / {}", diagnostic.message, diagnostic.hint)
    }));
    lines.join("\n")
}

fn check(text: &str, expected: &[&str]) {
    assert_eq!(shown(text), expected.join("\n"), "{text:?}");
}

#[test]
fn cells() {
    check("", &["markdown", "body \"\""]);
    check(
        "# Title\n@plugin=x",
        &["markdown", r##"body "# Title\n@plugin=x""##],
    );
    check(
        "@alice saw it first",
        &["markdown", "body \"@alice saw it first\""],
    );
    check("@", &["markdown", "body \"@\""]);
    check(
        "@plugins are fine",
        &["markdown", "body \"@plugins are fine\""],
    );
    check(
        "@plugin=prometheus\nup[5m]",
        &["plugin prometheus", "body \"up[5m]\""],
    );
    check("\n  @plugin=demo", &["plugin demo", "body \"\""]);
    check(
        "@plugin=demo\r\n@name=a\r\nup\r\n",
        &["plugin demo", "name a", "body \"up\\r\\n\""],
    );
    check(
        "@plugin=prometheus range=1h step=15s\n@view=heatmap palette=warm\n@name=errors\nrate(x[5m])\n@offset",
        &[
            "plugin prometheus",
            "range=1h",
            "step=15s",
            "view heatmap",
            "name errors",
            "body \"rate(x[5m])\\n@offset\"",
        ],
    );
    check(
        "@view=heatmap from=a,b",
        &["view heatmap", "from=a,b", "body \"\""],
    );
    // An empty line ends the directives.
    check("@plugin=sql\n\n@x=1", &["plugin sql", "body \"\\n@x=1\""]);
    check("@plugin=sql\n@x + 1", &["plugin sql", "body \"@x + 1\""]);
}

#[test]
fn values() {
    check(
        r#"@plugin=loki a="two words" b="say \"hi\" \\ \d" c=x="y" d="""#,
        &[
            "plugin loki",
            "a=two words",
            r#"b=say "hi" \ \d"#,
            r#"c=x="y""#,
            "d=",
            "body \"\"",
        ],
    );
    check("@plugin=\"demo\"", &["plugin demo", "body \"\""]);
}

#[test]
fn what_is_wrong_is_marked() {
    const SHAPE: &str = "Options are written `key=value`, without spaces around the `=`";
    check(
        "@plugin prometheus\nup",
        &[
            "plugin ",
            "body \"up\"",
            "! \"@plugin\" `@plugin` needs a `=` / Write `@plugin=NAME`, without spaces around the `=`.",
        ],
    );
    check(
        "@plugin=\nup",
        &[
            "plugin ",
            "body \"up\"",
            "! \"\" `@plugin=` has no name / Write the name right after the `=`.",
        ],
    );
    check(
        "@plugin=a/b",
        &[
            "plugin a/b",
            "body \"\"",
            "! \"a/b\" `a/b` cannot be a name / Names are letters, digits, `_`, `-` and `.`.",
        ],
    );
    check(
        "@plugn=demo\nup",
        &[
            "plugin ",
            "body \"up\"",
            "! \"@plugn\" unknown directive `@plugn` / Did you mean `@plugin`?",
        ],
    );
    check(
        "@plugin=demo step\n",
        &[
            "plugin demo",
            "body \"\"",
            &format!(
                "! \"step\" `step` is not an option: a `=` is missing / {SHAPE}; values with spaces stand in double quotes."
            ),
        ],
    );
    check(
        "@plugin=demo step= =5",
        &[
            "plugin demo",
            "step=",
            "body \"\"",
            "! \"step=\" option `step` has no value / Write the value right after the `=`, or `\"\"` for an empty one.",
            &format!("! \"=5\" an option's name is missing before `=` / {SHAPE}."),
        ],
    );
    check(
        "@plugin=demo a=1 a=2",
        &[
            "plugin demo",
            "a=1",
            "body \"\"",
            "! \"a\" option `a` is given twice / Remove one of them: the first one counts.",
        ],
    );
    check(
        "@plugin=demo a=\"open\nup",
        &[
            "plugin demo",
            "a=open",
            "body \"up\"",
            "! \"\\\"open\" the quoted value does not end / Close it with `\"` on the same line; inside, write `\\\"` for a quote.",
        ],
    );
    check(
        "@plugin=demo a=\"x\"y b=1",
        &[
            "plugin demo",
            "a=x",
            "b=1",
            "body \"\"",
            "! \"y\" a space is missing after the quoted value / Put the whole value in quotes, or a space behind the closing one.",
        ],
    );
    check(
        "@plugin=a\n@plugin=b",
        &[
            "plugin a",
            "body \"\"",
            "! \"@plugin\" `@plugin` is given twice / Remove one of them: the first one counts.",
        ],
    );
    check(
        "@name=a x=1",
        &[
            "plugin ",
            "name a",
            "body \"\"",
            "! \"a\" the cell has a name and no plugin / Add a line `@plugin=NAME`.",
            "! \"x\" `@name` takes no options / Put options behind `@plugin` or `@view`.",
        ],
    );
    check(
        "@plugin=demo query=up\nup",
        &[
            "plugin demo",
            "query=up",
            "body \"up\"",
            "! \"query\" the query is given twice: as an option and as the cell's body / Remove one of them.",
        ],
    );
}

fn variables() -> BTreeMap<String, String> {
    let pairs = [("service", "api"), ("span", "5m"), ("empty", "")];
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

fn requested(text: &str) -> String {
    match parse(text).request(&variables()) {
        Ok(request) => {
            let options = request
                .options
                .iter()
                .map(|(key, value)| format!(" {key}={value}"));
            let range = request.time_range.map(|range| format!(" {range:?}"));
            format!(
                "{}{}{}",
                request.plugin,
                options.collect::<String>(),
                range.unwrap_or_default()
            )
        }
        Err(failure) => format!("! {} / {}", failure.message, failure.hint),
    }
}

#[test]
fn requests() {
    let check = |text: &str, expected: &str| assert_eq!(requested(text), expected, "{text:?}");
    check("@plugin=p step=15s\n  up[5m]\n", "p query=up[5m] step=15s");
    check("@plugin=p query=up", "p query=up");
    check(
        "@plugin=p range=1h\nup",
        "p query=up Last { duration_ms: 3600000 }",
    );
    check("@plugin=p range={{span}}", "p Last { duration_ms: 300000 }");
    check(
        "@plugin=p from=1970-01-01T00:00:01Z to=2000",
        "p Between { start_ms: 1000, end_ms: Some(2000000) }",
    );
    check(
        "@plugin=p from=5",
        "p Between { start_ms: 5000, end_ms: None }",
    );
    check(
        "@plugin=p a=\"{{ service }}-1\"\nx{s=\"{{service}}\"}{{empty}} {{.status}} \\{{span}}",
        "p a=api-1 query=x{s=\"api\"} {{.status}} {{span}}",
    );
    check(
        "@plugin=p\n\nup{{servce}}",
        "! line 3: the notebook has no variable `servce` / Did you mean `{{service}}`?",
    );
    check(
        "@plugin=p x={{nothing}}",
        "! line 1: the notebook has no variable `nothing` / Set the variable, or write `\\{{` for two braces.",
    );
    check(
        "@plugin=p range=soon",
        "! line 1: a duration is whole numbers with units: ms, s, m, h, d, w or y / Write it as in `range=1h30m`.",
    );
    check(
        "@plugin=p range={{service}}",
        "! line 1: a duration is whole numbers with units: ms, s, m, h, d, w or y / Write it as in `range=1h30m`.",
    );
    check(
        "@plugin=p range=1h from=1",
        "! line 1: `range` and `from` or `to` are both given / Use `range` for a span that ends now, `from` and `to` for fixed times.",
    );
    check(
        "@plugin=p to=1",
        "! line 1: `to` needs a `from` / Add `from=` with the time at which to start, or use `range=1h`.",
    );
    check(
        "@plugin=p from=2 to=1",
        "! line 1: `from` is not before `to` / Put the earlier time first.",
    );
    check(
        "words",
        "! this cell is prose: there is nothing to run / Begin it with `@plugin=NAME`.",
    );
    check(
        "@view=heatmap",
        "! this cell only shows: there is nothing to run / Begin it with `@plugin=NAME` to ask a data source.",
    );
}

#[test]
fn inserted_variables_are_not_read_again() {
    let variables = BTreeMap::from([("a".to_owned(), "1 b=2 {{a}}".to_owned())]);
    let request = parse("@plugin=p x={{a}}").request(&variables).unwrap();
    assert_eq!(
        request.options,
        BTreeMap::from([("x".to_owned(), "1 b=2 {{a}}".to_owned())])
    );
}

#[test]
fn endless_insertions_are_refused() {
    let variables = BTreeMap::from([("a".to_owned(), "x".repeat(4_096))]);
    let text = format!("@plugin=p\n{}", "{{a}}".repeat(50_000));
    let failure = parse(&text).request(&variables).unwrap_err();
    assert!(failure.message.contains("1048576 bytes"), "{failure}");
}

#[test]
fn time_ranges_are_resolved() {
    let resolved = |range: TimeRangeOverride| {
        let range = range.resolve(10_000);
        (range.start_ms, range.end_ms)
    };
    assert_eq!(
        resolved(TimeRangeOverride::Last { duration_ms: 1_000 }),
        (9_000, 10_000)
    );
    let between = |start_ms, end_ms| TimeRangeOverride::Between { start_ms, end_ms };
    assert_eq!(resolved(between(5, Some(6))), (5, 6));
    assert_eq!(resolved(between(5, None)), (5, 10_000));
    assert_eq!(resolved(between(20_000, None)), (20_000, 20_000));
}

#[test]
fn durations() {
    let check = |text: &str, expected: Option<u64>| {
        assert_eq!(parse_duration(text).ok(), expected, "{text:?}");
    };
    check("1h30m", Some(5_400_000));
    check("500ms", Some(500));
    check("1d", Some(86_400_000));
    check("1y", Some(31_536_000_000));
    check("0s", Some(0));
    for wrong in [
        "",
        "5",
        "h",
        "1.5h",
        "-1h",
        "1 h",
        "1hh",
        "99999999999999999999s",
        "9999999999999999y",
        "١s",
    ] {
        check(wrong, None);
    }
}

#[test]
fn times() {
    let check =
        |text: &str, expected: Option<i64>| assert_eq!(parse_time(text), expected, "{text:?}");
    check("1970-01-01T00:00:00Z", Some(0));
    check("2025-11-23T03:12:00.5Z", Some(1_763_867_520_500));
    check("2025-11-23T04:12:00.500999+01:00", Some(1_763_867_520_500));
    check("2025-11-22t22:12-05:00", Some(1_763_867_520_000));
    check("2024-02-29 00:00:00Z", Some(1_709_164_800_000));
    check("1969-12-31T23:59:59Z", Some(-1_000));
    check("2016-12-31T23:59:60Z", Some(1_483_228_799_000));
    check("1763867520", Some(1_763_867_520_000));
    check("1763867520500", Some(1_763_867_520_500));
    check("-5", Some(-5_000));
    for wrong in [
        "",
        "now",
        "-",
        "2025-11-23",
        "2025-11-23T03:12:00",
        "2025-02-29T00:00:00Z",
        "2025-13-01T00:00:00Z",
        "2025-01-01T24:00:00Z",
        "2025-01-01T00:00:00.Z",
        "2025-1-1T0:0:0Z",
        "2025-01-01T00:00:00+25:00",
        "99999999999999999999",
    ] {
        check(wrong, None);
    }
}

#[test]
fn suggestions() {
    let known = ["prometheus", "demo", "hello_world"];
    let check = |name: &str, expected| assert_eq!(suggest(name, &known), expected, "{name:?}");
    check("promethius", Some("prometheus"));
    check("Prometheus", Some("prometheus"));
    check("deom", Some("demo"));
    check("helloworld", Some("hello_world"));
    check("loki", None);
    check("", None);
    check(&"x".repeat(100_000), None);
    assert_eq!(suggest("demo1", known), Some("demo"));
}

fn check_spans(cell: &ParsedCell<'_>, text: &str) {
    assert!(text.get(cell.body.clone()).is_some());
    for diagnostic in cell
        .diagnostics
        .iter()
        .chain(&cell.unknown_variables(&BTreeMap::new()))
    {
        assert!(
            text.get(diagnostic.span.clone()).is_some(),
            "{diagnostic:?}"
        );
        assert!(!diagnostic.message.is_empty());
    }
    let mut spans = Vec::new();
    match &cell.kind {
        CellKind::Markdown => {}
        CellKind::Plugin {
            plugin, options, ..
        } => {
            spans.push(plugin.span.clone());
            spans.extend(
                options
                    .iter()
                    .flat_map(|o| [o.key_span.clone(), o.value_span.clone()]),
            );
        }
        CellKind::View { view, .. } => spans.push(view.view.span.clone()),
    }
    assert!(spans.into_iter().all(|span| text.get(span).is_some()));
}

proptest! {
    #[test]
    fn any_text_is_a_cell(
        text in r#"([ \n\r\t]{0,2}@(plugin|view|name|nam)?=?|[a-zé𝄞"\\=@{}: \r\n]|range=|from=|\{\{|\}\}|1h){0,24}"#,
    ) {
        let cell = parse(&text);
        check_spans(&cell, &text);
        let _ = cell.request(&variables());
    }

    #[test]
    fn any_text_at_all(text in "(?s).*") {
        check_spans(&parse(&text), &text);
        let _ = (parse_duration(&text), parse_time(&text));
    }

    #[test]
    fn times_never_panic(text in "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{0,12})?)?(Z|[+-][0-9]{2}:[0-9]{2})") {
        let _ = parse_time(&text);
    }
}
