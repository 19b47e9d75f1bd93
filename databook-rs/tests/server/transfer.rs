//! Export and import: exact, checked before anything is written, and harmless to who is there.

use crate::{
    log::{Log, log},
    support::{
        ACTOR, Launch, Live, Reply, TestServer, client, get, http, insert, request, run_request,
    },
};
use notebook::{CellId, NotebookId};
use proptest::{
    strategy::{Strategy as _, ValueTree as _},
    test_runner::TestRunner,
};
use proto::{RunFinished, operation::Kind};
use serde_json::Value;
use wire::lines::{self, Header};

async fn export(server: &TestServer, id: NotebookId) -> String {
    let reply = get(server, &format!("/api/notebooks/{id}/log"), &[]).await;
    assert_eq!(reply.status(), 200);
    assert_eq!(reply.headers()["content-type"], "application/jsonl");
    String::from_utf8(reply.body().to_vec()).unwrap()
}

async fn send(server: &TestServer, query: &str, lines: &str) -> Reply {
    let path = format!("/api/notebooks/import{query}");
    http(
        &server.address,
        request("POST", &path, &[], lines.as_bytes()),
    )
    .await
}

async fn import(server: &TestServer, query: &str, lines: &str) -> (u16, Value) {
    let reply = send(server, query, lines).await;
    let body = serde_json::from_slice(reply.body()).unwrap();
    (reply.status().as_u16(), body)
}

/// Without the moment of the export.
fn log_of(export: &str) -> (Header, String) {
    let (first, rest) = export.split_once('\n').unwrap();
    let header = lines::header(first).unwrap();
    (
        Header {
            exported_ms: 0,
            ..header
        },
        rest.to_owned(),
    )
}

fn written(log: &Log) -> String {
    let header = Header {
        notebook: log.notebook,
        entries: log.entries.len() as u64,
        exported_ms: 0,
    };
    let mut text = lines::header_line(&header);
    let mut seen = std::collections::HashSet::new();
    for entry in &log.entries {
        if let Some(named) = lines::named(&entry.operation).unwrap()
            && seen.insert(named.hash())
        {
            let bytes = &log.blobs[&named.hash().to_string()];
            text.push_str(&lines::blob_line(named.hash(), bytes));
        }
        text.push_str(&lines::entry_line(entry).unwrap());
    }
    text
}

/// Titles only: as long as one likes.
fn long(entries: u64) -> String {
    let mut log = Log {
        notebook: NotebookId::from_bits(crate::support::bits()),
        entries: Vec::new(),
        blobs: std::collections::BTreeMap::new(),
    };
    for sequence in 1..=entries {
        let title = format!("title {sequence}");
        log.entries.push(notebook::Entry {
            sequence: notebook::Sequence(sequence),
            id: notebook::OperationId::from_bits(u128::from(sequence)),
            actor: ACTOR.parse().unwrap(),
            time_ms: sequence as i64,
            operation: match sequence {
                1 => notebook::Operation::CreateNotebook { title },
                _ => notebook::Operation::SetTitle { title },
            },
        });
    }
    written(&log)
}

#[tokio::test]
async fn any_log_comes_back_as_it_was() {
    let server = Launch::new().without_plugins().start();
    let other = Launch::new().without_plugins().start();
    let mut runner = TestRunner::deterministic();
    for _ in 0..12 {
        let log = log(80).new_tree(&mut runner).unwrap().current();
        let text = written(&log);
        let entries = log.entries.len() as u64;
        let (status, reply) = import(&server, "", &text).await;
        assert_eq!((status, &reply["added"]), (200, &entries.into()), "{reply}");

        let first = export(&server, log.notebook).await;
        let (mut header, lines) = log_of(&first);
        // A run that had not ended is closed where the notebook is opened.
        let more = header.entries - entries;
        let before: String = lines
            .split_inclusive('\n')
            .rev()
            .skip(more as usize)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        header.entries = entries;
        assert_eq!((header, before), log_of(&text));

        assert_eq!(import(&other, "", &first).await.0, 200);
        let second = export(&other, log.notebook).await;
        assert_eq!(log_of(&second), log_of(&first));
    }
}

