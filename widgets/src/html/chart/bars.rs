//! Bars, lying: names of services are long and screens narrow.

use super::{
    axis::BASELINE_PX,
    draw::{Bar, open_wide, percent, push_legend, push_line, series_class},
};
use crate::{
    BarSeries, Bars,
    figure::{
        points::Extent,
        words::{count, drawable, hidden, one_line},
    },
    html::{At, Writer},
    markup::{Attribute, Markup, Tag},
};
use Attribute::{AriaLabel, Class, Role, Title};
use scale::{Unit, ValueScale};

const MAX_CATEGORIES: usize = 60;
const MAX_SERIES: usize = 12;
/// Bars in all.
const MAX_BARS: usize = 400;
/// Above and under the bars of a category.
const GAP_PX: f64 = 4.0;
const GROUP_GAP_PX: f64 = 6.0;
const LONE_BAR_PX: f64 = 14.0;
const BAR_PX: f64 = 13.0;

impl Writer<'_> {
    pub(super) fn bars(&mut self, at: At, bars: &Bars) {
        let series = &bars.series[..bars.series.len().min(MAX_SERIES)];
        let values = series.iter().map(|series| series.values.len()).max();
        let all = bars.categories.len().min(values.unwrap_or(0));
        let each = if bars.stacked { 1 } else { series.len().max(1) };
        let shown = all.min(MAX_CATEGORIES).min(MAX_BARS / each);
        let unit = Unit::parse(&bars.unit);
        let rows: Vec<Vec<Option<f64>>> = (0..shown)
            .map(|row| values_of(series, row, &unit))
            .collect();
        let ends = rows.iter().flat_map(|row| ends(row, bars.stacked));
        let Some(extent) = Extent::of(ends) else {
            return self.empty_figure(at, "bars", &bars.title);
        };
        let extent = extent.with(0.0);
        let scale = ValueScale {
            low: extent.low,
            high: extent.high,
            ticks: Vec::new(),
        };

        self.figure(at, "bars", &bars.title);
        let markup = &mut *self.markup;
        if bars.series.len() > 1 {
            let entries = series.iter().enumerate();
            push_legend(
                markup,
                entries.map(|(i, series)| (series_class(i), &*series.name)),
            );
        }
        let label = describe(bars, &rows, &unit);
        let attributes = [
            (Class, "chart-rows with-values"),
            (Role, "img"),
            (AriaLabel, &*label),
        ];
        markup.open(Tag::Div, &attributes);
        for (name, row) in bars.categories.iter().zip(&rows) {
            markup.element(
                Tag::Span,
                &[(Class, "chart-row-label"), (Title, name)],
                name,
            );
            let context = Context {
                scale: &scale,
                unit: &unit,
                series,
                name,
            };
            if bars.stacked {
                context.push_stacked(markup, row);
            } else {
                context.push_grouped(markup, row);
            }
        }
        markup.close(Tag::Div);
        let mut notices = Vec::new();
        notices.extend(hidden(all, shown, "categories"));
        notices.extend(hidden(bars.series.len(), series.len(), "series"));
        self.end_figure(&notices);
    }
}

/// What each series has in a category, in the base unit; none for a gap.
fn values_of(series: &[BarSeries], row: usize, unit: &Unit) -> Vec<Option<f64>> {
    let value = |series: &BarSeries| {
        let value = series.values.get(row).map(|value| unit.base(*value));
        value.filter(|value| drawable(*value))
    };
    series.iter().map(value).collect()
}

/// How far a category reaches, up and down.
fn ends(row: &[Option<f64>], stacked: bool) -> Vec<f64> {
    let values = row.iter().flatten().copied();
    if !stacked {
        return values.collect();
    }
    let sum = |positive: bool| -> f64 {
        let side = row
            .iter()
            .flatten()
            .filter(|value| (**value > 0.0) == positive);
        side.sum()
    };
    if values.count() == 0 {
        Vec::new()
    } else {
        vec![sum(true), sum(false)]
    }
}

