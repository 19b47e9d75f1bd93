//! From the frames of an output to the series of a chart.

use output::{Frame, Values};
use widgets::Series;

/// The series of a frame: its first column of times against each column of numbers.
///
/// ```
/// use view_sdk::{Context, Element, series, widgets as ui};
///
/// fn plot(context: &Context) -> Element {
///     let all = context.frames().into_iter().flat_map(series);
///     ui::time_series("Requests").with_series(all).build()
/// }
/// ```
pub fn series(frame: &Frame) -> Vec<Series> {
    let times = frame
        .columns
        .iter()
        .find_map(|column| match &column.values {
            Values::Times(times) => Some(times),
            Values::Numbers(_) | Values::Texts(_) => None,
        });
    let Some(times) = times else {
        return Vec::new();
    };
    let numbers: Vec<_> = frame
        .columns
        .iter()
        .filter_map(|column| match &column.values {
            Values::Numbers(numbers) => Some((column, numbers)),
            Values::Times(_) | Values::Texts(_) => None,
        })
        .collect();
    let several = numbers.len() > 1;
    numbers
        .into_iter()
        .map(|(column, numbers)| {
            let name = series_name(frame);
            let rows = times.len().min(numbers.len());
            Series {
                name: match (several, name.is_empty()) {
                    (false, false) => name,
                    (true, false) => format!("{name} {}", column.name),
                    (_, true) => column.name.clone(),
                },
                unit: column.unit.clone(),
                times_ms: times.iter().take(rows).copied().collect(),
                values: numbers.iter().take(rows).copied().collect(),
            }
        })
        .collect()
}

/// What a frame is called: its name and its labels.
pub fn series_name(frame: &Frame) -> String {
    if frame.labels.is_empty() {
        return frame.name.clone();
    }
    let labels: Vec<String> = frame
        .labels
        .iter()
        .map(|label| format!("{}={}", label.name, label.value))
        .collect();
    format!("{}{{{}}}", frame.name, labels.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use output::{Column, Label};

    fn column(name: &str, values: Values) -> Column {
        Column {
            name: name.to_owned(),
            unit: "s".to_owned(),
            values,
        }
    }

    #[test]
    fn each_column_of_numbers_is_a_series_over_the_times() {
        let mut frame = Frame {
            name: "latency".to_owned(),
            labels: vec![Label {
                name: "job".to_owned(),
                value: "api".to_owned(),
            }],
            columns: vec![
                column("time", Values::Times(vec![1, 2])),
                column("p50", Values::Numbers(vec![0.1, 0.2])),
            ],
        };
        let [one] = series(&frame).try_into().unwrap_or_default();
        assert_eq!(one.name, "latency{job=api}");
        assert_eq!((one.unit.as_str(), one.times_ms), ("s", vec![1, 2]));

        frame
            .columns
            .push(column("p99", Values::Numbers(vec![1.0, 2.0])));
        let names: Vec<String> = series(&frame).into_iter().map(|one| one.name).collect();
        assert_eq!(names, ["latency{job=api} p50", "latency{job=api} p99"]);
        frame.columns.remove(0);
        assert_eq!(series(&frame), []);
    }
}
