//! The host: loaded plugins, the engine and a runtime of its own.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use output::{Answer, Failure, FailureKind};
use plugin_manifest::{Kind, fill_options, nearest};
use tokio::{
    runtime::{Builder, Handle, Runtime},
    sync::Semaphore,
    task::JoinHandle,
};
use view::ViewContext;

use crate::{
    api::{Events, HostConfig, HostError, Invocation, PluginInfo, ShownView},
    cache::Cache,
    connect::{Connector, Resolver, SystemResolver},
    engine, failures,
    invoke::{Call, Shared, run},
    load::{Entry, Folder, Loader, Plugin},
    views::{self, ViewPlugin},
};

/// Polls between two looks at timers and sockets. Small, because a poll of a spinning plugin takes
/// a whole epoch, and a finished HTTP request must not wait for sixty of them.
const EVENT_INTERVAL: u32 = 4;

/// Runs the plugins of a folder. A clone is the same host.
#[derive(Clone)]
pub struct PluginHost {
    inner: Arc<Inner>,
}

struct Inner {
    folder: RwLock<Folder>,
    loader: Loader,
    shared: Arc<Shared>,
    handle: Handle,
    /// Some until dropped.
    runtime: Option<Runtime>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        // The last clone may go inside another runtime, where waiting for threads is not allowed.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl std::fmt::Debug for PluginHost {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("PluginHost")
            .field("plugins", &self.folder().entries.len())
            .finish_non_exhaustive()
    }
}

impl PluginHost {
    /// Loads every plugin, compiling what is not in the cache; takes a second or so for each of
    /// those. Does not need a runtime.
    ///
    /// # Errors
    /// When a folder is not usable or the engine does not start. A broken plugin is no error: it is
    /// listed with its own in [`PluginHost::plugins`].
    pub fn start(config: HostConfig) -> Result<Self, HostError> {
        Self::start_with_resolver(config, Arc::new(SystemResolver))
    }

    /// As [`PluginHost::start`], with another way to find the addresses of names. What it answers
    /// is checked like any other answer.
    ///
    /// # Errors
    /// As [`PluginHost::start`].
    pub fn start_with_resolver(
        config: HostConfig,
        resolver: Arc<dyn Resolver>,
    ) -> Result<Self, HostError> {
        let cache = Cache::open(&config.cache_folder).map_err(|source| HostError::CacheFolder {
            path: config.cache_folder.clone(),
            source,
        })?;
        let (engine, linker) = engine::start(&config.limits)?;
        let limits = config.limits.clone();
        let loader = Loader {
            config,
            engine: engine.clone(),
            linker,
            cache,
        };
        let folder = loader.load()?;
        let threads = limits.worker_threads.max(2);
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("plugin")
            .event_interval(EVENT_INTERVAL)
            .enable_all()
            .build()
            .map_err(|source| HostError::Runtime { source })?;
        Ok(Self {
            inner: Arc::new(Inner {
                folder: RwLock::new(folder),
                loader,
                shared: Arc::new(Shared {
                    engine,
                    connector: Connector::new(resolver)?,
                    places: Semaphore::new(limits.concurrent_calls as usize),
                    turns: Arc::new(Semaphore::new(threads - 1)),
                    view_places: Semaphore::new(limits.concurrent_views as usize),
                    view_turns: Arc::new(Semaphore::new(threads - 1)),
                    limits,
                }),
                handle: runtime.handle().clone(),
                runtime: Some(runtime),
            }),
        })
    }

