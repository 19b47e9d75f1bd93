//! The plugins folder: every folder in it becomes a plugin, usable or listed with its error.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use output::Builtin;
use plugin_manifest::{Kind, Manifest, ManifestErrors, Network};
use tokio::sync::Semaphore;
use wasmtime::{
    Engine,
    component::{Component, Linker},
};

use crate::{
    api::{HostConfig, HostError, PluginInfo, ViewInfo},
    bindings::BackendPre,
    cache::Cache,
    secrets::Masker,
    state::CallState,
    views::ViewPlugin,
};

const MANIFEST_FILE: &str = "config.toml";
const WASM_FILE: &str = "plugin.wasm";
/// Most bytes of a config.toml.
pub(crate) const MAX_MANIFEST_BYTES: u64 = 256 << 10;
/// Most bytes of a plugin.wasm; a Python runtime takes about 40 MB.
const MAX_WASM_BYTES: u64 = 128 << 20;
/// How a WebAssembly file begins, and the version field that tells component from core module.
const WASM_MAGIC: &[u8] = b"\0asm";
const COMPONENT_VERSION: &[u8] = &[0x0d, 0x00, 0x01, 0x00];
const CORE_VERSION: &[u8] = &[0x01, 0x00, 0x00, 0x00];
/// The interfaces that a plugin may import, without their minor version.
const OUR_IMPORTS: [&str; 4] = [
    "databook:plugin/types@1.",
    "databook:plugin/widgets@1.",
    "databook:plugin/answers@1.",
    "databook:plugin/host@1.",
];
const OUR_EXPORT: &str = "invoke";

/// A usable backend plugin.
pub(crate) struct Plugin {
    pub manifest: Manifest,
    pub pre: BackendPre<CallState>,
    pub network: Arc<Network>,
    /// Only what the manifest lists.
    pub environment: BTreeMap<String, String>,
    pub masker: Arc<Masker>,
    /// Places for calls of this plugin.
    pub places: Arc<Semaphore>,
}

impl Plugin {
    pub fn memory_bytes(&self) -> usize {
        (self.manifest.limits.memory_mb as usize) << 20
    }

    pub fn response_bytes(&self) -> u64 {
        u64::from(self.manifest.limits.max_response_mb) << 20
    }

    pub fn timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.manifest.limits.timeout_s))
    }
}

/// A folder of the plugins folder.
#[derive(Clone)]
pub(crate) struct Entry {
    pub info: PluginInfo,
    /// None for a view and for what is broken.
    pub plugin: Option<Arc<Plugin>>,
    /// A view, for showing it without a page.
    pub view: Option<Arc<ViewPlugin>>,
}

impl Entry {
    fn broken(info: PluginInfo) -> Self {
        Self {
            info,
            plugin: None,
            view: None,
        }
    }
}

/// Why a folder is no usable plugin, in words for its author.
#[derive(Debug, thiserror::Error)]
enum LoadError {
    #[error("{file} is missing")]
    Missing { file: String },
    #[error("plugin.wasm is missing; `cargo xtask plugins` builds the plugins of this repository")]
    MissingWasm,
    #[error("{file} cannot be read: {source}")]
    Unreadable { file: String, source: io::Error },
    #[error("{file} has {bytes} bytes, more than the {most} that are read")]
    TooLarge { file: String, bytes: u64, most: u64 },
    #[error("{file} is not UTF-8 text")]
    NotText { file: String },
    #[error(transparent)]
    Manifest(#[from] ManifestErrors),
    #[error("{file}: the name is `{name}`, but the folder is `{folder}`; make them equal")]
    OtherName {
        file: String,
        name: String,
        folder: String,
    },
    #[error(
        "{file}: `{name}` is a view that is built in, so no plugin can have the name; choose another"
    )]
    BuiltinName { file: String, name: String },
    #[error("plugin.wasm: {0}")]
    View(#[from] view::component::ComponentError),
    #[error("plugin.wasm is not WebAssembly")]
    NotWasm,
    #[error("plugin.wasm is precompiled code; only WebAssembly is loaded")]
    Precompiled,
    #[error(
        "plugin.wasm is a core module, and a plugin is a component; turn it into one with `wasm-tools component new`"
    )]
    CoreModule,
    #[error("plugin.wasm is not a valid component: {reason}")]
    Invalid { reason: String },
    #[error(
        "plugin.wasm imports {}, which databook does not offer; a plugin may import only `databook:plugin/host`",
        imports.join(", ")
    )]
    ForeignImports { imports: Vec<String> },
    #[error(
        "plugin.wasm does not export `invoke`; it must be a component for the world `databook:plugin/backend@1.0.0`"
    )]
    NoInvoke,
    #[error(
        "plugin.wasm does not fit the world `databook:plugin/backend@1.0.0`: {reason}; build it against wit/1.0.0"
    )]
    WrongWorld { reason: String },
}

