//! Values over time in rows, the stronger the higher.

use super::{
    axis::TimeAxis,
    draw::{Bar, open_wide},
};
use crate::{
    Heatmap,
    figure::{
        heat::{Heat, STEPS},
        words::{amount, count, hidden},
    },
    html::{At, Writer},
    markup::{Attribute, Markup, Tag},
};
use Attribute::{AriaHidden, AriaLabel, Class, Role, Title};
use scale::{Unit, time};

const MAX_ROWS: usize = 40;
const MAX_COLUMNS: usize = 96;
/// Rows are lower where there are many.
const ROW_PX: f64 = 22.0;
const LOW_ROW_PX: f64 = 14.0;
const MANY_ROWS: usize = 12;
const AXIS_PX: f64 = 34.0;

impl Writer<'_> {
    pub(super) fn heatmap(&mut self, at: At, map: &Heatmap) {
        let unit = Unit::parse(&map.unit);
        let heat = Heat::of(map, &unit, MAX_ROWS, MAX_COLUMNS);
        let times = heat.iter().flat_map(|heat| &heat.columns);
        let axis = TimeAxis::over(times.flat_map(|span| [span.start_ms, span.end_ms]));
        let (Some(heat), Some(axis)) = (&heat, axis) else {
            return self.empty_figure(at, "heatmap", &map.title);
        };
        self.figure(at, "heatmap", &map.title);
        let markup = &mut *self.markup;
        let what = if map.title.is_empty() {
            "Heatmap"
        } else {
            &map.title
        };
        let (low, high) = (heat.extent.low, heat.extent.high);
        let label = format!(
            "{what}: {} over {}, from {} to {}",
            count(heat.rows.len(), "row", "rows"),
            axis.text(),
            unit.base_text(low),
            unit.base_text(high),
        );
        let attributes = [(Class, "chart-rows"), (Role, "img"), (AriaLabel, &*label)];
        markup.open(Tag::Div, &attributes);
        let height = if heat.rows.len() > MANY_ROWS {
            LOW_ROW_PX
        } else {
            ROW_PX
        };
        for (name, row) in map.rows.iter().zip(&heat.rows).rev() {
            let class = "chart-row-label number";
            markup.element(Tag::Span, &[(Class, class), (Title, name)], name);
            open_wide(markup, "chart-row cells", height);
            push_cells(markup, heat, &axis, name, row, (&unit, height));
            markup.close(Tag::Svg);
        }
        markup.element(Tag::Span, &[(Class, "chart-row-label zone")], "UTC");
        open_wide(markup, "chart-row", AXIS_PX);
        axis.push(markup, 0.0);
        markup.close(Tag::Svg).close(Tag::Div);
        push_steps(markup, heat, &unit);
        let mut notices = Vec::new();
        let all = map
            .rows
            .len()
            .min(map.values.len().div_ceil(map.times_ms.len().max(1)));
        notices.extend(hidden(all, heat.rows.len(), "rows"));
        if heat.merged > 1 {
            notices.push(format!("Each column shows the highest of {}.", heat.merged));
        }
        self.end_figure(&notices);
    }
}

fn push_cells(
    markup: &mut Markup,
    heat: &Heat,
    axis: &TimeAxis,
    name: &str,
    row: &[f64],
    (unit, height): (&Unit, f64),
) {
    for (span, value) in heat.columns.iter().zip(row) {
        let Some(step) = heat.step(*value) else {
            continue;
        };
        let title = format!(
            "{}\n{name}: {}",
            time::text(span.start_ms),
            unit.base_text(*value)
        );
        Bar {
            class: &format!("heat-{step}"),
            from: axis.share(span.start_ms),
            to: axis.share(span.end_ms),
            top: 0.0,
            height: height - 1.0,
            title: &title,
        }
        .push(markup);
    }
}

/// What the colours mean: each step's end is said to those who point at it.
fn push_steps(markup: &mut Markup, heat: &Heat, unit: &Unit) {
    markup.open(Tag::P, &[(Class, "chart-steps")]);
    let first = heat.extent.low.min(heat.end_of(0));
    markup.element(Tag::Span, &[], &amount(unit, first));
    for step in 1..=STEPS {
        let title = format!("up to {}", unit.base_text(heat.end_of(step)));
        let class = format!("chart-step heat-{step}");
        let attributes = [(Class, &*class), (Title, &*title), (AriaHidden, "true")];
        markup.element(Tag::Span, &attributes, "");
        if step == STEPS / 2 {
            markup.element(Tag::Span, &[], &unit.base_text(heat.end_of(step)));
        }
    }
    markup.element(Tag::Span, &[], &unit.base_text(heat.extent.high));
    markup.close(Tag::P);
}
