//! From frames to series: pairs of times and values in order of time, with names that tell them
//! apart.

use output::{Column, Frame, TimeRange, Values};

use scale::{Unit, time::MAX_TIME_MS};

/// Series drawn at most; the rest are counted and left out.
pub const MAX_SERIES: usize = 100;

/// One line of a chart, its samples in order of time.
#[derive(Clone, Debug)]
pub struct Series {
    pub label: String,
    pub unit: Unit,
    pub times: Vec<i64>,
    /// As many as `times`; NaN is a gap.
    pub values: Vec<f64>,
    /// Median distance between neighbours; 0 when there are none.
    pub spacing_ms: i64,
}

/// What the frames hold.
#[derive(Clone, Debug, Default)]
pub struct Read {
    pub series: Vec<Series>,
    /// Series beyond [`MAX_SERIES`].
    pub hidden: usize,
    /// The metric, where all series are of one.
    pub metric: Option<String>,
}

/// A series that is still in its frame.
struct Source<'a> {
    frame: &'a Frame,
    times: &'a [i64],
    column: &'a Column,
    numbers: &'a [f64],
    /// Whether the column's name is needed to tell it from others of the frame.
    among_others: bool,
}

/// Takes the series out of frames: in each, the first column of times with every column of
/// numbers. Frames without times have no place on a time axis and are passed over.
pub fn read(frames: &[Frame], range: Option<TimeRange>) -> Read {
    let sources: Vec<Source<'_>> = frames.iter().flat_map(sources).collect();
    let (labels, metric) = labels(&sources);
    let series: Vec<Series> = sources
        .iter()
        .zip(labels)
        .take(MAX_SERIES)
        .map(|(source, label)| series(source, label, range))
        .collect();
    Read {
        hidden: sources.len() - series.len(),
        series,
        metric,
    }
}

/// Names that tell the series of frames apart, as a legend has them, in the order of frames and
/// columns; and the metric that all of them begin with, where there is one.
pub fn series_names<'a>(
    frames: impl IntoIterator<Item = &'a Frame>,
) -> (Vec<String>, Option<String>) {
    let sources: Vec<Source<'_>> = frames.into_iter().flat_map(sources).collect();
    labels(&sources)
}

fn sources(frame: &Frame) -> impl Iterator<Item = Source<'_>> {
    let times = frame
        .columns
        .iter()
        .find_map(|column| match &column.values {
            Values::Times(times) => Some(times.as_slice()),
            Values::Numbers(_) | Values::Texts(_) => None,
        });
    let numbers = |column: &Column| matches!(column.values, Values::Numbers(_));
    let among_others = frame
        .columns
        .iter()
        .filter(|column| numbers(column))
        .count()
        > 1;
    frame.columns.iter().filter_map(move |column| {
        let Values::Numbers(numbers) = &column.values else {
            return None;
        };
        Some(Source {
            frame,
            times: times?,
            column,
            numbers,
            among_others,
        })
    })
}

fn series(source: &Source<'_>, label: String, range: Option<TimeRange>) -> Series {
    let (start_ms, end_ms) = range.map_or((-MAX_TIME_MS, MAX_TIME_MS), |range| {
        (
            range.start_ms.max(-MAX_TIME_MS),
            range.end_ms.min(MAX_TIME_MS),
        )
    });
    let rows = source.times.len().min(source.numbers.len());
    let (times, values) = (&source.times[..rows], &source.numbers[..rows]);
    let (times, values): (Vec<i64>, Vec<f64>) = if times.is_sorted() {
        let from = times.partition_point(|time| *time < start_ms);
        let to = times.partition_point(|time| *time <= end_ms).max(from);
        (times[from..to].to_vec(), values[from..to].to_vec())
    } else {
        let mut pairs: Vec<(i64, f64)> = times
            .iter()
            .copied()
            .zip(values.iter().copied())
            .filter(|(time, _)| (start_ms..=end_ms).contains(time))
            .collect();
        pairs.sort_by_key(|(time, _)| *time);
        pairs.into_iter().unzip()
    };
    Series {
        label,
        unit: Unit::parse(&source.column.unit),
        spacing_ms: median_spacing(&times),
        times,
        values,
    }
}

fn median_spacing(times: &[i64]) -> i64 {
    let mut spacings: Vec<i64> = times
        .windows(2)
        .filter_map(|pair| match pair {
            [before, after] => Some(after - before).filter(|spacing| *spacing > 0),
            _ => None,
        })
        .collect();
    let middle = spacings.len() / 2;
    if spacings.is_empty() {
        return 0;
    }
    *spacings.select_nth_unstable(middle).1
}

/// The metric of a frame: its name, or the label that Prometheus keeps it in.
fn metric(frame: &Frame) -> &str {
    if frame.name.is_empty() {
        label_value(frame, "__name__")
    } else {
        &frame.name
    }
}

/// An absent label and an empty one are the same, as in Prometheus.
fn label_value<'a>(frame: &'a Frame, name: &str) -> &'a str {
    frame
        .labels
        .iter()
        .find(|label| label.name == name)
        .map_or("", |label| label.value.as_str())
}

