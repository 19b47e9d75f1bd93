//! HTTP for plugins against a real server: what is granted works, and nothing else.

use plugin_host::FailureKind;

use crate::{
    server::Server,
    setup::{Setup, TestHost},
};

async fn start() -> (Server, TestHost) {
    let server = Server::start().await;
    let host = Setup::new()
        .plugin("granted", &server.grant())
        .plugin("closed", "")
        .plugin("suffix", "allowed_domains = [\"*.localhost.test\"]")
        .plugin("by_env", "allowed_domains = [\"env:SERVER_URL\"]")
        .plugin(
            "small",
            &format!("{}\n[limits]\nmax_response_mb = 1", server.grant()),
        )
        .env("SERVER_URL", &format!("{}/prefix", server.address))
        .start();
    (server, host)
}

#[tokio::test]
async fn a_granted_request_is_sent_as_asked() {
    let (server, host) = start().await;
    let answer = host
        .text(
            "granted",
            &[
                ("do", "http"),
                ("method", "PATCH"),
                ("query", &server.url("/echo")),
                ("header", "X-Test: yes"),
                ("body", "the body"),
            ],
        )
        .await;
    assert!(answer.starts_with("status=200 truncated=false"), "{answer}");
    let request = &server.requests.lock().unwrap()[0];
    let host_header = server.address.replace("http://", "host: ");
    assert!(request.starts_with("PATCH /echo HTTP/1.1\r\n"), "{request}");
    assert!(request.contains(&host_header), "{request}");
    assert!(request.contains("x-test: yes\r\n"), "{request}");
    assert!(request.contains("content-length: 8\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\nthe body"), "{request}");
}

#[tokio::test]
async fn the_operators_address_is_granted_by_env() {
    let (server, host) = start().await;
    let answer = host
        .text(
            "by_env",
            &[("do", "http"), ("query", &server.url("/chunked"))],
        )
        .await;
    assert!(answer.ends_with("body=abcde"), "{answer}");
}

