//! The way to the server: one kind of connection for gRPC and REST.

use crate::Arguments;
use anyhow::Context as _;
use axum::body::Body;
use axum::http;
use std::time::Duration;
use tonic::{
    Request,
    metadata::MetadataValue,
    transport::{Channel, Endpoint},
};

/// Most bytes of an answer that is taken.
pub const MAX_ANSWER_BYTES: usize = 64 << 20;
/// How often a silent server is asked whether it is there, and how long it may take to say so.
const ASK_EVERY: Duration = Duration::from_secs(20);
const ASK_FOR: Duration = Duration::from_secs(20);

pub async fn channel(arguments: &Arguments) -> anyhow::Result<Channel> {
    let server = &arguments.server;
    Endpoint::from_shared(server.clone())
        .with_context(|| format!("`{server}` is no address such as http://127.0.0.1:8080"))?
        .http2_keep_alive_interval(ASK_EVERY)
        .keep_alive_timeout(ASK_FOR)
        .connect()
        .await
        .with_context(|| {
            format!("no databook answers at {server}; name another address with --server")
        })
}

/// With what the server wants to see of whoever asks.
pub fn grpc<T>(arguments: &Arguments, message: T) -> anyhow::Result<Request<T>> {
    let mut request = Request::new(message);
    if let Some(bearer) = bearer(arguments)? {
        request
            .metadata_mut()
            .insert("authorization", bearer.parse()?);
    }
    Ok(request)
}

fn bearer(arguments: &Arguments) -> anyhow::Result<Option<String>> {
    let Some(token) = &arguments.token else {
        return Ok(None);
    };
    let value = format!("Bearer {token}");
    // Never shown in an error: it is a secret.
    MetadataValue::try_from(value.as_str()).map_err(|_| {
        anyhow::anyhow!("the token has characters that cannot be sent; copy it again")
    })?;
    Ok(Some(value))
}

/// A request to the REST API, over the same kind of connection; the body comes as it arrives.
pub async fn rest(
    arguments: &Arguments,
    mut request: http::Request<Body>,
) -> anyhow::Result<http::Response<Body>> {
    let path = request.uri().to_string();
    let address = format!("{}{path}", arguments.server.trim_end_matches('/'));
    *request.uri_mut() = address
        .parse()
        .with_context(|| format!("`{address}` is no address"))?;
    if let Some(bearer) = bearer(arguments)? {
        request
            .headers_mut()
            .insert("authorization", bearer.parse()?);
    }
    let mut channel = channel(arguments).await?;
    let request = request.map(tonic::body::Body::new);
    let response = tower::ServiceExt::ready(&mut channel)
        .await
        .map(|ready| tower::Service::call(ready, request))?
        .await?;
    Ok(response.map(Body::new))
}

/// As [`rest`], with the body whole.
pub async fn rest_whole(
    arguments: &Arguments,
    request: http::Request<Body>,
) -> anyhow::Result<(http::StatusCode, bytes::Bytes)> {
    let response = rest(arguments, request).await?;
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), MAX_ANSWER_BYTES).await?;
    Ok((status, body))
}
