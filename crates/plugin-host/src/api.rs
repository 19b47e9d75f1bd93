//! What callers give to the host and get from it.

use std::{collections::BTreeMap, io, path::PathBuf, sync::Arc, time::Duration};

use output::{Answer, Level, TimeRange};
use plugin_manifest::{Kind, OptionSpec};
use view::LogLine;
use widgets::Tree;

/// What a host is started with.
#[derive(Clone, Debug)]
pub struct HostConfig {
    /// Holds a folder per plugin: `NAME/config.toml` and `NAME/plugin.wasm`.
    pub plugins_folder: PathBuf,
    /// For compiled code; made private to this user. Nothing in it is needed: it can be deleted.
    pub cache_folder: PathBuf,
    pub limits: HostLimits,
    /// What plugins may ask for, if their config.toml lists it. Nothing else of the process's
    /// environment is ever read.
    pub environment: BTreeMap<String, String>,
}

/// Bounds that hold for all plugins; a `config.toml` chooses its own within them.
#[derive(Clone, Debug)]
pub struct HostLimits {
    /// Calls that run at the same time, of all plugins together.
    pub concurrent_calls: u32,
    /// Calls of one plugin that run at the same time, so that one cannot take every place.
    pub concurrent_calls_per_plugin: u32,
    /// Threads that run plugins and nothing else, at least 2: calls that compute for long leave
    /// one of them to the others.
    pub worker_threads: usize,
    /// Views that are shown without a page at the same time.
    pub concurrent_views: u32,
    /// Time after which a view that is shown without a page is taken as it is.
    pub view_time: Duration,
    /// Computing time of one call; waiting for HTTP does not count.
    pub cpu_time: Duration,
    /// Most bytes that an answer may have to be taken at all.
    pub answer_bytes: usize,
    /// Bytes of an answer that are kept; the rest is cut and a notice says so.
    pub kept_bytes: usize,
    /// Bytes of log lines of one run that are passed on.
    pub log_bytes: usize,
    /// Calls of host functions that one run may make.
    pub host_calls: u32,
}

impl Default for HostLimits {
    fn default() -> Self {
        Self {
            concurrent_calls: 64,
            concurrent_calls_per_plugin: 16,
            worker_threads: std::thread::available_parallelism().map_or(2, |n| n.get().max(2)),
            concurrent_views: 16,
            view_time: Duration::from_secs(10),
            cpu_time: Duration::from_secs(60),
            answer_bytes: 52 << 20,
            kept_bytes: 8 << 20,
            log_bytes: 256 << 10,
            host_calls: 1_000_000,
        }
    }
}

/// Why the host cannot start at all. A broken plugin is no such reason.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    #[error("the plugins folder {} cannot be read", path.display())]
    PluginsFolder { path: PathBuf, source: io::Error },
    #[error("the folder {} for compiled plugins cannot be made private to this user", path.display())]
    CacheFolder { path: PathBuf, source: io::Error },
    #[error("the WebAssembly engine does not start: {reason}")]
    Engine { reason: String },
    #[error("the threads for plugins do not start")]
    Runtime { source: io::Error },
    #[error("the TLS set-up for plugins fails: {reason}")]
    Tls { reason: String },
}

/// One plugin folder, usable or not.
#[derive(Clone, Debug, PartialEq)]
pub struct PluginInfo {
    pub name: String,
    /// Backend when the file that says so is broken.
    pub kind: Kind,
    pub description: String,
    pub options: Vec<OptionSpec>,
    pub allowed_env_vars: Vec<String>,
    /// As written in the file.
    pub allowed_domains: Vec<String>,
    /// What a view shows.
    pub content_types: Vec<String>,
    /// It acts on the world.
    pub action: bool,
    /// Why the plugin cannot be used, in words for its author.
    pub error: Option<String>,
    /// What a page needs to run it; for usable views.
    pub view: Option<ViewInfo>,
}

/// A view plugin for the page that runs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewInfo {
    /// BLAKE3 of the component, hexadecimal.
    pub component_hash: String,
    pub component: Arc<[u8]>,
    /// Where it may send requests: origins, and `*.` suffixes for both default ports.
    pub origins: Vec<String>,
    /// Backend plugins that it may call.
    pub allowed_plugins: Vec<String>,
    pub memory_mb: u32,
    pub first_tree_ms: u32,
    pub event_ms: u32,
    /// Widgets of its tree at most.
    pub nodes: u32,
}

/// The files of a view plugin that somebody brings along.
#[derive(Clone, Debug)]
pub struct HandedView {
    pub component: bytes::Bytes,
    /// Without one it asks for nothing.
    pub config: Option<String>,
    /// Names a plugin without a config.toml.
    pub file_name: String,
}

/// One call of a plugin.
#[derive(Clone, Debug)]
pub struct Invocation {
    pub plugin: String,
    /// What the cell gives; the body is the option `query`.
    pub options: BTreeMap<String, String>,
    pub context: Context,
}

/// What a plugin may know of the request beside its options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// Milliseconds since 1970 UTC on the server's clock.
    pub now_ms: i64,
    pub time_range: TimeRange,
    /// CSS pixels.
    pub width_px: u32,
}

/// What a view shows when nothing is left to do for it.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownView {
    /// Checked against the limits of trees.
    pub tree: Tree,
    /// Remarks: it was still at work when its time was over.
    pub notices: Vec<String>,
    pub log: Vec<LogLine>,
}

/// What a running plugin says before its answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Log {
        level: Level,
        message: String,
    },
    /// `fraction` is 0 to 1.
    Progress {
        fraction: f64,
        message: String,
    },
    /// What there is to see before the answer, cut as an answer is. It takes the place of those
    /// before.
    Preview {
        answer: Answer,
    },
}

/// Takes events as they come, on the host's threads; it must not block.
pub type Events = Arc<dyn Fn(Event) + Send + Sync>;
