//! Invented metrics, logs, a table and widgets, without any network: for the welcome notebook, for
//! trying databook out and for tests.
//!
//! Everything is a function of the time range, so the same request always gets the same answer.

mod incident;
mod metrics;
mod noise;
mod slow;
mod story;

use plugin_sdk::{Answer, Backend, Context, Failure, Options};

use incident::Incident;

/// What can be asked for; the first one is taken when nothing is asked.
const QUERIES: [&str; 9] = [
    "requests", "latency", "cpu", "log", "table", "markdown", "widgets", "slow", "rows",
];

struct Demo;

impl Backend for Demo {
    fn invoke(context: Context, options: Options) -> Result<Answer, Failure> {
        let incident = Incident::of(&context.time_range);
        match options.query() {
            "" | "requests" => Ok(metrics::requests(&context, &incident)),
            "latency" => Ok(metrics::latency(&context, &incident)),
            "cpu" => Ok(metrics::cpu(&context, &incident)),
            "log" => Ok(story::log(&incident)),
            "table" => Ok(story::table()),
            "markdown" => Ok(story::markdown(&incident)),
            "widgets" => Ok(story::widgets(&incident)),
            "slow" => slow::work(options.number("seconds")?),
            "rows" => slow::rows(options.number("seconds")?),
            unknown => Err(
                Failure::invalid(format!("The demo plugin knows no `{unknown}`."))
                    .hint(format!("Ask for one of: {}.", QUERIES.join(", "))),
            ),
        }
    }
}

plugin_sdk::export!(Demo);

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests"
    )]
    use plugin_sdk::{FailureKind, Output, TimeRange, Values};

    use super::*;

    /// 2024-05-07T12:00:00 UTC.
    const NOON_MS: i64 = 1_715_083_200_000;
    const HOUR_MS: i64 = 3_600_000;

    fn ask(query: &str, length_ms: i64) -> Result<Answer, Failure> {
        let context = Context {
            now_ms: NOON_MS,
            time_range: TimeRange {
                start_ms: NOON_MS - length_ms,
                end_ms: NOON_MS,
            },
            width_px: 800,
        };
        Demo::invoke(
            context,
            Options::from_iter([("query", query), ("seconds", "0.1")]),
        )
    }

    #[test]
    fn every_query_answers_and_twice_the_same() {
        for query in QUERIES {
            let answer = ask(query, HOUR_MS).unwrap();
            assert_eq!(answer, ask(query, HOUR_MS).unwrap(), "{query}");
        }
        assert_eq!(ask("", HOUR_MS), ask("requests", HOUR_MS));
    }

    #[test]
    fn metrics_are_labelled_series_of_equal_columns_for_any_range() {
        for length_ms in [-5, 0, 1, 1_000, HOUR_MS, 400 * 24 * HOUR_MS, i64::MAX / 2] {
            for query in ["requests", "latency", "cpu"] {
                let Output::Frames(frames) = ask(query, length_ms).unwrap().output else {
                    panic!("{query} gives frames");
                };
                assert!(frames.len() >= 3, "{query}");
                for frame in frames {
                    assert!(!frame.labels.is_empty());
                    let [times, values] = frame.columns.as_slice() else {
                        panic!("two columns");
                    };
                    let (Values::Times(times), Values::Numbers(numbers)) =
                        (&times.values, &values.values)
                    else {
                        panic!("times and numbers");
                    };
                    assert_eq!(times.len(), numbers.len());
                    assert!(times.len() <= 2_001, "{}", times.len());
                    assert!(times.is_sorted());
                    assert!(
                        numbers
                            .iter()
                            .all(|number| number.is_finite() && *number >= 0.0)
                    );
                    assert!(!values.unit.is_empty());
                }
            }
        }
    }

    #[test]
    fn an_unknown_query_lists_what_exists() {
        let failure = ask("reqests", HOUR_MS).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Invalid);
        for query in QUERIES {
            assert!(failure.hint.contains(query), "{query}");
        }
    }
}
