//! The summary that status pages answer with, `GET /api/v2/summary.json`, as values. Pure.
//!
//! Reading is lenient: whatever is not there counts as empty, for pages of several makers share the
//! shape and leave out different parts of it.

use serde::{Deserialize, Deserializer};
use view_sdk::{Failure, moment};

/// Where the summary of a page is.
const PATH: &str = "/api/v2/summary.json";

/// Everything that a status page says.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Summary {
    #[serde(default)]
    pub page: About,
    pub status: Overall,
    #[serde(default, deserialize_with = "list")]
    pub components: Vec<Component>,
    #[serde(default, deserialize_with = "list")]
    pub incidents: Vec<Incident>,
    #[serde(default, deserialize_with = "list")]
    pub scheduled_maintenances: Vec<Incident>,
}

/// What the page says of itself.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct About {
    #[serde(deserialize_with = "lenient")]
    pub name: String,
    #[serde(deserialize_with = "lenient")]
    pub url: String,
}

/// How it is on the whole.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Overall {
    /// `none`, `minor`, `major`, `critical`, `maintenance`.
    pub indicator: String,
    #[serde(default, deserialize_with = "lenient")]
    pub description: String,
}

/// A part of the service, or a group of them.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Component {
    #[serde(deserialize_with = "lenient")]
    pub id: String,
    #[serde(deserialize_with = "lenient")]
    pub name: String,
    /// `operational`, `degraded_performance`, `partial_outage`, `major_outage`,
    /// `under_maintenance`.
    #[serde(deserialize_with = "lenient")]
    pub status: String,
    #[serde(deserialize_with = "lenient")]
    pub description: String,
    /// Is it a group?
    #[serde(deserialize_with = "lenient")]
    pub group: bool,
    /// The group it is in; empty without one.
    #[serde(deserialize_with = "lenient")]
    pub group_id: String,
    /// The page shows it only while something is wrong with it.
    #[serde(deserialize_with = "lenient")]
    pub only_show_if_degraded: bool,
}

/// An incident or a maintenance.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Incident {
    #[serde(deserialize_with = "lenient")]
    pub id: String,
    #[serde(deserialize_with = "lenient")]
    pub name: String,
    /// `investigating`, `identified`, `monitoring`, `resolved`, `postmortem`; of maintenances
    /// `scheduled`, `in_progress`, `verifying`, `completed`.
    #[serde(deserialize_with = "lenient")]
    pub status: String,
    /// `none`, `minor`, `major`, `critical`, `maintenance`.
    #[serde(deserialize_with = "lenient")]
    pub impact: String,
    #[serde(deserialize_with = "lenient")]
    pub shortlink: String,
    #[serde(rename = "started_at", deserialize_with = "time")]
    pub started_ms: Option<i64>,
    #[serde(rename = "created_at", deserialize_with = "time")]
    pub created_ms: Option<i64>,
    #[serde(rename = "scheduled_for", deserialize_with = "time")]
    pub begins_ms: Option<i64>,
    #[serde(rename = "scheduled_until", deserialize_with = "time")]
    pub ends_ms: Option<i64>,
    #[serde(rename = "incident_updates", deserialize_with = "list")]
    pub updates: Vec<Update>,
    #[serde(deserialize_with = "list")]
    pub components: Vec<Component>,
}

/// What was said about an incident.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Update {
    #[serde(deserialize_with = "lenient")]
    pub status: String,
    #[serde(deserialize_with = "lenient")]
    pub body: String,
    #[serde(rename = "display_at", deserialize_with = "time")]
    pub shown_ms: Option<i64>,
    #[serde(rename = "created_at", deserialize_with = "time")]
    pub created_ms: Option<i64>,
}

impl Incident {
    /// What is known since when.
    pub fn since_ms(&self) -> Option<i64> {
        self.started_ms.or(self.created_ms)
    }

    /// Is it over? Pages leave some of these in the summary for a while.
    pub fn is_over(&self) -> bool {
        matches!(&*self.status, "resolved" | "postmortem" | "completed")
    }

    /// The updates, the newest first.
    pub fn newest_first(&self) -> Vec<&Update> {
        let mut updates: Vec<&Update> = self.updates.iter().collect();
        // Stable: without moments the order of the page stays, which is the newest first.
        updates.sort_by_key(|update| std::cmp::Reverse(update.time_ms()));
        updates
    }
}

impl Update {
    pub fn time_ms(&self) -> Option<i64> {
        self.shown_ms.or(self.created_ms)
    }
}

/// `null` and what is of another type count as nothing.
fn lenient<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + serde::de::DeserializeOwned,
{
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

/// Of a list, what can be read.
fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: serde::de::DeserializeOwned,
{
    let values: Vec<serde_json::Value> = lenient(deserializer)?;
    let read = |value| serde_json::from_value(value).ok();
    Ok(values.into_iter().filter_map(read).collect())
}

fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let text: String = lenient(deserializer)?;
    Ok(moment::parse(&text))
}

/// The address of the page itself from what was given: `https://` may be left out, and the address
/// of the summary counts as the page's.
pub fn page_url(given: &str) -> String {
    let given = given.trim();
    let page = given.strip_suffix(PATH).unwrap_or(given);
    let page = page.trim_end_matches('/');
    if page.contains("://") {
        page.to_owned()
    } else {
        format!("https://{page}")
    }
}

/// The address of the summary of the page at [`page_url`].
pub fn summary_url(page: &str) -> String {
    format!("{page}{PATH}")
}

/// Reads an answer.
///
/// # Errors
/// A failure that says what came instead, and what to do.
pub fn read(page: &str, status: u16, body: &[u8]) -> Result<Summary, Failure> {
    match status {
        200..300 => {}
        404 | 410 => {
            return Err(Failure::upstream(format!("{page} has no {PATH}.")).hint(
                "Give the address of the status page itself, without a path. If it is that, the page \
                 is of another make, which this view cannot read.",
            ));
        }
        401 | 403 => {
            return Err(
                Failure::denied(format!("{page} answers with status {status}.")).hint(
                    "The page is not public. Open it in a tab; a page behind a login cannot be \
                     shown here.",
                ),
            );
        }
        429 => {
            return Err(
                Failure::unavailable(format!("{page} says it is asked too often."))
                    .hint("Give a larger `every`, like 5m."),
            );
        }
        _ => {
            return Err(
                Failure::upstream(format!("{page} answers with status {status}."))
                    .hint("The status page itself has trouble. It is asked again in a while."),
            );
        }
    }
    let value: serde_json::Value = serde_json::from_slice(body).map_err(|_| {
        let looks_like_page = body.trim_ascii_start().starts_with(b"<");
        let (what, hint) = if looks_like_page {
            (
                "a web page instead of JSON",
                "A login or a proxy may stand in front, or the page is of another make. Open the \
                 address in a tab to see what it is.",
            )
        } else {
            (
                "something that is no JSON",
                "Open the address in a tab to see what it is.",
            )
        };
        Failure::upstream(format!("{} answers with {what}.", summary_url(page))).hint(hint)
    })?;
    serde_json::from_value(value).map_err(|_| {
        let message = format!(
            "{} answers with JSON that is no summary of a status page.",
            summary_url(page)
        );
        Failure::upstream(message)
            .hint("It must have `status.indicator`, `components` and `incidents`.")
    })
}
