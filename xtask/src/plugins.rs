//! Builds the plugins: every `plugins/*/Cargo.toml` becomes `NAME/{config.toml,plugin.wasm}`.
//!
//! A copy of plugin.wasm, which git ignores, is left beside the source, so that `plugins/` can be
//! given to the server as it is.
//! One cargo call compiles all of them for wasm32, then each module is encoded as a component and
//! validated. Files are written only when their bytes change, so that a server that watches them
//! or caches their compiled code is not woken for nothing.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use wasm_encoder::{Module, RawSection};
use wasmparser::{Parser, Payload};
use wit_component::ComponentEncoder;

/// What the plugins are compiled for.
const TARGET: &str = "wasm32-unknown-unknown";
/// The profile in the workspace's Cargo.toml.
const PROFILE: &str = "plugin";
/// Where wit-bindgen keeps the world of a module; the encoder needs these sections.
const WORLD_SECTION_PREFIX: &str = "component-type";

/// Builds all plugins of the workspace into `out` and returns their names.
///
/// `report` gets the lines that cargo prints, and one for each plugin that changed.
pub fn build(
    workspace_root: &Path,
    out: &Path,
    report: &mut dyn FnMut(&str),
) -> Result<Vec<String>> {
    let sources = sources(&workspace_root.join("plugins"))?;
    if sources.is_empty() {
        return Ok(Vec::new());
    }
    let modules = compile(workspace_root, sources.keys(), report)?;
    for (name, folder) in &sources {
        let module = modules.get(name).with_context(|| {
            format!(
                "plugin {name}: cargo made no wasm file; is `crate-type = [\"cdylib\", \"rlib\"]` \
                 in plugins/{name}/Cargo.toml, and is the package called {name}?"
            )
        })?;
        let component = component(module).with_context(|| format!("plugin {name}"))?;
        let config_path = folder.join("config.toml");
        let config = fs::read(&config_path)
            .with_context(|| format!("plugin {name}: cannot read {}", config_path.display()))?;

        let changed = deliver(&component, &config, &out.join(name), folder)?;
        if changed {
            report(&format!("{name}: {} KB", component.len().div_ceil(1024)));
        }
    }
    Ok(sources.into_keys().collect())
}

/// The folders of `plugins/` that are packages, by name.
fn sources(folder: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut sources = BTreeMap::new();
    for entry in entries {
        let path = entry
            .with_context(|| format!("cannot read {}", folder.display()))?
            .path();
        if path.join("Cargo.toml").is_file()
            && let Some(name) = path.file_name().and_then(|name| name.to_str())
        {
            sources.insert(name.to_owned(), path);
        }
    }
    Ok(sources)
}

/// Compiles the packages and returns the module of each.
fn compile<'a>(
    workspace_root: &Path,
    packages: impl Iterator<Item = &'a String>,
    report: &mut dyn FnMut(&str),
) -> Result<BTreeMap<String, Vec<u8>>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .current_dir(workspace_root)
        .args(["build", "--target", TARGET, "--profile", PROFILE])
        .arg("--message-format=json-render-diagnostics")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for package in packages {
        command.args(["-p", package]);
    }
    let mut child = command.spawn().context("cannot run cargo")?;

    // Both pipes are read at once, or the one that is not read fills up and cargo waits for ever.
    let stdout = child.stdout.take().context("cargo has no output")?;
    let messages = std::thread::spawn(move || {
        let mut text = String::new();
        BufReader::new(stdout)
            .read_to_string(&mut text)
            .map(|_| text)
    });
    let stderr = child.stderr.take().context("cargo has no error output")?;
    for line in BufReader::new(stderr).lines() {
        report(&line.context("cannot read what cargo prints")?);
    }
    let messages = match messages.join() {
        Ok(text) => text.context("cannot read what cargo prints")?,
        Err(_) => bail!("reading what cargo prints failed"),
    };
    let status = child.wait().context("cargo did not end")?;
    ensure!(
        status.success(),
        "the plugins do not compile ({status}); if the target is missing: rustup target add {TARGET}"
    );

    let mut modules = BTreeMap::new();
    for line in messages.lines() {
        if let Some((name, path)) = artifact(line) {
            let bytes =
                fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            modules.insert(name, bytes);
        }
    }
    Ok(modules)
}

/// The target's name and wasm file of one of cargo's messages, if it is about one.
fn artifact(line: &str) -> Option<(String, PathBuf)> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    if message.get("reason")?.as_str()? != "compiler-artifact" {
        return None;
    }
    let name = message.get("target")?.get("name")?.as_str()?;
    let path = message
        .get("filenames")?
        .as_array()?
        .iter()
        .filter_map(|name| name.as_str())
        .find(|name| name.ends_with(".wasm"))?;
    Some((name.to_owned(), PathBuf::from(path)))
}

/// Encodes a module as a component of the world it was built for, and checks the result.
fn component(module: &[u8]) -> Result<Vec<u8>> {
    ComponentEncoder::default()
        .validate(true)
        .module(&strip(module)?)
        .context("the module has no world: does the plugin call plugin_sdk::export!?")?
        .encode()
        .context("the module does not fit the world of wit/")
}

/// Drops the custom sections (names, producers) that neither the encoder nor the host needs.
fn strip(module: &[u8]) -> Result<Vec<u8>> {
    let mut stripped = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.context("not a wasm module")?;
        if let Payload::CustomSection(section) = &payload
            && !section.name().starts_with(WORLD_SECTION_PREFIX)
        {
            continue;
        }
        if let Some((id, range)) = payload.as_section() {
            let data = usize::try_from(range.start)
                .ok()
                .zip(usize::try_from(range.end).ok())
                .and_then(|(start, end)| module.get(start..end))
                .context("a section ends past the module")?;
            stripped.section(&RawSection { id, data });
        }
    }
    Ok(stripped.finish())
}

/// Puts a built plugin where the server takes it from, and beside its source. Was there a change?
fn deliver(component: &[u8], config: &[u8], target: &Path, source: &Path) -> Result<bool> {
    fs::create_dir_all(target).with_context(|| format!("cannot create {}", target.display()))?;
    let config_changed = write_if_changed(&target.join("config.toml"), config)?;
    let component_changed = write_if_changed(&target.join("plugin.wasm"), component)?;
    write_if_changed(&source.join("plugin.wasm"), component)?;
    Ok(config_changed || component_changed)
}

/// Writes through a temporary file, so that nobody reads half of it. Was there a change?
fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<bool> {
    if fs::read(path).is_ok_and(|present| present == bytes) {
        return Ok(false);
    }
    let temporary = path.with_extension("new");
    fs::write(&temporary, bytes)
        .and_then(|()| fs::rename(&temporary, path))
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_built_plugin_is_in_both_folders_and_is_written_once() {
        let folder = tempfile::TempDir::new().unwrap();
        let (target, source) = (folder.path().join("target"), folder.path().join("source"));
        fs::create_dir(&source).unwrap();
        let deliver = |component| deliver(component, b"name", &target, &source).unwrap();
        assert!(deliver(b"one"));
        assert!(!deliver(b"one"));
        assert!(deliver(b"two"));
        for folder in [&target, &source] {
            assert_eq!(fs::read(folder.join("plugin.wasm")).unwrap(), b"two");
        }
        assert_eq!(fs::read(target.join("config.toml")).unwrap(), b"name");
    }
}
