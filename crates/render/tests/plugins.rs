//! The page of plugins, for people who choose one and for the author of a broken one.

use output::{OptionKind, OptionSummary, PluginKind, PluginSummary, ViewSummary};
use render::plugins;

fn option(name: &str, kind: OptionKind, default: Option<&str>, required: bool) -> OptionSummary {
    OptionSummary {
        name: name.into(),
        kind,
        default: default.map(str::to_owned),
        required,
        help: format!("About <{name}>."),
    }
}

fn plugin(name: &str) -> PluginSummary {
    PluginSummary {
        name: name.into(),
        kind: PluginKind::Backend,
        description: String::new(),
        options: Vec::new(),
        allowed_env_vars: Vec::new(),
        allowed_domains: Vec::new(),
        content_types: Vec::new(),
        action: false,
        error: None,
        view: None,
    }
}

fn check(plugin: PluginSummary, expected: &[&str]) {
    let html = plugins(&[plugin]);
    for expected in expected {
        assert!(html.contains(expected), "{expected}\nis not in\n{html}");
    }
}

#[test]
fn options_and_grants_are_listed() {
    let choice = OptionKind::Choice(vec!["auto".into(), "range".into()]);
    check(
        PluginSummary {
            description: "Asks a \"source\".".into(),
            options: vec![
                option("query", OptionKind::Text, None, true),
                option("mode", choice, Some("auto"), false),
                option("step", OptionKind::Duration, None, false),
            ],
            allowed_env_vars: vec!["URL".into(), "TOKEN".into()],
            allowed_domains: vec!["env:URL".into(), "https://a.example".into()],
            ..plugin("prometheus")
        },
        &[
            "<h2>prometheus</h2><span class=\"badge\" data-tone=\"neutral\">backend</span></div>",
            "<p>Asks a &quot;source&quot;.</p>",
            "<dt>Network</dt><dd>the address in <code>URL</code>, <code>https://a.example</code></dd>",
            "<dt>Environment</dt><dd><code>URL</code>, <code>TOKEN</code></dd></dl>",
            "<tr><th scope=\"row\"><code>query</code></th><td>text</td>\
             <td><strong>required</strong></td><td>About &lt;query&gt;.</td></tr>",
            "<td>choice: <code>auto, range</code></td><td><code>auto</code></td>",
            "<td>duration</td><td>optional</td>",
        ],
    );
}

#[test]
fn what_a_plugin_may_not_reach_is_said_too() {
    let none = "<dt>Network</dt><dd>none</dd><dt>Environment</dt><dd>none</dd></dl></div>";
    check(plugin("demo"), &[none]);
    check(
        PluginSummary {
            kind: PluginKind::View,
            content_types: vec!["frames".into()],
            action: true,
            view: Some(ViewSummary {
                component_hash: String::new(),
                origins: Vec::new(),
                allowed_plugins: vec!["prometheus".into()],
                memory_mb: 64,
                first_tree_ms: 1_000,
                event_ms: 250,
                nodes: 5_000,
            }),
            ..plugin("heatmap")
        },
        &[
            ">view</span>",
            "</span>acts on the world</span>",
            "<dt>Calls</dt><dd><code>prometheus</code></dd>",
            "<dt>Shows</dt><dd><code>frames</code></dd>",
        ],
    );
}

#[test]
fn a_broken_one_says_why_and_nothing_that_is_not_known() {
    let broken = PluginSummary {
        error: Some("broken/config.toml:1: unknown key `nmae`".into()),
        ..plugin("broken")
    };
    let html = plugins(&[broken]);
    for expected in [
        "<span class=\"badge\" data-tone=\"bad\"><span class=\"mark\" aria-hidden=\"true\"></span>broken</span>",
        "<p class=\"message\">broken/config.toml:1: unknown key `nmae`</p>",
        "Repair its folder",
    ] {
        assert!(html.contains(expected), "{expected}\nis not in\n{html}");
    }
    assert!(!html.contains("<dl") && !html.contains("<table"), "{html}");
}

#[test]
fn an_empty_folder_teaches_how_to_fill_it() {
    let html = plugins(&[]);
    assert!(html.contains("There are no plugins in the server&#39;s folder"));
    assert!(html.contains("<code>cargo xtask plugins</code>"));
}
