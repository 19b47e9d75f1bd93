//! `cargo xtask test`: every suite there is, none of them skipped.
//!
//! What the suites run for real (Chromium, Prometheus, Python) is installed where that is allowed,
//! and otherwise named with the command that installs it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::page::size::Sizes;
use crate::report::{self, Report};
use crate::workspace::Workspace;
use crate::{plugins, process, serve, tools};

/// Crates that only make sense in a browser; they are built, linted and run there.
pub const BROWSER_CRATES: [&str; 4] = ["app", "transport", "view-worker", "web"];

/// Debian's packages, each with the command that works when it is there.
const SYSTEM_PACKAGES: [(&str, &[&str]); 8] = [
    ("clang", &["clang", "--version"]),
    ("lld", &["wasm-ld", "--version"]),
    ("nodejs", &["node", "--version"]),
    ("npm", &["npm", "--version"]),
    ("python3-venv", &["python3", "-c", "import ensurepip, venv"]),
    ("chromium", &["chromium", "--version"]),
    ("prometheus", &["prometheus", "--version"]),
    (
        "prometheus-alertmanager",
        &["prometheus-alertmanager", "--version"],
    ),
];

#[derive(Args, Clone, Default)]
pub struct Options {
    /// Install missing programs with apt-get, as root does by itself where CI=true
    #[arg(long)]
    install: bool,
    /// Run these suites only
    #[arg(long, value_enum)]
    only: Vec<Suite>,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Suite {
    /// Unit, property and integration tests of every crate
    Rust,
    /// Clients in other languages
    Foreign,
    /// Browser journeys
    E2e,
}

pub fn run(workspace: &Workspace, report: &Report, options: &Options) -> Result<()> {
    let suites = [Suite::Rust, Suite::Foreign, Suite::E2e]
        .into_iter()
        .filter(|suite| options.only.is_empty() || options.only.contains(suite));
    system_packages(workspace, report, options)?;
    serve::build(workspace, report, true)?;
    let sizes = Sizes::of(&workspace.page())?;
    report.line(&format!("the page has {sizes}"));
    sizes.check()?;
    fixtures(workspace, report)?;

    let mut failed = Vec::new();
    for suite in suites {
        let result = match suite {
            Suite::Rust => rust(workspace),
            Suite::Foreign => foreign(workspace, report),
            Suite::E2e => e2e(workspace, report),
        };
        if let Err(error) = result {
            eprintln!("\nerror: {error:#}");
            failed.push(suite);
        }
    }
    // Nothing is printed after a success: the last runner's closing lines stay last.
    if !failed.is_empty() {
        bail!("failed: {failed:?}");
    }
    Ok(())
}

/// Builds the plugins of the tests; a failure shows what the compiler said.
pub fn fixtures(workspace: &Workspace, report: &Report) -> Result<()> {
    report.step("plugins of the tests", |step| {
        // Tests in processes of their own may each ask for them at once.
        let folder = workspace.state();
        std::fs::create_dir_all(&folder).context("cannot make the folder of the builds")?;
        let turn = std::fs::File::create(folder.join("fixtures.lock"))?;
        turn.lock().context("cannot wait for another build")?;
        let mut said = Vec::new();
        let mut hear = |line: &str| {
            step.live(line);
            said.push(line.to_owned());
        };
        let built = plugins::build_fixtures(&workspace.root, &workspace.fixtures(), &mut hear);
        let names = built.with_context(|| {
            let shown = &said[said.len().saturating_sub(report::SHOWN_LINES)..];
            format!(
                "the plugins of the tests were not built:\n{}",
                shown.join("\n")
            )
        })?;
        step.note(names.join(", "));
        Ok(())
    })
}

/// Cargo's arguments for everything that runs natively.
pub fn native_packages() -> Vec<&'static str> {
    let mut arguments = vec!["--workspace"];
    for name in BROWSER_CRATES {
        arguments.extend(["--exclude", name]);
    }
    arguments
}

fn rust(workspace: &Workspace) -> Result<()> {
    title("Rust");
    let nextest = process::exists("cargo-nextest");
    let mut command = if nextest {
        workspace.cargo(&["nextest", "run"])
    } else {
        workspace.cargo(&["test", "--no-fail-fast"])
    };
    command.args(native_packages());
    process::run(with_artefacts(command, workspace))?;
    if nextest {
        // nextest runs no examples of the documentation.
        let mut command = workspace.cargo(&["test", "--doc", "--quiet"]);
        command.args(native_packages());
        process::run(command)?;
    }
    Ok(())
}

