//! `cargo xtask check-page`: the page by Trunk and the page by xtask are the same page.
//!
//! Both call the same cargo, wasm-bindgen and wasm-opt; what could differ is which flags they are
//! given and what is made of app/index.html. Equal means: the same files once the hashes are out of
//! the names, the same bytes in each, and the same index.html but for those hashes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::page::{self, Quality};
use crate::report::Report;
use crate::workspace::Workspace;
use crate::{process, tools};

/// Shortest run of hexadecimal digits that is taken for a hash.
const SHORTEST_HASH: usize = 12;

pub fn run(workspace: &Workspace, report: &Report) -> Result<()> {
    process::need("trunk", "cargo install trunk --version 0.21.14 --locked")?;
    let ours = page::build(workspace, report, Quality::Release)?;
    // An unchanged page does not need wasm-opt, but Trunk will.
    tools::install(workspace, report)?;
    let theirs = workspace.state().join("trunk");
    report.step("page: trunk build --release", |step| {
        page::empty(&theirs)?;
        let mut trunk = Command::new("trunk");
        trunk
            .args([
                "build",
                "--release",
                "--offline",
                "--features",
                "chunks",
                "--dist",
            ])
            .arg(&theirs)
            .env("PATH", tools::trunk_path(workspace)?)
            .env_remove("NO_COLOR")
            .current_dir(&workspace.root);
        step.run(trunk)
    })?;
    report.step("page: compare", |step| {
        let (ours, theirs) = (files(&ours)?, files(&theirs)?);
        let names: Vec<_> = ours.keys().collect();
        if !names.iter().copied().eq(theirs.keys()) {
            bail!("xtask makes {names:?}, Trunk makes {:?}", theirs.keys());
        }
        for (name, bytes) in &ours {
            if Some(bytes) != theirs.get(name) {
                bail!("{name} differs between the page of xtask and the page of Trunk");
            }
        }
        step.note(format!("{} equal files", ours.len()));
        Ok(())
    })
}

/// The files of a page without its compressed copies; hashes are taken out of names and of HTML.
fn files(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder_now) = folders.pop() {
        let entries = fs::read_dir(&folder_now)
            .with_context(|| format!("cannot read {}", folder_now.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder)?.to_string_lossy().into_owned();
            if name.ends_with(".br") || name.ends_with(".gz") {
                continue;
            }
            let mut bytes = fs::read(&path)?;
            if name.ends_with(".html") {
                bytes = without_hashes(&String::from_utf8_lossy(&bytes)).into_bytes();
            }
            found.insert(without_hashes(&name), bytes);
        }
    }
    Ok(found)
}

/// `style-0123456789abcdef.css` and `app-0123456789abcdef_bg.wasm` without the hash.
fn without_hashes(text: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some(dash) = rest.find('-') {
        let (before, after) = rest.split_at(dash + 1);
        let digits = after
            .find(|c: char| !c.is_ascii_hexdigit())
            .unwrap_or(after.len());
        if digits >= SHORTEST_HASH {
            result.push_str(&before[..dash]);
            rest = &after[digits..];
        } else {
            result.push_str(before);
            rest = after;
        }
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::without_hashes;

    #[test]
    fn hashes_leave_names_and_nothing_else_does() {
        for (text, expected) in [
            ("app-0123456789abcdef_bg.wasm", "app_bg.wasm"),
            ("a-b-0123456789abcdef.css", "a-b.css"),
            ("width=device-width, x-deaf", "width=device-width, x-deaf"),
        ] {
            assert_eq!(without_hashes(text), expected);
        }
    }
}
