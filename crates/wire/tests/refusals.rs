//! Messages that do not hold, each with the field that the error must name.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use proto::operation::Kind;
use wire::{MAX_ANSWER_BYTES, MAX_ENTRY_BYTES, MAX_TEXT_BYTES, WireError, from_proto};

const ID: &str = "00000000000000000000000007";

#[track_caller]
fn refuses<T: std::fmt::Debug>(result: Result<T, WireError>, field: &str, words: &str) {
    let error = result.expect_err("a refusal");
    assert_eq!(error.field, field, "{error}");
    assert!(error.message.contains(words), "{error}");
}

fn operation(kind: Kind) -> proto::Operation {
    proto::Operation { kind: Some(kind) }
}

fn numbers(count: usize) -> proto::Column {
    proto::Column {
        name: format!("of {count}"),
        unit: String::new(),
        values: Some(proto::column::Values::Numbers(proto::Numbers {
            values: vec![1.0; count],
        })),
    }
}

#[test]
fn plugins_of_an_unknown_kind() {
    let plugins = |kind, option| proto::PluginsResponse {
        plugins: vec![proto::Plugin {
            kind,
            options: vec![proto::PluginOption {
                kind: option,
                ..proto::PluginOption::default()
            }],
            ..proto::Plugin::default()
        }],
    };
    let read = from_proto::plugins;
    refuses(read(plugins(0, 1)), "plugins[0].kind", "missing");
    refuses(read(plugins(9, 1)), "plugins[0].kind", "9");
    refuses(read(plugins(1, 0)), "plugins[0].options[0].kind", "missing");
    refuses(read(plugins(1, 9)), "plugins[0].options[0].kind", "9");
}

#[test]
fn what_is_absent() {
    let entry = proto::Entry {
        sequence: 1,
        id: ID.into(),
        actor: ID.into(),
        time_ms: 0,
        operation: None,
    };
    refuses(from_proto::entry(entry.clone()), "operation", "missing");
    let kindless = proto::Entry {
        operation: Some(proto::Operation { kind: None }),
        ..entry.clone()
    };
    refuses(from_proto::entry(kindless), "operation.kind", "missing");
    let nowhere = proto::Entry {
        sequence: 0,
        ..entry
    };
    refuses(from_proto::entry(nowhere), "sequence", "from 1");

    refuses(
        from_proto::answer(proto::Answer::default()),
        "output",
        "missing",
    );
    refuses(
        from_proto::failure(proto::Failure::default()),
        "kind",
        "missing",
    );
    refuses(
        from_proto::refusal(proto::Refusal::default()),
        "reason",
        "missing",
    );
    let column = proto::Column {
        values: None,
        ..numbers(0)
    };
    let frames = proto::Frames {
        frames: vec![
            proto::Frame::default(),
            proto::Frame {
                columns: vec![numbers(2), column],
                ..proto::Frame::default()
            },
        ],
    };
    let answer = proto::Answer {
        output: Some(proto::answer::Output::Frames(frames)),
        notices: Vec::new(),
    };
    refuses(
        from_proto::answer(answer),
        "frames.frames[1].columns[1].values",
        "missing",
    );
    let steps = proto::ChangeText {
        cell: ID.into(),
        steps: vec![proto::TextStep { step: None }],
    };
    refuses(
        from_proto::operation(operation(Kind::ChangeText(steps))),
        "change_text.steps[0].step",
        "missing",
    );
    let finished = proto::RunFinished {
        run: ID.into(),
        outcome: None,
    };
    refuses(
        from_proto::operation(operation(Kind::RunFinished(finished))),
        "run_finished.outcome",
        "missing",
    );
}

#[test]
fn what_is_no_identifier() {
    for text in [
        "",
        "7",
        "0000000000000000000000000I",
        "zzzzzzzzzzzzzzzzzzzzzzzzzz",
        "💥",
    ] {
        let delete = proto::DeleteCell { cell: text.into() };
        refuses(
            from_proto::operation(operation(Kind::DeleteCell(delete))),
            "delete_cell.cell",
            "not an identifier",
        );
    }
    let moved = proto::MoveCell {
        cell: ID.into(),
        after: Some(String::new()),
    };
    refuses(
        from_proto::operation(operation(Kind::MoveCell(moved))),
        "move_cell.after",
        "not an identifier",
    );
    let finished = proto::RunFinished {
        run: ID.into(),
        outcome: Some(proto::run_finished::Outcome::Output(
            proto::OutputReference {
                hash: "ABCD".into(),
                size_bytes: 1,
            },
        )),
    };
    refuses(
        from_proto::operation(operation(Kind::RunFinished(finished))),
        "run_finished.output.hash",
        "not a BLAKE3 hash",
    );
}

