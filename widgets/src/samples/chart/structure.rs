//! Traces, profiles and graphs.

use super::Kinds;
use crate::{
    FlameFrame, FlameGraph, GraphEdge, GraphNode, Kind, LogField, NodeGraph, Tone, Trace, TraceSpan,
};

pub(super) fn kinds() -> Kinds {
    vec![
        ("Trace", vec![trace()]),
        ("Flame graph", vec![flame_graph()]),
        ("Node graph", vec![node_graph()]),
    ]
}

fn trace() -> Kind {
    let span = |parent, service: &str, name: &str, start_us, duration_us, tone| TraceSpan {
        parent,
        service: service.into(),
        name: name.into(),
        start_us,
        duration_us,
        tone,
        fields: Vec::new(),
    };
    let mut spans = vec![
        span(
            None,
            "gateway",
            "POST /payments",
            0.0,
            1_842_000.0,
            Tone::Bad,
        ),
        span(
            Some(0),
            "gateway",
            "authenticate",
            800.0,
            14_200.0,
            Tone::Neutral,
        ),
        span(
            Some(0),
            "payments-api",
            "create payment",
            16_000.0,
            1_822_000.0,
            Tone::Bad,
        ),
        span(Some(2), "fraud", "score", 18_400.0, 96_000.0, Tone::Neutral),
        span(
            Some(3),
            "fraud",
            "load model features",
            21_000.0,
            61_000.0,
            Tone::Neutral,
        ),
        span(
            Some(2),
            "payments-api",
            "acquire connection",
            116_000.0,
            1_500_300.0,
            Tone::Warn,
        ),
        span(
            Some(2),
            "payments-db",
            "INSERT payments",
            1_617_000.0,
            11_800.0,
            Tone::Neutral,
        ),
        span(
            Some(2),
            "ledger",
            "append entry",
            1_630_000.0,
            205_000.0,
            Tone::Bad,
        ),
        span(
            Some(7),
            "payments-db",
            "INSERT entries",
            1_634_000.0,
            199_000.0,
            Tone::Bad,
        ),
    ];
    if let Some(last) = spans.last_mut() {
        let field = |name: &str, value: &str| LogField {
            name: name.into(),
            value: value.into(),
        };
        last.fields = vec![
            field("db.system", "postgresql"),
            field("error", "canceling statement due to statement timeout"),
        ];
    }
    Kind::Trace(Trace {
        title: "Trace 4bf92f3577b34da6".into(),
        spans,
    })
}

fn flame_graph() -> Kind {
    let frames: &[(Option<u32>, &str, f64)] = &[
        (None, "main", 31.2),
        (Some(0), "tokio::runtime::run", 29.8),
        (Some(1), "payments::http::serve", 24.1),
        (Some(2), "payments::create", 17.4),
        (Some(3), "sqlx::pool::acquire", 11.9),
        (Some(4), "tokio::time::timeout", 8.2),
        (Some(4), "parking_lot::lock", 3.1),
        (Some(3), "serde_json::from_slice", 3.6),
        (Some(3), "payments::validate", 1.2),
        (Some(2), "hyper::body::read", 4.0),
        (Some(2), "tracing::record", 2.3),
        (Some(1), "ledger::client::append", 5.1),
        (Some(11), "tonic::call", 4.4),
        (Some(12), "rustls::write", 3.9),
        (Some(0), "mimalloc::collect", 0.9),
    ];
    let frames = frames.iter().map(|(parent, name, value)| FlameFrame {
        parent: *parent,
        name: (*name).into(),
        value: *value,
    });
    Kind::FlameGraph(FlameGraph {
        title: "CPU of payments-api, one minute".into(),
        unit: "s".into(),
        frames: frames.collect(),
    })
}

fn node_graph() -> Kind {
    let node = |id: &str, note: &str, tone| GraphNode {
        id: id.into(),
        title: id.into(),
        note: note.into(),
        tone,
    };
    let edge = |source: &str, target: &str, label: &str, tone| GraphEdge {
        source: source.into(),
        target: target.into(),
        label: label.into(),
        tone,
    };
    use Tone::{Bad, Good, Neutral, Warn};
    Kind::NodeGraph(NodeGraph {
        title: "Who calls whom".into(),
        nodes: vec![
            node("gateway", "1240/s", Good),
            node("checkout", "820/s", Good),
            node("payments-api", "p99 1.84 s", Bad),
            node("fraud", "p99 96 ms", Good),
            node("ledger", "lag 41 s", Warn),
            node("payments-db", "200 of 200 in use", Bad),
            node("reports", "nightly export", Neutral),
        ],
        edges: vec![
            edge("gateway", "checkout", "820/s", Neutral),
            edge("gateway", "payments-api", "410/s", Neutral),
            edge("checkout", "payments-api", "395/s", Neutral),
            edge("payments-api", "fraud", "402/s", Neutral),
            edge("payments-api", "ledger", "9% fail", Bad),
            edge("payments-api", "payments-db", "142 held", Warn),
            edge("ledger", "payments-db", "31 held", Neutral),
            edge("ledger", "payments-api", "webhook", Neutral),
            edge("reports", "payments-db", "94 idle", Bad),
            edge("ledger", "ledger", "retry", Neutral),
        ],
    })
}
