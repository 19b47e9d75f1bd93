//! A chart laid out for a size: scales, tick positions, decimated lines, legend, description.

use output::{Frame, TimeRange};

use crate::palette::SERIES_COLOURS;
use crate::series::{Read, Series, read};
use scale::thin::{Pieces, drawable, pieces};
use scale::time::{self, MAX_TIME_MS};
use scale::{Unit, ValueScale};

/// In CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub width_px: u32,
    pub height_px: u32,
}

impl Size {
    /// The sizes that can be laid out; others are brought to the nearest.
    pub const SMALLEST: Self = Self {
        width_px: 120,
        height_px: 80,
    };
    pub const LARGEST: Self = Self {
        width_px: 8_192,
        height_px: 4_096,
    };
}

/// Text height on charts.
pub(crate) const FONT_PX: f64 = 11.0;
/// Advance of a character at that height; the widest of the usual monospace faces.
const CHAR_PX: f64 = 6.7;
/// Half a label stands above the topmost grid line.
const TOP_PX: f64 = 9.0;
/// Two lines of labels and the tick marks.
const BOTTOM_PX: f64 = 37.0;
/// Half a time label may stand out.
const RIGHT_PX: f64 = 10.0;
/// Between value labels and the plot.
const GUTTER_GAP_PX: f64 = 10.0;
/// Height for each value tick, so that labels keep apart and the eye can count.
const VALUE_TICK_PX: f64 = 30.0;
/// Half the span shown around samples that all have the same time.
const LONE_TIME_MS: i64 = 30_000;
/// Stands at the left of the time labels.
pub(crate) const ZONE: &str = "UTC";

/// The part of a chart where lines are, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlotArea {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

/// A label at a place: `text_x` is its left edge.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TimeLabel {
    pub mark_x: f64,
    pub text_x: f64,
    pub text: String,
    pub detail: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ValueLabel {
    pub y: f64,
    pub text: String,
}

/// One series as the legend tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct LegendEntry {
    pub label: String,
    /// Into [`crate::Palette::series`]; series beyond the palette share colours.
    pub colour_index: usize,
    /// The latest value there is, in the unit of the column.
    pub last: Option<f64>,
    /// Of the finite values.
    pub min: Option<f64>,
    pub max: Option<f64>,
    /// `last` with its unit, `no value` without.
    pub formatted: String,
}

/// Frames laid out as lines over time. Times are UTC.
#[derive(Clone, Debug)]
pub struct Chart {
    pub(crate) size: Size,
    pub(crate) area: PlotArea,
    pub(crate) start_ms: i64,
    pub(crate) end_ms: i64,
    pub(crate) scale: ValueScale,
    pub(crate) series: Vec<Series>,
    pub(crate) lines: Vec<Pieces>,
    pub(crate) time_labels: Vec<TimeLabel>,
    pub(crate) value_labels: Vec<ValueLabel>,
    legend: Vec<LegendEntry>,
    hidden: usize,
    description: String,
}

impl Chart {
    /// Lays out the series of frames over the time that they cover.
    pub fn new(frames: &[Frame], size: Size) -> Self {
        Self::with_time_range(frames, size, None)
    }

