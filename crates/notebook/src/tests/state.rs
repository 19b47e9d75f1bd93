//! What each operation does, and which are refused.

use super::*;
use crate::{ApplyError, ChangeError, NotebookParts, PartsError, TimeRangeSetting, limits};

fn check(operations: &[Operation], expected: &str) {
    assert_eq!(
        shown(&notebook(operations.to_vec())),
        expected,
        "{operations:?}"
    );
}

#[test]
fn cells() {
    check(&[], "");
    check(&[insert(1, None, "a"), insert(2, None, "b")], "2:b 1:a");
    check(
        &[
            insert(1, None, "a"),
            insert(2, Some(1), "b"),
            insert(3, Some(1), "c"),
        ],
        "1:a 3:c 2:b",
    );
    let three = [
        insert(1, None, ""),
        insert(2, Some(1), ""),
        insert(3, Some(2), ""),
    ];
    let moved =
        |operations: &[Operation], expected| check(&[&three, operations].concat(), expected);
    moved(&[], "1: 2: 3:");
    moved(&[move_cell(1, Some(2))], "2: 1: 3:");
    moved(&[move_cell(1, Some(3))], "2: 3: 1:");
    moved(&[move_cell(3, None)], "3: 1: 2:");
    moved(&[move_cell(3, Some(1))], "1: 3: 2:");
    moved(&[move_cell(2, Some(1))], "1: 2: 3:");
    moved(&[delete(2)], "1: 3:");
    // A deleted cell keeps its place and its text, which still changes.
    moved(
        &[delete(2), insert(4, Some(2), ""), restore(2)],
        "1: 2: 4: 3:",
    );
    moved(
        &[
            delete(2),
            replace(2, 0..0, "late"),
            move_cell(2, None),
            restore(2),
        ],
        "2:late 1: 3:",
    );
}

#[test]
fn texts() {
    check(
        &[
            insert(1, None, "up"),
            replace(1, 1..2, "𝄞"),
            replace(1, 3..3, "!"),
        ],
        "1:u𝄞!",
    );
}

#[test]
fn head() {
    let notebook = notebook([
        Operation::SetTitle {
            title: "Two".into(),
        },
        Operation::SetVariable {
            name: "a".into(),
            value: Some("1".into()),
        },
        Operation::SetVariable {
            name: "b".into(),
            value: Some("2".into()),
        },
        Operation::SetVariable {
            name: "a".into(),
            value: None,
        },
        Operation::SetTimeRange(TimeRangeSetting::Last { duration_ms: 5_000 }),
        Operation::DeleteNotebook,
    ]);
    assert_eq!((&notebook.title[..], notebook.deleted), ("Two", true));
    assert_eq!(
        notebook.variables.into_iter().collect::<Vec<_>>(),
        [("b".into(), "2".into())]
    );
    assert_eq!((notebook.created_ms, notebook.updated_ms), (1_000, 7_000));
    let range = notebook.time_range.resolve(8_000);
    assert_eq!((range.start_ms, range.end_ms), (3_000, 8_000));
}

#[test]
fn views_are_offered_replaced_and_withdrawn() {
    let mut notebook = notebook([
        offer("map", "first"),
        offer("list", "other"),
        offer("map", "second"),
    ]);
    let offered = |notebook: &Notebook| -> Vec<(String, String, i64)> {
        let views = notebook.views.iter();
        views
            .map(|(name, offer)| {
                (
                    name.clone(),
                    offer.plugin.description.clone(),
                    offer.time_ms,
                )
            })
            .collect()
    };
    assert_eq!(
        offered(&notebook),
        [
            ("list".into(), "other".into(), 3_000),
            ("map".into(), "second".into(), 4_000)
        ]
    );
    let withdraw = |name: &str| Operation::WithdrawView { name: name.into() };
    for (sequence, name) in [(5, "map"), (6, "never there")] {
        notebook.apply(&entry(sequence, withdraw(name))).unwrap();
    }
    assert_eq!(offered(&notebook), [("list".into(), "other".into(), 3_000)]);
}

#[test]
fn what_does_not_fit_changes_nothing() {
    let state = notebook([
        insert(1, None, "a𝄞"),
        started(1, 1),
        started(2, 1),
        finished(1),
    ]);
    let check = |operation: Operation, expected: ApplyError| {
        let mut tried = state.clone();
        let next = state.sequence.0 + 1;
        assert_eq!(tried.apply(&entry(next, operation)), Err(expected));
        assert_eq!(tried, state);
    };
    let unknown = ApplyError::UnknownCell { cell: cell(7) };
    check(create(), ApplyError::AlreadyCreated);
    check(
        insert(1, None, ""),
        ApplyError::CellExists { cell: cell(1) },
    );
    check(insert(2, Some(7), ""), unknown.clone());
    check(move_cell(7, None), unknown.clone());
    check(move_cell(1, Some(7)), unknown.clone());
    check(
        move_cell(1, Some(1)),
        ApplyError::AfterItself { cell: cell(1) },
    );
    check(delete(7), unknown.clone());
    check(restore(7), unknown.clone());
    check(replace(7, 0..0, "x"), unknown.clone());
    let change = |source| ApplyError::Change {
        cell: cell(1),
        source,
    };
    check(
        replace(1, 4..4, "x"),
        change(ChangeError::PastEnd {
            position: 4,
            length: 3,
        }),
    );
    check(
        replace(1, 2..2, "x"),
        change(ChangeError::InsideCharacter { position: 2 }),
    );
    check(started(3, 7), unknown);
    check(started(1, 1), ApplyError::RunExists { run: run(1) });
    check(logged(9, ""), ApplyError::UnknownRun { run: run(9) });
    check(logged(1, ""), ApplyError::RunEnded { run: run(1) });
    check(finished(1), ApplyError::RunEnded { run: run(1) });
}

