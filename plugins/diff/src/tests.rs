//! What is shown of which outputs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use view_sdk::testing::{Driver, NOON_MS, Setup, Value, context};
use view_sdk::{Column, Frame, Kind, Label, Level, LogRecord, Output, Tree, Values};

use super::*;

fn text(text: &str) -> Output {
    Output::Text(text.to_owned())
}

/// The output of another cell, and what ran here.
fn two(before: Output, after: Output) -> Setup {
    context().output("", after).output("before", before)
}

fn start(before: Output, after: Output) -> Driver<Diff> {
    Driver::start(two(before, after))
}

fn column(name: &str, unit: &str, values: Values) -> Column {
    Column {
        name: name.to_owned(),
        unit: unit.to_owned(),
        values,
    }
}

fn texts(name: &str, texts: &[&str]) -> Column {
    let texts = texts.iter().map(|text| (*text).to_owned()).collect();
    column(name, "", Values::Texts(texts))
}

fn numbers(name: &str, unit: &str, numbers: &[f64]) -> Column {
    column(name, unit, Values::Numbers(numbers.to_vec()))
}

fn table(columns: Vec<Column>) -> Output {
    Output::Table(Frame {
        columns,
        ..Frame::default()
    })
}

fn series(name: &str, values: &[f64]) -> Frame {
    let times = (0..values.len() as i64).map(|step| NOON_MS + step * 15_000);
    Frame {
        name: name.to_owned(),
        labels: Vec::new(),
        columns: vec![
            column("time", "", Values::Times(times.collect())),
            numbers("value", "ms", values),
        ],
    }
}

fn logs(start_ms: i64, messages: &[&str]) -> Output {
    let record = |(place, message): (usize, &&str)| LogRecord {
        time_ms: Some(start_ms + place as i64 * 1_000),
        level: Level::Warn,
        message: (*message).to_owned(),
        labels: vec![Label {
            name: "pod".to_owned(),
            value: "a".to_owned(),
        }],
    };
    Output::Logs(messages.iter().enumerate().map(record).collect())
}

#[track_caller]
fn says(driver: &Driver<Diff>, words: &str) {
    let text = driver.text();
    assert!(text.contains(words), "no {words} in\n{text}");
}

#[track_caller]
fn says_not(driver: &Driver<Diff>, words: &str) {
    let text = driver.text();
    assert!(!text.contains(words), "{words} is in\n{text}");
}

fn has(driver: &Driver<Diff>, is_meant: impl Fn(&Kind) -> bool) -> bool {
    driver.tree().nodes.iter().any(|node| is_meant(&node.kind))
}

#[test]
fn what_ran_here_is_what_is_new() {
    let mut driver = start(text("a\nold\nc"), text("a\nnew\nc"));
    says(&driver, "--- before, 2024-05-07 12:00:00 UTC");
    says(&driver, "+++ this cell, 2024-05-07 12:00:00 UTC");
    says(&driver, "- old\n+ new");
    says(&driver, "1 line added");
    says(&driver, "1 line removed");
    driver.press("swap");
    says(&driver, "- new\n+ old");
    driver.press("swap");
    says(&driver, "- old\n+ new");
}

#[test]
fn two_can_stand_beside_each_other() {
    let mut driver = start(text("a\n  old"), text("a\n  new"));
    assert!(has(&driver, |kind| matches!(kind, Kind::Diff(_))));
    driver.input("side", Value::Flag(true));
    assert!(!has(&driver, |kind| matches!(kind, Kind::Diff(_))));
    let cells = driver
        .tree()
        .nodes
        .iter()
        .find_map(|node| match &node.kind {
            Kind::Table(table) => Some(table.rows[1].clone()),
            _ => None,
        });
    let cells: Vec<String> = cells
        .unwrap()
        .iter()
        .map(|cell| cell[0].text.clone())
        .collect();
    // Indentation stays.
    assert_eq!(cells, ["-\u{a0}\u{a0}\u{a0}old", "+\u{a0}\u{a0}\u{a0}new"]);
    let setup = two(text("a"), text("b")).option("side", "true");
    let driver = Driver::<Diff>::start(setup);
    assert!(has(&driver, |kind| matches!(kind, Kind::Table(_))));
}

#[test]
fn what_is_the_same_is_left_out_until_it_is_asked_for() {
    let long = |last: &str| text(&format!("{}{last}", "same\n".repeat(50)));
    let mut driver = start(long("old"), long("new"));
    says(&driver, "⋯ 47 lines the same");
    driver.input("all", Value::Flag(true));
    says_not(&driver, "⋯");
    let mut driver = start(long("x"), long("x"));
    says(&driver, "No line differs.");
    driver.input("all", Value::Flag(true));
    says(&driver, "0 lines added");
}

#[test]
fn log_lines_are_compared_without_their_times_unless_these_count() {
    let later = logs(NOON_MS + 60_000, &["pool is full", "retry"]);
    let mut driver = start(logs(NOON_MS, &["pool is full"]), later);
    says(&driver, "1 line added");
    says(&driver, "0 lines removed");
    says(&driver, "+ warn retry pod=a");
    driver.input("times", Value::Flag(true));
    says(
        &driver,
        "- 2024-05-07T12:00:00.000Z warn pool is full pod=a",
    );
    says(&driver, "2 lines added");
}

