//! The checks that every request passes before anything else looks at it, and the headers
//! that every answer carries.
//!
//! `Host` must be one of an exact list: a foreign site that points a name of its own at this
//! machine (DNS rebinding) is refused. `Origin`, where a browser sends one, must be ours: a
//! foreign site cannot call the API or open the live socket. Programs send no `Origin`.

use crate::{random::Random, server::Server};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{net::SocketAddr, sync::Arc};
use tracing::Instrument as _;

/// The names under which the server may be addressed.
#[derive(Clone, Debug, PartialEq)]
pub struct AllowedHosts {
    exact: Vec<String>,
    configured: Vec<String>,
}

impl AllowedHosts {
    /// `bound` is the address with its real port; `configured` are further names, with or
    /// without a port (without: with the server's port, and with none as behind a proxy).
    pub fn new(bound: SocketAddr, configured: &[String]) -> Self {
        let port = bound.port();
        let mut exact: Vec<String> = ["localhost", "127.0.0.1", "[::1]"]
            .iter()
            .map(|name| format!("{name}:{port}"))
            .collect();
        if !bound.ip().is_unspecified() {
            exact.push(bound.to_string());
        }
        // Browsers leave the default port of http out.
        if port == 80 {
            let without: Vec<String> = exact
                .iter()
                .filter_map(|host| host.strip_suffix(":80").map(str::to_owned))
                .collect();
            exact.extend(without);
        }
        let configured = configured
            .iter()
            .flat_map(|name| {
                let with_port = (!has_port(name)).then(|| format!("{name}:{port}"));
                std::iter::once(name.clone()).chain(with_port)
            })
            .collect();
        Self { exact, configured }
    }

    pub fn allows(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        self.exact.contains(&host) || self.configured.contains(&host)
    }

    /// An origin is ours when it is the very host that was asked, or one that the operator
    /// named (a development server that passes requests on).
    fn allows_origin(&self, origin: &str, host: &str) -> bool {
        let authority = origin
            .strip_prefix("http://")
            .or_else(|| origin.strip_prefix("https://"));
        authority.is_some_and(|authority| {
            authority.eq_ignore_ascii_case(host)
                || self.configured.contains(&authority.to_ascii_lowercase())
        })
    }
}

pub fn has_port(name: &str) -> bool {
    name.rsplit_once(':').is_some_and(|(before, port)| {
        !port.is_empty()
            && port.bytes().all(|byte| byte.is_ascii_digit())
            && (!before.contains(':') || before.ends_with(']'))
    })
}

/// Why a request is turned away before it reaches anything.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the request names no host, or more than one")]
    NoHost,
    #[error(
        "this server is not known as `{host}`. If it should be, start it with --allowed-hosts {host}"
    )]
    UnknownHost { host: String },
    #[error("requests from the site `{origin}` are not accepted here")]
    ForeignOrigin { origin: String },
    #[error("requests from another site are not accepted here")]
    ForeignSite,
}

/// The decision, apart from the middleware.
pub fn check(
    hosts: &AllowedHosts,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<(), Refused> {
    let mut named = headers
        .get_all(header::HOST)
        .iter()
        .map(|value| value.to_str().unwrap_or_default());
    let host = match (uri.authority(), named.next(), named.next()) {
        (_, _, Some(_)) | (None, None, _) => return Err(Refused::NoHost),
        (Some(authority), Some(host), None) if authority.as_str() != host => {
            return Err(Refused::NoHost);
        }
        (Some(authority), _, None) => authority.as_str(),
        (None, Some(host), None) => host,
    };
    let shown = |text: &str| -> String {
        text.chars()
            .filter(|character| !character.is_control())
            .take(100)
            .collect()
    };
    if !hosts.allows(host) {
        return Err(Refused::UnknownHost { host: shown(host) });
    }
    for origin in headers.get_all(header::ORIGIN) {
        let origin = origin.to_str().unwrap_or_default();
        if !hosts.allows_origin(origin, host) {
            return Err(Refused::ForeignOrigin {
                origin: shown(origin),
            });
        }
    }
    // Requests without `Origin` that a foreign page can still cause (images, scripts, frames):
    // browsers mark them. Following a link from elsewhere is fine.
    let site = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let foreign = matches!(site("sec-fetch-site"), Some("cross-site" | "same-site"));
    let navigation = site("sec-fetch-mode") == Some("navigate")
        && site("sec-fetch-dest") == Some("document")
        && (method == Method::GET || method == Method::HEAD);
    // A configured origin (checked above) counts as one site with us.
    if foreign && !navigation && !headers.contains_key(header::ORIGIN) {
        return Err(Refused::ForeignSite);
    }
    Ok(())
}

/// The policy for the page: only our own files, plus wasm and the named inline scripts.
pub fn content_security_policy(script_hashes: &[String], connect: &[String]) -> String {
    let scripts: String = script_hashes
        .iter()
        .map(|hash| format!(" {hash}"))
        .collect();
    let connect: String = connect.iter().map(|origin| format!(" {origin}")).collect();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'{connect}; worker-src 'self'; font-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    )
}

/// The script of a worker that runs a view plugin: its policy is the worker's own. It loads the
/// script beside it and compiles WebAssembly, and connects to nothing.
const WORKER_PATH: &str = "/view/worker.js";
const WORKER_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; base-uri 'none'; \
     frame-ancestors 'none'",
);

/// On an answer that has a policy of its own.
#[derive(Clone, Debug)]
pub struct OwnPolicy(pub HeaderValue);

/// The policy for everything else, which never runs or loads anything.
const DATA_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; base-uri 'none'; frame-ancestors 'none'");

