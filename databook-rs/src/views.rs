//! What a view is shown with when there is no page: an output of a cell, of a call, or given ones.

use crate::{
    calls::{self, Call},
    refusal::Refusal,
    server::Server,
};
use notebook::{BlobHash, Cell, CellId, CellKind, Notebook, NotebookId, Outcome, Run, parse};
use output::{Answer, Failure, FailureKind, TimeRange};
use plugin_host::ShownView;
use std::collections::BTreeMap;
use view::{Scheme, Setting, ShownOutput, ViewContext};

/// A view as it is asked for from outside.
#[derive(Debug)]
pub struct Asked {
    pub view: String,
    pub options: BTreeMap<String, String>,
    pub body: String,
    pub shown: Shown,
    pub time_range: Option<TimeRange>,
    pub variables: BTreeMap<String, String>,
    pub scheme: Scheme,
    /// 0 means the default.
    pub width_px: u32,
    pub locale: String,
    pub time_zone: String,
}

/// What it is shown with.
#[derive(Debug)]
pub enum Shown {
    /// Name, moment and answer of each.
    Outputs(Vec<ShownOutput>),
    /// The answer of a call that is made for it.
    Invoke {
        plugin: String,
        options: BTreeMap<String, String>,
    },
    /// What a cell's latest run that ended gave, and what its `from=` names. Nothing is run.
    Cell { notebook: String, cell: String },
}

/// Why nothing is shown.
#[derive(Debug)]
pub enum Problem {
    Failed(Failure),
    /// There is no such cell, or it cannot be read.
    Refused(Refusal),
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl<T: Into<Refusal>> From<T> for Problem {
    fn from(refusal: T) -> Self {
        Self::Refused(refusal.into())
    }
}

/// Shows a view, waiting for what it asks for.
///
/// # Errors
/// See [`Problem`].
pub async fn show(server: &Server, mut asked: Asked, now_ms: i64) -> Result<ShownView, Problem> {
    let mut outputs = Vec::new();
    match std::mem::replace(&mut asked.shown, Shown::Outputs(Vec::new())) {
        Shown::Outputs(given) => outputs = given,
        Shown::Invoke { plugin, options } => {
            let call = Call {
                plugin,
                options,
                time_range: asked.time_range,
                width_px: asked.width_px,
            };
            let answer = calls::call(server, call, calls::unheard()).await?;
            outputs.push(own(answer, now_ms));
        }
        Shown::Cell { notebook, cell } => {
            let (notebook, cell): (NotebookId, CellId) = (notebook.parse()?, cell.parse()?);
            let room = server.hub.open(notebook).await?;
            let found = room.read(|state| Found::of(state, cell, &asked.view, now_ms))?;
            for (name, time_ms, hash) in found.outputs {
                let answer = server.answers.get(&server.storage, hash).await;
                let answer = answer.ok_or_else(Refusal::unavailable)?;
                outputs.push(ShownOutput {
                    name,
                    time_ms,
                    answer: (*answer).clone(),
                });
            }
            // What is asked for counts more than what the cell says.
            for (name, value) in found.options {
                asked.options.entry(name).or_insert(value);
            }
            for (name, value) in found.variables {
                asked.variables.entry(name).or_insert(value);
            }
            if asked.body.is_empty() {
                asked.body = found.body;
            }
            asked.time_range = asked.time_range.or(Some(found.time_range));
        }
    }
    let context = context(&asked, outputs, now_ms);
    Ok(calls::show(server, &asked.view, context).await?)
}

fn own(answer: Answer, time_ms: i64) -> ShownOutput {
    ShownOutput {
        name: String::new(),
        time_ms,
        answer,
    }
}

fn context(asked: &Asked, outputs: Vec<ShownOutput>, now_ms: i64) -> ViewContext {
    let settings = |settings: &BTreeMap<String, String>| {
        let settings = settings.iter();
        let setting = |(name, value): (&String, &String)| Setting {
            name: name.clone(),
            value: value.clone(),
        };
        settings.map(setting).collect()
    };
    ViewContext {
        options: settings(&asked.options),
        body: asked.body.clone(),
        outputs,
        time_range: asked
            .time_range
            .unwrap_or_else(|| calls::last(now_ms, calls::DEFAULT_RANGE_MS)),
        variables: settings(&asked.variables),
        scheme: asked.scheme,
        width_px: calls::width_px(asked.width_px),
        locale: asked.locale.clone(),
        time_zone: asked.time_zone.clone(),
        now_ms,
    }
}

/// What a notebook has for a view of one of its cells.
#[derive(Debug)]
struct Found {
    outputs: Vec<(String, i64, BlobHash)>,
    /// Of the cell's directive, if it names this view; as is the body.
    options: Vec<(String, String)>,
    body: String,
    variables: BTreeMap<String, String>,
    time_range: TimeRange,
}

impl Found {
    fn of(state: &Notebook, cell: CellId, view: &str, now_ms: i64) -> Result<Self, Problem> {
        let cell = state.cell(cell).filter(|cell| !cell.deleted);
        let cell = cell.ok_or_else(|| {
            Refusal::out_of_range(
                "there is no such cell in this notebook",
                "It may have been deleted; open the notebook to see its cells.",
            )
        })?;
        let parsed = parse(&cell.text);
        let mut found = Self {
            outputs: Vec::new(),
            options: Vec::new(),
            body: String::new(),
            variables: state.variables.clone(),
            time_range: state.time_range.resolve(now_ms),
        };
        if let CellKind::Plugin { .. } = parsed.kind {
            let run = ended(state, cell)?;
            found.time_range = run.time_range;
            found.outputs.extend(output(String::new(), run));
        }
        let source = parsed.view_source();
        let Some(source) = source.filter(|source| source.view.view.name == view) else {
            return Ok(found);
        };
        for name in source.from {
            let named = state
                .cells()
                .find(|cell| parse(&cell.text).name() == Some(name.as_str()));
            let run = named.and_then(|cell| state.latest_run(cell.id));
            found.outputs.extend(run.and_then(|run| output(name, run)));
        }
        let options = source.view.options.iter();
        found.options = options
            .filter(|option| option.key != notebook::grammar::FROM)
            .map(|option| (option.key.clone(), option.value.clone()))
            .collect();
        if let CellKind::View { .. } = parsed.kind {
            parsed.body().clone_into(&mut found.body);
        }
        Ok(found)
    }
}

/// The cell's latest run that has ended, if it gave an output: while one goes on, the one before it
/// counts.
fn ended<'a>(state: &'a Notebook, cell: &Cell) -> Result<&'a Run, Failure> {
    let mut runs = cell.runs.iter().rev().filter_map(|run| state.run(*run));
    let latest = runs.find_map(|run| Some((run, &run.finished.as_ref()?.0)));
    let why = match latest {
        Some((run, Outcome::Done(_))) => return Ok(run),
        Some((_, Outcome::Failed(failure))) => format!("its latest run failed: {failure}"),
        Some((_, Outcome::Cancelled)) => "its latest run was cancelled".to_owned(),
        Some((_, Outcome::Interrupted)) => "its latest run was interrupted".to_owned(),
        None => "no run of it has ended yet".to_owned(),
    };
    Err(Failure::new(
        FailureKind::Invalid,
        format!(
            "The cell has no output to show: {}.",
            why.trim_end_matches('.')
        ),
        "Run it; a view is shown with what is there.",
    ))
}

fn output(name: String, run: &Run) -> Option<(String, i64, BlobHash)> {
    let (_, ended_ms) = run.finished.as_ref()?;
    Some((name, *ended_ms, run.output()?))
}
