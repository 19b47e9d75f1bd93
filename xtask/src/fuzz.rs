//! `cargo xtask fuzz`: bytes that a fuzzer makes up, against what decodes the bytes of strangers.
//!
//! libFuzzer is linked in by `libfuzzer-sys` and needs a C++ compiler; the coverage that it goes by
//! comes from rustc's own flags, so that neither cargo-fuzz nor a nightly toolchain is needed.

use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::process;
use crate::report::Report;
use crate::workspace::Workspace;

const TARGETS: [&str; 3] = ["frames", "operations", "import"];
/// Edges, and what is compared on the way, as cargo-fuzz asks for them.
const FLAGS: [&str; 8] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
    "-Cforce-frame-pointers=yes",
];
/// Longest input: more than a frame needs to go wrong.
const MAX_INPUT_BYTES: u32 = 64 << 10;

#[derive(Args)]
pub struct Options {
    /// Targets to run [default: all]
    names: Vec<String>,
    /// Seconds of each
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

pub fn run(workspace: &Workspace, report: &Report, options: &Options) -> Result<()> {
    if let Some(name) = options
        .names
        .iter()
        .find(|name| !TARGETS.contains(&name.as_str()))
    {
        bail!(
            "there is no fuzz target `{name}`; there are: {}",
            TARGETS.join(", ")
        );
    }
    let host = host()?;
    let target = workspace.target.join("fuzz");
    let mut build = workspace.cargo(&["build", "--release", "--manifest-path=fuzz/Cargo.toml"]);
    // With a target named, the flags are not for build scripts.
    build
        .args(["--target", &host, "--target-dir"])
        .arg(&target)
        .env("RUSTFLAGS", FLAGS.join(" "));
    process::run(build)?;
    for name in TARGETS {
        if !options.names.is_empty() && !options.names.iter().any(|asked| asked == name) {
            continue;
        }
        // What is found goes into target/, beside what the repository keeps.
        let found = target.join("corpus").join(name);
        std::fs::create_dir_all(&found)?;
        report.line(&format!("fuzz: {name} for {} s", options.seconds));
        let mut fuzz = Command::new(target.join(&host).join("release").join(name));
        fuzz.arg(format!("-max_total_time={}", options.seconds))
            .arg(format!("-max_len={MAX_INPUT_BYTES}"))
            .arg(format!("-artifact_prefix={}/", target.display()))
            .args(["-print_final_stats=1", "-timeout=10", "-rss_limit_mb=2048"])
            .arg(found)
            .arg(workspace.root.join("fuzz/corpus").join(name));
        process::run(fuzz).with_context(|| format!("the input is in {}", target.display()))?;
    }
    Ok(())
}

/// The triple of this machine.
fn host() -> Result<String> {
    let mut command = Command::new("rustc");
    command.arg("-vV");
    let version = process::output(command)?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc names no host")
}
