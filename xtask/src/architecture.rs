//! ARCHITECTURE.md stays true: it names every crate, and what each one may use.
//!
//! A row of its table reads `| crate | path | may use | one line |`. Only crates of this
//! repository count; cargo knows the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// What ARCHITECTURE.md says of a crate.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    path: String,
    uses: BTreeSet<String>,
}

/// Compares `text` (ARCHITECTURE.md) with cargo's metadata; the error names every difference.
pub fn check(root: &Path, text: &str, metadata: &Value) -> Result<()> {
    let said = said(text)?;
    let real = real(root, metadata)?;
    let mut differences = Vec::new();
    for (name, row) in &real {
        match said.get(name) {
            None => differences.push(format!("`{name}` ({}) has no row", row.path)),
            Some(told) => {
                if told.path != row.path {
                    differences.push(format!("`{name}` is in {}, not in {}", row.path, told.path));
                }
                for used in row.uses.difference(&told.uses) {
                    differences.push(format!(
                        "`{name}` uses `{used}`, which its row does not allow"
                    ));
                }
                for unused in told.uses.difference(&row.uses) {
                    differences.push(format!(
                        "`{name}` no longer uses `{unused}`: take it out of its row"
                    ));
                }
            }
        }
    }
    for name in said.keys().filter(|name| !real.contains_key(*name)) {
        differences.push(format!("there is no crate `{name}`"));
    }
    if differences.is_empty() {
        return Ok(());
    }
    bail!(
        "ARCHITECTURE.md is not true:\n  {}",
        differences.join("\n  ")
    );
}

fn said(text: &str) -> Result<BTreeMap<String, Row>> {
    let mut rows = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, path, uses, purpose] = cells.as_slice() else {
            bail!("ARCHITECTURE.md: this row needs four cells: {line}");
        };
        if purpose.is_empty() {
            bail!("ARCHITECTURE.md: {name} has no line of its own");
        }
        let row = Row {
            path: bare(path),
            uses: uses
                .split(',')
                .map(bare)
                .filter(|name| !name.is_empty() && name != "–")
                .collect(),
        };
        if rows.insert(bare(name), row).is_some() {
            bail!("ARCHITECTURE.md names {name} twice");
        }
    }
    Ok(rows)
}

fn bare(cell: &str) -> String {
    cell.trim()
        .trim_matches('`')
        .trim_end_matches('/')
        .to_owned()
}

/// Dependencies for tests only are no arrows.
fn real(root: &Path, metadata: &Value) -> Result<BTreeMap<String, Row>> {
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata has no packages")?;
    let mut rows = BTreeMap::new();
    for package in packages {
        let manifest = package["manifest_path"]
            .as_str()
            .context("no manifest_path")?;
        let path = Path::new(manifest)
            .parent()
            .and_then(|folder| folder.strip_prefix(root).ok())
            .context("a crate lies outside the repository")?;
        let uses = package["dependencies"]
            .as_array()
            .context("no dependencies")?
            .iter()
            .filter(|used| used["path"].is_string() && used["kind"] != "dev")
            .filter_map(|used| used["name"].as_str().map(str::to_owned))
            .collect();
        let name = package["name"].as_str().context("no name")?.to_owned();
        let path = path.display().to_string();
        rows.insert(name, Row { path, uses });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::workspace::Workspace;

    #[test]
    fn architecture_names_every_crate_and_every_arrow() {
        let workspace = Workspace::find().unwrap();
        let text = std::fs::read_to_string(workspace.root.join("ARCHITECTURE.md")).unwrap();
        if let Err(error) = check(&workspace.root, &text, &workspace.metadata) {
            // `unwrap` would print the list on one line.
            assert!(error.to_string().is_empty(), "{error}");
        }
    }

    #[test]
    fn every_kind_of_difference_is_named() {
        let metadata = serde_json::json!({"packages": [
            {"name": "a", "manifest_path": "/r/crates/a/Cargo.toml", "dependencies": [
                {"name": "b", "path": "/r/b", "kind": null},
                {"name": "outside", "kind": null},
                {"name": "helper", "path": "/r/helper", "kind": "dev"},
            ]},
            {"name": "b", "manifest_path": "/r/b/Cargo.toml", "dependencies": []},
        ]});
        let check = |text| check(Path::new("/r"), text, &metadata);
        check("| `a` | crates/a | `b` | one |\n| `b` | b | – | two |").unwrap();
        for (text, expected) in [
            ("| `a` | crates/a | `b` | one |", "`b` (b) has no row"),
            (
                "| `a` | crates/a | – | one |\n| `b` | b | – | two |",
                "`a` uses `b`",
            ),
            (
                "| `a` | crates/a | `b` | one |\n| `b` | b | `a` | two |",
                "no longer uses `a`",
            ),
            (
                "| `a` | x | `b` | one |\n| `b` | b | – | two |",
                "is in crates/a",
            ),
            (
                "| `a` | crates/a | `b` | one |\n| `b` | b | – | two |\n| `c` | c | – | x |",
                "no crate `c`",
            ),
        ] {
            let message = check(text).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }
}