fn describe(bars: &Bars, rows: &[Vec<Option<f64>>], unit: &Unit) -> String {
    let what = if bars.title.is_empty() {
        "Bars"
    } else {
        &bars.title
    };
    let total = |row: &Vec<Option<f64>>| ends(row, bars.stacked).into_iter().fold(0.0, f64::max);
    let totals: Vec<f64> = rows.iter().map(total).collect();
    let highest = (0..totals.len()).max_by(|a, b| totals[*a].total_cmp(&totals[*b]));
    let highest = highest.map_or(String::new(), |row| {
        let name = bars.categories.get(row).map_or("", String::as_str);
        format!(
            "; highest: {} with {}",
            one_line(name),
            unit.base_text(totals[row])
        )
    });
    format!(
        "{what}: {} of {}{highest}",
        count(rows.len(), "category", "categories"),
        count(bars.series.len(), "series", "series"),
    )
}

/// What is the same for all bars of a category.
struct Context<'a> {
    scale: &'a ValueScale,
    unit: &'a Unit,
    series: &'a [BarSeries],
    name: &'a str,
}

impl Context<'_> {
    fn open(&self, markup: &mut Markup, height: f64) {
        open_wide(markup, "chart-row", height);
        // Each bar says its value: a grid would only say it again.
        let x = percent(self.scale.share(0.0));
        push_line(markup, "axis", (&x, 0.0), (&x, height));
    }

    fn title(&self, series: &BarSeries, value: f64) -> String {
        let name = if series.name.is_empty() {
            String::new()
        } else {
            format!(", {}", series.name)
        };
        format!("{}{name}: {}", self.name, self.unit.base_text(value))
    }

    fn push_grouped(&self, markup: &mut Markup, row: &[Option<f64>]) {
        let (height, gap) = if row.len() == 1 {
            (LONE_BAR_PX, GAP_PX)
        } else {
            (BAR_PX, GROUP_GAP_PX)
        };
        self.open(markup, height * row.len() as f64 + 2.0 * gap);
        for (index, (series, value)) in self.series.iter().zip(row).enumerate() {
            let top = gap + index as f64 * height;
            let Some(value) = *value else {
                self.push_value(markup, 0.0, top + height / 2.0, "no value");
                continue;
            };
            self.push_bar(
                markup,
                index,
                (0.0, value),
                (top, height - 1.0),
                &self.title(series, value),
            );
            self.push_value(
                markup,
                value,
                top + height / 2.0,
                &self.unit.base_text(value),
            );
        }
        markup.close(Tag::Svg);
    }

    fn push_stacked(&self, markup: &mut Markup, row: &[Option<f64>]) {
        self.open(markup, LONE_BAR_PX + 2.0 * GAP_PX);
        let (mut above, mut below) = (0.0, 0.0);
        for (index, (series, value)) in self.series.iter().zip(row).enumerate() {
            let Some(value) = *value else {
                continue;
            };
            let side = if value < 0.0 { &mut below } else { &mut above };
            let from = *side;
            *side += value;
            let ends = (from, *side);
            self.push_bar(
                markup,
                index,
                ends,
                (GAP_PX, LONE_BAR_PX),
                &self.title(series, value),
            );
        }
        let sum = self.unit.base_text(above + below);
        self.push_value(markup, above, GAP_PX + LONE_BAR_PX / 2.0, &sum);
        markup.close(Tag::Svg);
    }

    fn push_bar(
        &self,
        markup: &mut Markup,
        index: usize,
        (from, to): (f64, f64),
        (top, height): (f64, f64),
        title: &str,
    ) {
        let (from, to) = (self.scale.share(from), self.scale.share(to));
        Bar {
            class: &format!("bar {}", series_class(index)),
            from: from.min(to),
            to: from.max(to),
            top,
            height,
            title,
        }
        .push(markup);
    }

    /// Right of the bar; right of nothing for bars that go to the left.
    fn push_value(&self, markup: &mut Markup, value: f64, middle: f64, text: &str) {
        let x = percent(self.scale.share(value.max(0.0)));
        let y = super::draw::px(middle + BASELINE_PX);
        let attributes = [
            (Class, "value"),
            (Attribute::X, &*x),
            (Attribute::Y, &*y),
            (Attribute::Dx, "6"),
        ];
        markup.element(Tag::SvgText, &attributes, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stacks_reach_both_ways() {
        let row = [Some(3.0), None, Some(-2.0), Some(4.0)];
        assert_eq!(ends(&row, true), [7.0, -2.0]);
        assert_eq!(ends(&row, false), [3.0, -2.0, 4.0]);
        assert_eq!(ends(&[None], true), [0.0; 0]);
    }
}