fn foreign(workspace: &Workspace, report: &Report) -> Result<()> {
    title("Clients in other languages");
    let folder = workspace.root.join("tests/foreign");
    let python = foreign_clients(workspace, report)?;
    let mut command = Command::new(&python);
    command
        .args(["-m", "unittest", "--verbose", "test_get"])
        .current_dir(&folder);
    let first = process::run(with_artefacts(command, workspace));
    let mut command = Command::new("node");
    command
        .args(["--test", "--test-reporter=spec", "get.test.mjs"])
        .env("PYTHON", &python)
        .current_dir(&folder);
    process::run(with_artefacts(command, workspace)).and(first)
}

/// Installs what the clients of tests/foreign are made of; gives the Python that has grpcio-tools.
pub fn foreign_clients(workspace: &Workspace, report: &Report) -> Result<PathBuf> {
    let folder = workspace.root.join("tests/foreign");
    tools::npm_install(report, "tools: connect-web", &folder, &folder)?;
    python(workspace, report, &folder)
}

fn e2e(workspace: &Workspace, report: &Report) -> Result<()> {
    title("Browser journeys");
    let folder = workspace.root.join("tests/e2e");
    tools::npm_install(report, "tools: playwright", &folder, &folder)?;
    let mut command = Command::new("node");
    // One file after the other: two cores are few for a browser, a server and Prometheus.
    command
        .args(["--test", "--test-reporter=spec", "--test-concurrency=1"])
        .current_dir(&folder);
    process::run(with_artefacts(command, workspace))
}

/// Tells a suite where the built things are. Not named DATABOOK_*: those configure the server.
pub fn with_artefacts(mut command: Command, workspace: &Workspace) -> Command {
    command
        .env("TEST_SERVER", workspace.server(true))
        .env("TEST_PLUGINS", workspace.plugins())
        .env("TEST_FIXTURES", workspace.fixtures())
        .env("TEST_PAGE", workspace.page());
    command
}

/// A virtual environment with the pinned packages of `tests/foreign`; its Python.
fn python(workspace: &Workspace, report: &Report, folder: &Path) -> Result<PathBuf> {
    let venv = workspace.state().join("venv");
    let python = venv.join("bin/python");
    let requirements = folder.join("requirements.txt");
    report.step("tools: grpcio", |step| {
        let wanted = fs::read_to_string(&requirements)
            .with_context(|| format!("cannot read {}", requirements.display()))?;
        let stamp = venv.join("installed.txt");
        if fs::read_to_string(&stamp).is_ok_and(|was| was == wanted) {
            step.note("there");
            return Ok(());
        }
        let mut create = Command::new("python3");
        create.args(["-m", "venv", "--clear"]).arg(&venv);
        step.run(create)?;
        let mut install = Command::new(&python);
        install
            .args(["-m", "pip", "install", "--disable-pip-version-check", "-r"])
            .arg(&requirements);
        step.run(install)?;
        fs::write(stamp, wanted)?;
        step.note("installed");
        Ok(())
    })?;
    Ok(python)
}

/// Installs the programs that the suites run for real, or names the command that does.
pub fn system_packages(workspace: &Workspace, report: &Report, options: &Options) -> Result<()> {
    let missing: Vec<_> = SYSTEM_PACKAGES
        .iter()
        .filter(|(_, command)| !process::works(command))
        .map(|(package, _)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let install = format!("apt-get install -y {}", missing.join(" "));
    let by_itself = std::env::var("CI").is_ok_and(|value| value == "true");
    if !(by_itself || options.install) || !process::exists("apt-get") {
        bail!(
            "the tests run against real programs, and these are missing. Install them with:\n\n    \
             {install}\n\nor let `cargo xtask test --install` do it"
        );
    }
    report.step("system packages", |step| {
        for arguments in [
            vec!["update", "--quiet"],
            [
                vec!["install", "-y", "--no-install-recommends"],
                missing.clone(),
            ]
            .concat(),
        ] {
            let mut command = Command::new("apt-get");
            command
                .args(arguments)
                .env("DEBIAN_FRONTEND", "noninteractive")
                .current_dir(&workspace.root);
            step.run(command)
                .with_context(|| format!("this needs root; as root: {install}"))?;
        }
        step.note(missing.join(" "));
        Ok(())
    })
}

fn title(name: &str) {
    eprintln!("\n{name}");
}
