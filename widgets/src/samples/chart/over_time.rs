//! Charts with time across, and distributions.

use super::{Kinds, MINUTE_MS, START_MS, noise, threshold, trouble};
use crate::{
    BarSeries, Bars, ChartStyle, EventTimeline, Heatmap, Histogram, Kind, Pie, Series, Slice, Span,
    StateRow, StateSpan, StateTimeline, TimeSeries, TimelineEvent, Tone,
};

pub(super) fn kinds() -> Kinds {
    vec![
        ("Lines with thresholds", vec![latency()]),
        ("Stacked areas", vec![requests()]),
        ("Areas with a gap", vec![memory()]),
        ("Points of 10,000 samples", vec![points()]),
        ("Bars", vec![slowest()]),
        ("Grouped bars", vec![grouped()]),
        ("Stacked bars", vec![stacked()]),
        ("Pie", vec![pie()]),
        ("Heatmap", vec![heatmap()]),
        ("Histogram", vec![histogram()]),
        ("State timeline", vec![states()]),
        ("Event timeline", vec![events()]),
        (
            "Charts in a row, one of them empty",
            vec![
                memory(),
                Kind::TimeSeries(TimeSeries {
                    title: "Queue depth".into(),
                    ..TimeSeries::default()
                }),
            ],
        ),
    ]
}

fn series(
    name: &str,
    unit: &str,
    samples: usize,
    step_ms: i64,
    value: impl Fn(usize, f64) -> f64,
) -> Series {
    Series {
        name: name.into(),
        unit: unit.into(),
        times_ms: (0..samples as i64)
            .map(|place| START_MS + place * step_ms)
            .collect(),
        values: (0..samples)
            .map(|place| value(place, place as f64 / samples as f64))
            .collect(),
    }
}

fn latency() -> Kind {
    let line = |name: &str, calm: f64, bad: f64, seed: usize| {
        series(name, "s", 240, 15_000, move |place, share| {
            calm + (bad - calm) * trouble(share)
                + noise(place + seed) * (0.04 * calm + 0.06 * bad * trouble(share))
        })
    };
    Kind::TimeSeries(TimeSeries {
        title: "Latency of POST /payments".into(),
        style: ChartStyle::Lines,
        series: vec![
            line("p99", 0.32, 1.9, 0),
            line("p90", 0.18, 0.86, 1_000),
            line("p50", 0.08, 0.11, 2_000),
        ],
        thresholds: vec![
            threshold(0.5, Tone::Warn, "objective"),
            threshold(1.0, Tone::Bad, "pages"),
        ],
    })
}

fn requests() -> Kind {
    let line = |name: &str, calm: f64, bad: f64, seed: usize| {
        series(name, "1/s", 120, 30_000, move |place, share| {
            (calm + (bad - calm) * trouble(share)) * (1.0 + 0.08 * noise(place + seed))
        })
    };
    Kind::TimeSeries(TimeSeries {
        title: "Requests by status".into(),
        style: ChartStyle::Stacked,
        series: vec![
            line("200", 820.0, 460.0, 0),
            line("402", 90.0, 60.0, 500),
            line("503", 3.0, 290.0, 900),
            line("504", 1.0, 120.0, 700),
        ],
        thresholds: Vec::new(),
    })
}

fn memory() -> Kind {
    let line = series("ledger-7f9c", "By", 180, 20_000, |place, share| {
        if (0.62..0.70).contains(&share) {
            return f64::NAN;
        }
        let since = if share < 0.66 { share } else { share - 0.66 };
        1.1e9 + 2.6e9 * since + 4e7 * noise(place)
    });
    Kind::TimeSeries(TimeSeries {
        title: "Memory of ledger".into(),
        style: ChartStyle::Areas,
        series: vec![line],
        thresholds: vec![threshold(3.0 * 1_073_741_824.0, Tone::Bad, "limit")],
    })
}

fn points() -> Kind {
    let line = series(
        "age of the oldest message",
        "s",
        10_000,
        1_000,
        |place, share| (20.0 + 240.0 * trouble(share)) * (1.0 + 0.5 * noise(place)),
    );
    Kind::TimeSeries(TimeSeries {
        title: "Queue ledger-events".into(),
        style: ChartStyle::Points,
        series: vec![line],
        thresholds: Vec::new(),
    })
}

fn slowest() -> Kind {
    Kind::Bars(Bars {
        title: "Slowest endpoints, p99 of the last 15 minutes".into(),
        unit: "s".into(),
        categories: [
            "POST /payments",
            "POST /refunds",
            "GET /payments/{id}/receipt",
            "GET /ledger/entries",
            "GET /healthz",
        ]
        .map(String::from)
        .to_vec(),
        series: vec![BarSeries {
            name: "p99".into(),
            values: vec![1.84, 1.31, 0.62, 0.208, 0.004],
        }],
        stacked: false,
    })
}

fn grouped() -> Kind {
    Kind::Bars(Bars {
        title: "Change in requests against last week".into(),
        unit: "%".into(),
        categories: ["checkout", "payments", "ledger"]
            .map(String::from)
            .to_vec(),
        series: vec![
            BarSeries {
                name: "eu-west-1".into(),
                values: vec![4.0, -31.5, -12.0],
            },
            BarSeries {
                name: "us-east-1".into(),
                values: vec![6.5, 2.5, f64::NAN],
            },
        ],
        stacked: false,
    })
}

