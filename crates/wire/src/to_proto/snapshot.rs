//! The state of a notebook, and its line in the list, as messages.

use super::comment::{person, thread};
use super::log::{
    reference, run_finished, run_logged, run_progressed, run_started, time_range_setting,
};
use super::plugin::plugin;
use crate::Summary;
use notebook::{Cell, Notebook, Offer, Run};

pub fn snapshot(state: &Notebook) -> proto::Snapshot {
    proto::Snapshot {
        notebook: state.id.to_string(),
        sequence: state.sequence.0,
        title: state.title.clone(),
        deleted: state.deleted,
        time_range: Some(time_range_setting(state.time_range)),
        variables: state.variables.clone().into_iter().collect(),
        cells: state.all_cells().map(cell).collect(),
        runs: state.runs().map(run).collect(),
        created_ms: state.created_ms,
        updated_ms: state.updated_ms,
        views: state.views.values().map(offer).collect(),
        people: state
            .people
            .iter()
            .map(|(actor, own)| (actor.to_string(), person(own)))
            .collect(),
        threads: state.threads.iter().map(thread).collect(),
    }
}

fn offer(offer: &Offer) -> proto::OfferedView {
    proto::OfferedView {
        plugin: Some(plugin(&offer.plugin)),
        actor: offer.actor.to_string(),
        offered_ms: offer.time_ms,
    }
}

pub fn summary(summary: &Summary) -> proto::NotebookSummary {
    proto::NotebookSummary {
        id: summary.id.to_string(),
        title: summary.title.clone(),
        cell_count: summary.cell_count,
        created_ms: summary.created_ms,
        updated_ms: summary.updated_ms,
        deleted: summary.deleted,
    }
}

fn cell(cell: &Cell) -> proto::CellState {
    proto::CellState {
        id: cell.id.to_string(),
        text: cell.text.clone(),
        deleted: cell.deleted,
        runs: cell.runs.iter().map(ToString::to_string).collect(),
    }
}

fn run(run: &Run) -> proto::RunState {
    let started = run_started(run.id, run.cell, &run.plugin, &run.source, run.time_range);
    proto::RunState {
        started: Some(started),
        actor: run.actor.to_string(),
        started_ms: run.started_ms,
        log: run
            .log
            .iter()
            .map(|(level, message)| run_logged(run.id, *level, message))
            .collect(),
        progress: run
            .progress
            .as_ref()
            .map(|(fraction, message)| run_progressed(run.id, *fraction, message)),
        finished: run
            .finished
            .as_ref()
            .map(|(outcome, _)| run_finished(run.id, outcome)),
        finished_ms: run.finished.as_ref().map(|(_, finished_ms)| *finished_ms),
        log_lines_dropped: run.log_lines_dropped,
        preview: run.preview.map(reference),
        inputs_time_range: run.inputs.time_range.map(time_range_setting),
        inputs_variables: run.inputs.variables.clone().into_iter().collect(),
    }
}
