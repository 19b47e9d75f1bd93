//! The capability `http`: one request to a granted address, within time and size limits.
//!
//! HTTP/1.1, a connection per request, no redirects followed, no proxy, no cookies, nothing of
//! the server's own added but a User-Agent.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, Response,
    body::Incoming,
    client::conn::http1,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};
use hyper_util::rt::TokioIo;
use plugin_manifest::Network;
use tokio::{task::JoinHandle, time::timeout};
use url::{Position, Url};

use crate::{
    bindings::databook::plugin::host::{self, HttpError},
    connect::{ConnectError, Connector},
};

/// Most time of one exchange; the call's own limit may end it earlier.
const MAX_EXCHANGE: Duration = Duration::from_secs(30);
/// Most bytes of a URL.
const MAX_URL_BYTES: usize = 64 << 10;
/// Most headers of a request.
const MAX_HEADERS: usize = 100;
const USER_AGENT: HeaderValue = HeaderValue::from_static("databook");
/// Headers that belong to the connection. A plugin that sets them could speak to another host
/// behind the same address, or desynchronise the two sides (RFC 9112, section 11).
const RESERVED_HEADERS: [HeaderName; 11] = [
    header::HOST,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::UPGRADE,
    header::TE,
    header::TRAILER,
    header::EXPECT,
    header::PROXY_AUTHORIZATION,
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("keep-alive"),
];

/// HTTP for one call of one plugin.
pub(crate) struct HttpCapability {
    connector: Connector,
    network: Arc<Network>,
    max_response_bytes: u64,
}

impl HttpCapability {
    pub fn new(connector: Connector, network: Arc<Network>, max_response_bytes: u64) -> Self {
        Self {
            connector,
            network,
            max_response_bytes,
        }
    }

    /// Decides, sends and reads.
    pub async fn send(&self, request: host::Request) -> Result<host::Response, HttpError> {
        let time = request.timeout_ms.map_or(MAX_EXCHANGE, |timeout_ms| {
            MAX_EXCHANGE.min(Duration::from_millis(timeout_ms.into()))
        });
        timeout(time, self.exchange(request))
            .await
            .unwrap_or(Err(HttpError::Timeout))
    }

    async fn exchange(&self, request: host::Request) -> Result<host::Response, HttpError> {
        let max_bytes = request
            .max_body_bytes
            .unwrap_or(u64::MAX)
            .min(self.max_response_bytes);
        let url = parse_url(&request.url)?;
        let permit = self
            .network
            .decide(&url)
            .map_err(|denial| HttpError::Denied(denial.to_string()))?;
        let message = message(request, &url)?;
        let stream = self
            .connector
            .connect(&url, &permit)
            .await
            .map_err(connect_error)?;
        let broken = |error: hyper::Error| {
            HttpError::Unreachable(format!(
                "{} does not answer in HTTP: {}",
                url.origin().ascii_serialization(),
                reason(&error)
            ))
        };
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(broken)?;
        // Ends with this exchange, however it ends.
        let _connection = AbortOnDrop(tokio::spawn(connection));
        let response = sender.send_request(message).await.map_err(broken)?;
        read(response, max_bytes).await.map_err(broken)
    }
}

struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The innermost error says what happened; hyper's own words around it do not help a person.
fn reason(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

fn connect_error(error: ConnectError) -> HttpError {
    match error {
        ConnectError::Denied(denial) => HttpError::Denied(denial.to_string()),
        error @ (ConnectError::Name { .. }
        | ConnectError::NoAddress { .. }
        | ConnectError::Connect { .. }
        | ConnectError::Tls { .. }) => HttpError::Unreachable(error.to_string()),
    }
}

fn parse_url(text: &str) -> Result<Url, HttpError> {
    if text.len() > MAX_URL_BYTES {
        return Err(HttpError::Invalid(format!(
            "the URL has {} bytes, more than {MAX_URL_BYTES}",
            text.len()
        )));
    }
    Url::parse(text).map_err(|error| HttpError::Invalid(format!("`{text}` is not a URL: {error}")))
}

fn message(request: host::Request, url: &Url) -> Result<Request<Full<Bytes>>, HttpError> {
    let method = Method::from_bytes(request.method.as_bytes())
        .ok()
        // A tunnel would leave the granted address.
        .filter(|method| *method != Method::CONNECT)
        .ok_or_else(|| HttpError::Invalid(format!("`{}` is not an HTTP method", request.method)))?;
    let path = &url[Position::BeforePath..Position::AfterQuery];
    let host = HeaderValue::from_str(&url[Position::BeforeHost..Position::AfterPort])
        .map_err(|_| HttpError::Invalid("the URL's host is not a header value".to_owned()))?;
    let mut headers = headers(request.headers)?;
    headers.insert(header::HOST, host);
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    headers.entry(header::USER_AGENT).or_insert(USER_AGENT);
    let mut message = Request::new(Full::new(Bytes::from(request.body)));
    *message.method_mut() = method;
    *message.uri_mut() = path
        .parse()
        .map_err(|error| HttpError::Invalid(format!("the path of the URL: {error}")))?;
    *message.headers_mut() = headers;
    Ok(message)
}

fn headers(given: Vec<host::Header>) -> Result<HeaderMap, HttpError> {
    if given.len() > MAX_HEADERS {
        return Err(HttpError::Invalid(format!(
            "{} headers are more than {MAX_HEADERS}",
            given.len()
        )));
    }
    let mut headers = HeaderMap::with_capacity(given.len() + 3);
    for host::Header { name, value } in given {
        let parsed = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| HttpError::Invalid(format!("`{name}` is not the name of a header")))?;
        if RESERVED_HEADERS.contains(&parsed) {
            return Err(HttpError::Invalid(format!(
                "the header `{parsed}` is set by the host"
            )));
        }
        // Without the value: it may be a secret.
        let value = HeaderValue::from_str(&value).map_err(|_| {
            HttpError::Invalid(format!("the value of the header `{parsed}` is not valid"))
        })?;
        headers.append(parsed, value);
    }
    Ok(headers)
}

/// Reads at most this many bytes of the body; the connection is dropped where it is cut.
async fn read(response: Response<Incoming>, max_bytes: u64) -> hyper::Result<host::Response> {
    let (head, mut incoming) = response.into_parts();
    let max_bytes = usize::try_from(max_bytes).unwrap_or(usize::MAX);
    let mut body = Vec::new();
    let mut truncated = false;
    while let Some(frame) = incoming.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        let room = max_bytes - body.len();
        if data.len() > room {
            body.extend_from_slice(&data[..room]);
            truncated = true;
            break;
        }
        body.extend_from_slice(&data);
    }
    Ok(host::Response {
        status: head.status.as_u16(),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| host::Header {
                name: name.as_str().to_owned(),
                value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
            })
            .collect(),
        body,
        truncated,
    })
}
