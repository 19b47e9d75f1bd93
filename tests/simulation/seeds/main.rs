//! Many seeds, each another bad day: the server and its browsers over a network that holds things
//! back, loses them and breaks; processes are killed, disks fail, frames come twice.
//!
//! What holds each time: everybody is told the same log, in order and without gaps; what was
//! acknowledged is in it, once; and in the end everybody has it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod browser;
mod model;
mod panics;
mod person;
mod plan;
mod server;
mod witness;
mod world;

use std::{
    env,
    fmt::Display,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Instant,
};
use world::{Outcome, run};

/// Seeds of a run that does not say how many; about 20 s on two cores.
const SAMPLE: u64 = 30;

fn number(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    match text.parse() {
        Ok(number) => Some(number),
        Err(_) => panic!("{name}={text} is no number"),
    }
}

fn failed(seed: u64, words: impl Display) -> String {
    format!(
        "seed {seed}: {words}\n\nOnce more: SEED={seed} cargo test -p simulation -- one_seed --nocapture\n"
    )
}

/// A sample of seeds, or `SEEDS` many, beginning with `FIRST_SEED`.
#[test]
fn seeds() {
    panics::keep();
    let count = number("SEEDS").unwrap_or(SAMPLE);
    let first = number("FIRST_SEED").unwrap_or(1);
    let next = AtomicU64::new(first);
    let failures = Mutex::new(Vec::new());
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + count {
                        return;
                    }
                    // Each on a thread of its own, with everything that a thread has.
                    let outcome = thread::spawn(move || run(seed)).join();
                    let violation = match outcome {
                        Ok(outcome) => outcome.violation,
                        Err(_) => Some("the simulation itself panicked".to_owned()),
                    };
                    if let Some(violation) = violation {
                        failures.lock().unwrap().push(failed(seed, violation));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(
        failures.is_empty(),
        "{} of {count} seeds failed\n\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// The seed named by `SEED`, with what happened in it; `RUST_LOG=seeds=debug` has every frame.
#[test]
fn one_seed() {
    panics::keep();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let seed = number("SEED").unwrap_or(1);
    let begun = Instant::now();
    let Outcome {
        violation,
        trace,
        figures,
        simulated,
    } = run(seed);
    eprintln!(
        "seed {seed}: {simulated:?} simulated in {:?}, trace {trace:016x}\n{figures:?}\n{:?}",
        begun.elapsed(),
        plan::Plan::new(seed)
    );
    if let Some(violation) = violation {
        panic!("{}", failed(seed, violation));
    }
}

/// What makes a failing seed worth printing; `TWICE` says how many are tried.
#[test]
fn a_seed_does_the_same_again() {
    panics::keep();
    let first = number("FIRST_SEED").unwrap_or(1);
    for seed in first..first + number("TWICE").unwrap_or(3) {
        let [first, second] = [(), ()].map(|()| thread::spawn(move || run(seed)).join().unwrap());
        assert_eq!(first.figures, second.figures, "seed {seed}");
        assert_eq!(first.trace, second.trace, "seed {seed}");
        assert_eq!(first.simulated, second.simulated, "seed {seed}");
    }
}
