//! What is shown of which series, and what is kept of a form.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use view_sdk::testing::{Driver, NOON_MS, Setup, Value, context};
use view_sdk::{Column, Frame, Kind, Label, Output, TimeRange, Values};

use super::*;
use budget::{HOUR_MS, RULES, State, Urgency};

const MINUTE_MS: i64 = 60_000;

/// Ends at noon.
fn frame(name: &str, labels: &[(&str, &str)], step_ms: i64, values: &[f64]) -> Frame {
    let first_ms = NOON_MS - (values.len() as i64 - 1) * step_ms;
    let times = (0..values.len() as i64).map(|place| first_ms + place * step_ms);
    let column = |name: &str, values| Column {
        name: name.to_owned(),
        unit: String::new(),
        values,
    };
    let label = |&(name, value): &(&str, &str)| Label {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    Frame {
        name: name.to_owned(),
        labels: labels.iter().map(label).collect(),
        columns: vec![
            column("time", Values::Times(times.collect())),
            column("value", Values::Numbers(values.to_vec())),
        ],
    }
}

/// A sample each minute: the older ones, then those of the last minutes.
fn ratio(hours: usize, usual: f64, last_minutes: usize, last: f64) -> Frame {
    let mut values = vec![usual; hours * 60];
    let begin = values.len() - last_minutes;
    values[begin..].fill(last);
    frame("errors:ratio", &[], MINUTE_MS, &values)
}

fn shown(frames: Vec<Frame>) -> Setup {
    context().output("", Output::Frames(frames))
}

fn stat(driver: &Driver<SloBurn>, label: &str) -> f64 {
    let nodes = driver.tree().nodes.iter();
    let value = |kind: &Kind| match kind {
        Kind::Stat(stat) if stat.label == label => Some(stat.value),
        _ => None,
    };
    let found = nodes.filter_map(|node| value(&node.kind)).next();
    found.unwrap_or_else(|| panic!("no {label} in\n{}", driver.text()))
}

fn near(value: f64, expected: f64) {
    assert!((value - expected).abs() < 1e-6, "{value}, not {expected}");
}

/// The states of the four rules for this course of a ratio.
fn states(frame: Frame) -> Vec<State> {
    let setup = shown(vec![frame]);
    let found = Found::in_outputs(&Context::from(setup.0));
    let aim = Aim::parse(Some(99.9), "30d").unwrap();
    let judge = |rule| aim.judge(&found.courses[0], rule).state;
    RULES.iter().map(judge).collect()
}

#[test]
fn thresholds_are_those_of_the_workbook_and_follow_the_window() {
    let thresholds = |window: &str| {
        let aim = Aim::parse(Some(99.9), window).unwrap();
        RULES.map(|rule| (aim.threshold(&rule) * 100.0).round() / 100.0)
    };
    assert_eq!(thresholds("30d"), [14.4, 6.0, 3.0, 1.0]);
    assert_eq!(thresholds("7d"), [3.36, 1.4, 0.7, 0.23]);
}

#[test]
fn an_alert_takes_both_windows() {
    use State::*;
    let page = Fires(Urgency::Page);
    let ticket = Fires(Urgency::Ticket);
    let three_days = 3 * 24;
    // An outage of the last hour, one that has just begun, and one that has just ended.
    let outage = ratio(three_days, 0.0, 60, 0.02);
    assert_eq!(states(outage), [page, Begins, Begins, Begins]);
    assert_eq!(
        states(ratio(three_days, 0.0, 5, 0.02)),
        [Begins, Quiet, Quiet, Quiet]
    );
    let mut over = vec![0.0; three_days * 60];
    let end = over.len() - 10;
    over[end - 60..end].fill(0.05);
    let over = frame("errors:ratio", &[], MINUTE_MS, &over);
    assert_eq!(states(over), [Ends, page, Begins, Begins]);
    // A slow leak.
    assert_eq!(
        states(ratio(three_days, 0.0035, 0, 0.0)),
        [Quiet, Quiet, ticket, ticket]
    );
}

#[test]
fn what_the_data_do_not_cover_is_said() {
    use State::*;
    assert_eq!(
        states(ratio(6, 0.0, 0, 0.0)),
        [Quiet, Quiet, TooShort, TooShort]
    );
    let coarse = frame("errors:ratio", &[], HOUR_MS / 2, &[0.0; 145]);
    assert_eq!(states(coarse), [TooCoarse, Quiet, Quiet, Quiet]);
    assert_eq!(states(frame("r", &[], 1, &[0.5])), [TooShort; 4]);

    let driver = Driver::<SloBurn>::start(shown(vec![ratio(6, 0.0, 0, 0.0)]));
    let text = driver.text();
    assert!(text.contains("not covered: the data are 6 h"), "{text}");
}

#[test]
fn a_range_as_long_as_the_window_gives_the_whole_budget() {
    let setup = || shown(vec![ratio(24, 0.0005, 0, 0.0)]).option("window", "1d");
    let driver = Driver::<SloBurn>::start(setup());
    near(stat(&driver, "Budget left"), 50.0);
    near(stat(&driver, "Burn rate, last 1 h"), 0.5);
    near(stat(&driver, "Errors, last 1 h"), 0.05);
    assert!(driver.text().contains("lasts for the 1 d that it is for"));

    let strict = setup().option("objective", "99.99");
    let driver = Driver::<SloBurn>::start(strict);
    near(stat(&driver, "Budget left"), -400.0);
    assert!(driver.text().contains("The budget is used up."));
}

#[test]
fn a_shorter_range_gives_a_bound_and_how_long_it_lasts_at_most() {
    // An hour at ten times the pace of 30 days: a 72nd of the budget.
    let driver = Driver::<SloBurn>::start(shown(vec![ratio(1, 0.01, 0, 0.0)]));
    near(stat(&driver, "Budget left, at most"), 100.0 - 100.0 / 72.0);
    let text = driver.text();
    assert!(text.contains("only the last 1 h are known"), "{text}");
    // 71/72 of 30 days at ten times the pace: 2.958 days.
    assert!(text.contains("used up in at most 2 d 23 h"), "{text}");

    let quiet = Driver::<SloBurn>::start(shown(vec![ratio(1, 0.0, 0, 0.0)]));
    assert!(quiet.text().contains("Nothing was burnt in the last 1 h."));
}

#[test]
fn errors_and_everything_make_a_ratio_that_counts_busy_times_more() {
    let named = |name: &str, code: &str, values: &[f64]| {
        frame(name, &[("code", code)], 30 * MINUTE_MS, values)
    };
    let frames = vec![
        named("requests", "200", &[100.0, 899.0]),
        // Where there are no errors there is no sample of them.
        named("requests", "500", &[f64::NAN, 1.0]),
    ];
    let setup = shown(frames.clone())
        .option("errors", "500")
        .option("total", "requests");
    let driver = Driver::<SloBurn>::start(setup);
    near(stat(&driver, "Errors, last 1 h"), 0.1);

    let outputs = context()
        .output("errors", Output::Frames(frames[1..].to_vec()))
        .output("total", Output::Frames(frames));
    near(
        stat(&Driver::<SloBurn>::start(outputs), "Errors, last 1 h"),
        0.1,
    );
}

#[test]
fn what_is_no_ratio_and_what_is_not_found_is_said() {
    let busy = || vec![ratio(1, 12.0, 0, 0.0)];
    let driver = Driver::<SloBurn>::start(shown(busy()).option("errors", "500"));
    let text = driver.text();
    assert!(text.contains("`errors:ratio` goes up to 12"), "{text}");
    assert!(
        text.contains("is called `500`, as `errors` wants"),
        "{text}"
    );

    let mut percent = ratio(1, 0.5, 0, 0.0);
    percent.columns[1].unit = "%".to_owned();
    let driver = Driver::<SloBurn>::start(shown(vec![percent]));
    near(stat(&driver, "Errors, last 1 h"), 0.5);
}

#[test]
fn the_most_urgent_of_several_series_comes_first_and_another_can_be_chosen() {
    let named =
        |service: &str, ratio: f64| frame("r", &[("service", service)], MINUTE_MS, &[ratio; 60]);
    let frames = vec![named("calm", 0.0), named("bad", 0.5), named("slow", 0.002)];
    let mut driver = Driver::<SloBurn>::start(shown(frames));
    near(stat(&driver, "Burn rate, last 1 h"), 500.0);
    let rows = driver
        .tree()
        .nodes
        .iter()
        .find_map(|node| match &node.kind {
            Kind::DataTable(table) if table.title == "All series" => Some(table.columns[0].clone()),
            _ => None,
        });
    let names = ["r{service=bad}", "r{service=slow}", "r{service=calm}"];
    assert_eq!(
        rows.unwrap().cells,
        ui::Cells::Texts(names.map(str::to_owned).to_vec())
    );
    driver.enter("series", "r{service=slow}");
    near(stat(&driver, "Burn rate, last 1 h"), 2.0);
}

#[test]
fn the_objective_is_kept_in_the_cell() {
    let setup = || shown(vec![ratio(1, 0.01, 0, 0.0)]);
    let mut driver = Driver::<SloBurn>::start(setup());
    near(stat(&driver, "Burn rate, last 1 h"), 10.0);
    let typed = |objective, window: &str| {
        [
            ("objective", Value::Number(objective)),
            ("window", Value::Text(window.to_owned())),
        ]
    };
    driver.send("aim", typed(Some(99.0), "7d"));
    let asked: Vec<String> = driver
        .effects()
        .map(|effect| format!("{:?}", effect.wish))
        .collect();
    assert_eq!(asked.len(), 2);
    assert!(asked[0].contains("\"objective\"") && asked[0].contains("\"99\""));
    assert!(asked[1].contains("\"window\"") && asked[1].contains("\"7d\""));
    driver.context(setup().option("objective", "99").option("window", "7d"));
    near(stat(&driver, "Burn rate, last 1 h"), 1.0);

    driver.send("aim", typed(Some(100.0), "7d"));
    assert!(driver.text().contains("above 0 and below 100 percent"));
    driver.send("aim", typed(Some(99.0), "soon"));
    assert!(
        driver
            .text()
            .contains("The window must be a length of time")
    );
}

#[test]
fn an_option_that_makes_no_sense_is_said_with_the_form_to_mend_it() {
    let driver = Driver::<SloBurn>::start(context().option("objective", "120"));
    let text = driver.text();
    assert!(text.contains("above 0 and below 100 percent"), "{text}");
    assert!(text.contains("Objective"), "{text}");
}

#[test]
fn data_that_end_early_and_no_data_are_said() {
    let mut setup = shown(vec![ratio(2, 0.0, 0, 0.0)]);
    setup.0.time_range = TimeRange {
        start_ms: NOON_MS - HOUR_MS,
        end_ms: NOON_MS + HOUR_MS,
    };
    let driver = Driver::<SloBurn>::start(setup);
    assert!(driver.text().contains("1 h 00 min before the range does"));
    let driver = Driver::<SloBurn>::start(context());
    assert!(
        driver
            .text()
            .contains("There is no ratio of errors to show.")
    );
}
