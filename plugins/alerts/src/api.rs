//! What Alertmanager's API v2 says and takes, as far as it matters here. Pure.
//!
//! The format: <https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml>.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use view_sdk::http::{Request, Response, encode};
use view_sdk::{Failure, moment};

use crate::matcher::Matcher;

/// Time for one exchange: at night nobody waits longer.
const TIMEOUT_MS: u32 = 10_000;
/// Most characters that are shown of words that are not Alertmanager's.
const MAX_WORDS: usize = 200;

pub type Names = BTreeMap<String, String>;

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    pub fingerprint: String,
    pub labels: Names,
    #[serde(default)]
    pub annotations: Names,
    starts_at: String,
    #[serde(default, rename = "generatorURL")]
    pub generator_url: String,
    #[serde(default)]
    pub status: Status,
}

/// Why nobody is told of an alert.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Status {
    pub silenced_by: Vec<String>,
    pub inhibited_by: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Silence {
    pub id: String,
    pub status: SilenceStatus,
    matchers: Vec<MatcherJson>,
    starts_at: String,
    ends_at: String,
    #[serde(default)]
    pub created_by: String,
    #[serde(default)]
    pub comment: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct SilenceStatus {
    /// `active`, `pending` or `expired`.
    pub state: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MatcherJson {
    name: String,
    value: String,
    is_regex: bool,
    /// Versions before 0.22 know only what is equal.
    #[serde(default = "yes")]
    is_equal: bool,
}

fn yes() -> bool {
    true
}

/// A silence as it is handed in.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewSilence<'a> {
    /// Of the one that it replaces.
    #[serde(skip_serializing_if = "str::is_empty")]
    id: &'a str,
    matchers: &'a [MatcherJson],
    starts_at: &'a str,
    ends_at: &'a str,
    created_by: &'a str,
    comment: &'a str,
}

impl Alert {
    pub fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }

    pub fn starts_ms(&self) -> Option<i64> {
        moment::parse(&self.starts_at)
    }

    /// Nobody is told of it.
    pub fn is_quiet(&self) -> bool {
        !self.status.silenced_by.is_empty() || !self.status.inhibited_by.is_empty()
    }
}

impl Silence {
    pub fn is_over(&self) -> bool {
        self.status.state == "expired"
    }

    pub fn is_pending(&self) -> bool {
        self.status.state == "pending"
    }

    pub fn starts_ms(&self) -> Option<i64> {
        moment::parse(&self.starts_at)
    }

    pub fn ends_ms(&self) -> Option<i64> {
        moment::parse(&self.ends_at)
    }

    pub fn matchers(&self) -> Vec<Matcher> {
        let matcher = |json: &MatcherJson| Matcher {
            name: json.name.clone(),
            value: json.value.clone(),
            is_regex: json.is_regex,
            is_equal: json.is_equal,
        };
        self.matchers.iter().map(matcher).collect()
    }
}

/// Where an Alertmanager is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// Of an address as it is written or copied from the page of Alertmanager.
    pub fn of(url: &str) -> Self {
        let url = url.split('#').next().unwrap_or_default();
        Self(url.trim().trim_end_matches('/').to_owned())
    }

    pub fn text(&self) -> &str {
        &self.0
    }

    fn to(&self, method: &str, path: &str) -> Request {
        Request::new(method, format!("{}/api/v2/{path}", self.0)).timeout_ms(TIMEOUT_MS)
    }

    /// Alerts that fit all matchers, silenced and inhibited ones among them.
    pub fn alerts(&self, matchers: &[Matcher]) -> Request {
        let mut path = "alerts".to_owned();
        for (place, matcher) in matchers.iter().enumerate() {
            path.push(if place == 0 { '?' } else { '&' });
            path.push_str("filter=");
            path.push_str(&encode(&matcher.to_string()));
        }
        self.to("GET", &path)
    }

    pub fn silences(&self) -> Request {
        self.to("GET", "silences")
    }

    pub fn silence(
        &self,
        matchers: &[Matcher],
        (starts_ms, ends_ms): (i64, i64),
        created_by: &str,
        comment: &str,
    ) -> Result<Request, Failure> {
        let json = |matcher: &Matcher| MatcherJson {
            name: matcher.name.clone(),
            value: matcher.value.clone(),
            is_regex: matcher.is_regex,
            is_equal: matcher.is_equal,
        };
        let matchers: Vec<MatcherJson> = matchers.iter().map(json).collect();
        self.hand_in(&NewSilence {
            id: "",
            matchers: &matchers,
            starts_at: &moment::machine(starts_ms),
            ends_at: &moment::machine(ends_ms),
            created_by,
            comment,
        })
    }

    pub fn expire(&self, silence: &Silence) -> Request {
        self.to("DELETE", &format!("silence/{}", encode(&silence.id)))
    }

    /// The same silence with another end.
    pub fn shorten(&self, silence: &Silence, ends_ms: i64) -> Result<Request, Failure> {
        self.hand_in(&NewSilence {
            id: &silence.id,
            matchers: &silence.matchers,
            starts_at: &silence.starts_at,
            ends_at: &moment::machine(ends_ms),
            created_by: &silence.created_by,
            comment: &silence.comment,
        })
    }

    fn hand_in(&self, silence: &NewSilence<'_>) -> Result<Request, Failure> {
        let json = serde_json::to_string(silence).map_err(|error| {
            Failure::internal(format!("The silence cannot be written: {error}"))
        })?;
        Ok(self.to("POST", "silences").json(json))
    }
}

/// What a successful answer holds.
///
/// # Errors
/// Alertmanager refuses, or what answers is no Alertmanager.
pub fn read<T: for<'de> Deserialize<'de>>(response: &Response) -> Result<T, Failure> {
    accepted(response)?;
    serde_json::from_slice(response.body()).map_err(|error| {
        Failure::upstream(format!(
            "The answer is not that of an Alertmanager: {error}"
        ))
        .hint("Does `url` lead to Alertmanager's own address, with its path if it has one?")
    })
}

/// That an answer is a success.
///
/// # Errors
/// Alertmanager's own words, which it sends as a JSON text.
pub fn accepted(response: &Response) -> Result<(), Failure> {
    if response.is_success() {
        return Ok(());
    }
    let status = response.status();
    let words = serde_json::from_slice::<String>(response.body())
        .ok()
        .or_else(|| said_otherwise(response))
        .map_or_else(String::new, |words| format!(": {words}"));
    Err(match status {
        400 | 422 => Failure::invalid(format!("Alertmanager does not accept this{words}")),
        _ => Failure::upstream(format!("Alertmanager answers with status {status}{words}")),
    })
}

/// `{"code": 602, "message": "…"}`, or plain text.
fn said_otherwise(response: &Response) -> Option<String> {
    #[derive(Deserialize)]
    struct Said {
        message: String,
    }
    let text = response.text();
    let text = match serde_json::from_str::<Said>(&text) {
        Ok(said) => said.message,
        Err(_) if text.trim_start().starts_with('<') => return None,
        Err(_) => text.trim().chars().take(MAX_WORDS).collect(),
    };
    (!text.is_empty()).then_some(text)
}
