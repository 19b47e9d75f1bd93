//! Single numbers.

use super::{Kinds, noise, threshold, trouble};
use crate::{Gauge, Kind, Progress, Stat, Tone};

pub(super) fn kinds() -> Kinds {
    vec![
        ("Stats", stats()),
        ("Gauges", gauges()),
        ("Progress", progress()),
    ]
}

fn course(from: f64, to: f64, spread: f64) -> Vec<f64> {
    let value = |place: usize| {
        let share = place as f64 / 59.0;
        from + (to - from) * trouble(share * 0.84) + spread * noise(place)
    };
    (0..60).map(value).collect()
}

fn stats() -> Vec<Kind> {
    let slow = [
        threshold(0.0, Tone::Good, "within the objective"),
        threshold(0.5, Tone::Warn, "over the objective"),
        threshold(1.0, Tone::Bad, "pages"),
    ];
    vec![
        Kind::Stat(Stat {
            label: "Payments p99".into(),
            value: 1.84,
            unit: "s".into(),
            change: Some(1.52),
            course: course(0.32, 1.84, 0.05),
            thresholds: slow.to_vec(),
            note: "against the hour before".into(),
        }),
        Kind::Stat(Stat {
            label: "Error budget left".into(),
            value: 38.2,
            unit: "%".into(),
            change: Some(-21.5),
            course: course(59.7, 38.2, 0.2),
            thresholds: vec![
                threshold(0.0, Tone::Bad, "freeze"),
                threshold(25.0, Tone::Warn, "careful"),
                threshold(50.0, Tone::Good, "ship"),
            ],
            note: "of 30 days".into(),
        }),
        Kind::Stat(Stat {
            label: "Checkout requests".into(),
            value: 1_240.0,
            unit: "1/s".into(),
            change: Some(0.0),
            course: course(1_240.0, 1_100.0, 60.0),
            thresholds: Vec::new(),
            note: String::new(),
        }),
        Kind::Stat(Stat {
            label: "Queue depth".into(),
            value: f64::NAN,
            unit: String::new(),
            change: None,
            course: Vec::new(),
            thresholds: Vec::new(),
            note: "rabbitmq-2 does not answer".into(),
        }),
    ]
}

fn gauges() -> Vec<Kind> {
    let full = [
        threshold(0.0, Tone::Good, "room left"),
        threshold(70.0, Tone::Warn, "filling"),
        threshold(90.0, Tone::Bad, "full"),
    ];
    let gauge = |label: &str, value, max, unit: &str| {
        Kind::Gauge(Gauge {
            label: label.into(),
            value,
            min: 0.0,
            max,
            unit: unit.into(),
            thresholds: full.to_vec(),
        })
    };
    vec![
        gauge("Connections of payments-db", 97.5, 100.0, "%"),
        gauge("Disk of payments-db", 74.0, 100.0, "%"),
        gauge("CPU of payments-api", 31.0, 100.0, "%"),
        Kind::Gauge(Gauge {
            label: "Heap of ledger".into(),
            value: 1.6e9,
            min: 0.0,
            max: 4.295e9,
            unit: "By".into(),
            thresholds: Vec::new(),
        }),
    ]
}

fn progress() -> Vec<Kind> {
    let progress = |label: &str, fraction, tone, note: &str| {
        Kind::Progress(Progress {
            label: label.into(),
            fraction,
            tone,
            note: note.into(),
        })
    };
    vec![
        progress(
            "Rolling back payments-api",
            Some(0.625),
            Tone::Neutral,
            "5 of 8 pods",
        ),
        progress(
            "Draining queue",
            Some(0.18),
            Tone::Warn,
            "slower than it fills",
        ),
        progress(
            "Failover to payments-db-2",
            None,
            Tone::Info,
            "waiting for the replica",
        ),
        progress("Cache warmed", Some(1.0), Tone::Good, ""),
    ]
}