#[test]
fn rows_of_tables_are_told_by_their_key() {
    let before = table(vec![
        numbers("rank", "", &[1.0, 2.0, 3.0]),
        texts("service", &["api", "mail", "web"]),
        numbers("latency", "ms", &[20.0, 30.0, 40.0]),
        texts("owner", &["ada", "bob", "eve"]),
    ]);
    let after = table(vec![
        numbers("rank", "", &[1.0, 2.0, 3.0]),
        texts("service", &["api", "web", "search"]),
        numbers("latency", "ms", &[25.0, 40.0, 5.0]),
        texts("zone", &["a", "b", "c"]),
    ]);
    let mut driver = start(before.clone(), after.clone());
    says(&driver, "2 rows changed");
    says(&driver, "1 row added");
    says(&driver, "1 row removed");
    says(&driver, "20 ms → 25 ms (+25%)");
    says(&driver, "3 → 2 (-33.3%)");
    says(&driver, "Only before: the columns owner.");
    says(&driver, "Only after: the columns zone.");
    says(&driver, "Line by line");

    // By its rank, another service is another value.
    let by_rank = two(before.clone(), after.clone()).option("key", "rank");
    let by_rank = Driver::<Diff>::start(by_rank);
    says(&by_rank, "mail → web");
    says(&by_rank, "0 rows added");

    let nameless = two(before.clone(), after).option("key", "host");
    says(
        &Driver::<Diff>::start(nameless),
        "do not both have a column `host`",
    );
    driver.context(two(before.clone(), before));
    says(&driver, "No row differs.");
    driver.input("all", Value::Flag(true));
    says(&driver, "3 rows the same");
    says(&driver, "30 ms");
}

#[test]
fn rows_of_the_same_key_are_told_by_their_order() {
    let rows = |numbers_: &[f64]| {
        table(vec![
            texts("pod", &vec!["a"; numbers_.len()]),
            numbers("restarts", "", numbers_),
        ])
    };
    let driver = start(rows(&[1.0, 2.0]), rows(&[1.0, 3.0, f64::NAN]));
    says(&driver, "1 row changed");
    says(&driver, "1 row added");
    says(&driver, "2 → 3 (+50%)");
    let driver = start(rows(&[f64::NAN]), rows(&[f64::NAN]));
    says(&driver, "No row differs.");
}

#[test]
fn series_are_compared_by_what_they_come_to() {
    let before = vec![
        series("calm", &[1.0, 1.0]),
        series("slow", &[10.0, 20.0]),
        series("gone", &[1.0]),
    ];
    let after = vec![
        series("slow", &[20.0, 40.0]),
        series("calm", &[1.0, 1.0]),
        series("new", &[1.0]),
    ];
    let mut driver = start(Output::Frames(before), Output::Frames(after.clone()));
    says(&driver, "1 series changed");
    says(&driver, "1 series added");
    says(&driver, "1 series removed");
    says(&driver, "20 ms → 40 ms (+100%)");
    says(&driver, "15 ms → 30 ms (+100%)");
    let rows = |driver: &Driver<Diff>| {
        let tables = driver
            .tree()
            .nodes
            .iter()
            .filter_map(|node| match &node.kind {
                Kind::DataTable(table) => Some(table.columns[1].cells.clone()),
                _ => None,
            });
        tables.into_iter().next().unwrap()
    };
    let names =
        |names: &[&str]| ui::Cells::Texts(names.iter().map(|name| (*name).to_owned()).collect());
    assert_eq!(rows(&driver), names(&["slow", "new", "gone"]));
    driver.input("all", Value::Flag(true));
    assert_eq!(rows(&driver), names(&["slow", "new", "gone", "calm"]));
    driver.context(two(Output::Frames(after.clone()), Output::Frames(after)));
    says(&driver, "3 series the same");
}

#[test]
fn outputs_of_two_kinds_are_compared_in_their_lines() {
    let driver = start(text("a: 1"), table(vec![texts("a", &["1"])]));
    says(&driver, "`before` holds text, `this cell` holds a table");
    says(&driver, "No line differs.");
    let driver = start(text("a"), Output::Widgets(Tree::default().into()));
    says(&driver, "Widgets cannot be compared.");
}

#[test]
fn two_of_several_are_chosen() {
    let setup = || {
        context()
            .output("one", text("1"))
            .output("two", text("2"))
            .output("three", text("3"))
    };
    let mut driver = Driver::<Diff>::start(setup());
    says(&driver, "- 1\n+ 3");
    driver.enter("after", "two");
    says(&driver, "- 1\n+ 2");
    driver.enter("before", "three");
    says(&driver, "- 3\n+ 2");
    driver.press("swap");
    says(&driver, "- 2\n+ 3");
    // What was chosen and is gone is no longer chosen.
    driver.context(context().output("one", text("1")).output("two", text("2")));
    says(&driver, "- 2\n+ 1");
}

#[test]
fn one_output_is_not_enough_and_it_says_what_to_do() {
    let driver = Driver::<Diff>::start(context().output("", text("a")));
    says(&driver, "One output is not enough");
    says(&driver, "@name=before");
    let driver = Driver::<Diff>::start(context());
    says(&driver, "There are no outputs to compare.");
}

#[test]
fn large_outputs_are_cut_with_a_word() {
    let many = |mark: &str| {
        let lines: Vec<String> = (0..30_000)
            .map(|number| format!("{mark}{number}"))
            .collect();
        text(&lines.join("\n"))
    };
    let driver = start(many("a"), many("b"));
    says(&driver, "Only the first 20000 lines are compared.");
    says(&driver, "38000 lines not shown.");
    says(&driver, "20000 lines added");
}
