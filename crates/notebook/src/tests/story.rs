//! What happened, as people tell it.

use super::*;
use crate::{Activity, CommentId, CommentOperation, Deed, Ending, Person, Story, Words};

fn tell(entries: impl IntoIterator<Item = (ActorId, i64, Operation)>) -> Story {
    let mut story = Story::default();
    for (sequence, (actor, time_ms, operation)) in (1..).zip(entries) {
        let entry = Entry {
            actor,
            time_ms,
            ..entry(sequence, operation)
        };
        story.tell(&entry);
        // Told twice is told once.
        story.tell(&entry);
    }
    story
}

fn spans(story: &Story) -> Vec<(u64, u64, ActorId, &Deed)> {
    let span = |activity: &'_ Activity| (activity.first.0, activity.last.0, activity.actor);
    let activities = story.activities().iter();
    activities
        .map(|activity| {
            let (first, last, actor) = span(activity);
            (first, last, actor, &activity.deed)
        })
        .collect()
}

#[test]
fn typing_is_one_activity_while_the_pauses_are_short() {
    let second = 1_000;
    let story = tell([
        (ANN, 0, create()),
        (ANN, 0, insert(1, None, "")),
        (ANN, second, replace(1, 0..0, "ab")),
        // In between somebody else types in the same cell.
        (BEN, 2 * second, replace(1, 0..0, "x")),
        (ANN, 3 * second, replace(1, 1..2, "𝄞")),
        // Three minutes later it is another one.
        (ANN, 183 * second, replace(1, 0..0, "c")),
    ]);
    let edited = |added, removed| Deed::Edited {
        cell: cell(1),
        added,
        removed,
    };
    assert_eq!(
        spans(&story),
        [
            (1, 1, ANN, &Deed::Created),
            (2, 2, ANN, &Deed::CellAdded { cell: cell(1) }),
            (3, 5, ANN, &edited(4, 1)),
            (4, 4, BEN, &edited(1, 0)),
            (6, 6, ANN, &edited(1, 0)),
        ]
    );
    assert_eq!(story.told(), Sequence(6));
}

#[test]
fn a_run_goes_from_its_start_to_its_end_and_divides_what_is_typed() {
    let story = tell([
        (ANN, 0, create()),
        (ANN, 0, insert(1, None, "")),
        (ANN, 1, replace(1, 0..0, "a")),
        (BEN, 2, started(7, 1)),
        (ANN, 3, replace(1, 0..0, "b")),
        (ActorId::SERVER, 4, logged(7, "line")),
        (ActorId::SERVER, 5, finished(7)),
    ]);
    let ran = Deed::Ran {
        cell: cell(1),
        run: run(7),
        plugin: "demo".into(),
        ending: Some(Ending::Cancelled),
    };
    let edited = Deed::Edited {
        cell: cell(1),
        added: 1,
        removed: 0,
    };
    assert_eq!(
        spans(&story)[2..],
        [
            (3, 3, ANN, &edited),
            (4, 7, BEN, &ran),
            (5, 5, ANN, &edited),
        ]
    );
    assert_eq!(story.activities()[3].end_ms, 5);
}

#[test]
fn titles_people_and_comments_are_told() {
    let title = |title: &str| Operation::SetTitle {
        title: title.into(),
    };
    let person = Person {
        name: "Ann".into(),
        colour: crate::Colour::new(1),
    };
    let words = Words {
        text: "@Ben?".into(),
        mentions: vec![BEN],
    };
    let (first, second) = (CommentId::from_bits(1), CommentId::from_bits(2));
    let story = tell([
        (ANN, 0, create()),
        (ANN, 0, Operation::Introduce(person)),
        (ANN, 1, title("a")),
        (ANN, 2, title("ab")),
        (ANN, 3, insert(1, None, "")),
        (
            ANN,
            4,
            Operation::Comment(CommentOperation::Begin {
                comment: first,
                cell: cell(1),
                run: None,
                words: words.clone(),
            }),
        ),
        (
            BEN,
            5,
            Operation::Comment(CommentOperation::Reply {
                comment: second,
                thread: first,
                words: Words::default(),
            }),
        ),
        (
            BEN,
            6,
            Operation::Comment(CommentOperation::Resolve { thread: first }),
        ),
    ]);
    let deeds: Vec<_> = story.activities()[1..]
        .iter()
        .map(|one| &one.deed)
        .collect();
    assert_eq!(
        deeds,
        [
            &Deed::Introduced { name: "Ann".into() },
            &Deed::Renamed { title: "ab".into() },
            &Deed::CellAdded { cell: cell(1) },
            &Deed::Commented {
                comment: first,
                thread: first,
                cell: Some(cell(1)),
                mentions: vec![BEN],
            },
            &Deed::Commented {
                comment: second,
                thread: first,
                cell: None,
                mentions: Vec::new(),
            },
            &Deed::ThreadResolved { thread: first },
        ]
    );
}
