//! Starting the server in a folder of its own, and talking to it.

mod connection;
pub mod plugins;

pub use connection::{Live, Reply, get, http, post, request};

use notebook::{CellId, NotebookId, OperationId, RunId};
use proto::{databook_client::DatabookClient, notebooks_client::NotebooksClient};
use std::{
    io::{BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, channel},
    },
    time::Duration,
};
use tempfile::TempDir;
use tonic::transport::Channel;

/// Longest wait for anything that should happen at once, on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A server that is about to start.
pub struct Launch {
    folder: Arc<TempDir>,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    plugins: PathBuf,
    page: bool,
}

impl Launch {
    pub fn new() -> Self {
        Self {
            folder: Arc::new(TempDir::new().unwrap()),
            arguments: Vec::new(),
            environment: Vec::new(),
            plugins: plugins::folder().to_owned(),
            page: false,
        }
    }

    pub fn arguments(mut self, arguments: &[&str]) -> Self {
        self.arguments
            .extend(arguments.iter().map(|argument| (*argument).to_owned()));
        self
    }

    /// With this variable in its environment.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With files where the built page belongs.
    pub fn page(mut self) -> Self {
        let app = self.app();
        std::fs::create_dir_all(&app).unwrap();
        for (name, content) in [
            (
                "index.html",
                "<!doctype html><html><head><title>x</title>\
                 <script type=\"module\">start()</script></head>\
                 <body><!--content--></body></html>",
            ),
            ("app-1f0a9c3b5d7e9a11.js", "plain"),
            ("app-1f0a9c3b5d7e9a11.js.br", "brotli"),
            ("app-1f0a9c3b5d7e9a11.js.gz", "gzip"),
            ("style.css", "body{}"),
        ] {
            std::fs::write(app.join(name), content).unwrap();
        }
        self.page = true;
        self
    }

    pub fn without_plugins(mut self) -> Self {
        self.plugins = self.folder.path().join("no-plugins");
        std::fs::create_dir_all(&self.plugins).unwrap();
        self
    }

    /// With the usual plugins, and one whose config.toml is not understood.
    pub fn broken_plugin(mut self) -> Self {
        let folder = self.folder.path().join("plugins");
        std::fs::create_dir_all(folder.join("broken")).unwrap();
        std::fs::write(folder.join("broken/config.toml"), "nmae = \"broken\"\n").unwrap();
        for entry in std::fs::read_dir(&self.plugins).unwrap() {
            let entry = entry.unwrap();
            std::os::unix::fs::symlink(entry.path(), folder.join(entry.file_name())).unwrap();
        }
        self.plugins = folder;
        self
    }

