//! The page's side: queueing, entries, refusals, snapshots.

use super::*;
use crate::{ApplyError, Authority, Gap, Received, Replica, Source};

fn start() -> (Authority, Replica) {
    let state = notebook([insert(1, None, "ab")]);
    (
        Authority::new(state.clone(), Vec::new()),
        Replica::new(state, ANN),
    )
}

fn ids(proposals: &[Proposal]) -> Vec<u128> {
    proposals
        .iter()
        .map(|proposal| proposal.id.bits())
        .collect()
}

/// Somebody else's operation, as the log has it.
fn other(authority: &mut Authority, id: u128, operation: Operation, source: Source) -> Vec<Entry> {
    let submission = crate::Submission {
        actor: BEN,
        base: authority.state().sequence,
        proposals: vec![proposal(id, operation)],
    };
    authority
        .accept(&submission, 7_000, source)
        .unwrap()
        .entries
}

#[test]
fn own_operations_show_at_once() {
    let (_, mut replica) = start();
    let received = replica
        .propose(proposal(10, replace(1, 1..1, "x")))
        .unwrap();
    assert_eq!(received.texts[&cell(1)], TextChange::replace(1..1, "x"));
    assert_eq!(shown(replica.view()), "1:axb");
    assert_eq!(shown(replica.confirmed()), "1:ab");
    let error = replica
        .propose(proposal(11, replace(1, 9..9, "x")))
        .unwrap_err();
    assert!(matches!(error, ApplyError::Change { .. }));
    let error = replica.propose(proposal(11, started(1, 1))).unwrap_err();
    assert!(matches!(error, ApplyError::Forbidden { .. }));
    let long = "x".repeat(crate::limits::CELL_TEXT_UNITS as usize);
    let error = replica
        .propose(proposal(11, replace(1, 0..0, &long)))
        .unwrap_err();
    assert!(matches!(error, ApplyError::TooLarge { .. }));
    assert_eq!(
        (shown(replica.view()), replica.pending_len()),
        ("1:axb".into(), 1)
    );
}

#[test]
fn one_submission_is_under_way() {
    let (mut authority, mut replica) = start();
    assert_eq!(replica.next_submission(), None);
    replica
        .propose(proposal(10, replace(1, 2..2, "c")))
        .unwrap();
    let first = replica.next_submission().unwrap();
    assert_eq!((ids(&first.proposals), first.base), (vec![10], Sequence(2)));
    // What is typed meanwhile waits, as one change; never as one with what is under way.
    replica
        .propose(proposal(11, replace(1, 3..3, "d")))
        .unwrap();
    replica
        .propose(proposal(12, replace(1, 4..4, "e")))
        .unwrap();
    replica.propose(proposal(13, delete(1))).unwrap();
    replica
        .propose(proposal(14, replace(1, 5..5, "f")))
        .unwrap();
    assert_eq!(
        (replica.next_submission(), replica.pending_len()),
        (None, 4)
    );
    let accepted = authority.accept(&first, 5_000, Source::Client).unwrap();
    replica.receive(&accepted.entries).unwrap();
    let second = replica.next_submission().unwrap();
    assert_eq!(
        (ids(&second.proposals), second.base),
        (vec![11, 13, 14], Sequence(3))
    );
    let accepted = authority.accept(&second, 6_000, Source::Client).unwrap();
    assert_eq!(replica.receive(&accepted.entries), Ok(Received::default()));
    assert_eq!(replica.view(), authority.state());
    assert_eq!(replica.pending_len(), 0);
}

#[test]
fn a_title_that_is_typed_key_by_key_waits_as_one() {
    let (mut authority, mut replica) = start();
    let title = |text: &str| Operation::SetTitle { title: text.into() };
    replica.propose(proposal(10, title("S"))).unwrap();
    let first = replica.next_submission().unwrap();
    // Never as one with what is under way, and never over something in between.
    for (id, operation) in [
        (11, title("Sl")),
        (12, title("Slow")),
        (13, delete(1)),
        (14, title("Slow again")),
    ] {
        replica.propose(proposal(id, operation)).unwrap();
    }
    let accepted = authority.accept(&first, 7_000, Source::Client).unwrap();
    replica.receive(&accepted.entries).unwrap();
    let second = replica.next_submission().unwrap();
    assert_eq!(ids(&second.proposals), vec![11, 13, 14]);
    assert_eq!(second.proposals[0].operation, title("Slow"));
    assert_eq!(replica.view().title, "Slow again");
}

