//! Why a view shows nothing, in words that name it and the next step.

use output::{Failure, FailureKind, Level};
use plugin_manifest::Manifest;
use view::ViewError;
use widgets::TreeError;

use super::{Asked, engine::WasmtimeEngine};
use crate::{convert, text::shorten};

/// Most bytes of what a view says of its crash.
const MAX_PANIC_BYTES: usize = 2 << 10;
/// How a panic begins in the line that a view's panic hook logs.
const PANIC_WORD: &str = "panicked";
const TELL_THE_AUTHOR: &str = "This is a mistake in the plugin; tell its author.";

pub(super) fn does_not_start(name: &str, reason: &str) -> Failure {
    Failure::new(
        FailureKind::Internal,
        format!("The view `{name}` does not start: {reason}."),
        TELL_THE_AUTHOR,
    )
}

pub(super) fn too_much(name: &str, error: &TreeError) -> Failure {
    Failure::new(
        FailureKind::Internal,
        format!("The view `{name}` cannot be shown: {error}."),
        "Give it less to show, a shorter time range for example.",
    )
}

/// The view did something else than answering with a step.
pub(super) fn ended(
    manifest: &Manifest,
    asked: &Asked,
    error: ViewError,
    engine: &mut WasmtimeEngine,
) -> Failure {
    let (name, limits) = (&manifest.name, &manifest.limits);
    if let ViewError::Failed(failure) = error {
        return convert::bounded(failure);
    }
    if engine.is_late() {
        let (what, key) = match asked {
            Asked::Init(_) => ("to show something", "first_tree_ms"),
            Asked::Update(_) => ("to answer", "event_ms"),
        };
        return Failure::new(
            FailureKind::Timeout,
            format!(
                "The view `{name}` computed for more than {} ms {what} and was ended.",
                asked.time(limits).as_millis()
            ),
            format!(
                "Give it less to show, or raise `{key}` in `[limits]` of its config.toml; if it \
                 happens always, the view loops: tell its author."
            ),
        );
    }
    if engine.has_refused_memory() {
        return Failure::new(
            FailureKind::Internal,
            format!(
                "The view `{name}` needs more than its {} MB of memory.",
                limits.memory_mb
            ),
            "Give it less to show, or raise `memory_mb` in `[limits]` of its config.toml.",
        );
    }
    tracing::warn!(plugin = name, %error, "view ended");
    let log = engine.take_log();
    let panic = log
        .into_iter()
        .rfind(|line| line.level == Level::Error && line.message.contains(PANIC_WORD));
    let words = match (error, panic) {
        (ViewError::Trap(_), Some(mut line)) => {
            shorten(&mut line.message, MAX_PANIC_BYTES);
            format!("The view `{name}` crashed: {}.", line.message)
        }
        (ViewError::Trap(reason), None) => format!("The view `{name}` crashed: {reason}."),
        (error, _) => format!("The view `{name}` was ended: {error}."),
    };
    Failure::new(FailureKind::Internal, words, TELL_THE_AUTHOR)
}