/// The plugins folder as it was loaded.
#[derive(Default)]
pub(crate) struct Folder {
    pub entries: Vec<Entry>,
    /// By which a change of a folder is seen, in the order of the entries.
    stamps: Vec<(String, Stamp)>,
}

/// Lengths and times of the two files of a plugin.
type Stamp = [Option<(u64, SystemTime)>; 2];

/// What loading needs.
pub(crate) struct Loader {
    pub config: HostConfig,
    pub engine: Engine,
    pub linker: Linker<CallState>,
    pub cache: Cache,
}

impl Loader {
    /// Loads every folder, in the order of their names.
    pub fn load(&self) -> Result<Folder, HostError> {
        let folder = self.reload(&Folder::default())?.unwrap_or_default();
        if let Err(error) = self.cache.prune() {
            tracing::warn!(%error, "old compiled code is not removed");
        }
        Ok(folder)
    }

    /// The folder now, what has not changed taken over; none when nothing has.
    pub fn reload(&self, before: &Folder) -> Result<Option<Folder>, HostError> {
        let path = &self.config.plugins_folder;
        let mut folders = folders(path).map_err(|source| HostError::PluginsFolder {
            path: path.clone(),
            source,
        })?;
        folders.sort();
        let stamps: Vec<(String, Stamp)> = folders
            .iter()
            .map(|(name, path)| (name.clone(), stamp(path)))
            .collect();
        if stamps == before.stamps {
            return Ok(None);
        }
        let entries = folders
            .iter()
            .zip(&stamps)
            .map(|((name, path), stamp)| {
                let known = before.stamps.iter().position(|known| known == stamp);
                match known.and_then(|place| before.entries.get(place)) {
                    Some(entry) => entry.clone(),
                    None => load(name, path, self),
                }
            })
            .collect();
        Ok(Some(Folder { entries, stamps }))
    }
}

fn stamp(folder: &Path) -> Stamp {
    [MANIFEST_FILE, WASM_FILE].map(|file| {
        let metadata = fs::metadata(folder.join(file)).ok()?;
        Some((metadata.len(), metadata.modified().ok()?))
    })
}

/// Every folder that is not hidden, with its name.
fn folders(path: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // Follows links, so that a plugin under development can be linked in.
        if !name.starts_with('.') && entry.path().is_dir() {
            folders.push((name, entry.path()));
        }
    }
    Ok(folders)
}

fn load(name: &str, path: &Path, loader: &Loader) -> Entry {
    let config = &loader.config;
    let manifest = match manifest(name, path) {
        Ok(manifest) => manifest,
        Err(error) => {
            tracing::warn!(plugin = name, %error, "plugin is broken");
            return Entry::broken(nameless_info(name, error.to_string()));
        }
    };
    let mut info = info(&manifest);
    if manifest.kind == Kind::View {
        return match view(path, &manifest, config) {
            Ok((view, network)) => {
                let plugin = ViewPlugin::new(manifest, network, Arc::clone(&view.component));
                info.view = Some(view);
                Entry {
                    info,
                    plugin: None,
                    view: Some(Arc::new(plugin)),
                }
            }
            Err(error) => {
                tracing::warn!(plugin = name, %error, "plugin is broken");
                info.error = Some(error.to_string());
                Entry::broken(info)
            }
        };
    }
    let plugin = match component(path, loader) {
        Ok(pre) => Some(Arc::new(plugin(manifest, pre, config))),
        Err(error) => {
            tracing::warn!(plugin = name, %error, "plugin is broken");
            info.error = Some(error.to_string());
            None
        }
    };
    Entry {
        info,
        plugin,
        view: None,
    }
}

fn manifest(folder: &str, path: &Path) -> Result<Manifest, LoadError> {
    let file = format!("{folder}/{MANIFEST_FILE}");
    let bytes = read(&path.join(MANIFEST_FILE), &file, MAX_MANIFEST_BYTES)?
        .ok_or_else(|| LoadError::Missing { file: file.clone() })?;
    let text = String::from_utf8(bytes).map_err(|_| LoadError::NotText { file: file.clone() })?;
    let manifest = plugin_manifest::parse(&file, &text)?;
    if manifest.name != folder {
        return Err(LoadError::OtherName {
            file,
            name: manifest.name,
            folder: folder.to_owned(),
        });
    }
    if Builtin::parse(&manifest.name).is_some() {
        return Err(LoadError::BuiltinName {
            file,
            name: manifest.name,
        });
    }
    Ok(manifest)
}

/// None when the file is not there.
fn read(path: &Path, file: &str, most: u64) -> Result<Option<Vec<u8>>, LoadError> {
    let unreadable = |source| LoadError::Unreadable {
        file: file.to_owned(),
        source,
    };
    let bytes = match fs::metadata(path) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    if bytes > most {
        return Err(LoadError::TooLarge {
            file: file.to_owned(),
            bytes,
            most,
        });
    }
    fs::read(path).map(Some).map_err(unreadable)
}

