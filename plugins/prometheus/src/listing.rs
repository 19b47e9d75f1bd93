//! Labels, label values, series and metadata: lists that become tables.

use std::collections::{BTreeMap, BTreeSet};

use plugin_sdk::http::Response;
use plugin_sdk::{Answer, Failure, Frame};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::present::MAX_ROWS;
use crate::reply::Complaint;
use crate::server::Server;
use crate::trouble;

/// Labels of one series.
type LabelSet = BTreeMap<String, String>;
/// What targets say about each metric.
type Metrics = BTreeMap<String, Vec<About>>;

/// What one target says about a metric.
#[derive(Debug, Deserialize)]
pub struct About {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    help: String,
    #[serde(default)]
    unit: String,
}

#[derive(Deserialize)]
struct Envelope<T> {
    status: String,
    data: Option<T>,
    #[serde(default, rename = "errorType")]
    error_type: String,
    #[serde(default)]
    error: String,
    #[serde(default)]
    warnings: Option<Vec<String>>,
    #[serde(default)]
    infos: Option<Vec<String>>,
}

/// The list and Prometheus' remarks. A list that was cut is an error: half a list misleads.
pub fn parse<T: DeserializeOwned + Default>(
    server: &Server,
    response: &Response,
) -> Result<(T, Vec<String>), Failure> {
    if response.is_truncated() {
        return Err(trouble::too_long(response.body().len()));
    }
    let envelope: Envelope<T> = serde_json::from_slice(response.body())
        .map_err(|error| trouble::unreadable(server, response, &error))?;
    if envelope.status != "success" {
        return Err(trouble::complaint(&Complaint {
            kind: envelope.error_type,
            text: envelope.error,
        }));
    }
    let remarks = [envelope.warnings, envelope.infos];
    Ok((
        envelope.data.unwrap_or_default(),
        remarks.into_iter().flatten().flatten().collect(),
    ))
}

/// Names as a table of one column.
pub fn names(column: &str, mut names: Vec<String>, mut remarks: Vec<String>) -> Answer {
    limit(&mut names, &mut remarks);
    with(Frame::table("").texts(column, names).build(), remarks)
}

/// Label sets as a table with a column for each label.
pub fn label_sets(mut sets: Vec<LabelSet>, mut remarks: Vec<String>) -> Answer {
    limit(&mut sets, &mut remarks);
    let columns: BTreeSet<&String> = sets.iter().flat_map(LabelSet::keys).collect();
    let mut table = Frame::table("");
    for column in columns {
        let values = sets
            .iter()
            .map(|set| set.get(column).cloned().unwrap_or_default());
        let title = if column == "__name__" {
            "metric"
        } else {
            column
        };
        table = table.texts(title, values.collect());
    }
    with(table.build(), remarks)
}

/// Metadata as a table. Targets that say the same are one row.
pub fn metadata(metrics: Metrics, mut remarks: Vec<String>) -> Answer {
    let mut rows: Vec<[String; 4]> = metrics
        .into_iter()
        .flat_map(|(name, abouts)| {
            abouts
                .into_iter()
                .map(move |about| [name.clone(), about.kind, about.unit, about.help])
        })
        .collect();
    rows.sort();
    rows.dedup();
    limit(&mut rows, &mut remarks);
    let mut columns: [Vec<String>; 4] = Default::default();
    for row in rows {
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
        }
    }
    let [names, kinds, units, helps] = columns;
    let table = Frame::table("")
        .texts("metric", names)
        .texts("type", kinds)
        .texts("unit", units)
        .texts("help", helps);
    with(table.build(), remarks)
}

fn limit<T>(rows: &mut Vec<T>, remarks: &mut Vec<String>) {
    if rows.is_empty() {
        remarks.insert(0, "Nothing matches in this time range.".to_owned());
    }
    if rows.len() > MAX_ROWS {
        remarks.insert(
            0,
            format!(
                "The first {MAX_ROWS} of {} rows are shown. Narrow the selector.",
                rows.len()
            ),
        );
        rows.truncate(MAX_ROWS);
    }
}

fn with(table: Frame, notices: Vec<String>) -> Answer {
    let mut answer = Answer::table(table);
    answer.notices = notices;
    answer
}
