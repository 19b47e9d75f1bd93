//! The built page's files: precompressed where a `.br` or `.gz` lies beside them, kept for ever
//! by browsers when their name carries a hash, and 404 for a name with a dot that is not there.

use crate::{pages, security::is_grpc, server::Server};
use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::sync::Arc;
use tower::ServiceExt as _;
use tower_http::services::ServeDir;

/// Fewest hexadecimal digits at the end of a name that count as a hash of the content.
const HASH_DIGITS: usize = 8;
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// Everything that no route took: a gRPC service that is not there, a file, or a page of the app.
pub async fn fallback(State(server): State<Arc<Server>>, request: Request) -> Response {
    if is_grpc(request.headers()) {
        return tonic::Status::unimplemented(format!(
            "there is no gRPC service or method `{}` here; `grpcurl … list` shows the services",
            request.uri().path().trim_start_matches('/')
        ))
        .into_http::<axum::body::Body>();
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = request.uri().path().to_owned();
    let last = path.rsplit('/').next().unwrap_or_default();
    if last == "index.html" {
        return axum::response::Redirect::permanent("/").into_response();
    }
    if !last.contains('.') {
        return pages::app(&server);
    }
    let files = ServeDir::new(server.shell.folder())
        .precompressed_br()
        .precompressed_gzip()
        .append_index_html_on_directories(false);
    let Ok(response) = files.oneshot(request).await;
    if response.status() == StatusCode::NOT_FOUND {
        return (StatusCode::NOT_FOUND, "There is no such file.\n").into_response();
    }
    let mut response = response.map(axum::body::Body::new);
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(
        header::CACHE_CONTROL,
        if has_hash(&path) { FOR_EVER } else { ASK_AGAIN },
    );
    response
}

/// `app-1f0a9c3b5d7e9a11_bg.wasm`: a part between `-`, `_` and `.` is a long hexadecimal number.
fn has_hash(path: &str) -> bool {
    path.split(['/', '-', '_', '.']).any(|part| {
        part.len() >= HASH_DIGITS
            && part.bytes().all(|byte| byte.is_ascii_hexdigit())
            && part.bytes().any(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        assert!(has_hash("/app-1f0a9c3b5d7e9a11_bg.wasm"));
        assert!(has_hash("/style-0c0ffee5.css"));
        assert!(!has_hash("/style.css"));
        assert!(!has_hash("/favicon-32.png"));
        assert!(!has_hash("/deadbeef.css"));
    }
}
