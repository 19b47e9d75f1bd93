//! The plugins that the tests need, built once, and their compiled code, kept between tests.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};
use wit_component::ComponentEncoder;

/// A folder with `demo` and `hostile`.
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(build)
}

fn build() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let target = temporary.join("plugins");
    let status = Command::new(env!("CARGO"))
        .current_dir(&workspace)
        .args(["build", "--package", "demo", "--package", "hostile"])
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
    let hostile = "name = \"hostile\"\nkind = \"backend\"\n[[options]]\nname = \"do\"\n\
                   [[options]]\nname = \"query\"\n";
    let demo = fs::read_to_string(workspace.join("plugins/demo/config.toml")).unwrap();
    for (name, config) in [("demo", demo.as_str()), ("hostile", hostile)] {
        let module = target.join(format!("wasm32-unknown-unknown/plugin/{name}.wasm"));
        let component = ComponentEncoder::default()
            .validate(true)
            .module(&fs::read(module).unwrap())
            .and_then(|encoder| encoder.encode())
            .unwrap();
        let plugin = folder.join(name);
        fs::create_dir_all(&plugin).unwrap();
        fs::write(plugin.join("config.toml"), config).unwrap();
        fs::write(plugin.join("plugin.wasm"), component).unwrap();
    }
    folder
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
