//! How the server gives places, and what it refuses.

use super::*;
use crate::{Accepted, Authority, Reason, Refusal, Source, Submission, limits};

fn submission(base: u64, proposals: impl IntoIterator<Item = Proposal>) -> Submission {
    Submission {
        actor: BEN,
        base: Sequence(base),
        proposals: proposals.into_iter().collect(),
    }
}

fn authority(operations: impl IntoIterator<Item = Operation>) -> Authority {
    Authority::new(notebook(operations), Vec::new())
}

fn take(authority: &mut Authority, submission: &Submission) -> Result<Accepted, Refusal> {
    authority.accept(submission, 5_000, Source::Client)
}

/// Hands in operations at the end of the log.
fn take_now(
    authority: &mut Authority,
    id: u128,
    operation: Operation,
) -> Result<Accepted, Refusal> {
    let base = authority.state().sequence.0;
    take(authority, &submission(base, [proposal(id, operation)]))
}

#[test]
fn accepted_entries() {
    let mut authority = authority([insert(1, None, "a")]);
    let batch = [
        proposal(100, replace(1, 1..1, "b")),
        proposal(101, replace(1, 2..2, "c")),
    ];
    let accepted = take(&mut authority, &submission(2, batch)).unwrap();
    assert_eq!(accepted.sequences, [Sequence(3), Sequence(4)]);
    assert_eq!(
        accepted
            .entries
            .iter()
            .map(|entry| entry.sequence.0)
            .collect::<Vec<_>>(),
        [3, 4]
    );
    assert!(
        accepted
            .entries
            .iter()
            .all(|entry| entry.actor == BEN && entry.time_ms == 5_000)
    );
    assert_eq!(shown(authority.state()), "1:abc");
    assert_eq!(
        (authority.state().sequence.0, authority.state().updated_ms),
        (4, 5_000)
    );
}

#[test]
fn concurrent_texts_are_merged() {
    let mut authority = authority([insert(1, None, "ac")]);
    take(
        &mut authority,
        &submission(2, [proposal(100, replace(1, 1..1, "x"))]),
    )
    .unwrap();
    // The log's text stays left, and the second of a batch builds on the first.
    let batch = [
        proposal(200, replace(1, 1..1, "y")),
        proposal(201, replace(1, 1..2, "z")),
    ];
    take(&mut authority, &submission(2, batch)).unwrap();
    assert_eq!(shown(authority.state()), "1:axzc");
    take(
        &mut authority,
        &submission(3, [proposal(300, replace(1, 0..3, ""))]),
    )
    .unwrap();
    assert_eq!(shown(authority.state()), "1:z");
}

#[test]
fn resends_are_recognised() {
    let mut authority = authority([insert(1, None, "")]);
    let first = submission(
        2,
        [
            proposal(100, replace(1, 0..0, "a")),
            proposal(101, replace(1, 1..1, "b")),
        ],
    );
    take(&mut authority, &first).unwrap();
    take_now(&mut authority, 200, replace(1, 0..0, "-")).unwrap();
    for _ in 0..2 {
        let again = take(&mut authority, &first).unwrap();
        assert_eq!(
            again,
            Accepted {
                entries: vec![],
                sequences: vec![Sequence(3), Sequence(4)]
            }
        );
    }
    // With something new behind it, which builds on it.
    let mut longer = first.clone();
    longer.proposals.push(proposal(102, replace(1, 2..2, "c")));
    let accepted = take(&mut authority, &longer).unwrap();
    assert_eq!(accepted.sequences, [Sequence(3), Sequence(4), Sequence(6)]);
    assert_eq!(shown(authority.state()), "1:-abc");
}

