//! A host over a folder of copies of the hostile plugin, each with a config.toml of its own.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex, OnceLock},
};

use output::Output;
use plugin_host::{
    Answer, Context, Event, Failure, HostConfig, HostLimits, Invocation, PluginHost, Resolver,
    TimeRange,
};
use tempfile::TempDir;
use wit_component::ComponentEncoder;

/// What the hostile plugin understands.
const OPTIONS: [&str; 9] = [
    "do",
    "query",
    "method",
    "header",
    "body",
    "timeout_ms",
    "max_body_bytes",
    "bytes",
    "as",
];

/// The hostile plugin as a component, built once.
pub fn hostile_wasm() -> &'static [u8] {
    static WASM: OnceLock<Result<Vec<u8>, String>> = OnceLock::new();
    match WASM.get_or_init(build_hostile) {
        Ok(wasm) => wasm,
        Err(reason) => panic!("the hostile plugin does not build: {reason}"),
    }
}

fn build_hostile() -> Result<Vec<u8>, String> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plugins");
    let status = Command::new(env!("CARGO"))
        .current_dir(workspace)
        .args(["build", "--package", "hostile"])
        .args(["--target", "wasm32-unknown-unknown"])
        .args(["--profile", "plugin", "--target-dir"])
        .arg(&target)
        .status()
        .map_err(|error| error.to_string())?;
    if !status.success() {
        return Err(format!(
            "{status}; if the target is missing: rustup target add wasm32-unknown-unknown"
        ));
    }
    let module = fs::read(target.join("wasm32-unknown-unknown/plugin/hostile.wasm"))
        .map_err(|error| error.to_string())?;
    ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .and_then(|encoder| encoder.encode())
        .map_err(|error| format!("{error:#}"))
}

/// A host that is about to start.
pub struct Setup {
    pub folder: TempDir,
    pub environment: BTreeMap<String, String>,
    pub limits: HostLimits,
    pub cache_folder: PathBuf,
    pub resolver: Option<Arc<dyn Resolver>>,
}

impl Setup {
    pub fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            environment: BTreeMap::new(),
            limits: HostLimits {
                worker_threads: 2,
                ..HostLimits::default()
            },
            // Shared, so that the plugin is compiled once for all tests.
            cache_folder: Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled"),
            resolver: None,
        }
    }

    /// Adds a copy of the hostile plugin; `config` is what its config.toml says beside the rest.
    pub fn plugin(self, name: &str, config: &str) -> Self {
        let options: String = OPTIONS
            .iter()
            .map(|option| format!("[[options]]\nname = \"{option}\"\n"))
            .collect();
        let config = format!("name = \"{name}\"\nkind = \"backend\"\n{config}\n{options}");
        self.file(name, "config.toml", config.as_bytes())
            .file(name, "plugin.wasm", hostile_wasm())
    }

    pub fn file(self, folder: &str, file: &str, bytes: &[u8]) -> Self {
        let folder = self.folder.path().join(folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(file), bytes).unwrap();
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    pub fn limits(mut self, change: impl FnOnce(&mut HostLimits)) -> Self {
        change(&mut self.limits);
        self
    }

    /// Answers for names in place of the machine's resolver.
    pub fn resolver(mut self, resolver: Arc<dyn Resolver>) -> Self {
        self.resolver = Some(resolver);
        self
    }

    pub fn start(self) -> TestHost {
        let config = HostConfig {
            plugins_folder: self.folder.path().to_owned(),
            cache_folder: self.cache_folder,
            limits: self.limits,
            environment: self.environment,
        };
        let host = match self.resolver {
            Some(resolver) => PluginHost::start_with_resolver(config, resolver),
            None => PluginHost::start(config),
        }
        .expect("the host starts");
        TestHost {
            host,
            events: Arc::new(Mutex::new(Vec::new())),
            _folder: Arc::new(self.folder),
        }
    }
}

/// A started host and everything its plugins said.
#[derive(Clone)]
pub struct TestHost {
    pub host: PluginHost,
    pub events: Arc<Mutex<Vec<Event>>>,
    _folder: Arc<TempDir>,
}

pub const CONTEXT: Context = Context {
    now_ms: 1_700_000_000_000,
    time_range: TimeRange {
        start_ms: 1_699_996_400_000,
        end_ms: 1_700_000_000_000,
    },
    width_px: 800,
};

impl TestHost {
    pub async fn call(&self, plugin: &str, options: &[(&str, &str)]) -> Result<Answer, Failure> {
        let sink = Arc::clone(&self.events);
        let options = options
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        self.host
            .invoke(
                Invocation {
                    plugin: plugin.to_owned(),
                    options,
                    context: CONTEXT,
                },
                Arc::new(move |event| sink.lock().unwrap().push(event)),
            )
            .await
    }

    /// The text that the plugin answers.
    pub async fn text(&self, plugin: &str, options: &[(&str, &str)]) -> String {
        match self.call(plugin, options).await.map(|answer| answer.output) {
            Ok(Output::Text(text)) => text,
            other => panic!("no text: {other:?}"),
        }
    }

    /// How the plugin fails.
    pub async fn failure(&self, plugin: &str, options: &[(&str, &str)]) -> Failure {
        self.call(plugin, options)
            .await
            .expect_err("the call fails")
    }

    /// The log lines so far.
    pub fn log(&self) -> Vec<String> {
        self.events
            .lock()
            .unwrap()
            .iter()
            .filter_map(|event| match event {
                Event::Log { message, .. } => Some(message.clone()),
                Event::Progress { .. } => None,
            })
            .collect()
    }
}
