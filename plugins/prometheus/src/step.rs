//! The points in time of a range query.

use std::time::Duration;

use plugin_sdk::{Failure, TimeRange};

/// Most points of a series that Prometheus gives (`exceeded maximum resolution`).
pub const MAX_POINTS: i64 = 11_000;
/// About one point in so many pixels: more cannot be seen.
const PIXELS_PER_POINT: i64 = 2;
/// Bounds of the points that are asked for, whatever the width.
const POINTS: (i64, i64) = (50, 2_000);
/// Steps that people would choose, in milliseconds; longer ones are whole weeks.
const NICE_STEPS_MS: [i64; 22] = [
    1_000,
    2_000,
    5_000,
    10_000,
    15_000,
    20_000,
    30_000,
    60_000,
    120_000,
    300_000,
    600_000,
    900_000,
    1_200_000,
    1_800_000,
    3_600_000,
    7_200_000,
    10_800_000,
    21_600_000,
    43_200_000,
    86_400_000,
    172_800_000,
    WEEK_MS,
];
const WEEK_MS: i64 = 604_800_000;

/// Start, end and step of a range query, milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    pub start_ms: i64,
    pub end_ms: i64,
    pub step_ms: i64,
}

/// Chooses the points. `wanted` is the step that the cell gives, if it does.
///
/// The first point is at a multiple of the step, so that the points of two runs, or of two cells
/// with the same step, are the same moments.
pub fn grid(range: &TimeRange, width_px: u32, wanted: Option<Duration>) -> Result<Grid, Failure> {
    if range.end_ms < range.start_ms {
        return Err(Failure::invalid("The time range ends before it starts.")
            .hint("Choose a range whose end is after its start."));
    }
    let length_ms = range.length_ms();
    let step_ms = match wanted {
        Some(wanted) => own_step(length_ms, wanted)?,
        None => {
            let points = (i64::from(width_px) / PIXELS_PER_POINT).clamp(POINTS.0, POINTS.1);
            nice_at_least(length_ms / points)
        }
    };
    let start_ms = match range.start_ms.rem_euclid(step_ms) {
        0 => range.start_ms,
        past => range.start_ms.saturating_add(step_ms - past),
    };
    Ok(Grid {
        // A range shorter than a step has perhaps no multiple of it inside: its end is the point.
        start_ms: start_ms.min(range.end_ms),
        end_ms: range.end_ms,
        step_ms,
    })
}

fn own_step(length_ms: i64, wanted: Duration) -> Result<i64, Failure> {
    let step_ms = i64::try_from(wanted.as_millis()).unwrap_or(i64::MAX);
    if step_ms == 0 {
        return Err(Failure::invalid("The option `step` is zero.").hint("Write it like 15s or 1m."));
    }
    let points = length_ms / step_ms;
    if points >= MAX_POINTS {
        let enough = nice_at_least(length_ms / (MAX_POINTS - 1) + 1);
        return Err(Failure::invalid(format!(
            "A step of {} over this range is {points} points; Prometheus gives at most {MAX_POINTS}.",
            words(step_ms)
        ))
        .hint(format!(
            "Use step={} or more, leave it out, or choose a shorter range.",
            words(enough)
        )));
    }
    Ok(step_ms)
}

fn nice_at_least(exact_ms: i64) -> i64 {
    NICE_STEPS_MS
        .into_iter()
        .find(|step| *step >= exact_ms)
        .unwrap_or_else(|| {
            (exact_ms / WEEK_MS)
                .saturating_add(1)
                .saturating_mul(WEEK_MS)
        })
}

/// Milliseconds as the API takes them: seconds, exact to the millisecond.
pub fn seconds(milliseconds: i64) -> String {
    let sign = if milliseconds < 0 { "-" } else { "" };
    let absolute = milliseconds.unsigned_abs();
    match absolute % 1_000 {
        0 => format!("{sign}{}", absolute / 1_000),
        rest => format!("{sign}{}.{rest:03}", absolute / 1_000),
    }
}

/// A step as a cell spells it, in the largest unit that is exact.
fn words(step_ms: i64) -> String {
    [
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
    ]
    .into_iter()
    .find(|(_, unit)| step_ms % unit == 0)
    .map_or_else(
        || format!("{step_ms}ms"),
        |(name, unit)| format!("{}{name}", step_ms / unit),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    fn check(length_ms: i64, width_px: u32, expected_step_ms: i64) {
        let range = TimeRange {
            start_ms: 1_715_083_200_123,
            end_ms: 1_715_083_200_123 + length_ms,
        };
        let grid = grid(&range, width_px, None).unwrap();
        assert_eq!(grid.step_ms, expected_step_ms, "{length_ms} in {width_px}");
        assert!(grid.start_ms >= range.start_ms && grid.start_ms <= range.end_ms);
        assert_eq!(grid.end_ms, range.end_ms);
        assert!((grid.end_ms - grid.start_ms) / grid.step_ms < MAX_POINTS);
    }

    #[test]
    fn about_one_point_in_two_pixels_at_nice_steps() {
        check(HOUR_MS, 800, 10_000);
        check(HOUR_MS, 390, 20_000);
        check(6 * HOUR_MS, 800, 60_000);
        check(24 * HOUR_MS, 800, 300_000);
        check(7 * 24 * HOUR_MS, 800, 1_800_000);
        check(365 * 24 * HOUR_MS, 800, 86_400_000);
        check(0, 800, 1_000);
        check(500, 800, 1_000);
        check(HOUR_MS, 0, 120_000);
        check(HOUR_MS, u32::MAX, 2_000);
        check(3_000 * 24 * HOUR_MS, 100, 9 * WEEK_MS);
    }

    #[test]
    fn points_are_multiples_of_the_step() {
        let range = TimeRange {
            start_ms: 1_001,
            end_ms: 100_000,
        };
        let grid = grid(&range, 800, Some(Duration::from_secs(15))).unwrap();
        assert_eq!((grid.start_ms, grid.step_ms), (15_000, 15_000));
    }

    #[test]
    fn a_step_that_is_too_small_names_one_that_is_not() {
        let range = TimeRange {
            start_ms: 0,
            end_ms: 7 * 24 * HOUR_MS,
        };
        let failure = grid(&range, 800, Some(Duration::from_secs(1))).unwrap_err();
        assert!(failure.message.contains("604800 points"), "{failure:?}");
        assert!(failure.hint.contains("step=1m"), "{failure:?}");
        assert!(grid(&range, 800, Some(Duration::from_secs(60))).is_ok());
        assert!(grid(&range, 800, Some(Duration::ZERO)).is_err());
    }

    #[test]
    fn a_range_the_wrong_way_round_is_refused() {
        let range = TimeRange {
            start_ms: 1,
            end_ms: 0,
        };
        assert!(grid(&range, 800, None).is_err());
    }

    #[test]
    fn times_are_exact() {
        for (milliseconds, expected) in [
            (1_715_083_200_123, "1715083200.123"),
            (15_000, "15"),
            (500, "0.500"),
            (-1_500, "-1.500"),
            (0, "0"),
        ] {
            assert_eq!(seconds(milliseconds), expected);
        }
    }
}
