//! The REST API, old and new.

use crate::support::{Launch, TestServer, get, http, post, request};
use serde_json::{Value, json};

async fn get_json(server: &TestServer, path: &str) -> (u16, Value) {
    let reply = get(server, path, &[]).await;
    (
        reply.status().as_u16(),
        serde_json::from_slice(reply.body()).unwrap(),
    )
}

async fn post_json(server: &TestServer, path: &str, body: &str) -> (u16, Value) {
    let reply = post(server, path, body).await;
    (
        reply.status().as_u16(),
        serde_json::from_slice(reply.body()).unwrap(),
    )
}

#[tokio::test]
async fn plugins_are_listed_and_invoked() {
    let server = Launch::new().start();
    let (status, plugins) = get_json(&server, "/api/plugins").await;
    assert_eq!(status, 200);
    let names: Vec<_> = plugins
        .as_array()
        .unwrap()
        .iter()
        .map(|plugin| plugin["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["demo", "hostile"]);
    assert_eq!(plugins[0]["error"], Value::Null);
    assert_eq!(plugins[0]["options"][0]["type"], "text");

    let body = r#"{"options":{"query":"requests"},"time_range":{"start_ms":0,"end_ms":60000}}"#;
    let (status, answer) = post_json(&server, "/api/plugins/demo/invoke", body).await;
    assert_eq!(status, 200);
    assert_eq!(answer["output"]["type"], "frames");
    let column = &answer["output"]["frames"][0]["columns"][0];
    assert_eq!(column["type"], "times");
    let first = column["values"][0].as_i64().unwrap();
    assert!((0..=60_000).contains(&first), "{first}");
}

#[tokio::test]
async fn errors_have_a_kind_a_message_and_a_hint() {
    let server = Launch::new().start();
    for (path, body, status, kind, part) in [
        ("/api/plugins/dmeo/invoke", "{}", 422, "invalid", "`demo`"),
        (
            "/api/plugins/demo/invoke",
            r#"{"options":{"qury":"log"}}"#,
            422,
            "invalid",
            "`query`",
        ),
        (
            "/api/plugins/demo/invoke",
            r#"{"option":{}}"#,
            422,
            "invalid",
            "unknown field `option`",
        ),
        ("/api/plugins/demo/invoke", "{", 400, "invalid", "JSON"),
        (
            "/api/plugins/hostile/invoke",
            r#"{"options":{"do":"fail","query":"no such metric"}}"#,
            502,
            "upstream",
            "no such metric",
        ),
        ("/api/nothing", "{}", 404, "not_found", "/api/nothing"),
    ] {
        let (found, error) = post_json(&server, path, body).await;
        assert_eq!(found, status, "{path} {body}: {error}");
        assert_eq!(error["kind"], kind, "{path} {body}");
        let words = format!("{} {}", error["message"], error["hint"]);
        assert!(words.contains(part), "{path} {body}: {words}");
    }
    let headers = [("content-type", "application/json")];
    let body = b"{\"options\":{\"query\":\"\xff\"}}";
    let path = "/api/plugins/demo/invoke";
    let reply = http(&server.address, request("POST", path, &headers, body)).await;
    assert_eq!(reply.status(), 400);
    let said = String::from_utf8_lossy(reply.body()).into_owned();
    assert!(
        said.contains("unicode") && said.contains("line 1"),
        "{said}"
    );

    assert_eq!(get_json(&server, "/api/plugins/demo/invoke").await.0, 405);
    assert_eq!(get_json(&server, "/api/outputs/xyz").await.0, 404);
    assert_eq!(
        get_json(&server, &format!("/api/outputs/{}", "0".repeat(64)))
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn the_older_form_of_a_call_still_answers() {
    let server = Launch::new().start();
    let body = r#"{"name":"hostile","options":{"do":"echo","query":"hello"}}"#;
    let answered = post_json(&server, "/invoke", body).await;
    assert_eq!(answered, (200, json!({"output": "hello", "error": null})));
    let body = r#"{"name":"hostile","options":{"do":"fail","query":"down"}}"#;
    let (status, failed) = post_json(&server, "/invoke", body).await;
    assert_eq!(status, 200);
    assert_eq!(failed["output"], "");
    assert!(failed["error"].as_str().unwrap().starts_with("down"));
}

#[tokio::test]
async fn the_api_describes_itself_and_counts() {
    let server = Launch::new().start();
    let (_, document) = get_json(&server, "/api/openapi.json").await;
    for path in [
        "/api/plugins",
        "/api/plugins/{name}/invoke",
        "/invoke",
        "/api/outputs/{hash}",
        "/healthz",
        "/metrics",
    ] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
    let schema = &document["components"]["schemas"];
    assert!(schema["AnswerJson"].is_object() && schema["ErrorJson"].is_object());

    post(&server, "/api/plugins/demo/invoke", "{}").await;
    post(&server, "/api/plugins/no-such/invoke", "{}").await;
    let reply = get(&server, "/metrics", &[]).await;
    let text = String::from_utf8(reply.body().to_vec()).unwrap();
    for line in [
        "databook_plugin_call_duration_seconds_count{plugin=\"unknown\",outcome=\"invalid\"} 1",
        "databook_http_requests_total{method=\"POST\",status=\"200\"} 1",
        "databook_live_sockets 0",
        "databook_runs_in_flight 0",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}
