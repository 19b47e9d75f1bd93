//! Starting and stopping, and the command-line client.

use crate::support::{Launch, Live, PATIENCE, TestServer, get, run_request};
use proto::{GetRequest, GetResponse, operation::Kind, run_finished::Outcome};
use std::process::{Command, Output};
use tokio::{task::JoinHandle, time::timeout};
use tonic::{Code, Status};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

/// What the operator reads when the server does not start.
fn words(launch: &Launch) -> String {
    let ended = launch.fails();
    assert_eq!(ended.status.code(), Some(1));
    String::from_utf8(ended.stderr).unwrap()
}

#[test]
fn what_keeps_it_from_starting_is_said_in_one_paragraph() {
    let running = Launch::new().without_plugins().start();
    let taken = Launch::new()
        .without_plugins()
        .arguments(&["--listen", &running.address]);
    let said = words(&taken);
    assert!(
        said.contains("--listen") && said.contains("has that port"),
        "{said}"
    );
    assert!(said.trim_end().lines().count() == 1, "{said}");

    // Where not even root can write.
    let said = words(
        &Launch::new()
            .without_plugins()
            .arguments(&["--data", "/proc/databook"]),
    );
    assert!(said.contains("/proc/databook"), "{said}");

    let said = words(&with_a_newer_database());
    assert!(
        said.contains("schema version 99") && said.contains("start the newer databook-rs"),
        "{said}"
    );

    let launch = Launch::new().without_plugins();
    std::fs::write(
        launch.folder().join("databook.toml"),
        "\nlisten = '127.0.0.1:0'\ngrase_s = 1\n",
    )
    .unwrap();
    let said = words(&launch);
    assert!(
        said.contains("databook.toml:3") && said.contains("`grace_s`"),
        "{said}"
    );
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = "listen = '127.0.0.1:0'\ndata = '/proc/of-the-file'\n";
    std::fs::write(folder.path().join("databook.toml"), file).unwrap();
    let check = |variable: Option<&str>, flag: Option<&str>, expected: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
        command.current_dir(folder.path()).env_clear();
        command.envs(variable.map(|value| ("DATABOOK_DATA", value)));
        command.args(flag.map(|value| format!("--data={value}")));
        // Nobody can write there, so the server says which one it took.
        let said = command.output().unwrap().stderr;
        let said = String::from_utf8(said).unwrap();
        assert!(said.contains(expected), "{said}");
    };
    let (variable, flag) = ("/proc/of-the-variable", "/proc/of-the-flag");
    check(None, None, "/proc/of-the-file");
    check(Some(variable), None, variable);
    check(None, Some(flag), flag);
    check(Some(variable), Some(flag), flag);
}

/// A launch on a data folder that a later databook has migrated.
fn with_a_newer_database() -> Launch {
    let mut server = Launch::new().without_plugins().start();
    assert_eq!(server.terminate(), Some(0));
    let launch = server.again();
    let database = launch.data().join("databook.sqlite");
    let mut bytes = std::fs::read(&database).unwrap();
    // The user version: https://www.sqlite.org/fileformat2.html#user_version_number
    bytes[60..64].copy_from_slice(&99u32.to_be_bytes());
    std::fs::write(&database, bytes).unwrap();
    launch
}

/// A run of so many seconds that has begun.
async fn start_slow(server: &TestServer, seconds: u32) -> (notebook::NotebookId, String, Live) {
    let source = &format!("@plugin=demo seconds={seconds}\nslow");
    let (id, cell) = server.notebook_with(source).await;
    let mut live = Live::connect(server).await;
    live.follow(&id.to_string(), 0).await;
    let request = run_request(id, cell, source);
    server.notebooks().await.run(request.clone()).await.unwrap();
    live.until(|entry| {
        matches!(
            entry.operation.as_ref().unwrap().kind,
            Some(Kind::RunStarted(_))
        )
    })
    .await;
    (id, request.run, live)
}

async fn end_of_the_run(server: TestServer, id: notebook::NotebookId) -> Outcome {
    let server = server.kill_and_restart();
    let snapshot = server.read(id).await;
    snapshot.runs[0].finished.clone().unwrap().outcome.unwrap()
}