/// A view runs in the page; its component is looked at here, so that what is wrong with it is listed
/// for its author, and compiled only when somebody has it shown without a page.
fn view(
    path: &Path,
    manifest: &Manifest,
    config: &HostConfig,
) -> Result<(ViewInfo, Network), LoadError> {
    let wasm =
        read(&path.join(WASM_FILE), WASM_FILE, MAX_WASM_BYTES)?.ok_or(LoadError::MissingWasm)?;
    let network = Network::new(
        &manifest.name,
        &manifest.allowed_domains,
        &config.environment,
    );
    Ok((view_info(manifest, &network, &wasm)?, network))
}

/// What a page needs to run a view, if the component is one.
pub(crate) fn view_info(
    manifest: &Manifest,
    network: &Network,
    wasm: &[u8],
) -> Result<ViewInfo, view::component::ComponentError> {
    view::component::read(wasm, manifest.limits.memory_mb)?;
    Ok(ViewInfo {
        component_hash: blake3::hash(wasm).to_hex().to_string(),
        component: wasm.into(),
        origins: network.origins(),
        allowed_plugins: manifest.allowed_plugins.clone(),
        memory_mb: manifest.limits.memory_mb,
        first_tree_ms: manifest.limits.first_tree_ms,
        event_ms: manifest.limits.event_ms,
        nodes: manifest.limits.nodes,
    })
}

fn component(
    path: &Path,
    Loader {
        engine,
        linker,
        cache,
        ..
    }: &Loader,
) -> Result<BackendPre<CallState>, LoadError> {
    let wasm =
        read(&path.join(WASM_FILE), WASM_FILE, MAX_WASM_BYTES)?.ok_or(LoadError::MissingWasm)?;
    match (wasm.get(..4), wasm.get(4..8)) {
        (Some(WASM_MAGIC), Some(COMPONENT_VERSION)) => {}
        (Some(WASM_MAGIC), Some(CORE_VERSION)) => return Err(LoadError::CoreModule),
        _ if Engine::detect_precompiled(&wasm).is_some() => return Err(LoadError::Precompiled),
        _ => return Err(LoadError::NotWasm),
    }
    let component: Component =
        cache
            .compile(engine, &wasm)
            .map_err(|error| LoadError::Invalid {
                reason: one_line(&error),
            })?;
    check_world(&component, engine)?;
    linker
        .instantiate_pre(&component)
        .and_then(BackendPre::new)
        .map_err(|error| LoadError::WrongWorld {
            reason: one_line(&error),
        })
}

/// Refuses what the linker would refuse too, but in words.
fn check_world(component: &Component, engine: &Engine) -> Result<(), LoadError> {
    let world = component.component_type();
    let imports: Vec<_> = world
        .imports(engine)
        .map(|(name, _)| name)
        .filter(|name| !OUR_IMPORTS.iter().any(|ours| name.starts_with(ours)))
        .map(|name| format!("`{name}`"))
        .collect();
    if !imports.is_empty() {
        return Err(LoadError::ForeignImports { imports });
    }
    if world.exports(engine).any(|(name, _)| name == OUR_EXPORT) {
        Ok(())
    } else {
        Err(LoadError::NoInvoke)
    }
}

fn one_line(error: &wasmtime::Error) -> String {
    format!("{error:#}")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn plugin(manifest: Manifest, pre: BackendPre<CallState>, config: &HostConfig) -> Plugin {
    let environment: BTreeMap<_, _> = manifest
        .allowed_env_vars
        .iter()
        .filter_map(|name| config.environment.get_key_value(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    Plugin {
        network: Arc::new(Network::new(
            &manifest.name,
            &manifest.allowed_domains,
            &config.environment,
        )),
        masker: Arc::new(Masker::new(&environment)),
        environment,
        places: Arc::new(Semaphore::new(
            config.limits.concurrent_calls_per_plugin as usize,
        )),
        pre,
        manifest,
    }
}

pub(crate) fn info(manifest: &Manifest) -> PluginInfo {
    PluginInfo {
        name: manifest.name.clone(),
        kind: manifest.kind,
        description: manifest.description.clone(),
        options: manifest.options.clone(),
        allowed_env_vars: manifest.allowed_env_vars.clone(),
        allowed_domains: manifest
            .allowed_domains
            .iter()
            .map(ToString::to_string)
            .collect(),
        content_types: manifest.content_types.clone(),
        action: manifest.action,
        error: None,
        view: None,
    }
}

fn nameless_info(folder: &str, error: String) -> PluginInfo {
    PluginInfo {
        name: folder.to_owned(),
        kind: Kind::Backend,
        description: String::new(),
        options: Vec::new(),
        allowed_env_vars: Vec::new(),
        allowed_domains: Vec::new(),
        content_types: Vec::new(),
        action: false,
        error: Some(error),
        view: None,
    }
}
