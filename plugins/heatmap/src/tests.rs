//! What is shown of which frames.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use view_sdk::testing::{Driver, NOON_MS, context};
use view_sdk::{Column, Frame, Kind, Label, Output, Values};

use super::*;

fn frame(labels: &[(&str, &str)], values: &[f64]) -> Frame {
    let times = (0..values.len() as i64).map(|step| NOON_MS + step * 15_000);
    let column = |name: &str, unit: &str, values| Column {
        name: name.to_owned(),
        unit: unit.to_owned(),
        values,
    };
    let label = |&(name, value): &(&str, &str)| Label {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    Frame {
        name: "requests".to_owned(),
        labels: labels.iter().map(label).collect(),
        columns: vec![
            column("time", "", Values::Times(times.collect())),
            column("value", "1/s", Values::Numbers(values.to_vec())),
        ],
    }
}

fn start(frames: Vec<Frame>, options: &[(&str, &str)]) -> Driver<Heatmap> {
    let setup = context().output("", Output::Frames(frames));
    let setup = options
        .iter()
        .fold(setup, |setup, (name, value)| setup.option(name, value));
    Driver::start(setup)
}

fn drawn(driver: &Driver<Heatmap>) -> (Vec<String>, Vec<f64>) {
    let nodes = driver.tree().nodes.iter();
    let map = |kind: &Kind| match kind {
        Kind::Heatmap(map) => Some((map.rows.clone(), map.values.clone())),
        _ => None,
    };
    nodes.filter_map(|node| map(&node.kind)).next().unwrap()
}

fn histogram() -> Vec<Frame> {
    vec![
        frame(&[("le", "+Inf")], &[10.0, 0.0]),
        frame(&[("le", "0.1")], &[4.0, 0.0]),
        frame(&[("le", "1")], &[9.0, 0.0]),
    ]
}

#[test]
fn buckets_are_sorted_by_their_bounds_and_hold_only_their_own() {
    let driver = start(histogram(), &[]);
    let (rows, values) = drawn(&driver);
    assert_eq!(rows, ["≤ 0.1", "≤ 1", "≤ +Inf"]);
    assert_eq!(values, [4.0, 0.0, 5.0, 0.0, 1.0, 0.0]);
}

#[test]
fn instances_of_a_histogram_are_added_up() {
    let frames = vec![
        frame(&[("le", "1"), ("pod", "a")], &[1.0]),
        frame(&[("le", "1"), ("pod", "b")], &[2.0]),
        frame(&[("le", "+Inf"), ("pod", "a")], &[1.0]),
        frame(&[("le", "+Inf"), ("pod", "b")], &[4.0]),
    ];
    let (rows, values) = drawn(&start(frames, &[]));
    assert_eq!(rows, ["≤ 1", "≤ +Inf"]);
    assert_eq!(values, [3.0, 2.0]);
}

#[test]
fn a_bucket_that_seems_to_hold_less_than_the_one_below_is_empty() {
    let frames = vec![
        frame(&[("le", "1")], &[5.0]),
        frame(&[("le", "+Inf")], &[4.0]),
    ];
    assert_eq!(drawn(&start(frames, &[])).1, [5.0, 0.0]);
}

#[test]
fn other_series_are_rows_of_their_own_or_of_the_label_that_is_asked_for() {
    let frames = || {
        vec![
            frame(&[("job", "api"), ("zone", "a")], &[1.0, 2.0]),
            frame(&[("job", "api"), ("zone", "b")], &[10.0, f64::NAN]),
            frame(&[("job", "mail"), ("zone", "a")], &[100.0, 200.0]),
        ]
    };
    let (rows, _) = drawn(&start(frames(), &[]));
    assert_eq!(rows, ["api a", "api b", "mail a"]);
    let (rows, values) = drawn(&start(frames(), &[("rows", "job")]));
    assert_eq!(rows, ["api", "mail"]);
    assert_eq!(values, [11.0, 2.0, 100.0, 200.0]);
}

#[test]
fn a_button_changes_to_shares_of_each_column_and_back() {
    let mut driver = start(histogram(), &[]);
    assert!(driver.text().contains("Values"), "{}", driver.text());
    driver.press("shares");
    let (_, values) = drawn(&driver);
    assert_eq!([values[0], values[2], values[4]], [40.0, 50.0, 10.0]);
    // Nothing has no shares.
    assert!(values[1].is_nan());
    driver.press("shares");
    assert_eq!(drawn(&driver).1[0], 4.0);
    let driver = start(histogram(), &[("share", "true")]);
    assert_eq!(drawn(&driver).1[0], 40.0);
}

#[test]
fn a_long_range_is_gathered_into_columns_that_fit() {
    let values: Vec<f64> = (0..10_000).map(f64::from).collect();
    let driver = start(vec![frame(&[("job", "api")], &values)], &[]);
    let (_, drawn) = drawn(&driver);
    assert!((100..=160).contains(&drawn.len()), "{}", drawn.len());
    assert!(drawn.is_sorted());
}

#[test]
fn series_of_different_times_share_the_columns() {
    let mut late = frame(&[("job", "late")], &[5.0, 6.0]);
    late.columns[0].values = Values::Times(vec![NOON_MS + 30_000, NOON_MS + 45_000]);
    let (_, values) = drawn(&start(
        vec![frame(&[("job", "early")], &[1.0, 2.0, 3.0, 4.0]), late],
        &[],
    ));
    assert_eq!(values[..4], [1.0, 2.0, 3.0, 4.0]);
    assert!(values[4].is_nan() && values[5].is_nan());
    assert_eq!(values[6..], [5.0, 6.0]);
}

#[test]
fn the_stats_say_what_there_is() {
    let driver = start(histogram(), &[]);
    let nodes = driver.tree().nodes.iter();
    let stats: Vec<(String, f64, String)> = nodes
        .filter_map(|node| match &node.kind {
            Kind::Stat(stat) => Some((stat.label.clone(), stat.value, stat.note.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(stats[0], ("Latest, all rows".into(), 0.0, String::new()));
    assert_eq!(stats[1], ("Largest".into(), 5.0, "≤ 1".into()));
    assert_eq!(stats[2], ("Rows".into(), 3.0, "buckets".into()));
}

#[test]
fn without_series_it_says_what_it_needs() {
    let mut driver = start(Vec::new(), &[]);
    assert!(driver.text().contains("There are no series to show."));
    driver.context(context().output("", Output::Frames(histogram())));
    assert_eq!(drawn(&driver).0.len(), 3);
}
