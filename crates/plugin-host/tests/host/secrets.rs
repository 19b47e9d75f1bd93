//! What a plugin knows of the server's secrets does not leave the host.

use output::Output;
use plugin_host::Event;

use crate::setup::{Setup, TestHost};

const SECRET: &str = "correct-horse-battery";

fn host() -> TestHost {
    Setup::new()
        .plugin("leaky", "allowed_env_vars = [\"API_TOKEN\"]")
        .env("API_TOKEN", SECRET)
        .start()
}

#[tokio::test]
async fn outputs_notices_logs_and_progress_are_masked() {
    let host = host();
    let answer = host
        .call("leaky", &[("do", "leak"), ("query", "API_TOKEN")])
        .await
        .unwrap();
    assert_eq!(answer.notices, ["notice •••"]);
    let Output::Table(table) = &answer.output else {
        panic!("a table is expected");
    };
    assert_eq!(table.name, "name •••");
    assert!(!format!("{answer:?}").contains(SECRET));
    let events = host.events.lock().unwrap();
    assert!(events.iter().any(|event| matches!(
        event,
        Event::Log { message, .. } if message == "log •••"
    )));
    assert!(!format!("{events:?}").contains(SECRET));
}

#[tokio::test]
async fn failures_are_masked() {
    let host = host();
    let failure = host
        .failure(
            "leaky",
            &[("do", "leak"), ("query", "API_TOKEN"), ("as", "failure")],
        )
        .await;
    assert_eq!(failure.message, "failure •••");
}
