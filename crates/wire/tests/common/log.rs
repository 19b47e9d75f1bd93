//! Any log that a notebook takes, with the blobs that it names.

use crate::common::{answer, operation};
use notebook::{
    ActorId, CellId, CommentId, CommentOperation, Entry, Notebook, NotebookId, Operation,
    OperationId, Outcome, OutputReference, RunId, Sequence, Step, TextChange, utf16_len,
};
use output::{PluginKind, ViewSummary};
use proptest::{collection::vec, prelude::*};
use std::collections::BTreeMap;

/// A log and its blobs by their hash, in hexadecimal.
#[derive(Clone, Debug)]
pub struct Log {
    pub notebook: NotebookId,
    pub entries: Vec<Entry>,
    pub blobs: BTreeMap<String, Vec<u8>>,
}

/// Of so many random operations, those that fit one after the other: identifiers are drawn from a
/// few, changes are cut to their text, and what is named is there.
pub fn log(operations: usize) -> impl Strategy<Value = Log> {
    let item = (operation(), any::<(u8, u8, u16)>());
    (
        any::<u128>(),
        vec(item, operations),
        vec(answer(), 4),
        any::<u64>(),
    )
        .prop_map(|(id, items, answers, first_id)| {
            let notebook = NotebookId::from_bits(id);
            let answers: Vec<Vec<u8>> = answers.iter().map(wire::encode_answer).collect();
            let mut state = Notebook::new(notebook);
            let mut log = Log {
                notebook,
                entries: Vec::new(),
                blobs: BTreeMap::new(),
            };
            let first = Operation::CreateNotebook {
                title: "Any".to_owned(),
            };
            let items = std::iter::once((first, (0, 0, 0))).chain(items);
            for (operation, (one, other, pause_ms)) in items {
                let mut blob = None;
                let fitted = fit(operation, &state, one, other, &answers, &mut blob);
                let sequence = state.sequence.0 + 1;
                let entry = Entry {
                    sequence: Sequence(sequence),
                    id: OperationId::from_bits(u128::from(first_id) << 64 | u128::from(sequence)),
                    actor: ActorId::from_bits(u128::from(other % 5)),
                    time_ms: state.updated_ms + i64::from(pause_ms),
                    operation: fitted,
                };
                let mut next = state.clone();
                if next.apply_within_limits(&entry).is_ok() {
                    state = next;
                    log.entries.push(entry);
                    log.blobs.extend(blob);
                }
            }
            log
        })
}

fn fit(
    operation: Operation,
    state: &Notebook,
    one: u8,
    other: u8,
    answers: &[Vec<u8>],
    blob: &mut Option<(String, Vec<u8>)>,
) -> Operation {
    let cell = |number: u8| CellId::from_bits(u128::from(number % 6));
    let run = |number: u8| RunId::from_bits(u128::from(number % 8));
    let comment = |number: u8| CommentId::from_bits(u128::from(number % 8));
    let after = |after: Option<CellId>| after.map(|_| cell(other));
    let mut keep = |bytes: &[u8]| {
        let hash = blake3::hash(bytes);
        *blob = Some((hash.to_string(), bytes.to_vec()));
        OutputReference {
            hash: notebook::BlobHash(*hash.as_bytes()),
            size_bytes: bytes.len() as u64,
        }
    };
    let chosen = &answers[usize::from(other) % answers.len()];
    match operation {
        Operation::InsertCell {
            after: place, text, ..
        } => Operation::InsertCell {
            cell: cell(one),
            after: after(place),
            text,
        },
        Operation::MoveCell { after: place, .. } => Operation::MoveCell {
            cell: cell(one),
            after: after(place),
        },
        Operation::DeleteCell { .. } => Operation::DeleteCell { cell: cell(one) },
        Operation::RestoreCell { .. } => Operation::RestoreCell { cell: cell(one) },
        Operation::ChangeText { change, .. } => Operation::ChangeText {
            cell: cell(one),
            change: within(&change, state.cell(cell(one)).map_or("", |cell| &cell.text)),
        },
        Operation::RunStarted {
            plugin,
            source,
            time_range,
            ..
        } => Operation::RunStarted {
            run: run(one),
            cell: cell(other),
            plugin,
            source,
            time_range,
        },
        Operation::RunLogged { level, message, .. } => Operation::RunLogged {
            run: run(one),
            level,
            message,
        },
        Operation::RunProgressed {
            fraction, message, ..
        } => Operation::RunProgressed {
            run: run(one),
            fraction,
            message,
        },
        Operation::RunPreviewed { .. } => Operation::RunPreviewed {
            run: run(one),
            output: keep(chosen),
        },
        Operation::RunFinished { outcome, .. } => Operation::RunFinished {
            run: run(one),
            outcome: match outcome {
                Outcome::Done(_) => Outcome::Done(keep(chosen)),
                outcome => outcome,
            },
        },
        Operation::OfferView { mut plugin } => {
            let component = [b"\0asm".as_slice(), &[one % 3]].concat();
            plugin.kind = PluginKind::View;
            plugin.error = None;
            plugin.view = Some(ViewSummary {
                component_hash: keep(&component).hash.to_string(),
                origins: Vec::new(),
                allowed_plugins: Vec::new(),
                memory_mb: 64,
                first_tree_ms: 1_000,
                event_ms: 250,
                nodes: 5_000,
            });
            Operation::OfferView { plugin }
        }
        Operation::Comment(operation) => Operation::Comment(match operation {
            CommentOperation::Begin { words, .. } => CommentOperation::Begin {
                comment: comment(one),
                cell: cell(other),
                run: None,
                words,
            },
            CommentOperation::Reply { words, .. } => CommentOperation::Reply {
                comment: comment(one),
                thread: comment(other),
                words,
            },
            CommentOperation::Edit { words, .. } => CommentOperation::Edit {
                comment: comment(one),
                words,
            },
            CommentOperation::Delete { .. } => CommentOperation::Delete {
                comment: comment(one),
            },
            CommentOperation::Resolve { .. } => CommentOperation::Resolve {
                thread: comment(one),
            },
            CommentOperation::Reopen { .. } => CommentOperation::Reopen {
                thread: comment(one),
            },
        }),
        other => other,
    }
}

/// The inserted texts of a change at the front of a text.
fn within(change: &TextChange, text: &str) -> TextChange {
    let inserted = change
        .steps()
        .iter()
        .filter(|step| matches!(step, Step::Insert(_)))
        .cloned();
    TextChange::from_steps(inserted.chain([Step::Retain(utf16_len(text))]).collect())
}