#[tokio::test]
async fn sigterm_lets_what_runs_finish() {
    let mut server = Launch::new().arguments(&["--grace-s", "60"]).start();
    let (id, _, mut live) = start_slow(&server, 2).await;
    assert_eq!(server.terminate(), Some(0));
    while live.try_next().await.is_some() {}
    assert!(matches!(
        end_of_the_run(server, id).await,
        Outcome::Output(_)
    ));
}

/// A call that takes longer than open connections are waited for, once the server has it.
async fn slow_get(server: &TestServer) -> JoinHandle<Result<GetResponse, Status>> {
    let options = [("query", "slow"), ("seconds", "5")];
    let request = GetRequest {
        name: "demo".to_owned(),
        options: options
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        ..GetRequest::default()
    };
    let mut databook = server.databook().await;
    let call = tokio::spawn(async move { Ok(databook.get(request).await?.into_inner()) });
    let arrived = async {
        loop {
            let metrics = get(server, "/metrics", &[]).await;
            let text = String::from_utf8_lossy(metrics.body()).into_owned();
            if text.contains("databook_calls_in_flight 1") {
                return;
            }
        }
    };
    timeout(PATIENCE, arrived).await.expect("the call arrives");
    call
}

#[tokio::test]
async fn sigterm_lets_a_direct_call_finish_and_health_says_so() {
    let mut server = Launch::new().arguments(&["--grace-s", "60"]).start();
    let mut health = HealthClient::new(server.channel().await);
    let mut health = health
        .watch(HealthCheckRequest::default())
        .await
        .unwrap()
        .into_inner();
    let serving = health.message().await.unwrap().unwrap();
    assert_eq!(serving.status(), ServingStatus::Serving);

    let call = slow_get(&server).await;
    let stopped = tokio::task::spawn_blocking(move || server.terminate());
    let stopping = health.message().await.unwrap().unwrap();
    assert_eq!(stopping.status(), ServingStatus::NotServing);
    assert!(!call.is_finished(), "health changes first");
    assert!(!call.await.unwrap().unwrap().output.is_empty());
    assert_eq!(stopped.await.unwrap(), Some(0));
}

#[tokio::test]
async fn after_the_grace_time_a_direct_call_fails_in_words() {
    let mut server = Launch::new().arguments(&["--grace-s", "0"]).start();
    let call = slow_get(&server).await;
    let stopped = tokio::task::spawn_blocking(move || server.terminate());
    let status = call.await.unwrap().unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(status.message().contains("stops"), "{status}");
    assert_eq!(stopped.await.unwrap(), Some(0));
}

#[tokio::test]
async fn after_the_grace_time_runs_are_interrupted() {
    let mut server = Launch::new().arguments(&["--grace-s", "0"]).start();
    let (id, _, _live) = start_slow(&server, 60).await;
    assert_eq!(server.terminate(), Some(0));
    assert!(matches!(
        end_of_the_run(server, id).await,
        Outcome::Interrupted(_)
    ));
}

fn client(server: &TestServer, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_client"))
        .args(["--server", &server.url("")])
        .args(arguments)
        .env_remove("DATABOOK_TOKEN")
        .output()
        .unwrap()
}

#[test]
fn the_client_prints_answers_json_and_failures() {
    let server = Launch::new().start();
    let told = client(
        &server,
        &[
            "get",
            "hostile",
            "--option",
            "do=echo",
            "--option",
            "query=a=b",
        ],
    );
    assert_eq!(String::from_utf8(told.stdout).unwrap(), "a=b\n");
    assert_eq!(told.status.code(), Some(0));

    let told = client(
        &server,
        &["get", "demo", "--option", "query=requests", "--json"],
    );
    let value: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(value["output"]["type"], "frames");

    let told = client(&server, &["get", "dmeo"]);
    assert_eq!(told.status.code(), Some(1));
    let said = String::from_utf8(told.stderr).unwrap();
    assert!(said.contains("Did you mean `demo`?"), "{said}");

    let told = client(&server, &["plugins"]);
    let said = String::from_utf8(told.stdout).unwrap();
    assert!(said.lines().any(|line| line.starts_with("demo ")), "{said}");

    let told = Command::new(env!("CARGO_BIN_EXE_client"))
        .args(["--server", "http://127.0.0.1:1", "plugins"])
        .output()
        .unwrap();
    assert_eq!(told.status.code(), Some(1));
    let said = String::from_utf8(told.stderr).unwrap();
    assert!(said.contains("--server"), "{said}");
}
