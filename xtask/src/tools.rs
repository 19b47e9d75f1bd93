//! What a build needs besides cargo: the wasm target, Node, wasm-opt; installed into `.tools`
//! where that is possible, named with the command that installs it where it is not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::report::Report;
use crate::workspace::Workspace;

const TARGET: &str = "wasm32-unknown-unknown";

/// Makes sure that the compiler can build for wasm.
pub fn wasm_target(workspace: &Workspace, report: &Report) -> Result<()> {
    report.step("wasm target", |step| {
        let mut ask = Command::new("rustc");
        ask.args(["--print", "target-libdir", "--target", TARGET])
            .current_dir(&workspace.root);
        if Path::new(&process::output(ask)?).exists() {
            step.note("there");
            return Ok(());
        }
        process::need(
            "rustup",
            "your system's package with the Rust standard library for wasm32-unknown-unknown",
        )?;
        let mut add = Command::new("rustup");
        add.args(["target", "add", TARGET])
            .current_dir(&workspace.root);
        step.run(add)?;
        step.note("installed");
        Ok(())
    })
}

/// The oldest Node.js that runs the page's build and the tests, as major and minor.
const NODE: (u32, u32) = (20, 11);

/// Node and npm, which the page's build runs.
pub fn need_node() -> Result<()> {
    process::need("node", "apt-get install -y nodejs npm")?;
    process::need("npm", "apt-get install -y npm")?;
    let mut ask = Command::new("node");
    ask.arg("--version");
    new_enough(&process::output(ask)?)
}

/// Judges what `node --version` printed, such as `v20.11.1`.
fn new_enough(printed: &str) -> Result<()> {
    let mut numbers = printed.trim_start_matches('v').split('.');
    let mut next = || numbers.next()?.parse::<u32>().ok();
    let version = next().zip(next());
    if version.is_some_and(|version| version >= NODE) {
        return Ok(());
    }
    let (major, minor) = NODE;
    bail!(
        "Node.js {major}.{minor} or newer is needed, and `node --version` says {printed}. Install \
         the current one from https://nodejs.org/en/download and put it first on the PATH."
    )
}

/// Installs wasm-opt from npm into `.tools/npm`, unless it is there.
pub fn install(workspace: &Workspace, report: &Report) -> Result<()> {
    npm_install(
        report,
        "tools: wasm-opt",
        &workspace.root.join("xtask/tools"),
        &npm_folder(workspace),
    )
}

/// `npm ci` of the package in `source`, with `node_modules` in `folder`. Skipped while the lock
/// file is the one that was installed.
pub fn npm_install(report: &Report, name: &str, source: &Path, folder: &Path) -> Result<()> {
    report.step(name, |step| {
        let lock = fs::read(source.join("package-lock.json")).with_context(|| {
            format!("cannot read {}", source.join("package-lock.json").display())
        })?;
        let stamp = folder.join("node_modules/.installed");
        let hash = blake3::hash(&lock).to_hex();
        if fs::read_to_string(&stamp).is_ok_and(|was| was == hash.as_str()) {
            step.note("there");
            return Ok(());
        }
        need_node()?;
        fs::create_dir_all(folder)?;
        if source != folder {
            for file in ["package.json", "package-lock.json", ".npmrc"] {
                fs::copy(source.join(file), folder.join(file))
                    .with_context(|| format!("cannot copy {file} to {}", folder.display()))?;
            }
        }
        let mut command = Command::new("npm");
        command
            .args(["ci", "--no-fund", "--no-audit"])
            .current_dir(folder);
        step.run(command)?;
        fs::write(stamp, hash.as_str())?;
        step.note("installed");
        Ok(())
    })
}

/// wasm-opt of the installed version.
pub fn wasm_opt(workspace: &Workspace) -> Command {
    let mut command = Command::new("node");
    command.arg(wasm_opt_program(workspace));
    command
}

/// A folder with programs named as Trunk looks for them: wasm-bindgen (which is xtask itself) and
/// wasm-opt. In front of `PATH` it spares Trunk the downloads.
pub fn trunk_path(workspace: &Workspace) -> Result<std::ffi::OsString> {
    let folder = workspace.tools().join("bin");
    fs::create_dir_all(&folder)?;
    let xtask = std::env::current_exe().context("cannot tell where xtask is")?;
    script(
        &folder.join("wasm-bindgen"),
        &format!("exec '{}' wasm-bindgen \"$@\"", xtask.display()),
    )?;
    script(
        &folder.join("wasm-opt"),
        &format!(
            "exec node '{}' \"$@\"",
            wasm_opt_program(workspace).display()
        ),
    )?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&path)))
        .context("PATH cannot be extended")
}

fn script(path: &Path, line: &str) -> Result<()> {
    fs::write(path, format!("#!/bin/sh\n{line}\n"))
        .with_context(|| format!("cannot write {}", path.display()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

fn npm_folder(workspace: &Workspace) -> PathBuf {
    workspace.tools().join("npm")
}

fn wasm_opt_program(workspace: &Workspace) -> PathBuf {
    npm_folder(workspace).join("node_modules/binaryen/bin/wasm-opt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_node_is_told_from_a_new_one() {
        for printed in ["v20.11.0", "v20.19.2", "v22.0.0", "v100.1.0"] {
            assert!(new_enough(printed).is_ok(), "{printed}");
        }
        for printed in ["v18.19.1", "v20.10.9", "v9.99.0", "", "node"] {
            let error = new_enough(printed).map_err(|error| error.to_string());
            assert!(error.is_err_and(|words| words.contains("https://nodejs.org")));
        }
    }
}
