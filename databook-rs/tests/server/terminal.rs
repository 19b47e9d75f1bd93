//! `client follow` against the real server: what it shows, and that it comes back.

use crate::support::{
    ACTOR, Launch, PATIENCE, TestServer, bits, client, insert, run_request, submit,
};
use notebook::{CellId, CommentId, NotebookId};
use proto::operation::Kind;
use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Stdio},
    sync::mpsc::{Receiver, channel},
};

/// A client that follows; killed when it goes.
struct Follower {
    child: Child,
    lines: Receiver<String>,
    errors: Receiver<String>,
}

fn lines(stream: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

impl Follower {
    fn start(server: &TestServer, arguments: &[&str]) -> Self {
        let mut child = client(server, arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = lines(child.stdout.take().unwrap());
        let errors = lines(child.stderr.take().unwrap());
        Self {
            child,
            lines: out,
            errors,
        }
    }

    /// Lines up to one with these words.
    fn until(&self, words: &str) -> Vec<String> {
        let mut seen = Vec::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => {
                    let found = line.contains(words);
                    seen.push(line);
                    if found {
                        return seen;
                    }
                }
                Err(error) => panic!(
                    "no line with `{words}` ({error}) but {seen:#?} and {:?}",
                    self.errors.try_iter().collect::<Vec<_>>()
                ),
            }
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn hand_in(server: &TestServer, request: proto::SubmitRequest) {
    let reply = server.notebooks().await.submit(request).await.unwrap();
    assert_eq!(reply.into_inner().refusal, None);
}

async fn head(server: &TestServer, id: NotebookId) -> u64 {
    server.read(id).await.sequence
}

async fn say(server: &TestServer, id: NotebookId, kind: Kind) {
    let request = submit(id, head(server, id).await, kind);
    hand_in(server, request).await;
}

fn title(title: &str) -> Kind {
    Kind::SetTitle(proto::SetTitle {
        title: title.to_owned(),
    })
}

#[tokio::test]
async fn an_incident_is_seen_live() {
    let server = Launch::new().start();
    let source = "@plugin=demo\ntable";
    let (id, cell) = server.notebook_with(source).await;
    say(
        &server,
        id,
        Kind::Introduce(proto::Person {
            name: "Ada".to_owned(),
            colour: 1,
        }),
    )
    .await;
    let run = run_request(id, cell, source);
    server.notebooks().await.run(run).await.unwrap();

    let follower = Follower::start(&server, &["follow", &id.to_string()]);
    let seen = follower.until("    table").join("\n");
    assert!(seen.starts_with("Incident\nas it was at "), "{seen}");
    assert!(seen.contains("Cell 1\n    @plugin=demo"), "{seen}");
    // The output, from the opening or because the run has just ended.
    follower.until("payments");

    hand_in(
        &server,
        insert(
            id,
            CellId::from_bits(bits()),
            head(&server, id).await,
            "# Notes",
        ),
    )
    .await;
    let seen = follower.until("# Notes").join("\n");
    assert!(seen.contains("Ada added cell 1\n"), "{seen}");
    assert!(!seen.contains('\u{1b}'), "no colours in a pipe: {seen}");
    let comment = CommentId::from_bits(bits()).to_string();
    say(
        &server,
        id,
        Kind::BeginThread(proto::BeginThread {
            comment,
            cell: cell.to_string(),
            run: None,
            words: Some(proto::CommentWords {
                text: "is it the pool?".to_owned(),
                mentions: Vec::new(),
            }),
        }),
    )
    .await;
    let seen = follower.until("is it the pool?").join("\n");
    assert!(seen.contains("Ada commented on cell 2"), "{seen}");

    let slow = "@plugin=demo seconds=0.5\nslow";
    let run = run_request(id, cell, slow);
    server.notebooks().await.run(run).await.unwrap();
    let seen = follower.until("Checked ").join("\n");
    for words in [
        "Ada runs cell 2 with demo\n    @plugin=demo seconds=0.5\n    slow",
        "cell 2: info: checking shard 1",
        "cell 2 is done:",
    ] {
        assert!(seen.contains(words), "{words} in {seen}");
    }
}

#[tokio::test]
async fn it_comes_back_with_the_server_and_misses_nothing() {
    // A port of its own: the server must come back where it was.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let server = Launch::new()
        .without_plugins()
        .arguments(&["--listen", &address])
        .start();
    let (id, _) = server.notebook_with("one").await;
    let follower = Follower::start(&server, &["follow", &id.to_string()]);
    follower.until("    one");
    say(&server, id, title("Before")).await;
    follower.until("named it “Before”");
    let server = server.kill_and_restart();
    let said = follower.errors.recv_timeout(PATIENCE).unwrap();
    assert!(said.contains("trying again in"), "{said}");
    hand_in(&server, insert(id, CellId::from_bits(bits()), 3, "two")).await;
    let seen = follower.until("    two").join("\n");
    assert!(seen.contains("added cell 1"), "{seen}");
    assert!(!seen.contains("one"), "nothing is told twice: {seen}");
}

#[tokio::test]
async fn entries_are_json_lines_with_their_place() {
    let server = Launch::new().without_plugins().start();
    let (id, _) = server.notebook_with("one").await;
    let id_text = id.to_string();
    let follower = Follower::start(&server, &["follow", &id_text, "--json", "--after", "1"]);
    let first: serde_json::Value = serde_json::from_str(&follower.until("insertCell")[0]).unwrap();
    assert_eq!(first["sequence"], "2");
    assert_eq!(first["actor"], ACTOR);
    say(&server, id, title("Next")).await;
    let next = follower.until("Next");
    let next: serde_json::Value = serde_json::from_str(&next[0]).unwrap();
    assert_eq!(next["operation"]["setTitle"]["title"], "Next");
}

#[tokio::test]
async fn it_ends_with_a_word_or_without_one() {
    let server = Launch::new().without_plugins().start();
    let nowhere = NotebookId::from_bits(9).to_string();
    let output = client(&server, &["follow", &nowhere]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("there is no notebook"), "{words}");

    let (id, _) = server.notebook_with("one").await;
    let mut follower = Follower::start(&server, &["follow", &id.to_string()]);
    follower.until("    one");
    let process = follower.child.id().to_string();
    let sent = std::process::Command::new("kill")
        .args(["-INT", &process])
        .status();
    assert!(sent.unwrap().success());
    assert_eq!(follower.child.wait().unwrap().code(), Some(0));
}
