//! Calls as they should be: options, context, events, and what callers get wrong.

use output::Output;
use plugin_host::{Event, FailureKind};

use crate::setup::Setup;

#[tokio::test]
async fn options_and_context_reach_the_plugin() {
    let host = Setup::new().plugin("echo", "").start();
    assert_eq!(
        host.text("echo", &[("do", "echo"), ("query", "up[5m] 🔥")])
            .await,
        "up[5m] 🔥"
    );
    assert_eq!(
        host.text("echo", &[("do", "options"), ("as", "x")]).await,
        "[(\"as\", \"x\"), (\"do\", \"options\")]"
    );
    let context = host.text("echo", &[("do", "context")]).await;
    assert!(context.contains("now-ms: 1700000000000"), "{context}");
    assert!(context.contains("width-px: 800"), "{context}");
}

#[tokio::test]
async fn defaults_are_filled_in() {
    let host = Setup::new()
        .plugin("echo", "[[options]]\nname = \"step\"\ndefault = \"15s\"")
        .start();
    assert_eq!(
        host.text("echo", &[("do", "options")]).await,
        "[(\"do\", \"options\"), (\"step\", \"15s\")]"
    );
}

#[tokio::test]
async fn progress_is_passed_on_within_bounds() {
    let host = Setup::new().plugin("echo", "").start();
    host.text("echo", &[("do", "progress")]).await;
    let fractions: Vec<_> = host
        .events
        .lock()
        .unwrap()
        .iter()
        .filter_map(|event| match event {
            Event::Progress { fraction, .. } => Some(*fraction),
            Event::Log { .. } | Event::Preview { .. } => None,
        })
        .collect();
    assert_eq!(fractions, [0.5, 0.0, 1.0]);
}

#[tokio::test]
async fn previews_are_passed_on_and_broken_ones_are_not() {
    let host = Setup::new().plugin("echo", "").start();
    host.text("echo", &[("do", "preview"), ("query", "half")])
        .await;
    let previews: Vec<_> = host
        .events
        .lock()
        .unwrap()
        .iter()
        .filter_map(|event| match event {
            Event::Preview { answer } => Some(answer.output.clone()),
            Event::Log { .. } | Event::Progress { .. } => None,
        })
        .collect();
    assert_eq!(previews, [Output::Text("half".to_owned())]);
    let log = host.log();
    assert!(
        log.iter()
            .any(|line| line.starts_with("A preview was left out: in the frame `t`")),
        "{log:?}"
    );
}

#[tokio::test]
async fn the_plugins_own_failure_is_passed_on() {
    let host = Setup::new().plugin("echo", "").start();
    let failure = host
        .failure("echo", &[("do", "fail"), ("query", "no such metric")])
        .await;
    assert_eq!(failure.kind, FailureKind::Upstream);
    assert_eq!(failure.message, "no such metric");
}

#[tokio::test]
async fn callers_mistakes_are_named() {
    let host = Setup::new()
        .plugin("prometheus", "")
        .plugin(
            "strict",
            "[[options]]\nname = \"step\"\ntype = \"duration\"\nrequired = true",
        )
        .file(
            "heatmap",
            "config.toml",
            b"name = \"heatmap\"\nkind = \"view\"",
        )
        .start();
    for (plugin, options, message, hint) in [
        (
            "promethues",
            &[][..],
            "There is no plugin `promethues`.",
            "Did you mean `prometheus`?",
        ),
        (
            "xyz",
            &[],
            "There is no plugin `xyz`.",
            "Installed are: prometheus, strict.",
        ),
        (
            "prometheus",
            &[("qury", "up")],
            "`prometheus` cannot run: the plugin has no option `qury`.",
            "Did you mean `query`?",
        ),
        (
            "strict",
            &[],
            "`strict` cannot run: the option `step` is missing.",
            "Add `step=…` to the directive.",
        ),
        (
            "strict",
            &[("step", "soon")],
            "`strict` cannot run: the option `step` is `soon`, but must be a duration, like 15s or 1h30m.",
            "Give `step` a duration, like 15s or 1h30m.",
        ),
        (
            "heatmap",
            &[],
            "The plugin `heatmap` is a view: it shows outputs and answers no queries.",
            "Write `@view=heatmap` to show an output with it.",
        ),
    ] {
        let failure = host.failure(plugin, options).await;
        assert_eq!(failure.kind, FailureKind::Invalid);
        assert_eq!(failure.message, message);
        assert_eq!(failure.hint, hint);
    }
}
