//! Samples over time: put in order, cut to what a screen can show.

use super::words::drawable;
use crate::{Series, Threshold};
pub(crate) use scale::thin::Point;
use scale::{Unit, thin, time::MAX_TIME_MS};

/// A line of constants or of thresholds may make the axis at most so many times as long.
const THRESHOLD_REACH: f64 = 1.0;

/// One sample; the value is NaN where there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sample {
    pub time_ms: i64,
    pub value: f64,
}

/// The lowest and the highest of some numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Extent {
    pub low: f64,
    pub high: f64,
}

impl Extent {
    /// None when no number is drawable.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        values.into_iter().filter(|value| drawable(*value)).fold(
            None,
            |extent: Option<Self>, value| {
                Some(extent.map_or(
                    Self {
                        low: value,
                        high: value,
                    },
                    |extent| extent.with(value),
                ))
            },
        )
    }

    pub(crate) fn with(self, value: f64) -> Self {
        Self {
            low: self.low.min(value),
            high: self.high.max(value),
        }
    }

    /// Takes in the thresholds that are near enough to leave the data readable.
    pub(crate) fn with_near(self, values: impl IntoIterator<Item = f64>) -> Self {
        let size = (self.high - self.low).max(self.high.abs().max(self.low.abs()));
        let reach = size * THRESHOLD_REACH;
        values
            .into_iter()
            .filter(|value| drawable(*value))
            .filter(|value| *value >= self.low - reach && *value <= self.high + reach)
            .fold(self, Self::with)
    }
}

/// The samples of a series in the order of time, as many as it has times and values, in the base
/// unit when `unit` is given.
pub(crate) fn samples(series: &Series, unit: Option<&Unit>) -> Vec<Sample> {
    let value = |value: f64| {
        let value = unit.map_or(value, |unit| unit.base(value));
        if drawable(value) { value } else { f64::NAN }
    };
    let pairs = series.times_ms.iter().zip(&series.values);
    let mut samples: Vec<Sample> = pairs
        .filter(|(time_ms, _)| (-MAX_TIME_MS..=MAX_TIME_MS).contains(*time_ms))
        .map(|(time_ms, number)| Sample {
            time_ms: *time_ms,
            value: value(*number),
        })
        .collect();
    samples.sort_by_key(|sample| sample.time_ms);
    samples
}

/// The unit of all series when they can share an axis.
pub(crate) fn shared_unit(series: &[Series]) -> Option<Unit> {
    let mut units = series.iter().map(|series| Unit::parse(&series.unit));
    let first = units.next()?;
    units
        .all(|unit| unit.kind() == first.kind())
        .then_some(first)
}

/// The numbers of thresholds on an axis of this unit.
pub(crate) fn levels(thresholds: &[Threshold], unit: &Unit) -> Vec<f64> {
    let levels = thresholds.iter().map(|threshold| threshold.at_least);
    levels.map(|level| unit.base(level)).collect()
}

/// The median distance between two samples, 0 when there is none.
pub(crate) fn spacing_ms(samples: &[Sample]) -> i64 {
    let pairs = samples.windows(2);
    let mut distances: Vec<i64> = pairs
        .map(|pair| pair[1].time_ms - pair[0].time_ms)
        .collect();
    if distances.is_empty() {
        return 0;
    }
    let middle = distances.len() / 2;
    *distances.select_nth_unstable(middle).1
}

/// Cuts the line of samples in order into unbroken pieces of at most four points for each whole
/// number of `x`, which must not fall with time.
pub(crate) fn pieces(
    samples: &[Sample],
    x: impl Fn(i64) -> f64,
    y: impl Fn(f64) -> f64,
) -> thin::Pieces {
    let pairs = samples.iter().map(|sample| (sample.time_ms, sample.value));
    thin::pieces(pairs, spacing_ms(samples), x, y)
}

/// Numbers brought to at most `most`, each the highest of its share; gaps where all are gaps.
pub(crate) fn squeezed(values: &[f64], most: usize) -> Vec<f64> {
    let step = values.len().div_ceil(most.max(1)).max(1);
    let highest = |some: &[f64]| Extent::of(some.iter().copied()).map_or(f64::NAN, |e| e.high);
    values.chunks(step).map(highest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(times: &[i64], values: &[f64], expected: &[usize]) {
        let series = Series {
            times_ms: times.to_vec(),
            values: values.to_vec(),
            ..Series::default()
        };
        let pieces = pieces(&samples(&series, None), |t| t as f64 / 10.0, |v| v);
        let lengths: Vec<usize> = pieces.iter().map(Vec::len).collect();
        assert_eq!(lengths, expected);
    }

    #[test]
    fn gaps_break_the_line() {
        let nan = f64::NAN;
        check(&[0, 10, 20, 30], &[1.0; 4], &[4]);
        check(
            &[0, 10, 20, 30, 40, 50],
            &[1.0, nan, 1.0, 1.0, f64::INFINITY, 1.0],
            &[1, 2, 1],
        );
        check(&[0, 10, 20, 60, 70, 80], &[1.0; 6], &[3, 3]);
        check(&[20, 0, 10, 7], &[1.0; 3], &[3]);
        check(&[], &[1.0], &[]);
        check(&[i64::MIN, i64::MAX, 0], &[1.0; 3], &[1]);
    }

    #[test]
    fn far_thresholds_do_not_flatten_the_data() {
        let extent = Extent {
            low: 10.0,
            high: 20.0,
        };
        assert_eq!(extent.with_near([35.0, 500.0, f64::NAN]).high, 35.0);
    }

    proptest! {
        #[test]
        fn every_column_keeps_its_extremes(values in prop::collection::vec(-1e6_f64..1e6, 1..2_000)) {
            let series = Series {
                times_ms: (0..values.len() as i64).collect(),
                values: values.clone(),
                ..Series::default()
            };
            let kept = pieces(&samples(&series, None), |t| t as f64 / 50.0, |v| v).concat();
            prop_assert!(kept.len() <= values.len().div_ceil(50) * 4);
            let ys = Extent::of(kept.iter().map(|point| point.y));
            prop_assert_eq!(ys, Extent::of(values));
        }
    }
}
