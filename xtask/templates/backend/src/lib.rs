//! A straight line over the time range: a place to start from.

use plugin_sdk::{Answer, Backend, Context, Failure, Frame, Options, TimeRange};

/// Points of the line.
const POINTS: i64 = 60;

struct Line;

impl Backend for Line {
    fn invoke(context: Context, options: Options) -> Result<Answer, Failure> {
        let slope = options.number("slope")?.unwrap_or(1.0);
        let frame = line(&context.time_range, slope);
        Ok(Answer::frames(vec![frame]))
    }
}

plugin_sdk::export!(Line);

/// Apart from `invoke`, so that it can be tested without anything around it.
fn line(range: &TimeRange, slope: f64) -> Frame {
    let times: Vec<i64> = (0..=POINTS)
        .map(|point| range.start_ms + range.length_ms() / POINTS * point)
        .collect();
    let minutes = |time_ms: &i64| (time_ms - range.start_ms) as f64 / 60_000.0;
    let values = times.iter().map(|time_ms| minutes(time_ms) * slope);
    Frame::series("line", times.clone(), values.collect())
        .unit("1")
        .build()
}

#[cfg(test)]
mod tests {
    use plugin_sdk::Values;

    use super::*;

    #[test]
    fn the_line_rises_by_its_slope() {
        let hour = TimeRange {
            start_ms: 0,
            end_ms: 3_600_000,
        };
        let frame = line(&hour, 2.0);
        let last = frame.columns.last().map(|column| &column.values);
        assert!(
            matches!(last, Some(Values::Numbers(values)) if values.last() == Some(&120.0)),
            "{last:?}"
        );
    }
}