    /// Loads what changed in the plugins folder since the last look; true when anything did. Calls
    /// that run go on with the plugin they began with.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn reload(&self) -> Result<bool, HostError> {
        let Some(folder) = self.inner.loader.reload(&self.folder())? else {
            return Ok(false);
        };
        *self
            .inner
            .folder
            .write()
            .unwrap_or_else(PoisonError::into_inner) = folder;
        Ok(true)
    }

    fn folder(&self) -> RwLockReadGuard<'_, Folder> {
        self.inner
            .folder
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// All plugin folders by name, broken ones and views too.
    pub fn plugins(&self) -> Vec<PluginInfo> {
        self.folder()
            .entries
            .iter()
            .map(|entry| entry.info.clone())
            .collect()
    }

    /// The plugin folder of this name, broken or not.
    pub fn find(&self, name: &str) -> Option<PluginInfo> {
        self.folder()
            .entries
            .iter()
            .find(|entry| entry.info.name == name)
            .map(|entry| entry.info.clone())
    }

    /// Calls a plugin. `events` gets its log and progress while it runs. Dropping the future
    /// cancels the call.
    ///
    /// # Errors
    /// The plugin's own failures; [`FailureKind::Invalid`] for an unknown plugin or wrong options;
    /// the host's failures for a plugin that breaks a limit or crashes.
    pub async fn invoke(&self, invocation: Invocation, events: Events) -> Result<Answer, Failure> {
        let plugin = self.usable(&invocation.plugin)?;
        let options =
            fill_options(&plugin.manifest.options, invocation.options).map_err(|problem| {
                Failure::new(
                    FailureKind::Invalid,
                    format!("`{}` cannot run: {problem}.", invocation.plugin),
                    problem.hint(),
                )
            })?;
        let call = Call {
            plugin,
            options,
            context: invocation.context,
            events,
        };
        let mut task = Cancelling(
            self.inner
                .handle
                .spawn(run(Arc::clone(&self.inner.shared), call)),
        );
        (&mut task.0).await.unwrap_or_else(|error| {
            tracing::error!(plugin = invocation.plugin, %error, "call broken off");
            Err(failures::host_broke(&invocation.plugin))
        })
    }

    /// Shows a view without a page: starts it with `context`, whose options are checked and
    /// completed here, and performs what it wants until nothing is left to wait for. Options that it
    /// sets are not kept, and it may not call plugins that act on the world. Dropping the future
    /// cancels it.
    ///
    /// # Errors
    /// The view's own failures; [`FailureKind::Invalid`] for an unknown view or wrong options; the
    /// host's failures for a view that breaks a limit, crashes or shows nothing.
    pub async fn show(&self, view: &str, mut context: ViewContext) -> Result<ShownView, Failure> {
        let plugin = self.usable_view(view)?;
        context.options = views::options(&plugin.manifest, context.options).map_err(|problem| {
            Failure::new(
                FailureKind::Invalid,
                format!("`{view}` cannot be shown: {problem}."),
                problem.hint(),
            )
        })?;
        let mut task = Cancelling(self.inner.handle.spawn(views::show(
            self.clone(),
            plugin,
            context,
        )));
        (&mut task.0).await.unwrap_or_else(|error| {
            tracing::error!(plugin = view, %error, "view broken off");
            Err(failures::host_broke(view))
        })
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.inner.shared
    }

    pub(crate) fn loader(&self) -> &Loader {
        &self.inner.loader
    }

    fn usable_view(&self, name: &str) -> Result<Arc<ViewPlugin>, Failure> {
        let folder = self.folder();
        let entry = find(&folder.entries, name, Kind::View)?;
        if entry.info.kind == Kind::Backend && entry.info.error.is_none() {
            return Err(Failure::new(
                FailureKind::Invalid,
                format!("The plugin `{name}` is no view: it answers queries and shows nothing."),
                format!("Write `@plugin={name}` to ask it."),
            ));
        }
        match &entry.view {
            Some(view) => Ok(Arc::clone(view)),
            None => Err(unusable(entry)),
        }
    }

    fn usable(&self, name: &str) -> Result<Arc<Plugin>, Failure> {
        let folder = self.folder();
        let entry = find(&folder.entries, name, Kind::Backend)?;
        if entry.info.kind == Kind::View {
            return Err(Failure::new(
                FailureKind::Invalid,
                format!("The plugin `{name}` is a view: it shows outputs and answers no queries."),
                format!("Write `@view={name}` to show an output with it."),
            ));
        }
        match &entry.plugin {
            Some(plugin) => Ok(Arc::clone(plugin)),
            None => Err(unusable(entry)),
        }
    }
}

/// The folder of this name, or words that suggest one of the wanted kind.
fn find<'a>(entries: &'a [Entry], name: &str, kind: Kind) -> Result<&'a Entry, Failure> {
    if let Some(entry) = entries.iter().find(|entry| entry.info.name == name) {
        return Ok(entry);
    }
    let names = entries
        .iter()
        .filter(|entry| entry.info.kind == kind)
        .map(|entry| entry.info.name.as_str());
    let word = match kind {
        Kind::Backend => "plugin",
        Kind::View => "view",
    };
    let hint = match nearest(name, names.clone()) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => match names.collect::<Vec<_>>().join(", ") {
            none if none.is_empty() => format!("No {word} is installed."),
            known => format!("Installed are: {known}."),
        },
    };
    let message = format!("There is no {word} `{name}`.");
    Err(Failure::new(FailureKind::Invalid, message, hint))
}

fn unusable(entry: &Entry) -> Failure {
    let name = &entry.info.name;
    match &entry.info.error {
        Some(error) => Failure::new(
            FailureKind::Internal,
            format!("The plugin `{name}` cannot be used: {error}."),
            "Repair its folder; the server looks at it again by itself.",
        ),
        None => failures::host_broke(name),
    }
}

/// Ends the task when the caller loses interest in it.
struct Cancelling<T>(JoinHandle<T>);

impl<T> Drop for Cancelling<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
