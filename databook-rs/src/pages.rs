//! Pages that can be read before, or without, any script: the list, a notebook, the plugins, and
//! words about what went wrong.

use crate::{
    clock, grpc_notebooks, history, plugins,
    refusal::Refusal,
    server::Server,
    shell::{escape, page_without_app},
};
use axum::{
    extract::{Path, Query, State},
    http::{HeaderValue, Method, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use notebook::NotebookId;
use proto::RefusalReason;
use render::{NotebookRow, Plots, Point, View};
use std::{
    collections::{BTreeMap, HashMap},
    io::Write as _,
    sync::Arc,
};
use storage::Moment;

/// Width that outputs are drawn for before the page knows better, in CSS pixels.
const PAGE_WIDTH_PX: u32 = 800;
/// An output bigger than this is not drawn by the server: the app fetches and draws it.
const MAX_OUTPUT_BYTES: u64 = 1 << 20;
/// All outputs of a page together.
const MAX_OUTPUTS_BYTES: u64 = 8 << 20;

/// `GET /`
pub async fn list(State(server): State<Arc<Server>>) -> Response {
    let rows = match grpc_notebooks::summaries(&server, false).await {
        Ok(summaries) => summaries,
        Err(refusal) => return words(&server, &refusal),
    };
    let rows: Vec<NotebookRow> = rows
        .into_iter()
        .map(|summary| NotebookRow {
            id: summary.id,
            title: summary.title,
            cell_count: summary.cell_count,
            updated_ms: summary.updated_ms,
        })
        .collect();
    let content = render::list(&rows);
    page(&server, StatusCode::OK, "Notebooks · Databook", &content)
}

/// `GET /n/{id}`, and `GET /n/{id}?at=…` for the notebook as it was.
pub async fn notebook(
    State(server): State<Arc<Server>>,
    Path(id): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    let opened = async {
        let id: NotebookId = id.parse()?;
        match query.get("at") {
            None => Ok((server.hub.open(id).await?.follow().await?.state, None)),
            Some(at) => {
                let at = history::at(&server, id, moment(at)?).await?;
                Ok((Arc::new(at.state), Some(at.time_ms)))
            }
        }
    };
    let (state, past_ms) = match opened.await {
        Ok(opened) => opened,
        Err(refusal) => return words(&server, &refusal),
    };
    let answers = server
        .answers
        .latest(&server.storage, &state, MAX_OUTPUT_BYTES, MAX_OUTPUTS_BYTES)
        .await;
    // Drawing a long notebook takes milliseconds of computing: not on the threads that
    // everybody's requests share.
    let rendered = tokio::task::spawn_blocking(move || {
        let answers: HashMap<_, _> = answers.into_iter().collect();
        let view = View {
            width_px: PAGE_WIDTH_PX,
            time_range: None,
            plots: Plots::Svg,
        };
        // What was running then had been running for as long as it had by then.
        let now_ms = past_ms.unwrap_or_else(clock::now_ms);
        let outputs = |hash| answers.get(&hash).cloned();
        let content = render::notebook(&state, &outputs, &view, now_ms);
        match past_ms {
            None => (format!("{} · Databook", state.title), content),
            Some(time_ms) => (
                format!("{} at {} · Databook", state.title, render::moment(time_ms)),
                content + &render::past_bar(state.id, time_ms),
            ),
        }
    });
    match rendered.await {
        Ok((title, content)) => page(&server, StatusCode::OK, &title, &content),
        Err(error) => {
            tracing::error!(%error, "rendering a notebook failed");
            let message = "This notebook could not be rendered";
            let html = words_page("Not shown", message);
            (StatusCode::INTERNAL_SERVER_ERROR, Html(html)).into_response()
        }
    }
}

/// The moment that `at=` names.
fn moment(at: &str) -> Result<Moment, Refusal> {
    match Point::parse(at) {
        Some(Point::Sequence(sequence)) => Ok(Moment::Sequence(sequence)),
        Some(Point::Time(time_ms)) => Ok(Moment::Time(time_ms)),
        None => Err(Refusal::out_of_range(
            "this address names no moment",
            "Write a time such as ?at=2026-11-28T03:12:00Z, or an entry of the log such as \
             ?at=seq:12.",
        )),
    }
}

/// `GET /plugins`
pub async fn plugins(State(server): State<Arc<Server>>) -> Response {
    let content =
        render::top_bar(render::PLUGINS_PATH) + &render::plugins(&plugins::summaries(&server));
    send(&server, StatusCode::OK, "Plugins · Databook", &content)
}

/// `GET /gallery`
pub async fn gallery(State(server): State<Arc<Server>>) -> Response {
    page(
        &server,
        StatusCode::OK,
        "Widgets · Databook",
        &render::gallery(),
    )
}

/// Any other page of the app: its script decides what to show.
pub fn app(server: &Server) -> Response {
    page(server, StatusCode::OK, "Databook", "")
}

/// A page under a bar that leads to the others.
fn page(server: &Server, status: StatusCode, title: &str, content: &str) -> Response {
    let content = render::top_bar("") + content;
    send(server, status, title, &content)
}

fn send(server: &Server, status: StatusCode, title: &str, content: &str) -> Response {
    let html = match server.shell.current() {
        Some(shell) => shell.page(title, content),
        None => page_without_app(server.shell.folder(), title, content),
    };
    let no_cache = [(header::CACHE_CONTROL, "no-cache")];
    (status, no_cache, Html(html)).into_response()
}

/// A page for somebody who asked for what cannot be shown; the app is not started on it.
fn words(server: &Server, refusal: &Refusal) -> Response {
    let (status, title) = match refusal.reason {
        RefusalReason::UnknownNotebook | RefusalReason::Invalid => {
            (StatusCode::NOT_FOUND, "No such notebook")
        }
        RefusalReason::OutOfRange => (StatusCode::NOT_FOUND, "No such moment"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "Not available"),
    };
    let message = match refusal.reason {
        RefusalReason::Invalid => "This address names no notebook.",
        _ => refusal.message.as_str(),
    };
    let content = format!(
        "<main class=\"message\"><h1>{title}</h1><p>{}</p><p>{}</p>\
         <p><a href=\"/\">All notebooks</a></p></main>",
        escape(&sentence(message)),
        escape(&refusal.hint)
    );
    page(server, status, title, &content)
}

/// A page that needs nothing else of the server, for somebody who may not load anything else.
pub fn words_page(title: &str, message: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title} · Databook</title>\
         </head><body><main class=\"message\"><h1>{title}</h1><p>{}</p>\
         <p><a href=\"/\">Try again</a></p></main></body></html>",
        escape(&sentence(message)),
        title = escape(title),
    )
}