#[test]
fn identifiers_are_used_once() {
    let mut authority = authority([insert(1, None, "")]);
    let twice = [proposal(100, delete(1)), proposal(100, restore(1))];
    assert_eq!(
        take(&mut authority, &submission(2, twice))
            .unwrap_err()
            .reason,
        Reason::Invalid
    );
    let pair = [proposal(100, delete(1)), proposal(101, restore(1))];
    take(&mut authority, &submission(2, pair.clone())).unwrap();
    let [first, second] = pair;
    let swapped = submission(2, [second, first]);
    assert_eq!(
        take(&mut authority, &swapped).unwrap_err().reason,
        Reason::Invalid
    );
    assert_eq!(authority.state().sequence.0, 4);
}

#[test]
fn a_batch_is_taken_whole_or_not_at_all() {
    let mut authority = authority([
        insert(1, None, "one"),
        insert(2, Some(1), "two"),
        started(1, 1),
        logged(1, "line"),
        Operation::SetVariable {
            name: "a".into(),
            value: Some("1".into()),
        },
        offer("map", "one"),
    ]);
    // One of everything, so that each is taken back.
    let runs = (10..40).flat_map(|bits| [started(bits, 1), logged(bits, "x"), finished(bits)]);
    let operations = [
        Operation::SetTitle {
            title: "Other".into(),
        },
        Operation::DeleteNotebook,
        Operation::SetTimeRange(crate::TimeRangeSetting::Last { duration_ms: 1 }),
        Operation::SetVariable {
            name: "a".into(),
            value: None,
        },
        Operation::SetVariable {
            name: "b".into(),
            value: Some("2".into()),
        },
        offer("map", "another"),
        offer("list", ""),
        Operation::WithdrawView { name: "map".into() },
        insert(3, Some(1), "three"),
        move_cell(1, Some(2)),
        move_cell(2, None),
        delete(1),
        restore(1),
        replace(1, 0..3, "1"),
        Operation::RestoreNotebook,
        Operation::RunProgressed {
            run: run(1),
            fraction: 1.0,
            message: "".into(),
        },
        logged(1, "more"),
    ];
    let operations = operations
        .into_iter()
        .chain(runs)
        .chain([logged(1, "late"), delete(77)]);
    let batch = operations
        .enumerate()
        .map(|(place, operation)| proposal(100 + place as u128, operation));
    let before = authority.state().clone();
    let refusal = authority
        .accept(&submission(7, batch), 9, Source::Server)
        .unwrap_err();
    assert_eq!(refusal.reason, Reason::UnknownCell);
    assert_eq!(*authority.state(), before);
}

#[test]
fn history_is_asked_for() {
    let log: Vec<Entry> = [
        create(),
        insert(1, None, ""),
        replace(1, 0..0, "b"),
        replace(1, 0..0, "a"),
    ]
    .into_iter()
    .enumerate()
    .map(|(place, operation)| entry(place as u64 + 1, operation))
    .collect();
    let mut state = Notebook::new(NotebookId::from_bits(9));
    for entry in &log {
        state.apply(entry).unwrap();
    }
    let mut authority = Authority::new(state, log[3..].to_vec());
    assert_eq!(authority.history_start(), Sequence(3));
    let late = submission(2, [proposal(100, replace(1, 0..0, "c"))]);
    let refusal = take(&mut authority, &late).unwrap_err();
    assert_eq!(refusal.reason, Reason::NeedsHistory { from: Sequence(2) });
    // What does not connect is left out.
    authority.extend_history(log[..2].to_vec());
    assert_eq!(authority.history_start(), Sequence(3));
    authority.extend_history(log[1..].to_vec());
    assert_eq!(authority.history_start(), Sequence(1));
    take(&mut authority, &late).unwrap();
    assert_eq!(shown(authority.state()), "1:abc");
    // A resend is recognised in the extended history, too.
    let resend = submission(
        1,
        [Proposal {
            id: log[1].id,
            operation: log[1].operation.clone(),
        }],
    );
    assert_eq!(
        take(&mut authority, &resend).unwrap().sequences,
        [Sequence(2)]
    );
}