#[tokio::test]
async fn a_notebook_with_an_output_moves_to_another_server() {
    let server = Launch::new().start();
    let source = "@plugin=demo\ntable";
    let (id, cell) = server.notebook_with(source).await;
    let mut live = Live::connect(&server).await;
    live.follow(&id.to_string(), 0).await;
    let run = run_request(id, cell, source);
    server.notebooks().await.run(run).await.unwrap();
    let ended = |entry: &proto::Entry| {
        matches!(
            &entry.operation.as_ref().unwrap().kind,
            Some(Kind::RunFinished(_))
        )
    };
    live.until(ended).await;
    let exported = export(&server, id).await;

    let other = Launch::new().without_plugins().start();
    let mut list = Live::connect(&other).await;
    list.send(proto::client_frame::Frame::WatchList(proto::WatchList {}))
        .await;
    list.next().await;
    let (status, reply) = import(&other, "", &exported).await;
    assert_eq!(status, 200, "{reply}");
    assert_eq!(reply["notebook"], id.to_string());
    // Who watches the list hears of it, and the output is there.
    let proto::server_frame::Frame::List(listed) = list.next().await else {
        panic!("the list");
    };
    assert!(
        listed
            .notebooks
            .iter()
            .any(|notebook| notebook.id == id.to_string())
    );
    assert_eq!(other.read(id).await, server.read(id).await);
    let snapshot = other.read(id).await;
    let Some(RunFinished {
        outcome: Some(proto::run_finished::Outcome::Output(output)),
        ..
    }) = &snapshot.runs[0].finished
    else {
        panic!("an output: {snapshot:?}");
    };
    let blob = get(&other, &format!("/api/outputs/{}", output.hash), &[]).await;
    assert_eq!(blob.status(), 200);

    // A second time there is nothing to do; a copy has another identifier.
    let (status, reply) = import(&other, "", &exported).await;
    assert_eq!((status, &reply["added"]), (200, &0.into()));
    let (status, reply) = import(&other, "?as=new", &exported).await;
    assert_eq!(status, 200, "{reply}");
    let copy: NotebookId = reply["notebook"].as_str().unwrap().parse().unwrap();
    assert_ne!(copy, id);
    let copied = log_of(&export(&other, copy).await);
    assert_eq!(copied.1, log_of(&exported).1);
    let chosen = NotebookId::from_bits(77);
    let (status, reply) = import(&other, &format!("?as={chosen}"), &exported).await;
    assert_eq!(
        (status, &reply["notebook"]),
        (200, &chosen.to_string().into())
    );
    assert_eq!(import(&other, "?as=me", &exported).await.0, 422);
}

#[tokio::test]
async fn an_import_that_was_cut_off_is_sent_again() {
    let server = Launch::new().without_plugins().start();
    let whole = long(6_000);
    // As if the server had died after so many entries.
    let part: String = whole.split_inclusive('\n').take(2_001).collect();
    let (status, reply) = import(&server, "", &part).await;
    assert_eq!(status, 422);
    assert!(
        reply["message"]
            .as_str()
            .unwrap()
            .contains("ends after 2000 of 6000"),
        "{reply}"
    );
    let part = part.replacen("\"entries\":6000", "\"entries\":2000", 1);
    assert_eq!(import(&server, "", &part).await.0, 200);
    let (status, reply) = import(&server, "", &whole).await;
    assert_eq!((status, &reply["added"]), (200, &4_000.into()), "{reply}");
    let (header, _) = log_of(&whole);
    assert_eq!(
        log_of(&export(&server, header.notebook).await),
        log_of(&whole)
    );

    // A log that goes another way is another notebook.
    let mut other = long(10);
    let (own, _) = log_of(&other);
    other = other.replacen(&own.notebook.to_string(), &header.notebook.to_string(), 1);
    other = other.replace("title 7", "another");
    let (status, reply) = import(&server, "", &other).await;
    assert_eq!(status, 422);
    assert!(
        reply["message"]
            .as_str()
            .unwrap()
            .contains("from entry 7 on"),
        "{reply}"
    );
    assert!(
        reply["hint"].as_str().unwrap().contains("--as new"),
        "{reply}"
    );
    // After a restart it is all there.
    let server = server.kill_and_restart();
    assert_eq!(server.read(header.notebook).await.title, "title 6000");
}