fn is_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// Headers that never change.
const FIXED_HEADERS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Paths that answer without authentication: the way in, and the question whether we live.
fn is_open(path: &str) -> bool {
    matches!(path, "/login" | "/healthz") || path.starts_with("/grpc.health.v1.Health/")
}

/// Checks, then answers, then adds the headers; one log line and one count per request.
pub async fn guard(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let request_id = request_id(&server.random);
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let grpc = is_grpc(request.headers());
    let is_worker = path == WORKER_PATH;
    let started = std::time::Instant::now();
    // The path only: a query may carry the login secret.
    let span = tracing::info_span!("request", id = %request_id, %method, path);

    let admitted = match check(&server.hosts, &method, request.uri(), request.headers()) {
        Err(refused) => Err((StatusCode::FORBIDDEN, refused.to_string())),
        Ok(()) if is_open(&path) || server.auth.admits(request.headers()) => Ok(()),
        Ok(()) => Err((
            StatusCode::UNAUTHORIZED,
            "you are not logged in here. Open the login link that the server printed, or send \
             the bearer token"
                .to_owned(),
        )),
    };
    let mut response = match admitted {
        Ok(()) => next.run(request).instrument(span.clone()).await,
        Err((status, message)) => {
            span.in_scope(|| tracing::warn!(status = status.as_u16(), "{message}"));
            refusal(status, &message, grpc, &path)
        }
    };
    span.in_scope(|| {
        tracing::debug!(
            status = response.status().as_u16(),
            duration_us = started.elapsed().as_micros() as u64,
            "answered"
        );
    });
    server.metrics.request(&method, response.status());

    let own_policy = response.extensions_mut().remove::<OwnPolicy>();
    let headers = response.headers_mut();
    for (name, value) in FIXED_HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = if let Some(OwnPolicy(policy)) = own_policy {
        policy
    } else if is_page(headers) {
        let hashes = server
            .shell
            .current()
            .map_or_else(Vec::new, |shell| shell.script_hashes.clone());
        HeaderValue::from_str(&content_security_policy(
            &hashes,
            &crate::plugins::connect_src(&server),
        ))
        .unwrap_or(DATA_POLICY)
    } else if is_worker {
        WORKER_POLICY
    } else {
        DATA_POLICY
    };
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
    response
}

fn request_id(random: &Random) -> String {
    format!("{:016x}", random.bits() as u64)
}

/// Whether the request speaks gRPC or gRPC-web.
pub fn is_grpc(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
}

/// Says no in the language of the one who asked: gRPC status, JSON or a page.
fn refusal(status: StatusCode, message: &str, grpc: bool, path: &str) -> Response {
    if grpc {
        let status = match status {
            StatusCode::UNAUTHORIZED => tonic::Status::unauthenticated(message),
            _ => tonic::Status::permission_denied(message),
        };
        return status.into_http::<axum::body::Body>();
    }
    let mut response = if path.starts_with("/api/") || path == "/invoke" {
        crate::rest::error_response(status, "denied", message, "")
    } else {
        let page = crate::pages::words_page(
            if status == StatusCode::UNAUTHORIZED {
                "Not logged in"
            } else {
                "Not accepted"
            },
            message,
        );
        (status, axum::response::Html(page)).into_response()
    };
    if status == StatusCode::UNAUTHORIZED {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn decide(headers: &[(&str, &str)]) -> Result<(), Refused> {
        let hosts = AllowedHosts::new(
            "127.0.0.1:8080".parse().unwrap(),
            &["book.example".to_owned(), "dev.example:9000".to_owned()],
        );
        let headers = headers
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_bytes(name.as_bytes()).unwrap(),
                    HeaderValue::from_str(value).unwrap(),
                )
            })
            .collect();
        check(&hosts, &Method::GET, &Uri::from_static("/api/x"), &headers)
    }

    #[test]
    fn hosts_are_exact() {
        for good in [
            "127.0.0.1:8080",
            "localhost:8080",
            "LOCALHOST:8080",
            "[::1]:8080",
            "book.example",
            "book.example:8080",
            "dev.example:9000",
        ] {
            assert_eq!(decide(&[("host", good)]), Ok(()), "{good}");
        }
        for bad in [
            "localhost",
            "localhost:8081",
            "evil.example:8080",
            "127.0.0.1.evil.example:8080",
            "dev.example",
            "",
        ] {
            assert!(decide(&[("host", bad)]).is_err(), "{bad}");
        }
        assert_eq!(decide(&[]), Err(Refused::NoHost));
        assert_eq!(
            decide(&[("host", "localhost:8080"), ("host", "localhost:8080")]),
            Err(Refused::NoHost)
        );
    }

    #[test]
    fn origins_must_be_the_host_or_configured() {
        let from = |origin: &str| decide(&[("host", "localhost:8080"), ("origin", origin)]);
        assert_eq!(from("http://localhost:8080"), Ok(()));
        assert_eq!(from("http://dev.example:9000"), Ok(()));
        for bad in [
            "null",
            "http://evil.example",
            "http://localhost:3000",
            "http://127.0.0.1:8080",
            "file://localhost:8080",
        ] {
            assert!(from(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn foreign_pages_may_link_but_not_embed() {
        let fetch = |mode: &str, destination: &str| {
            decide(&[
                ("host", "localhost:8080"),
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", mode),
                ("sec-fetch-dest", destination),
            ])
        };
        assert_eq!(fetch("navigate", "document"), Ok(()));
        assert_eq!(fetch("no-cors", "image"), Err(Refused::ForeignSite));
        assert_eq!(fetch("navigate", "iframe"), Err(Refused::ForeignSite));
    }
}
