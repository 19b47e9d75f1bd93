//! Charts with time across: courses, shades and lists of times.

use super::{COURSE, NAME, aligned, course, toned, with_title};
use crate::{
    EventTimeline, Heatmap, StateTimeline, TimeSeries,
    figure::{
        heat::Heat,
        points::{Extent, Sample, samples},
        words::{amount, cut, drawable, duration, hidden, join, named, one_line, says},
    },
    text::plain,
};
use scale::{
    Unit, moment,
    time::{self, MAX_TIME_MS},
};

const HEATMAP_ROWS: usize = 40;
const HEATMAP_COLUMNS: usize = 60;
/// Things of each sort that are put into lines; what is beyond is not even counted.
const MAX_THINGS: usize = 300;

pub(super) fn series(chart: &TimeSeries) -> Vec<String> {
    let all: Vec<Vec<Sample>> = chart
        .series
        .iter()
        .take(MAX_THINGS)
        .map(|series| samples(series, None))
        .collect();
    let times = || all.iter().flatten().map(|sample| sample.time_ms);
    let (Some(start), Some(end)) = (times().min(), times().max()) else {
        return with_title(&chart.title, Vec::new());
    };
    let head = ["", "", "last", "min", "max"].map(String::from).to_vec();
    let mut rows = vec![head];
    for (series, samples) in chart.series.iter().zip(&all) {
        let unit = Unit::parse(&series.unit);
        let known = samples
            .iter()
            .map(|sample| sample.value)
            .filter(|value| drawable(*value));
        let text =
            |value: Option<f64>| value.map_or("no value".to_owned(), |value| unit.text(value));
        let extent = Extent::of(known.clone());
        rows.push(vec![
            cut(&series.name, NAME),
            course(&columns(samples, start, end)),
            text(known.clone().next_back()),
            text(extent.map(|extent| extent.low)),
            text(extent.map(|extent| extent.high)),
        ]);
    }
    let mut lines = aligned(&rows, &[false, false, true, true, true]);
    lines.push(time::range_text(start, end));
    let unit = chart.series.first().map(|series| Unit::parse(&series.unit));
    for threshold in chart.thresholds.iter().take(MAX_THINGS) {
        let unit = unit.clone().unwrap_or_else(Unit::number);
        let words = join(&[says(threshold), unit.text(threshold.at_least)], ", from ");
        lines.push(toned(threshold.tone, &words));
    }
    with_title(&chart.title, lines)
}

/// The highest value of each part of the time.
fn columns(samples: &[Sample], start_ms: i64, end_ms: i64) -> Vec<f64> {
    let mut columns = vec![f64::NAN; COURSE.min(samples.len())];
    let (span, count) = ((end_ms - start_ms).max(1) as f64, columns.len());
    for sample in samples {
        let place = (sample.time_ms - start_ms) as f64 / span * count as f64;
        if let Some(column) = columns.get_mut((place as usize).min(count.saturating_sub(1))) {
            *column = column.max(sample.value);
        }
    }
    columns
}

pub(super) fn heatmap(map: &Heatmap) -> Vec<String> {
    const SHADES: [&str; 9] = [" ", "░", "░", "▒", "▒", "▓", "▓", "█", "█"];
    let unit = Unit::parse(&map.unit);
    let Some(heat) = Heat::of(map, &unit, HEATMAP_ROWS, HEATMAP_COLUMNS) else {
        return with_title(&map.title, Vec::new());
    };
    let rows: Vec<Vec<String>> = map
        .rows
        .iter()
        .zip(&heat.rows)
        .rev()
        .map(|(name, row)| {
            let shade = |value: &f64| heat.step(*value).map_or("·", |step| SHADES[step.min(8)]);
            vec![cut(name, NAME), row.iter().map(shade).collect()]
        })
        .collect();
    let mut lines = aligned(&rows, &[true, false]);
    let legend = [("░", 2), ("▒", 4), ("▓", 6), ("█", 8)]
        .map(|(shade, step)| format!("{shade} up to {}", amount(&unit, heat.end_of(step))));
    lines.push(legend.join("  "));
    if let (Some(first), Some(last)) = (heat.columns.first(), heat.columns.last()) {
        lines.push(time::range_text(first.start_ms, last.end_ms));
    }
    if heat.merged > 1 {
        lines.push(format!("each column shows the highest of {}", heat.merged));
    }
    lines.extend(hidden(map.rows.len(), heat.rows.len(), "rows"));
    with_title(&map.title, lines)
}

pub(super) fn states(timeline: &StateTimeline) -> Vec<String> {
    let mut lines = Vec::new();
    for row in timeline.rows.iter().take(MAX_THINGS) {
        lines.push(one_line(&row.name));
        let spans = row.spans.iter().take(MAX_THINGS);
        let spans: Vec<Vec<String>> = spans
            .map(|span| {
                let length = span.end_ms.saturating_sub(span.start_ms);
                let within = |time_ms: i64| time_ms.clamp(-MAX_TIME_MS, MAX_TIME_MS);
                let when = time::range_text(within(span.start_ms), within(span.end_ms));
                vec![
                    format!("  {when}"),
                    toned(span.tone, &one_line(&span.state)),
                    duration(length),
                ]
            })
            .collect();
        lines.extend(aligned(&spans, &[false, false, true]));
    }
    with_title(&timeline.title, lines)
}

pub(super) fn events(timeline: &EventTimeline) -> Vec<String> {
    let mut events: Vec<_> = timeline.events.iter().collect();
    events.sort_by_key(|event| event.time_ms);
    let mut lines = Vec::new();
    for event in events.into_iter().take(MAX_THINGS) {
        let title = toned(event.tone, &named(event.tone, &event.title));
        lines.push(format!("{}  {title}", moment::utc(event.time_ms)));
        let text = plain(&event.text);
        let text = text.lines().filter(|line| !line.is_empty());
        lines.extend(text.map(|line| format!("{:25}{line}", "")));
    }
    with_title(&timeline.title, lines)
}
