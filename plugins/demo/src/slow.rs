//! Work that takes a while: to see a run that goes on, follow it from elsewhere, and cancel it.

use std::hint::black_box;

use plugin_sdk::{Answer, Failure, Frame, log, preview, progress};

/// Rounds of the hash below that one core does in a second inside the plugin host (400 to 600
/// million on the machines tried). A plugin has no clock, so the work is counted and not timed.
const ROUNDS_PER_SECOND: f64 = 500_000_000.0;
/// How often progress is told.
const STEPS_PER_SECOND: f64 = 5.0;
/// Steps between two lines of the log.
const STEPS_PER_LINE: u32 = 5;
/// The default, and the bounds, of the option `seconds`.
const DEFAULT_SECONDS: f64 = 3.0;
const SECONDS: (f64, f64) = (0.1, 60.0);

/// How much there is to do.
struct Work {
    steps: u32,
    /// Of each step.
    rounds: u64,
}

fn work_of(seconds: Option<f64>) -> Result<Work, Failure> {
    let seconds = seconds.unwrap_or(DEFAULT_SECONDS);
    if !(SECONDS.0..=SECONDS.1).contains(&seconds) {
        return Err(
            Failure::invalid(format!("The option `seconds` cannot be {seconds}."))
                .hint(format!("Use {} to {}.", SECONDS.0, SECONDS.1)),
        );
    }
    let steps = (seconds * STEPS_PER_SECOND).ceil().max(1.0) as u32;
    let rounds = (seconds * ROUNDS_PER_SECOND) as u64 / u64::from(steps);
    Ok(Work { steps, rounds })
}

/// Works for about that many seconds; each row of the table is seen as soon as it is there.
pub fn rows(seconds: Option<f64>) -> Result<Answer, Failure> {
    let Work { steps, rounds } = work_of(seconds)?;
    let (mut shards, mut checksums) = (Vec::new(), Vec::new());
    let table = |shards: &[String], checksums: &[String]| {
        let table = Frame::table("")
            .texts("shard", shards.to_vec())
            .texts("checksum", checksums.to_vec());
        Answer::table(table.build())
    };
    let mut checksum = 1;
    for step in 1..=steps {
        checksum = mix(checksum, rounds);
        shards.push(format!("{step} of {steps}"));
        checksums.push(format!("{checksum:016x}"));
        progress(
            f64::from(step) / f64::from(steps),
            &format!("shard {step} of {steps}"),
        );
        preview(&table(&shards, &checksums));
    }
    Ok(table(&shards, &checksums))
}

/// Works for about that many seconds.
pub fn work(seconds: Option<f64>) -> Result<Answer, Failure> {
    let Work { steps, rounds } = work_of(seconds)?;
    let mut checksum = 1;
    for step in 0..steps {
        progress(
            f64::from(step) / f64::from(steps),
            &format!("shard {} of {steps}", step + 1),
        );
        if step % STEPS_PER_LINE == 0 {
            log::info!("checking shard {} of {steps}", step + 1);
        }
        checksum = mix(checksum, rounds);
    }
    progress(1.0, "done");
    log::info!("all {steps} shards checked");
    Ok(Answer::text(format!(
        "Checked {steps} shards, checksum {checksum:016x}."
    )))
}

/// A chain of xorshift steps (Marsaglia 2003) that the compiler cannot shorten.
fn mix(mut state: u64, rounds: u64) -> u64 {
    for _ in 0..rounds {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
    }
    black_box(state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_out_of_bounds_are_refused() {
        for seconds in [0.0, -1.0, 61.0] {
            assert!(work(Some(seconds)).is_err(), "{seconds}");
        }
    }
}
