//! What the cells take from the notebook, in words: its time range and its variables.

use crate::time;
use Attribute::{AriaLabel, Class, Role};
use notebook::{Notebook, TimeRangeSetting};
use output::TimeRange;
use widgets::{Attribute, Markup, Tag};

const MINUTE_MS: u64 = 60 * 1_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// Ranges that end now and are offered, in milliseconds.
pub const QUICK_RANGES_MS: [u64; 10] = [
    5 * MINUTE_MS,
    15 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    3 * HOUR_MS,
    6 * HOUR_MS,
    12 * HOUR_MS,
    DAY_MS,
    2 * DAY_MS,
    7 * DAY_MS,
];

/// A range in words: `Last 1 hour`, `2026-11-28 03:00:00 – 04:00:00`.
pub fn time_range_words(setting: TimeRangeSetting) -> String {
    match setting {
        TimeRangeSetting::Default => last(TimeRangeSetting::DEFAULT_MS),
        TimeRangeSetting::Last { duration_ms } => last(duration_ms),
        TimeRangeSetting::Absolute(TimeRange { start_ms, end_ms }) => {
            let bare = |time_ms| time::utc(time_ms).trim_end_matches(" UTC").to_owned();
            let (start, end) = (bare(start_ms), bare(end_ms));
            match (start.split_once(' '), end.split_once(' ')) {
                (Some((day, _)), Some((end_day, end_time))) if day == end_day => {
                    format!("{start} – {end_time}")
                }
                _ => format!("{start} – {end}"),
            }
        }
    }
}

fn last(duration_ms: u64) -> String {
    for (unit_ms, unit) in [(DAY_MS, "day"), (HOUR_MS, "hour"), (MINUTE_MS, "minute")] {
        if duration_ms >= unit_ms && duration_ms.is_multiple_of(unit_ms) {
            let count = duration_ms / unit_ms;
            let plural = if count == 1 { "" } else { "s" };
            return format!("Last {count} {unit}{plural}");
        }
    }
    format!("Last {} s", duration_ms / 1_000)
}

/// The bar above the cells, for readers without the page's program; it has the same place there.
pub fn inputs(notebook: &Notebook) -> String {
    let mut markup = Markup::new();
    push_inputs(&mut markup, notebook);
    markup.finish()
}

pub(crate) fn push_inputs(markup: &mut Markup, notebook: &Notebook) {
    let group = [
        (Class, "inputs"),
        (Role, "group"),
        (AriaLabel, "Time range and variables"),
    ];
    markup.open(Tag::Div, &group);
    markup
        .open(Tag::Span, &[(Class, "range")])
        .text(&time_range_words(notebook.time_range))
        .element(Tag::Span, &[(Class, "zone")], "UTC")
        .close(Tag::Span);
    for (name, value) in &notebook.variables {
        markup
            .open(Tag::Span, &[(Class, "variable")])
            .element(Tag::Span, &[(Class, "variable-name")], name)
            .element(Tag::Span, &[(Class, "variable-value")], value)
            .close(Tag::Span);
    }
    markup.close(Tag::Div);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_in_words() {
        let last = |duration_ms| time_range_words(TimeRangeSetting::Last { duration_ms });
        assert_eq!(time_range_words(TimeRangeSetting::Default), "Last 1 hour");
        assert_eq!(last(5 * MINUTE_MS), "Last 5 minutes");
        assert_eq!(last(90 * MINUTE_MS), "Last 90 minutes");
        assert_eq!(last(7 * DAY_MS), "Last 7 days");
        assert_eq!(last(45_000), "Last 45 s");
        let absolute = |start_ms, end_ms| {
            time_range_words(TimeRangeSetting::Absolute(TimeRange { start_ms, end_ms }))
        };
        assert_eq!(
            absolute(1_795_835_520_000, 1_795_839_120_000),
            "2026-11-28 03:12:00 – 04:12:00"
        );
        assert_eq!(
            absolute(1_795_835_520_000, 1_795_921_920_000),
            "2026-11-28 03:12:00 – 2026-11-29 03:12:00"
        );
    }
}
