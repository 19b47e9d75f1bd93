//! The processes that are measured: their start, their CPU time and memory, their end.
#![allow(dead_code, reason = "each benchmark uses a part")]

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

/// How the server says where it is.
pub const LISTENING: &str = "listening on http://";
/// Linux counts CPU time of processes in hundredths of a second (USER_HZ) on all our machines.
const TICK: Duration = Duration::from_millis(10);

/// A process whose CPU time is read; a child is killed when the last handle goes.
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

    /// Starts a server; `address` finds in a line of its output where it listens.
    pub fn start(command: &mut Command, address: impl Fn(&str) -> Option<String>) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let id = child.id();
        let child = Arc::new(Killed(child));
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| address(&line))
            .expect("the server should say where it listens");
        // Read on, so that the server never waits for its output.
        std::thread::spawn(move || lines.for_each(drop));
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

    pub fn memory(&self) -> Memory {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id))
            .expect("Linux tells the memory of a process in /proc");
        let megabytes = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap();
            let kibibytes: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
            kibibytes * 1024.0 / 1e6
        };
        Memory {
            resident_mb: megabytes("VmRSS:"),
            private_mb: megabytes("RssAnon:"),
        }
    }
}

/// What a process holds of the machine's memory.
#[derive(Clone, Copy)]
pub struct Memory {
    pub resident_mb: f64,
    /// Of it, without the pages of files such as the program itself, which the kernel shares and
    /// takes back.
    pub private_mb: f64,
}

/// Where a line says that our servers listen.
pub fn listening(line: &str) -> Option<String> {
    line.strip_prefix(LISTENING).map(str::to_owned)
}

/// The real server on a free port, with data in `folder` and nothing that the environment says.
pub fn databook(folder: &Path, plugins: &Path) -> Command {
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
        .stderr(fs::File::create(folder.join("server.log")).unwrap());
    command
}