/// Names for all sources, and the metric that they share.
fn labels(sources: &[Source<'_>]) -> (Vec<String>, Option<String>) {
    let Some(first) = sources.first() else {
        return (Vec::new(), None);
    };
    let shared = metric(first.frame);
    let one_metric = sources.iter().all(|source| metric(source.frame) == shared);
    let mut names: Vec<&str> = sources
        .iter()
        .flat_map(|source| source.frame.labels.iter())
        .map(|label| label.name.as_str())
        .filter(|name| *name != "__name__")
        .collect();
    names.sort_unstable();
    names.dedup();
    let differing: Vec<&str> = names
        .iter()
        .copied()
        .filter(|name| {
            let value = label_value(first.frame, name);
            sources
                .iter()
                .any(|source| label_value(source.frame, name) != value)
        })
        .collect();
    // Nothing to tell apart, so there is room for all that is known of it.
    let alone = sources.len() == 1;
    let shown = if differing.is_empty() && (shared.is_empty() || alone) {
        &names
    } else {
        &differing
    };
    let labels = sources
        .iter()
        .enumerate()
        .map(|(index, source)| {
            let label = label(source, shown);
            if label.is_empty() {
                format!("series {}", index + 1)
            } else {
                label
            }
        })
        .collect();
    let metric = (one_metric && !shared.is_empty()).then(|| shared.to_owned());
    (labels, metric)
}

fn label(source: &Source<'_>, shown: &[&str]) -> String {
    let mut text = metric(source.frame).to_owned();
    let pairs: Vec<String> = shown
        .iter()
        .map(|name| (name, label_value(source.frame, name)))
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| {
            let value = value.replace('\\', "\\\\").replace('"', "\\\"");
            format!("{name}=\"{value}\"")
        })
        .collect();
    if !pairs.is_empty() {
        text = format!("{text}{{{}}}", pairs.join(", "));
    }
    if source.among_others || text.is_empty() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&source.column.name);
    }
    text
}

#[cfg(test)]
mod tests {
    use output::Label;

    use super::*;

    fn frame(name: &str, labels: &[(&str, &str)], columns: &[&str]) -> Frame {
        let times = Column {
            name: "time".to_owned(),
            unit: String::new(),
            values: Values::Times(vec![3, 1, 2]),
        };
        let numbers = columns.iter().map(|name| Column {
            name: (*name).to_owned(),
            unit: String::new(),
            values: Values::Numbers(vec![30.0, 10.0, 20.0, 40.0]),
        });
        Frame {
            name: name.to_owned(),
            labels: labels
                .iter()
                .map(|(name, value)| Label {
                    name: (*name).to_owned(),
                    value: (*value).to_owned(),
                })
                .collect(),
            columns: std::iter::once(times).chain(numbers).collect(),
        }
    }

    fn check(frames: &[Frame], expected: &[&str]) {
        let read = read(frames, None);
        let labels: Vec<&str> = read.series.iter().map(|s| s.label.as_str()).collect();
        assert_eq!(labels, expected);
    }

    #[test]
    fn names_say_what_differs() {
        check(
            &[frame("up", &[("job", "a")], &["value"])],
            &["up{job=\"a\"}"],
        );
        check(
            &[
                frame("up", &[("job", "a"), ("instance", "x")], &["value"]),
                frame("up", &[("job", "a"), ("instance", "y\"z")], &["value"]),
                frame("up", &[("job", "a")], &["value"]),
            ],
            &["up{instance=\"x\"}", "up{instance=\"y\\\"z\"}", "up"],
        );
        check(&[frame("", &[("job", "a")], &["value"])], &["{job=\"a\"}"]);
        check(
            &[
                frame("", &[("__name__", "up")], &["value"]),
                frame("", &[("__name__", "down")], &["value"]),
            ],
            &["up", "down"],
        );
        check(&[frame("", &[], &["value"])], &["value"]);
        check(
            &[frame("cpu", &[], &["p50", "p99"])],
            &["cpu p50", "cpu p99"],
        );
        check(&[frame("", &[], &["", ""])], &["series 1", "series 2"]);
    }

    #[test]
    fn samples_are_put_in_order_and_cut_to_the_range() {
        let read = read(
            &[frame("up", &[], &["value"])],
            Some(TimeRange {
                start_ms: 2,
                end_ms: 9,
            }),
        );
        let series = &read.series[0];
        assert_eq!(series.times, [2, 3]);
        assert_eq!(series.values, [20.0, 30.0]);
    }

    #[test]
    fn only_so_many_are_drawn() {
        let frames: Vec<Frame> = (0..MAX_SERIES + 7)
            .map(|index| frame(&format!("m{index}"), &[], &["value"]))
            .collect();
        let read = read(&frames, None);
        assert_eq!((read.series.len(), read.hidden), (MAX_SERIES, 7));
        assert_eq!(read.metric, None);
    }
}
