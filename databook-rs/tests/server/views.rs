//! Views without a page: over REST and in a terminal.

use crate::support::{
    Launch, Reply, TestServer, bits, get, http, insert, post, request, run_request,
};
use notebook::{CellId, NotebookId};
use serde_json::{Value, json};
use std::process::{Command, Output};

const HEATMAP: &str = "/api/plugins/heatmap/view";
const ASKING: &str = "/api/plugins/asking/view";

async fn show(server: &TestServer, path: &str, accept: &str, body: &Value) -> Reply {
    let headers = [("content-type", "application/json"), ("accept", accept)];
    let body = body.to_string();
    http(
        &server.address,
        request("POST", path, &headers, body.as_bytes()),
    )
    .await
}

fn words(reply: &Reply) -> String {
    String::from_utf8(reply.body().to_vec()).unwrap()
}

async fn shown(server: &TestServer, path: &str, body: &Value) -> Value {
    let reply = show(server, path, "application/json", body).await;
    assert_eq!(reply.status(), 200, "{}", words(&reply));
    serde_json::from_slice(reply.body()).unwrap()
}

async fn refused(server: &TestServer, path: &str, body: &Value) -> (u16, Value) {
    let reply = show(server, path, "text/plain", body).await;
    let error = serde_json::from_slice(reply.body()).unwrap();
    (reply.status().as_u16(), error)
}

fn of_demo() -> Value {
    json!({"invoke": {"plugin": "demo", "options": {"query": "requests"}}})
}