#[test]
fn what_is_not_known() {
    let logged = proto::RunLogged {
        run: ID.into(),
        level: 77,
        message: String::new(),
    };
    refuses(
        from_proto::operation(operation(Kind::RunLogged(logged))),
        "run_logged.level",
        "77 is not a known value",
    );
    let failure = proto::Failure {
        kind: -1,
        ..proto::Failure::default()
    };
    refuses(
        from_proto::failure(failure),
        "kind",
        "-1 is not a known value",
    );
}

#[test]
fn an_enumeration_that_was_left_out_is_the_default() {
    let logged = proto::RunLogged {
        run: ID.into(),
        level: 0,
        message: String::new(),
    };
    assert!(matches!(
        from_proto::operation(operation(Kind::RunLogged(logged))),
        Ok(notebook::Operation::RunLogged {
            level: output::Level::Info,
            ..
        })
    ));
}

#[test]
fn what_does_not_fit_together() {
    let table = proto::Frame {
        columns: vec![numbers(3), numbers(2)],
        ..proto::Frame::default()
    };
    let answer = proto::Answer {
        output: Some(proto::answer::Output::Table(table)),
        notices: Vec::new(),
    };
    refuses(
        from_proto::answer(answer),
        "table.columns",
        "`of 2` has 2 rows",
    );

    let range = proto::TimeRange {
        start_ms: 2,
        end_ms: 1,
    };
    refuses(from_proto::time_range(range), "end_ms", "before");
    let absolute = proto::SetTimeRange {
        range: Some(proto::set_time_range::Range::Absolute(range)),
    };
    refuses(
        from_proto::operation(operation(Kind::SetTimeRange(absolute))),
        "set_time_range.absolute.end_ms",
        "before",
    );
}

#[test]
fn a_fraction_is_brought_into_its_range() {
    for (sent, arrives) in [
        (f64::NAN, 0.0),
        (-3.0, 0.0),
        (f64::INFINITY, 1.0),
        (0.25, 0.25),
    ] {
        let progressed = proto::RunProgressed {
            run: ID.into(),
            fraction: sent,
            message: String::new(),
        };
        match from_proto::operation(operation(Kind::RunProgressed(progressed))) {
            Ok(notebook::Operation::RunProgressed { fraction, .. }) => {
                assert_eq!(fraction, arrives);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_is_too_large() {
    let title = proto::SetTitle {
        title: "x".repeat(MAX_TEXT_BYTES + 1),
    };
    refuses(
        from_proto::operation(operation(Kind::SetTitle(title))),
        "set_title.title",
        "at most 1048576",
    );
    let bytes = vec![0; MAX_ANSWER_BYTES + 1];
    refuses(wire::decode_answer(&bytes), "answer", "at most 67108864");
    refuses(
        wire::decode_entry(&bytes[..MAX_ENTRY_BYTES + 1]),
        "entry",
        "at most 4194304",
    );

    let request = proto::SubmitRequest {
        notebook: ID.into(),
        actor: ID.into(),
        base_sequence: 0,
        proposals: vec![proto::Proposal::default(); 201],
    };
    refuses(from_proto::submission(request), "proposals", "at most 200");
}

#[test]
fn a_state_whose_parts_do_not_belong_together() {
    let other = "00000000000000000000000008";
    let started = |run: &str| proto::RunStarted {
        run: run.into(),
        cell: ID.into(),
        time_range: Some(proto::TimeRange::default()),
        ..proto::RunStarted::default()
    };
    let run = proto::RunState {
        started: Some(started(ID)),
        actor: ID.into(),
        ..proto::RunState::default()
    };
    let good = proto::Snapshot {
        notebook: ID.into(),
        cells: vec![proto::CellState {
            id: ID.into(),
            runs: vec![ID.into()],
            ..proto::CellState::default()
        }],
        runs: vec![run.clone()],
        ..proto::Snapshot::default()
    };
    from_proto::snapshot(good.clone()).unwrap();

    let mut twice = good.clone();
    twice.cells.push(twice.cells[0].clone());
    refuses(from_proto::snapshot(twice), "cells", "twice");

    let with_run = |run| proto::Snapshot {
        runs: vec![run],
        ..good.clone()
    };
    let foreign_line = proto::RunState {
        log: vec![proto::RunLogged {
            run: other.into(),
            ..proto::RunLogged::default()
        }],
        ..run.clone()
    };
    refuses(
        from_proto::snapshot(with_run(foreign_line)),
        "runs[0].log[0].run",
        other,
    );
    let without_end = proto::RunState {
        finished_ms: Some(1),
        ..run.clone()
    };
    refuses(
        from_proto::snapshot(with_run(without_end)),
        "runs[0].finished",
        "missing",
    );
    let of_no_cell = proto::RunState {
        started: Some(started(other)),
        ..run
    };
    refuses(
        from_proto::snapshot(with_run(of_no_cell)),
        "cells",
        "not among the runs",
    );
    let mut unknown = good;
    unknown.cells[0].runs[0] = "?".into();
    refuses(
        from_proto::snapshot(unknown),
        "cells[0].runs[0]",
        "not an identifier",
    );
}