#[test]
fn what_changes_no_text_needs_no_history() {
    let mut authority = authority([insert(1, None, "a")]);
    let title = |id: u128, title: &str| {
        let title = title.into();
        submission(0, [proposal(id, Operation::SetTitle { title })])
    };
    // Who cannot tell whether it was taken before must look.
    let refusal = take(&mut authority, &title(100, "b")).unwrap_err();
    assert_eq!(refusal.reason, Reason::NeedsHistory { from: Sequence(0) });
    let renamed = authority
        .accept_resent(&title(100, "b"), &[], 9, Source::Client)
        .unwrap();
    assert_eq!(renamed.sequences, [Sequence(3)]);

    // What is sent again is recognised all the same: storage says where it is.
    let mut authority = Authority::new(authority.state().clone(), Vec::new());
    let earlier = [(OperationId::from_bits(100), Sequence(3))];
    let resent = [proposal(100, delete(1)), proposal(101, delete(1))];
    let accepted = authority
        .accept_resent(&submission(0, resent), &earlier, 9, Source::Client)
        .unwrap();
    assert_eq!(accepted.sequences, [Sequence(3), Sequence(4)]);
}

#[test]
fn an_identifier_from_before_the_base_is_refused() {
    let mut authority = authority([insert(1, None, "a")]);
    take_now(&mut authority, 100, delete(1)).unwrap();
    let again = submission(3, [proposal(100, restore(1))]);
    let refusal = take(&mut authority, &again).unwrap_err();
    assert_eq!(refusal.reason, Reason::Invalid);
    let mut authority = Authority::new(authority.state().clone(), Vec::new());
    let earlier = [(OperationId::from_bits(100), Sequence(3))];
    let refusal = authority
        .accept_resent(&again, &earlier, 9, Source::Client)
        .unwrap_err();
    assert_eq!(refusal.reason, Reason::Invalid);
    assert_eq!(authority.state().sequence.0, 3);
}

#[test]
fn the_window_is_bounded() {
    let mut authority = authority([insert(1, None, "")]);
    for id in 0..limits::WINDOW_ENTRIES as u128 + 10 {
        take_now(&mut authority, 1_000 + id, replace(1, 0..0, "x")).unwrap();
    }
    assert_eq!(authority.history_start(), Sequence(12));
}

#[test]
fn bad_input() {
    let mut authority = authority([insert(1, None, "text"), started(1, 1)]);
    let before = authority.state().clone();
    let set = |name: &str, value: &str| Operation::SetVariable {
        name: name.into(),
        value: Some(value.into()),
    };
    let title = |title: String| Operation::SetTitle { title };
    let last = |duration_ms| Operation::SetTimeRange(crate::TimeRangeSetting::Last { duration_ms });
    let backward = TimeRange {
        start_ms: 2,
        end_ms: 1,
    };
    let cases = [
        (replace(1, 5..5, "x"), Reason::OutOfRange),
        (replace(1, 0..u32::MAX, ""), Reason::OutOfRange),
        (replace(8, 0..0, "x"), Reason::UnknownCell),
        (insert(2, Some(8), ""), Reason::UnknownCell),
        (insert(1, None, ""), Reason::Invalid),
        (
            insert(2, None, &"x".repeat(limits::CELL_TEXT_UNITS as usize + 1)),
            Reason::TooLarge,
        ),
        (
            insert(2, None, &"x".repeat(limits::SUBMISSION_BYTES)),
            Reason::TooLarge,
        ),
        (
            replace(1, 0..0, &"x".repeat(limits::CELL_TEXT_UNITS as usize - 3)),
            Reason::TooLarge,
        ),
        (move_cell(1, Some(1)), Reason::Invalid),
        (title("x".repeat(201)), Reason::TooLarge),
        (title("two\nlines".into()), Reason::Invalid),
        (set("", "x"), Reason::Invalid),
        (set("a b", "x"), Reason::Invalid),
        (set("1a", "x"), Reason::Invalid),
        (set(&"a".repeat(65), "x"), Reason::TooLarge),
        (set("a", &"x".repeat(4_097)), Reason::TooLarge),
        (last(0), Reason::Invalid),
        (last(u64::MAX), Reason::TooLarge),
        (
            Operation::SetTimeRange(crate::TimeRangeSetting::Absolute(backward)),
            Reason::Invalid,
        ),
        (create(), Reason::Forbidden),
        (started(2, 1), Reason::Forbidden),
        (logged(1, "forged"), Reason::Forbidden),
        (finished(1), Reason::Forbidden),
        (offer("map", ""), Reason::Forbidden),
    ];
    for (place, (operation, expected)) in cases.into_iter().enumerate() {
        let refusal = take_now(&mut authority, 100, operation).unwrap_err();
        assert_eq!(refusal.reason, expected, "case {place}: {refusal}");
        assert!(!refusal.hint.is_empty(), "case {place}: {refusal}");
        assert!(refusal.message.len() < 200, "case {place}: {refusal}");
        assert_eq!(*authority.state(), before, "case {place}");
    }
}

