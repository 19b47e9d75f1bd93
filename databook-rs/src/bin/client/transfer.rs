//! `export` and `import`: a notebook as a file of JSON lines.

use crate::{
    Arguments,
    connection::{MAX_ANSWER_BYTES, rest, rest_whole},
};
use anyhow::Context as _;
use axum::{
    body::{Body, to_bytes},
    http,
};
use databook_rs::json::ErrorJson;
use futures_util::StreamExt as _;
use std::{
    fs::File,
    io::{Read as _, Write as _},
    path::Path,
};
use tokio_stream::wrappers::ReceiverStream;

/// Bytes of the file that are sent at once.
const CHUNK_BYTES: usize = 64 << 10;

/// Writes the notebook's log to standard output as it arrives.
pub async fn export(arguments: &Arguments, notebook: &str) -> anyhow::Result<()> {
    let path = format!("/api/notebooks/{notebook}/log");
    let request = http::Request::get(path)
        .body(Body::empty())
        .with_context(|| format!("`{notebook}` is no identifier of a notebook"))?;
    let response = rest(arguments, request).await?;
    let status = response.status();
    if !status.is_success() {
        let body = to_bytes(response.into_body(), MAX_ANSWER_BYTES).await?;
        return Err(refused(status, &body));
    }
    let mut body = response.into_body().into_data_stream();
    let mut out = std::io::stdout();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.context("the export broke off, what was written is not whole")?;
        out.write_all(&chunk)?;
    }
    out.flush()?;
    Ok(())
}

/// Sends the file; gives what became of it.
pub async fn import(
    arguments: &Arguments,
    file: &Path,
    copy: Option<&str>,
) -> anyhow::Result<String> {
    let mut source =
        File::open(file).with_context(|| format!("`{}` cannot be read", file.display()))?;
    let path = match copy {
        None => "/api/notebooks/import".to_owned(),
        Some(copy) => format!("/api/notebooks/import?as={copy}"),
    };
    let (sender, chunks) = tokio::sync::mpsc::channel::<std::io::Result<bytes::Bytes>>(4);
    tokio::task::spawn_blocking(move || {
        loop {
            let mut chunk = vec![0; CHUNK_BYTES];
            let read = source.read(&mut chunk);
            let sent = match read {
                Ok(0) => return,
                Ok(length) => {
                    chunk.truncate(length);
                    sender.blocking_send(Ok(chunk.into()))
                }
                Err(error) => sender.blocking_send(Err(error)),
            };
            // The server has answered without reading on.
            if sent.is_err() {
                return;
            }
        }
    });
    let request = http::Request::post(path)
        .header("content-type", "application/jsonl")
        .body(Body::from_stream(ReceiverStream::new(chunks)))
        .context("--as takes `new` or an identifier")?;
    let (status, body) = rest_whole(arguments, request).await?;
    if !status.is_success() {
        return Err(refused(status, &body));
    }
    let reply: serde_json::Value = serde_json::from_slice(&body)?;
    if arguments.json {
        return Ok(serde_json::to_string_pretty(&reply)?);
    }
    let notebook = reply["notebook"].as_str().unwrap_or_default();
    Ok(format!(
        "{}/n/{notebook}\n{} entries, {} of them new",
        arguments.server.trim_end_matches('/'),
        reply["entries"],
        reply["added"]
    ))
}

fn refused(status: http::StatusCode, body: &[u8]) -> anyhow::Error {
    match serde_json::from_slice::<ErrorJson>(body) {
        Ok(error) => anyhow::anyhow!("{}. {}", error.message, error.hint),
        Err(_) => anyhow::anyhow!("the server answered {status} and no JSON"),
    }
}
