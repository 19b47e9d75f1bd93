//! Lines, areas, stacks and points over time.

use super::{
    axis::{Plot, TOP_PX, TimeAxis},
    draw::{
        Bar, LINE_WIDTH, dots, open_stretched, path, push_line, push_path, push_swatch, push_text,
        push_tone, px, series_class,
    },
    stacked::Stack,
};
use crate::{
    ChartStyle, Series, TimeSeries,
    figure::{
        points::{Extent, Sample, levels, pieces, samples, shared_unit},
        words::{count, drawable, hidden, join, says},
    },
    html::{At, Writer},
    markup::{Attribute, Markup, Tag},
};
use Attribute::{Class, DataTone, Scope};
use scale::{Unit, time};

const HEIGHT_PX: f64 = 200.0;
/// Series beyond these are not drawn: nobody tells more apart.
const MAX_SERIES: usize = 24;
/// Places that tell their values when they are pointed at, and how many series they tell.
const MAX_BANDS: usize = 48;
const BAND_SERIES: usize = 12;
/// Thresholds that are drawn; labels nearer to each other than this would overlap.
const MAX_THRESHOLDS: usize = 8;
const LABEL_PX: f64 = 13.0;

/// One series as it is drawn.
pub(super) struct Line<'a> {
    pub series: &'a Series,
    pub samples: Vec<Sample>,
    unit: Unit,
    /// Whether the samples are in the base unit.
    base: bool,
}

impl Line<'_> {
    fn print(&self, value: f64) -> String {
        match (drawable(value), self.base) {
            (false, _) => "no value".to_owned(),
            (true, true) => self.unit.base_text(value),
            (true, false) => self.unit.text(value),
        }
    }

    fn extent(&self) -> Option<Extent> {
        Extent::of(self.samples.iter().map(|sample| sample.value))
    }

    fn last(&self) -> f64 {
        let mut values = self.samples.iter().rev().map(|sample| sample.value);
        values.find(|value| drawable(*value)).unwrap_or(f64::NAN)
    }
}

impl Writer<'_> {
    pub(super) fn time_series(&mut self, at: At, chart: &TimeSeries) {
        let shown = &chart.series[..chart.series.len().min(MAX_SERIES)];
        let shared = shared_unit(shown);
        let lines: Vec<Line<'_>> = shown
            .iter()
            .map(|series| Line {
                series,
                samples: samples(series, shared.as_ref()),
                unit: Unit::parse(&series.unit),
                base: shared.is_some(),
            })
            .collect();
        let data = Extent::of(
            lines
                .iter()
                .filter_map(Line::extent)
                .flat_map(|e| [e.low, e.high]),
        );
        let times = lines.iter().flat_map(|line| &line.samples);
        let axis = TimeAxis::over(times.map(|sample| sample.time_ms));
        let (Some(data), Some(axis)) = (data, axis) else {
            return self.empty_figure(at, "time-series", &chart.title);
        };
        let unit = shared.unwrap_or_else(Unit::number);
        let stack = (chart.style == ChartStyle::Stacked).then(|| Stack::of(&lines, &axis));
        let mut extent = stack.as_ref().and_then(Stack::extent).unwrap_or(data);
        if matches!(chart.style, ChartStyle::Areas | ChartStyle::Stacked) {
            extent = extent.with(0.0);
        }
        let levels = levels(&chart.thresholds, &unit);
        let extent = extent.with_near(levels.iter().copied());
        let mut values = lines.iter().flat_map(|line| &line.samples);
        let whole = values.all(|sample| sample.value.is_nan() || sample.value.fract() == 0.0);
        let plot = Plot::new(extent, &unit, whole, HEIGHT_PX);

        self.figure(at, "time-series", &chart.title);
        let markup = &mut *self.markup;
        let label = describe(chart, &lines, &axis, &unit, data);
        plot.open(markup, &label, "UTC");
        axis.push(markup, plot.bottom());
        open_stretched(markup, plot.bottom());
        match &stack {
            Some(stack) => stack.push(markup, &plot, &lines),
            None => push_lines(markup, chart.style, &plot, &axis, &lines),
        }
        markup.close(Tag::Svg);
        push_thresholds(markup, chart, &levels, &plot, &unit);
        push_bands(markup, &axis, &plot, &lines);
        plot.close(markup);
        push_legend(markup, chart, &lines, &levels, &plot, &unit);
        let mut notices = Vec::new();
        notices.extend(hidden(chart.series.len(), shown.len(), "series"));
        if lines.iter().any(|line| !line.base) {
            notices.push("The series have different units; the axis shows plain numbers.".into());
        }
        self.end_figure(&notices);
    }
}

