//! `cargo xtask bench`: runs the benchmarks that print their own tables. One row each here.

use std::process::Command;

use anyhow::{Result, bail};
use clap::Args;

use crate::page::size::{AIM_BYTES, BUDGET_BYTES, Sizes};
use crate::report::Report;
use crate::workspace::Workspace;
use crate::{process, serve, test, tools};

/// A benchmark: what to call it, and cargo's or node's arguments.
struct Bench {
    name: &'static str,
    run: Run,
}

enum Run {
    Cargo(&'static [&'static str]),
    /// A script of tests/e2e.
    Browser(&'static str),
}

const BENCHES: &[Bench] = &[
    Bench {
        name: "calls",
        run: Run::Cargo(&["bench", "-p", "databook-rs", "--bench", "calls"]),
    },
    Bench {
        name: "durable",
        run: Run::Cargo(&["bench", "-p", "storage", "--bench", "durable"]),
    },
    Bench {
        name: "plot",
        run: Run::Cargo(&[
            "run",
            "--release",
            "-p",
            "plot",
            "--features",
            "svg",
            "--example",
            "bench",
        ]),
    },
    Bench {
        name: "page",
        run: Run::Browser("bench.mjs"),
    },
    Bench {
        name: "views",
        run: Run::Browser("views-bench.mjs"),
    },
    Bench {
        name: "replay",
        run: Run::Browser("replay-bench.mjs"),
    },
];

#[derive(Args)]
pub struct Options {
    /// Benchmarks to run [default: all]
    names: Vec<String>,
}

pub fn run(workspace: &Workspace, report: &Report, options: &Options) -> Result<()> {
    let known: Vec<_> = BENCHES.iter().map(|bench| bench.name).collect();
    if let Some(name) = options
        .names
        .iter()
        .find(|name| !known.contains(&name.as_str()))
    {
        bail!(
            "there is no benchmark `{name}`; there are: {}",
            known.join(", ")
        );
    }
    serve::build(workspace, report, true)?;
    test::fixtures(workspace, report)?;
    if options.names.is_empty() || options.names.iter().any(|name| name == "page") {
        let sizes = Sizes::of(&workspace.page())?;
        eprintln!("\npage bytes\n{sizes}; budget {BUDGET_BYTES}, aim {AIM_BYTES}");
    }
    for bench in BENCHES {
        if !options.names.is_empty() && !options.names.iter().any(|name| name == bench.name) {
            continue;
        }
        eprintln!("\n{}", bench.name);
        let command = match bench.run {
            Run::Cargo(arguments) => workspace.cargo(arguments),
            Run::Browser(script) => {
                let folder = workspace.root.join("tests/e2e");
                tools::npm_install(report, "tools: playwright", &folder, &folder)?;
                let mut command = Command::new("node");
                command
                    .arg(script)
                    .env("PYTHON", test::foreign_clients(workspace, report)?)
                    .current_dir(folder);
                command
            }
        };
        process::run(test::with_artefacts(command, workspace))?;
    }
    Ok(())
}
