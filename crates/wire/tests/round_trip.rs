//! What is sent is what arrives; what is not a message is refused and never ends the program.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use common::{answer, entry, failure, operation, plugin_summary, state};
use notebook::{ActorId, NotebookId, OperationId, Proposal, Reason, Refusal, Sequence, Submission};
use output::{Answer, Column, Frame, Output, Values};
use proptest::{collection::vec, prelude::*, sample::Index};
use wire::{
    Summary, decode_answer, decode_entry, decode_operation, decode_snapshot, encode_answer,
    encode_entry, encode_operation, encode_snapshot, from_proto, to_proto,
};

proptest! {
    #[test]
    fn entries(entry in entry()) {
        prop_assert_eq!(decode_entry(&encode_entry(&entry)), Ok(entry));
    }

    #[test]
    fn operations(operation in operation()) {
        prop_assert_eq!(decode_operation(&encode_operation(&operation)), Ok(operation));
    }

    #[test]
    fn answers(answer in answer()) {
        prop_assert_eq!(decode_answer(&encode_answer(&answer)), Ok(answer));
    }

    #[test]
    fn failures(failure in failure()) {
        prop_assert_eq!(from_proto::failure(to_proto::failure(&failure)), Ok(failure));
    }

    #[test]
    fn snapshots(state in state()) {
        prop_assert_eq!(decode_snapshot(&encode_snapshot(&state)), Ok(state));
    }

    #[test]
    fn summaries(state in state()) {
        let summary = Summary::from(&state);
        prop_assert_eq!(from_proto::summary(to_proto::summary(&summary)), Ok(summary));
    }

    #[test]
    fn plugins(plugins in vec(plugin_summary(), 0..4)) {
        prop_assert_eq!(from_proto::plugins(to_proto::plugins(&plugins)), Ok(plugins));
    }

    #[test]
    fn submissions(
        bits: (u128, u128, u64),
        operations in vec((any::<u128>(), operation()), 0..5),
    ) {
        let notebook = NotebookId::from_bits(bits.0);
        let submission = Submission {
            actor: ActorId::from_bits(bits.1),
            base: Sequence(bits.2),
            proposals: operations
                .into_iter()
                .map(|(id, operation)| Proposal { id: OperationId::from_bits(id), operation })
                .collect(),
        };
        let message = to_proto::submission(notebook, &submission);
        prop_assert_eq!(from_proto::submission(message), Ok((notebook, submission)));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..300)) {
        read_everything(&bytes);
    }

    /// Bytes that are nearly a message get further than any others.
    #[test]
    fn damaged_messages_are_read_or_refused(
        entry in entry(),
        answer in answer(),
        state in state(),
        changes in vec((any::<Index>(), any::<u8>()), 1..5),
        end in any::<Index>(),
    ) {
        for mut bytes in [encode_entry(&entry), encode_answer(&answer), encode_snapshot(&state)] {
            for (place, byte) in &changes {
                if !bytes.is_empty() {
                    let place = place.index(bytes.len());
                    bytes[place] = *byte;
                }
            }
            read_everything(&bytes);
            read_everything(&bytes[..end.index(bytes.len() + 1)]);
        }
    }
}

/// What can be read can be written and read again.
fn read_everything(bytes: &[u8]) {
    if let Ok(entry) = decode_entry(bytes) {
        assert_eq!(decode_entry(&encode_entry(&entry)), Ok(entry));
    }
    if let Ok(operation) = decode_operation(bytes) {
        assert!(decode_operation(&encode_operation(&operation)).is_ok());
    }
    if let Ok(answer) = decode_answer(bytes) {
        assert!(decode_answer(&encode_answer(&answer)).is_ok());
    }
    if let Ok(state) = decode_snapshot(bytes) {
        assert!(decode_snapshot(&encode_snapshot(&state)).is_ok());
    }
}

#[test]
fn gaps_and_infinities_stay() {
    let values = vec![
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        -0.0,
        f64::MIN_POSITIVE,
    ];
    let answer = Answer::from(Output::Table(Frame {
        columns: vec![Column {
            name: "value".into(),
            unit: "s".into(),
            values: Values::Numbers(values.clone()),
        }],
        ..Frame::default()
    }));
    let Output::Table(table) = decode_answer(&encode_answer(&answer)).unwrap().output else {
        panic!("a table");
    };
    let Values::Numbers(arrived) = &table.columns[0].values else {
        panic!("numbers");
    };
    let bits = |values: &[f64]| {
        values
            .iter()
            .map(|value| value.to_bits())
            .collect::<Vec<_>>()
    };
    assert_eq!(bits(arrived), bits(&values));
}

#[test]
fn refusals_keep_their_words_and_what_can_be_done() {
    for (sent, arrives) in [
        (Reason::UnknownNotebook, Reason::UnknownNotebook),
        (Reason::UnknownCell, Reason::Invalid),
        (Reason::OutOfRange, Reason::OutOfRange),
        (Reason::TooLarge, Reason::TooLarge),
        (Reason::Invalid, Reason::Invalid),
        (Reason::Forbidden, Reason::Forbidden),
        (Reason::Unavailable, Reason::Unavailable),
        (
            Reason::NeedsHistory { from: Sequence(3) },
            Reason::Unavailable,
        ),
    ] {
        let refusal = Refusal::new(sent, "No cell of that name.", "Reload the notebook.");
        let arrived = from_proto::refusal(to_proto::refusal(&refusal)).unwrap();
        assert_eq!(
            arrived,
            Refusal {
                reason: arrives,
                ..refusal
            }
        );
    }
}
