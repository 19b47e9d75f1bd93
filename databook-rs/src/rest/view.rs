//! Showing a view over HTTP: as a document that can be embedded, as plain text, or as both in JSON.

use super::{TimeRangeJson, bad_body, error_response, failure_response};
use crate::{
    calls, clock,
    json::{AnswerJson, ErrorJson, LogLineJson, ShownJson},
    refusal::Refusal,
    security::OwnPolicy,
    server::Server,
    shell::{escape, inline_hash},
    views::{self, Asked, Problem, Shown},
};
use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use output::{Answer, TimeRange};
use plugin_host::ShownView;
use proto::RefusalReason;
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};
use utoipa::ToSchema;
use view::{Scheme, ShownOutput};
use widgets::{Surroundings, Tree};

/// Begins every id of the HTML, so that it can stand in a page with ids of its own.
const IDS: &str = "databook-view-";

/// What a view is shown with: one of `outputs`, `invoke`, and `notebook` with `cell`; or nothing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewRequest {
    /// What a cell gives after the view's name.
    #[serde(default)]
    options: BTreeMap<String, String>,
    /// What a cell gives beneath its directives.
    #[serde(default)]
    body: String,
    #[serde(default)]
    outputs: Vec<ShownOutputJson>,
    /// A backend plugin to call for an answer to show.
    invoke: Option<InvokeJson>,
    /// The identifier of a notebook; its time range and variables are taken where none are given.
    notebook: Option<String>,
    /// The identifier of a cell of that notebook. Shown is what its latest run that ended gave;
    /// nothing is run. If the cell names this view, its options and its body are taken where none
    /// are given.
    cell: Option<String>,
    /// Default: the last hour, or the cell's.
    time_range: Option<TimeRangeJson>,
    /// As a notebook's.
    #[serde(default)]
    variables: BTreeMap<String, String>,
    /// Default: light.
    #[serde(default)]
    scheme: SchemeJson,
    /// In CSS pixels. Default: 800.
    width_px: Option<u32>,
    /// As BCP 47 spells it. Default: en-GB.
    locale: Option<String>,
    /// As the IANA database names it. Default: UTC.
    time_zone: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ShownOutputJson {
    /// As `from=` of a cell names it; empty for the view's own.
    #[serde(default)]
    name: String,
    /// When it was made, milliseconds since 1970 UTC. Default: now.
    time_ms: Option<i64>,
    /// As a call of a backend plugin answers, but for widgets.
    answer: AnswerJson,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InvokeJson {
    plugin: String,
    /// What a cell gives after the plugin's name; its body is `query`.
    #[serde(default)]
    options: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SchemeJson {
    #[default]
    Light,
    Dark,
}

/// Runs a view plugin in the server and gives what it shows, for terminals and for other pages.
/// `Accept` chooses the form; JSON without it.
#[utoipa::path(
    post,
    path = "/api/plugins/{name}/view",
    params(("name" = String, Path, description = "The view's name")),
    request_body = ViewRequest,
    responses(
        (status = 200, description = "The HTML is a document of its own: styled, without scripts", content(
            (ShownJson = "application/json"),
            (String = "text/html"),
            (String = "text/plain"),
        )),
        (status = 404, description = "There is no such notebook or cell", body = ErrorJson),
        (status = 406, description = "None of the forms is accepted", body = ErrorJson),
        (status = "default", description = "The kind of the failure decides the status", body = ErrorJson),
    )
)]
pub async fn view(
    State(server): State<Arc<Server>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Result<Json<ViewRequest>, JsonRejection>,
) -> Response {
    let Json(request) = match body {
        Ok(body) => body,
        Err(rejection) => return bad_body(&rejection),
    };
    let Some(form) = Form::accepted(&headers) else {
        return error_response(
            StatusCode::NOT_ACCEPTABLE,
            "invalid",
            "a view is shown as text/html, text/plain or application/json",
            "Send one of them as `Accept`.",
        );
    };
    let now_ms = clock::now_ms();
    let scheme = request.scheme;
    let asked = match asked(name.clone(), request, now_ms) {
        Ok(asked) => asked,
        Err(message) => {
            return error_response(
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid",
                &message,
                "/api/openapi.json shows what can be given.",
            );
        }
    };
    let work = async { Ok(views::show(&server, asked, now_ms).await) };
    match calls::awaited(&server, work).await {
        Ok(Ok(shown)) => {
            // Drawing a large tree takes milliseconds of computing.
            let written = tokio::task::spawn_blocking(move || form.write(&name, scheme, shown));
            written.await.unwrap_or_else(|error| {
                tracing::error!(%error, "rendering a view failed");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            })
        }
        Ok(Err(Problem::Refused(refusal))) => refused(&refusal),
        Ok(Err(Problem::Failed(failure))) | Err(failure) => failure_response(&failure),
    }
}