    /// Lays out what lies within a time range, the axis covering all of it. Without a range, as
    /// [`Chart::new`].
    pub fn with_time_range(frames: &[Frame], size: Size, range: Option<TimeRange>) -> Self {
        let size = Size {
            width_px: size
                .width_px
                .clamp(Size::SMALLEST.width_px, Size::LARGEST.width_px),
            height_px: size
                .height_px
                .clamp(Size::SMALLEST.height_px, Size::LARGEST.height_px),
        };
        let range = range.filter(|range| range.start_ms < range.end_ms);
        let read = read(frames, range);
        let (start_ms, end_ms) = span(&read.series, range);
        let values = Values::of(&read.series);
        let unit = shared_unit(&read.series);
        let bottom = f64::from(size.height_px) - BOTTOM_PX;
        let intervals = ((bottom - TOP_PX) / VALUE_TICK_PX) as usize;
        let (low, high) = values.span.unwrap_or((0.0, 1.0));
        let scale = ValueScale::new(low, high, &unit, values.whole, intervals);
        let gutter = scale
            .ticks
            .iter()
            .map(|tick| text_px(&tick.label))
            .fold(text_px(ZONE), f64::max);
        let area = PlotArea {
            left: (gutter + GUTTER_GAP_PX).round(),
            top: TOP_PX,
            right: f64::from(size.width_px) - RIGHT_PX,
            bottom,
        };
        let times = time::range_text(start_ms, end_ms);
        let description = describe(&read, &values, &unit, &times);
        let mut chart = Self {
            size,
            area,
            start_ms,
            end_ms,
            scale,
            lines: Vec::new(),
            time_labels: if range.is_some() || read.series.iter().any(|s| !s.times.is_empty()) {
                time_labels(area, start_ms, end_ms, f64::from(size.width_px))
            } else {
                Vec::new()
            },
            value_labels: Vec::new(),
            legend: read.series.iter().enumerate().map(legend_entry).collect(),
            hidden: read.hidden,
            series: read.series,
            description,
        };
        chart.value_labels = chart
            .scale
            .ticks
            .iter()
            .map(|tick| ValueLabel {
                y: chart.y_px(tick.value),
                text: if values.span.is_some() {
                    tick.label.clone()
                } else {
                    String::new()
                },
            })
            .collect();
        chart.lines = chart.series.iter().map(|s| chart.line(s)).collect();
        chart
    }

    /// The series in the order of their colours.
    pub fn legend(&self) -> &[LegendEntry] {
        &self.legend
    }

    /// What the chart shows, in a sentence for those who do not see it.
    pub fn describe(&self) -> String {
        self.description.clone()
    }

    /// Series that are drawn.
    pub fn series_count(&self) -> usize {
        self.series.len()
    }

    /// Series that were left out because there are too many.
    pub fn hidden_series(&self) -> usize {
        self.hidden
    }

    /// The size after it was brought to one that can be laid out.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Where the lines are, for overlays such as the pointer's line.
    pub fn area(&self) -> PlotArea {
        self.area
    }

    /// The span of the time axis.
    pub fn time_range(&self) -> TimeRange {
        TimeRange {
            start_ms: self.start_ms,
            end_ms: self.end_ms,
        }
    }

    pub(crate) fn x_px(&self, time_ms: i64) -> f64 {
        time_x(self.area, self.start_ms, self.end_ms, time_ms)
    }

    /// `value` in base units of the axis.
    pub(crate) fn y_px(&self, value: f64) -> f64 {
        let PlotArea { top, bottom, .. } = self.area;
        bottom - self.scale.share(value) * (bottom - top)
    }

    fn line(&self, series: &Series) -> Pieces {
        pieces(
            series
                .times
                .iter()
                .copied()
                .zip(series.values.iter().copied()),
            series.spacing_ms,
            |time_ms| self.x_px(time_ms),
            |value| self.y_px(series.unit.base(value)),
        )
    }
}

fn time_x(area: PlotArea, start_ms: i64, end_ms: i64, time_ms: i64) -> f64 {
    let share = (time_ms - start_ms) as f64 / (end_ms - start_ms) as f64;
    area.left + share * (area.right - area.left)
}

/// Estimated width of a text; the fonts themselves are known to the browser only.
pub(crate) fn text_px(text: &str) -> f64 {
    text.chars().count() as f64 * CHAR_PX
}

/// The times shown: the range asked for, or else what the series cover.
fn span(series: &[Series], range: Option<TimeRange>) -> (i64, i64) {
    if let Some(range) = range {
        let start_ms = range.start_ms.clamp(-MAX_TIME_MS, MAX_TIME_MS - 1);
        return (start_ms, range.end_ms.clamp(start_ms + 1, MAX_TIME_MS));
    }
    let first = series.iter().filter_map(|s| s.times.first()).min();
    let last = series.iter().filter_map(|s| s.times.last()).max();
    match (first, last) {
        (Some(first), Some(last)) if first < last => (*first, *last),
        (Some(lone), _) => (lone - LONE_TIME_MS, lone + LONE_TIME_MS),
        (None, _) => (0, LONE_TIME_MS),
    }
}