#[test]
fn who_leaves_hands_in_everything() {
    for under_way_comes_first in [true, false] {
        let (mut authority, mut replica) = start();
        assert_eq!(replica.parting(), None);
        let typed = |id, at, text| proposal(id, replace(1, at..at, text));
        replica.propose(typed(10, 2, "c")).unwrap();
        let under_way = replica.next_submission().unwrap();
        replica.propose(typed(11, 3, "d")).unwrap();
        other(&mut authority, 90, replace(1, 0..0, "x"), Source::Client);
        let parting = replica.parting().unwrap();
        assert_eq!(ids(&parting.proposals), vec![10, 11]);
        // The two take different ways to the server.
        let mut submissions = [&under_way, &parting];
        if !under_way_comes_first {
            submissions.reverse();
        }
        for submission in submissions {
            authority.accept(submission, 7_000, Source::Client).unwrap();
        }
        assert_eq!(shown(authority.state()), "1:xabcd");
    }
}

#[test]
fn submissions_stay_within_the_limits() {
    let (mut authority, mut replica) = start();
    for id in 0..500 {
        replica
            .propose(proposal(1_000 + id, insert(1_000 + id, None, "")))
            .unwrap();
    }
    for id in 0..4 {
        let text = "🙂".repeat(100_000);
        replica
            .propose(proposal(2_000 + id, insert(2_000 + id, None, &text)))
            .unwrap();
    }
    let mut sizes = Vec::new();
    while let Some(submission) = replica.next_submission() {
        sizes.push(submission.proposals.len());
        let accepted = authority
            .accept(&submission, 5_000, Source::Client)
            .unwrap();
        replica.receive(&accepted.entries).unwrap();
    }
    assert_eq!(sizes, [200, 200, 102, 2]);
    assert_eq!(replica.view(), authority.state());
}

#[test]
fn others_entries_move_what_is_pending() {
    let (mut authority, mut replica) = start();
    replica
        .propose(proposal(10, replace(1, 1..1, "mine")))
        .unwrap();
    let entries = other(&mut authority, 20, replace(1, 1..1, "log"), Source::Client);
    let received = replica.receive(&entries).unwrap();
    // The log's text stands left.
    assert_eq!(shown(replica.view()), "1:alogmineb");
    assert_eq!(received.texts[&cell(1)], TextChange::replace(1..1, "log"));
    assert_eq!(received.cells.into_iter().collect::<Vec<_>>(), [cell(1)]);
    let entries = other(&mut authority, 21, started(5, 1), Source::Server);
    let received = replica.receive(&entries).unwrap();
    assert_eq!(received.runs.into_iter().collect::<Vec<_>>(), [run(5)]);
    assert!(received.texts.is_empty() && !received.structure && !received.head);
    let title = Operation::SetTitle {
        title: "New".into(),
    };
    let received = replica
        .receive(&other(&mut authority, 22, title, Source::Client))
        .unwrap();
    assert!(received.head && received.cells.is_empty());
    let submission = replica.next_submission().unwrap();
    authority
        .accept(&submission, 5_000, Source::Client)
        .unwrap();
    assert_eq!(shown(authority.state()), shown(replica.view()));
}

#[test]
fn the_later_of_two_places_counts() {
    let (mut authority, mut replica) = start();
    replica
        .propose(proposal(10, insert(2, Some(1), "mine")))
        .unwrap();
    let received = replica.receive(&other(
        &mut authority,
        20,
        insert(3, Some(1), "log"),
        Source::Client,
    ));
    assert!(received.unwrap().structure);
    assert_eq!(shown(replica.view()), "1:ab 2:mine 3:log");
    let accepted = authority.accept(&replica.next_submission().unwrap(), 5_000, Source::Client);
    replica.receive(&accepted.unwrap().entries).unwrap();
    assert_eq!(replica.view(), authority.state());
}

#[test]
fn known_entries_are_passed_over_and_gaps_told() {
    let (mut authority, mut replica) = start();
    let mut entries = other(&mut authority, 20, delete(1), Source::Client);
    entries.extend(other(&mut authority, 21, restore(1), Source::Client));
    let gap = Gap::Missing {
        expected: Sequence(3),
        found: Sequence(4),
    };
    assert_eq!(replica.receive(&entries[1..]), Err(gap));
    replica.receive(&entries).unwrap();
    assert_eq!(replica.receive(&entries), Ok(Received::default()));
    let unfit = replica.receive(&[entry(5, delete(8))]).unwrap_err();
    assert!(matches!(
        unfit,
        Gap::Unfit {
            sequence: Sequence(5),
            ..
        }
    ));
    assert_eq!(replica.view(), authority.state());
}