#[tokio::test]
async fn a_view_is_a_document_a_text_or_both() {
    let server = Launch::new().views().start();
    let reply = show(&server, HEATMAP, "text/html", &of_demo()).await;
    assert_eq!(reply.status(), 200);
    assert_eq!(reply.headers()["content-type"], "text/html; charset=utf-8");
    let policy = reply.headers()["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    assert!(policy.contains("; sandbox") && !policy.contains("script-src"));
    let html = words(&reply);
    assert!(html.starts_with("<!doctype html>"), "{html:.100}");
    for expected in [
        "data-theme=\"light\"",
        "<main class=\"prose widgets\">",
        "Latest, all rows",
        "<svg",
        "--ground:",
    ] {
        assert!(html.contains(expected), "{expected}");
    }
    for unwanted in ["<script", "<link", " style=", " onclick"] {
        assert!(!html.contains(unwanted), "{unwanted}");
    }

    let reply = show(&server, HEATMAP, "text/plain", &of_demo()).await;
    assert_eq!(reply.headers()["content-type"], "text/plain; charset=utf-8");
    let text = words(&reply);
    assert!(text.contains("Latest, all rows"), "{text}");
    assert!(!text.contains('<'), "{text}");

    let both = shown(&server, HEATMAP, &of_demo()).await;
    assert!(both["text"].as_str().unwrap().contains("Latest, all rows"));
    assert!(both["html"].as_str().unwrap().starts_with("<div"));
    assert_eq!(both["notices"], json!([]));

    let mut dark = of_demo();
    dark["scheme"] = "dark".into();
    dark["options"] = json!({"share": "true"});
    let html = words(&show(&server, HEATMAP, "text/html", &dark).await);
    assert!(html.contains("data-theme=\"dark\""));
    assert!(html.contains("Share of each column"));

    let reply = show(&server, HEATMAP, "application/pdf", &of_demo()).await;
    assert_eq!(reply.status(), 406);
}

#[tokio::test]
async fn an_answer_of_invoke_can_be_given_to_a_view() {
    let server = Launch::new().views().start();
    let reply = post(
        &server,
        "/api/plugins/demo/invoke",
        r#"{"options":{"query":"latency"}}"#,
    )
    .await;
    let answer: Value = serde_json::from_slice(reply.body()).unwrap();
    let given = json!({"outputs": [{"answer": answer}]});
    let text = shown(&server, HEATMAP, &given).await["text"].clone();
    assert!(text.as_str().unwrap().contains("Largest"), "{text}");
    // Without anything the view says so itself.
    let text = shown(&server, HEATMAP, &json!({})).await["text"].clone();
    assert!(text.as_str().unwrap().contains("no series"), "{text}");
}

async fn notebook(server: &TestServer) -> (NotebookId, CellId, CellId) {
    let source = "@plugin=demo\n@view=heatmap share=true\n@name=asked\nrequests";
    let (id, cell) = server.notebook_with(source).await;
    let request = run_request(id, cell, source);
    let mut client = server.notebooks().await;
    let reply = client.run(request).await.unwrap().into_inner();
    assert_eq!(reply.refusal, None);
    loop {
        let snapshot = server.read(id).await;
        if snapshot.runs.iter().any(|run| run.finished.is_some()) {
            break;
        }
        tokio::task::yield_now().await;
    }
    let viewer = CellId::from_bits(bits());
    let base = server.read(id).await.sequence;
    let text = "@view=asking from=asked\nbeneath";
    let reply = client.submit(insert(id, viewer, base, text)).await.unwrap();
    assert_eq!(reply.into_inner().refusal, None);
    (id, cell, viewer)
}

#[tokio::test]
async fn a_cell_is_shown_with_what_is_stored_and_nothing_is_run() {
    let server = Launch::new().views().start();
    let (id, cell, viewer) = notebook(&server).await;
    let before = server.read(id).await;
    let of = |cell: CellId| json!({"notebook": id.to_string(), "cell": cell.to_string()});

    let text = shown(&server, HEATMAP, &of(cell)).await["text"].clone();
    let text = text.as_str().unwrap();
    assert!(
        text.contains("Share of each column"),
        "the cell's own option: {text}"
    );
    let mut own = of(cell);
    own["options"] = json!({"share": "false"});
    let text = shown(&server, HEATMAP, &own).await["text"].clone();
    assert!(text.as_str().unwrap().contains("Show shares"), "{text}");

    // Another view than the cell's gets the output and not the options.
    let text = shown(&server, ASKING, &of(cell)).await["text"].clone();
    assert!(
        text.as_str().unwrap().contains("body ``, 1 outputs"),
        "{text}"
    );
    // A cell that only shows: its body, and what it names.
    let text = shown(&server, ASKING, &of(viewer)).await["text"].clone();
    assert!(
        text.as_str().unwrap().contains("body `beneath`, 1 outputs"),
        "{text}"
    );
    assert_eq!(server.read(id).await, before);
}

#[tokio::test]
async fn what_cannot_be_shown_is_named() {
    let server = Launch::new().views().start();
    let (id, never_run) = server.notebook_with("@plugin=demo\nrequests").await;
    let cell = |notebook: &str, cell: &str| json!({"notebook": notebook, "cell": cell});
    for (path, body, status, kind, expected) in [
        (
            "/api/plugins/heatmp/view",
            json!({}),
            422,
            "invalid",
            "There is no view `heatmp`. Did you mean `heatmap`?",
        ),
        (
            "/api/plugins/demo/view",
            json!({}),
            422,
            "invalid",
            "The plugin `demo` is no view",
        ),
        (
            HEATMAP,
            json!({"options": {"shar": "1"}}),
            422,
            "invalid",
            "`heatmap` cannot be shown: the plugin has no option `shar`",
        ),
        (
            HEATMAP,
            json!({"invoke": {"plugin": "dmeo"}}),
            422,
            "invalid",
            "There is no plugin `dmeo`. Did you mean `demo`?",
        ),
        (
            HEATMAP,
            json!({"outputs": [{"answer": {"output": {"type": "widgets", "text": "", "html": ""}}}]}),
            422,
            "invalid",
            "the output ``: a widget tree cannot be given",
        ),
        (
            HEATMAP,
            json!({"notebook": id.to_string()}),
            422,
            "invalid",
            "`notebook` and `cell` are given together",
        ),
        (
            HEATMAP,
            json!({"invoke": {"plugin": "demo"}, "notebook": "x", "cell": "y"}),
            422,
            "invalid",
            "`invoke` is given, and a notebook's cell as well",
        ),
        (
            HEATMAP,
            cell(&id.to_string(), &never_run.to_string()),
            422,
            "invalid",
            "The cell has no output to show: no run of it has ended yet.",
        ),
        (
            HEATMAP,
            cell(&id.to_string(), &"0".repeat(26)),
            404,
            "not_found",
            "there is no such cell",
        ),
        (
            HEATMAP,
            cell(&"0".repeat(26), &never_run.to_string()),
            404,
            "not_found",
            "there is no notebook",
        ),
        (
            HEATMAP,
            cell("nowhere", "none"),
            404,
            "not_found",
            "`nowhere` is not an identifier",
        ),
        (
            ASKING,
            json!({"options": {"do": "loop"}}),
            504,
            "timeout",
            "The view `asking` computed for more than 300 ms",
        ),
        (
            ASKING,
            json!({"options": {"do": "panic"}}),
            500,
            "internal",
            "The view `asking` crashed: ",
        ),
    ] {
        let (found, error) = refused(&server, path, &body).await;
        assert_eq!(found, status, "{path} {body}: {error}");
        assert_eq!(error["kind"], kind, "{path} {body}");
        let words = |key: &str| error[key].as_str().unwrap().to_owned();
        let said = format!("{} {}", words("message"), words("hint"));
        assert!(said.starts_with(expected), "{path} {body}: {said}");
    }

    // What is not granted is said by the view, with the words that it was told.
    let options = json!({"do": "http", "url": server.url("/healthz")});
    let text = shown(&server, ASKING, &json!({"options": options})).await["text"].clone();
    assert!(text.as_str().unwrap().contains("127.0.0.1"), "{text}");
    let options = json!({"do": "invoke", "plugin": "hostile"});
    let text = shown(&server, ASKING, &json!({"options": options})).await["text"].clone();
    assert!(text.as_str().unwrap().contains("is not granted"), "{text}");
}

#[tokio::test]
async fn showing_needs_what_invoking_needs() {
    let server = Launch::new()
        .views()
        .arguments(&["--auth", "token"])
        .start();
    assert_eq!(post(&server, HEATMAP, "{}").await.status(), 401);
    let bearer = server.says("bearer token for programs, until the server stops: ");
    let bearer = format!("Bearer {bearer}");
    let headers = [
        ("authorization", &*bearer),
        ("content-type", "application/json"),
    ];
    let asked = |headers: &[(&str, &str)]| request("POST", HEATMAP, headers, b"{}");
    let reply = http(&server.address, asked(&headers)).await;
    assert_eq!(reply.status(), 200);
    let foreign = [headers[0], headers[1], ("origin", "http://evil.example")];
    assert_eq!(http(&server.address, asked(&foreign)).await.status(), 403);
}

#[tokio::test]
async fn the_api_describes_views() {
    let server = Launch::new().views().start();
    let reply = get(&server, "/api/openapi.json", &[]).await;
    let document: Value = serde_json::from_slice(reply.body()).unwrap();
    let content =
        &document["paths"]["/api/plugins/{name}/view"]["post"]["responses"]["200"]["content"];
    for form in ["application/json", "text/html", "text/plain"] {
        assert!(content[form].is_object(), "{form}: {content}");
    }
    let schemas = &document["components"]["schemas"];
    for schema in ["ViewRequest", "ShownJson", "ShownOutputJson", "AnswerJson"] {
        assert!(schemas[schema].is_object(), "{schema}");
    }
    shown(&server, HEATMAP, &of_demo()).await;
    let metrics = words(&get(&server, "/metrics", &[]).await);
    let counted = "plugin_call_duration_seconds_count{plugin=\"heatmap\",outcome=\"ok\"} 1";
    assert!(metrics.contains(counted), "{metrics}");
}

fn client(server: &TestServer, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_client"))
        .args(["--server", &server.url(""), "view"])
        .args(arguments)
        .env_remove("DATABOOK_TOKEN")
        .output()
        .unwrap()
}

#[tokio::test]
async fn the_client_shows_views() {
    let server = Launch::new().views().start();
    let (id, cell, _) = notebook(&server).await;
    let said = |arguments: &[&str]| {
        let told = client(&server, arguments);
        let error = String::from_utf8(told.stderr).unwrap();
        assert_eq!(told.status.code(), Some(0), "{arguments:?}: {error}");
        String::from_utf8(told.stdout).unwrap()
    };
    let asked = ["heatmap", "--plugin", "demo", "--query-option", "query=cpu"];
    assert!(said(&asked).contains("Latest, all rows"));
    let html = said(&[&asked[..], &["--html"]].concat());
    assert!(html.starts_with("<!doctype html>"), "{html:.100}");
    let json: Value = serde_json::from_str(&said(&[&asked[..], &["--json"]].concat())).unwrap();
    assert!(json["html"].is_string());
    let (id, cell) = (id.to_string(), cell.to_string());
    let of_cell = ["heatmap", "--notebook", &id, "--cell", &cell];
    assert!(said(&of_cell).contains("Share of each column"));
    let own = [
        "asking", "--width", "300", "--body", "b", "--option", "do=log",
    ];
    assert!(said(&own).contains("300 px, body `b`"));

    for (arguments, expected) in [
        (&["heatmp"][..], "Did you mean `heatmap`?"),
        (
            &["heatmap", "--notebook", &id, "--cell", &id],
            "no such cell",
        ),
        (&["a b"], "is no name of a view"),
        (&["heatmap", "--notebook", &id], "--cell"),
    ] {
        let told = client(&server, arguments);
        assert_ne!(told.status.code(), Some(0));
        let error = String::from_utf8(told.stderr).unwrap();
        assert!(error.contains(expected), "{arguments:?}: {error}");
    }
}
