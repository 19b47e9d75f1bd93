//! Calling a plugin, the same way for gRPC, REST and runs of cells: defaults, the clock, counts.

use crate::{clock, metrics::Counted, server::Server};
use output::{Answer, Failure, FailureKind, TimeRange};
use plugin_host::{Context, Events, Invocation, ShownView};
use std::{collections::BTreeMap, sync::Arc, time::Instant};
use view::ViewContext;

/// Without a time range a plugin is asked about the last hour.
pub const DEFAULT_RANGE_MS: i64 = 3_600_000;
/// Without a width, and for clients that only print, in CSS pixels.
pub const DEFAULT_WIDTH_PX: u32 = 800;
/// A wider plot than this has more points than anybody sees.
pub const MAX_WIDTH_PX: u32 = 8_000;

/// A call as it comes from outside.
#[derive(Clone, Debug)]
pub struct Call {
    pub plugin: String,
    pub options: BTreeMap<String, String>,
    pub time_range: Option<TimeRange>,
    /// 0 means the default.
    pub width_px: u32,
}

/// Invokes the plugin. Dropping the future cancels the call.
pub async fn call(server: &Server, call: Call, events: Events) -> Result<Answer, Failure> {
    let started = Instant::now();
    let now_ms = clock::now_ms();
    let invocation = Invocation {
        plugin: call.plugin.clone(),
        options: call.options,
        context: Context {
            now_ms,
            time_range: call
                .time_range
                .unwrap_or_else(|| last(now_ms, DEFAULT_RANGE_MS)),
            width_px: width_px(call.width_px),
        },
    };
    let result = server.plugins.invoke(invocation, events).await;
    count(server, &call.plugin, &result, started);
    result
}

/// Shows a view without a page. Dropping the future cancels it.
pub async fn show(server: &Server, view: &str, context: ViewContext) -> Result<ShownView, Failure> {
    let started = Instant::now();
    let result = server.plugins.show(view, context).await;
    count(server, view, &result, started);
    result
}

fn count<T>(server: &Server, plugin: &str, result: &Result<T, Failure>, started: Instant) {
    let known = server.plugins.find(plugin).is_some();
    server
        .metrics
        .call(plugin, known, result, started.elapsed());
    if let Err(failure) = result {
        // The message is for the caller and may quote data; the log gets the kind only.
        tracing::info!(
            plugin,
            kind = crate::metrics::kind_word(failure.kind),
            "plugin call failed"
        );
    }
}

/// Invokes the plugin for a caller who only waits for the answer.
pub async fn direct(server: &Server, call: Call) -> Result<Answer, Failure> {
    awaited(server, self::call(server, call, unheard())).await
}

/// Work for a caller who only waits for its result. Shutdown waits for it as it does for runs: for
/// the grace time.
pub async fn awaited<T>(
    server: &Server,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let _awaited = server.hub.tasks.token();
    let _counted = Counted::new(&server.metrics.calls_in_flight);
    tokio::select! {
        result = work => result,
        () = server.interrupt.cancelled() => Err(Failure::new(
            FailureKind::Unavailable,
            "The server stops, and the plugin took longer than the grace time.",
            "Try again when it is back.",
        )),
    }
}

/// Nobody listens to what the plugin says before its answer.
pub fn unheard() -> Events {
    Arc::new(|_| {})
}

/// The answer for clients that only print.
pub fn printed(answer: &Answer) -> String {
    let mut text = render::answer_text(answer);
    text.truncate(text.trim_end_matches('\n').len());
    text
}

/// A width that is shown; 0 means the default.
pub fn width_px(asked_px: u32) -> u32 {
    match asked_px {
        0 => DEFAULT_WIDTH_PX,
        width_px => width_px.min(MAX_WIDTH_PX),
    }
}

/// The span that ends now.
pub fn last(now_ms: i64, duration_ms: i64) -> TimeRange {
    TimeRange {
        start_ms: now_ms.saturating_sub(duration_ms),
        end_ms: now_ms,
    }
}
