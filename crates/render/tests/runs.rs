//! The runs of a cell beside each other, and what differs between two.
#![allow(clippy::unwrap_used, reason = "tests")]

use notebook::{
    ActorId, BlobHash, CellId, Notebook, NotebookId, Outcome, OutputReference, Run, RunId,
};
use output::{Answer, Column, Failure, FailureKind, Frame, Label, Output, TimeRange, Values};
use render::{difference, run_line, runs_difference};

const ANN: ActorId = ActorId::from_bits(1);

fn run(bits: u128, source: &str, outcome: Outcome) -> Run {
    Run {
        id: RunId::from_bits(bits),
        cell: CellId::from_bits(1),
        actor: ANN,
        plugin: "demo".into(),
        source: source.into(),
        time_range: TimeRange {
            start_ms: 0,
            end_ms: 1,
        },
        inputs: notebook::Inputs::default(),
        started_ms: 1_795_835_520_000,
        log: Vec::new(),
        log_lines_dropped: 0,
        progress: None,
        preview: None,
        finished: Some((outcome, 1_795_835_520_240)),
    }
}

fn done(bits: u128, source: &str) -> Run {
    let reference = OutputReference {
        hash: BlobHash([7; 32]),
        size_bytes: 1,
    };
    run(bits, source, Outcome::Done(reference))
}

fn text(text: &str) -> Answer {
    Output::Text(text.into()).into()
}

fn series(values: &[f64]) -> Answer {
    let column = |name: &str, unit: &str, values| Column {
        name: name.into(),
        unit: unit.into(),
        values,
    };
    let times = (0..values.len() as i64).collect();
    let frame = Frame {
        name: "errors".into(),
        labels: vec![Label {
            name: "job".into(),
            value: "api".into(),
        }],
        columns: vec![
            column("time", "", Values::Times(times)),
            column("value", "", Values::Numbers(values.to_vec())),
        ],
    };
    Output::Frames(vec![frame]).into()
}

#[test]
fn a_run_is_told_in_a_line() {
    let notebook = Notebook::new(NotebookId::from_bits(1));
    let failure = Failure::new(FailureKind::Timeout, "too slow", "");
    let run = run(2, "b", Outcome::Failed(failure));
    let expected = "<time datetime=\"2026-11-28T03:12:00.000Z\">2026-11-28 03:12:00 UTC</time> \
        <span class=\"who\">Somebody</span> <span class=\"ending\" data-state=\"failed\">\
        <span class=\"mark\" aria-hidden=\"true\"></span>failed</span> <span class=\"took\">240 ms</span>";
    assert_eq!(run_line(&run, &notebook, ActorId::from_bits(9)), expected);
    assert!(run_line(&run, &notebook, ANN).contains(">You<"));
}

#[test]
fn a_difference_shows_changes_with_the_lines_around() {
    let before: String = (0..100).map(|line| format!("line {line}\n")).collect();
    let after = before.replace("line 50\n", "line fifty <b>\n");
    let html = difference(&before, &after);
    assert!(
        html.contains("<span class=\"removed\">- line 50</span>"),
        "{html}"
    );
    assert!(
        html.contains("<span class=\"added\">+ line fifty &lt;b&gt;</span>"),
        "{html}"
    );
    assert!(html.contains("… 47 further lines"), "{html}");
    assert!(html.contains("… 46 further lines"), "{html}");
    assert!(
        html.contains("line 47") && !html.contains("line 46"),
        "{html}"
    );
    assert!(
        html.contains("1 line gone") && html.contains("1 line new"),
        "{html}"
    );
    assert!(difference("a\n", "a").contains("Both are the same"));
}

#[test]
fn two_runs_differ_in_source_and_output() {
    let (old, new) = (done(1, "@plugin=demo\nold"), done(2, "@plugin=demo\nnew"));
    let html = runs_difference((&old, Some(&text("one"))), (&new, Some(&text("two"))));
    for expected in [
        "<h4>Source</h4>",
        "- old",
        "+ new",
        "<h4>Output</h4>",
        "- one",
        "+ two",
    ] {
        assert!(html.contains(expected), "{expected}\n{html}");
    }
    let html = runs_difference((&old, Some(&text("one"))), (&old, Some(&text("one"))));
    assert!(
        !html.contains("<h4>") && html.contains("Both are the same"),
        "{html}"
    );
}

#[test]
fn a_failure_differs_from_an_answer() {
    let failure = Failure::new(FailureKind::Timeout, "too slow", "");
    let (old, new) = (done(1, "a"), run(2, "a", Outcome::Failed(failure)));
    let html = runs_difference((&old, Some(&text("one"))), (&new, None));
    assert!(
        html.contains("- one") && html.contains("+ Timed out: too slow"),
        "{html}"
    );
}

#[test]
fn series_are_compared_by_what_they_were() {
    let (old, new) = (done(1, "a"), done(2, "a"));
    let (before, after) = (series(&[1.0, 2.0, 3.0]), series(&[2.0, f64::NAN, 6.0]));
    let html = runs_difference((&old, Some(&before)), (&new, Some(&after)));
    assert!(
        html.contains("<td>errors{job=&quot;api&quot;}</td>"),
        "{html}"
    );
    assert!(
        html.contains("2 → 4") && html.contains("+100.0 %"),
        "{html}"
    );
    assert!(html.contains("3 → 6"), "{html}");
    // A series that is gone has nothing to be compared with.
    let nothing: Answer = Output::Frames(Vec::new()).into();
    let html = runs_difference((&old, Some(&before)), (&new, Some(&nothing)));
    assert!(html.contains("2 → –"), "{html}");
}
