//! `cargo xtask dev`: Trunk serves the page and rebuilds it; the backend is rebuilt and started
//! again when one of its sources changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::report::Report;
use crate::workspace::Workspace;
use crate::{process, serve, tools};

/// Addresses of the backend and of the page, as Trunk.toml has them.
const BACKEND: &str = "127.0.0.1:8080";
const PAGE: &str = "127.0.0.1:8090";

/// What the backend sees of a browser behind Trunk: `Host` without a port, and the page's origin.
const ALLOWED_HOSTS: &str = "127.0.0.1,127.0.0.1:8090";

/// How often the sources are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What the backend is made of.
const SOURCES: [&str; 7] = [
    "databook-rs",
    "crates",
    "widgets",
    "proto",
    "plugins",
    "wit",
    "Cargo.toml",
];

#[derive(Args)]
pub struct Options {
    /// Folder of the database [default: data, in the repository]
    #[arg(long)]
    data: Option<PathBuf>,
}

pub fn run(workspace: &Workspace, report: &Report, options: &Options) -> Result<ExitCode> {
    process::need("trunk", "cargo install trunk --version 0.21.14 --locked")?;
    tools::wasm_target(workspace, report)?;
    tools::install(workspace, report)?;
    let path = tools::trunk_path(workspace)?;
    let data = options
        .data
        .clone()
        .unwrap_or_else(|| workspace.root.join("data"));
    let mut seen = newest(&workspace.root);
    let mut backend = Some(start(workspace, report, &data)?);
    let mut trunk = Ended(
        Command::new("trunk")
            .arg("serve")
            .env("PATH", path)
            .current_dir(&workspace.root)
            .spawn()
            .context("cannot start trunk")?,
    );
    report.line(&format!(
        "the page is at http://{PAGE}, the backend at http://{BACKEND}"
    ));
    loop {
        std::thread::sleep(LOOK_EVERY);
        if let Some(status) = trunk.0.try_wait()? {
            bail!("trunk ended ({status})");
        }
        let now = newest(&workspace.root);
        if now != seen {
            seen = now;
            backend = None;
            match start(workspace, report, &data) {
                Ok(started) => backend = Some(started),
                // The next change of a source may mend it.
                Err(error) => eprintln!("{error:#}"),
            }
        } else if let Some(running) = &mut backend
            && let Some(status) = running.0.try_wait()?
        {
            eprintln!("the backend ended ({status}); it starts again when a source changes");
            backend = None;
        }
    }
}

fn start(workspace: &Workspace, report: &Report, data: &Path) -> Result<Ended> {
    serve::plugins(workspace, report, &[])?;
    report.step("server: compile", |step| {
        step.run(workspace.cargo(&["build", "-p", "databook-rs", "--bin", "server"]))
    })?;
    let child = Command::new(workspace.server(false))
        .args(["--listen", BACKEND])
        .arg("--data")
        .arg(data)
        .arg("--plugins")
        .arg(workspace.plugins())
        .args(["--allowed-hosts", ALLOWED_HOSTS])
        .spawn()
        .context("cannot start the backend")?;
    Ok(Ended(child))
}

/// A child that ends with its owner.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The time of the youngest source of the backend.
fn newest(root: &Path) -> Option<SystemTime> {
    SOURCES
        .iter()
        .filter_map(|name| youngest(&root.join(name)))
        .max()
}

fn youngest(path: &Path) -> Option<SystemTime> {
    let metadata = fs::metadata(path).ok()?;
    if !metadata.is_dir() {
        // The plugins' builds are put beside their sources.
        let built = path.extension().is_some_and(|kind| kind == "wasm");
        return (!built).then(|| metadata.modified().ok()).flatten();
    }
    fs::read_dir(path)
        .ok()?
        .filter_map(|entry| youngest(&entry.ok()?.path()))
        .max()
}
