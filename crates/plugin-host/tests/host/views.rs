//! Views without a page: what they show, what they get from the world, and how they are ended.

use std::time::Duration;

use output::{Answer, Column, Failure, FailureKind, Frame, Output, TimeRange, Values};
use plugin_host::ShownView;
use view::{Scheme, Setting, ShownOutput, ViewContext};

use crate::{
    server::Server,
    setup::{CONTEXT, Setup, TestHost},
};

/// What the view `asking` understands.
const OPTIONS: &str = "[[options]]\nname = \"do\"\n[[options]]\nname = \"url\"\n\
                       [[options]]\nname = \"plugin\"\n";

fn context(options: &[(&str, &str)]) -> ViewContext {
    let setting = |(name, value): &(&str, &str)| Setting {
        name: (*name).to_owned(),
        value: (*value).to_owned(),
    };
    ViewContext {
        options: options.iter().map(setting).collect(),
        body: "the body".to_owned(),
        outputs: Vec::new(),
        time_range: CONTEXT.time_range,
        variables: Vec::new(),
        scheme: Scheme::Light,
        width_px: 800,
        locale: "en-GB".to_owned(),
        time_zone: "UTC".to_owned(),
        now_ms: CONTEXT.now_ms,
    }
}

async fn show(host: &TestHost, view: &str, options: &[(&str, &str)]) -> Result<ShownView, Failure> {
    host.host.show(view, context(options)).await
}

async fn text(host: &TestHost, view: &str, options: &[(&str, &str)]) -> String {
    let shown = show(host, view, options).await.unwrap();
    assert_eq!(shown.notices, [""; 0]);
    widgets::text(&shown.tree)
}

async fn failure(host: &TestHost, view: &str, options: &[(&str, &str)]) -> Failure {
    show(host, view, options).await.expect_err("the view fails")
}

fn asking(config: &str) -> Setup {
    asking_with(config, "")
}

fn asking_with(config: &str, limits: &str) -> Setup {
    Setup::new().plugin("hostile", "").view(
        "asking",
        "asking",
        &format!("{config}\n{limits}\n{OPTIONS}"),
    )
}

#[tokio::test]
async fn a_heatmap_is_shown() {
    let host = Setup::new()
        .view(
            "heatmap",
            "heatmap",
            "[[options]]\nname = \"share\"\ntype = \"boolean\"\ndefault = \"false\"",
        )
        .start();
    let TimeRange { start_ms, .. } = CONTEXT.time_range;
    let series = |name: &str, values: Vec<f64>| Frame {
        name: name.to_owned(),
        labels: Vec::new(),
        columns: vec![
            Column {
                name: "time".to_owned(),
                unit: String::new(),
                values: Values::Times((0..3).map(|n| start_ms + n * 60_000).collect()),
            },
            Column {
                name: "value".to_owned(),
                unit: "s".to_owned(),
                values: Values::Numbers(values),
            },
        ],
    };
    let frames = vec![
        series("first", vec![1.0, 2.0, 3.0]),
        series("second", vec![4.0, f64::NAN, 6.0]),
    ];
    let mut context = context(&[]);
    context.outputs.push(ShownOutput {
        name: String::new(),
        time_ms: CONTEXT.now_ms,
        answer: Answer::from(Output::Frames(frames)),
    });
    for (share, expected) in [(None, "Show shares"), (Some("true"), "Show values")] {
        let mut context = context.clone();
        context.options.extend(share.map(|value| Setting {
            name: "share".to_owned(),
            value: value.to_owned(),
        }));
        let shown = host.host.show("heatmap", context).await.unwrap();
        let text = widgets::text(&shown.tree);
        for expected in ["Latest, all rows", "first", "second", expected] {
            assert!(text.contains(expected), "{expected}:\n{text}");
        }
    }
}

#[tokio::test]
async fn what_is_no_usable_view_is_named() {
    let host = asking("")
        .view("broken", "hostile", "")
        .view("closed", "asking", OPTIONS)
        .start();
    for (view, kind, expected) in [
        (
            "askin",
            FailureKind::Invalid,
            "There is no view `askin`. Did you mean `asking`?",
        ),
        (
            "hostile",
            FailureKind::Invalid,
            "The plugin `hostile` is no view: it answers queries and shows nothing. \
             Write `@plugin=hostile` to ask it.",
        ),
        (
            "broken",
            FailureKind::Internal,
            "The plugin `broken` cannot be used: plugin.wasm: this is a backend plugin",
        ),
    ] {
        let failure = failure(&host, view, &[]).await;
        assert_eq!(failure.kind, kind, "{failure:?}");
        let words = format!("{} {}", failure.message, failure.hint);
        assert!(words.starts_with(expected), "{words}");
    }
    let failure = failure(&host, "asking", &[("dp", "http")]).await;
    assert_eq!(failure.kind, FailureKind::Invalid);
    assert_eq!(
        failure.message,
        "`asking` cannot be shown: the plugin has no option `dp`."
    );
    // Asked as before, a view is no backend plugin.
    let failure = host.failure("asking", &[]).await;
    assert!(failure.message.contains("is a view"), "{failure:?}");
}