#[tokio::test]
async fn what_is_not_granted_never_leaves() {
    let (server, host) = start().await;
    let port = server.address.rsplit(':').next().unwrap();
    for (plugin, url) in [
        ("closed", server.url("/echo")),
        ("suffix", server.url("/echo")),
        ("granted", format!("http://localhost:{port}/echo")),
        ("granted", format!("http://127.0.0.2:{port}/echo")),
        ("granted", format!("http://[::ffff:127.0.0.1]:{port}/echo")),
        ("granted", format!("https://127.0.0.1:{port}/echo")),
        ("granted", "http://127.0.0.1/echo".to_owned()),
        ("granted", format!("http://user@127.0.0.1:{port}/echo")),
        ("granted", "file:///etc/passwd".to_owned()),
        (
            "granted",
            "http://169.254.169.254/latest/meta-data".to_owned(),
        ),
    ] {
        let failure = host
            .failure(plugin, &[("do", "http"), ("query", &url)])
            .await;
        assert_eq!(failure.kind, FailureKind::Denied, "{url}: {failure:?}");
        assert!(failure.message.contains(plugin), "{failure:?}");
    }
    assert_eq!(server.requests.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn a_redirect_is_shown_and_not_followed() {
    let (server, host) = start().await;
    let answer = host
        .text(
            "granted",
            &[("do", "http"), ("query", &server.url("/redirect"))],
        )
        .await;
    assert!(
        answer.starts_with("status=302 truncated=false location=http://127.0.0.1:1/secret"),
        "{answer}"
    );
    assert_eq!(server.requests.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_long_body_is_cut_at_the_smallest_limit() {
    let (server, host) = start().await;
    let url = server.url("/big");
    for (plugin, max_body_bytes, expected) in [
        ("granted", "", "truncated=false location=- bytes=3145728"),
        ("granted", "1000", "truncated=true location=- bytes=1000"),
        (
            "granted",
            "3145728",
            "truncated=false location=- bytes=3145728",
        ),
        ("granted", "0", "truncated=true location=- bytes=0"),
        ("small", "", "truncated=true location=- bytes=1048576"),
        (
            "small",
            "2000000",
            "truncated=true location=- bytes=1048576",
        ),
    ] {
        let options = [
            ("do", "http"),
            ("query", &url),
            ("max_body_bytes", max_body_bytes),
        ];
        let answer = host.text(plugin, &options).await;
        assert!(
            answer.contains(expected),
            "{plugin} {max_body_bytes}: {answer:.100}"
        );
    }
}

#[tokio::test]
async fn a_silent_server_is_a_timeout() {
    let (server, host) = start().await;
    for path in ["/never", "/stalls"] {
        let failure = host
            .failure(
                "granted",
                &[
                    ("do", "http"),
                    ("query", &server.url(path)),
                    ("timeout_ms", "100"),
                ],
            )
            .await;
        assert_eq!(failure.kind, FailureKind::Timeout, "{path}: {failure:?}");
        assert_eq!(failure.message, "the exchange took too long");
    }
}

#[tokio::test]
async fn the_call_ends_while_it_waits() {
    let server = Server::start().await;
    let host = Setup::new()
        .plugin(
            "granted",
            &format!("{}\n[limits]\ntimeout_s = 1", server.grant()),
        )
        .start();
    let failure = host
        .failure(
            "granted",
            &[("do", "http"), ("query", &server.url("/never"))],
        )
        .await;
    assert_eq!(failure.kind, FailureKind::Timeout);
    assert_eq!(
        failure.message,
        "The plugin `granted` did not answer within 1 s."
    );
}

#[tokio::test]
async fn broken_servers_are_unavailable() {
    let (server, host) = start().await;
    for path in ["/garbage", "/short"] {
        let failure = host
            .failure("granted", &[("do", "http"), ("query", &server.url(path))])
            .await;
        assert_eq!(
            failure.kind,
            FailureKind::Unavailable,
            "{path}: {failure:?}"
        );
        assert!(failure.message.contains(&server.address), "{failure:?}");
    }
}

#[tokio::test]
async fn nobody_listening_and_unknown_names_are_unavailable() {
    let host = Setup::new()
        .plugin(
            "granted",
            "allowed_domains = [\"http://127.0.0.1:1\", \"name.invalid\"]",
        )
        .start();
    for (url, expected) in [
        (
            "http://127.0.0.1:1/",
            "no connection to http://127.0.0.1:1: ",
        ),
        (
            "http://name.invalid/",
            "the name name.invalid is not found: ",
        ),
    ] {
        let failure = host
            .failure("granted", &[("do", "http"), ("query", url)])
            .await;
        assert_eq!(failure.kind, FailureKind::Unavailable, "{failure:?}");
        assert!(failure.message.starts_with(expected), "{failure:?}");
    }
}

#[tokio::test]
async fn bad_requests_are_named() {
    let (server, host) = start().await;
    let url = server.url("/echo");
    for (options, expected) in [
        (&[("query", "no url")][..], "`no url` is not a URL"),
        (&[("method", "GET IT")], "`GET IT` is not an HTTP method"),
        (&[("method", "CONNECT")], "`CONNECT` is not an HTTP method"),
        (
            &[("header", "Host: other")],
            "the header `host` is set by the host",
        ),
        (
            &[("header", "Transfer-Encoding: chunked")],
            "the header `transfer-encoding` is set by the host",
        ),
        (&[("header", "a b: c")], "`a b` is not the name of a header"),
        (
            &[("header", "x: a\r\nHost: b")],
            "the value of the header `x` is not valid",
        ),
    ] {
        let mut all = vec![("do", "http")];
        all.extend_from_slice(options);
        if !options.iter().any(|(name, _)| *name == "query") {
            all.push(("query", &url));
        }
        let failure = host.failure("granted", &all).await;
        assert_eq!(failure.kind, FailureKind::Invalid, "{failure:?}");
        assert!(failure.message.starts_with(expected), "{failure:?}");
    }
    assert_eq!(server.requests.lock().unwrap().len(), 0);
}
