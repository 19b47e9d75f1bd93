//! From frames to rows of equal length. Pure.

use std::collections::BTreeMap;

use view_sdk::{Frame, series, series_name};

/// The label of Prometheus' histograms: the upper bound of a bucket, which counts all below it.
const BOUND: &str = "le";

/// A row of the map.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub name: String,
    /// As many as columns; NaN where nothing is known.
    pub values: Vec<f64>,
}

/// Rows over the same times.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    /// The start of each column.
    pub times_ms: Vec<i64>,
    pub unit: String,
    /// The lowest first.
    pub rows: Vec<Row>,
    pub is_histogram: bool,
}

/// Samples of one row, by their time.
#[derive(Default)]
struct Samples {
    name: String,
    /// The bound of a bucket.
    bound: Option<f64>,
    values: BTreeMap<i64, f64>,
}

impl Map {
    /// Gathers what is in the frames into at most `columns` columns. `rows` is the label that names
    /// the rows.
    pub fn of(frames: &[&Frame], rows: Option<&str>, columns: usize) -> Self {
        let is_histogram = rows.is_none_or(|label| label == BOUND)
            && !frames.is_empty()
            && frames
                .iter()
                .all(|frame| label(frame, BOUND).and_then(bound).is_some());
        let name_of = |frame: &Frame, series: &str| match rows {
            Some(name) => label(frame, name).unwrap_or("–").to_owned(),
            None if is_histogram => label(frame, BOUND).unwrap_or_default().to_owned(),
            None if frame.labels.is_empty() || series != series_name(frame) => series.to_owned(),
            None => labels(frame),
        };
        let mut unit = None;
        let mut found: Vec<Samples> = Vec::new();
        for frame in frames {
            for one in series(frame) {
                let name = name_of(frame, &one.name);
                unit.get_or_insert(one.unit);
                let place = found.iter().position(|known| known.name == name);
                let place = place.unwrap_or_else(|| {
                    found.push(Samples {
                        bound: bound(&name).filter(|_| is_histogram),
                        name,
                        values: BTreeMap::new(),
                    });
                    found.len() - 1
                });
                let Some(samples) = found.get_mut(place) else {
                    continue;
                };
                for (time_ms, value) in one.times_ms.into_iter().zip(one.values) {
                    if value.is_finite() {
                        *samples.values.entry(time_ms).or_default() += value;
                    }
                }
            }
        }
        if is_histogram {
            found.sort_by(|a, b| {
                a.bound
                    .partial_cmp(&b.bound)
                    .unwrap_or(std::cmp::Ordering::Equal)
            });
            uncumulate(&mut found);
        }
        let grid = Grid::over(&found, columns);
        Self {
            times_ms: grid.times_ms(),
            unit: unit.unwrap_or_default(),
            rows: found
                .iter()
                .map(|samples| Row {
                    name: match samples.bound {
                        Some(_) => format!("≤ {}", samples.name),
                        None => samples.name.clone(),
                    },
                    values: grid.gather(samples),
                })
                .collect(),
            is_histogram,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.times_ms.is_empty() || self.rows.is_empty()
    }

    /// The sum of each column; NaN where no row knows anything.
    pub fn sums(&self) -> Vec<f64> {
        let sum = |column: usize| {
            let values = self.rows.iter().filter_map(|row| row.values.get(column));
            let known = values.copied().filter(|value| value.is_finite());
            known.reduce(|sum, value| sum + value).unwrap_or(f64::NAN)
        };
        (0..self.times_ms.len()).map(sum).collect()
    }

    /// The sum of the last column that has one.
    pub fn latest(&self) -> f64 {
        let sums = self.sums();
        let known = sums.into_iter().rev().find(|sum| sum.is_finite());
        known.unwrap_or(f64::NAN)
    }

    /// The largest value and its row.
    pub fn largest(&self) -> (f64, &str) {
        self.rows
            .iter()
            .flat_map(|row| row.values.iter().map(|value| (*value, row.name.as_str())))
            .filter(|(value, _)| value.is_finite())
            .max_by(|(a, _), (b, _)| a.total_cmp(b))
            .unwrap_or((f64::NAN, ""))
    }

    /// Each value in percent of its column's sum; a column that sums to nothing has no shares.
    pub fn shares(&self) -> Vec<Row> {
        let sums = self.sums();
        let share = |(value, sum): (&f64, &f64)| {
            if *sum > 0.0 {
                value / sum * 100.0
            } else {
                f64::NAN
            }
        };
        let of = |row: &Row| Row {
            name: row.name.clone(),
            values: row.values.iter().zip(&sums).map(share).collect(),
        };
        self.rows.iter().map(of).collect()
    }
}

fn label<'a>(frame: &'a Frame, name: &str) -> Option<&'a str> {
    let label = frame.labels.iter().find(|label| label.name == name)?;
    Some(&label.value)
}

