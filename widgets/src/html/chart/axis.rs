//! Axes: values upwards with a grid, times across.

use super::draw::{CHARACTER_PX, open_wide, percent, push_line, push_text, px};
use crate::{
    figure::points::Extent,
    markup::{Attribute, Markup, Tag},
};
use Attribute::{AriaHidden, AriaLabel, Class, Height, Role, Width};
use scale::{
    Unit, ValueScale,
    time::{self, MAX_TIME_MS},
};

/// Half a label stands above the topmost line.
pub(super) const TOP_PX: f64 = 8.0;
/// Two lines of labels under a plot, or one.
const BOTTOM_PX: f64 = 34.0;
const LOW_BOTTOM_PX: f64 = 22.0;
/// From a plot's foot to the baselines of the labels.
const FIRST_LINE_PX: f64 = 17.0;
const SECOND_LINE_PX: f64 = 30.0;
/// Between value labels and the plot.
const GAP_PX: f64 = 8.0;
/// Height of one step, so that labels keep apart and the eye can count.
const STEP_PX: f64 = 36.0;
/// From the middle of a line of text to its baseline.
pub(super) const BASELINE_PX: f64 = 4.0;
/// Half the span shown around a lone time.
const LONE_TIME_MS: i64 = 30_000;
/// Times come with labels for two widths, of which the style sheet shows the one that fits; these
/// are the least widths of each.
const WIDTHS: [(&str, f64); 2] = [("wide", 560.0), ("narrow", 180.0)];

/// A plot with values upwards.
pub(super) struct Plot {
    pub scale: ValueScale,
    pub height: f64,
}

impl Plot {
    pub(super) fn new(extent: Extent, unit: &Unit, whole: bool, height: f64) -> Self {
        let steps = (height / STEP_PX) as usize;
        let scale = ValueScale::new(extent.low, extent.high, unit, whole, steps.max(1));
        Self { scale, height }
    }

    /// Pixels from the top of the drawing.
    pub(super) fn y(&self, value: f64) -> f64 {
        TOP_PX + (1.0 - self.scale.share(value).clamp(0.0, 1.0)) * self.height
    }

    /// The line that bars and areas stand on: zero where it is shown.
    pub(super) fn foot(&self) -> f64 {
        self.y(0.0)
    }

    pub(super) fn bottom(&self) -> f64 {
        TOP_PX + self.height
    }

    /// Starts the plot: what it says, the labels at its left, the grid. `corner` stands before the
    /// labels under it.
    pub(super) fn open(&self, markup: &mut Markup, label: &str, corner: &str) {
        let attributes = [(Class, "chart-plot"), (Role, "img"), (AriaLabel, label)];
        markup.open(Tag::Div, &attributes);
        let ticks = &self.scale.ticks;
        let labels = ticks.iter().map(|tick| tick.label.as_str());
        let longest = labels
            .chain([corner])
            .map(|label| label.chars().count())
            .max();
        let width = longest.unwrap_or(0) as f64 * CHARACTER_PX + GAP_PX;
        let (right, width) = (px(width - GAP_PX), px(width));
        let foot = if corner.is_empty() {
            LOW_BOTTOM_PX
        } else {
            BOTTOM_PX
        };
        let height = self.bottom() + foot;
        let attributes = [
            (Class, "chart-axis"),
            (Width, &*width),
            (Height, &px(height)),
            (AriaHidden, "true"),
        ];
        markup.open(Tag::Svg, &attributes);
        for tick in ticks {
            let at = (&*right, self.y(tick.value) + BASELINE_PX);
            push_text(markup, "tick", at, "end", &tick.label);
        }
        if !corner.is_empty() {
            let at = (&*right, self.bottom() + FIRST_LINE_PX);
            push_text(markup, "tick", at, "end", corner);
        }
        markup.close(Tag::Svg);
        open_wide(markup, "chart-area", height);
        for tick in ticks {
            let y = self.y(tick.value);
            push_line(markup, "grid", ("0", y), ("100%", y));
        }
    }

    /// The line at the foot, over what was drawn, and the end of it all.
    pub(super) fn close(&self, markup: &mut Markup) {
        let y = self.foot();
        push_line(markup, "axis", ("0", y), ("100%", y));
        markup.close(Tag::Svg).close(Tag::Div);
    }
}

