//! Builds the plugins: every `plugins/*/Cargo.toml` becomes `NAME/{config.toml,plugin.wasm}`, and so
//! does every `tests/plugins/*/config.toml` for the tests.
//!
//! A copy of plugin.wasm, which git ignores, is left beside the source, so that `plugins/` can be
//! given to the server as it is.
//! One cargo call compiles all of them for wasm32, then each module is encoded as a component of
//! the world that its `config.toml` names, and validated. A module that wit-bindgen made says its
//! world itself; a view's does not, so it is told here. Files are written only when their bytes
//! change, so that a server that watches them
//! or caches their compiled code is not woken for nothing.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use plugin_manifest::{Kind, Manifest, nearest};
use wasm_encoder::{Module, RawSection};
use wasmparser::{Parser, Payload};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::c_plugin;

/// What the plugins are compiled for.
const TARGET: &str = "wasm32-unknown-unknown";
/// The profile in the workspace's Cargo.toml.
const PROFILE: &str = "plugin";
/// Where wit-bindgen keeps the world of a module; the encoder needs these sections.
const WORLD_SECTION_PREFIX: &str = "component-type";

/// The contract that views are encoded for.
const WIT: &str = "wit/1.0.0";
/// The world of a view.
const VIEW_WORLD: &str = "view";

/// Where the plugins that people use are.
const PLUGINS: &str = "plugins";
/// Where those are that only the tests use. What has no config.toml there the tests build as they
/// need it.
const FIXTURES: &str = "tests/plugins";

/// Builds the plugins of the workspace that `only` names, all of them when it is empty, into `out`
/// and returns their names.
///
/// `report` gets the lines that cargo prints, and one for each plugin that changed.
pub fn build(
    workspace_root: &Path,
    out: &Path,
    only: &[String],
    report: &mut dyn FnMut(&str),
) -> Result<Vec<String>> {
    let sources = wanted(sources(&workspace_root.join(PLUGINS), "Cargo.toml")?, only)?;
    build_sources(workspace_root, PLUGINS, &sources, out, report)?;
    Ok(sources.into_keys().collect())
}

/// Builds the plugins of the tests, as [`build`] those that people use.
pub fn build_fixtures(
    workspace_root: &Path,
    out: &Path,
    report: &mut dyn FnMut(&str),
) -> Result<Vec<String>> {
    let sources = sources(&workspace_root.join(FIXTURES), "config.toml")?;
    build_sources(workspace_root, FIXTURES, &sources, out, report)?;
    Ok(sources.into_keys().collect())
}

fn build_sources(
    workspace_root: &Path,
    parent: &str,
    sources: &BTreeMap<String, PathBuf>,
    out: &Path,
    report: &mut dyn FnMut(&str),
) -> Result<()> {
    if sources.is_empty() {
        return Ok(());
    }
    // Before anything is compiled: a mistake in a file is told at once.
    let mut plugins = Vec::new();
    for (name, folder) in sources {
        let path = folder.join("config.toml");
        let text = fs::read_to_string(&path)
            .with_context(|| format!("plugin {name}: cannot read {}", path.display()))?;
        let manifest = plugin_manifest::parse(&format!("{parent}/{name}/config.toml"), &text)
            .with_context(|| format!("plugin {name}"))?;
        ensure!(
            manifest.name == *name,
            "{parent}/{name}/config.toml says `name = \"{}\"`; it must be the folder's, \"{name}\"",
            manifest.name
        );
        plugins.push((manifest, text, folder));
    }
    let packages = sources
        .iter()
        .filter(|(_, folder)| folder.join("Cargo.toml").is_file());
    let modules = compile(workspace_root, packages.map(|(name, _)| name), report)?;
    for (manifest, config, folder) in &plugins {
        let name = &manifest.name;
        let module = if folder.join(c_plugin::SOURCE).is_file() {
            c_plugin::compile(
                &workspace_root.join(WIT),
                folder,
                &out.join(".c").join(name),
            )
            .with_context(|| format!("plugin {name}"))?
        } else {
            // Cargo names the file as Rust names the crate.
            let module = modules.get(&name.replace('-', "_")).with_context(|| {
                format!(
                    "plugin {name}: cargo made no wasm file; is `crate-type = [\"cdylib\", \
                     \"rlib\"]` in {parent}/{name}/Cargo.toml, and is the package called {name}?"
                )
            })?;
            module.clone()
        };
        let component = component(workspace_root, manifest, &module)
            .with_context(|| format!("plugin {name}"))?;

        let mut changed = deliver(&component, config.as_bytes(), &out.join(name))?;
        if parent == PLUGINS {
            changed |= write_if_changed(&folder.join("plugin.wasm"), &component)?;
        }
        if changed {
            report(&format!("{name}: {} KB", component.len().div_ceil(1024)));
        }
    }
    Ok(())
}

