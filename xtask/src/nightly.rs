//! `cargo xtask nightly`: what takes too long for every change. Many cases of the property tests,
//! and many seeds of the simulation.

use anyhow::Result;
use clap::Args;

use crate::process;
use crate::workspace::Workspace;

#[derive(Args)]
pub struct Options {
    /// Run these only
    #[arg(value_enum)]
    parts: Vec<Part>,
    /// Cases of each property test
    #[arg(long, default_value_t = 1_000_000)]
    cases: u64,
    /// Seeds of the simulation
    #[arg(long, default_value_t = 2_000)]
    seeds: u64,
    /// The first seed; another one each night sees other days
    #[arg(long, default_value_t = 1)]
    first_seed: u64,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    /// Server, browsers and network from seeds: `tests/simulation`
    Simulation,
    /// The property tests of the notebook's log
    Properties,
}

/// Runs all parts, also when the first has failed.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let wanted = |part| options.parts.is_empty() || options.parts.contains(&part);
    let mut result = Ok(());
    if wanted(Part::Simulation) {
        eprintln!("\nSimulation: {} seeds", options.seeds);
        let mut command = workspace.cargo(&["test", "-p", "simulation", "--", "seeds", "--exact"]);
        command
            .env("SEEDS", options.seeds.to_string())
            .env("FIRST_SEED", options.first_seed.to_string());
        result = process::run(command);
    }
    if wanted(Part::Properties) {
        eprintln!("\nProperties: {} cases each", options.cases);
        // Optimised, for they do nothing but compute.
        let mut command = workspace.cargo(&["test", "--release", "-p", "notebook", "--lib"]);
        command.env("PROPTEST_CASES", options.cases.to_string());
        result = result.and(process::run(command));
    }
    result
}