#[test]
fn a_lost_answer_is_asked_for_again() {
    let (mut authority, mut replica) = start();
    replica
        .propose(proposal(10, replace(1, 2..2, "c")))
        .unwrap();
    let lost = replica.next_submission().unwrap();
    let entries = authority
        .accept(&lost, 5_000, Source::Client)
        .unwrap()
        .entries;
    replica.reconnect();
    let again = replica.next_submission().unwrap();
    assert_eq!(again, lost);
    assert_eq!(
        authority
            .accept(&again, 6_000, Source::Client)
            .unwrap()
            .entries,
        []
    );
    replica.receive(&entries).unwrap();
    assert_eq!(
        (replica.pending_len(), replica.next_submission()),
        (0, None)
    );
    assert_eq!(replica.view(), authority.state());
}

#[test]
fn refused_operations_come_back() {
    let (_, mut replica) = start();
    replica
        .propose(proposal(10, insert(2, Some(1), "new")))
        .unwrap();
    replica
        .propose(proposal(11, replace(1, 0..1, "X")))
        .unwrap();
    replica.next_submission().unwrap();
    replica
        .propose(proposal(12, replace(1, 2..2, "end")))
        .unwrap();
    replica
        .propose(proposal(13, replace(2, 0..0, "in it")))
        .unwrap();
    replica
        .propose(proposal(14, insert(3, Some(2), "behind it")))
        .unwrap();
    replica.propose(proposal(15, delete(3))).unwrap();
    replica
        .propose(proposal(16, insert(4, Some(1), "apart")))
        .unwrap();
    assert_eq!(replica.refused(OperationId::from_bits(99)), []);
    let refused = replica.refused(OperationId::from_bits(10));
    assert_eq!(ids(&refused), [10, 11, 13, 14, 15]);
    // What builds on a refused text keeps its own part.
    assert_eq!(shown(replica.view()), "1:abend 4:apart");
    assert_eq!(ids(&replica.next_submission().unwrap().proposals), [12, 16]);
}

/// A page that missed so much that it got a snapshot, with a submission under way that the
/// snapshot has (`taken`) or not.
fn after_a_snapshot(taken: bool) {
    let (mut authority, mut replica) = start();
    replica
        .propose(proposal(10, replace(1, 2..2, "c")))
        .unwrap();
    let lost = replica.next_submission().unwrap();
    replica
        .propose(proposal(11, replace(1, 3..3, "d")))
        .unwrap();
    other(&mut authority, 20, replace(1, 0..0, "-"), Source::Client);
    if taken {
        authority.accept(&lost, 5_000, Source::Client).unwrap();
    }
    replica.reconnect();
    replica.reset(authority.state().clone());
    let again = replica.next_submission().unwrap();
    assert_eq!(again, lost);
    let accepted = authority.accept(&again, 6_000, Source::Client).unwrap();
    assert_eq!(accepted.entries.is_empty(), taken);
    let received = replica.acknowledged(again.proposals[0].id, &accepted.sequences);
    assert_eq!(received.cells.is_empty(), !taken);
    replica.receive(&accepted.entries).unwrap();
    assert_eq!(shown(replica.view()), "1:-abcd");
    let rest = replica.next_submission().unwrap();
    let accepted = authority.accept(&rest, 7_000, Source::Client).unwrap();
    replica.receive(&accepted.entries).unwrap();
    assert_eq!(replica.view(), authority.state());
    assert_eq!(shown(replica.view()), "1:-abcd");
}

#[test]
fn a_snapshot_with_the_submission_under_way() {
    after_a_snapshot(true);
}

#[test]
fn a_snapshot_without_the_submission_under_way() {
    after_a_snapshot(false);
}

/// Found by the simulation: the change of a new cell did not follow what others had done to it.
#[test]
fn a_snapshot_with_a_cell_of_the_submission_under_way() {
    let (mut authority, mut replica) = start();
    replica
        .propose(proposal(10, insert(5, Some(1), "𝄞b")))
        .unwrap();
    let lost = replica.next_submission().unwrap();
    replica
        .propose(proposal(11, replace(5, 2..2, "x")))
        .unwrap();
    authority.accept(&lost, 5_000, Source::Client).unwrap();
    other(&mut authority, 20, replace(5, 0..0, "-"), Source::Client);
    replica.reconnect();
    replica.reset(authority.state().clone());
    let again = replica.next_submission().unwrap();
    let accepted = authority.accept(&again, 6_000, Source::Client).unwrap();
    replica.acknowledged(again.proposals[0].id, &accepted.sequences);
    assert_eq!(shown(replica.view()), "1:ab 5:-𝄞xb");
    let rest = replica.next_submission().unwrap();
    authority.accept(&rest, 7_000, Source::Client).unwrap();
    assert_eq!(shown(authority.state()), "1:ab 5:-𝄞xb");
}
