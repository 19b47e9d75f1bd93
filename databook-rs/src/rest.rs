//! The REST API. `/api/openapi.json` is generated from this file, so it cannot say otherwise.

mod log;
mod view;

use crate::{
    calls::{self, Call},
    json::{AnswerJson, ErrorJson, PluginJson},
    server::Server,
};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, OriginalUri, Path, RawQuery, State, rejection::JsonRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use bytes::Bytes;
use notebook::BlobHash;
use output::{Failure, FailureKind, TimeRange};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};
use utoipa::{OpenApi, ToSchema};

/// Most bytes of a request's body.
pub const MAX_BODY_BYTES: usize = 2 << 20;

/// Paths below `/api`, with an answer in JSON for those that are not there.
pub fn api() -> Router<Arc<Server>> {
    Router::new()
        .route("/openapi.json", get(openapi))
        .route("/plugins", get(plugins))
        .route("/plugins/{name}/invoke", post(invoke))
        .route("/plugins/{name}/view", post(view::view))
        .route("/plugins/{name}/plugin.wasm", get(component))
        .route("/views/{hash}", get(offered))
        .route("/outputs/{hash}", get(output))
        .route("/notebooks/{id}/log", get(log::export))
        .route("/notebooks/import", post(log::import))
        .route("/live", get(crate::live::upgrade))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
}

/// Paths outside `/api`.
pub fn others() -> Router<Arc<Server>> {
    Router::new()
        .route("/invoke", post(invoke_by_name))
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "databook",
        description = "Plugins, and notebooks as files, over plain HTTP. Notebooks are reached over gRPC and the live socket."
    ),
    paths(
        plugins,
        component,
        offered,
        invoke,
        view::view,
        invoke_by_name,
        output,
        log::export,
        log::import,
        healthz,
        metrics
    )
)]
struct Document;

/// A time range in milliseconds since 1970 UTC.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TimeRangeJson {
    start_ms: i64,
    end_ms: i64,
}

