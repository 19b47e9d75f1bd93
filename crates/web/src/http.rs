//! HTTP requests of view plugins: no cookies, no redirects to elsewhere, an end in time.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, Request, RequestCredentials, RequestInit, RequestMode,
    RequestRedirect, Response, Url,
};

/// A request as the plugin made it.
#[derive(Clone, Debug)]
pub struct HttpRequest {
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub timeout_ms: u32,
    /// Most bytes of the answer's body.
    pub max_body_bytes: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub struct HttpResponse {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpError {
    /// The request itself; the browser's words.
    Invalid(String),
    /// The browser says no more than that: no connection, no CORS headers, or the page's policy.
    Unreachable,
    Timeout,
    TooLarge,
}

/// Scheme, host and port of an http or https address, as browsers spell it; the host without it.
pub fn origin_and_host(address: &str) -> Option<(String, String)> {
    let url = Url::new(address).ok()?;
    ["http:", "https:"]
        .contains(&url.protocol().as_str())
        .then(|| (url.origin(), url.hostname()))
}

/// Aborts the request when dropped.
pub struct Abort(AbortController);

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A way to end a request early, if the browser has one.
pub fn abort() -> Option<Abort> {
    AbortController::new().ok().map(Abort)
}

/// # Errors
/// See [`HttpError`].
pub async fn http(request: HttpRequest, abort: &Abort) -> Result<HttpResponse, HttpError> {
    let invalid = |error| HttpError::Invalid(crate::worker::words(&error));
    let headers = Headers::new().map_err(invalid)?;
    for (name, value) in &request.headers {
        headers.append(name, value).map_err(invalid)?;
    }
    let init = RequestInit::new();
    init.set_method(&request.method);
    init.set_headers(&headers);
    init.set_mode(RequestMode::Cors);
    init.set_credentials(RequestCredentials::Omit);
    // A redirect could lead where the plugin was not granted to go.
    init.set_redirect(RequestRedirect::Error);
    init.set_signal(Some(&abort.0.signal()));
    if !request.body.is_empty() {
        init.set_body(&Uint8Array::from(request.body.as_slice()));
    }
    let asked = Request::new_with_str_and_init(&request.url, &init).map_err(invalid)?;
    let window = crate::window().ok_or(HttpError::Unreachable)?;
    let aborted = abort.0.clone();
    let timed_out = std::rc::Rc::new(std::cell::Cell::new(false));
    let over = timed_out.clone();
    let timer = crate::after(request.timeout_ms, move || {
        over.set(true);
        aborted.abort();
    });
    let failed = |_| {
        if timed_out.get() {
            HttpError::Timeout
        } else {
            HttpError::Unreachable
        }
    };
    let response = JsFuture::from(window.fetch_with_request(&asked))
        .await
        .map_err(failed)?;
    let response: Response = response.unchecked_into();
    let length = response.headers().get("content-length").ok().flatten();
    if length.is_some_and(|length| length.parse::<usize>().unwrap_or(0) > request.max_body_bytes) {
        return Err(HttpError::TooLarge);
    }
    let body = response.array_buffer().map_err(failed)?;
    let body: ArrayBuffer = JsFuture::from(body).await.map_err(failed)?.unchecked_into();
    drop(timer);
    if body.byte_length() as usize > request.max_body_bytes {
        return Err(HttpError::TooLarge);
    }
    let mut headers = Vec::new();
    for entry in js_sys::try_iter(&response.headers().entries())
        .ok()
        .flatten()
        .into_iter()
        .flatten()
        .flatten()
    {
        let pair: js_sys::Array = entry.unchecked_into();
        if let (Some(name), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string()) {
            headers.push((name, value));
        }
    }
    Ok(HttpResponse {
        status: response.status(),
        headers,
        body: Uint8Array::new(&body).to_vec(),
    })
}
