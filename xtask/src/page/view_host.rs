//! Builds the host of view plugins: a worker's script and its WebAssembly, beside the page.
//!
//! A program of its own, because it is only loaded where a view is shown. Trunk calls this as a
//! hook and copies the folder, as the page's build here does.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::{Quality, bindgen};
use crate::report::Report;
use crate::tools;
use crate::workspace::Workspace;

/// The crate, and what its bound program is called.
const CRATE: &str = "view-worker";
const PROGRAM: &str = "host";
const PROFILE: &str = "page";
/// What wasm-opt is told, as for the page.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The folder that app/index.html names.
pub fn folder(workspace: &Workspace) -> PathBuf {
    workspace.tools().join("view-host")
}

pub fn build(workspace: &Workspace, report: &Report, quality: Quality) -> Result<()> {
    let wasm = report.step("view host: compile", |step| {
        let mut command = workspace.cargo(&["build", "--target=wasm32-unknown-unknown"]);
        command.args(["-p", CRATE, "--lib"]);
        let profile = match quality {
            Quality::Release => PROFILE,
            Quality::Debug => "debug",
        };
        if quality == Quality::Release {
            command.args(["--profile", PROFILE]);
        }
        step.run(command)?;
        let name = format!("{}.wasm", CRATE.replace('-', "_"));
        let target = workspace.target.join("wasm32-unknown-unknown");
        Ok(target.join(profile).join(name))
    })?;
    let script = workspace.root.join("crates/view-worker/worker.js");
    let mut hasher = blake3::Hasher::new();
    hasher.update(&fs::read(&wasm).with_context(|| format!("cannot read {}", wasm.display()))?);
    hasher.update(&fs::read(&script).context("cannot read the worker's script")?);
    hasher.update(if quality == Quality::Release {
        b"r"
    } else {
        b"d"
    });
    let inputs = hasher.finalize().to_hex().to_string();
    let stamp = workspace.state().join("view-host.stamp");
    let folder = folder(workspace);
    if folder.join("worker.js").exists()
        && fs::read_to_string(&stamp).is_ok_and(|was| was == inputs)
    {
        return Ok(());
    }
    let bound = workspace.state().join("bindgen-view-host");
    report.step("view host: bind", |_| bindgen::bind(&wasm, &bound, PROGRAM))?;
    if quality == Quality::Release {
        tools::install(workspace, report)?;
        report.step("view host: optimise", |step| {
            let program = bound.join(format!("{PROGRAM}_bg.wasm"));
            let before = fs::metadata(&program)?.len();
            let mut command = tools::wasm_opt(workspace);
            command
                .arg("-Oz")
                .args(FEATURES)
                .arg("--output")
                .args([&program, &program]);
            step.run(command)?;
            let after = fs::metadata(&program)?.len();
            step.note(format!("{} -> {} KB", before / 1000, after / 1000));
            Ok(())
        })?;
    }
    fs::copy(script, bound.join("worker.js")).context("cannot copy the worker's script")?;
    if folder.exists() {
        fs::remove_dir_all(&folder).context("cannot remove the old host of views")?;
    }
    super::copy_folder(&bound, &folder)?;
    fs::write(&stamp, &inputs).context("cannot write the stamp of the host of views")
}
