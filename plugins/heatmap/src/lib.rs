//! Series as a heatmap: a row for each, or for each bucket of a histogram.

mod map;

use view_sdk::widgets as ui;
use view_sdk::{Context, Element, Event, Failure, Page, View};

use map::Map;

/// Pixels that a column takes at least.
const COLUMN_PX: u32 = 5;
/// Most columns, whatever the width: more cannot be told apart.
const MAX_COLUMNS: u32 = 240;

struct Heatmap {
    shares: bool,
}

impl View for Heatmap {
    fn new(context: &Context) -> Self {
        Self {
            shares: context.flag("share"),
        }
    }

    fn show(&self, context: &Context) -> Element {
        let columns = (context.width_px / COLUMN_PX).clamp(1, MAX_COLUMNS) as usize;
        let map = Map::of(&context.frames(), context.option("rows"), columns);
        if map.is_empty() {
            return ui::empty("There are no series to show.")
                .hint("A heatmap needs columns of times and numbers: run a query over a range.")
                .build();
        }
        let latest = map.latest();
        let (largest, row) = map.largest();
        let kind = if map.is_histogram {
            "buckets"
        } else {
            "series"
        };
        let stats = ui::row()
            .child(
                ui::stat("Latest, all rows", latest)
                    .unit(map.unit.as_str())
                    .course(map.sums()),
            )
            .child(
                ui::stat("Largest", largest)
                    .unit(map.unit.as_str())
                    .note(row),
            )
            .child(ui::stat("Rows", map.rows.len() as f64).note(kind));
        let (label, title, unit) = if self.shares {
            ("Show values", "Share of each column", "%")
        } else {
            ("Show shares", "Values", map.unit.as_str())
        };
        let drawn = if self.shares {
            map.shares()
        } else {
            map.rows.clone()
        };
        let heatmap = drawn.into_iter().fold(
            ui::heatmap(title, map.times_ms.iter().copied()).unit(unit),
            |heatmap, row| heatmap.row(row.name, row.values),
        );
        ui::stack()
            .child(stats.key("stats"))
            .child(heatmap.key("map"))
            .child(ui::button("shares", label).key("shares"))
    }

    async fn update(page: Page<Self>, event: Event) -> Result<(), Failure> {
        if event.pressed("shares") {
            let mut state = page.state();
            state.shares = !state.shares;
        }
        Ok(())
    }
}

view_sdk::export!(Heatmap);

#[cfg(test)]
mod tests;
