//! Series on top of each other.

use super::{
    axis::{Plot, TimeAxis},
    draw::{LINE_WIDTH, path, push_path, px, series_class},
    time_series::{Line, title},
};
use crate::{
    figure::points::{Extent, Point, Sample},
    markup::Markup,
};

/// More times than this are taken together.
const MAX_COLUMNS: usize = LINE_WIDTH as usize;

/// The same columns of time for all series, and what each adds up to there.
pub(super) struct Stack {
    /// Shares of the width.
    columns: Vec<f64>,
    /// For each series the sum up to it; one more, all 0, before the first.
    sums: Vec<Vec<f64>>,
    /// Whether anything is known in a column.
    known: Vec<bool>,
}

impl Stack {
    pub(super) fn of(lines: &[Line<'_>], axis: &TimeAxis) -> Self {
        let samples = lines.iter().flat_map(|line| &line.samples);
        let mut times: Vec<i64> = samples.map(|sample| sample.time_ms).collect();
        times.sort_unstable();
        times.dedup();
        let exact = times.len() <= MAX_COLUMNS;
        let column = |time_ms: i64| {
            if exact {
                times.binary_search(&time_ms).unwrap_or_default()
            } else {
                ((axis.share(time_ms) * MAX_COLUMNS as f64) as usize).min(MAX_COLUMNS - 1)
            }
        };
        let columns: Vec<f64> = if exact {
            times.iter().map(|time_ms| axis.share(*time_ms)).collect()
        } else {
            let last = (MAX_COLUMNS - 1) as f64;
            (0..MAX_COLUMNS).map(|place| place as f64 / last).collect()
        };
        let mut sums = vec![vec![0.0; columns.len()]];
        let mut known = vec![false; columns.len()];
        for line in lines {
            let below = sums.last().cloned().unwrap_or_default();
            let values = spread(&line.samples, columns.len(), column);
            let sum = below.iter().zip(&values).zip(&mut known);
            let sum = sum.map(|((below, value), known)| {
                *known |= !value.is_nan();
                below + if value.is_nan() { 0.0 } else { *value }
            });
            let sum = sum.collect();
            sums.push(sum);
        }
        Self {
            columns,
            sums,
            known,
        }
    }

    pub(super) fn extent(&self) -> Option<Extent> {
        Extent::of(self.sums.iter().skip(1).flatten().copied())
    }

    pub(super) fn push(&self, markup: &mut Markup, plot: &Plot, lines: &[Line<'_>]) {
        for (index, (line, pair)) in lines.iter().zip(self.sums.windows(2)).enumerate() {
            let class = series_class(index);
            let (mut fills, mut strokes) = (String::new(), String::new());
            for run in self.runs() {
                let edge = |sums: &[f64]| -> Vec<Point> {
                    let point = |column: usize| Point {
                        x: self.columns[column] * LINE_WIDTH,
                        y: plot.y(sums[column]),
                    };
                    run.clone().map(point).collect()
                };
                let (mut below, above) = (edge(&pair[0]), edge(&pair[1]));
                let stroke = path(&above);
                below.reverse();
                fills.push_str(&stroke);
                for point in below {
                    fills.push_str(&format!("L{} {}", px(point.x), px(point.y)));
                }
                fills.push('Z');
                strokes.push_str(&stroke);
            }
            push_path(
                markup,
                &format!("fill strong {class}"),
                &fills,
                &title(line),
            );
            push_path(markup, &format!("line {class}"), &strokes, "");
        }
    }

    /// Columns beside each other of which something is known.
    fn runs(&self) -> Vec<std::ops::Range<usize>> {
        let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
        for column in (0..self.known.len()).filter(|column| self.known[*column]) {
            match runs.last_mut() {
                Some(run) if run.end == column => run.end += 1,
                _ => runs.push(column..column + 1),
            }
        }
        runs
    }
}

/// The value of a series in each column: the highest there, or the one before within the series'
/// own time, because series are seldom sampled at the same moment. NaN where it says so itself.
fn spread(samples: &[Sample], columns: usize, column: impl Fn(i64) -> usize) -> Vec<f64> {
    let mut values: Vec<Option<f64>> = vec![None; columns];
    for sample in samples {
        if let Some(value) = values.get_mut(column(sample.time_ms)) {
            *value = Some(value.map_or(sample.value, |value| value.max(sample.value)));
        }
    }
    let end = values
        .iter()
        .rposition(Option::is_some)
        .map_or(0, |last| last + 1);
    let mut before = f64::NAN;
    let carried = values.iter().enumerate().map(|(place, value)| {
        before = match value {
            Some(value) => *value,
            None if place < end => before,
            None => f64::NAN,
        };
        before
    });
    carried.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_within_a_series_are_carried_over() {
        let sample = |time_ms, value| Sample { time_ms, value };
        let samples = [
            sample(1, 5.0),
            sample(1, 7.0),
            sample(3, f64::NAN),
            sample(4, 2.0),
        ];
        let values = spread(&samples, 6, |time_ms| time_ms as usize);
        let text: Vec<String> = values.iter().map(f64::to_string).collect();
        assert_eq!(text, ["NaN", "7", "7", "NaN", "2", "NaN"]);
    }
}
