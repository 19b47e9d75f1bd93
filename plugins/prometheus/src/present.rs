//! From samples to what the page shows: series to plot, a table, a text; and what was left out.

use std::collections::BTreeSet;

use plugin_sdk::{Answer, Failure, Frame};

use crate::reduce::reduce;
use crate::reply::{Reply, Series};
use crate::trouble;
use crate::unit;

/// The label that holds a metric's name.
const NAME: &str = "__name__";
/// Most series of a plot; nobody tells more apart.
const MAX_SERIES: usize = 500;
/// Most rows of a table.
pub const MAX_ROWS: usize = 5_000;
/// Most samples of an answer: 6.4 MB, below what the host keeps of an answer (8 MB) and more than a
/// page full of plots has pixels for.
const MAX_SAMPLES: usize = 400_000;

/// The answer of a query. `body_bytes` is how much of it was read, for the notice when it was cut.
pub fn samples(mut reply: Reply, expression: &str, body_bytes: usize) -> Result<Answer, Failure> {
    let histograms = reply.series.iter().filter(|one| one.histograms).count();
    reply.series.retain(|one| !one.values.is_empty());
    if reply.cut && reply.series.is_empty() {
        return Err(trouble::too_long(body_bytes));
    }
    let mut notices = Vec::new();
    if reply.cut {
        notices.push(format!(
            "The answer is longer than {} MB and was cut: {} series are shown, the last one perhaps not \
             to its end. Narrow the query with labels, or sum by (…).",
            megabytes(body_bytes),
            reply.series.len()
        ));
    }
    if histograms > 0 {
        notices.push(format!(
            "{histograms} series hold native histograms, which are not shown; histogram_quantile() \
             makes numbers of them."
        ));
    }
    let is_vector = reply.result_type == "vector";
    if reply.series.is_empty() && reply.literal.is_none() && histograms == 0 {
        notices.push("No series matches the query in this time range.".to_owned());
    }
    let mut answer = match reply.literal.take() {
        Some(literal) => Answer::text(literal),
        None if is_vector => vector(reply.series, &mut notices),
        None => matrix(reply.series, expression, &mut notices),
    };
    answer.notices = notices;
    answer.notices.append(&mut reply.remarks);
    Ok(answer)
}

/// An instant vector as a table: a column for each label, and the value.
fn vector(mut series: Vec<Series>, notices: &mut Vec<String>) -> Answer {
    limit(&mut series, MAX_ROWS, notices);
    let unit = common_unit(&series);
    // The name comes first, the labels behind it in their order.
    let names: BTreeSet<&str> = series
        .iter()
        .flat_map(|one| one.labels.keys())
        .map(String::as_str)
        .collect();
    let mut columns: Vec<&str> = names.into_iter().collect();
    columns.sort_by_key(|name| *name != NAME);
    let mut table = Frame::table("");
    for name in columns {
        let title = if name == NAME { "metric" } else { name };
        let values = series
            .iter()
            .map(|one| one.labels.get(name).cloned().unwrap_or_default());
        table = table.texts(title, values.collect());
    }
    let values = series.iter().filter_map(|one| one.values.last().copied());
    Answer::table(table.numbers("value", values.collect()).unit(unit).build())
}

/// A range vector as series to plot.
fn matrix(mut series: Vec<Series>, expression: &str, notices: &mut Vec<String>) -> Answer {
    limit(&mut series, MAX_SERIES, notices);
    let total: usize = series.iter().map(|one| one.values.len()).sum();
    if total > MAX_SAMPLES {
        let each = MAX_SAMPLES / series.len().max(1);
        for one in &mut series {
            reduce(&mut one.times_ms, &mut one.values, each);
        }
        notices.push(format!(
            "{total} samples were reduced to the extremes and ends of at most {each} stretches per \
             series, which draw the same line.",
            each = each / 4
        ));
    }
    Answer::frames(
        series
            .into_iter()
            .map(|one| frame(one, expression))
            .collect(),
    )
}

/// A series without a name and labels, like that of `sum(up)`, is called by its expression.
fn frame(mut series: Series, expression: &str) -> Frame {
    let metric = series.labels.remove(NAME).unwrap_or_default();
    let unit = unit::of_metric(&metric);
    let name = if metric.is_empty() && series.labels.is_empty() {
        one_line(expression)
    } else {
        metric
    };
    let mut frame = Frame::series(name, series.times_ms, series.values).unit(unit);
    for (name, value) in series.labels {
        frame = frame.label(name, value);
    }
    frame.build()
}

fn one_line(expression: &str) -> String {
    expression.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn common_unit(series: &[Series]) -> &'static str {
    let mut units = series.iter().map(|one| {
        one.labels
            .get(NAME)
            .map_or("", |name| unit::of_metric(name))
    });
    let first = units.next().unwrap_or("");
    if units.all(|unit| unit == first) {
        first
    } else {
        ""
    }
}

fn limit(series: &mut Vec<Series>, most: usize, notices: &mut Vec<String>) {
    if series.len() > most {
        notices.push(format!(
            "The first {most} of {} series are shown. Narrow the query with labels, sum by (…) or topk().",
            series.len()
        ));
        series.truncate(most);
    }
}

/// Units of 2^20 bytes, as the limits of `config.toml` count them.
pub fn megabytes(bytes: usize) -> usize {
    bytes >> 20
}
