//! Who may talk to the server, under which name and from where.

use crate::support::{Launch, Live, get, http, request};
use proto::GetRequest;
use tokio_tungstenite::tungstenite;
use tonic::Code;

#[tokio::test]
async fn only_known_hosts_are_answered() {
    let server = Launch::new()
        .arguments(&["--allowed-hosts", "book.example"])
        .start();
    let port = server.address.rsplit(':').next().unwrap();
    for (host, status) in [
        (format!("localhost:{port}"), 200),
        (format!("book.example:{port}"), 200),
        ("book.example".to_owned(), 200),
        (format!("evil.example:{port}"), 403),
        ("127.0.0.1".to_owned(), 403),
    ] {
        for path in ["/", "/healthz", "/api/plugins", "/style.css"] {
            let reply = get(&server, path, &[("host", &host)]).await;
            let found = reply.status().as_u16();
            match path {
                // There is no page to serve in this test.
                "/style.css" => assert_eq!(found == 403, status == 403, "{host} {path}"),
                _ => assert_eq!(found, status, "{host} {path}"),
            }
        }
    }
}

#[tokio::test]
async fn foreign_origins_are_refused_everywhere() {
    let server = Launch::new().start();
    let own = server.url("");
    for (origin, status) in [
        (own.as_str(), 200),
        ("http://evil.example", 403),
        ("null", 403),
    ] {
        let reply = get(&server, "/api/plugins", &[("origin", origin)]).await;
        assert_eq!(reply.status(), status, "{origin}");
    }
    let refused = Live::open(&server, &[("origin", "http://evil.example")]).await;
    match refused.err().expect("refused") {
        tungstenite::Error::Http(reply) => assert_eq!(reply.status(), 403),
        other => panic!("{other}"),
    }
    assert!(Live::open(&server, &[("origin", &own)]).await.is_ok());

    let headers = [
        ("origin", "http://evil.example"),
        ("content-type", "application/grpc-web+proto"),
    ];
    let call = request("POST", "/databook.Databook/get", &headers, b"\0\0\0\0\0");
    let reply = http(&server.address, call).await;
    assert_eq!(reply.headers()["grpc-status"], "7");
}

#[test]
fn beyond_loopback_only_with_authentication_chosen() {
    let ended = Launch::new()
        .without_plugins()
        .arguments(&["--listen", "0.0.0.0:0"])
        .fails();
    assert_eq!(ended.status.code(), Some(1));
    let words = String::from_utf8(ended.stderr).unwrap();
    assert!(words.contains("--auth token"), "{words}");
}

#[tokio::test]
async fn a_login_link_becomes_a_cookie_once_and_programs_use_the_bearer() {
    let server = Launch::new().arguments(&["--auth", "token"]).start();
    let link = server.says("login link, works once: ");
    let bearer = server.says("bearer token for programs, until the server stops: ");
    let path = link.strip_prefix(&server.url("")).unwrap();

    assert_eq!(get(&server, "/", &[]).await.status(), 401);
    assert_eq!(get(&server, "/api/plugins", &[]).await.status(), 401);
    assert_eq!(get(&server, "/healthz", &[]).await.status(), 200);
    assert_eq!(get(&server, "/login?token=guess", &[]).await.status(), 403);

    let look = request("HEAD", path, &[], b"");
    let reply = http(&server.address, look).await;
    assert!(
        !reply.headers().contains_key("set-cookie"),
        "only looked at"
    );
    let reply = get(&server, path, &[]).await;
    assert_eq!(reply.status(), 303, "a preview does not use the link up");
    assert_eq!(reply.headers()["location"], "/");
    let cookie = reply.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
    let cookie = cookie.split(';').next().unwrap();
    assert_eq!(get(&server, "/", &[("cookie", cookie)]).await.status(), 200);

    assert_eq!(get(&server, path, &[]).await.status(), 403, "used up");
    let next = server.says("login link, works once: ");
    let next = next.strip_prefix(&server.url("")).unwrap();
    assert_eq!(get(&server, next, &[]).await.status(), 303);
    assert_eq!(get(&server, "/", &[("cookie", cookie)]).await.status(), 200);

    let authorization = format!("Bearer {bearer}");
    let reply = get(
        &server,
        "/api/plugins",
        &[("authorization", &authorization)],
    )
    .await;
    assert_eq!(reply.status(), 200);

    let mut client = server.databook().await;
    let refused = client.get(GetRequest::default()).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
    let mut call = tonic::Request::new(GetRequest {
        name: "demo".to_owned(),
        ..GetRequest::default()
    });
    call.metadata_mut()
        .insert("authorization", authorization.parse().unwrap());
    assert!(client.get(call).await.is_ok());

    let log = server.log();
    for secret in [&bearer, path.rsplit('=').next().unwrap(), cookie] {
        assert!(!log.contains(secret), "a secret is in the log");
    }
}

#[tokio::test]
async fn pages_carry_a_strict_policy_with_the_hash_of_their_inline_script() {
    let server = Launch::new().page().start();
    let reply = get(&server, "/", &[]).await;
    let policy = reply.headers()["content-security-policy"].to_str().unwrap();
    // printf 'start()' | openssl dgst -sha256 -binary | base64
    assert!(
        policy.contains(
            "script-src 'self' 'wasm-unsafe-eval' \
             'sha256-DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00=';"
        ),
        "{policy}"
    );
    assert!(policy.starts_with("default-src 'none';"));
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(reply.headers()[name], value);
    }
}
