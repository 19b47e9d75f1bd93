//! `cargo xtask ci`: the checks that run nothing of ours, then every test suite.

use anyhow::{Context, Result, bail};

use crate::report::Report;
use crate::workspace::Workspace;
use crate::{architecture, check_page, process, test, tools};

/// Crates that are compiled for wasm: the page's and the plugins' side.
const WASM_CRATES: [&str; 18] = [
    "view-worker",
    "view-sdk",
    "app",
    "transport",
    "web",
    "plugin-sdk",
    "hello_world",
    "demo",
    "prometheus",
    "heatmap",
    "slo-burn",
    "alerts",
    "diff",
    "status-page",
    "runbook",
    "topology",
    "hostile-view",
    "bench-view",
];

pub fn run(workspace: &Workspace, report: &Report, options: &test::Options) -> Result<()> {
    // The checks build the page, which takes Node.js.
    test::system_packages(workspace, report, options)?;
    check(workspace, report)?;
    test::run(workspace, report, options)
}

/// Format, lints, licences, architecture, and that Trunk builds the same page.
pub fn check(workspace: &Workspace, report: &Report) -> Result<()> {
    report.step("format", |step| {
        step.run(workspace.cargo(&["fmt", "--all", "--check"]))
    })?;
    report.step("lock file", |step| {
        step.run(workspace.cargo(&["metadata", "--locked", "--format-version", "1"]))
    })?;
    report.step("architecture", |_| {
        let text = std::fs::read_to_string(workspace.root.join("ARCHITECTURE.md"))
            .context("cannot read ARCHITECTURE.md")?;
        architecture::check(&workspace.root, &text, &workspace.metadata)
    })?;
    licences(workspace, report)?;
    report.step("lints: native", |step| {
        let mut command = workspace.cargo(&["clippy", "--all-targets"]);
        command.args(test::native_packages());
        command.args(["--", "-D", "warnings"]);
        step.run(command)
    })?;
    tools::wasm_target(workspace, report)?;
    report.step("lints: wasm32", |step| {
        let mut command = workspace.cargo(&["clippy", "--target=wasm32-unknown-unknown"]);
        for name in WASM_CRATES {
            command.args(["-p", name]);
        }
        command.args(["--", "-D", "warnings"]);
        step.run(command)
    })?;
    trunk(workspace, report)?;
    check_page::run(workspace, report)
}

/// Licences, bans and sources; advisories need a database from outside and are asked for by hand.
fn licences(workspace: &Workspace, report: &Report) -> Result<()> {
    report.step("licences", |step| {
        if process::exists("cargo-deny") {
            step.run(workspace.cargo(&["deny", "check", "licenses", "bans", "sources"]))
        } else {
            step.note("by cargo metadata; `cargo install cargo-deny --locked` checks bans as well");
            allowed_licences(workspace)
        }
    })
}

/// What of deny.toml can be checked without cargo-deny: that every licence is on its list.
fn allowed_licences(workspace: &Workspace) -> Result<()> {
    let text = std::fs::read_to_string(workspace.root.join("deny.toml"))
        .context("cannot read deny.toml")?;
    let deny: toml_edit::DocumentMut = text.parse().context("deny.toml")?;
    let allowed: Vec<&str> = deny["licenses"]["allow"]
        .as_array()
        .context("deny.toml has no licenses.allow")?
        .iter()
        .filter_map(toml_edit::Value::as_str)
        .collect();
    let output = process::output(workspace.cargo(&["metadata", "--format-version", "1"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&output)?;
    let packages = metadata["packages"].as_array().context("no packages")?;
    let refused: Vec<String> = packages
        .iter()
        .filter(|package| !is_allowed(package["license"].as_str().unwrap_or_default(), &allowed))
        .map(|package| format!("{} ({})", package["name"], package["license"]))
        .collect();
    if refused.is_empty() {
        return Ok(());
    }
    bail!("deny.toml allows no licence of: {}", refused.join(", "));
}

/// An SPDX expression of the simple kind that crates use: `AND` needs all, `OR` and `/` one.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let bare = expression.replace(['(', ')'], " ").replace('/', " OR ");
    !bare.trim().is_empty()
        && bare.split(" AND ").all(|part| {
            part.split(" OR ")
                .any(|name| allowed.contains(&name.trim()))
        })
}

/// Trunk is not in any system's packages: where CI runs it is built once and kept by cargo.
fn trunk(workspace: &Workspace, report: &Report) -> Result<()> {
    if process::exists("trunk") || std::env::var("CI").is_err() {
        return Ok(());
    }
    report.step("tools: trunk", |step| {
        let mut command =
            workspace.cargo(&["install", "trunk", "--version", "0.21.14", "--locked"]);
        // In a folder of its own, so that the next run finds what this one compiled.
        command.env("CARGO_TARGET_DIR", workspace.state().join("trunk-build"));
        step.run(command)
    })
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn a_licence_is_allowed_when_each_part_has_an_allowed_choice() {
        let allowed = ["MIT", "Apache-2.0"];
        for (expression, expected) in [
            ("MIT", true),
            ("MIT OR GPL-3.0", true),
            ("Apache-2.0/MIT", true),
            ("(MIT OR Zlib) AND Unicode-3.0", false),
            ("(GPL-2.0 OR MIT) AND Apache-2.0", true),
            ("", false),
        ] {
            assert_eq!(is_allowed(expression, &allowed), expected, "{expression}");
        }
    }
}
