//! Pages that can be read without script, and files.

use crate::support::{Launch, Reply, get, submit};

fn text(reply: &Reply) -> String {
    String::from_utf8(reply.body().to_vec()).unwrap()
}

#[tokio::test]
async fn a_notebook_can_be_read_without_script() {
    let server = Launch::new().page().start();
    let (id, _) = server.notebook_with("# At *03:12*").await;
    let reply = get(&server, &format!("/n/{id}"), &[]).await;
    assert_eq!(reply.status(), 200);
    let html = text(&reply);
    assert!(
        html.contains("<title>Incident · Databook</title>"),
        "{html}"
    );
    assert!(
        html.contains("<div id=\"readable\"><header class=\"topbar\">"),
        "{html}"
    );
    assert!(html.contains("</header><main class=\"notebook\""), "{html}");
    assert!(html.contains("<em>03:12</em>"), "{html}");

    let list = text(&get(&server, "/", &[]).await);
    assert!(list.contains(&format!("href=\"/n/{id}\"")), "{list}");
}

#[tokio::test]
async fn a_broken_plugin_is_listed_with_its_error() {
    let server = Launch::new().broken_plugin().page().start();
    let html = text(&get(&server, "/plugins", &[]).await);
    for expected in [
        "<title>Plugins · Databook</title>",
        "aria-current=\"page\"",
        "<h2>demo</h2>",
        "<h2>broken</h2>",
        "broken/config.toml",
        "`nmae`",
    ] {
        assert!(html.contains(expected), "{expected}\n{html}");
    }

    let mut client = server.databook().await;
    let reply = client.plugins(proto::PluginsRequest {}).await.unwrap();
    let plugins = wire::from_proto::plugins(reply.into_inner()).unwrap();
    let names: Vec<_> = plugins.iter().map(|plugin| plugin.name.as_str()).collect();
    assert_eq!(names, ["broken", "demo", "hostile"]);
    let error = plugins[0].error.as_deref().unwrap();
    assert!(error.contains("`nmae`"), "{error}");
    assert_eq!(plugins[1].error, None);
    assert!(
        plugins[1]
            .options
            .iter()
            .any(|option| option.name == "query")
    );
}

#[tokio::test]
async fn the_first_start_greets_with_outputs_that_are_there() {
    let server = Launch::new().start();
    let list = text(&get(&server, "/", &[]).await);
    assert!(list.contains("Welcome to Databook"), "{list}");
    assert!(
        list.contains("cargo xtask serve"),
        "no page was built: {list}"
    );
    let at = list.find("/n/").unwrap();
    let page = text(&get(&server, &list[at..at + 29], &[]).await);
    assert!(page.contains("<svg"), "a plot is drawn");
    assert!(page.contains("data-state=\"done\""), "{page}");
    assert!(!page.contains("data-state=\"failed\""), "{page}");

    let server = server.kill_and_restart();
    let again = text(&get(&server, "/", &[]).await);
    assert_eq!(again.matches("href=\"/n/").count(), 1, "only once");
}

#[tokio::test]
async fn what_is_not_there_is_said_in_words() {
    let server = Launch::new().page().start();
    for (path, status) in [
        ("/n/00000000000000000000000009", 404),
        ("/n/not-an-id", 404),
        ("/missing.js", 404),
        ("/n/missing.css", 404),
        ("/../Cargo.toml", 404),
        ("/settings", 200),
    ] {
        let reply = get(&server, path, &[]).await;
        assert_eq!(reply.status(), status, "{path}");
        if path.starts_with("/n/") && !path.contains('.') {
            assert!(text(&reply).contains("No such notebook"), "{path}");
        }
    }
}

#[tokio::test]
async fn files_are_precompressed_and_kept_by_their_hash() {
    let server = Launch::new().page().start();
    let path = "/app-1f0a9c3b5d7e9a11.js";
    for (accepted, body) in [
        ("br, gzip", "brotli"),
        ("gzip", "gzip"),
        ("identity", "plain"),
    ] {
        let reply = get(&server, path, &[("accept-encoding", accepted)]).await;
        assert_eq!(text(&reply), body);
        assert_eq!(reply.headers()["vary"], "accept-encoding");
        let kept = reply.headers()["cache-control"].to_str().unwrap();
        assert!(kept.contains("immutable"), "{kept}");
    }
    let reply = get(&server, "/style.css", &[]).await;
    assert_eq!(reply.headers()["cache-control"], "no-cache");
    assert_eq!(reply.headers()["content-type"], "text/css");
    let page = get(&server, "/", &[]).await;
    assert_eq!(page.headers()["cache-control"], "no-cache");
}

#[tokio::test]
async fn a_notebook_can_be_read_as_it_was() {
    let server = Launch::new().page().start();
    let (id, cell) = server.notebook_with("# Before").await;
    let title = |title: &str| {
        proto::operation::Kind::SetTitle(proto::SetTitle {
            title: title.to_owned(),
        })
    };
    let mut client = server.notebooks().await;
    for kind in [
        title("Renamed"),
        proto::operation::Kind::DeleteCell(proto::DeleteCell {
            cell: cell.to_string(),
        }),
    ] {
        let reply = client.submit(submit(id, 2, kind)).await.unwrap();
        assert_eq!(reply.into_inner().refusal, None);
    }
    let now = text(&get(&server, &format!("/n/{id}"), &[]).await);
    assert!(
        !now.contains("Before") && !now.contains("As it was at"),
        "{now}"
    );

    let then = text(&get(&server, &format!("/n/{id}?at=seq:2"), &[]).await);
    for expected in [
        "<h2>Before</h2>",
        "<h1 class=\"title\">Incident</h1>",
        "data-sequence=\"2\"",
        "<section class=\"replay-bar\" aria-label=\"Replay\"><p class=\"replay-moment\">As it was at",
        &format!("href=\"/n/{id}\">Back to now</a>"),
    ] {
        assert!(then.contains(expected), "{expected}\n{then}");
    }
    // A time before the first entry is the first, and one that has not come is the last.
    for (at, title) in [
        ("1970-01-01T00:00:00Z", "Incident"),
        ("0", "Incident"),
        ("2100-01-01T00:00:00Z", "Renamed"),
    ] {
        let html = text(&get(&server, &format!("/n/{id}?at={at}"), &[]).await);
        let heading = format!("<h1 class=\"title\">{title}</h1>");
        assert!(html.contains(&heading), "{at}\n{html}");
    }
    for (path, status, words) in [
        (format!("/n/{id}?at=yesterday"), 404, "No such moment"),
        (
            "/n/00000000000000000000000009?at=seq:1".to_owned(),
            404,
            "No such notebook",
        ),
    ] {
        let reply = get(&server, &path, &[]).await;
        assert_eq!(reply.status(), status, "{path}");
        assert!(text(&reply).contains(words), "{path}");
    }
}
