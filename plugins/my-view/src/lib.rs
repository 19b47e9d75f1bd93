//! The latest value of each series, and which of them are too high.

use view_sdk::widgets::{self as ui, Tone};
use view_sdk::{Context, Element, Event, Failure, Page, View, What, series};

/// What the view remembers between two events.
#[derive(Default)]
struct Latest {
    only_marked: bool,
}

impl View for Latest {
    fn new(_context: &Context) -> Self {
        Self::default()
    }

    fn show(&self, context: &Context) -> Element {
        let warn = context.number("warn").unwrap_or(f64::INFINITY);
        let all: Vec<_> = context.frames().into_iter().flat_map(series).collect();
        if all.is_empty() {
            return ui::empty("There is nothing to show.")
                .hint("This view shows series: run a query that gives some.")
                .build();
        }
        let latest = all.into_iter().filter_map(|one| {
            let value = *one.values.last()?;
            let stat = ui::stat(one.name, value)
                .unit(one.unit)
                .course(one.values)
                .threshold(warn, Tone::Warn, "high");
            (!self.only_marked || value >= warn).then_some(stat)
        });
        ui::stack()
            .child(ui::toggle("marked", "Only what is high", self.only_marked).key("marked"))
            .child(ui::grid(200).children(latest).key("latest"))
    }

    async fn update(page: Page<Self>, event: Event) -> Result<(), Failure> {
        if let What::Flag("marked", on) = event.what() {
            page.state().only_marked = on;
        }
        Ok(())
    }
}

view_sdk::export!(Latest);

#[cfg(test)]
mod tests {
    use view_sdk::testing::{Driver, NOON_MS, Value, context};
    use view_sdk::{Column, Frame, Kind, Output, Values};

    use super::*;

    fn frame(name: &str, values: &[f64]) -> Frame {
        let times = (0..values.len() as i64).map(|step| NOON_MS + step * 60_000);
        let column = |name: &str, values| Column {
            name: name.to_owned(),
            unit: String::new(),
            values,
        };
        Frame {
            name: name.to_owned(),
            labels: Vec::new(),
            columns: vec![
                column("time", Values::Times(times.collect())),
                column("value", Values::Numbers(values.to_vec())),
            ],
        }
    }

    /// The names of what is shown.
    fn stats(driver: &Driver<Latest>) -> Vec<String> {
        let nodes = driver.tree().nodes.iter();
        let label = |kind: &Kind| match kind {
            Kind::Stat(stat) => Some(stat.label.clone()),
            _ => None,
        };
        nodes.filter_map(|node| label(&node.kind)).collect()
    }

    #[test]
    fn the_latest_values_are_shown_and_can_be_narrowed_down() {
        let frames = vec![frame("calm", &[1.0, 2.0]), frame("busy", &[1.0, 9.0])];
        let context = context()
            .option("warn", "5")
            .output("", Output::Frames(frames));
        let mut driver = Driver::<Latest>::start(context);
        assert_eq!(stats(&driver), ["calm", "busy"]);
        driver.input("marked", Value::Flag(true));
        assert_eq!(stats(&driver), ["busy"]);
    }

    #[test]
    fn without_series_it_says_what_to_do() {
        let driver = Driver::<Latest>::start(context());
        assert_eq!(stats(&driver), [""; 0]);
    }
}
