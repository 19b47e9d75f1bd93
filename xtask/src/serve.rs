//! `cargo xtask serve`: everything from a fresh clone to a running server.

use std::path::{Path, PathBuf};
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
    /// Folder of the database [default: as the environment or databook.toml says, or else data, in
    /// the repository]
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
    if let Some(data) = &options.data {
        command.arg("--data").arg(data);
    }
    let said = Said::find(&options.server);
    for (name, folder) in [
        ("data", workspace.root.join("data")),
        ("plugins", workspace.plugins()),
        ("app", workspace.page()),
    ] {
        let given = name == "data" && options.data.is_some();
        if !given && !said.has(name) {
            command.arg(format!("--{name}")).arg(folder);
        }
    }
    command.args(&options.server);
    command
}

/// What the person has set in one of the server's three ways; ours would win over it unseen.
struct Said<'a> {
    flags: &'a [String],
    variables: Vec<String>,
    /// Empty where it cannot be read: the server says so.
    file: toml_edit::DocumentMut,
}

impl<'a> Said<'a> {
    fn find(flags: &'a [String]) -> Self {
        let variables: Vec<String> = std::env::vars_os()
            .filter_map(|(name, _)| name.into_string().ok())
            .collect();
        let named = flag(flags, "config").or_else(|| std::env::var("DATABOOK_CONFIG").ok());
        let path = named.unwrap_or_else(|| "databook.toml".to_owned());
        let text = std::fs::read_to_string(Path::new(&path)).unwrap_or_default();
        Self {
            flags,
            variables,
            file: text.parse().unwrap_or_default(),
        }
    }

    fn has(&self, name: &str) -> bool {
        let variable = format!("DATABOOK_{}", name.to_uppercase());
        flag(self.flags, name).is_some()
            || self.variables.contains(&variable)
            || self.file.contains_key(name)
    }
}

/// The value of a flag, given as `--name value` or `--name=value`.
fn flag(flags: &[String], name: &str) -> Option<String> {
    let flag = format!("--{name}");
    flags.iter().enumerate().find_map(|(place, argument)| {
        let rest = argument.strip_prefix(&flag)?;
        match rest.strip_prefix('=') {
            Some(value) => Some(value.to_owned()),
            None if rest.is_empty() => flags.get(place + 1).cloned(),
            None => None,
        }
    })
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_said_anywhere_is_not_overridden() {
        let check = |flags: &[&str], variable: &str, file: &str, expected: bool| {
            let flags: Vec<String> = flags.iter().map(|&flag| flag.to_owned()).collect();
            let said = Said {
                flags: &flags,
                variables: vec![variable.to_owned()],
                file: file.parse().unwrap(),
            };
            assert_eq!(said.has("data"), expected, "{flags:?} {variable} {file}");
        };
        check(&[], "PATH", "", false);
        check(
            &["--database=x", "--auth", "token"],
            "DATABOOK_APP",
            "app = 'a'",
            false,
        );
        check(&["--data", "d"], "PATH", "", true);
        check(&["--data=d"], "PATH", "", true);
        check(&[], "DATABOOK_DATA", "", true);
        check(&[], "PATH", "data = 'd'", true);
    }
}
