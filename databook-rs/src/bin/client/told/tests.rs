//! What is said about entries.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use notebook::{
    Colour, CommentOperation, NotebookId, OperationId, OutputReference, Person, Sequence, Step,
    TextChange, Words,
};
use output::{Level, Output, TimeRange};

/// 2026-11-28T03:12:07 UTC.
const NIGHT_MS: i64 = 1_795_835_527_000;
const ADA: ActorId = ActorId::from_bits(7);
const CELL: CellId = CellId::from_bits(1);
const RUN: RunId = RunId::from_bits(2);
const THREAD: CommentId = CommentId::from_bits(3);

struct Told {
    teller: Teller,
    answers: Answers,
    time_ms: i64,
}

impl Told {
    fn new() -> Self {
        let mut told = Self {
            teller: Teller::new(Notebook::new(NotebookId::from_bits(9)), false),
            answers: Answers::new(),
            time_ms: NIGHT_MS,
        };
        told.teller.day = day(NIGHT_MS);
        told.say(Operation::CreateNotebook {
            title: "Incident".to_owned(),
        });
        told.say(Operation::Introduce(Person {
            name: "Ada".to_owned(),
            colour: Colour::new(0),
        }));
        told
    }

    fn say(&mut self, operation: Operation) -> String {
        let sequence = self.teller.state.sequence.0 + 1;
        let entry = Entry {
            sequence: Sequence(sequence),
            id: OperationId::from_bits(u128::from(sequence)),
            actor: ADA,
            time_ms: self.time_ms,
            operation,
        };
        self.teller.entry(&entry, &self.answers).unwrap()
    }

    fn check(&mut self, operation: Operation, expected: &str) {
        assert_eq!(self.say(operation), expected);
    }
}

fn insert(text: &str) -> Operation {
    Operation::InsertCell {
        cell: CELL,
        after: None,
        text: text.to_owned(),
    }
}

fn typed(at: u32, text: &str) -> Operation {
    Operation::ChangeText {
        cell: CELL,
        change: TextChange::from_steps(vec![Step::Retain(at), Step::Insert(text.to_owned())]),
    }
}

#[test]
fn an_incident_is_told_in_lines() {
    let mut told = Told::new();
    told.check(insert("up"), "03:12:07  Ada added cell 1\n    up\n");
    told.check(typed(2, "1"), "03:12:07  Ada edited cell 1\n");
    told.check(typed(3, "2"), "");
    told.check(
        Operation::RunStarted {
            run: RUN,
            cell: CELL,
            plugin: "demo".to_owned(),
            source: "up12".to_owned(),
            time_range: TimeRange {
                start_ms: 0,
                end_ms: 1,
            },
        },
        "03:12:07  Ada runs cell 1 with demo\n    up12\n",
    );
    told.check(
        Operation::RunLogged {
            run: RUN,
            level: Level::Warn,
            message: "slow\u{1b}[2J".to_owned(),
        },
        "03:12:07  cell 1: warn: slow\u{fffd}[2J\n",
    );
    let progress = |fraction| Operation::RunProgressed {
        run: RUN,
        fraction,
        message: "half".to_owned(),
    };
    told.check(progress(0.5), "03:12:07  cell 1: 50 %, half\n");
    told.check(progress(0.55), "");
    let output = OutputReference {
        hash: BlobHash([1; 32]),
        size_bytes: 1,
    };
    let answer = Answer::from(Output::Text("one\ntwo".to_owned()));
    told.answers.insert(output.hash, answer);
    let preview = Operation::RunPreviewed { run: RUN, output };
    told.check(
        preview.clone(),
        "03:12:07  cell 1 so far:\n    one\n    two\n",
    );
    told.check(preview, "");
    let done = Operation::RunFinished {
        run: RUN,
        outcome: Outcome::Done(output),
    };
    told.check(done, "03:12:07  cell 1 is done:\n    one\n    two\n");
    let opening = told.teller.opening(&told.answers);
    assert!(opening.starts_with("Incident\n"), "{opening}");
    assert!(opening.contains("Cell 1\n    up12\n"), "{opening}");
    assert!(opening.contains("    one\n    two\n"), "{opening}");
}

#[test]
fn comments_have_their_words_and_a_new_day_its_date() {
    let mut told = Told::new();
    told.say(insert("up"));
    told.time_ms += 24 * 3_600_000;
    told.check(
        Operation::Comment(CommentOperation::Begin {
            comment: THREAD,
            cell: CELL,
            run: None,
            words: Words {
                text: "is it the pool?".to_owned(),
                mentions: vec![ADA],
            },
        }),
        "2026-11-29\n03:12:07  Ada commented on cell 1, for Ada\n    is it the pool?\n",
    );
    told.check(
        Operation::DeleteCell { cell: CELL },
        "03:12:07  Ada deleted cell 1\n",
    );
    told.check(
        Operation::Comment(CommentOperation::Resolve { thread: THREAD }),
        "03:12:07  Ada resolved a thread on a deleted cell\n",
    );
}

#[test]
fn colours_are_only_where_they_are_wanted() {
    let state = Notebook::new(NotebookId::from_bits(9));
    let opening = |colours| Teller::new(state.clone(), colours).opening(&Answers::new());
    assert!(opening(true).contains('\u{1b}'));
    assert!(!opening(false).contains('\u{1b}'));
}