    /// With the usual plugins and views.
    pub fn views(mut self) -> Self {
        self.plugins = plugins::with_views().to_owned();
        self
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn app(&self) -> PathBuf {
        self.folder.path().join("dist")
    }

    fn command(&self) -> Command {
        // Compiled plugins are kept, so that not every test compiles them again.
        let cache = self.data().join("plugin-cache");
        if !cache.exists() {
            std::fs::create_dir_all(self.data()).unwrap();
            plugins::copy_compiled(&cache);
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("DATABOOK_") {
                command.env_remove(name);
            }
        }
        let (data, app) = (self.data(), self.app());
        for (flag, value) in [
            ("--listen", std::ffi::OsStr::new("127.0.0.1:0")),
            ("--data", data.as_os_str()),
            ("--plugins", self.plugins.as_os_str()),
            ("--app", app.as_os_str()),
        ] {
            if !self.arguments.iter().any(|argument| argument == flag) {
                command.arg(flag).arg(value);
            }
        }
        command
            .current_dir(self.folder.path())
            .args(&self.arguments)
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn start(self) -> TestServer {
        TestServer::run(self)
    }

    /// For a server that should end by itself.
    pub fn fails(&self) -> Output {
        self.command().output().unwrap()
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// A running server; killed when it goes.
pub struct TestServer {
    launch: Launch,
    child: Child,
    lines: Receiver<String>,
    log: Arc<Mutex<String>>,
    pub address: String,
}

impl TestServer {
    fn run(launch: Launch) -> Self {
        let mut child = launch.command().spawn().unwrap();
        let (sender, lines) = channel();
        let stdout = child.stdout.take().unwrap();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let log = Arc::new(Mutex::new(String::new()));
        let mut stderr = child.stderr.take().unwrap();
        let kept = log.clone();
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(read @ 1..) = stderr.read(&mut chunk) {
                kept.lock()
                    .unwrap()
                    .push_str(&String::from_utf8_lossy(&chunk[..read]));
            }
        });
        let mut server = Self {
            launch,
            child,
            lines,
            log,
            address: String::new(),
        };
        server.address = server.says("listening on http://");
        server
    }

    /// The rest of the next line on stdout that has this prefix.
    pub fn says(&self, prefix: &str) -> String {
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => {
                    if let Some(rest) = line.strip_prefix(prefix) {
                        return rest.to_owned();
                    }
                }
                Err(error) => panic!("no line `{prefix}…` ({error}); the log:\n{}", self.log()),
            }
        }
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// SIGKILL, and a new start with the same data.
    pub fn kill_and_restart(mut self) -> Self {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let launch = self.again();
        drop(self);
        Self::run(launch)
    }

    /// The same start once more, with the same data.
    pub fn again(&self) -> Launch {
        Launch {
            folder: self.launch.folder.clone(),
            arguments: self.launch.arguments.clone(),
            environment: self.launch.environment.clone(),
            plugins: self.launch.plugins.clone(),
            page: self.launch.page,
        }
    }

    /// SIGTERM; gives the exit code.
    pub fn terminate(&mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(sent.success());
        self.child.wait().unwrap().code()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub async fn channel(&self) -> Channel {
        Channel::from_shared(self.url(""))
            .unwrap()
            .connect()
            .await
            .unwrap()
    }

    pub async fn databook(&self) -> DatabookClient<Channel> {
        DatabookClient::new(self.channel().await)
    }

    pub async fn notebooks(&self) -> NotebooksClient<Channel> {
        NotebooksClient::new(self.channel().await)
    }

    /// A notebook with one cell.
    pub async fn notebook_with(&self, text: &str) -> (NotebookId, CellId) {
        let (id, cell) = (NotebookId::from_bits(bits()), CellId::from_bits(bits()));
        let mut client = self.notebooks().await;
        let request = proto::CreateRequest {
            id: id.to_string(),
            title: "Incident".to_owned(),
            actor: ACTOR.to_owned(),
        };
        let reply = client.create(request).await.unwrap().into_inner();
        assert_eq!(reply.refusal, None);
        let reply = client.submit(insert(id, cell, 1, text)).await.unwrap();
        assert_eq!(reply.into_inner().refusal, None);
        (id, cell)
    }

    pub async fn read(&self, id: NotebookId) -> proto::Snapshot {
        let request = proto::ReadRequest {
            notebook: id.to_string(),
        };
        let reply = self.notebooks().await.read(request).await.unwrap();
        reply.into_inner().snapshot.unwrap()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The client program, on its way to this server.
pub fn client(server: &TestServer, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_client"));
    command
        .args(arguments)
        .env("DATABOOK_SERVER", server.url(""))
        .env_remove("DATABOOK_TOKEN")
        .stdin(Stdio::null());
    command
}

/// An author other than the server.
pub const ACTOR: &str = "00000000000000000000000001";

/// Different at each call.
pub fn bits() -> u128 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    u128::from(NEXT.fetch_add(1, Ordering::Relaxed)) << 64 | u128::from(std::process::id())
}

pub fn insert(notebook: NotebookId, cell: CellId, base: u64, text: &str) -> proto::SubmitRequest {
    submit(
        notebook,
        base,
        proto::operation::Kind::InsertCell(proto::InsertCell {
            cell: cell.to_string(),
            after: None,
            text: text.to_owned(),
        }),
    )
}

pub fn submit(
    notebook: NotebookId,
    base: u64,
    kind: proto::operation::Kind,
) -> proto::SubmitRequest {
    proto::SubmitRequest {
        notebook: notebook.to_string(),
        actor: ACTOR.to_owned(),
        base_sequence: base,
        proposals: vec![proto::Proposal {
            id: OperationId::from_bits(bits()).to_string(),
            operation: Some(proto::Operation { kind: Some(kind) }),
        }],
    }
}

pub fn run_request(notebook: NotebookId, cell: CellId, source: &str) -> proto::RunRequest {
    proto::RunRequest {
        notebook: notebook.to_string(),
        actor: ACTOR.to_owned(),
        cell: cell.to_string(),
        run: RunId::from_bits(bits()).to_string(),
        source: source.to_owned(),
        width_px: 800,
    }
}
