//! The plugins that the tests need, built once, and their compiled code, kept between tests.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// Where a module says for which world it was made.
const WORLD_SECTION: &[u8] = b"component-type:";

/// A folder with `demo` and `hostile`.
pub fn folder() -> &'static Path {
    &built().0
}

/// A folder with these and the views `heatmap` and `asking`.
pub fn with_views() -> &'static Path {
    &built().1
}

fn built() -> &'static (PathBuf, PathBuf) {
    static FOLDERS: OnceLock<(PathBuf, PathBuf)> = OnceLock::new();
    FOLDERS.get_or_init(build)
}

fn build() -> (PathBuf, PathBuf) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let target = temporary.join("plugins");
    let shipped = |name: &str| {
        fs::read_to_string(workspace.join(format!("plugins/{name}/config.toml"))).unwrap()
    };
    let options = "[[options]]\nname = \"do\"\n[[options]]\nname = \"query\"\n";
    let plugins = [
        ("demo", shipped("demo"), false),
        (
            "hostile",
            format!(
                "name = \"hostile\"\nkind = \"backend\"\n\
                 allowed_domains = [\"env:HOSTILE_URL\"]\n{options}"
            ),
            false,
        ),
        ("heatmap", shipped("heatmap"), true),
        (
            "asking",
            "name = \"asking\"\nkind = \"view\"\nallowed_domains = [\"example.org\"]\n\
             [limits]\nfirst_tree_ms = 300\n\
             [[options]]\nname = \"do\"\n[[options]]\nname = \"url\"\n\
             [[options]]\nname = \"plugin\"\n"
                .to_owned(),
            true,
        ),
    ];
    let status = Command::new(env!("CARGO"))
        .current_dir(&workspace)
        .arg("build")
        .args(plugins.iter().flat_map(|(name, ..)| ["--package", name]))
        .args(["--target", "wasm32-unknown-unknown"])
        .args(["--profile", "plugin", "--target-dir"])
        .arg(&target)
        .status()
        .unwrap();
    assert!(
        status.success(),
        "{status}; if the target is missing: rustup target add wasm32-unknown-unknown"
    );
    let folder = temporary.join("server-plugins");
    let all = temporary.join("server-plugins-and-views");
    for (name, config, is_view) in plugins {
        let module = target.join(format!("wasm32-unknown-unknown/plugin/{name}.wasm"));
        let component = encode(fs::read(module).unwrap(), &workspace);
        let folders = [Some(&all), (!is_view).then_some(&folder)];
        for plugin in folders
            .into_iter()
            .flatten()
            .map(|folder| folder.join(name))
        {
            fs::create_dir_all(&plugin).unwrap();
            write_anew(&plugin.join("config.toml"), config.as_bytes());
            write_anew(&plugin.join("plugin.wasm"), &component);
        }
    }
    (folder, all)
}

/// What is there already is left alone: servers of other tests would take it for a change.
fn write_anew(file: &Path, content: &[u8]) {
    if fs::read(file).ok().as_deref() != Some(content) {
        fs::write(file, content).unwrap();
    }
}

/// A module that does not say its world is a view's.
fn encode(mut module: Vec<u8>, workspace: &Path) -> Vec<u8> {
    let says_its_world = module
        .windows(WORLD_SECTION.len())
        .any(|bytes| bytes == WORLD_SECTION);
    if !says_its_world {
        let mut resolve = Resolve::default();
        let (package, _) = resolve.push_dir(workspace.join("wit/1.0.0")).unwrap();
        let world = resolve.select_world(&[package], Some("view")).unwrap();
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    }
    ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .and_then(|encoder| encoder.encode())
        .unwrap()
}

/// Fills a plugin cache with what an earlier server compiled.
pub fn copy_compiled(cache: &Path) {
    static COMPILED: OnceLock<PathBuf> = OnceLock::new();
    let compiled = COMPILED.get_or_init(|| {
        let compiled = Path::new(env!("CARGO_TARGET_TMPDIR")).join("server-compiled");
        plugin_host::PluginHost::start(plugin_host::HostConfig {
            plugins_folder: folder().to_owned(),
            cache_folder: compiled.clone(),
            limits: plugin_host::HostLimits::default(),
            environment: std::collections::BTreeMap::new(),
        })
        .unwrap();
        compiled
    });
    fs::create_dir_all(cache).unwrap();
    for entry in fs::read_dir(compiled).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), cache.join(entry.file_name())).unwrap();
    }
}
