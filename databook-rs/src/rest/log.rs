//! A notebook's log as a file, and back: `/api/notebooks/{id}/log` and `/api/notebooks/import`.

use super::error_response;
use crate::{
    json::ErrorJson,
    refusal::Refusal,
    server::Server,
    transfer::{self, Imported, Problem},
};
use axum::{
    Json,
    body::Body,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use notebook::NotebookId;
use proto::RefusalReason;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ImportQuery {
    #[serde(rename = "as")]
    copy: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportedJson {
    /// The notebook's identifier here.
    notebook: String,
    /// Entries of the file.
    entries: u64,
    /// Those that were not here before.
    added: u64,
}

impl From<Imported> for ImportedJson {
    fn from(imported: Imported) -> Self {
        Self {
            notebook: imported.notebook.to_string(),
            entries: imported.entries,
            added: imported.added,
        }
    }
}

fn refused(refusal: &Refusal) -> Response {
    let (status, kind) = match refusal.reason {
        RefusalReason::UnknownNotebook => (StatusCode::NOT_FOUND, "not_found"),
        RefusalReason::Invalid | RefusalReason::OutOfRange | RefusalReason::Unspecified => {
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid")
        }
        RefusalReason::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "invalid"),
        RefusalReason::Forbidden => (StatusCode::FORBIDDEN, "denied"),
        RefusalReason::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    };
    error_response(status, kind, &refusal.message, &refusal.hint)
}

/// A notebook's whole log and the outputs that it names, as JSON lines.
///
/// The first line is a header, then come entries as canonical JSON of `databook.Entry`, and each
/// output in base64 before the first entry that names it.
#[utoipa::path(
    get,
    path = "/api/notebooks/{id}/log",
    params(("id" = String, Path, description = "The notebook's identifier")),
    responses(
        (status = 200, content_type = "application/jsonl", body = String),
        (status = 404, body = ErrorJson),
    )
)]
pub(super) async fn export(State(server): State<Arc<Server>>, Path(id): Path<String>) -> Response {
    let lines = match id.parse::<NotebookId>() {
        Ok(id) => transfer::export(&server, id).await.map(|lines| (id, lines)),
        Err(error) => Err(error.into()),
    };
    let (id, lines) = match lines {
        Ok(lines) => lines,
        Err(refusal) => return refused(&refusal),
    };
    let mut response = Body::from_stream(lines).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/jsonl"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let name = format!("attachment; filename=\"databook-{id}.jsonl\"");
    // An identifier is letters and digits.
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

/// Takes what `/api/notebooks/{id}/log` gave, of this or another server, at most 256 MiB.
///
/// Nothing is written before everything is checked. A notebook that is here already must be the
/// beginning of the file's log, or have all of it.
#[utoipa::path(
    post,
    path = "/api/notebooks/import",
    params(("as" = Option<String>, Query, description = "`new`, or an identifier: import it as a copy")),
    request_body(content = String, content_type = "application/jsonl"),
    responses(
        (status = 200, body = ImportedJson),
        (status = 422, description = "The message names the line", body = ErrorJson),
        (status = 413, body = ErrorJson),
        (status = 503, body = ErrorJson),
    )
)]
pub(super) async fn import(
    State(server): State<Arc<Server>>,
    query: Result<Query<ImportQuery>, QueryRejection>,
    body: Body,
) -> Response {
    let copy = match query {
        Err(rejection) => Err(Refusal::invalid(
            rejection.body_text(),
            "The only parameter is `as`.",
        )),
        Ok(Query(ImportQuery { copy: None })) => Ok(None),
        Ok(Query(ImportQuery { copy: Some(copy) })) if copy == "new" => {
            Ok(Some(NotebookId::from_bits(server.random.bits())))
        }
        Ok(Query(ImportQuery { copy: Some(copy) })) => copy.parse().map(Some).map_err(|_| {
            Refusal::invalid(
                "`as` is neither `new` nor an identifier",
                "An identifier has 26 characters of 0-9 and a-z without i, l, o and u.",
            )
        }),
    };
    let imported = match copy {
        Ok(copy) => transfer::import(&server, copy, body).await,
        Err(refusal) => Err(refusal.into()),
    };
    match imported {
        Ok(imported) => Json(ImportedJson::from(imported)).into_response(),
        Err(Problem::Refused(refusal)) => refused(&refusal),
        Err(Problem::Line(error)) => error_response(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
            &error.to_string(),
            error.hint,
        ),
    }
}
