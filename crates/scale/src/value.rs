//! The value axis: which span it covers and where its ticks stand.

use crate::unit::{Rung, Unit};

/// Values beyond this are not drawn: differences of larger ones overflow.
pub const MAX_VALUE: f64 = 1e300;
/// Spans smaller than this share of the values count as constant: floats tell no more apart.
const CONSTANT_SHARE: f64 = 1e-11;
/// Spans smaller than this count as constant.
const SMALLEST_SPAN: f64 = 1e-290;
/// Data that reaches below this share of its largest value gets an axis that begins at zero.
const NEAR_ZERO_SHARE: f64 = 0.5;
/// More characters than this in the number of a label, and a smaller unit is tried.
const MAX_DIGITS: usize = 6;
/// Never more ticks than this.
const MAX_TICKS: i64 = 40;

/// A labelled value.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueTick {
    /// In base units.
    pub value: f64,
    pub label: String,
}

/// Bounds in base units and ticks within them, in rising order.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueScale {
    pub low: f64,
    pub high: f64,
    pub ticks: Vec<ValueTick>,
}

impl ValueScale {
    /// A scale for finite values from `low` to `high` (base units of `unit`) with at most
    /// `intervals` steps. `whole`: all values are whole numbers.
    pub fn new(low: f64, high: f64, unit: &Unit, whole: bool, intervals: usize) -> Self {
        let (low, high) = widen(low, high);
        let intervals = intervals.max(1) as f64;
        let magnitude = low.abs().max(high.abs());
        let mut best: Option<(usize, &Rung, f64, usize)> = None;
        for rung in unit.rungs_for(magnitude) {
            let mut step = nice((high - low) / rung.factor / intervals);
            if whole && unit.counts() && rung.factor == 1.0 {
                step = step.max(1.0);
            }
            let decimals = decimals(step);
            let before_point = (magnitude / rung.factor).log10().clamp(0.0, 400.0).floor();
            let digits = before_point as usize + 1 + decimals + usize::from(decimals > 0);
            if best.is_none_or(|(fewest, ..)| digits < fewest) {
                best = Some((digits, rung, step, decimals));
            }
            if digits <= MAX_DIGITS {
                break;
            }
        }
        match best {
            Some((_, rung, step, decimals)) => Self::ticked(low, high, unit, rung, step, decimals),
            None => Self {
                low,
                high,
                ticks: Vec::new(),
            },
        }
    }

    fn ticked(low: f64, high: f64, unit: &Unit, rung: &Rung, step: f64, decimals: usize) -> Self {
        // A hair of tolerance, or 0.3 / 0.1 would round up to 3 steps and one more.
        let first = (low / rung.factor / step + 1e-6).floor();
        let last = (high / rung.factor / step - 1e-6).ceil();
        let count = ((last - first) as i64).clamp(1, MAX_TICKS);
        let ticks: Vec<ValueTick> = (0..=count)
            .map(|index| {
                let scaled = (first + index as f64) * step;
                ValueTick {
                    value: scaled * rung.factor,
                    label: unit.tick_text(scaled, decimals, rung),
                }
            })
            .collect();
        Self {
            low: ticks.first().map_or(low, |tick| tick.value.min(low)),
            high: ticks.last().map_or(high, |tick| tick.value.max(high)),
            ticks,
        }
    }

    /// Where a value stands: 0 at the bottom, 1 at the top.
    pub fn share(&self, value: f64) -> f64 {
        let share = (value - self.low) / (self.high - self.low);
        if share.is_finite() { share } else { 0.5 }
    }
}

