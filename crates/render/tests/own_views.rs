//! Views that people bring along, as the page words what they ask for and what was decided.
#![allow(clippy::unwrap_used, reason = "tests")]

use output::{PluginKind, PluginSummary, ViewSummary};
use render::{Decision, Whence};

fn plugin(origins: &[&str], plugins: &[&str], domains: &[&str]) -> PluginSummary {
    let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    PluginSummary {
        name: "mine".into(),
        kind: PluginKind::View,
        description: "What I <b>look</b> at.".into(),
        options: Vec::new(),
        allowed_env_vars: Vec::new(),
        allowed_domains: owned(domains),
        content_types: Vec::new(),
        action: false,
        error: None,
        view: Some(ViewSummary {
            component_hash: String::new(),
            origins: owned(origins),
            allowed_plugins: owned(plugins),
            memory_mb: 64,
            first_tree_ms: 1_000,
            event_ms: 250,
            nodes: 5_000,
        }),
    }
}

/// The labels of the buttons, each of which means something.
fn buttons(html: &str) -> Vec<&str> {
    let buttons = html.split("<button ").skip(1);
    buttons
        .map(|button| {
            let value = button.split_once("data-value=\"").unwrap().1;
            assert!(Decision::parse(value.split_once('"').unwrap().0).is_some());
            let (_, label) = button.split_once('>').unwrap();
            label.split_once('<').unwrap().0
        })
        .collect()
}

#[test]
fn a_view_says_all_that_it_asks_for_as_text() {
    let asking = plugin(&["https://a.example", "https://b.example"], &["demo"], &[]);
    let html = render::brought_view(&asking, &["https://b.example".to_owned()]);
    for expected in [
        "Use the view mine in this browser?",
        "What I &lt;b&gt;look&lt;/b&gt; at.",
        "requests from your browser to <code>https://a.example</code></li>",
        "<code>https://b.example</code>. This server&#39;s pages may not go there yet: its operator adds \
         it to <code>connect_src</code>",
        "calls of the plugin <code>demo</code> on the server",
    ] {
        assert!(html.contains(expected), "{expected}: {html}");
    }
    assert_eq!(buttons(&html), ["Allow", "Refuse"]);
    let html = render::view_question(&plugin(&[], &[], &["env:URL"]));
    assert!(html.contains("<code>URL</code>, which only installed views get"));
    assert_eq!(buttons(&html), ["Allow", "Refuse"]);
    let html = render::view_question(&plugin(&[], &[], &[]));
    assert!(html.contains("It reaches nothing"), "{html}");
}

#[test]
fn what_was_granted_is_taken_back_by_whom_it_was_granted() {
    let reaching = plugin(&["https://a.example"], &[], &[]);
    let cases: [(Whence, bool, &[&str]); 5] = [
        (Whence::Server, false, &[]),
        (
            Whence::Browser,
            false,
            &[
                "Revoke",
                "Offer to this notebook",
                "Remove from this browser",
            ],
        ),
        (
            Whence::Browser,
            true,
            &[
                "Revoke",
                "Offer again",
                "Remove from this browser",
                "Withdraw the offer",
            ],
        ),
        (Whence::Notebook, true, &["Revoke", "Withdraw the offer"]),
        (Whence::Notebook, false, &["Revoke"]),
    ];
    for (whence, offered, expected) in cases {
        let html = render::view_grants(&reaching, whence, offered);
        assert!(html.contains("<code>https://a.example</code>"), "{html}");
        assert_eq!(buttons(&html), expected, "{whence:?}");
    }
    let quiet = plugin(&[], &[], &[]);
    assert_eq!(render::view_grants(&quiet, Whence::Server, false), "");
    assert_ne!(render::view_grants(&quiet, Whence::Browser, false), "");
}

#[test]
fn decisions_are_turned_round() {
    let own = plugin(&[], &[], &[]);
    let html = render::own_views([(&own, true), (&own, false)].into_iter());
    assert_eq!(buttons(&html), ["Revoke", "Remove", "Allow", "Remove"]);
    assert!(
        html.contains("<li class=\"plugin\" data-name=\"mine\">"),
        "{html}"
    );
    assert_eq!(buttons(&render::refused_view("mine")), ["Allow"]);
    let html = render::brought_nothing(&render::problem("It is text."));
    assert!(html.contains("It is text."), "{html}");
    assert_eq!(buttons(&html), ["Close"]);
    assert_eq!(Decision::parse("everything"), None);
}