impl From<TimeRangeJson> for TimeRange {
    fn from(range: TimeRangeJson) -> Self {
        Self {
            start_ms: range.start_ms,
            end_ms: range.end_ms,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InvokeRequest {
    /// What a cell gives after the plugin's name; its body is `query`.
    #[serde(default)]
    options: BTreeMap<String, String>,
    /// Default: the last hour.
    time_range: Option<TimeRangeJson>,
    /// Width of the result in CSS pixels. Default: 800.
    width_px: Option<u32>,
}

/// The older form of a call.
#[derive(Debug, Deserialize, ToSchema)]
struct InvokeByName {
    name: String,
    #[serde(default)]
    options: BTreeMap<String, String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct InvokedByName {
    /// The answer as plain text; empty after an error.
    output: String,
    /// What went wrong; null when nothing did.
    error: Option<String>,
}

/// The answer of the API when something is wrong.
pub fn error_response(status: StatusCode, kind: &str, message: &str, hint: &str) -> Response {
    let error = ErrorJson {
        kind: kind.to_owned(),
        message: message.to_owned(),
        hint: hint.to_owned(),
    };
    (status, Json(error)).into_response()
}

fn failure_response(failure: &Failure) -> Response {
    (http_status(failure.kind), Json(ErrorJson::from(failure))).into_response()
}

fn http_status(kind: FailureKind) -> StatusCode {
    match kind {
        FailureKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        FailureKind::Denied => StatusCode::FORBIDDEN,
        FailureKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        FailureKind::Timeout => StatusCode::GATEWAY_TIMEOUT,
        FailureKind::Upstream => StatusCode::BAD_GATEWAY,
        FailureKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn bad_body(rejection: &JsonRejection) -> Response {
    error_response(
        rejection.status(),
        "invalid",
        &rejection.body_text(),
        "Send JSON with `Content-Type: application/json`; /api/openapi.json shows its form.",
    )
}

async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(Document::openapi())
}

/// All plugins, the broken ones with their error.
#[utoipa::path(get, path = "/api/plugins", responses((status = 200, body = Vec<PluginJson>)))]
async fn plugins(State(server): State<Arc<Server>>) -> Json<Vec<PluginJson>> {
    let plugins = server.plugins.plugins();
    Json(plugins.into_iter().map(PluginJson::from).collect())
}

/// Runs a backend plugin.
#[utoipa::path(
    post,
    path = "/api/plugins/{name}/invoke",
    params(("name" = String, Path, description = "The plugin's name")),
    request_body = InvokeRequest,
    responses(
        (status = 200, body = AnswerJson),
        (status = "default", description = "The kind of the failure decides the status", body = ErrorJson),
    )
)]
async fn invoke(
    State(server): State<Arc<Server>>,
    Path(name): Path<String>,
    body: Result<Json<InvokeRequest>, JsonRejection>,
) -> Response {
    let Json(request) = match body {
        Ok(body) => body,
        Err(rejection) => return bad_body(&rejection),
    };
    let call = Call {
        plugin: name,
        options: request.options,
        time_range: request.time_range.map(TimeRange::from),
        width_px: request.width_px.unwrap_or(0),
    };
    match calls::direct(&server, call).await {
        Ok(answer) => Json(AnswerJson::from(&answer)).into_response(),
        Err(failure) => failure_response(&failure),
    }
}

/// The component of a usable view plugin. With its hash as query the answer never changes.
#[utoipa::path(
    get,
    path = "/api/plugins/{name}/plugin.wasm",
    params(("name" = String, Path, description = "The plugin's name")),
    responses(
        (status = 200, content_type = "application/wasm", body = Vec<u8>),
        (status = 404, body = ErrorJson),
    )
)]
async fn component(
    State(server): State<Arc<Server>>,
    Path(name): Path<String>,
    RawQuery(hash): RawQuery,
) -> Response {
    let view = server.plugins.find(&name).and_then(|plugin| plugin.view);
    match view {
        Some(view)
            if hash
                .as_ref()
                .is_none_or(|hash| *hash == view.component_hash) =>
        {
            let kept = match hash {
                Some(_) => "private, max-age=31536000, immutable",
                None => "no-cache",
            };
            let headers = [
                (header::CONTENT_TYPE, "application/wasm"),
                (header::CACHE_CONTROL, kept),
            ];
            (headers, view.component.to_vec()).into_response()
        }
        Some(_) => error_response(
            StatusCode::NOT_FOUND,
            "not_found",
            &format!("the view `{name}` was built anew"),
            "Ask /api/plugins for its hash.",
        ),
        None => error_response(
            StatusCode::NOT_FOUND,
            "not_found",
            &format!("there is no usable view `{name}`"),
            "/api/plugins lists what there is, and why something is not usable.",
        ),
    }
}

/// The component of a view that a notebook offers. Never changes.
#[utoipa::path(
    get,
    path = "/api/views/{hash}",
    params(("hash" = String, Path, description = "BLAKE3, 64 hexadecimal digits")),
    responses(
        (status = 200, content_type = "application/wasm", body = Vec<u8>),
        (status = 404, body = ErrorJson),
    )
)]
async fn offered(State(server): State<Arc<Server>>, Path(hash): Path<String>) -> Response {
    let found = blob(&server, &hash, "component").await;
    match found {
        // Outputs are kept beside them; whoever asks for one of those here asks for the wrong thing.
        Ok(Some(bytes)) if bytes.starts_with(b"\0asm") => kept_for_ever("application/wasm", bytes),
        Ok(_) => error_response(
            StatusCode::NOT_FOUND,
            "not_found",
            "no notebook offers a view with this hash",
            "Open the notebook again to get the current one.",
        ),
        Err(response) => response,
    }
}

