//! Behaviour of the whole crate: state, authority, replicas, and all of them together.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod authority;
mod convergence;
mod replica;
mod state;
mod story;
mod undo;

use crate::{
    ActorId, CellId, Entry, Notebook, NotebookId, Operation, OperationId, Proposal, RunId,
    Sequence, TextChange,
};
use output::{PluginKind, PluginSummary, TimeRange, ViewSummary};

const ANN: ActorId = ActorId::from_bits(1);
const BEN: ActorId = ActorId::from_bits(2);

fn cell(bits: u128) -> CellId {
    CellId::from_bits(bits)
}

fn run(bits: u128) -> RunId {
    RunId::from_bits(bits)
}

fn create() -> Operation {
    Operation::CreateNotebook {
        title: "Incident".into(),
    }
}

fn insert(bits: u128, after: Option<u128>, text: &str) -> Operation {
    Operation::InsertCell {
        cell: cell(bits),
        after: after.map(cell),
        text: text.into(),
    }
}

fn move_cell(bits: u128, after: Option<u128>) -> Operation {
    Operation::MoveCell {
        cell: cell(bits),
        after: after.map(cell),
    }
}

fn delete(bits: u128) -> Operation {
    Operation::DeleteCell { cell: cell(bits) }
}

fn restore(bits: u128) -> Operation {
    Operation::RestoreCell { cell: cell(bits) }
}

fn offer(name: &str, description: &str) -> Operation {
    Operation::OfferView {
        plugin: Box::new(PluginSummary {
            name: name.into(),
            kind: PluginKind::View,
            description: description.into(),
            options: Vec::new(),
            allowed_env_vars: Vec::new(),
            allowed_domains: Vec::new(),
            content_types: Vec::new(),
            action: false,
            error: None,
            view: Some(ViewSummary {
                component_hash: "0".repeat(64),
                origins: vec!["https://status.example".into()],
                allowed_plugins: Vec::new(),
                memory_mb: 64,
                first_tree_ms: 1_000,
                event_ms: 250,
                nodes: 5_000,
            }),
        }),
    }
}

fn replace(bits: u128, range: std::ops::Range<u32>, text: &str) -> Operation {
    Operation::ChangeText {
        cell: cell(bits),
        change: TextChange::replace(range, text),
    }
}

fn started(run_bits: u128, cell_bits: u128) -> Operation {
    Operation::RunStarted {
        run: run(run_bits),
        cell: cell(cell_bits),
        plugin: "demo".into(),
        source: "@plugin=demo".into(),
        time_range: TimeRange {
            start_ms: 0,
            end_ms: 1,
        },
    }
}

fn logged(run_bits: u128, message: &str) -> Operation {
    Operation::RunLogged {
        run: run(run_bits),
        level: output::Level::Info,
        message: message.into(),
    }
}

fn finished(run_bits: u128) -> Operation {
    Operation::RunFinished {
        run: run(run_bits),
        outcome: crate::Outcome::Cancelled,
    }
}

fn entry(sequence: u64, operation: Operation) -> Entry {
    Entry {
        sequence: Sequence(sequence),
        id: OperationId::from_bits(sequence.into()),
        actor: ANN,
        time_ms: sequence as i64 * 1_000,
        operation,
    }
}

fn proposal(id: u128, operation: Operation) -> Proposal {
    Proposal {
        id: OperationId::from_bits(id),
        operation,
    }
}

/// Folds operations, the first of which is the second of the log.
fn notebook(operations: impl IntoIterator<Item = Operation>) -> Notebook {
    let mut notebook = Notebook::new(NotebookId::from_bits(9));
    for (place, operation) in [create()].into_iter().chain(operations).enumerate() {
        notebook.apply(&entry(place as u64 + 1, operation)).unwrap();
    }
    notebook
}

/// Identifiers of the visible cells with their texts.
fn shown(notebook: &Notebook) -> String {
    let cells = notebook.cells();
    let texts: Vec<String> = cells
        .map(|cell| format!("{}:{}", cell.id.bits(), cell.text))
        .collect();
    texts.join(" ")
}
