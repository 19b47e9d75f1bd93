//! The server's machine: the whole backend on the simulated network, with SQLite in a real folder.

use crate::{plan, world::World};
use axum::serve::Listener;
use databook_rs::{
    config::{Config, Flags},
    simulation,
};
use plugin_host::{HostConfig, HostLimits, PluginHost};
use rand::{Rng as _, rngs::SmallRng};
use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    rc::Rc,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};
use storage::{DiskStep, SimulatedDisk, Storage};
use tempfile::TempDir;
use tokio::time::sleep;
use turmoil::net::{TcpListener, TcpStream};

/// Where the server listens on its machine.
const ADDRESS: &str = "0.0.0.0:80";

/// From start to stop; killed where the future is dropped.
pub async fn serve(world: Rc<World>) -> turmoil::Result {
    let listener = TcpListener::bind(ADDRESS).await?;
    let address: SocketAddr = ADDRESS.parse()?;
    let disk = disk(&world);
    let mut key = [0; 32];
    key[..8].copy_from_slice(&world.plan.seed.to_le_bytes());
    key[8..12].copy_from_slice(&world.starts.get().to_le_bytes());
    world.starts.set(world.starts.get() + 1);
    let folder = world.folder.path();
    let flags = Flags {
        listen: Some(address),
        data: Some(folder.to_owned()),
        plugins: Some(folder.join("no-plugins")),
        app: Some(folder.join("no-app")),
        auth: Some(databook_rs::config::AuthMode::None),
        allowed_hosts: Some(vec!["server".to_owned()]),
        ..Flags::default()
    };
    let bound = simulation::start(
        Config::resolve(flags)?,
        simulation::World {
            listener: Door(listener),
            address,
            storage: Storage::open_simulated(folder, disk)?,
            plugins: plugins(),
            key,
            snapshot_every: world.plan.snapshot_every,
            now_ms,
        },
    )
    .await?;
    let stop = world.stop.clone();
    bound.serve(async move { stop.notified().await }).await?;
    Ok(())
}

/// The clock of the machine that runs at the moment.
fn now_ms() -> i64 {
    let since = turmoil::since_epoch().expect("only machines of the simulation ask");
    since.as_millis() as i64
}

/// Takes connections of the simulated network.
struct Door(TcpListener);

impl Listener for Door {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            if let Ok(accepted) = self.0.accept().await {
                return accepted;
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

fn disk(world: &World) -> SimulatedDisk {
    let start = u64::from(world.starts.get());
    let random = plan::random(world.plan.seed, plan::DISK + 1_000_000 * (start + 1));
    let random = Arc::new(Mutex::new(random));
    let (longest_ms, failing) = (world.plan.disk_ms, world.plan.failing_commits);
    let works = world.disk_works.clone();
    let failed = world.failed_commits.clone();
    SimulatedDisk::new(move |step| {
        use std::sync::atomic::Ordering::Relaxed;
        let mut random: std::sync::MutexGuard<'_, SmallRng> = random.lock().unwrap();
        let pause = Duration::from_millis(random.random_range(0..=longest_ms));
        let fails = step == DiskStep::BeforeCommit
            && random.random_ratio(failing, 100)
            && !works.load(Relaxed);
        if fails {
            failed.fetch_add(1, Relaxed);
        }
        Box::pin(async move {
            if !pause.is_zero() {
                sleep(pause).await;
            }
            !fails
        })
    })
}

/// A disk that takes no time.
pub fn ready_disk() -> SimulatedDisk {
    SimulatedDisk::new(|_| Box::pin(async { true }))
}

/// One host without plugins for all servers of this process: it takes long to start.
fn plugins() -> PluginHost {
    static HOST: OnceLock<PluginHost> = OnceLock::new();
    let host = HOST.get_or_init(|| {
        // Nobody looks at it again.
        let folder = TempDir::new().unwrap();
        let plugins_folder = folder.path().join("plugins");
        std::fs::create_dir(&plugins_folder).unwrap();
        PluginHost::start(HostConfig {
            plugins_folder,
            cache_folder: folder.path().join("cache"),
            limits: HostLimits::default(),
            environment: BTreeMap::new(),
        })
        .unwrap()
    });
    host.clone()
}