fn sentence(text: &str) -> String {
    let mut characters = text.trim_end_matches('.').chars();
    match characters.next() {
        Some(first) => first
            .to_uppercase()
            .chain(characters)
            .chain(['.'])
            .collect(),
        None => String::new(),
    }
}

/// `GET /login?token=…`: uses the link up and sends the browser to the list.
pub async fn login(
    State(server): State<Arc<Server>>,
    method: Method,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    if method == Method::HEAD {
        // Who only looks whether the link leads anywhere, such as a chat's preview, must not use
        // it up.
        return StatusCode::NO_CONTENT.into_response();
    }
    let secret = query.get("token").map_or("", String::as_str);
    let Some(login) = server.auth.exchange(secret, &server.random) else {
        let html = words_page(
            "This link does not work",
            "a login link works once, and until the server stops. The server has printed a new \
             one when the last was used: take that",
        );
        return (StatusCode::FORBIDDEN, Html(html)).into_response();
    };
    tracing::info!("a login link was used; a new one is printed");
    // To the operator's terminal and not to the log: a link is a secret. Without a terminal
    // nobody reads it, which is no reason to turn the one away who has just logged in.
    let _ = writeln!(
        std::io::stdout(),
        "{}",
        crate::server::login_line(&server.name, &login.next_link)
    );
    let mut response = Redirect::to("/").into_response();
    let headers = response.headers_mut();
    headers.insert(header::SET_COOKIE, login.cookie);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