#[tokio::test]
async fn a_view_gets_what_it_is_granted() {
    let server = Server::start().await;
    let host = asking(&format!(
        "{}\nallowed_plugins = [\"hostile\"]",
        server.grant()
    ))
    .start();
    let url = server.url("/chunked");
    let shown = text(&host, "asking", &[("do", "http"), ("url", &url)]).await;
    assert!(shown.contains("800 px, body `the body`"), "{shown}");
    assert!(shown.contains("200: abcde"), "{shown}");
    let invoke = [("do", "invoke"), ("plugin", "hostile")];
    assert!(text(&host, "asking", &invoke).await.contains("hello"));
}

#[tokio::test]
async fn what_a_view_is_not_granted_never_leaves() {
    let server = Server::start().await;
    let granted = server.grant();
    let host = asking("allowed_domains = [\"example.org\"]")
        .plugin("acts", "action = true")
        .view(
            "granted",
            "asking",
            &format!("{granted}\nallowed_plugins = [\"acts\"]\n{OPTIONS}"),
        )
        .start();
    let (echo, redirect) = (server.url("/echo"), server.url("/redirect"));
    for (view, options, expected) in [
        ("asking", [("do", "http"), ("url", &*echo)], "127.0.0.1"),
        (
            "asking",
            [("do", "invoke"), ("plugin", "hostile")],
            "`asking` is not granted the plugin `hostile`",
        ),
        (
            "granted",
            [("do", "invoke"), ("plugin", "acts")],
            "`acts` acts on the world",
        ),
        (
            "granted",
            [("do", "http"), ("url", "http://169.254.169.254/")],
            "169.254.169.254",
        ),
        (
            "granted",
            [("do", "http"), ("url", &*redirect)],
            "leads elsewhere",
        ),
    ] {
        let shown = text(&host, view, &options).await;
        assert!(shown.contains(expected), "{options:?}:\n{shown}");
    }
    assert_eq!(server.requests.lock().unwrap().len(), 1, "the redirect");
}

#[tokio::test]
async fn pauses_are_waited_for_and_refreshing_is_not() {
    let host = asking("").start();
    for (what, expected) in [
        ("retry", "attempt 1\n\nattempt 2\n\nattempt 3"),
        ("refresh", "refreshed"),
        ("tick", &["tick"; 9].join("\n\n")),
        ("slots", "one"),
        ("set", "800 px"),
    ] {
        let shown = text(&host, "asking", &[("do", what)]).await;
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(&shown).contains(&words(expected)), "{what}:\n{shown}");
        assert!(!shown.contains("lost"), "{shown}");
        assert_eq!(what == "slots", shown.contains("two"), "{shown}");
    }
    let shown = show(&host, "asking", &[("do", "log")]).await.unwrap();
    assert_eq!(shown.log.len(), 1);
    assert_eq!(shown.log[0].message, "look here");
}

#[tokio::test]
async fn a_view_that_goes_on_is_taken_as_it_is() {
    let host = asking("allowed_plugins = [\"hostile\"]")
        .limits(|limits| limits.view_time = Duration::from_millis(300))
        .start();
    let options = [("do", "invoke_for_ever"), ("plugin", "hostile")];
    let shown = show(&host, "asking", &options).await.unwrap();
    assert!(widgets::text(&shown.tree).contains("800 px"));
    assert!(shown.notices[0].contains("still at work"), "{shown:?}");
}

#[tokio::test]
async fn a_tree_has_at_most_the_nodes_that_its_file_says() {
    let with = |nodes: u32| asking_with("", &format!("[limits]\nnodes = {nodes}")).start();
    // A stack of a paragraph and a slot, in the SDK's own.
    let shown = text(&with(4), "asking", &[]).await;
    assert!(shown.contains("800 px"), "{shown}");
    for (nodes, what, expected) in [
        (3, "nothing", "the widget tree has 4 nodes, at most 3"),
        // What is put into the slot counts.
        (5, "slots", "the widget tree has 6 nodes, at most 5"),
    ] {
        let failure = failure(&with(nodes), "asking", &[("do", what)]).await;
        assert!(failure.message.contains(expected), "{failure:?}");
    }
}

#[tokio::test]
async fn a_view_that_misbehaves_is_ended_with_words() {
    let host = asking_with(
        "",
        "[limits]\nfirst_tree_ms = 200\nevent_ms = 100\nmemory_mb = 32",
    )
    .start();
    for (what, kind, expected) in [
        (
            "loop",
            FailureKind::Timeout,
            "The view `asking` computed for more than 200 ms to show something and was ended.",
        ),
        (
            "loop_later",
            FailureKind::Timeout,
            "The view `asking` computed for more than 100 ms to answer and was ended.",
        ),
        (
            "memory",
            FailureKind::Internal,
            "The view `asking` needs more than its 32 MB of memory.",
        ),
        (
            "panic",
            FailureKind::Internal,
            "The view `asking` crashed: ",
        ),
    ] {
        let failure = failure(&host, "asking", &[("do", what)]).await;
        assert_eq!(failure.kind, kind, "{what}: {failure:?}");
        assert!(failure.message.starts_with(expected), "{what}: {failure:?}");
        assert!(!failure.hint.is_empty(), "{what}");
    }
    // The next one is not disturbed; a failure that the view knows of is shown by it.
    let shown = text(&host, "asking", &[("do", "fail")]).await;
    assert!(shown.contains("told to fail"), "{shown}");
}
