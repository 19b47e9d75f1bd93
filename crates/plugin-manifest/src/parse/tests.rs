//! What parses, and how errors name their place.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

fn check_errors(text: &str, expected: &str) {
    assert_eq!(
        parse("p/config.toml", text).unwrap_err().to_string(),
        expected
    );
}

#[test]
fn a_full_file() {
    let manifest = parse(
        "config.toml",
        r#"
name = "prometheus"
description = "Asks a Prometheus."
kind = "backend"
allowed_env_vars = ["PROMETHEUS_URL"]
allowed_domains = ["env:PROMETHEUS_URL", "*.example.org"]
action = true

[[options]]
name = "query"
type = "text"
required = true
help = "A PromQL expression."

[[options]]
name = "step"
type = "duration"
default = "15s"

[[options]]
name = "limit"
type = "number"
default = 5

[[options]]
name = "mode"
type = "choice"
choices = ["auto", "instant"]
default = "auto"

[limits]
timeout_s = 60
"#,
    )
    .unwrap();
    assert_eq!(manifest.name, "prometheus");
    assert_eq!(manifest.kind, Kind::Backend);
    assert!(manifest.action);
    assert_eq!(manifest.limits.timeout_s, 60);
    assert_eq!(manifest.limits.memory_mb, DEFAULT_MEMORY_MB);
    let options: Vec<_> = manifest
        .options
        .iter()
        .map(|spec| {
            (
                spec.name.as_str(),
                spec.kind.word(),
                spec.default.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        options,
        [
            ("query", "text", None),
            ("step", "duration", Some("15s")),
            ("limit", "number", Some("5")),
            ("mode", "choice", Some("auto")),
        ]
    );
    assert!(manifest.decide_env("PROMETHEUS_URL").is_ok());
    assert_eq!(
        manifest.decide_env("HOME").unwrap_err().to_string(),
        "the plugin `prometheus` may not read the environment variable HOME; the entry `HOME` in `allowed_env_vars` of its config.toml would grant it"
    );
}

#[test]
fn options_can_be_written_inline() {
    let manifest = parse(
        "config.toml",
        "name = \"a\"\nkind = \"view\"\noptions = [{ name = \"x\" }, { name = \"y\", type = \"boolean\" }]",
    )
    .unwrap();
    assert_eq!(manifest.options.len(), 2);
}

#[test]
fn a_view_has_keys_and_limits_of_its_own() {
    let view = "name = \"a\"\nkind = \"view\"\n";
    let manifest = parse("config.toml", view).unwrap();
    assert_eq!(manifest.limits, Limits::default());
    assert_eq!(manifest.limits.first_tree_ms, 1_000);
    assert_eq!(manifest.limits.event_ms, 250);
    assert_eq!(manifest.limits.nodes, 5_000);
    let manifest = parse(
        "config.toml",
        &format!(
            "{view}content_types = [\"frames\", \"table\"]\nallowed_plugins = [\"prometheus\"]\n\
             limits = {{ memory_mb = 128, first_tree_ms = 10000, event_ms = 5000, nodes = 20000 }}\n"
        ),
    )
    .unwrap();
    assert_eq!(manifest.content_types, ["frames", "table"]);
    assert_eq!(manifest.allowed_plugins, ["prometheus"]);
    assert_eq!(manifest.limits.memory_mb, 128);
    assert_eq!(manifest.limits.first_tree_ms, 10_000);
    assert_eq!(manifest.limits.event_ms, 5_000);
    assert_eq!(manifest.limits.nodes, 20_000);
}

#[test]
fn what_only_the_other_kind_has_is_refused() {
    check_errors(
        "name = \"a\"\nkind = \"backend\"\nallowed_plugins = []\n[limits]\nevent_ms = 3\n",
        "p/config.toml:3:19: `allowed_plugins` is for views: a backend plugin calls no other plugin; remove it, or write `kind = \"view\"`\n\
         p/config.toml:5:1: unknown key `event_ms` in `[limits]`; known keys are memory_mb, timeout_s, max_response_mb",
    );
    check_errors(
        "name = \"a\"\nkind = \"view\"\nallowed_plugins = [\"a b\"]\n[limits]\ntimeout_s = 3\nevent_ms = 5001\nnodes = 20001\n",
        "p/config.toml:3:20: `a b` is not a plugin's name: at most 64 letters, digits, `_` and `-`, beginning with a letter\n\
         p/config.toml:5:1: unknown key `timeout_s` in `[limits]`; known keys are memory_mb, first_tree_ms, event_ms, nodes\n\
         p/config.toml:6:12: `event_ms` must be a whole number of 1 to 5000, not integer\n\
         p/config.toml:7:9: `nodes` must be a whole number of 1 to 20000, not integer",
    );
}

#[test]
fn a_content_type_is_one_that_outputs_have() {
    check_errors(
        "name = \"a\"\nkind = \"view\"\ncontent_types = [\"frame\", \"pictures\"]\n",
        "p/config.toml:3:18: no output is of the type \"frame\"; did you mean \"frames\"?\n\
         p/config.toml:3:27: no output is of the type \"pictures\"; there are text, markdown, frames, table, logs, widgets",
    );
}

#[test]
fn unknown_keys_name_line_and_nearest_known_key() {
    check_errors(
        "name = \"a\"\nkind = \"backend\"\nalowed_domains = []\n[limits]\n  timeout = 3\n[[options]]\nname = \"q\"\nhlep = \"x\"\n",
        "p/config.toml:3:1: unknown key `alowed_domains`; did you mean `allowed_domains`?\n\
         p/config.toml:5:3: unknown key `timeout` in `[limits]`; did you mean `timeout_s`?\n\
         p/config.toml:8:1: unknown key `hlep` in `[[options]]`; did you mean `help`?",
    );
}

#[test]
fn every_error_of_a_file_is_reported() {
    check_errors(
        "name = \"a b\"\nkind = \"backen\"\nallowed_domains = [\"*\", 3]\nallowed_env_vars = \"X\"\naction = 1\nlimits = { memory_mb = 100000 }\n",
        "p/config.toml:1:8: `a b` is not a plugin's name: at most 64 letters, digits, `_` and `-`, beginning with a letter\n\
         p/config.toml:2:8: `kind` must be \"backend\" or \"view\", not \"backen\"; did you mean \"backend\"?\n\
         p/config.toml:3:20: in `allowed_domains`: `*` has a `*` elsewhere than in front; only `*.example.org` is understood\n\
         p/config.toml:3:25: every entry of `allowed_domains` must be a text in quotes\n\
         p/config.toml:4:20: `allowed_env_vars` must be a list of texts, like [\"one\", \"two\"], not string\n\
         p/config.toml:5:10: `action` must be true or false, not integer\n\
         p/config.toml:6:24: `memory_mb` must be a whole number of 1 to 512, not integer",
    );
}

#[test]
fn missing_keys() {
    check_errors(
        "",
        "p/config.toml:1:1: the key `name` is missing\n\
         p/config.toml:1:1: the key `kind` is missing",
    );
}

#[test]
fn bad_toml_names_its_line() {
    let errors = parse("p/config.toml", "name = \"a\"\nkind = backend\n").unwrap_err();
    assert_eq!(errors.errors.len(), 1);
    assert_eq!(errors.errors[0].line, 2);
    assert!(
        errors.to_string().starts_with("p/config.toml:2:"),
        "{errors}"
    );
    assert!(errors.to_string().contains("not valid TOML"), "{errors}");
}

#[test]
fn options_are_checked() {
    check_errors(
        r#"name = "a"
kind = "backend"
[[options]]
name = "x"
type = "duratoin"
[[options]]
name = "y"
type = "choice"
[[options]]
name = "z"
type = "number"
default = "many"
[[options]]
name = "w"
choices = ["a"]
[[options]]
name = "v"
required = true
default = "a"
[[options]]
name = "u"
[[options]]
name = "u"
[[options]]
help = "x"
"#,
        "p/config.toml:5:8: unknown option type \"duratoin\"; did you mean \"duration\"?\n\
         p/config.toml:8:8: a choice needs `choices`, the list of what can be chosen\n\
         p/config.toml:12:11: the default `many` must be a number, like 5 or 0.5\n\
         p/config.toml:15:11: only a choice has `choices`, and this is a text; write `type = \"choice\"`\n\
         p/config.toml:18:12: an option with a `default` is never missing, so it cannot be `required`; remove one of the two\n\
         p/config.toml:22:1: the option `u` is there twice\n\
         p/config.toml:24:1: the key `name` is missing in `[[options]]`",
    );
}

#[test]
fn any_text_parses_or_fails_in_words() {
    for text in [
        "\0",
        "name",
        "[",
        "name = 1",
        "options = 1",
        "limits = 3",
        "kind = []",
        "[[kind]]",
        "options = [1]",
        "[name]",
        "é = 1",
    ] {
        assert!(parse("p/config.toml", text).is_err(), "{text:?}");
    }
}
