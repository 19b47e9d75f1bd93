//! Values over time in rows, and how strong each is.

use super::{points::Extent, words::drawable};
use crate::Heatmap;
use scale::{Unit, time::MAX_TIME_MS};

/// Strengths that can be told apart, from 1; 0 is nothing.
pub(crate) const STEPS: usize = 8;
/// A column is at most so many times as long as most: after it there is a gap.
const LONGEST_COLUMN: i64 = 2;

/// Columns in the order of time, at most as many as asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Heat {
    pub columns: Vec<Span>,
    /// For each row, the lowest first, a value for each column in the base unit; NaN for gaps.
    pub rows: Vec<Vec<f64>>,
    pub extent: Extent,
    /// Columns of the data that became one.
    pub merged: usize,
}

/// The time of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub start_ms: i64,
    pub end_ms: i64,
}

impl Heat {
    /// None when there is no value. Of columns taken together, the highest counts.
    pub(crate) fn of(map: &Heatmap, unit: &Unit, rows: usize, columns: usize) -> Option<Self> {
        let all = map.times_ms.len();
        let mut order: Vec<usize> = (0..all)
            .filter(|place| (-MAX_TIME_MS..=MAX_TIME_MS).contains(&map.times_ms[*place]))
            .collect();
        order.sort_by_key(|place| map.times_ms[*place]);
        let merged = order.len().div_ceil(columns.max(1)).max(1);
        let highest = |values: &[f64], some: &[usize]| {
            let values = some.iter().filter_map(|place| values.get(*place));
            let extent = Extent::of(values.map(|value| unit.base(*value)));
            extent.map_or(f64::NAN, |extent| extent.high)
        };
        let values = map.values.chunks(all.max(1));
        let rows: Vec<Vec<f64>> = values
            .take(map.rows.len().min(rows))
            .map(|values| {
                order
                    .chunks(merged)
                    .map(|some| highest(values, some))
                    .collect()
            })
            .collect();
        let extent = Extent::of(rows.iter().flatten().copied())?;
        let starts = order.chunks(merged).filter_map(|some| some.first());
        let starts: Vec<i64> = starts.map(|place| map.times_ms[*place]).collect();
        Some(Self {
            columns: spans(&starts),
            rows,
            extent,
            merged,
        })
    }

    /// How strong a value is: by its square root when there are no negative ones, because the few
    /// highest would otherwise hide all others. None for gaps.
    pub(crate) fn step(&self, value: f64) -> Option<usize> {
        if !drawable(value) {
            return None;
        }
        let Extent { low, high } = self.extent;
        let share = if low >= 0.0 {
            (value / high).sqrt()
        } else {
            (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0)
        };
        if low >= 0.0 && value == 0.0 {
            return Some(0);
        }
        let share = if share.is_finite() { share } else { 1.0 };
        Some(((share * STEPS as f64).ceil() as usize).clamp(1, STEPS))
    }

    /// The value where a step ends.
    pub(crate) fn end_of(&self, step: usize) -> f64 {
        let Extent { low, high } = self.extent;
        let share = step as f64 / STEPS as f64;
        if low >= 0.0 {
            share * share * high
        } else {
            low + (high / 2.0 - low / 2.0) * share * 2.0
        }
    }
}

/// From each start to the next one, or as long as most are.
fn spans(starts: &[i64]) -> Vec<Span> {
    let mut lengths: Vec<i64> = starts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let middle = lengths.len() / 2;
    let usual = if lengths.is_empty() {
        60_000
    } else {
        (*lengths.select_nth_unstable(middle).1).max(1)
    };
    let nexts = starts.iter().skip(1).copied().map(Some).chain([None]);
    let spans = starts.iter().zip(nexts).map(|(&start_ms, next)| Span {
        start_ms,
        end_ms: match next {
            Some(next) if next - start_ms <= usual.saturating_mul(LONGEST_COLUMN) => next,
            _ => start_ms.saturating_add(usual),
        },
    });
    spans.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(times: &[i64], rows: usize, values: &[f64]) -> Heatmap {
        Heatmap {
            times_ms: times.to_vec(),
            rows: vec![String::new(); rows],
            values: values.to_vec(),
            ..Heatmap::default()
        }
    }

    #[test]
    fn columns_are_put_in_order_and_taken_together() {
        let map = map(&[20, 0, 10], 2, &[1.0, 2.0, 9.0, f64::NAN, 4.0]);
        let heat = Heat::of(&map, &Unit::number(), 9, 2)
            .map(|heat| (heat.columns, heat.rows, heat.merged));
        let span = |start_ms, end_ms| Span { start_ms, end_ms };
        let text = format!("{heat:?}");
        let expected = (
            vec![span(0, 20), span(20, 40)],
            vec![vec![9.0, 1.0], vec![4.0, f64::NAN]],
            2,
        );
        assert_eq!(text, format!("{:?}", Some(expected)));
    }

    #[test]
    fn steps_go_from_nothing_to_the_highest() {
        let heat = Heat {
            columns: Vec::new(),
            rows: Vec::new(),
            extent: Extent {
                low: 0.0,
                high: 64.0,
            },
            merged: 1,
        };
        let steps = [0.0, 0.5, 1.0, 4.0, 4.1, 64.0, f64::NAN].map(|value| heat.step(value));
        assert_eq!(
            steps,
            [Some(0), Some(1), Some(1), Some(2), Some(3), Some(8), None]
        );
        assert_eq!(heat.end_of(2), 4.0);
    }
}
