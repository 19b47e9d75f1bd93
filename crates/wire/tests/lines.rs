//! A log as JSON lines: what is written is what is read, and what is no log is refused with its
//! line, a reason and what to do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[allow(dead_code, reason = "this test needs a part of it")]
mod common;
#[path = "common/log.rs"]
mod log;

use common::entry;
use log::{Log, log};
use notebook::{Notebook, NotebookId, Operation};
use proptest::{prelude::*, strategy::ValueTree as _};
use std::collections::HashSet;
use wire::lines::{self, Header, Intake, Line, LineError};

/// As an export writes it.
fn write(log: &Log) -> Vec<String> {
    let header = Header {
        notebook: log.notebook,
        entries: log.entries.len() as u64,
        exported_ms: 1_764_300_000_000,
    };
    let mut text = vec![lines::header_line(&header)];
    let mut seen = HashSet::new();
    for entry in &log.entries {
        if let Some(named) = lines::named(&entry.operation).unwrap()
            && seen.insert(named.hash())
        {
            let bytes = &log.blobs[&named.hash().to_string()];
            text.push(lines::blob_line(named.hash(), bytes));
        }
        text.push(lines::entry_line(entry).unwrap());
    }
    text
}

fn read(text: &[String]) -> Result<(Log, Notebook), LineError> {
    let mut intake = Intake::new(None, i64::MAX);
    let mut log = Log {
        notebook: NotebookId::from_bits(0),
        entries: Vec::new(),
        blobs: std::collections::BTreeMap::new(),
    };
    for line in text {
        if let Some(taken) = intake.take(line)? {
            log.entries.push(taken.entry);
            log.blobs
                .extend(taken.blob.map(|blob| (blob.hash.to_string(), blob.bytes)));
        }
    }
    let state = intake.finish()?;
    log.notebook = state.id;
    Ok((log, state))
}

fn example() -> Vec<String> {
    static EXAMPLE: std::sync::LazyLock<Vec<String>> = std::sync::LazyLock::new(make_example);
    EXAMPLE.clone()
}

fn make_example() -> Vec<String> {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    loop {
        let log = log(60).new_tree(&mut runner).unwrap().current();
        if log.blobs.len() > 2 && log.entries.len() > 10 {
            return write(&log);
        }
    }
}

fn refused(text: &[String], line: usize, words: &str) {
    let error = match read(text) {
        Ok(_) => panic!("taken, but {words}"),
        Err(error) => error,
    };
    assert!(error.message.contains(words), "{error}");
    assert_eq!(error.line, line as u64, "{error}");
    assert!(!error.hint.is_empty());
}

proptest! {
    #[test]
    fn entries(entry in entry()) {
        let line = lines::entry_line(&entry).unwrap();
        prop_assert_eq!(line.matches('\n').count(), 1);
        prop_assert_eq!(lines::line(&line), Ok(Line::Entry(Box::new(entry))));
    }

    #[test]
    fn logs(log in log(40)) {
        let text = write(&log);
        let (read, state) = read(&text).unwrap();
        prop_assert_eq!(&read.entries, &log.entries);
        prop_assert_eq!(&read.blobs, &log.blobs);
        prop_assert_eq!(state.sequence.0, log.entries.len() as u64);
        prop_assert_eq!(write(&read), text);
    }

    #[test]
    fn any_text_is_refused_or_read(text in ".*", place in 0usize..3) {
        let mut lines = example();
        lines[place] = text;
        let _ = read(&lines);
    }
}

#[test]
fn a_number_is_read_as_it_was_written() {
    for fraction in [0.0, -0.0, 0.1 + 0.2, f64::MIN_POSITIVE, 1.0 - f64::EPSILON] {
        let run = notebook::RunId::from_bits(7);
        let entry = notebook::Entry {
            sequence: notebook::Sequence(u64::MAX),
            id: notebook::OperationId::from_bits(u128::MAX),
            actor: notebook::ActorId::SERVER,
            time_ms: i64::MIN,
            operation: Operation::RunProgressed {
                run,
                fraction,
                message: "\u{0}\u{2028}\"\\ 🙂".to_owned(),
            },
        };
        // What storage gives back is what is written.
        let entry = wire::decode_entry(&wire::encode_entry(&entry)).unwrap();
        let read = lines::line(&lines::entry_line(&entry).unwrap()).unwrap();
        let Line::Entry(read) = read else {
            panic!("an entry");
        };
        assert_eq!(wire::encode_entry(&read), wire::encode_entry(&entry));
    }
}

#[test]
fn what_is_no_export_says_so() {
    refused(&[], 1, "there is nothing");
    refused(&["hello".to_owned()], 1, "not the header");
    refused(
        &["{\"format\":\"other\",\"version\":1}".to_owned()],
        1,
        "`databook-log`",
    );
    let mut later = example();
    later[0] = later[0].replace("\"version\":1", "\"version\":2");
    refused(&later, 1, "version 2");
    let mut unknown = example();
    unknown[0] = unknown[0].replace("\"version\"", "\"colour\":1,\"version\"");
    refused(&unknown, 1, "colour");
}

#[test]
fn a_damaged_export_names_its_line() {
    let text = example();
    let last = text.len();
    refused(&text[..last - 1], last, "the file ends after");
    let mut twice = text.clone();
    twice.push(text[last - 1].clone());
    refused(&twice, last + 1, "one more");
    let mut gap = text.clone();
    gap.remove(2);
    assert!(read(&gap).is_err());
    let mut unknown = text.clone();
    unknown[1] = unknown[1].replace("\"operation\"", "\"opera\"");
    refused(&unknown, 2, "opera");

    let blob = text
        .iter()
        .position(|line| line.starts_with("{\"blob\""))
        .unwrap();
    let mut other = text.clone();
    other[blob] = other[blob].replace("\"base64\":\"", "\"base64\":\"AAAA");
    refused(&other, blob + 1, "have the hash");
    let mut missing = text.clone();
    missing.remove(blob);
    refused(&missing, blob + 1, "named and not there");
    let mut early = text.clone();
    early.swap(blob, blob - 1);
    refused(&early, blob + 1, "not named here");
    let mut doubled = text.clone();
    doubled.insert(blob, text[blob].clone());
    refused(&doubled, blob + 2, "named by no entry");
}

#[test]
fn times_neither_fall_nor_lie_ahead() {
    let text = example();
    let time = |line: &str| -> i64 {
        let at = line.find("\"timeMs\":\"").unwrap() + 10;
        line[at..].split('"').next().unwrap().parse().unwrap()
    };
    let with_time = |line: &str, time_ms: i64| {
        line.replace(
            &format!("\"timeMs\":\"{}\"", time(line)),
            &format!("\"timeMs\":\"{time_ms}\""),
        )
    };
    let place = text.len() - 1;
    let mut falling = text.clone();
    falling[place] = with_time(&falling[place], -1);
    refused(&falling, place + 1, "older than the one before");
    let mut intake = Intake::new(None, time(&text[place]) - 1);
    let errors: Vec<_> = text
        .iter()
        .filter_map(|line| intake.take(line).err())
        .collect();
    assert!(errors[0].message.contains("future"), "{errors:?}");
}

#[test]
fn limits_hold_for_what_comes_in() {
    let mut text = example();
    text[1] = text[1].replace("\"Any\"", &format!("\"{}\"", "x".repeat(201)));
    refused(&text, 2, "at most 200 characters");
}