/// Those of the folders that are asked for.
fn wanted(
    sources: BTreeMap<String, PathBuf>,
    only: &[String],
) -> Result<BTreeMap<String, PathBuf>> {
    if only.is_empty() {
        return Ok(sources);
    }
    let mut wanted = BTreeMap::new();
    for name in only {
        let Some(folder) = sources.get(name) else {
            let near = nearest(name, sources.keys().map(String::as_str));
            let names: Vec<&str> = sources.keys().map(String::as_str).collect();
            let hint = near.map_or_else(
                || format!("there are {}", names.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            bail!("there is no plugin `{name}` in plugins/; {hint}");
        };
        wanted.insert(name.clone(), folder.clone());
    }
    Ok(wanted)
}

/// The folders that hold a file of this name, by name.
fn sources(folder: &Path, file: &str) -> Result<BTreeMap<String, PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut sources = BTreeMap::new();
    for entry in entries {
        let path = entry
            .with_context(|| format!("cannot read {}", folder.display()))?
            .path();
        if path.join(file).is_file()
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

/// Encodes a module as a component of the world that its kind asks for, and checks the result.
fn component(workspace_root: &Path, manifest: &Manifest, module: &[u8]) -> Result<Vec<u8>> {
    let mut module = strip(module)?;
    let says_its_world = says_its_world(&module)?;
    match manifest.kind {
        Kind::Backend => ensure!(
            says_its_world,
            "the module has no world: does the plugin call plugin_sdk::export!? \
             (a view has `kind = \"view\"` in its config.toml)"
        ),
        Kind::View => {
            ensure!(
                !says_its_world,
                "config.toml says `kind = \"view\"`, but the module was made for another world: \
                 a view uses view-sdk, and plugin-sdk not at all"
            );
            let mut resolve = Resolve::default();
            let (package, _) = resolve
                .push_dir(workspace_root.join(WIT))
                .with_context(|| format!("cannot read {WIT}"))?;
            let world = resolve
                .select_world(&[package], Some(VIEW_WORLD))
                .with_context(|| format!("{WIT} has no world `{VIEW_WORLD}`"))?;
            embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)
                .context("cannot write the world into the module")?;
        }
    }
    ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .context("the module's world cannot be read")?
        .encode()
        .with_context(|| match manifest.kind {
            Kind::Backend => "the module does not fit the world `backend` of wit/".to_owned(),
            Kind::View => format!(
                "the module does not fit the world `{VIEW_WORLD}` of {WIT}: \
                 does the plugin call view_sdk::export!?"
            ),
        })
}

fn says_its_world(module: &[u8]) -> Result<bool> {
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::CustomSection(section) = payload.context("not a wasm module")?
            && section.name().starts_with(WORLD_SECTION_PREFIX)
        {
            return Ok(true);
        }
    }
    Ok(false)
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

/// Puts a built plugin where the server takes it from. Was there a change?
fn deliver(component: &[u8], config: &[u8], target: &Path) -> Result<bool> {
    fs::create_dir_all(target).with_context(|| format!("cannot create {}", target.display()))?;
    let config_changed = write_if_changed(&target.join("config.toml"), config)?;
    let component_changed = write_if_changed(&target.join("plugin.wasm"), component)?;
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
    fn a_name_that_is_no_plugin_names_the_nearest_one() {
        let sources = || {
            ["demo", "prometheus"]
                .map(|name| (name.to_owned(), PathBuf::from(name)))
                .into()
        };
        assert_eq!(wanted(sources(), &[]).unwrap().len(), 2);
        let only = |name: &str| wanted(sources(), &[name.to_owned()]);
        assert_eq!(only("demo").unwrap().len(), 1);
        for (name, expected) in [
            ("promethous", "did you mean `prometheus`?"),
            ("x", "there are demo, prometheus"),
        ] {
            let message = only(name).unwrap_err().to_string();
            assert!(message.ends_with(expected), "{message}");
        }
    }

    #[test]
    fn a_built_plugin_is_written_once() {
        let folder = tempfile::TempDir::new().unwrap();
        let target = folder.path().join("target");
        let deliver = |component| deliver(component, b"name", &target).unwrap();
        assert!(deliver(b"one"));
        assert!(!deliver(b"one"));
        assert!(deliver(b"two"));
        assert_eq!(fs::read(target.join("plugin.wasm")).unwrap(), b"two");
        assert_eq!(fs::read(target.join("config.toml")).unwrap(), b"name");
    }
}
