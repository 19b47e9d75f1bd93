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
    /// The live socket beside a y-websocket server, which npm installs; needs no plugin, no page.
    Follow,
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
        name: "follow",
        run: Run::Follow,
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
        name: "large",
        run: Run::Browser("large-bench.mjs"),
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
    let chosen: Vec<_> = BENCHES
        .iter()
        .filter(|bench| {
            options.names.is_empty() || options.names.iter().any(|name| name == bench.name)
        })
        .collect();
    if chosen.iter().any(|bench| !matches!(bench.run, Run::Follow)) {
        serve::build(workspace, report, true)?;
        test::fixtures(workspace, report)?;
    }
    if chosen.iter().any(|bench| bench.name == "page") {
        let sizes = Sizes::of(&workspace.page())?;
        eprintln!("\npage bytes\n{sizes}; budget {BUDGET_BYTES}, aim {AIM_BYTES}");
    }
    for bench in chosen {
        eprintln!("\n{}", bench.name);
        let command = match bench.run {
            Run::Cargo(arguments) => workspace.cargo(arguments),
            Run::Follow => {
                let source = workspace
                    .root
                    .join("databook-rs/benches/follow/y-websocket");
                let folder = workspace.tools().join("y-websocket");
                tools::npm_install(report, "tools: y-websocket", &source, &folder)?;
                let mut command =
                    workspace.cargo(&["bench", "-p", "databook-rs", "--bench", "follow"]);
                command.env("Y_WEBSOCKET", folder);
                command
            }
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
