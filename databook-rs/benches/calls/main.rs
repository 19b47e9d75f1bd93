//! What the server adds to a plugin, and the way to it: latency, calls per second and server CPU
//! per call, next to those of an echo that answers the same messages without a plugin.
//!
//! `cargo bench -p databook-rs --bench calls` prints tables; it needs the plugins that
//! `cargo xtask plugins` builds. Everything is on loopback: this process is the clients, and the
//! servers are children, so that their CPU time can be read. Data goes below the system's
//! temporary folder, or below `BENCH_FOLDER`, so that the disk that matters can be measured.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark prints, and ends when something fails"
)]

mod callers;
mod echo;
mod load;
#[path = "../shared/measured.rs"]
mod measured;
mod notebooks;
mod servers;

use callers::Caller;
use load::Figures;
use measured::Process;
use std::{path::PathBuf, time::Duration};

/// How long each way is measured: so many rounds, in turns with the others, so that what else
/// the machine does in the meantime meets all of them.
const ROUNDS: usize = 4;
const ROUND: Duration = Duration::from_millis(400);
/// Callers at the same time.
const CALLERS: [usize; 2] = [1, 16];
/// The aims for a trivial plugin on loopback.
const AIM_CPU_RATIO: f64 = 2.0;
const AIM_P50_US: f64 = 500.0;
const AIM_CALLS_PER_S: f64 = 5_000.0;

fn main() {
    if std::env::args().any(|argument| argument == echo::ARGUMENT) {
        return echo::serve();
    }
    let folder = match std::env::var_os("BENCH_FOLDER").map(PathBuf::from) {
        Some(parent) => tempfile::tempdir_in(parent).unwrap(),
        None => tempfile::tempdir().unwrap(),
    };
    // One thread for all clients leaves as much of the machine as possible to the servers.
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(async {
            let plugins = servers::plugins(folder.path());
            let server = servers::databook(folder.path(), &plugins);
            calls(&server, &servers::echo(), &plugins, folder.path()).await;
            beside_loops(&plugins, folder.path()).await;
            notebooks::runs(&server).await;
            notebooks::operations(&server).await;
        });
}

/// A way to a plugin, or to the echo in its place.
struct Way {
    name: &'static str,
    callers: Vec<Caller>,
    /// Whose CPU time counts.
    process: Process,
    figures: Figures,
    /// The row that this one is compared with.
    echo: Option<&'static str>,
}

async fn calls(
    server: &Process,
    echo: &Process,
    plugins: &std::path::Path,
    folder: &std::path::Path,
) {
    println!(
        "calls of hello_world on {} cores, servers and clients together, {:?} a row",
        std::thread::available_parallelism().map_or(1, usize::from),
        ROUND * ROUNDS as u32
    );
    println!(
        "{:<22} {:>7} {:>9} {:>9} {:>9} {:>15}   {:>27}",
        "",
        "callers",
        "p50 us",
        "p99 us",
        "calls/s",
        "server CPU us",
        "to the echo: p50, rate, CPU"
    );
    let host = callers::host(plugins, folder);
    for count in CALLERS {
        let way = |name, callers, process: &Process, echo| Way {
            name,
            callers,
            process: process.clone(),
            figures: Figures::default(),
            echo,
        };
        let mut ways = [
            way(
                "plugin, direct",
                callers::direct(&host, count),
                &Process::this(),
                None,
            ),
            way("echo, gRPC", callers::native(echo, count).await, echo, None),
            way(
                "plugin, gRPC",
                callers::native(server, count).await,
                server,
                Some("echo, gRPC"),
            ),
            way(
                "echo, gRPC-web",
                callers::web(echo, count).await,
                echo,
                None,
            ),
            way(
                "plugin, gRPC-web",
                callers::web(server, count).await,
                server,
                Some("echo, gRPC-web"),
            ),
        ];
        for round in 0..=ROUNDS {
            for way in &mut ways {
                let figures = load::measure(&mut way.callers, &way.process, ROUND).await;
                // The first round warms up: caches, allocators, the processor's clock.
                if round > 0 {
                    way.figures.add(figures);
                }
            }
        }
        for way in &ways {
            let echo = way
                .echo
                .and_then(|name| ways.iter().find(|other| other.name == name));
            print_way(way, echo.map(|echo| &echo.figures), count);
        }
    }
    println!(
        "aims: p50 at most {AIM_P50_US:.0} us, {AIM_CALLS_PER_S:.0} calls/s, CPU at most \
         {AIM_CPU_RATIO:.1} times the echo's\n"
    );
}

/// Calls while another plugin takes all the computing time that it gets.
async fn beside_loops(plugins: &std::path::Path, folder: &std::path::Path) {
    let plugins = servers::plugins_with_loops(folder, plugins);
    let host = callers::host_with_loops(&plugins, folder);
    for count in CALLERS {
        let mut way = Way {
            name: "direct, beside loops",
            callers: callers::direct(&host, count),
            process: Process::this(),
            figures: Figures::default(),
            echo: None,
        };
        for round in 0..=ROUNDS {
            let figures = load::measure(&mut way.callers, &way.process, ROUND).await;
            if round > 0 {
                way.figures.add(figures);
            }
        }
        print_way(&way, None, count);
    }
    println!(
        "beside loops: {} endless loops of another plugin; their CPU is in the figure\n",
        callers::LOOPS
    );
}

fn print_way(way: &Way, echo: Option<&Figures>, count: usize) {
    let figures = &way.figures;
    let ratios = echo.map_or_else(String::new, |echo| {
        format!(
            "{:.2}, {:.2}, {:.2}",
            figures.percentile_us(50) / echo.percentile_us(50),
            figures.per_second() / echo.per_second(),
            figures.cpu_us() / echo.cpu_us()
        )
    });
    println!(
        "{:<22} {count:>7} {:>9.0} {:>9.0} {:>9.0} {:>15.0}   {ratios:>27}",
        way.name,
        figures.percentile_us(50),
        figures.percentile_us(99),
        figures.per_second(),
        figures.cpu_us(),
    );
}
