//! The processes that are measured: their start, their CPU time, their end.

use crate::{
    callers::{HOSTILE, PLUGIN},
    echo,
};
use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};
use tonic::transport::Channel;

/// How a server says where it is.
pub const LISTENING: &str = "listening on http://";
/// Linux counts CPU time of processes in hundredths of a second (USER_HZ) on all our machines.
const TICK: Duration = Duration::from_millis(10);

/// A process whose CPU time is read.
#[derive(Clone)]
pub struct Process {
    id: u32,
    pub address: String,
    _child: Option<Arc<Killed>>,
}

/// A child that ends with the benchmark.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Process {
    /// This program.
    pub fn this() -> Self {
        Self {
            id: std::process::id(),
            address: String::new(),
            _child: None,
        }
    }

    fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let id = child.id();
        let child = Arc::new(Killed(child));
        let address = lines
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix(LISTENING).map(str::to_owned))
            .expect("the server should say where it listens");
        Self {
            id,
            address,
            _child: Some(child),
        }
    }

    /// CPU time so far, of user and kernel (proc_pid_stat(5), fields 14 and 15).
    pub fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.id))
            .expect("Linux tells the CPU time of a process in /proc");
        // The program's name, in parentheses, may contain anything.
        let (_, fields) = stat.rsplit_once(") ").unwrap();
        let ticks: u32 = fields
            .split(' ')
            .skip(11)
            .take(2)
            .map(|field| field.parse::<u32>().unwrap())
            .sum();
        TICK * ticks
    }

    pub async fn channel(&self) -> Channel {
        Channel::from_shared(format!("http://{}", self.address))
            .unwrap()
            .tcp_nodelay(true)
            .connect()
            .await
            .unwrap()
    }
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
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("DATABOOK_") {
            command.env_remove(name);
        }
    }
    command
        .current_dir(folder)
        .args(["--listen", "127.0.0.1:0"])
        .arg("--data")
        .arg(folder.join("data"))
        .arg("--plugins")
        .arg(plugins)
        .arg("--app")
        .arg(app)
        .stderr(fs::File::create(folder.join("server.log")).unwrap());
    Process::start(&mut command)
}

pub fn echo() -> Process {
    Process::start(Command::new(std::env::current_exe().unwrap()).arg(echo::ARGUMENT))
}
