//! Views that people bring along: read, offered with a notebook, and served to who opens it.

use crate::support::{ACTOR, Launch, TestServer, get, plugins, submit};
use notebook::NotebookId;
use proto::{
    HandedView, InspectReply, InspectRequest, OfferRequest, RefusalReason, operation::Kind,
    views_client::ViewsClient,
};

fn component() -> Vec<u8> {
    std::fs::read(plugins::with_views().join("asking/plugin.wasm")).unwrap()
}

const CONFIG: &str = "name = \"mine\"\nkind = \"view\"\n\
                      allowed_domains = [\"https://a.example\", \"*.b.example\", \"env:SECRET_URL\"]\n\
                      allowed_plugins = [\"demo\"]\n";

fn mine() -> HandedView {
    HandedView {
        component: component(),
        config: Some(CONFIG.to_owned()),
        file_name: "plugin.wasm".to_owned(),
    }
}

async fn inspect(server: &TestServer, view: HandedView) -> InspectReply {
    let mut client = ViewsClient::new(server.channel().await);
    let request = InspectRequest { view: Some(view) };
    client.inspect(request).await.unwrap().into_inner()
}

async fn offer(server: &TestServer, id: NotebookId, view: HandedView) -> Option<proto::Refusal> {
    let mut client = ViewsClient::new(server.channel().await);
    let request = OfferRequest {
        notebook: id.to_string(),
        actor: ACTOR.to_owned(),
        view: Some(view),
    };
    client.offer(request).await.unwrap().into_inner().refusal
}

#[tokio::test]
async fn what_is_handed_in_says_what_it_asks_for() {
    let server = Launch::new()
        .arguments(&["--connect-src", "https://a.example"])
        .start();
    let reply = inspect(&server, mine()).await;
    assert_eq!(reply.failure, None);
    let plugin = reply.plugin.unwrap();
    let view = plugin.view.unwrap();
    assert_eq!(plugin.name, "mine");
    // The server's environment is for what its operator installed.
    assert_eq!(view.origins, ["https://a.example", "*.b.example"]);
    assert_eq!(view.allowed_plugins, ["demo"]);
    assert_eq!(reply.outside_policy, ["*.b.example"]);

    for (file_name, name) in [("counter.wasm", "counter"), ("plugin.wasm", "dropped")] {
        let bare = HandedView {
            config: None,
            file_name: file_name.to_owned(),
            ..mine()
        };
        let plugin = inspect(&server, bare).await.plugin.unwrap();
        assert_eq!((plugin.name.as_str(), plugin.options.len()), (name, 0));
        assert!(plugin.view.unwrap().origins.is_empty());
    }
    // The page may go where the operator says.
    let page = Launch::new()
        .page()
        .arguments(&["--connect-src", "https://a.example,*.b.example"])
        .start();
    let reply = get(&page, "/", &[]).await;
    let policy = reply.headers()["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains(
            "connect-src 'self' http://*.b.example https://*.b.example https://a.example;"
        ),
        "{policy}"
    );
}

#[tokio::test]
async fn what_is_no_view_is_named() {
    let server = Launch::new().views().start();
    let with_component = |component: &[u8]| HandedView {
        component: component.to_vec(),
        ..mine()
    };
    let with_config = |config: &str| HandedView {
        config: Some(config.to_owned()),
        ..mine()
    };
    let backend = std::fs::read(plugins::folder().join("demo/plugin.wasm")).unwrap();
    let cases = [
        (with_component(b""), "this is not WebAssembly"),
        (
            with_component(b"\0asm\x01\0\0\0"),
            "core WebAssembly module",
        ),
        (with_component(&backend), "this is a backend plugin"),
        (
            with_config("name = \"mine\"\nkind = \"backend\"\n"),
            "`mine` is a backend plugin",
        ),
        (
            with_config("nome = \"mine\"\n"),
            "config.toml:1:1: unknown key `nome`",
        ),
        (
            with_config(&"#".repeat(300 << 10)),
            "config.toml has 307200 bytes",
        ),
        (
            with_config(&CONFIG.replace("mine", "heatmap")),
            "The server has a plugin `heatmap` already.",
        ),
        (
            with_config(&CONFIG.replace("mine", "demo")),
            "The server has a plugin `demo` already.",
        ),
        (
            with_config(&CONFIG.replace("mine", "plot")),
            "`plot` is a view that is built in",
        ),
    ];
    for (view, words) in cases {
        let reply = inspect(&server, view.clone()).await;
        let failure = reply.failure.unwrap();
        assert!(
            failure.message.contains(words),
            "{words}: {}",
            failure.message
        );
        assert!(!failure.hint.is_empty());
        assert_eq!(reply.plugin, None);
        // What cannot be used cannot be offered either.
        let (id, _) = server.notebook_with("text").await;
        let refusal = offer(&server, id, view).await.unwrap();
        assert_eq!(refusal.reason(), RefusalReason::Invalid, "{words}");
    }
    let large = HandedView {
        component: vec![0; view::component::MAX_COMPONENT_BYTES + (2 << 20)],
        ..mine()
    };
    let mut client = ViewsClient::new(server.channel().await);
    let request = InspectRequest { view: Some(large) };
    let status = client.inspect(request).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::OutOfRange);
}

#[tokio::test]
async fn an_offer_is_in_the_log_and_its_component_stays() {
    let server = Launch::new().start();
    let (id, _) = server.notebook_with("@view=mine").await;
    assert_eq!(offer(&server, id, mine()).await, None);
    let server = server.kill_and_restart();
    let state = server.read(id).await;
    let [offered] = &state.views[..] else {
        panic!("{:?}", state.views);
    };
    assert_eq!(offered.actor, ACTOR);
    let plugin = offered.plugin.clone().unwrap();
    let view = plugin.view.unwrap();
    assert_eq!(view.allowed_plugins, ["demo"]);
    let hash = view.component_hash;
    let reply = get(&server, &format!("/api/views/{hash}"), &[]).await;
    assert_eq!(reply.status(), 200);
    assert_eq!(reply.headers()["content-type"], "application/wasm");
    assert_eq!(reply.body(), component().as_slice());

    // Nobody writes an offer past the server, which reads the component.
    let forged = Kind::OfferView(proto::OfferView {
        plugin: Some(proto::Plugin {
            name: "forged".to_owned(),
            kind: proto::PluginKind::View.into(),
            ..proto::Plugin::default()
        }),
    });
    let mut notebooks = server.notebooks().await;
    let request = submit(id, state.sequence, forged);
    let refusal = notebooks
        .submit(request)
        .await
        .unwrap()
        .into_inner()
        .refusal;
    assert_eq!(refusal.unwrap().reason(), RefusalReason::Forbidden);

    let withdraw = Kind::WithdrawView(proto::WithdrawView {
        name: "mine".to_owned(),
    });
    let request = submit(id, state.sequence, withdraw);
    assert_eq!(
        notebooks
            .submit(request)
            .await
            .unwrap()
            .into_inner()
            .refusal,
        None
    );
    assert_eq!(server.read(id).await.views, []);
}

#[tokio::test]
async fn only_components_are_served_as_views() {
    let server = Launch::new().start();
    for path in [
        "/api/views/x".to_owned(),
        format!("/api/views/{}", "0".repeat(64)),
    ] {
        let reply = get(&server, &path, &[]).await;
        assert_eq!(reply.status(), 404, "{path}");
    }
}
