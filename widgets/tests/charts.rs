//! Charts as people get them: kept texts and markup of the samples, and what large data may cost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::{fs, path::Path};
use widgets::{
    ChartStyle, FlameFrame, FlameGraph, GraphEdge, GraphNode, Heatmap, Kind, Node, NodeGraph,
    Series, StateRow, StateSpan, StateTimeline, Surroundings, TimeSeries, Trace, TraceSpan, Tree,
    html, samples, text,
};

fn check_golden(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, found).expect("goldens can be written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    for (number, (kept, found)) in kept.lines().zip(found.lines()).enumerate() {
        assert_eq!(
            kept,
            found,
            "line {} of {name}; BLESS=1 cargo test -p widgets --test charts keeps the new one",
            number + 1
        );
    }
    assert_eq!(
        kept.lines().count(),
        found.lines().count(),
        "{name}; BLESS=1 keeps the new one"
    );
}

#[test]
fn samples_in_plain_text() {
    let samples = samples::charts();
    let texts = samples
        .iter()
        .map(|sample| format!("== {}\n{}\n", sample.name, text(&sample.tree)));
    check_golden("charts.txt", &texts.collect::<String>());
}

#[test]
fn small_samples_in_html() {
    let small = [
        "Stats",
        "Gauges",
        "Progress",
        "Stacked bars",
        "Event timeline",
    ];
    let samples = samples::charts()
        .into_iter()
        .filter(|sample| small.contains(&sample.name));
    let pages = samples.map(|sample| {
        // One element a line, to see what changed.
        let html = html(&sample.tree, &Surroundings::default()).replace("><", ">\n<");
        format!("<!-- {} -->\n{html}\n", sample.name)
    });
    check_golden("charts.html", &pages.collect::<String>());
}

#[test]
fn every_chart_says_what_it_is() {
    for sample in samples::charts() {
        let html = html(&sample.tree, &Surroundings::default());
        assert!(html.contains("data-widget="), "{}", sample.name);
        assert!(!html.contains("style="), "{}", sample.name);
        assert!(
            !html.contains("NaN") && !html.contains("=\"inf\""),
            "{}",
            sample.name
        );
    }
}

fn alone(kind: Kind) -> Tree {
    Tree {
        nodes: vec![Node {
            key: String::new(),
            kind,
            children: Vec::new(),
        }],
    }
}

/// Both forms of a chart of more than anybody sees stay small.
fn check_size(kind: Kind, most_html: usize) {
    let tree = alone(kind);
    let html = html(&tree, &Surroundings::default());
    assert!(html.len() < most_html, "{} bytes of HTML", html.len());
    let text = text(&tree);
    assert!(text.len() < 100_000, "{} bytes of text", text.len());
}

#[test]
fn large_data_makes_small_charts() {
    let series = |style| {
        let one = Series {
            name: "requests".into(),
            unit: "1/s".into(),
            times_ms: (0..10_000).map(|place| place * 1_000).collect(),
            values: (0..10_000)
                .map(|place| f64::from(place * 7_919 % 1_000))
                .collect(),
        };
        Kind::TimeSeries(TimeSeries {
            style,
            series: vec![one; 30],
            ..TimeSeries::default()
        })
    };
    check_size(series(ChartStyle::Lines), 1_200_000);
    check_size(series(ChartStyle::Stacked), 1_200_000);
    check_size(
        Kind::Heatmap(Heatmap {
            times_ms: (0..1_000).collect(),
            rows: vec!["row".into(); 500],
            values: (0..500_000).map(f64::from).collect(),
            ..Heatmap::default()
        }),
        700_000,
    );
    let spans = (0..20_000u32).map(|place| TraceSpan {
        parent: place.checked_sub(1),
        service: place.to_string(),
        duration_us: 5.0,
        ..TraceSpan::default()
    });
    check_size(
        Kind::Trace(Trace {
            spans: spans.collect(),
            ..Trace::default()
        }),
        300_000,
    );
    let frames = (0..50_000u32).map(|place| FlameFrame {
        parent: (place > 0).then_some(place / 8),
        name: format!("frame::{place}"),
        value: 1.0,
    });
    check_size(
        Kind::FlameGraph(FlameGraph {
            frames: frames.collect(),
            ..FlameGraph::default()
        }),
        700_000,
    );
    let spans = (0..20_000).map(|place| StateSpan {
        start_ms: place,
        end_ms: place + 1,
        state: place.to_string(),
        ..StateSpan::default()
    });
    check_size(
        Kind::StateTimeline(StateTimeline {
            rows: vec![StateRow {
                name: "row".into(),
                spans: spans.collect(),
            }],
            ..StateTimeline::default()
        }),
        1_000_000,
    );
    let nodes = (0..5_000).map(|place| GraphNode {
        id: place.to_string(),
        ..GraphNode::default()
    });
    let edges = (0..20_000).map(|place| GraphEdge {
        source: (place % 100).to_string(),
        target: (place * 31 % 97).to_string(),
        label: "calls".into(),
        ..GraphEdge::default()
    });
    check_size(
        Kind::NodeGraph(NodeGraph {
            nodes: nodes.collect(),
            edges: edges.collect(),
            ..NodeGraph::default()
        }),
        700_000,
    );
}