fn refused(refusal: &Refusal) -> Response {
    let (status, kind) = match refusal.reason {
        RefusalReason::UnknownNotebook | RefusalReason::Invalid | RefusalReason::OutOfRange => {
            (StatusCode::NOT_FOUND, "not_found")
        }
        _ => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    };
    error_response(status, kind, &refusal.message, &refusal.hint)
}

fn asked(view: String, request: ViewRequest, now_ms: i64) -> Result<Asked, String> {
    let ViewRequest {
        outputs,
        invoke,
        notebook,
        cell,
        ..
    } = request;
    let shown = match (invoke, notebook, cell) {
        (None, None, None) => Shown::Outputs(
            outputs
                .into_iter()
                .map(|output| given(output, now_ms))
                .collect::<Result<_, _>>()?,
        ),
        (Some(_), None, None) | (None, Some(_), Some(_)) if !outputs.is_empty() => {
            return Err("outputs are given, and something else to show as well".to_owned());
        }
        (Some(invoke), None, None) => Shown::Invoke {
            plugin: invoke.plugin,
            options: invoke.options,
        },
        (None, Some(notebook), Some(cell)) => Shown::Cell { notebook, cell },
        (None, Some(_), None) | (None, None, Some(_)) => {
            return Err("`notebook` and `cell` are given together, or neither".to_owned());
        }
        (Some(_), _, _) => {
            return Err("`invoke` is given, and a notebook's cell as well".to_owned());
        }
    };
    Ok(Asked {
        view,
        options: request.options,
        body: request.body,
        shown,
        time_range: request.time_range.map(TimeRange::from),
        variables: request.variables,
        scheme: match request.scheme {
            SchemeJson::Light => Scheme::Light,
            SchemeJson::Dark => Scheme::Dark,
        },
        width_px: request.width_px.unwrap_or(0),
        locale: request.locale.unwrap_or_else(|| "en-GB".to_owned()),
        time_zone: request.time_zone.unwrap_or_else(|| "UTC".to_owned()),
    })
}

fn given(output: ShownOutputJson, now_ms: i64) -> Result<ShownOutput, String> {
    let answer = Answer::try_from(output.answer)
        .map_err(|error| format!("the output `{}`: {error}", output.name))?;
    Ok(ShownOutput {
        name: output.name,
        time_ms: output.time_ms.unwrap_or(now_ms),
        answer,
    })
}

/// How a view is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    Html,
    Text,
}

impl Form {
    /// The one that is preferred (RFC 9110, section 12.5.1); none when none is accepted.
    fn accepted(headers: &HeaderMap) -> Option<Self> {
        let mut ranges: Vec<(f32, Option<Self>)> = Vec::new();
        for value in headers.get_all(header::ACCEPT) {
            for range in value.to_str().unwrap_or_default().split(',') {
                let mut parts = range.split(';').map(str::trim);
                let form = match parts.next().unwrap_or_default() {
                    "application/json" | "application/*" | "*/*" => Some(Self::Json),
                    "text/html" => Some(Self::Html),
                    "text/plain" | "text/*" => Some(Self::Text),
                    _ => None,
                };
                let weight = parts.find_map(|part| part.strip_prefix("q="));
                let weight = weight.and_then(|weight| weight.parse().ok());
                ranges.push((weight.unwrap_or(1.0), form));
            }
        }
        if ranges.is_empty() {
            return Some(Self::Json);
        }
        // Of equal ones the first.
        let accepted = ranges.into_iter().filter(|(weight, _)| *weight > 0.0);
        let known = accepted.filter_map(|(weight, form)| Some((weight, form?)));
        known
            .reduce(|best, next| if next.0 > best.0 { next } else { best })
            .map(|(_, form)| form)
    }

