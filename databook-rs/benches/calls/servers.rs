//! The servers that are called, and their plugins.

use crate::{
    callers::{HOSTILE, PLUGIN},
    echo,
    measured::{Process, databook as databook_in, listening},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tonic::transport::Channel;

/// A channel to a process.
pub async fn channel(process: &Process) -> Channel {
    Channel::from_shared(format!("http://{}", process.address))
        .unwrap()
        .tcp_nodelay(true)
        .connect()
        .await
        .unwrap()
}

/// A folder with the one plugin that is called.
pub fn plugins(folder: &Path) -> PathBuf {
    let built = std::env::var_os("TEST_PLUGINS").map_or_else(
        || Path::new(env!("CARGO_TARGET_TMPDIR")).join("../plugins"),
        PathBuf::from,
    );
    let copy = folder.join("plugins");
    fs::create_dir_all(copy.join(PLUGIN)).unwrap();
    for file in ["config.toml", "plugin.wasm"] {
        let from = built.join(PLUGIN).join(file);
        if let Err(error) = fs::copy(&from, copy.join(PLUGIN).join(file)) {
            eprintln!(
                "{}: {error}. `cargo xtask plugins` builds the plugins; TEST_PLUGINS names \
                 another folder of built ones.",
                from.display()
            );
            std::process::exit(1);
        }
    }
    copy
}

/// The same plugin beside one that loops for as long as it is let.
pub fn plugins_with_loops(folder: &Path, plugins: &Path) -> PathBuf {
    let both = folder.join("plugins-with-loops");
    for name in [PLUGIN, HOSTILE] {
        fs::create_dir_all(both.join(name)).unwrap();
    }
    for file in ["config.toml", "plugin.wasm"] {
        fs::copy(
            plugins.join(PLUGIN).join(file),
            both.join(PLUGIN).join(file),
        )
        .unwrap();
    }
    let config = format!(
        "name = \"{HOSTILE}\"\nkind = \"backend\"\n[[options]]\nname = \"do\"\n[limits]\ntimeout_s = 300\n"
    );
    fs::write(both.join(HOSTILE).join("config.toml"), config).unwrap();
    fs::write(both.join(HOSTILE).join("plugin.wasm"), hostile()).unwrap();
    both
}

/// Builds tests/plugins/hostile.
fn hostile() -> Vec<u8> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plugins");
    let built = Command::new(env!("CARGO"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .args(["build", "--quiet", "--package", HOSTILE, "--profile=plugin"])
        .args(["--target", "wasm32-unknown-unknown", "--target-dir"])
        .arg(&target)
        .status()
        .unwrap();
    assert!(built.success(), "the plugin of the loops does not build");
    let module = target.join("wasm32-unknown-unknown/plugin/hostile.wasm");
    wit_component::ComponentEncoder::default()
        .module(&fs::read(module).unwrap())
        .and_then(|encoder| encoder.encode())
        .unwrap()
}

/// The real server, with a page as small as a page can be.
pub fn databook(folder: &Path, plugins: &Path) -> Process {
    let app = folder.join("app");
    fs::create_dir_all(&app).unwrap();
    fs::write(
        app.join("index.html"),
        "<!doctype html><title>x</title><script>start()</script><body><!--content--></body>",
    )
    .unwrap();
    let mut command = databook_in(folder, plugins);
    Process::start(command.arg("--app").arg(app), listening)
}

pub fn echo() -> Process {
    let mut command = Command::new(std::env::current_exe().unwrap());
    Process::start(command.arg(echo::ARGUMENT), listening)
}