/// What is known about all values that can be drawn, in base units.
struct Values {
    span: Option<(f64, f64)>,
    whole: bool,
}

impl Values {
    fn of(series: &[Series]) -> Self {
        let mut span: Option<(f64, f64)> = None;
        let mut whole = true;
        for series in series {
            for value in series.values.iter().map(|value| series.unit.base(*value)) {
                if drawable(value) {
                    let (low, high) = span.unwrap_or((value, value));
                    span = Some((low.min(value), high.max(value)));
                    whole &= value.fract() == 0.0;
                }
            }
        }
        Self { span, whole }
    }
}

/// The unit of the axis: that of the series where they agree.
fn shared_unit(series: &[Series]) -> Unit {
    let mut units = series.iter().map(|series| &series.unit);
    match units.next() {
        Some(first) if units.all(|unit| unit.kind() == first.kind()) => first.clone(),
        _ => Unit::number(),
    }
}

fn legend_entry((index, series): (usize, &Series)) -> LegendEntry {
    let finite = || series.values.iter().copied().filter(|v| v.is_finite());
    let last = series.values.iter().rev().copied().find(|v| !v.is_nan());
    LegendEntry {
        label: series.label.clone(),
        colour_index: index % SERIES_COLOURS,
        last,
        min: finite().reduce(f64::min),
        max: finite().reduce(f64::max),
        formatted: series.unit.text(last.unwrap_or(f64::NAN)),
    }
}

fn time_labels(area: PlotArea, start_ms: i64, end_ms: i64, width_px: f64) -> Vec<TimeLabel> {
    // Room for the zone before the first label.
    let leftmost = text_px(ZONE) + GUTTER_GAP_PX;
    let mut labels: Vec<TimeLabel> = Vec::new();
    let mut text_end = 0.0;
    let mut detail: Option<(usize, f64)> = None;
    for tick in time::ticks(start_ms, end_ms, area.right - area.left, CHAR_PX) {
        let mark_x = time_x(area, start_ms, end_ms, tick.time_ms);
        let width = text_px(&tick.label);
        let text_x = (mark_x - width / 2.0)
            .min(width_px - width)
            .max(leftmost)
            .max(text_end);
        text_end = text_x + width + CHAR_PX;
        let mut label = TimeLabel {
            mark_x,
            text_x,
            text: tick.label,
            detail: tick.detail,
        };
        if let Some(text) = &label.detail {
            if text_x + text_px(text) > width_px {
                // No room at the right edge, and the tooltip says it.
                label.detail = None;
            } else {
                // A new date says more than the first one when both do not fit.
                if let Some((before, end)) = detail
                    && text_x < end
                    && let Some(before) = labels.get_mut(before)
                {
                    before.detail = None;
                }
                detail = Some((labels.len(), text_x + text_px(text) + CHAR_PX));
            }
        }
        labels.push(label);
    }
    labels
}

fn describe(read: &Read, values: &Values, unit: &Unit, times: &str) -> String {
    let subject = match read.series.as_slice() {
        [] => return "Line chart without series".to_owned(),
        [one] => one.label.clone(),
        many => {
            let count = match read.hidden {
                0 => many.len().to_string(),
                hidden => format!("{} of {}", many.len(), many.len() + hidden),
            };
            match &read.metric {
                Some(metric) => format!("{count} series of {metric}"),
                None => format!("{count} series"),
            }
        }
    };
    match values.span {
        None => format!("Line chart of {subject} from {times}, no values"),
        Some((low, high)) if low == high => {
            format!(
                "Line chart of {subject} from {times}, always {}",
                unit.base_text(low)
            )
        }
        Some((low, high)) => format!(
            "Line chart of {subject} from {times}, values {} to {}",
            unit.base_text(low),
            unit.base_text(high)
        ),
    }
}
