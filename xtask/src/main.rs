//! `cargo xtask`: set-up, build, run, test and bench of databook. Each command is a file.

mod architecture;
mod bench;
mod c_plugin;
mod check_page;
mod ci;
mod dev;
mod fuzz;
mod new_plugin;
mod nightly;
mod page;
mod plugins;
mod process;
mod report;
mod serve;
mod test;
mod tools;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::report::Report;
use crate::workspace::Workspace;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Set-up, build, run, test and bench of databook"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds whatever is not built yet and runs databook
    Serve(serve::Options),
    /// Runs the backend and `trunk serve`; both rebuild when a source changes
    Dev(dev::Options),
    /// Builds the plugins into target/plugins, each also beside its source
    Plugins {
        /// Builds only these
        names: Vec<String>,
    },
    /// Builds the plugins that only the tests use into target/fixtures
    Fixtures,
    /// Begins a plugin in plugins/, with a test that passes
    NewPlugin(new_plugin::Options),
    /// Builds the page into target/site
    Page {
        /// Without optimisation, in seconds
        #[arg(long)]
        debug: bool,
    },
    /// Builds the host of view plugins into .tools/view-host, for Trunk
    ViewHost {
        /// Without optimisation, in seconds
        #[arg(long)]
        debug: bool,
    },
    /// Runs every test suite; installs what they need or names the command that does
    Test(test::Options),
    /// Format, lints, licences, architecture, and that Trunk builds the same page
    Check,
    /// The checks, then every test suite
    Ci(test::Options),
    /// Runs what takes too long for every change: many seeds, many cases
    Nightly(nightly::Options),
    /// Runs the benchmarks and prints their tables
    Bench(bench::Options),
    /// Feeds the decoders what a fuzzer makes up
    Fuzz(fuzz::Options),
    /// Compares the page that Trunk builds with the one that xtask builds
    CheckPage,
    /// wasm-bindgen's command line as far as Trunk uses it
    #[command(hide = true, name = "wasm-bindgen")]
    WasmBindgen {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    if let Command::WasmBindgen { arguments } = command {
        page::bindgen::command_line(&arguments)?;
        return Ok(ExitCode::SUCCESS);
    }
    let workspace = Workspace::find()?;
    let report = Report::new(workspace.state());
    match command {
        Command::Serve(options) => return serve::run(&workspace, &report, &options),
        Command::Dev(options) => return dev::run(&workspace, &report, &options),
        Command::Plugins { names } => serve::plugins(&workspace, &report, &names)?,
        Command::Fixtures => test::fixtures(&workspace, &report)?,
        Command::NewPlugin(options) => new_plugin::run(&workspace, &report, &options)?,
        Command::Page { debug } => {
            let folder: PathBuf = page::build(&workspace, &report, page::Quality::from(debug))?;
            report.line(&format!("the page is in {}", folder.display()));
        }
        Command::ViewHost { debug } => {
            page::view_host::build(&workspace, &report, page::Quality::from(debug))?;
        }
        Command::Test(options) => test::run(&workspace, &report, &options)?,
        Command::Check => ci::check(&workspace, &report)?,
        Command::Ci(options) => ci::run(&workspace, &report, &options)?,
        Command::Nightly(options) => nightly::run(&workspace, &options)?,
        Command::Bench(options) => bench::run(&workspace, &report, &options)?,
        Command::Fuzz(options) => fuzz::run(&workspace, &report, &options)?,
        Command::CheckPage => check_page::run(&workspace, &report)?,
        Command::WasmBindgen { .. } => {}
    }
    Ok(ExitCode::SUCCESS)
}