/// From when to when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct TimeAxis {
    pub start_ms: i64,
    pub end_ms: i64,
}

impl TimeAxis {
    /// Over all of these times; none when there are none.
    pub(super) fn over(times: impl IntoIterator<Item = i64>) -> Option<Self> {
        let clamped = times
            .into_iter()
            .map(|time| time.clamp(-MAX_TIME_MS, MAX_TIME_MS));
        let (start_ms, end_ms) = clamped.fold(None, |span: Option<(i64, i64)>, time| {
            Some(span.map_or((time, time), |(start, end)| {
                (start.min(time), end.max(time))
            }))
        })?;
        Some(if start_ms == end_ms {
            Self {
                start_ms: start_ms - LONE_TIME_MS,
                end_ms: end_ms + LONE_TIME_MS,
            }
        } else {
            Self { start_ms, end_ms }
        })
    }

    /// 0 at the start, 1 at the end.
    pub(super) fn share(&self, time_ms: i64) -> f64 {
        let time_ms = time_ms.clamp(self.start_ms, self.end_ms);
        (time_ms - self.start_ms) as f64 / (self.end_ms - self.start_ms).max(1) as f64
    }

    pub(super) fn text(&self) -> String {
        time::range_text(self.start_ms, self.end_ms)
    }

    /// Marks and labels under `y`.
    pub(super) fn push(&self, markup: &mut Markup, y: f64) {
        for (class, width) in WIDTHS {
            let ticks = time::ticks(self.start_ms, self.end_ms, width, CHARACTER_PX);
            let labels = ticks.iter().map(|tick| Label {
                share: self.share(tick.time_ms),
                text: &tick.label,
                detail: tick.detail.as_deref(),
            });
            push_labels(markup, (class, width), y, labels);
        }
    }
}

/// A label under an axis.
pub(super) struct Label<'a> {
    pub share: f64,
    pub text: &'a str,
    pub detail: Option<&'a str>,
}

/// Labels for a drawing that is at least so wide; at its ends they stay inside.
pub(super) fn push_labels<'a>(
    markup: &mut Markup,
    (class, width): (&str, f64),
    y: f64,
    labels: impl Iterator<Item = Label<'a>>,
) {
    markup.open(Tag::G, &[(Class, class)]);
    for label in labels {
        let x = percent(label.share);
        push_line(markup, "axis", (&x, y), (&x, y + 4.0));
        let anchor = |text: &str| {
            let half = text.chars().count() as f64 * CHARACTER_PX / 2.0 / width;
            match label.share {
                share if share < half => "start",
                share if share > 1.0 - half => "end",
                _ => "middle",
            }
        };
        // The date under a clock begins where the clock does.
        let first = anchor(label.text);
        push_text(markup, "tick", (&x, y + FIRST_LINE_PX), first, label.text);
        if let Some(detail) = label.detail {
            let second = if first == "middle" {
                anchor(detail)
            } else {
                first
            };
            push_text(
                markup,
                "tick detail",
                (&x, y + SECOND_LINE_PX),
                second,
                detail,
            );
        }
    }
    markup.close(Tag::G);
}

/// Labels of values from 0 on, across, for the same two widths.
pub(super) fn push_values(markup: &mut Markup, high: f64, unit: &Unit, y: f64) {
    for (class, width) in WIDTHS {
        let steps = (width / 90.0) as usize;
        let scale = ValueScale::new(0.0, high, unit, false, steps);
        let inside = scale
            .ticks
            .iter()
            .filter(|tick| tick.value <= high * 1.000_001);
        let labels = inside.map(|tick| Label {
            share: if high > 0.0 { tick.value / high } else { 0.0 },
            text: &tick.label,
            detail: None,
        });
        push_labels(markup, (class, width), y, labels);
    }
}

/// The widths that labels come for.
pub(super) fn widths() -> [(&'static str, f64); 2] {
    WIDTHS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_times_make_an_axis() {
        assert_eq!(TimeAxis::over([]), None);
        let all = TimeAxis::over([i64::MIN, i64::MAX]).map(|axis| axis.share(0));
        assert_eq!(all, Some(0.5));
        let lone = TimeAxis::over([7]).map(|axis| axis.share(7));
        assert_eq!(lone, Some(0.5));
    }
}
