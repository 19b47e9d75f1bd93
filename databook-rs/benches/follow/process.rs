//! The servers that are measured: their start, their CPU time and memory, their end.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// Linux counts CPU time of processes in hundredths of a second (USER_HZ) on all our machines.
const TICK: Duration = Duration::from_millis(10);
/// Files that a process needs beside its connections.
const SPARE_FILES: usize = 200;

/// A server, a child of this process; killed when it goes.
pub struct Process {
    child: Child,
    pub address: String,
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    /// The real server without plugins, with data in `folder`.
    pub fn databook(folder: &Path) -> Self {
        let plugins = folder.join("plugins");
        fs::create_dir_all(&plugins).unwrap();
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
        Self::start(&mut command, |line| {
            line.strip_prefix("listening on http://").map(str::to_owned)
        })
    }

    /// The y-websocket server that is installed in `folder`; it keeps documents in memory only.
    pub fn y_websocket(folder: &Path) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let mut command = Command::new("node");
        command
            .current_dir(folder)
            .arg("node_modules/@y/websocket-server/src/server.js")
            .env("HOST", "127.0.0.1")
            .env("PORT", address.port().to_string())
            .env_remove("YPERSISTENCE");
        Self::start(&mut command, |line| {
            line.starts_with("running at").then(|| address.to_string())
        })
    }

    fn start(command: &mut Command, address: impl Fn(&str) -> Option<String>) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| address(&line))
            .expect("the server should say where it listens");
        // Read on, so that the server never waits for its output.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    /// CPU time so far, of user and kernel (proc_pid_stat(5), fields 14 and 15).
    pub fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))
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
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))
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

/// Ends with words when this process may not have that many connections; children inherit the
/// limit.
pub fn need_files(connections: usize) {
    let limits = fs::read_to_string("/proc/self/limits").unwrap();
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    let needed = connections + SPARE_FILES;
    if soft.is_some_and(|soft| soft < needed) {
        eprintln!("{connections} followers need {needed} open files: `ulimit -n {needed}` first");
        std::process::exit(1);
    }
}
