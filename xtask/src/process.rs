//! Programs that xtask needs, and commands whose output belongs to the person who called.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Whether `program` can be started.
pub fn exists(program: &str) -> bool {
    works(&[program, "--version"])
}

/// Whether a command (a program and its arguments) succeeds.
pub fn works(command: &[&str]) -> bool {
    let Some((program, arguments)) = command.split_first() else {
        return false;
    };
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// An error that names the command which installs `program`, unless it is there.
pub fn need(program: &str, install: &str) -> Result<()> {
    if exists(program) {
        return Ok(());
    }
    bail!("`{program}` is missing. Install it with:\n\n    {install}\n");
}

/// Runs a command with its output on the terminal.
pub fn run(mut command: Command) -> Result<()> {
    let shown = format!("{command:?}").replace('"', "");
    let status = command
        .status()
        .with_context(|| format!("cannot start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// What a command prints on its standard output.
pub fn output(mut command: Command) -> Result<String> {
    let shown = format!("{command:?}").replace('"', "");
    let output = command
        .output()
        .with_context(|| format!("cannot start `{shown}`"))?;
    if !output.status.success() {
        bail!(
            "`{shown}` failed ({}):\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
