//! Pages: what a follower reads before the page's program is there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use notebook::{
    ActorId, BlobHash, Cell, CellId, Inputs, Notebook, NotebookId, NotebookParts, Outcome,
    OutputReference, Run, RunId, Sequence, TimeRangeSetting,
};
use output::{Answer, Failure, FailureKind, Level, Output, TimeRange};
use render::{CellState, CellView, NotebookRow, PLUGINS_PATH, View, list, top_bar};
use std::{collections::BTreeMap, sync::Arc};

const NOW_MS: i64 = 1_795_475_890_000;
const HASH: BlobHash = BlobHash([7; 32]);

fn run(cell: &Cell, finished: Option<Outcome>) -> Run {
    Run {
        id: RunId::from_bits(cell.id.bits()),
        cell: cell.id,
        actor: ActorId::SERVER,
        plugin: "demo".into(),
        source: cell.text.clone(),
        time_range: TimeRange {
            start_ms: 0,
            end_ms: NOW_MS,
        },
        inputs: Inputs {
            time_range: Some(TimeRangeSetting::Default),
            variables: BTreeMap::new(),
        },
        started_ms: NOW_MS - 3_200,
        log: vec![(Level::Warn, "slow <mirror>".into())],
        log_lines_dropped: 0,
        progress: Some((0.5, "half".into())),
        preview: None,
        finished: finished.map(|outcome| (outcome, NOW_MS - 200)),
    }
}

fn sample(cells: Vec<(&str, Option<Option<Outcome>>)>) -> Notebook {
    let mut runs = Vec::new();
    let cells = cells.into_iter().enumerate().map(|(place, (text, ran))| {
        let mut cell = Cell {
            id: CellId::from_bits(place as u128 + 1),
            text: text.into(),
            deleted: false,
            runs: Vec::new(),
        };
        if let Some(finished) = ran {
            let run = run(&cell, finished);
            cell.runs.push(run.id);
            runs.push(run);
        }
        cell
    });
    let cells = cells.collect();
    Notebook::from_parts(NotebookParts {
        id: NotebookId::from_bits(1),
        sequence: Sequence(9),
        title: "A <notebook>".into(),
        deleted: false,
        time_range: TimeRangeSetting::Default,
        variables: BTreeMap::new(),
        views: Vec::new(),
        people: BTreeMap::new(),
        threads: Vec::new(),
        created_ms: NOW_MS,
        updated_ms: NOW_MS,
        cells,
        runs,
    })
    .unwrap()
}

fn page(notebook: &Notebook) -> String {
    let answer: Arc<Answer> = Arc::new(Output::Text("the answer".into()).into());
    let outputs = |hash| (hash == HASH).then(|| answer.clone());
    render::notebook(notebook, &outputs, &View::default(), NOW_MS)
}

#[test]
fn cells_with_their_states_and_outputs() {
    let done = |hash| {
        Some(Some(Outcome::Done(OutputReference {
            hash,
            size_bytes: 1,
        })))
    };
    let failure = Failure::new(FailureKind::Timeout, "too slow", "");
    let html = page(&sample(vec![
        ("# Hello\n\n<script>", None),
        ("@plugin=demo\na < b", done(HASH)),
        ("@plugin=demo", done(BlobHash([8; 32]))),
        ("@plugin=demo", Some(Some(Outcome::Failed(failure)))),
        ("@plugin=demo", Some(None)),
        ("@plugin=demo", None),
    ]));
    assert!(html.starts_with(
        "<main class=\"notebook\" id=\"notebook\" data-sequence=\"9\"><header class=\"notebook-head\">\
         <h1 class=\"title\">A &lt;notebook&gt;</h1></header>\
         <div class=\"inputs\" role=\"group\" aria-label=\"Time range and variables\"><span class=\"range\">\
         Last 1 hour<span class=\"zone\">UTC</span></span></div><ol class=\"cells\">\
         <li class=\"cell\" data-state=\"never\" data-kind=\"markdown\" id=\"cell-00000000000000000000000001\">"
    ), "{html}");
    for expected in [
        "<div class=\"prose\"><div class=\"stack\"><h2>Hello</h2></div></div>",
        "<pre class=\"code\">@plugin=demo\na &lt; b</pre>",
        "data-state=\"done\" data-kind=\"plugin\"",
        "<span class=\"word\">done</span></span> <time class=\"elapsed\" \
         datetime=\"2026-11-23T23:18:06.800Z\" title=\"Started 2026-11-23 23:18:06 UTC\">3.0 s</time>",
        "<section class=\"output\" aria-label=\"Output of cell 2\"><pre class=\"text\">the answer</pre>\
         <details class=\"run-log\"><summary>Log: 1 line</summary>",
        "Loading the output…",
        "data-state=\"failed\"",
        "<span class=\"tone\">Timed out</span>",
        "data-state=\"running\"",
        "<progress max=\"1\" value=\"0.500\"></progress><span>50\u{a0}% · half</span>",
        "slow &lt;mirror&gt;",
        "<span class=\"word\">never run</span></span></div>",
    ] {
        assert!(html.contains(expected), "{expected}\nis not in\n{html}");
    }
    assert_eq!(html.matches("<section").count(), 4);
    assert!(!html.contains("<script"));
}

