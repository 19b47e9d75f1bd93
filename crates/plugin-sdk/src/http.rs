//! HTTP requests, sent by the host to what `allowed_domains` grants.
//!
//! ```no_run
//! # fn main() -> Result<(), plugin_sdk::Failure> {
//! use plugin_sdk::http::Request;
//!
//! let response = Request::get("https://status.example.org/api")
//!     .header("accept", "application/json")
//!     .timeout_ms(5_000)
//!     .send()?;
//! if !response.is_success() {
//!     return Err(plugin_sdk::Failure::upstream(format!("status {}", response.status())));
//! }
//! # Ok(())
//! # }
//! ```

use crate::Failure;
use crate::bindings::databook::plugin::host;

/// A request being built. Redirects are not followed: the response shows them.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    inner: host::Request,
}

impl Request {
    /// A request with any method, in upper case.
    pub fn new(method: &str, url: impl Into<String>) -> Self {
        Self {
            inner: host::Request {
                method: method.to_owned(),
                url: url.into(),
                headers: Vec::new(),
                body: Vec::new(),
                timeout_ms: None,
                max_body_bytes: None,
            },
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
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.inner.headers.push(host::Header {
            name: name.to_owned(),
            value: value.into(),
        });
        self
    }

    /// `Authorization: Bearer …` (RFC 6750).
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// `Authorization: Basic …` (RFC 7617).
    #[must_use]
    pub fn basic(self, user: &str, password: &str) -> Self {
        let credentials = base64(format!("{user}:{password}").as_bytes());
        self.header("authorization", format!("Basic {credentials}"))
    }

    /// The body as it is; set `content-type` with [`Request::header`].
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.inner.body = body.into();
        self
    }

    /// The body as an HTML form, with its content type.
    #[must_use]
    pub fn form<K: AsRef<str>, V: AsRef<str>>(
        self,
        fields: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let mut body = String::new();
        for (name, value) in fields {
            if !body.is_empty() {
                body.push('&');
            }
            body.push_str(&encode(name.as_ref()));
            body.push('=');
            body.push_str(&encode(value.as_ref()));
        }
        self.header("content-type", "application/x-www-form-urlencoded")
            .body(body)
    }

    /// Time for the whole exchange. The host's own limit is the default and the most.
    #[must_use]
    pub fn timeout_ms(mut self, timeout_ms: u32) -> Self {
        self.inner.timeout_ms = Some(timeout_ms);
        self
    }

    /// Most bytes of the body to read. The host's own limit is the default and the most; a longer
    /// body ends early and [`Response::is_truncated`] says so.
    #[must_use]
    pub fn max_body_bytes(mut self, bytes: u64) -> Self {
        self.inner.max_body_bytes = Some(bytes);
        self
    }

    /// Sends it and waits for the whole answer.
    ///
    /// # Errors
    /// See [`Error`]. A status of 400 or more is a response, not an error.
    pub fn send(self) -> Result<Response, Error> {
        exchange(&self.inner)
    }
}

#[cfg(target_arch = "wasm32")]
fn exchange(request: &host::Request) -> Result<Response, Error> {
    match host::http(request) {
        Ok(inner) => Ok(Response { inner }),
        Err(host::HttpError::Denied(reason)) => Err(Error::Denied(reason)),
        Err(host::HttpError::Invalid(reason)) => Err(Error::Invalid(reason)),
        Err(host::HttpError::Unreachable(reason)) => Err(Error::Unreachable(reason)),
        Err(host::HttpError::Timeout) => Err(Error::Timeout),
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn exchange(request: &host::Request) -> Result<Response, Error> {
    Err(Error::Unreachable(format!(
        "{} cannot be reached: requests are sent only inside databook",
        request.url
    )))
}

/// A complete answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    inner: host::Response,
}

impl Response {
    /// An answer made by hand, for tests of what a plugin makes of it.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            inner: host::Response {
                status,
                headers: Vec::new(),
                body: body.into(),
                truncated: false,
            },
        }
    }

    /// The same answer, cut at the size limit.
    #[must_use]
    pub fn truncated(mut self) -> Self {
        self.inner.truncated = true;
        self
    }

    /// The same answer with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.inner.headers.push(host::Header {
            name: name.to_owned(),
            value: value.to_owned(),
        });
        self
    }

    /// The status code.
    pub fn status(&self) -> u16 {
        self.inner.status
    }

    /// A status from 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.inner.status)
    }

    /// The first header of that name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.inner
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value.as_str())
    }

    /// The body's bytes.
    pub fn body(&self) -> &[u8] {
        &self.inner.body
    }

    /// The body as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.inner.body)
    }

    /// The body was longer than the limit and ends early.
    pub fn is_truncated(&self) -> bool {
        self.inner.truncated
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// `config.toml` does not grant the address; says which entry would.
    Denied(String),
    /// The request itself is wrong: URL, method or header.
    Invalid(String),
    /// No connection: name not found, refused, TLS failed.
    Unreachable(String),
    /// The time was up before the answer was complete.
    Timeout,
}

impl std::fmt::Display for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Denied(reason) | Self::Invalid(reason) | Self::Unreachable(reason) => {
                formatter.write_str(reason)
            }
            Self::Timeout => formatter.write_str("the answer took too long"),
        }
    }
}

impl std::error::Error for Error {}

/// With `?`, an error of the exchange becomes the plugin's failure, in the host's words.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::Denied(_) => Self::denied(message),
            Error::Invalid(_) => Self::invalid(message),
            Error::Unreachable(_) => Self::unavailable(message),
            Error::Timeout => Self::timeout(message),
        }
    }
}

/// Percent-encodes everything but the unreserved characters of RFC 3986, so that a value is safe
/// in a path segment, in a query and in a form.
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

/// Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .fold(0u32, |group, &byte| group << 8 | u32::from(byte))
            << (8 * (3 - chunk.len()));
        for position in 0..4 {
            if position <= chunk.len() {
                let index = group >> (18 - 6 * position) & 0x3f;
                encoded.push(char::from(ALPHABET[index as usize]));
            } else {
                encoded.push('=');
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests"
    )]
    use super::*;

    #[test]
    fn base64_matches_the_vectors_of_rfc_4648() {
        for (plain, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), expected, "{plain}");
        }
    }

    #[test]
    fn basic_matches_the_example_of_rfc_7617() {
        let request = Request::get("http://localhost").basic("Aladdin", "open sesame");
        assert_eq!(
            request.inner.headers[0].value,
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        );
    }

    #[test]
    fn a_form_escapes_what_would_change_its_meaning() {
        let request =
            Request::post("http://localhost").form([("query", "rate(up{a=\"b&c\"}[5m]) + 1 é")]);
        assert_eq!(
            String::from_utf8(request.inner.body).unwrap(),
            "query=rate%28up%7Ba%3D%22b%26c%22%7D%5B5m%5D%29%20%2B%201%20%C3%A9"
        );
    }

    #[test]
    fn outside_databook_nothing_is_reachable() {
        let error = Request::get("http://localhost:9090").send().unwrap_err();
        assert!(matches!(error, Error::Unreachable(_)));
    }
}
