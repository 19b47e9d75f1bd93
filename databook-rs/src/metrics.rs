//! What the server counts, in the format of Prometheus at `/metrics`.

use axum::http::{Method, StatusCode};
use output::{Failure, FailureKind};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::{Family, MetricConstructor},
        gauge::Gauge,
        histogram::Histogram,
    },
    registry::{Registry, Unit},
};
use std::{sync::atomic::AtomicU64, time::Duration};

/// Bounds of the duration histogram in seconds: a trivial plugin answers in tens of
/// microseconds, a slow data source in tens of seconds.
const DURATION_BOUNDS_S: [f64; 13] = [
    0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0,
];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct CallLabels {
    plugin: String,
    outcome: &'static str,
}

#[derive(Clone)]
struct Durations;

impl MetricConstructor<Histogram> for Durations {
    fn new_metric(&self) -> Histogram {
        Histogram::new(DURATION_BOUNDS_S)
    }
}

pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    calls: Family<CallLabels, Histogram, Durations>,
    pub live_sockets: Gauge,
    pub operations: Counter<u64, AtomicU64>,
    pub runs_in_flight: Gauge,
    /// Calls outside of notebooks.
    pub calls_in_flight: Gauge,
    pub open_notebooks: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("databook");
        let requests = Family::default();
        let calls = Family::new_with_constructor(Durations);
        let live_sockets = Gauge::default();
        let operations = Counter::default();
        let runs_in_flight = Gauge::default();
        let calls_in_flight = Gauge::default();
        let open_notebooks = Gauge::default();
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register_with_unit(
            "plugin_call_duration",
            "Time of plugin calls; the outcome is `ok` or the kind of failure",
            Unit::Seconds,
            calls.clone(),
        );
        registry.register("live_sockets", "Open live sockets", live_sockets.clone());
        registry.register("operations", "Operations made durable", operations.clone());
        registry.register(
            "runs_in_flight",
            "Runs that have not ended",
            runs_in_flight.clone(),
        );
        registry.register(
            "calls_in_flight",
            "Plugin calls outside of notebooks that have not ended",
            calls_in_flight.clone(),
        );
        registry.register(
            "open_notebooks",
            "Notebooks held in memory",
            open_notebooks.clone(),
        );
        Self {
            registry,
            requests,
            calls,
            live_sockets,
            operations,
            runs_in_flight,
            calls_in_flight,
            open_notebooks,
        }
    }
}

impl Metrics {
    pub fn request(&self, method: &Method, status: StatusCode) {
        // Methods are free text; only the usual ones get a series.
        let method = match *method {
            Method::GET => "GET",
            Method::POST => "POST",
            Method::HEAD => "HEAD",
            Method::OPTIONS => "OPTIONS",
            _ => "other",
        };
        self.requests
            .get_or_create(&RequestLabels {
                method: method.to_owned(),
                status: status.as_u16(),
            })
            .inc();
    }

    /// `known` tells whether the plugin exists: names that people mistype get no series of their own.
    pub fn call<T>(
        &self,
        plugin: &str,
        known: bool,
        result: &Result<T, Failure>,
        duration: Duration,
    ) {
        let outcome = match result {
            Ok(_) => "ok",
            Err(failure) => kind_word(failure.kind),
        };
        let plugin = if known { plugin } else { "unknown" };
        self.calls
            .get_or_create(&CallLabels {
                plugin: plugin.to_owned(),
                outcome,
            })
            .observe(duration.as_secs_f64());
    }

    /// The text of `/metrics`.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// The kind of a failure as the API and the metrics spell it.
pub fn kind_word(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Invalid => "invalid",
        FailureKind::Denied => "denied",
        FailureKind::Unavailable => "unavailable",
        FailureKind::Timeout => "timeout",
        FailureKind::Upstream => "upstream",
        FailureKind::Internal => "internal",
    }
}

/// The kind that is spelled so.
pub fn kind_of(word: &str) -> Option<FailureKind> {
    [
        FailureKind::Invalid,
        FailureKind::Denied,
        FailureKind::Unavailable,
        FailureKind::Timeout,
        FailureKind::Upstream,
        FailureKind::Internal,
    ]
    .into_iter()
    .find(|kind| kind_word(*kind) == word)
}

/// Adds one to a gauge for as long as it lives.
pub struct Counted(Gauge);

impl Counted {
    pub fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}
