//! The databook server. `--help` lists every setting.

use clap::Parser as _;
use databook_rs::{
    config::{Config, Flags},
    server,
};
use std::{
    io::{IsTerminal as _, Write as _},
    process::ExitCode,
};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    match run(Flags::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One paragraph for the operator; details are in the log.
            eprintln!("databook: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(flags: Flags) -> anyhow::Result<()> {
    let config = Config::resolve(flags)?;
    let filter = EnvFilter::try_new(&config.log).map_err(|error| {
        anyhow::anyhow!("`{}` is no log filter: {error}. Try `info`.", config.log)
    })?;
    // Logs go to stderr: stdout carries what only the operator should see, such as login links.
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(async {
            let stop = server::stop_signal();
            let bound = server::start(config).await?;
            let mut out = std::io::stdout();
            out.write_all(bound.announcement().as_bytes())?;
            out.flush()?;
            bound.serve(stop).await?;
            Ok(())
        })
}