/// Takes zero in when it is near, and gives constants a span.
fn widen(low: f64, high: f64) -> (f64, f64) {
    let (low, high) = (low.min(high), high.max(low));
    let magnitude = low.abs().max(high.abs());
    if magnitude < SMALLEST_SPAN {
        return (0.0, 1.0);
    }
    if high - low <= magnitude * CONSTANT_SHARE {
        return if high > 0.0 { (0.0, high) } else { (low, 0.0) };
    }
    if low > 0.0 && low <= high * NEAR_ZERO_SHARE {
        (0.0, high)
    } else if high < 0.0 && high >= low * NEAR_ZERO_SHARE {
        (low, 0.0)
    } else {
        (low, high)
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is not below `raw`.
fn nice(raw: f64) -> f64 {
    let power = 10_f64.powi((raw.log10().floor() as i32).clamp(-300, 300));
    let digit = raw / power;
    let nice = if digit <= 1.000_001 {
        1.0
    } else if digit <= 2.000_001 {
        2.0
    } else if digit <= 5.000_001 {
        5.0
    } else {
        10.0
    };
    nice * power
}

/// Decimals that tell two neighbours of a step apart.
fn decimals(step: f64) -> usize {
    (-(step.log10() + 1e-9).floor()).clamp(0.0, 300.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(unit: &str, low: f64, high: f64, whole: bool, expected: &str) {
        let scale = ValueScale::new(low, high, &Unit::parse(unit), whole, 5);
        let labels: Vec<&str> = scale.ticks.iter().map(|tick| tick.label.as_str()).collect();
        assert_eq!(labels.join(" | "), expected, "{low} to {high} in `{unit}`");
        assert!(scale.low <= low && high <= scale.high);
    }

    #[test]
    fn ticks_are_round_in_the_unit_shown() {
        check("", 0.0, 1.0, true, "0 | 1");
        check("", 0.0, 1.0, false, "0 | 0.2 | 0.4 | 0.6 | 0.8 | 1.0");
        check("", 3.0, 97.0, true, "0 | 20 | 40 | 60 | 80 | 100");
        check("", 90.0, 97.0, true, "90 | 92 | 94 | 96 | 98");
        check("", -40.0, 55.0, false, "-40 | -20 | 0 | 20 | 40 | 60");
        check("", 0.0, 45_000.0, true, "0 | 10k | 20k | 30k | 40k | 50k");
        check(
            "",
            0.0,
            9_000.0,
            true,
            "0 | 2000 | 4000 | 6000 | 8000 | 10000",
        );
        check("", 0.0, 3.5e6, false, "0 | 1M | 2M | 3M | 4M");
        check(
            "",
            1_000_000_001.0,
            1_000_000_009.0,
            true,
            "1000000000 | 1000000002 | 1000000004 | 1000000006 | 1000000008 | 1000000010",
        );
        check("By", 0.0, 3.3e9, true, "0 | 1 GiB | 2 GiB | 3 GiB | 4 GiB");
        check(
            "By/s",
            0.0,
            700.0,
            false,
            "0 | 200 B/s | 400 B/s | 600 B/s | 800 B/s",
        );
        check(
            "s",
            0.0,
            0.045,
            false,
            "0 | 10 ms | 20 ms | 30 ms | 40 ms | 50 ms",
        );
        check("s", 0.0, 900.0, false, "0 | 5 min | 10 min | 15 min");
        check("ms", 0.0, 0.004, false, "0 | 1 ms | 2 ms | 3 ms | 4 ms");
        check(
            "",
            0.0,
            1e-9,
            false,
            "0 | 2e-10 | 4e-10 | 6e-10 | 8e-10 | 1.0e-9",
        );
        check(
            "",
            0.0,
            1e25,
            false,
            "0 | 2.0e24 | 4.0e24 | 6.0e24 | 8.0e24 | 1.0e25",
        );
        check("%", 92.0, 99.5, false, "92% | 94% | 96% | 98% | 100%");
        check("ratio", 0.0, 0.9, false, "0 | 0.2 | 0.4 | 0.6 | 0.8 | 1.0");
    }

    #[test]
    fn constants_get_a_span() {
        check("", 0.0, 0.0, true, "0 | 1");
        check("", 1.0, 1.0, true, "0 | 1");
        check("", 7.0, 7.0, true, "0 | 2 | 4 | 6 | 8");
        check("", -7.0, -7.0, true, "-8 | -6 | -4 | -2 | 0");
    }

    #[test]
    fn extremes_stay_finite() {
        for (low, high) in [
            (-MAX_VALUE, MAX_VALUE),
            (f64::MIN_POSITIVE, f64::MIN_POSITIVE * 2.0),
            (1e-280, 1e-279),
            (1.0, 1.0 + f64::EPSILON),
            (1e15, 1e15 + 1.0),
        ] {
            for unit in ["", "s", "By", "%"] {
                let scale = ValueScale::new(low, high, &Unit::parse(unit), false, 5);
                assert!(scale.ticks.len() >= 2);
                assert!(scale.ticks.iter().all(|tick| tick.value.is_finite()));
                assert!(scale.low < scale.high);
            }
        }
    }
}