#[test]
fn bad_submissions() {
    let mut authority = authority([insert(1, None, "text")]);
    let many = (0..1_000).map(|id| proposal(100 + id, delete(1)));
    let cases = [
        (submission(2, []), Reason::Invalid),
        (submission(2, many), Reason::TooLarge),
        (submission(99, [proposal(1, delete(1))]), Reason::OutOfRange),
        (
            Submission {
                actor: ActorId::SERVER,
                ..submission(2, [proposal(1, delete(1))])
            },
            Reason::Forbidden,
        ),
    ];
    for (submission, expected) in cases {
        assert_eq!(
            take(&mut authority, &submission).unwrap_err().reason,
            expected
        );
    }
    assert_eq!(authority.state().sequence.0, 2);
}

#[test]
fn cells_and_variables_are_bounded() {
    let cells = (0..limits::CELLS as u128).map(|bits| insert(bits, None, ""));
    let mut full = authority(cells);
    assert_eq!(
        take_now(&mut full, 1, insert(99_999, None, ""))
            .unwrap_err()
            .reason,
        Reason::TooLarge
    );
    let set = |name: String, value: &str| Operation::SetVariable {
        name,
        value: Some(value.into()),
    };
    let mut full = authority((0..limits::VARIABLES).map(|number| set(format!("v{number}"), "1")));
    assert_eq!(
        take_now(&mut full, 1, set("more".into(), "1"))
            .unwrap_err()
            .reason,
        Reason::TooLarge
    );
    take_now(&mut full, 1, set("v0".into(), "2")).unwrap();
}

#[test]
fn the_server_writes_runs_and_creates() {
    let mut authority = Authority::new(Notebook::new(NotebookId::from_bits(9)), Vec::new());
    let mut take = |base, operation| {
        let submission = submission(base, [proposal(base.into(), operation)]);
        authority
            .accept(&submission, 1, Source::Server)
            .map(|accepted| accepted.sequences)
    };
    assert_eq!(take(0, create()), Ok(vec![Sequence(1)]));
    assert_eq!(take(1, insert(1, None, "")), Ok(vec![Sequence(2)]));
    assert_eq!(take(2, started(1, 1)), Ok(vec![Sequence(3)]));
    let progress = |fraction| Operation::RunProgressed {
        run: run(1),
        fraction,
        message: String::new(),
    };
    assert_eq!(
        take(3, progress(f64::NAN)).unwrap_err().reason,
        Reason::Invalid
    );
    assert_eq!(take(3, progress(1.5)).unwrap_err().reason, Reason::Invalid);
    assert_eq!(
        take(3, logged(1, &"x".repeat(70_000))).unwrap_err().reason,
        Reason::TooLarge
    );
    assert_eq!(take(3, finished(1)), Ok(vec![Sequence(4)]));
    assert_eq!(
        take(4, logged(1, "late")).unwrap_err().reason,
        Reason::Invalid
    );
}
