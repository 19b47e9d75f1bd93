//! What a seed decides before anything happens: who is there, how good the weather is, and what
//! goes wrong when.

use rand::{Rng as _, SeedableRng as _, rngs::SmallRng, seq::IndexedRandom as _};
use std::time::Duration;

/// The course of one simulation.
#[derive(Clone, Debug)]
pub struct Plan {
    pub seed: u64,
    pub clients: usize,
    pub notebooks: usize,
    /// The notebooks have nearly as many variables as they take, so that some are refused.
    pub crowded: bool,
    pub latency_ms: (u64, u64),
    /// Segments that a connection holds before its sender waits.
    pub tcp_segments: usize,
    /// Longest time for one step of the disk.
    pub disk_ms: u64,
    /// Commits that fail, of a hundred.
    pub failing_commits: u32,
    /// Entries between two snapshots in storage.
    pub snapshot_every: u64,
    /// Usual pause of a person between two things that they do.
    pub pause_ms: u64,
    /// Sorted by time.
    pub events: Vec<(Duration, Event)>,
    /// From now on nothing goes wrong and nobody does anything.
    pub calm: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The server's process is killed.
    CrashServer,
    /// The server is told to stop, and ends in order.
    StopServer,
    /// Starts the server where it is not running, or at once again.
    StartServer,
    /// A browser is killed and opened again.
    CrashClient(usize),
    /// Nothing passes between a client and the server, and arrives later.
    Hold(usize),
    Release(usize),
    /// What passes between a client and the server is lost.
    Partition(usize),
    /// Only what the server sends is lost.
    Deafen(usize),
    Repair(usize),
}

impl Plan {
    pub fn new(seed: u64) -> Self {
        let mut random = random(seed, 0);
        let clients = random.random_range(2..=5);
        let calm_ms = random.random_range(2_000..6_000);
        let mut plan = Self {
            seed,
            clients,
            notebooks: if random.random_ratio(1, 4) { 2 } else { 1 },
            crowded: random.random_ratio(1, 4),
            latency_ms: *[(0, 2), (1, 20), (1, 120), (20, 400)]
                .choose(&mut random)
                .unwrap(),
            tcp_segments: *[16, 64, 1_024].choose(&mut random).unwrap(),
            disk_ms: *[0, 2, 20, 100].choose(&mut random).unwrap(),
            failing_commits: *[0, 0, 2, 10].choose(&mut random).unwrap(),
            snapshot_every: *[3, 20, 500].choose(&mut random).unwrap(),
            pause_ms: *[15, 50, 150].choose(&mut random).unwrap(),
            events: Vec::new(),
            calm: Duration::from_millis(calm_ms),
        };
        let loses = random.random_ratio(1, 4);
        for _ in 0..random.random_range(0..10) {
            let at_ms = random.random_range(0..calm_ms);
            let longest_ms = *[50, 500, 3_000].choose(&mut random).unwrap();
            let lasts_ms = random.random_range(0..longest_ms);
            let client = random.random_range(0..clients);
            let (begin, end) = match random.random_range(0..10) {
                0..=2 => (Event::CrashServer, Some(Event::StartServer)),
                3 => (Event::StopServer, Some(Event::StartServer)),
                4 | 5 => (Event::CrashClient(client), None),
                // A loss is only noticed by silence, which takes long.
                6 if loses => (Event::Partition(client), Some(Event::Repair(client))),
                7 if loses => (Event::Deafen(client), Some(Event::Repair(client))),
                _ => (Event::Hold(client), Some(Event::Release(client))),
            };
            plan.events.push((Duration::from_millis(at_ms), begin));
            let until = Duration::from_millis(at_ms + lasts_ms);
            plan.events.extend(end.map(|end| (until, end)));
        }
        plan.events.sort_by_key(|(at, _)| *at);
        plan
    }
}

/// One of a seed's sources of randomness; those of different numbers are independent.
pub fn random(seed: u64, number: u64) -> SmallRng {
    SmallRng::seed_from_u64(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// Sources of a [`random`] by what they decide; clients count from [`CLIENTS`].
pub const NETWORK: u64 = 1;
pub const DISK: u64 = 2;
pub const NOTEBOOKS: u64 = 3;
pub const CLIENTS: u64 = 100;
