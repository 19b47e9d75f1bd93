//! From frames to the course of an error ratio. Pure.

use std::collections::BTreeMap;

use view_sdk::widgets::Series;
use view_sdk::{Context, Frame, Output, Unit, series};

/// What `errors` and `total` are called when the cell says nothing.
const ERRORS: &str = "errors";
const TOTAL: &str = "total";

/// Errors among everything, over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    pub name: String,
    /// Rising.
    samples: Vec<Sample>,
    /// How far apart samples are; 0 when there is only one.
    pub step_ms: i64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Sample {
    time_ms: i64,
    errors: f64,
    /// 1 where only the ratio is known: then every moment counts the same.
    total: f64,
}

/// What was found in the outputs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    pub courses: Vec<Course>,
    /// What the reader should know about it.
    pub remarks: Vec<String>,
}

impl Course {
    fn of(name: String, samples: impl IntoIterator<Item = Sample>) -> Self {
        let mut samples: Vec<Sample> = samples.into_iter().collect();
        samples.sort_by_key(|sample| sample.time_ms);
        let pairs = samples.iter().zip(samples.iter().skip(1));
        let step_ms = pairs
            .map(|(sample, next)| next.time_ms - sample.time_ms)
            .filter(|gap_ms| *gap_ms > 0)
            .min();
        Self {
            name,
            step_ms: step_ms.unwrap_or(0),
            samples,
        }
    }

    /// The last moment that something is known of.
    pub fn end_ms(&self) -> i64 {
        self.samples.last().map_or(0, |sample| sample.time_ms)
    }

    /// How long a time is known; a sample stands for the step before it.
    pub fn covered_ms(&self) -> i64 {
        let start_ms = self.samples.first().map_or(0, |sample| sample.time_ms);
        self.end_ms() - start_ms + self.step_ms
    }

    /// Is the whole of this window known? A step may be missing: ranges begin between two of them.
    pub fn covers(&self, window_ms: i64) -> bool {
        self.step_ms > 0 && self.covered_ms() + self.step_ms >= window_ms
    }

    /// The share of errors in the window that ends with the last sample.
    pub fn ratio_over(&self, window_ms: i64) -> Option<f64> {
        let begin_ms = self.end_ms().saturating_sub(window_ms);
        let first = self
            .samples
            .partition_point(|sample| sample.time_ms <= begin_ms);
        let (errors, total) = self
            .samples
            .iter()
            .skip(first)
            .fold((0.0, 0.0), |(errors, total), sample| {
                (errors + sample.errors, total + sample.total)
            });
        (total > 0.0).then(|| errors / total)
    }

    /// Each sample's time and share of errors.
    pub fn ratios(&self) -> impl Iterator<Item = (i64, f64)> {
        self.samples
            .iter()
            .map(|sample| (sample.time_ms, sample.errors / sample.total))
    }
}

impl Found {
    /// The ratio of what counts errors and what counts everything, where both are there; otherwise
    /// each series is a ratio by itself.
    pub fn in_outputs(context: &Context) -> Self {
        let (errors, total) = (context.option(ERRORS), context.option(TOTAL));
        let counts = |wanted: Option<&str>, name| called(context, wanted.unwrap_or(name));
        let (counted, everything) = (counts(errors, ERRORS), counts(total, TOTAL));
        if !counted.is_empty() && !everything.is_empty() {
            let course = divided(&sum(&counted), &sum(&everything));
            return Self {
                courses: course.into_iter().collect(),
                remarks: Vec::new(),
            };
        }
        let mut found = Self::ratios(context);
        for (option, wanted, series) in [(ERRORS, errors, &counted), (TOTAL, total, &everything)] {
            if let Some(wanted) = wanted
                && series.is_empty()
            {
                found.remarks.push(format!(
                    "No output, series or label's value is called `{wanted}`, as `{option}` wants \
                     it: each series is taken for a ratio of errors."
                ));
            }
        }
        found
    }

    fn ratios(context: &Context) -> Self {
        let mut found = Self::default();
        for one in context.frames().into_iter().flat_map(series) {
            let divisor = if matches!(one.unit.as_str(), "%" | "percent") {
                100.0
            } else {
                1.0
            };
            let samples = points(&one).map(|(time_ms, value)| Sample {
                time_ms,
                errors: (value / divisor).max(0.0),
                total: 1.0,
            });
            let course = Course::of(one.name.clone(), samples);
            let largest = course.ratios().map(|(_, ratio)| ratio).fold(0.0, f64::max);
            if largest > 1.0 {
                found.remarks.push(format!(
                    "`{}` goes up to {}, so it is no ratio of errors (0 to 1). Where series count \
                     errors and everything, name them with `errors=` and `total=`.",
                    one.name,
                    Unit::number().text(largest)
                ));
            }
            if !course.samples.is_empty() {
                found.courses.push(course);
            }
        }
        found
    }
}

/// The series of an output, or with a name or a label's value, that is called so.
fn called(context: &Context, wanted: &str) -> Vec<Series> {
    let mut found = Vec::new();
    for shown in &context.outputs {
        let frames = match &shown.answer.output {
            Output::Frames(frames) => frames.as_slice(),
            Output::Table(frame) => std::slice::from_ref(frame),
            Output::Text(_) | Output::Markdown(_) | Output::Logs(_) | Output::Widgets(_) => &[],
        };
        for frame in frames {
            let whole = shown.name == wanted || frame.name == wanted || has_label(frame, wanted);
            let all = series(frame).into_iter();
            found.extend(all.filter(|one| whole || one.name == wanted));
        }
    }
    found
}

fn has_label(frame: &Frame, value: &str) -> bool {
    frame.labels.iter().any(|label| label.value == value)
}

fn points(series: &Series) -> impl Iterator<Item = (i64, f64)> {
    let values = series.values.iter().copied();
    let times = series.times_ms.iter().copied();
    times.zip(values).filter(|(_, value)| value.is_finite())
}

fn sum(series: &[Series]) -> BTreeMap<i64, f64> {
    let mut sums = BTreeMap::new();
    for (time_ms, value) in series.iter().flat_map(points) {
        *sums.entry(time_ms).or_default() += value.max(0.0);
    }
    sums
}

/// Where nothing was counted nothing can have failed; where no error was counted there was none.
fn divided(errors: &BTreeMap<i64, f64>, total: &BTreeMap<i64, f64>) -> Option<Course> {
    let counted = total.iter().filter(|(_, total)| **total > 0.0);
    let samples: Vec<Sample> = counted
        .map(|(&time_ms, &total)| Sample {
            time_ms,
            errors: errors.get(&time_ms).copied().unwrap_or(0.0).min(total),
            total,
        })
        .collect();
    let name = "errors of all".to_owned();
    (!samples.is_empty()).then(|| Course::of(name, samples))
}
