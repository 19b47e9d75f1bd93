//! The servers that are followed.

use crate::measured::{Process, databook as databook_in, listening};
use std::{fs, path::Path, process::Command};

/// Files that a process needs beside its connections.
const SPARE_FILES: usize = 200;

/// The real server without plugins, with data in `folder`.
pub fn databook(folder: &Path) -> Process {
    let plugins = folder.join("plugins");
    fs::create_dir_all(&plugins).unwrap();
    Process::start(&mut databook_in(folder, &plugins), listening)
}

/// The y-websocket server that is installed in `folder`; it keeps documents in memory only.
pub fn y_websocket(folder: &Path) -> Process {
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
    Process::start(&mut command, |line| {
        line.starts_with("running at").then(|| address.to_string())
    })
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