/// A blob by its hash, or the answer that says why it cannot be read.
async fn blob(server: &Server, hash: &str, what: &str) -> Result<Option<Bytes>, Response> {
    let hash: BlobHash = hash.parse().map_err(|error| {
        let message = format!("the name of this {what} is {error}");
        error_response(StatusCode::NOT_FOUND, "not_found", &message, "")
    })?;
    server.storage.blob(hash).await.map_err(|error| {
        tracing::error!(%error, %hash, "reading a blob failed");
        error_response(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            &format!("the {what} cannot be read from the data folder"),
            "Try again; the server's log has the details.",
        )
    })
}

fn kept_for_ever(content_type: &'static str, bytes: Bytes) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (
            header::CACHE_CONTROL,
            "private, max-age=31536000, immutable",
        ),
    ];
    (headers, bytes).into_response()
}

/// Runs a backend plugin and answers with plain text. Kept for older clients.
#[utoipa::path(
    post,
    path = "/invoke",
    request_body = InvokeByName,
    responses((status = 200, description = "Also when the plugin failed: see `error`", body = InvokedByName))
)]
async fn invoke_by_name(
    State(server): State<Arc<Server>>,
    body: Result<Json<InvokeByName>, JsonRejection>,
) -> Response {
    let Json(request) = match body {
        Ok(body) => body,
        Err(rejection) => return bad_body(&rejection),
    };
    let call = Call {
        plugin: request.name,
        options: request.options,
        time_range: None,
        width_px: 0,
    };
    let reply = match calls::direct(&server, call).await {
        Ok(answer) => InvokedByName {
            output: calls::printed(&answer),
            error: None,
        },
        Err(failure) => InvokedByName {
            output: String::new(),
            error: Some(match failure.hint.as_str() {
                "" => failure.message,
                hint => format!("{}. {hint}", failure.message.trim_end_matches('.')),
            }),
        },
    };
    Json(reply).into_response()
}

/// An output of a run: an encoded `databook.Answer`. Never changes.
#[utoipa::path(
    get,
    path = "/api/outputs/{hash}",
    params(("hash" = String, Path, description = "BLAKE3, 64 hexadecimal digits")),
    responses(
        (status = 200, content_type = "application/x-protobuf", body = Vec<u8>),
        (status = 404, body = ErrorJson),
    )
)]
async fn output(State(server): State<Arc<Server>>, Path(hash): Path<String>) -> Response {
    match blob(&server, &hash, "output").await {
        Ok(Some(bytes)) => kept_for_ever("application/x-protobuf", bytes),
        Ok(None) => error_response(
            StatusCode::NOT_FOUND,
            "not_found",
            "there is no output with this hash",
            "Open the notebook again to get the current one.",
        ),
        Err(response) => response,
    }
}

/// Says that the server answers.
#[utoipa::path(get, path = "/healthz", responses((status = 200, body = String)))]
async fn healthz() -> &'static str {
    "ok\n"
}

/// Counts and durations, in the text format of Prometheus (OpenMetrics 1.0).
#[utoipa::path(get, path = "/metrics", responses((status = 200, body = String)))]
async fn metrics(State(server): State<Arc<Server>>) -> Response {
    match server.metrics.text() {
        Ok(text) => {
            let content_type = HeaderValue::from_static(
                "application/openmetrics-text; version=1.0.0; charset=utf-8",
            );
            ([(header::CONTENT_TYPE, content_type)], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "writing the metrics failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn unknown(OriginalUri(uri): OriginalUri) -> Response {
    error_response(
        StatusCode::NOT_FOUND,
        "not_found",
        &format!("the API has no `{}`", uri.path()),
        "/api/openapi.json lists what there is.",
    )
}

async fn wrong_method(method: axum::http::Method) -> Response {
    error_response(
        StatusCode::METHOD_NOT_ALLOWED,
        "invalid",
        &format!("this path does not take {method}"),
        "/api/openapi.json lists what there is.",
    )
}
