//! The metrics: traffic, latency and processor use, with the rhythm of a day and the incident.

use plugin_sdk::{Answer, Context, Frame};

use crate::incident::Incident;
use crate::noise::{daily, noise};

/// Steps between samples that a scrape could have, in milliseconds.
const STEPS_MS: [i64; 12] = [
    1_000, 5_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000,
    21_600_000, 86_400_000,
];
/// About one sample in so many pixels.
const PIXELS_PER_SAMPLE: i64 = 2;
/// Bounds of the number of samples of a series, whatever the width.
const SAMPLES: (i64, i64) = (60, 1_000);

/// Requests per second of three services, and the errors of the one that has the incident.
pub fn requests(context: &Context, incident: &Incident) -> Answer {
    let name = "http_requests_per_second";
    let services = [
        ("search", 420.0, 1),
        ("checkout", 95.0, 2),
        ("payments", 60.0, 3),
    ];
    let times = times(context);
    let mut frames: Vec<Frame> = services
        .into_iter()
        .map(|(service, peak, seed)| {
            // What fails at payments is not bought, and some of what is slow is searched again.
            let effect = match service {
                "payments" => -0.75,
                "checkout" => -0.45,
                _ => 0.12,
            };
            let values = sampled(&times, |time| {
                let traffic = peak * (0.35 + 0.65 * daily(time)) * (1.0 + 0.08 * noise(seed, time));
                traffic * (1.0 + effect * incident.severity(time))
            });
            Frame::series(name, times.clone(), values)
                .unit("1/s")
                .label("service", service)
                .label("code", "200")
                .build()
        })
        .collect();
    let errors = sampled(&times, |time| {
        let usual = 0.4 + 0.3 * noise(4, time);
        usual + 38.0 * incident.severity(time) * (1.0 + 0.15 * noise(5, time))
    });
    frames.push(
        Frame::series(name, times, errors)
            .unit("1/s")
            .label("service", "payments")
            .label("code", "500")
            .build(),
    );
    Answer::frames(frames)
}

/// Quantiles of the response time of payments, in seconds.
pub fn latency(context: &Context, incident: &Incident) -> Answer {
    let quantiles = [
        ("0.5", 0.045, 2.0, 11),
        ("0.95", 0.18, 7.0, 12),
        ("0.99", 0.42, 9.0, 13),
    ];
    let times = times(context);
    Answer::frames(
        quantiles
            .into_iter()
            .map(|(quantile, usual, worse, seed)| {
                let values = sampled(&times, |time| {
                    usual
                        * (1.0 + 0.25 * daily(time) + 0.15 * noise(seed, time))
                        * (1.0 + worse * incident.severity(time))
                });
                Frame::series("request_duration_seconds", times.clone(), values)
                    .unit("s")
                    .label("service", "payments")
                    .label("quantile", quantile)
                    .build()
            })
            .collect(),
    )
}

/// Processor use of four nodes, in percent.
pub fn cpu(context: &Context, incident: &Incident) -> Answer {
    let nodes = [
        ("node-1", 31.0, 21),
        ("node-2", 36.0, 22),
        ("node-3", 40.0, 23),
        ("node-4", 27.0, 24),
    ];
    let times = times(context);
    Answer::frames(
        nodes
            .into_iter()
            .map(|(node, usual, seed)| {
                let values = sampled(&times, |time| {
                    let load = usual * (0.6 + 0.5 * daily(time)) + 5.0 * noise(seed, time);
                    let effect = if node == "node-3" { 1.0 } else { 0.08 };
                    load + (97.0 - load) * effect * incident.severity(time)
                });
                Frame::series("cpu_utilisation_percent", times.clone(), values)
                    .unit("%")
                    .label("node", node)
                    .build()
            })
            .collect(),
    )
}

/// The moments of the samples: multiples of the step, so that two ranges share them.
fn times(context: &Context) -> Vec<i64> {
    let range = &context.time_range;
    let wanted = (i64::from(context.width_px) / PIXELS_PER_SAMPLE).clamp(SAMPLES.0, SAMPLES.1);
    let exact = range.length_ms() / wanted;
    let step = STEPS_MS
        .into_iter()
        .find(|step| *step >= exact)
        .unwrap_or(exact);
    let first = range
        .start_ms
        .saturating_sub(range.start_ms.rem_euclid(step));
    (0..)
        .map_while(|index: i64| first.checked_add(index.checked_mul(step)?))
        .skip_while(|time| *time < range.start_ms)
        .take_while(|time| *time <= range.end_ms)
        .collect()
}

/// The value at each moment; what is counted is never below 0.
fn sampled(times: &[i64], value: impl Fn(i64) -> f64) -> Vec<f64> {
    times.iter().map(|time| value(*time).max(0.0)).collect()
}
