//! Callers that call for a while, and what was measured.

use crate::{callers::Caller, measured::Process};
use futures_util::future::join_all;
use std::time::{Duration, Instant};

/// How long each call took, and what they cost together.
#[derive(Default)]
pub struct Figures {
    took: Vec<Duration>,
    wall: Duration,
    cpu: Duration,
}

impl Figures {
    pub fn new(took: Vec<Duration>, wall: Duration, cpu: Duration) -> Self {
        Self { took, wall, cpu }
    }

    pub fn add(&mut self, other: Self) {
        self.took.extend(other.took);
        self.wall += other.wall;
        self.cpu += other.cpu;
    }

    pub fn percentile_us(&self, percent: usize) -> f64 {
        let mut took = self.took.clone();
        took.sort_unstable();
        took[(took.len() - 1) * percent / 100].as_secs_f64() * 1e6
    }

    pub fn per_second(&self) -> f64 {
        self.took.len() as f64 / self.wall.as_secs_f64()
    }

    /// CPU time of the server per call.
    pub fn cpu_us(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.took.len() as f64
    }
}

/// All callers call one after the other for this long.
pub async fn measure(callers: &mut [Caller], process: &Process, length: Duration) -> Figures {
    let (cpu, start) = (process.cpu(), Instant::now());
    let end = start + length;
    let took = join_all(callers.iter_mut().map(|caller| async move {
        let mut took = Vec::new();
        loop {
            let before = Instant::now();
            if before >= end {
                return took;
            }
            caller.call().await;
            took.push(before.elapsed());
        }
    }))
    .await;
    Figures::new(took.concat(), start.elapsed(), process.cpu() - cpu)
}
