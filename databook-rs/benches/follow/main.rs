//! What following costs: one writer, many followers on the live socket, beside a y-websocket
//! server under the same load in the same run.
//!
//! `cargo xtask bench follow` prints tables; it installs the y-websocket server. Everything is on
//! loopback: this process is the writer and all followers, and the servers are children, so that
//! their CPU time and memory can be read. Data goes below the system's temporary folder, or below
//! `BENCH_FOLDER`. `BENCH_FOLLOWERS` (such as `100,1000`), `BENCH_SECONDS`, `BENCH_STALLED` (0: no
//! such run), `BENCH_NAP_US` (see `load.rs`) and `BENCH_SERVERS` (`databook`, `y-websocket` or both
//! with a comma) choose.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark prints, and ends when something fails"
)]

mod line;
mod load;
#[path = "../shared/measured.rs"]
mod measured;
mod protocol;
mod servers;

use load::{Outcome, Plan, RATE};
use protocol::{Databook, Protocol};
use std::path::{Path, PathBuf};

const FOLLOWERS: [usize; 3] = [100, 1_000, 5_000];
const SECONDS: u64 = 20;
/// Those that never read, among so many.
const STALLED: usize = 100;
const AMONG: usize = 1_000;
/// The aims at 1,000 followers.
const AIM_CPU_US: f64 = 6.0;
const AIM_P99_MS: f64 = 10.0;
const AIM_MEMORY_MB: f64 = 25.0;
/// At 5,000.
const AIM_LARGE_P99_MS: f64 = 250.0;
/// What stalled followers may do to the others' p99.
const AIM_STALLED_RATIO: f64 = 1.2;

fn main() {
    let folder = match std::env::var_os("BENCH_FOLDER").map(PathBuf::from) {
        Some(parent) => tempfile::tempdir_in(parent).unwrap(),
        None => tempfile::tempdir().unwrap(),
    };
    let followers = match std::env::var("BENCH_FOLLOWERS") {
        Ok(list) => list.split(',').map(|it| it.parse().unwrap()).collect(),
        Err(_) => FOLLOWERS.to_vec(),
    };
    let seconds = number("BENCH_SECONDS").unwrap_or(SECONDS);
    let stalled = number("BENCH_STALLED").map_or(STALLED, |stalled| stalled as usize);
    let servers = std::env::var("BENCH_SERVERS").unwrap_or("databook,y-websocket".to_owned());
    let y_websocket = std::env::var_os("Y_WEBSOCKET").map(PathBuf::from);
    servers::need_files(followers.iter().copied().max().unwrap_or(0).max(AMONG));

    println!(
        "one writer, {RATE} operations/s for {seconds} s, everything on {} cores",
        std::thread::available_parallelism().map_or(1, usize::from)
    );
    print_head();
    for &followers in &followers {
        let plan = Plan {
            followers,
            stalled: 0,
            seconds,
            fill: false,
        };
        if servers.contains("databook") {
            print_row("databook", plan, &databook(folder.path(), plan));
        }
        if servers.contains("y-websocket") {
            match &y_websocket {
                Some(installed) => {
                    let process = servers::y_websocket(installed);
                    let outcome = load::run(&process, plan, async || Protocol::YWebsocket);
                    print_row("y-websocket", plan, &outcome);
                }
                None => println!("y-websocket: not installed; `cargo xtask bench follow` does it"),
            }
        }
    }
    println!(
        "aims at 1,000: at most {AIM_CPU_US:.0} us of server CPU per delivery, p99 at most \
         {AIM_P99_MS:.0} ms, {AIM_MEMORY_MB:.0} MB; at 5,000: p99 under {AIM_LARGE_P99_MS:.0} ms"
    );
    if stalled > 0 && servers.contains("databook") {
        beside_stalled(folder.path(), stalled, seconds);
    }
}

fn number(variable: &str) -> Option<u64> {
    Some(std::env::var(variable).ok()?.parse().unwrap())
}

/// A fresh server each time, so that its memory tells about this run only.
fn databook(folder: &Path, plan: Plan) -> Outcome {
    let folder = tempfile::tempdir_in(folder).unwrap();
    let process = servers::databook(folder.path());
    let address = process.address.clone();
    load::run(&process, plan, async || {
        Protocol::Databook(Databook::new(&address).await)
    })
}

/// The same followers without and with others that never read, in turns.
fn beside_stalled(folder: &Path, stalled: usize, seconds: u64) {
    println!("\nthe same beside {stalled} more followers that never read, after changes of 1.5 MB");
    print_head();
    let mut p99 = [Vec::new(), Vec::new()];
    for round in 0..4 {
        let stalled = if round % 2 == 0 { 0 } else { stalled };
        let plan = Plan {
            followers: AMONG - STALLED + stalled,
            stalled,
            seconds,
            fill: true,
        };
        let outcome = databook(folder, plan);
        let name = format!("{stalled} stalled");
        print_row(&name, plan, &outcome);
        if stalled > 0 {
            println!(
                "  of the stalled, {} had everything in the end, {} after being told to open again",
                outcome.resumed, outcome.lagged
            );
        }
        p99[round % 2].push(outcome.delay_ms(99));
    }
    let mean = |p99: &[f64]| p99.iter().sum::<f64>() / p99.len() as f64;
    println!(
        "p99 of those that read, with stalled ones to without: {:.2}; aim: at most \
         {AIM_STALLED_RATIO}",
        mean(&p99[1]) / mean(&p99[0])
    );
}

fn print_head() {
    println!(
        "{:<12} {:>9} {:>9} {:>7} {:>8} {:>8} {:>8} {:>8} {:>9} {:>9} {:>8} {:>8} {:>8} {:>15} {:>15}",
        "server",
        "followers",
        "delivered",
        "missing",
        "messages",
        "p50 ms",
        "p99 ms",
        "max ms",
        "taken p50",
        "taken p99",
        "CPU s",
        "CPU us",
        "MB",
        "of it idle",
        "private, idle"
    );
}

fn print_row(name: &str, plan: Plan, outcome: &Outcome) {
    println!(
        "{:<12} {:>9} {:>9} {:>7} {:>8.0} {:>8.1} {:>8.1} {:>8.1} {:>9.1} {:>9.1} {:>8.2} {:>8.2} {:>8.1} {:>15.1} {:>8.1}, {:>5.1}",
        name,
        plan.followers,
        outcome.delivered,
        outcome.missing,
        outcome.messages,
        outcome.delay_ms(50),
        outcome.delay_ms(99),
        outcome.delay_ms(100),
        outcome.taken_ms(50),
        outcome.taken_ms(99),
        outcome.cpu.as_secs_f64(),
        outcome.cpu_us(),
        outcome.loaded.resident_mb,
        outcome.idle.resident_mb,
        outcome.loaded.private_mb,
        outcome.idle.private_mb,
    );
}
