//! The server from start to stop: opens what it needs, listens, answers, and ends in order.

use crate::{
    answers::Answers,
    auth::{Auth, Printed},
    config::Config,
    connection::{Connections, LeadsBack, MaybeLine},
    hub::{Hub, SWEEP_EVERY},
    metrics::Metrics,
    random::Random,
    room::SNAPSHOT_EVERY_ENTRIES,
    router,
    security::AllowedHosts,
    shell::ShellFile,
    welcome,
};
use plugin_host::{HostConfig, HostLimits, PluginHost};
use plugin_manifest::{DomainEntry, Network};
use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
    path::PathBuf,
    sync::Arc,
    time::Duration,
};
use storage::Storage;
use tokio::{net::TcpListener, sync::Semaphore, time::timeout};
use tokio_util::sync::CancellationToken;

/// Connections that do not end by themselves when the server stops get so long.
const MAX_DRAIN: Duration = Duration::from_secs(3);
/// How often the plugins folder is looked at for changes.
const PLUGINS_LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long the last entries of interrupted runs may take to become durable.
const MAX_FLUSH: Duration = Duration::from_secs(10);

/// What gRPC's health service tells about; the empty name is the whole server.
const SERVICES: [&str; 5] = [
    "",
    "databook.Databook",
    "databook.Notebooks",
    "databook.History",
    "databook.Views",
];

/// What the parts of the server share.
pub struct Server {
    /// Changes with every start.
    pub id: String,
    pub address: SocketAddr,
    /// `host:port` by which people reach it, for the links that are printed.
    pub name: String,
    pub storage: Storage,
    pub plugins: PluginHost,
    pub hub: Hub,
    pub answers: Answers,
    pub metrics: Arc<Metrics>,
    pub random: Arc<Random>,
    pub hosts: AllowedHosts,
    /// Where views may connect to beside what the installed ones were granted.
    pub connect_src: Vec<String>,
    pub auth: Auth,
    pub shell: ShellFile,
    pub health: tonic_health::server::HealthReporter,
    /// The server stops: sockets and streams end, nothing new is taken.
    pub closing: CancellationToken,
    /// The turn of the import that is under way.
    pub imports: Semaphore,
    /// The grace time is over: runs end as interrupted.
    pub interrupt: CancellationToken,
}

/// Why the server does not start, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "cannot listen on {address}: another program, perhaps another databook, has that port. \
         Stop it, or choose another port with --listen."
    )]
    PortInUse { address: SocketAddr },
    #[error("cannot listen on {address}: {source}. Choose another address with --listen.")]
    Listen {
        address: SocketAddr,
        source: io::Error,
    },
    #[error("cannot use the data folder {}: {source}", folder.display())]
    Storage {
        folder: PathBuf,
        source: storage::StorageError,
    },
    #[error("cannot start the plugin host: {}", with_sources(source))]
    Plugins { source: plugin_host::HostError },
    #[error(transparent)]
    Randomness(#[from] crate::random::NoRandomness),
    #[error(transparent)]
    Reflection(#[from] router::ReflectionError),
    #[error("the data folder does not give the list of notebooks: {0}")]
    Welcome(String),
}

fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(&format!(": {error}"));
        source = error.source();
    }
    text
}

/// A server that listens but does not answer yet.
pub struct Bound<L> {
    pub server: Arc<Server>,
    listener: L,
    router: axum::Router,
    grace: Duration,
    printed: Option<Printed>,
    watches_plugins: bool,
}

/// What a server has of the world around it.
pub(crate) struct Surroundings<L> {
    pub listener: L,
    pub address: SocketAddr,
    pub storage: Storage,
    pub plugins: PluginHost,
    pub random: Random,
    /// Entries between two snapshots in storage.
    pub snapshot_every: u64,
    /// Looks at the plugins folder for changes.
    pub watches_plugins: bool,
}

