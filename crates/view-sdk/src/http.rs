//! HTTP requests, sent by the page to what `allowed_domains` and the reader grant.

use std::borrow::Cow;

use output::{Failure, FailureKind};
use view::{HttpHeader, HttpRequest, HttpResponse};

/// A request being built, for [`crate::Page::http`].
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub(crate) inner: HttpRequest,
    pub(crate) retries: u32,
}

impl Request {
    /// A request with any method, in upper case.
    pub fn new(method: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            inner: HttpRequest {
                method: method.into(),
                url: url.into(),
                ..HttpRequest::default()
            },
            retries: 0,
        }
    }

    /// `GET`.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new("GET", url)
    }

    /// `POST`.
    pub fn post(url: impl Into<String>) -> Self {
        Self::new("POST", url)
    }

    /// Adds a header; names may repeat.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.inner.headers.push(HttpHeader {
            name: name.into(),
            value: value.into(),
        });
        self
    }

    /// `Authorization: Bearer …` (RFC 6750).
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// The body as it is; set `content-type` with [`Request::header`].
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.inner.body = body.into();
        self
    }

    /// A JSON text as the body, with its content type.
    #[must_use]
    pub fn json(self, text: impl Into<String>) -> Self {
        self.header("content-type", "application/json")
            .body(text.into())
    }

    /// Time for the whole exchange; the page's own limit, 30 s, is the default and the most.
    #[must_use]
    pub fn timeout_ms(mut self, timeout_ms: u32) -> Self {
        self.inner.timeout_ms = Some(timeout_ms);
        self
    }

    /// Sends it again so many times, each time after a longer pause, when there is no answer or one
    /// with status 429, 502, 503 or 504. Not for what must not happen twice.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }
}

/// An answer. A status of 400 or more is an answer as well.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    pub(crate) inner: HttpResponse,
    pub(crate) host: String,
}

impl Response {
    pub fn status(&self) -> u16 {
        self.inner.status
    }

    /// A status from 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.inner.status)
    }

    /// The answer itself when it is a success.
    ///
    /// # Errors
    /// A failure that names the host and its status.
    pub fn success(self) -> Result<Self, Failure> {
        if self.is_success() {
            return Ok(self);
        }
        let message = format!("{} answers with status {}.", self.host, self.inner.status);
        Err(Failure::new(FailureKind::Upstream, message, ""))
    }

    /// The first header of that name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.inner.headers.iter();
        let header = headers.find(|header| header.name.eq_ignore_ascii_case(name))?;
        Some(&header.value)
    }

    pub fn body(&self) -> &[u8] {
        &self.inner.body
    }

    /// The body as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.inner.body)
    }

    /// May another attempt help?
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self.inner.status, 429 | 502 | 503 | 504)
    }
}

/// The host of an address, for people.
pub(crate) fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    rest.get(..end).unwrap_or(rest)
}

/// Percent-encodes everything but the unreserved characters of RFC 3986, so that a value is safe
/// in a path segment and in a query.
pub fn encode(value: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(DIGITS[usize::from(byte >> 4)]));
            encoded.push(char::from(DIGITS[usize::from(byte & 0xf)]));
        }
    }
    encoded
}
