//! Bars, parts and buckets: amounts beside each other.

use super::{BAR, MAX_LINES, NAME, SHORT, aligned, bar};
use crate::{
    Bars, Histogram, Pie,
    figure::{
        buckets::{Bucket, buckets, quantile},
        parts::{Part, parts},
        words::{amount, cut, drawable, percentage},
    },
};
use scale::Unit;

pub(super) fn bar_lines(bars: &Bars) -> Vec<String> {
    let unit = Unit::parse(&bars.unit);
    let all = bars.series.iter().map(|series| series.values.len()).max();
    let all = bars
        .categories
        .len()
        .min(all.unwrap_or(0))
        .min(MAX_LINES + 1);
    let value = |series: usize, row: usize| {
        let value = bars.series[series].values.get(row);
        value.map_or(f64::NAN, |value| unit.base(*value))
    };
    if bars.stacked {
        return stacked_lines(bars, all, &value, &unit);
    }
    let rows = 0..all;
    let values = rows.flat_map(|row| (0..bars.series.len()).map(move |series| (series, row)));
    let values: Vec<(usize, usize, f64)> = values
        .take(MAX_LINES + 1)
        .map(|(series, row)| (series, row, value(series, row)))
        .collect();
    let largest = values
        .iter()
        .map(|(.., value)| value.abs())
        .filter(|size| drawable(*size));
    let largest = largest.fold(0.0, f64::max);
    let table: Vec<Vec<String>> = values
        .iter()
        .map(|(series, row, value)| {
            let name = if *series == 0 {
                cut(&bars.categories[*row], NAME)
            } else {
                String::new()
            };
            let sign = if *value < 0.0 { "-" } else { "" };
            let which = if bars.series.len() > 1 {
                cut(&bars.series[*series].name, NAME)
            } else {
                String::new()
            };
            let number = unit.base_text(*value);
            vec![
                name,
                which,
                number,
                format!("{sign}{}", bar(value.abs() / largest, BAR)),
            ]
        })
        .collect();
    drop_empty(&table, &[false, false, true, false])
}

fn stacked_lines(
    bars: &Bars,
    all: usize,
    value: &dyn Fn(usize, usize) -> f64,
    unit: &Unit,
) -> Vec<String> {
    const SHADES: [&str; 4] = ["█", "▒", "▓", "░"];
    // Terminals show no more shades apart; the rest has the last one.
    let shade = |series: usize| SHADES[series.min(SHADES.len() - 1)];
    let of = |row: usize| -> Vec<f64> {
        let values = (0..bars.series.len()).map(|series| value(series, row));
        values
            .map(|value| if drawable(value) { value.max(0.0) } else { 0.0 })
            .collect()
    };
    let sums: Vec<f64> = (0..all).map(|row| of(row).iter().sum()).collect();
    let largest = sums.iter().copied().fold(0.0, f64::max);
    let mut lines = Vec::new();
    if all > 0 {
        let names = bars.series.iter().enumerate().take(MAX_LINES);
        let names: Vec<String> = names
            .map(|(place, s)| format!("{} {}", shade(place), cut(&s.name, NAME)))
            .collect();
        lines.push(names.join("  "));
    }
    let table: Vec<Vec<String>> = (0..all)
        .map(|row| {
            let (mut drawn, mut sum, mut blocks) = (0, 0.0, String::new());
            for (series, value) in of(row).iter().enumerate() {
                sum += value;
                let until = (sum / largest * BAR as f64).round() as usize;
                blocks.push_str(&shade(series).repeat(until.saturating_sub(drawn).min(BAR)));
                drawn = drawn.max(until);
            }
            vec![
                cut(&bars.categories[row], NAME),
                unit.base_text(sums[row]),
                blocks,
            ]
        })
        .collect();
    lines.extend(aligned(&table, &[false, true, false]));
    lines
}

/// Aligned, without columns in which nothing is.
fn drop_empty(table: &[Vec<String>], right: &[bool]) -> Vec<String> {
    let kept: Vec<usize> = (0..right.len())
        .filter(|column| {
            table
                .iter()
                .any(|row| row.get(*column).is_some_and(|cell| !cell.is_empty()))
        })
        .collect();
    let rows: Vec<Vec<String>> = table
        .iter()
        .map(|row| {
            kept.iter()
                .filter_map(|column| row.get(*column).cloned())
                .collect()
        })
        .collect();
    let right: Vec<bool> = kept.iter().map(|column| right[*column]).collect();
    aligned(&rows, &right)
}

pub(super) fn pie_lines(pie: &Pie) -> Vec<String> {
    let unit = Unit::parse(&pie.unit);
    let (parts, left_out) = parts(pie, &unit);
    let row = |part: &Part| {
        vec![
            cut(&part.label, NAME),
            unit.base_text(part.value),
            percentage(part.share),
            bar(part.share, BAR),
        ]
    };
    let rows: Vec<Vec<String>> = parts.iter().map(row).collect();
    let mut lines = aligned(&rows, &[false, true, true, false]);
    if left_out > 0 && !lines.is_empty() {
        lines.push(format!("({left_out} without a positive number)"));
    }
    lines
}

pub(super) fn histogram_lines(histogram: &Histogram) -> Vec<String> {
    let unit = Unit::parse(&histogram.unit);
    let buckets = buckets(histogram, &unit, SHORT);
    let largest = buckets
        .iter()
        .map(|bucket| bucket.count)
        .fold(0.0, f64::max);
    let counts = Unit::number();
    let row = |bucket: &Bucket| {
        vec![
            amount(&unit, bucket.from),
            format!("to {}", amount(&unit, bucket.to)),
            counts.text(bucket.count),
            bar(bucket.count / largest, BAR),
        ]
    };
    let rows: Vec<Vec<String>> = buckets.iter().map(row).collect();
    let mut lines = aligned(&rows, &[true, false, true, false]);
    let fact = |(name, share)| {
        Some(format!(
            "{name} about {}",
            amount(&unit, quantile(&buckets, share)?)
        ))
    };
    let facts = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)];
    let facts: Vec<String> = facts.into_iter().filter_map(fact).collect();
    if !facts.is_empty() {
        lines.push(facts.join(", "));
    }
    lines
}