/// Opens the port first, so that a second server does not touch the data folder; then the rest.
pub async fn start(config: Config) -> Result<Bound<Connections>, StartError> {
    let listener = TcpListener::bind(config.listen).await;
    let listening = |source: io::Error| match source.kind() {
        ErrorKind::AddrInUse => StartError::PortInUse {
            address: config.listen,
        },
        _ => StartError::Listen {
            address: config.listen,
            source,
        },
    };
    let listener = listener.map_err(listening)?;
    let address = listener.local_addr().map_err(listening)?;
    let storage = Storage::open(&config.data).map_err(|source| StartError::Storage {
        folder: config.data.clone(),
        source,
    })?;
    let plugins = PluginHost::start(HostConfig {
        plugins_folder: config.plugins.clone(),
        cache_folder: config.data.join("plugin-cache"),
        limits: HostLimits::default(),
        environment: environment(),
    })
    .map_err(|source| StartError::Plugins { source })?;
    for plugin in plugins.plugins() {
        match plugin.error {
            None => tracing::info!(plugin = plugin.name, "plugin ready"),
            Some(error) => tracing::warn!(plugin = plugin.name, error, "plugin cannot be used"),
        }
    }

    let surroundings = Surroundings {
        listener: Connections(listener),
        address,
        storage,
        plugins,
        random: Random::from_system()?,
        snapshot_every: SNAPSHOT_EVERY_ENTRIES,
        watches_plugins: true,
    };
    open(config, surroundings).await
}

pub(crate) async fn open<L>(
    config: Config,
    surroundings: Surroundings<L>,
) -> Result<Bound<L>, StartError> {
    let Surroundings {
        listener,
        address,
        storage,
        plugins,
        random,
        snapshot_every,
        watches_plugins,
    } = surroundings;
    let random = Arc::new(random);
    let metrics = Arc::new(Metrics::default());
    let (auth, printed) = Auth::new(config.auth, address.port(), &random);
    let health = tonic_health::server::HealthReporter::new();
    for service in SERVICES {
        health
            .set_service_status(service, tonic_health::ServingStatus::Serving)
            .await;
    }
    let server = Arc::new(Server {
        id: format!("{:032x}", random.bits()),
        address,
        name: reachable_name(address, &config.allowed_hosts),
        hub: Hub::new(
            storage.clone(),
            metrics.clone(),
            random.clone(),
            snapshot_every,
        ),
        storage,
        plugins,
        answers: Answers::default(),
        metrics,
        hosts: AllowedHosts::new(address, &config.allowed_hosts),
        connect_src: origins(&config.connect_src),
        auth,
        shell: ShellFile::new(&config.app),
        health,
        random,
        closing: CancellationToken::new(),
        imports: Semaphore::new(1),
        interrupt: CancellationToken::new(),
    });
    welcome::create_if_empty(&server)
        .await
        .map_err(|refusal| StartError::Welcome(refusal.to_string()))?;
    Ok(Bound {
        router: router::router(server.clone())?,
        server,
        listener,
        grace: config.grace,
        printed,
        watches_plugins,
    })
}

/// What plugins may be granted of the server's environment. Our own settings are not among it.
fn environment() -> std::collections::BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| !name.starts_with("DATABOOK_"))
        .collect()
}

/// The operator's entries as a browser is told them.
fn origins(entries: &[DomainEntry]) -> Vec<String> {
    Network::new("", entries, &std::collections::BTreeMap::new()).origins()
}

/// How people reach the server: the address itself, or, where it listens on all of them, the first
/// name that the operator gave, or this machine.
fn reachable_name(address: SocketAddr, allowed_hosts: &[String]) -> String {
    if !address.ip().is_unspecified() {
        return address.to_string();
    }
    let port = address.port();
    match allowed_hosts.first() {
        Some(name) if crate::security::has_port(name) => name.clone(),
        Some(name) => format!("{name}:{port}"),
        None => format!("localhost:{port}"),
    }
}

/// The line that gives a login link.
pub fn login_line(name: &str, secret: &str) -> String {
    format!("login link, works once: http://{name}/login?token={secret}")
}