#[test]
fn what_a_run_has_to_show_before_its_answer_is_shown() {
    for (outcome, expected) in [
        (None, "</div><pre class=\"text\">the answer</pre></section>"),
        (
            Some(Outcome::Cancelled),
            "Cancelled.</p><p class=\"note\">What there was until then:</p>\
             <pre class=\"text\">the answer</pre>",
        ),
    ] {
        let notebook = sample(vec![("@plugin=demo", Some(outcome))]);
        let cell = notebook.cells().next().unwrap();
        let mut run = notebook.latest_run(cell.id).unwrap().clone();
        run.preview = Some(OutputReference {
            hash: HASH,
            size_bytes: 1,
        });
        let seen = run.seen().map(|seen| seen.hash);
        assert_eq!(seen, Some(HASH));
        let answer = Answer::from(Output::Text("the answer".into()));
        let view = CellView {
            number: 1,
            cell,
            talk: None,
            run: Some(&run),
            is_current: true,
            answer: Some(&answer),
        };
        let html = render::cell(&view, &View::default(), NOW_MS);
        assert!(html.contains(expected), "{expected}\nis not in\n{html}");
    }
}

#[test]
fn what_is_wrong_is_marked_and_said_beneath_the_source() {
    let html = page(&sample(vec![("\n@plugn=demo\nup\n", None)]));
    // A parser drops the first newline of a `pre`, and the last one opens no line.
    let expected = "<pre class=\"code\">\n\n<span class=\"wrong\" \
        title=\"unknown directive `@plugn`\">@plugn</span>=demo\nup\n\n</pre>\
        <ul class=\"diagnostics\" aria-label=\"Problems\">";
    assert!(html.contains(expected), "{html}");
    assert!(html.contains("Did you mean `@plugin`?</span></span></li></ul>"));
}

#[test]
fn a_done_cell_that_was_edited_is_stale_and_a_failed_one_stays_failed() {
    let notebook = sample(vec![("@plugin=demo", Some(Some(Outcome::Cancelled)))]);
    let cell = notebook.cells().next().unwrap();
    let mut run = notebook.latest_run(cell.id).unwrap().clone();
    assert_eq!(CellState::of(Some(&run), false), CellState::Cancelled);
    let reference = OutputReference {
        hash: HASH,
        size_bytes: 1,
    };
    run.finished = Some((Outcome::Done(reference), NOW_MS));
    assert_eq!(CellState::of(Some(&run), false), CellState::Stale);
    assert_eq!(CellState::of(Some(&run), true), CellState::Done);
    assert!(notebook.is_current(&cell.text, &run));
    assert!(!notebook.is_current("other", &run));
    assert!(notebook.is_current("@plugin=demo\n@view=runbook done=1", &run));
    run.inputs.time_range = Some(TimeRangeSetting::Last { duration_ms: 1 });
    assert!(!notebook.is_current(&cell.text, &run));
    run.finished = None;
    assert_eq!(CellState::of(Some(&run), false), CellState::Running);
}

#[test]
fn a_cell_is_shown_as_it_says() {
    let reference = OutputReference {
        hash: HASH,
        size_bytes: 1,
    };
    let shown_as = |view: &str| {
        let text = format!("@plugin=demo\n@view={view}");
        page(&sample(vec![(&text, Some(Some(Outcome::Done(reference))))]))
    };
    assert!(shown_as("json").contains("<pre class=\"text bounded\">{"));
    assert!(shown_as("plot").contains("cannot be shown as a plot: it is text."));
    // A view plugin is the page's matter; until it is there, what is usual.
    assert!(shown_as("heatmap").contains("<pre class=\"text\">the answer</pre>"));
}

#[test]
fn a_deleted_notebook_says_so() {
    let mut notebook = sample(vec![]);
    notebook.deleted = true;
    assert!(page(&notebook).contains("This notebook is deleted."));
}

#[test]
fn the_bar_leads_to_the_other_pages_and_says_which_one_this_is() {
    let link = "<a class=\"place\" href=\"/plugins\"";
    assert!(top_bar("/").contains(&format!("{link}>Plugins</a>")));
    assert!(top_bar(PLUGINS_PATH).contains(&format!("{link} aria-current=\"page\">Plugins</a>")));
}

#[test]
fn the_list_links_to_notebooks_and_teaches_when_empty() {
    let html = list(&[NotebookRow {
        id: NotebookId::from_bits(1),
        title: " ".into(),
        cell_count: 1,
        updated_ms: NOW_MS,
    }]);
    assert!(html.contains(
        "<li class=\"notebook-row\"><a class=\"notebook-link\" href=\"/n/00000000000000000000000001\">Untitled</a>\
         <span class=\"count\">1 cell</span><time class=\"updated\" \
         datetime=\"2026-11-23T23:18:10.000Z\">2026-11-23 23:18 UTC</time></li>"
    ), "{html}");
    assert!(list(&[]).contains("No notebooks yet"));
}