fn labels(frame: &Frame) -> String {
    let values: Vec<&str> = frame
        .labels
        .iter()
        .map(|label| label.value.as_str())
        .collect();
    values.join(" ")
}

/// A bound as Prometheus spells it: `0.5`, `1e3`, `+Inf`.
fn bound(text: &str) -> Option<f64> {
    text.parse().ok().filter(|bound: &f64| !bound.is_nan())
}

/// Takes what is in the bucket below out of each bucket. Counters are scraped one after the other,
/// so a bucket can seem to hold less than the one below: that is nothing, not a negative amount.
fn uncumulate(buckets: &mut [Samples]) {
    for place in (1..buckets.len()).rev() {
        let (below, rest) = buckets.split_at_mut(place);
        let (Some(below), Some(bucket)) = (below.last(), rest.first_mut()) else {
            continue;
        };
        for (time_ms, value) in &mut bucket.values {
            if let Some(below) = below.values.get(time_ms) {
                *value = (*value - below).max(0.0);
            }
        }
    }
}

/// Columns of equal width.
struct Grid {
    start_ms: i64,
    step_ms: i64,
    columns: usize,
}

impl Grid {
    fn over(rows: &[Samples], most: usize) -> Self {
        let times = || rows.iter().flat_map(|row| row.values.keys().copied());
        let (Some(start_ms), Some(end_ms)) = (times().min(), times().max()) else {
            return Self {
                start_ms: 0,
                step_ms: 1,
                columns: 0,
            };
        };
        // As far apart as the samples of the row that has most of them, or as the columns allow.
        let samples = rows.iter().map(|row| row.values.len()).max();
        let steps = samples.unwrap_or(1).min(most).saturating_sub(1).max(1) as i64;
        let length_ms = end_ms.saturating_sub(start_ms);
        let step_ms = (length_ms / steps).max(1);
        Self {
            start_ms,
            step_ms,
            columns: usize::try_from(length_ms / step_ms)
                .unwrap_or(0)
                .min(most - 1)
                + 1,
        }
    }

    fn times_ms(&self) -> Vec<i64> {
        let columns = 0..self.columns as i64;
        columns
            .map(|column| self.start_ms.saturating_add(column * self.step_ms))
            .collect()
    }

    /// The mean of what falls into each column.
    fn gather(&self, row: &Samples) -> Vec<f64> {
        let mut columns = vec![(0.0, 0u32); self.columns];
        for (time_ms, value) in &row.values {
            let column = (time_ms - self.start_ms) / self.step_ms;
            let last = self.columns.saturating_sub(1);
            let column = usize::try_from(column).unwrap_or(0).min(last);
            if let Some((sum, count)) = columns.get_mut(column) {
                *sum += value;
                *count += 1;
            }
        }
        let mean = |(sum, count): (f64, u32)| match count {
            0 => f64::NAN,
            _ => sum / f64::from(count),
        };
        columns.into_iter().map(mean).collect()
    }
}