fn stacked() -> Kind {
    let series = |name: &str, values: [f64; 4]| BarSeries {
        name: name.into(),
        values: values.to_vec(),
    };
    Kind::Bars(Bars {
        title: "Failed payments by card network".into(),
        unit: String::new(),
        categories: ["Visa", "Mastercard", "American Express", "Cartes Bancaires"]
            .map(String::from)
            .to_vec(),
        series: vec![
            series("timed out", [1_840.0, 1_210.0, 240.0, 122.0]),
            series("refused by the bank", [310.0, 260.0, 41.0, 18.0]),
            series("no connection", [720.0, 515.0, 90.0, 33.0]),
        ],
        stacked: true,
    })
}

fn pie() -> Kind {
    let slice = |label: &str, value| Slice {
        label: label.into(),
        value,
    };
    Kind::Pie(Pie {
        title: "Who holds connections to payments-db".into(),
        unit: String::new(),
        slices: vec![
            slice("payments-api", 142.0),
            slice("ledger", 31.0),
            slice("reports (idle in transaction)", 94.0),
            slice("refunds", 12.0),
            slice("migrations", 1.0),
            slice("psql", 3.0),
        ],
    })
}

fn heatmap() -> Kind {
    let rows = [
        "10 ms", "25 ms", "50 ms", "100 ms", "250 ms", "500 ms", "1 s", "2.5 s", "5 s",
    ];
    let columns = 60;
    let mut values = Vec::new();
    for row in 0..rows.len() {
        for column in 0..columns {
            let share = column as f64 / columns as f64;
            let normal = (-((row as f64 - 2.6) / 1.1).powi(2)).exp() * 900.0;
            let slow = (-((row as f64 - 6.4) / 0.9).powi(2)).exp() * 420.0 * trouble(share);
            let value = normal * (1.0 - 0.5 * trouble(share)) + slow;
            values.push((value * (1.0 + 0.2 * noise(row * columns + column))).floor());
        }
    }
    Kind::Heatmap(Heatmap {
        title: "Payments by how long they took".into(),
        unit: "1".into(),
        times_ms: (0..columns as i64)
            .map(|column| START_MS + column * MINUTE_MS)
            .collect(),
        rows: rows.map(String::from).to_vec(),
        values,
    })
}

fn histogram() -> Kind {
    Kind::Histogram(Histogram {
        title: "Payments of the last hour by how long they took".into(),
        unit: "s".into(),
        edges: vec![
            0.0,
            0.005,
            0.01,
            0.025,
            0.05,
            0.1,
            0.25,
            0.5,
            1.0,
            2.5,
            5.0,
            f64::INFINITY,
        ],
        counts: vec![
            12.0, 240.0, 3_810.0, 9_200.0, 12_040.0, 6_310.0, 2_050.0, 1_420.0, 2_630.0, 880.0,
            41.0,
        ],
    })
}

fn states() -> Kind {
    let row = |name: &str, states: &[(i64, &str, Tone)]| {
        let ends = states.iter().skip(1).map(|state| state.0).chain([60]);
        let spans = states
            .iter()
            .zip(ends)
            .map(|((from, state, tone), to)| StateSpan {
                start_ms: START_MS + from * MINUTE_MS,
                end_ms: START_MS + to * MINUTE_MS,
                state: (*state).into(),
                tone: *tone,
            });
        StateRow {
            name: name.into(),
            spans: spans.collect(),
        }
    };
    use Tone::{Bad, Good, Info, Neutral, Warn};
    Kind::StateTimeline(StateTimeline {
        title: "Health of what payments needs".into(),
        rows: vec![
            row(
                "payments-api",
                &[
                    (0, "up", Good),
                    (28, "degraded", Warn),
                    (34, "down", Bad),
                    (51, "degraded", Warn),
                    (54, "up", Good),
                ],
            ),
            row(
                "payments-db",
                &[
                    (0, "up", Good),
                    (27, "connections exhausted", Bad),
                    (50, "failing over", Info),
                    (53, "up", Good),
                ],
            ),
            row(
                "ledger",
                &[(0, "up", Good), (30, "lagging", Warn), (56, "up", Good)],
            ),
            row(
                "reports",
                &[
                    (0, "idle", Neutral),
                    (22, "nightly export", Info),
                    (49, "stopped by hand", Neutral),
                ],
            ),
        ],
    })
}

fn events() -> Kind {
    let event = |seconds: i64, tone, title: &str, text: Vec<Span>| TimelineEvent {
        time_ms: START_MS + seconds * 1_000,
        title: title.into(),
        text,
        tone,
    };
    let code = |text: &str| Span {
        code: true,
        ..Span::plain(text)
    };
    Kind::EventTimeline(EventTimeline {
        title: "What happened".into(),
        events: vec![
            event(
                1_320,
                Tone::Neutral,
                "Nightly export started",
                vec![
                    code("reports"),
                    Span::plain(" opens one transaction for each account"),
                ],
            ),
            event(
                1_622,
                Tone::Warn,
                "Connections of payments-db at 90%",
                Vec::new(),
            ),
            event(
                1_684,
                Tone::Bad,
                "payments-api answers 503",
                vec![Span::plain(
                    "remaining connection slots are reserved for superuser",
                )],
            ),
            event(1_802, Tone::Info, "Ana was paged and answered", Vec::new()),
            event(
                2_943,
                Tone::Neutral,
                "Export stopped",
                vec![code("kubectl scale deploy/reports --replicas=0")],
            ),
            event(3_251, Tone::Good, "All probes pass", Vec::new()),
        ],
    })
}
