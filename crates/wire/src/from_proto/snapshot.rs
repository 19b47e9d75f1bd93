//! The state of a notebook, and its line in the list, out of messages.

use super::{
    answer::level,
    comment::{person, thread},
    log::{fraction, outcome, reference, time_range_setting},
    plugin::plugin,
};
use crate::{
    Summary,
    error::{WireError, Within, at_most, each, parse, required},
};
use notebook::{
    Cell, Inputs, Notebook, NotebookParts, Offer, Run, RunId, Sequence, TimeRangeSetting, limits,
};
use output::TimeRange;

/// Refuses cells and runs that do not belong together.
pub fn snapshot(snapshot: proto::Snapshot) -> Result<Notebook, WireError> {
    at_most("cells", snapshot.cells.len(), limits::CELLS, "items")?;
    let parts = NotebookParts {
        id: parse("notebook", &snapshot.notebook)?,
        sequence: Sequence(snapshot.sequence),
        title: snapshot.title,
        deleted: snapshot.deleted,
        time_range: match snapshot.time_range {
            None => TimeRangeSetting::default(),
            Some(setting) => time_range_setting(setting).within("time_range")?,
        },
        variables: snapshot.variables.into_iter().collect(),
        views: each("views", snapshot.views, offer)?,
        people: snapshot
            .people
            .into_iter()
            .map(|(actor, own)| Ok((parse("", &actor)?, person(own)?)))
            .collect::<Result<_, WireError>>()
            .within("people")?,
        threads: each("threads", snapshot.threads, thread)?,
        created_ms: snapshot.created_ms,
        updated_ms: snapshot.updated_ms,
        cells: each("cells", snapshot.cells, cell)?,
        runs: each("runs", snapshot.runs, run)?,
    };
    Notebook::from_parts(parts).map_err(|error| WireError::new("cells", error))
}

fn offer(offer: proto::OfferedView) -> Result<Offer, WireError> {
    Ok(Offer {
        plugin: plugin(required("plugin", offer.plugin)?).within("plugin")?,
        actor: parse("actor", &offer.actor)?,
        time_ms: offer.offered_ms,
    })
}

pub fn summary(summary: proto::NotebookSummary) -> Result<Summary, WireError> {
    Ok(Summary {
        id: parse("id", &summary.id)?,
        title: summary.title,
        cell_count: summary.cell_count,
        created_ms: summary.created_ms,
        updated_ms: summary.updated_ms,
        deleted: summary.deleted,
    })
}

fn cell(cell: proto::CellState) -> Result<Cell, WireError> {
    Ok(Cell {
        id: parse("id", &cell.id)?,
        text: cell.text,
        deleted: cell.deleted,
        runs: each("runs", cell.runs, |run| parse("", &run))?,
    })
}

fn run(run: proto::RunState) -> Result<Run, WireError> {
    let started = required("started", run.started)?;
    let id: RunId = parse("started.run", &started.run)?;
    let range = required("started.time_range", started.time_range)?;
    // What is inside of a run says whose it is once more.
    let own = |field: &str, run: &str| match parse::<RunId>(field, run)? {
        run if run == id => Ok(()),
        other => Err(WireError::new(
            field,
            format_args!("is {other} inside of run {id}"),
        )),
    };
    let finished = match (run.finished, run.finished_ms) {
        (None, None) => None,
        (Some(finished), Some(finished_ms)) => {
            own("finished.run", &finished.run)?;
            let outcome = outcome(finished.outcome).within("finished")?;
            Some((outcome, finished_ms))
        }
        (Some(_), None) => return Err(WireError::absent("finished_ms")),
        (None, Some(_)) => return Err(WireError::absent("finished")),
    };
    Ok(Run {
        id,
        cell: parse("started.cell", &started.cell)?,
        actor: parse("actor", &run.actor)?,
        plugin: started.plugin,
        source: started.source,
        time_range: TimeRange {
            start_ms: range.start_ms,
            end_ms: range.end_ms,
        },
        inputs: Inputs {
            time_range: run
                .inputs_time_range
                .map(time_range_setting)
                .transpose()
                .within("inputs_time_range")?,
            variables: run.inputs_variables.into_iter().collect(),
        },
        started_ms: run.started_ms,
        log: each("log", run.log, |line| {
            own("run", &line.run)?;
            Ok((level(line.level)?, line.message))
        })?,
        log_lines_dropped: run.log_lines_dropped,
        progress: match run.progress {
            None => None,
            Some(progress) => {
                own("progress.run", &progress.run)?;
                Some((fraction(progress.fraction), progress.message))
            }
        },
        preview: run
            .preview
            .map(|preview| reference("preview", preview))
            .transpose()?,
        finished,
    })
}
