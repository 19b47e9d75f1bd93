//! A server in a simulated world: its clock, network, disk and randomness are given to it.
//!
//! Nothing else differs from [`crate::server::start`], but that the plugins folder is not looked at
//! again and that no plugin should be run: they run on threads of their own.

use crate::{
    clock,
    config::Config,
    connection::{LeadsBack, Line},
    random::Random,
    server::{Bound, StartError, Surroundings, open},
};
use axum::serve::Listener;
use plugin_host::PluginHost;
use std::{io, net::SocketAddr};
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

/// A listener whose connections are written to by their own tasks only.
pub struct Plain<L>(L);

impl<L: Listener> Listener for Plain<L> {
    type Io = L::Io;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        self.0.accept().await
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

impl<L: Listener> LeadsBack for Plain<L> {
    fn line(_: &Self::Io) -> Option<Line> {
        None
    }
}

/// Opens a server in this world.
///
/// # Errors
/// As [`crate::server::start`].
pub async fn start<L>(config: Config, world: World<L>) -> Result<Bound<Plain<L>>, StartError> {
    clock::SIMULATED.set(Some(world.now_ms));
    let surroundings = Surroundings {
        listener: Plain(world.listener),
        address: world.address,
        storage: world.storage,
        plugins: world.plugins,
        random: Random::from_key(world.key),
        snapshot_every: world.snapshot_every,
        watches_plugins: false,
    };
    open(config, surroundings).await
}
