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
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// Where a module says for which world it was made.
const WORLD_SECTION: &[u8] = b"component-type:";

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

/// The plugins that the tests run.
const PACKAGES: [&str; 3] = ["hostile", "heatmap", "asking"];

/// The hostile plugin as a component.
pub fn hostile_wasm() -> &'static [u8] {
    wasm("hostile")
}

/// A plugin as a component; all are built once.
pub fn wasm(package: &str) -> &'static [u8] {
    static WASM: OnceLock<Result<BTreeMap<&str, Vec<u8>>, String>> = OnceLock::new();
    match WASM.get_or_init(build) {
        Ok(components) => &components[package],
        Err(reason) => panic!("the plugins do not build: {reason}"),
    }
}

fn build() -> Result<BTreeMap<&'static str, Vec<u8>>, String> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plugins");
    let status = Command::new(env!("CARGO"))
        .current_dir(workspace)
        .arg("build")
        .args(PACKAGES.iter().flat_map(|package| ["--package", package]))
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
    let component = |package| {
        let module = fs::read(target.join(format!("wasm32-unknown-unknown/plugin/{package}.wasm")))
            .map_err(|error| error.to_string())?;
        let component = encode(module).map_err(|error| format!("{package}: {error:#}"))?;
        Ok((package, component))
    };
    PACKAGES.into_iter().map(component).collect()
}

/// A module that does not say its world is a view's.
fn encode(mut module: Vec<u8>) -> anyhow::Result<Vec<u8>> {
    let says_its_world = module
        .windows(WORLD_SECTION.len())
        .any(|bytes| bytes == WORLD_SECTION);
    if !says_its_world {
        let mut resolve = Resolve::default();
        let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit/1.0.0");
        let (package, _) = resolve.push_dir(wit)?;
        let world = resolve.select_world(&[package], Some("view"))?;
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)?;
    }
    ComponentEncoder::default()
        .validate(true)
        .module(&module)?
        .encode()
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

    /// Adds a copy of a view; `config` is what its config.toml says beside the rest.
    pub fn view(self, name: &str, package: &str, config: &str) -> Self {
        let config = format!("name = \"{name}\"\nkind = \"view\"\n{config}\n");
        self.file(name, "config.toml", config.as_bytes())
            .file(name, "plugin.wasm", wasm(package))
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
                Event::Progress { .. } | Event::Preview { .. } => None,
            })
            .collect()
    }
}
