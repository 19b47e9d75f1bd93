//! A view plugin that somebody brings along: its two files, read as a folder's would be.

use output::Builtin;
use plugin_manifest::{Kind, is_plugin_name};

use crate::{
    api::{HandedView, PluginInfo},
    load,
};

/// What a plugin is called whose file does not name it.
const NAMELESS: &str = "dropped";
/// How files of the same name as in a folder are shown in errors.
const MANIFEST_FILE: &str = "config.toml";

/// Why files are no view plugin that a person can bring along.
#[derive(Debug, thiserror::Error)]
enum HandedError {
    #[error("config.toml has {bytes} bytes, more than the {most} that are read")]
    LargeManifest { bytes: usize, most: u64 },
    #[error(transparent)]
    Manifest(#[from] plugin_manifest::ManifestErrors),
    #[error(
        "config.toml says that `{name}` is a backend plugin; only views run in a browser. An \
         operator puts it into the server's folder of plugins"
    )]
    Backend { name: String },
    #[error(
        "config.toml: `{name}` is a view that is built in, so no plugin can have the name; choose \
         another"
    )]
    Builtin { name: String },
    #[error("{0}")]
    Component(#[from] view::component::ComponentError),
}

/// Reads a view: with no environment of the server, so that an `env:` entry grants nothing.
///
/// # Errors
/// What is wrong with the files, in words for who brought them.
pub fn inspect(handed: &HandedView) -> Result<PluginInfo, String> {
    read(handed).map_err(|error| error.to_string())
}

fn read(handed: &HandedView) -> Result<PluginInfo, HandedError> {
    // First: a file that is no view at all needs no words about its config.toml.
    view::component::read(&handed.component, plugin_manifest::MAX_MEMORY_MB)?;
    let config = match &handed.config {
        Some(config) if config.len() as u64 > load::MAX_MANIFEST_BYTES => {
            return Err(HandedError::LargeManifest {
                bytes: config.len(),
                most: load::MAX_MANIFEST_BYTES,
            });
        }
        Some(config) => config.clone(),
        None => without_config(&handed.file_name),
    };
    let manifest = plugin_manifest::parse(MANIFEST_FILE, &config)?;
    if manifest.kind != Kind::View {
        return Err(HandedError::Backend {
            name: manifest.name,
        });
    }
    if Builtin::parse(&manifest.name).is_some() {
        return Err(HandedError::Builtin {
            name: manifest.name,
        });
    }
    let network = plugin_manifest::Network::new(
        &manifest.name,
        &manifest.allowed_domains,
        &std::collections::BTreeMap::new(),
    );
    let mut info = load::info(&manifest);
    info.view = Some(load::view_info(&manifest, &network, &handed.component)?);
    Ok(info)
}

/// The config.toml of a plugin that came without one: it asks for nothing.
fn without_config(file_name: &str) -> String {
    let stem = file_name.strip_suffix(".wasm").unwrap_or(file_name);
    let name = if stem != "plugin" && is_plugin_name(stem) {
        stem
    } else {
        NAMELESS
    };
    format!("name = \"{name}\"\ndescription = \"Came without a config.toml.\"\nkind = \"view\"\n")
}
