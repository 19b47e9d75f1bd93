//! Why a call ended without an answer, in words that name the plugin and the next step.

use std::time::Duration;

use output::{Failure, FailureKind};
use wasmtime::{PoolConcurrencyLimitError, Trap};

use crate::{api::HostLimits, limits::Stop, load::Plugin, state::CallState};

/// What the engine says when one value exceeds the byte budget. Its error type is private, the
/// engine's version is pinned, and a test holds this true.
const TOO_MUCH_DATA: &str = "fuel allocated for hostcalls has been exhausted";
const MEGABYTE: usize = 1 << 20;

/// The time of the call is up.
pub(crate) fn timeout(plugin: &str, time: Duration) -> Failure {
    Failure::new(
        FailureKind::Timeout,
        format!(
            "The plugin `{plugin}` did not answer within {} s.",
            time.as_secs_f64()
        ),
        "Ask for less, a shorter time range for example, or raise `timeout_s` in `[limits]` of its config.toml.",
    )
}

/// No place became free in time.
pub(crate) fn busy(plugin: &str) -> Failure {
    Failure::new(
        FailureKind::Unavailable,
        format!("The plugin `{plugin}` was not started: too many calls are running."),
        "Try again in a moment, or cancel runs that are not needed.",
    )
}

/// The host itself could not carry the call out.
pub(crate) fn host_broke(plugin: &str) -> Failure {
    Failure::new(
        FailureKind::Internal,
        format!("The call of the plugin `{plugin}` was broken off by the server."),
        "Try again; the server's log says more.",
    )
}

/// The plugin answered with something that breaks the contract.
pub(crate) fn bad_answer(plugin: &str, reason: &str) -> Failure {
    Failure::new(
        FailureKind::Internal,
        format!("The plugin `{plugin}` gave an answer that is not valid: {reason}."),
        "This is a mistake in the plugin; tell its author.",
    )
}

/// The plugin stopped with an engine error.
pub(crate) fn stopped(
    plugin: &Plugin,
    error: &wasmtime::Error,
    state: &CallState,
    limits: &HostLimits,
) -> Failure {
    let name = &plugin.manifest.name;
    if let Some(stop) = error.downcast_ref::<Stop>() {
        return stopped_by_host(name, *stop, limits);
    }
    if error.is::<PoolConcurrencyLimitError>() {
        return busy(name);
    }
    if format!("{error:#}").contains(TOO_MUCH_DATA) {
        return Failure::new(
            FailureKind::Internal,
            format!(
                "The plugin `{name}` answered with more than {} MB.",
                limits.answer_bytes / MEGABYTE
            ),
            "Ask for less, a shorter time range for example.",
        );
    }
    if state.memory.has_refused() {
        return Failure::new(
            FailureKind::Internal,
            format!(
                "The plugin `{name}` needs more than its {} MB of memory.",
                plugin.manifest.limits.memory_mb
            ),
            "Ask for less, or raise `memory_mb` in `[limits]` of its config.toml.",
        );
    }
    crashed(name, error, state)
}

fn stopped_by_host(name: &str, stop: Stop, limits: &HostLimits) -> Failure {
    match stop {
        Stop::CpuTime => Failure::new(
            FailureKind::Timeout,
            format!(
                "The plugin `{name}` computed for {} s without an answer.",
                limits.cpu_time.as_secs_f64()
            ),
            "Ask for less; if it happens always, the plugin loops: tell its author.",
        ),
        Stop::HostCalls => Failure::new(
            FailureKind::Internal,
            format!(
                "The plugin `{name}` called the host more than {} times.",
                limits.host_calls
            ),
            "The plugin loops: tell its author.",
        ),
        Stop::HostCallBytes => Failure::new(
            FailureKind::Internal,
            format!(
                "The plugin `{name}` sent more than {} MB to the host.",
                crate::limits::MAX_HOST_CALL_BYTES / MEGABYTE
            ),
            "The plugin logs or sends too much: tell its author.",
        ),
    }
}

fn crashed(name: &str, error: &wasmtime::Error, state: &CallState) -> Failure {
    tracing::warn!(
        plugin = name,
        error = format!("{error:?}"),
        "plugin crashed"
    );
    let (reason, hint) = match (state.log.panic(), error.downcast_ref::<Trap>()) {
        (Some(panic), _) => (
            panic.to_owned(),
            "This is a mistake in the plugin; tell its author.",
        ),
        (None, Some(Trap::StackOverflow)) => (
            "its stack overflowed".to_owned(),
            "It calls itself too often: tell its author.",
        ),
        // A Rust plugin keeps its large values on a second stack at the beginning of its memory.
        (None, Some(Trap::MemoryOutOfBounds)) => (
            "it reached outside its memory, as when its stack overflows".to_owned(),
            "It calls itself too often or has a memory bug: tell its author.",
        ),
        (None, Some(Trap::UnreachableCodeReached)) => (
            "it panicked or ran out of memory without a message".to_owned(),
            "Its log may say more; else tell its author.",
        ),
        (None, Some(trap)) => (
            trap.to_string(),
            "This is a mistake in the plugin; tell its author.",
        ),
        (None, None) => (
            error.root_cause().to_string(),
            "This is a mistake in the plugin; tell its author.",
        ),
    };
    Failure::new(
        FailureKind::Internal,
        format!("The plugin `{name}` crashed: {reason}."),
        hint,
    )
}
