//! A server in a simulated world: its clock, network, disk and randomness are given to it.
//!
//! Nothing else differs from [`crate::server::start`], but that the plugins folder is not looked at
//! again and that no plugin should be run: they run on threads of their own.

use crate::{
    clock,
    config::Config,
    random::Random,
    server::{Bound, StartError, Surroundings, open},
};
use plugin_host::PluginHost;
use std::net::SocketAddr;
use storage::Storage;

/// What is simulated of a server's surroundings.
pub struct World<L> {
    pub listener: L,
    pub address: SocketAddr,
    pub storage: Storage,
    /// May be shared by many servers.
    pub plugins: PluginHost,
    /// Every identifier follows from it: another one for each start.
    pub key: [u8; 32],
    /// Entries between two snapshots in storage.
    pub snapshot_every: u64,
    /// Milliseconds since 1970 UTC; from now on the clock of all servers of this thread.
    pub now_ms: fn() -> i64,
}

/// Opens a server in this world.
///
/// # Errors
/// As [`crate::server::start`].
pub async fn start<L>(config: Config, world: World<L>) -> Result<Bound<L>, StartError> {
    clock::SIMULATED.set(Some(world.now_ms));
    let surroundings = Surroundings {
        listener: world.listener,
        address: world.address,
        storage: world.storage,
        plugins: world.plugins,
        random: Random::from_key(world.key),
        snapshot_every: world.snapshot_every,
        watches_plugins: false,
    };
    open(config, surroundings).await
}