#[tokio::test]
async fn an_open_notebook_is_not_written_past_its_followers() {
    let server = Launch::new().without_plugins().start();
    let whole = long(20);
    let part: String = whole.split_inclusive('\n').take(11).collect();
    let part = part.replacen("\"entries\":20", "\"entries\":10", 1);
    assert_eq!(import(&server, "", &part).await.0, 200);
    let (header, _) = log_of(&whole);
    let id = header.notebook;
    let mut live = Live::connect(&server).await;
    live.follow(&id.to_string(), 0).await;
    let (status, reply) = import(&server, "", &whole).await;
    assert_eq!(status, 503, "{reply}");
    assert!(
        reply["message"].as_str().unwrap().contains("is open"),
        "{reply}"
    );
    // What is there already disturbs nobody.
    let (status, reply) = import(&server, "", &part).await;
    assert_eq!((status, &reply["added"]), (200, &0.into()));
    let mut client = server.notebooks().await;
    let reply = client
        .submit(insert(id, CellId::from_bits(1), 10, "one"))
        .await
        .unwrap();
    assert_eq!(reply.into_inner().sequences, [11]);
    live.until(|entry| entry.sequence == 11).await;
}

#[tokio::test]
async fn what_is_no_export_is_refused_with_its_line() {
    let server = Launch::new().without_plugins().start();
    let good = long(5);
    let (header, _) = log_of(&good);
    let half: String = good.chars().take(good.len() - 20).collect();
    for (lines, words) in [
        (String::new(), "line 1: there is nothing"),
        ("hello\n".to_owned(), "line 1: this is not the header"),
        (half, "line 6: this is neither an entry nor a blob"),
        (
            good.replace("title 3", &"x".repeat(300)),
            "line 4: entry 3 cannot happen here: a title",
        ),
        (
            good.replace("\"timeMs\":\"5\"", "\"timeMs\":\"9000000000000000\""),
            "line 6: the entry was made in the future",
        ),
    ] {
        let (status, reply) = import(&server, "", &lines).await;
        assert_eq!(status, 422, "{reply}");
        let message = reply["message"].as_str().unwrap();
        assert!(message.starts_with(words), "{message}");
        assert_ne!(reply["hint"], "");
    }
    let mut bytes = good.clone().into_bytes();
    let end = bytes.len() - 5;
    bytes[end] = 0xff;
    let call = request("POST", "/api/notebooks/import", &[], &bytes);
    let reply = http(&server.address, call).await;
    assert_eq!(reply.status(), 422);
    assert!(String::from_utf8_lossy(reply.body()).contains("line 6: the line is not UTF-8"));
    // Nothing was written.
    let nowhere = get(
        &server,
        &format!("/api/notebooks/{}/log", header.notebook),
        &[],
    )
    .await;
    assert_eq!(nowhere.status(), 404);
    assert_eq!(
        get(&server, "/api/notebooks/none/log", &[]).await.status(),
        422
    );
}

#[tokio::test]
async fn both_need_to_be_let_in() {
    let server = Launch::new()
        .arguments(&["--auth", "token"])
        .without_plugins()
        .start();
    assert_eq!(
        get(&server, "/api/notebooks/none/log", &[]).await.status(),
        401
    );
    assert_eq!(send(&server, "", "").await.status(), 401);
}

#[tokio::test]
async fn the_client_takes_a_notebook_along() {
    let server = Launch::new().without_plugins().start();
    let (id, _) = server.notebook_with("one").await;
    let output = client(&server, &["export", &id.to_string()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &output.stdout).unwrap();
    let path = file.path().to_str().unwrap();

    let other = Launch::new().without_plugins().start();
    let imported = client(&other, &["import", path]).output().unwrap();
    assert!(imported.status.success(), "{imported:?}");
    let said = String::from_utf8(imported.stdout).unwrap();
    assert!(said.contains(&format!("/n/{id}")), "{said}");
    assert!(said.contains("2 entries, 2 of them new"), "{said}");
    assert_eq!(other.read(id).await, server.read(id).await);
    let copied = client(&other, &["import", path, "--as", "new", "--json"])
        .output()
        .unwrap();
    let reply: Value = serde_json::from_slice(&copied.stdout).unwrap();
    assert_ne!(reply["notebook"], id.to_string());

    std::fs::write(file.path(), "hello").unwrap();
    let refused = client(&other, &["import", path]).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let words = String::from_utf8(refused.stderr).unwrap();
    assert!(words.contains("line 1: this is not the header"), "{words}");
    let unknown = client(&other, &["export", &NotebookId::from_bits(5).to_string()])
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("there is no notebook"));
}
