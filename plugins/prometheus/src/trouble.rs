//! What went wrong, in words, and what to do next.

use plugin_sdk::http::{Error, Response};
use plugin_sdk::{Failure, FailureKind};

use crate::present::megabytes;
use crate::reply::Complaint;
use crate::server::{Credentials, Server};

/// Said wherever the address may be the wrong one.
const SET_URL: &str = "Set PROMETHEUS_URL in the environment of the databook server to the address \
                       of a Prometheus, with its path if it has one.";

/// There is no answer at all.
pub fn exchange(server: &Server, error: Error) -> Failure {
    let url = &server.url;
    match error {
        Error::Unreachable(reason) => {
            Failure::unavailable(format!("Prometheus at {url} cannot be reached: {reason}")).hint(
                "Start it, or set PROMETHEUS_URL in the environment of the databook server to \
                 where it is.",
            )
        }
        Error::Timeout => Failure::timeout(format!("Prometheus at {url} took too long to answer."))
            .hint("Ask for a shorter range or fewer series, or try again."),
        Error::Denied(reason) => Failure::denied(format!(
            "Prometheus at {url} may not be asked: {reason}"
        ))
        .hint("The address must be one that allowed_domains in the plugin's config.toml names."),
        Error::Invalid(reason) => {
            Failure::invalid(format!("Prometheus at {url} cannot be asked: {reason}")).hint(SET_URL)
        }
    }
}

/// Answers that no query is behind: no right to ask, moved, overloaded, nothing there.
pub fn refusal(server: &Server, response: &Response) -> Result<(), Failure> {
    let url = &server.url;
    let status = response.status();
    match status {
        401 | 403 => Err(Failure::upstream(format!(
            "Prometheus at {url} refuses the request with status {status}."
        ))
        .hint(credentials_hint(&server.credentials))),
        300..=399 => {
            let target = response
                .header("location")
                .map_or_else(String::new, |location| format!(" to {location}"));
            Err(Failure::upstream(format!(
                "{url} redirects{target}; redirects are not followed."
            ))
            .hint(SET_URL))
        }
        _ if looks_like_json(response) => Ok(()),
        404 | 405 => Err(Failure::upstream(format!(
            "There is no Prometheus API at {url} (status {status})."
        ))
        .hint(SET_URL)),
        429 | 502 | 503 | 504 => Err(Failure::unavailable(format!(
            "Prometheus at {url} does not answer now (status {status})."
        ))
        .hint("Try again in a moment.")),
        _ => Ok(()),
    }
}

fn credentials_hint(credentials: &Credentials) -> &'static str {
    match credentials {
        Credentials::None => {
            "Set PROMETHEUS_USERNAME and PROMETHEUS_PASSWORD, or PROMETHEUS_BEARER_TOKEN, in the \
             environment of the databook server."
        }
        Credentials::Basic { .. } => "Check PROMETHEUS_USERNAME and PROMETHEUS_PASSWORD.",
        Credentials::Bearer(_) => "Check PROMETHEUS_BEARER_TOKEN: it may have expired.",
    }
}

/// The answer is not what Prometheus would say.
pub fn unreadable(server: &Server, response: &Response, error: &serde_json::Error) -> Failure {
    let url = &server.url;
    let status = response.status();
    if looks_like_json(response) {
        return Failure::upstream(format!(
            "The answer of {url} (status {status}) cannot be read: {error}."
        ))
        .hint(SET_URL);
    }
    let kind = response.header("content-type").unwrap_or("no content type");
    Failure::upstream(format!(
        "{url} does not answer as a Prometheus does: {kind}, status {status}."
    ))
    .hint(SET_URL)
}

fn looks_like_json(response: &Response) -> bool {
    response.body().trim_ascii_start().starts_with(b"{")
}

/// Prometheus' own words. The kinds are those of its API.
pub fn complaint(complaint: &Complaint) -> Failure {
    let kind = match complaint.kind.as_str() {
        "timeout" => FailureKind::Timeout,
        "unavailable" => FailureKind::Unavailable,
        _ => FailureKind::Upstream,
    };
    let text = match complaint.text.trim() {
        "" => "Prometheus gives no reason.",
        text => text,
    };
    Failure::new(kind, format!("Prometheus: {text}")).hint(complaint_hint(complaint))
}

fn complaint_hint(complaint: &Complaint) -> &'static str {
    let text = complaint.text.as_str();
    let hints = [
        (
            "parse error",
            "The numbers in front are line and column in the query; correct it there.",
        ),
        (
            "for range query",
            "Add mode=instant to the directive to ask for the samples themselves.",
        ),
        (
            "maximum resolution",
            "Use a larger step, leave step out, or choose a shorter range.",
        ),
        (
            "too many samples",
            "Choose a shorter range, a larger step, or fewer series.",
        ),
        (
            "must contain at least one non-empty matcher",
            "Name a metric or one label that is not empty.",
        ),
        (
            "many-to-many",
            "Add on(…) or ignoring(…), and group_left or group_right, to say which series belong together.",
        ),
    ];
    if let Some((_, hint)) = hints.iter().find(|(part, _)| text.contains(part)) {
        return hint;
    }
    match complaint.kind.as_str() {
        "timeout" => "Choose a shorter range, a larger step, or fewer series.",
        "unavailable" | "internal" => "Try again in a moment.",
        _ => "Correct the query and run the cell again.",
    }
}

/// The answer was cut before anything of use was read.
pub fn too_long(body_bytes: usize) -> Failure {
    Failure::upstream(format!(
        "The answer of Prometheus is longer than {} MB, the most that is read.",
        megabytes(body_bytes)
    ))
    .hint("Narrow the query: more labels, sum by (…), a shorter range.")
}
