//! `cargo xtask serve`: everything from a fresh clone to a running server.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use clap::Args;

use crate::page::{self, Quality};
use crate::report::{self, Report, Running};
use crate::workspace::Workspace;
use crate::{plugins, tools};

#[derive(Args)]
pub struct Options {
    /// Address to listen on [default: the server's, 127.0.0.1:8080]
    #[arg(long)]
    listen: Option<String>,
    /// Folder of the database [default: data, in the repository]
    #[arg(long)]
    data: Option<PathBuf>,
    /// Optimised server and page (the default)
    #[arg(long, conflicts_with = "debug")]
    release: bool,
    /// Quick builds, larger and slower results
    #[arg(long)]
    debug: bool,
    /// Further options of the server, behind `--`
    #[arg(last = true)]
    server: Vec<String>,
}

pub fn run(workspace: &Workspace, report: &Report, options: &Options) -> Result<ExitCode> {
    let release = options.release || !options.debug;
    build(workspace, report, release)?;
    report.line(&format!(
        "ready after {:.1} s; starting the server",
        report.elapsed().as_secs_f64()
    ));
    start(server(workspace, release, options))
}

/// Builds plugins, page and server. The server compiles beside the page, whose last steps keep
/// only one core busy.
pub fn build(workspace: &Workspace, report: &Report, release: bool) -> Result<()> {
    tools::need_node()?;
    tools::wasm_target(workspace, report)?;
    let mut compile = workspace.cargo(&["build", "-p", "databook-rs", "--bins"]);
    if release {
        compile.arg("--release");
    }
    let server = Running::start(report, "server: compile", compile)?;
    plugins(workspace, report, &[])?;
    page::build(workspace, report, Quality::from(!release))?;
    report.step("server: compile", |step| {
        server.wait(step)?;
        step.note("beside the steps above");
        Ok(())
    })
}

/// Builds the plugins that `only` names, or all; a failure shows what the compiler said.
pub fn plugins(workspace: &Workspace, report: &Report, only: &[String]) -> Result<()> {
    report.step("plugins", |step| {
        let mut said = Vec::new();
        let built = plugins::build(&workspace.root, &workspace.plugins(), only, &mut |line| {
            step.live(line);
            said.push(line.to_owned());
        });
        let names = built.with_context(|| {
            let shown = &said[said.len().saturating_sub(report::SHOWN_LINES)..];
            format!("the plugins were not built:\n{}", shown.join("\n"))
        })?;
        step.note(names.join(", "));
        Ok(())
    })
}

fn server(workspace: &Workspace, release: bool, options: &Options) -> Command {
    let mut command = Command::new(workspace.server(release));
    if let Some(listen) = &options.listen {
        command.arg("--listen").arg(listen);
    }
    let data = options
        .data
        .clone()
        .unwrap_or_else(|| workspace.root.join("data"));
    command
        .arg("--data")
        .arg(data)
        .arg("--plugins")
        .arg(workspace.plugins())
        .arg("--app")
        .arg(workspace.page())
        .args(&options.server);
    command
}

/// Becomes the server, so that signals and the exit code are the server's own.
#[cfg(unix)]
fn start(mut server: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(server.exec()).context("cannot start the server")
}

#[cfg(not(unix))]
fn start(mut server: Command) -> Result<ExitCode> {
    let status = server.status().context("cannot start the server")?;
    Ok(status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from))
}