    fn write(self, name: &str, scheme: SchemeJson, shown: ShownView) -> Response {
        match self {
            Self::Json => Json(ShownJson {
                text: widgets::text(&shown.tree),
                html: html(&shown.tree),
                notices: shown.notices,
                log: shown
                    .log
                    .into_iter()
                    .map(|line| LogLineJson {
                        level: line.level.into(),
                        message: line.message,
                    })
                    .collect(),
            })
            .into_response(),
            Self::Text => text(&shown).into_response(),
            Self::Html => document(name, scheme, &shown),
        }
    }
}

fn text(shown: &ShownView) -> String {
    let mut text = widgets::text(&shown.tree);
    for notice in &shown.notices {
        text.push_str(&format!("Note: {notice}\n"));
    }
    text
}

/// Times are absolute in it: nobody brings it up to date.
fn html(tree: &Tree) -> String {
    let around = Surroundings {
        ids: IDS,
        keys: false,
        markdown: render::markdown,
        now_ms: None,
    };
    widgets::html(tree, &around)
}

/// The page's own sheets, and what differs without its frame.
const STYLE: &str = concat!(
    include_str!("../../../public/style.css"),
    include_str!("../../../public/widgets.css"),
    include_str!("../../../public/charts.css"),
    include_str!("embedded.css"),
);

/// Nothing is loaded and nothing runs. What stands in the document holds wherever it is embedded.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; style-src {}; img-src data:; base-uri 'none'; form-action 'none'",
        inline_hash(STYLE)
    )
});

/// A document that needs nothing else of the server.
fn document(name: &str, scheme: SchemeJson, shown: &ShownView) -> Response {
    let theme = match scheme {
        SchemeJson::Light => "light",
        SchemeJson::Dark => "dark",
    };
    let policy = POLICY.as_str();
    let document = format!(
        "<!doctype html><html lang=\"en\" data-theme=\"{theme}\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <style>{STYLE}</style></head>\
         <body><main class=\"prose widgets\">{content}{notices}</main></body></html>",
        title = escape(name),
        content = html(&shown.tree),
        notices = render::notices(&shown.notices),
    );
    let mut response = Html(document).into_response();
    let sandboxed = format!(
        "{policy}; frame-ancestors 'none'; \
         sandbox allow-popups allow-popups-to-escape-sandbox"
    );
    // It is made of words and a hash.
    if let Ok(policy) = HeaderValue::from_str(&sandboxed) {
        response.extensions_mut().insert(OwnPolicy(policy));
    }
    response
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_form_is_the_one_that_is_preferred() {
        let check = |accept: &str, expected: Option<Form>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            assert_eq!(Form::accepted(&headers), expected, "{accept}");
        };
        assert_eq!(Form::accepted(&HeaderMap::new()), Some(Form::Json));
        check("*/*", Some(Form::Json));
        check("text/html", Some(Form::Html));
        check("text/plain; charset=utf-8", Some(Form::Text));
        check("text/html;q=0.5, text/plain", Some(Form::Text));
        check(
            "text/html, application/xml;q=0.9, */*;q=0.8",
            Some(Form::Html),
        );
        check("application/pdf, application/json;q=0.1", Some(Form::Json));
        check("application/pdf", None);
        check("text/html;q=0", None);
    }

    #[test]
    fn the_sheets_stay_in_their_element() {
        assert!(!STYLE.contains("</"));
        assert!(!POLICY.contains('"'));
    }
}