impl<L: LeadsBack> Bound<L>
where
    L::Addr: std::fmt::Debug,
{
    /// What the operator should see on the terminal, and nowhere else.
    pub fn announcement(&self) -> String {
        let name = &self.server.name;
        let mut lines = format!("listening on http://{name}\n");
        if let Some(printed) = &self.printed {
            lines.push_str(&login_line(name, &printed.link));
            lines.push_str(&format!(
                "\nbearer token for programs, until the server stops: {}\n",
                printed.bearer
            ));
        }
        lines
    }

    /// Answers until `stop` is ready, then ends in order: nothing new is taken, running plugins
    /// get the grace time, the rest is marked as interrupted, everything accepted is durable.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let server = self.server.clone();
        let router = self
            .router
            .into_make_service_with_connect_info::<MaybeLine>();
        let closing = server.closing.clone();
        let mut serving = tokio::spawn(
            axum::serve(self.listener, router)
                .with_graceful_shutdown(async move { closing.cancelled().await })
                .into_future(),
        );
        let sweeper = tokio::spawn(sweep(server.clone()));
        let watcher = self
            .watches_plugins
            .then(|| tokio::spawn(watch_plugins(server.clone())));

        tokio::select! {
            () = stop => tracing::info!("stopping"),
            ended = &mut serving => return ended.map_err(io::Error::other)?,
        }
        for service in SERVICES {
            let stopping = tonic_health::ServingStatus::NotServing;
            server.health.set_service_status(service, stopping).await;
        }
        server.closing.cancel();
        sweeper.abort();
        if let Some(watcher) = watcher {
            watcher.abort();
        }
        server.hub.tasks.close();
        if timeout(self.grace, server.hub.tasks.wait()).await.is_err() {
            tracing::warn!("the grace time is over; what still runs is marked as interrupted");
            server.interrupt.cancel();
            if timeout(MAX_FLUSH, server.hub.tasks.wait()).await.is_err() {
                tracing::error!("some runs did not end");
            }
        }
        if timeout(MAX_DRAIN, &mut serving).await.is_err() {
            tracing::info!("connections that are still open are cut");
            serving.abort();
        }
        if timeout(MAX_FLUSH, server.hub.flush()).await.is_err() {
            tracing::error!("storage did not take the last entries in time");
        }
        if let Err(error) = server.storage.close().await {
            tracing::error!(%error, "closing the data folder failed");
        }
        tracing::info!("stopped");
        Ok(())
    }
}

/// Looks at the plugins folder again and again: an author builds, and the page has it.
async fn watch_plugins(server: Arc<Server>) {
    let mut tick = tokio::time::interval(PLUGINS_LOOK_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let plugins = server.plugins.clone();
        // Reading files and compiling is nothing for this runtime's threads.
        match tokio::task::spawn_blocking(move || plugins.reload()).await {
            Ok(Ok(false)) => {}
            Ok(Ok(true)) => {
                tracing::info!("plugins changed");
                server.hub.tell_plugins_changed();
            }
            Ok(Err(error)) => tracing::warn!(%error, "the plugins folder is not looked at"),
            Err(error) => tracing::error!(%error, "loading plugins broke off"),
        }
    }
}

async fn sweep(server: Arc<Server>) {
    let mut tick = tokio::time::interval(SWEEP_EVERY);
    loop {
        tick.tick().await;
        server.hub.unload_idle();
    }
}

/// Hears SIGTERM and Ctrl-C from this call on, also while the server starts; the future is ready
/// on the first of them. To be called in a runtime.
#[cfg(unix)]
pub fn stop_signal() -> impl Future<Output = ()> + Send + 'static {
    use tokio::signal::unix::{Signal, SignalKind, signal};

    async fn heard(signal: io::Result<Signal>, name: &str) {
        match signal {
            Ok(mut signal) => drop(signal.recv().await),
            Err(error) => {
                tracing::error!(%error, "{name} cannot be heard");
                std::future::pending().await
            }
        }
    }
    let terminate = signal(SignalKind::terminate());
    let interrupt = signal(SignalKind::interrupt());
    async move {
        tokio::select! {
            () = heard(terminate, "SIGTERM") => {}
            () = heard(interrupt, "Ctrl-C") => {}
        }
    }
}

/// Ready on Ctrl-C.
#[cfg(not(unix))]
pub async fn stop_signal() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::error!(%error, "Ctrl-C cannot be heard");
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_printed_name_is_one_that_the_server_answers_to() {
        let check = |address: &str, allowed: &[&str], expected: &str| {
            let address: SocketAddr = address.parse().unwrap();
            let allowed: Vec<String> = allowed.iter().map(|name| (*name).to_owned()).collect();
            let name = reachable_name(address, &allowed);
            assert_eq!(name, expected);
            assert!(AllowedHosts::new(address, &allowed).allows(&name), "{name}");
        };
        check("127.0.0.1:8080", &["book.example"], "127.0.0.1:8080");
        check("[::1]:8080", &[], "[::1]:8080");
        check("0.0.0.0:8080", &[], "localhost:8080");
        check("0.0.0.0:8080", &["book.example", "b"], "book.example:8080");
        check("[::]:8080", &["book.example:443"], "book.example:443");
    }
}
