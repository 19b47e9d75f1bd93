//! From samples to what a screen can show: per pixel column the first, lowest, highest and last.
//!
//! The M4 aggregation of Jugel, Jerzak, Hackenbroich and Markl, "M4: A Visualization-Oriented Time
//! Series Data Aggregation" (VLDB 2014): a line drawn through these four is the line drawn through
//! all samples.

use crate::MAX_VALUE;

/// A distance to the neighbour of more than this many usual ones is a gap.
const GAP_SPACINGS: i64 = 3;

/// A place in a drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// Unbroken pieces of a line; a piece of one point is drawn as a dot.
pub type Pieces = Vec<Vec<Point>>;

/// Whether a value has a place on an axis.
pub fn drawable(value: f64) -> bool {
    value.abs() <= MAX_VALUE
}

/// Cuts the line of samples (milliseconds, value) in the order of time into pieces of at most four
/// points for each whole number of `x`, which must not fall with time. `spacing_ms` is the usual
/// distance of two samples; 0 when there is none.
pub fn pieces(
    samples: impl IntoIterator<Item = (i64, f64)>,
    spacing_ms: i64,
    x: impl Fn(i64) -> f64,
    y: impl Fn(f64) -> f64,
) -> Pieces {
    let longest_ms = spacing_ms.saturating_mul(GAP_SPACINGS);
    let mut pieces = Pieces::new();
    let mut piece = Vec::new();
    let mut column: Option<Column> = None;
    let mut broken = false;
    let mut before_ms = None;
    for (time_ms, value) in samples {
        if !drawable(value) {
            broken = true;
            continue;
        }
        if let Some(before_ms) = before_ms {
            broken |= longest_ms > 0 && time_ms.saturating_sub(before_ms) > longest_ms;
        }
        before_ms = Some(time_ms);
        let point = Point {
            x: x(time_ms),
            y: y(value),
        };
        let index = point.x.floor() as i64;
        match &mut column {
            // A gap within one column cannot be seen.
            Some(column) if column.index == index => column.add(point),
            _ => {
                if let Some(column) = column.take() {
                    column.write(&mut piece);
                }
                if broken && !piece.is_empty() {
                    pieces.push(std::mem::take(&mut piece));
                }
                column = Some(Column::new(index, point));
            }
        }
        broken = false;
    }
    if let Some(column) = column {
        column.write(&mut piece);
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

/// The samples of one pixel column.
struct Column {
    index: i64,
    count: usize,
    first: Point,
    last: Point,
    /// With the place among the samples, to write them in order.
    lowest: (usize, Point),
    highest: (usize, Point),
}

impl Column {
    fn new(index: i64, point: Point) -> Self {
        Self {
            index,
            count: 1,
            first: point,
            last: point,
            lowest: (0, point),
            highest: (0, point),
        }
    }

    fn add(&mut self, point: Point) {
        if point.y < self.lowest.1.y {
            self.lowest = (self.count, point);
        }
        if point.y > self.highest.1.y {
            self.highest = (self.count, point);
        }
        self.last = point;
        self.count += 1;
    }

    fn write(self, piece: &mut Vec<Point>) {
        let (one, other) = if self.lowest.0 <= self.highest.0 {
            (self.lowest, self.highest)
        } else {
            (self.highest, self.lowest)
        };
        let mut written = None;
        for (place, point) in [(0, self.first), one, other, (self.count - 1, self.last)] {
            if written != Some(place) {
                piece.push(point);
                written = Some(place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(times: &[i64], values: &[f64], spacing_ms: i64, ms_per_px: f64) -> Pieces {
        let samples = times.iter().copied().zip(values.iter().copied());
        pieces(samples, spacing_ms, |t| t as f64 / ms_per_px, |v| v)
    }

    fn lengths(pieces: &Pieces) -> Vec<usize> {
        pieces.iter().map(Vec::len).collect()
    }

    #[test]
    fn gaps_break_the_line() {
        let nan = f64::NAN;
        let times = [0, 10, 20, 30, 40, 50];
        assert_eq!(lengths(&cut(&times, &[1.0; 6], 10, 10.0)), [6]);
        let holed = [1.0, nan, 1.0, 1.0, f64::INFINITY, 1.0];
        assert_eq!(lengths(&cut(&times, &holed, 10, 10.0)), [1, 2, 1]);
        let missing = [0, 10, 20, 60, 70, 80];
        assert_eq!(lengths(&cut(&missing, &[1.0; 6], 10, 10.0)), [3, 3]);
        let late = [0, 10, 20, 50, 60, 70];
        assert_eq!(lengths(&cut(&late, &[1.0; 6], 10, 10.0)), [6]);
    }

    #[test]
    fn a_column_keeps_its_four() {
        let values = [5.0, 9.0, 7.0, 1.0, 6.0, 4.0];
        let kept = cut(&[0, 1, 2, 3, 4, 5], &values, 1, 100.0);
        let ys: Vec<f64> = kept[0].iter().map(|point| point.y).collect();
        assert_eq!(ys, [5.0, 9.0, 1.0, 4.0]);
    }

    proptest! {
        #[test]
        fn every_column_keeps_its_extremes(
            values in prop::collection::vec(-1e6_f64..1e6, 1..2_000),
            ms_per_px in 1.0_f64..400.0,
        ) {
            let times: Vec<i64> = (0..values.len() as i64).collect();
            let kept: Vec<Point> = cut(&times, &values, 1, ms_per_px).concat();
            let columns = (values.len() as f64 / ms_per_px).ceil() as usize + 1;
            prop_assert!(kept.len() <= columns * 4);
            prop_assert!(kept.is_sorted_by(|a, b| a.x <= b.x));
            for column in 0..columns {
                let within = |x: f64| x.floor() as usize == column;
                let all: Vec<f64> = times
                    .iter()
                    .zip(&values)
                    .filter(|(time, _)| within(**time as f64 / ms_per_px))
                    .map(|(_, value)| *value)
                    .collect();
                let few: Vec<f64> = kept.iter().filter(|p| within(p.x)).map(|p| p.y).collect();
                let extremes = |ys: &[f64]| {
                    (
                        ys.iter().copied().reduce(f64::min),
                        ys.iter().copied().reduce(f64::max),
                        ys.first().copied(),
                        ys.last().copied(),
                    )
                };
                prop_assert_eq!(extremes(&few), extremes(&all));
            }
        }
    }
}