/// What the chart shows, in a sentence.
fn describe(
    chart: &TimeSeries,
    lines: &[Line<'_>],
    axis: &TimeAxis,
    unit: &Unit,
    data: Extent,
) -> String {
    let what = if chart.title.is_empty() {
        "Chart"
    } else {
        &chart.title
    };
    format!(
        "{what}: {} over {}, from {} to {}",
        count(lines.len(), "series", "series"),
        axis.text(),
        unit.base_text(data.low),
        unit.base_text(data.high),
    )
}

/// What a series says when its line is pointed at.
pub(super) fn title(line: &Line<'_>) -> String {
    let range = line.extent().map_or(String::new(), |extent| {
        format!("{} to {}", line.print(extent.low), line.print(extent.high))
    });
    join(&[line.series.name.clone(), range], ": ")
}

fn push_lines(
    markup: &mut Markup,
    style: ChartStyle,
    plot: &Plot,
    axis: &TimeAxis,
    lines: &[Line<'_>],
) {
    let x = |time_ms| axis.share(time_ms) * LINE_WIDTH;
    // The first series is drawn last: it is what the chart is about.
    for (index, line) in lines.iter().enumerate().rev() {
        let class = series_class(index);
        let title = title(line);
        let (mut strokes, mut fills, mut lone) = (String::new(), String::new(), String::new());
        for piece in pieces(&line.samples, x, |value| plot.y(value)) {
            if style == ChartStyle::Points || piece.len() == 1 {
                lone.push_str(&dots(&piece));
                continue;
            }
            let d = path(&piece);
            if style == ChartStyle::Areas
                && let ([first, ..], [.., last]) = (piece.as_slice(), piece.as_slice())
            {
                let foot = px(plot.foot());
                fills.push_str(&format!("{d}L{} {foot}H{}Z", px(last.x), px(first.x)));
            }
            strokes.push_str(&d);
        }
        for (kind, d) in [("fill", fills), ("line", strokes), ("dots", lone)] {
            if !d.is_empty() {
                push_path(markup, &format!("{kind} {class}"), &d, &title);
            }
        }
    }
}

fn push_thresholds(
    markup: &mut Markup,
    chart: &TimeSeries,
    levels: &[f64],
    plot: &Plot,
    unit: &Unit,
) {
    let mut labelled: Vec<f64> = Vec::new();
    for (threshold, level) in chart.thresholds.iter().zip(levels).take(MAX_THRESHOLDS) {
        if !on_plot(plot, *level) {
            continue;
        }
        let y = plot.y(*level);
        markup.open(Tag::G, &[(DataTone, threshold.tone.name())]);
        push_line(markup, "threshold", ("0", y), ("100%", y));
        if labelled.iter().all(|other| (other - y).abs() >= LABEL_PX) {
            labelled.push(y);
            let text = join(&[threshold.label.clone(), unit.base_text(*level)], " ");
            let above = if y - LABEL_PX < TOP_PX {
                y + LABEL_PX
            } else {
                y - 4.0
            };
            push_text(markup, "threshold-label", ("100%", above), "end", &text);
        }
        markup.close(Tag::G);
    }
}

fn on_plot(plot: &Plot, level: f64) -> bool {
    level >= plot.scale.low && level <= plot.scale.high
}

/// Invisible columns over the plot: pointed at, they tell the values there.
fn push_bands(markup: &mut Markup, axis: &TimeAxis, plot: &Plot, lines: &[Line<'_>]) {
    let most = lines
        .iter()
        .map(|line| line.samples.len())
        .max()
        .unwrap_or(0);
    let bands = most.min(MAX_BANDS);
    let span = (axis.end_ms - axis.start_ms) as f64;
    let mut next = vec![0; lines.len()];
    for band in 0..bands {
        let end = |place: usize| axis.start_ms + (span * place as f64 / bands as f64) as i64;
        let until = if band + 1 == bands {
            i64::MAX
        } else {
            end(band + 1)
        };
        let mut told = Vec::new();
        let mut when = None;
        for (line, next) in lines.iter().zip(&mut next).take(BAND_SERIES) {
            let from = *next;
            while line
                .samples
                .get(*next)
                .is_some_and(|sample| sample.time_ms < until)
            {
                *next += 1;
            }
            let inside = &line.samples[from..*next];
            if let Some(last) = inside.iter().rev().find(|sample| drawable(sample.value)) {
                when = when.max(Some(last.time_ms));
                told.push(format!("{}: {}", line.series.name, line.print(last.value)));
            }
        }
        let Some(when) = when else {
            continue;
        };
        let title = format!("{}\n{}", time::text(when), told.join("\n"));
        Bar {
            class: "band",
            from: band as f64 / bands as f64,
            to: (band + 1) as f64 / bands as f64,
            top: TOP_PX,
            height: plot.height,
            title: &title,
        }
        .push(markup);
    }
}

/// A line for each series with its numbers, then what the thresholds are.
fn push_legend(
    markup: &mut Markup,
    chart: &TimeSeries,
    lines: &[Line<'_>],
    levels: &[f64],
    plot: &Plot,
    unit: &Unit,
) {
    markup.open(Tag::Div, &[(Class, "chart-table")]);
    markup
        .open(Tag::Table, &[])
        .open(Tag::Thead, &[])
        .open(Tag::Tr, &[]);
    for head in ["Series", "last", "min", "max"] {
        markup.element(Tag::Th, &[(Scope, "col")], head);
    }
    markup
        .close(Tag::Tr)
        .close(Tag::Thead)
        .open(Tag::Tbody, &[]);
    for (index, line) in lines.iter().enumerate() {
        markup.open(Tag::Tr, &[]);
        markup.open(
            Tag::Th,
            &[(Scope, "row"), (Attribute::Title, &line.series.name)],
        );
        push_swatch(markup, &series_class(index));
        markup.text(&line.series.name).close(Tag::Th);
        let extent = line.extent();
        let (low, high) = extent.map_or((f64::NAN, f64::NAN), |e| (e.low, e.high));
        for value in [line.last(), low, high] {
            markup.element(Tag::Td, &[], &line.print(value));
        }
        markup.close(Tag::Tr);
    }
    markup.close(Tag::Tbody).close(Tag::Table).close(Tag::Div);
    if chart.thresholds.is_empty() {
        return;
    }
    markup.open(Tag::Ul, &[(Class, "chart-legend")]);
    for (threshold, level) in chart.thresholds.iter().zip(levels).take(MAX_THRESHOLDS) {
        let place = match *level {
            level if !drawable(level) || on_plot(plot, level) => "",
            level if level > plot.scale.high => " (above the chart)",
            _ => " (below the chart)",
        };
        let words = join(&[says(threshold), unit.base_text(*level)], ", from ");
        markup.open(Tag::Li, &[]);
        push_tone(markup, threshold.tone, &format!("{words}{place}"));
        markup.close(Tag::Li);
    }
    markup.close(Tag::Ul);
}