#[test]
fn entries_follow_each_other() {
    let mut state = notebook([]);
    for sequence in [0, 1, 3, u64::MAX] {
        let error = ApplyError::OutOfOrder {
            expected: 2,
            found: sequence,
        };
        assert_eq!(
            state.apply(&entry(sequence, Operation::DeleteNotebook)),
            Err(error)
        );
    }
    let mut unborn = Notebook::new(NotebookId::from_bits(9));
    let first = entry(1, Operation::DeleteNotebook);
    assert_eq!(unborn.apply(&first), Err(ApplyError::NotCreated));
}

#[test]
fn a_run() {
    let progressed = Operation::RunProgressed {
        run: run(1),
        fraction: 0.5,
        message: "half".into(),
    };
    let state = notebook([
        insert(1, None, ""),
        started(1, 1),
        logged(1, "hello"),
        progressed,
    ]);
    assert_eq!(
        state.running().map(|run| run.id).collect::<Vec<_>>(),
        [run(1)]
    );
    let found = state.latest_run(cell(1)).unwrap();
    assert_eq!((found.log.len(), found.started_ms), (1, 3_000));
    assert_eq!(found.progress, Some((0.5, "half".into())));
    let mut ended = state.clone();
    ended.apply(&entry(6, finished(1))).unwrap();
    assert_eq!(ended.running().count(), 0);
    assert_eq!(
        ended.run(run(1)).unwrap().finished,
        Some((crate::Outcome::Cancelled, 6_000))
    );
}

#[test]
fn logs_are_bounded() {
    let lines = (0..limits::RUN_LOG_LINES + 5).map(|_| logged(1, "line"));
    let mut state = notebook(
        [insert(1, None, ""), started(1, 1)]
            .into_iter()
            .chain(lines),
    );
    let found = state.run(run(1)).unwrap();
    assert_eq!(
        (found.log.len(), found.log_lines_dropped),
        (limits::RUN_LOG_LINES, 5)
    );
    // A newer run takes the older one's lines out of the state, also those still to come.
    state
        .apply(&entry(state.sequence.0 + 1, started(2, 1)))
        .unwrap();
    state
        .apply(&entry(state.sequence.0 + 1, logged(1, "late")))
        .unwrap();
    let found = state.run(run(1)).unwrap();
    assert_eq!((found.log.len(), found.log_lines_dropped), (0, 1_006));
}

#[test]
fn runs_are_bounded() {
    let runs = limits::RUNS_PER_CELL as u128 + 3;
    // The first never ends, and is kept for that.
    let courses = (1..=runs).flat_map(|bits| {
        let end = (bits > 1).then(|| finished(bits));
        [started(bits, 1)].into_iter().chain(end)
    });
    let state = notebook([insert(1, None, "")].into_iter().chain(courses));
    let kept: Vec<u128> = state
        .cell(cell(1))
        .unwrap()
        .runs
        .iter()
        .map(|run| run.bits())
        .collect();
    let expected: Vec<u128> = [1].into_iter().chain(5..=runs).collect();
    assert_eq!(kept, expected);
    assert_eq!(state.runs().count(), limits::RUNS_PER_CELL);
}

#[test]
fn parts_and_back() {
    let state = notebook([
        insert(2, None, "b"),
        insert(1, None, "a"),
        delete(2),
        started(1, 2),
        Operation::SetVariable {
            name: "a".into(),
            value: Some("1".into()),
        },
        offer("map", ""),
    ]);
    assert_eq!(Notebook::from_parts(state.to_parts()), Ok(state.clone()));
    let check = |break_it: fn(&mut NotebookParts), expected: PartsError| {
        let mut parts = state.to_parts();
        break_it(&mut parts);
        assert_eq!(Notebook::from_parts(parts), Err(expected));
    };
    check(
        |parts| parts.cells.push(parts.cells[0].clone()),
        PartsError::CellTwice { cell: cell(1) },
    );
    check(
        |parts| parts.runs.push(parts.runs[0].clone()),
        PartsError::RunTwice { run: run(1) },
    );
    check(
        |parts| parts.cells[0].runs.push(run(1)),
        PartsError::RunTwice { run: run(1) },
    );
    check(
        |parts| parts.runs.clear(),
        PartsError::MissingRun { run: run(1) },
    );
    check(
        |parts| parts.runs[0].cell = cell(1),
        PartsError::RunWithoutCell { run: run(1) },
    );
    check(
        |parts| parts.cells[1].runs.clear(),
        PartsError::RunWithoutCell { run: run(1) },
    );
}
