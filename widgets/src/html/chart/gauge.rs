//! A number between two ends, and how far something is.

use super::draw::{Bar, open_wide, push_path, push_text, push_tone, px};
use crate::{
    Gauge, Progress, Tone,
    figure::words::{amount, cut, drawable, percentage, reached, says},
    html::{At, Writer},
    markup::{Attribute, Markup, Tag},
};
use Attribute::{
    AriaHidden, AriaLabel, AriaValuemax, AriaValuemin, AriaValuenow, AriaValuetext, Class,
    DataTone, DataWidget, Height, Role, ViewBox, Width,
};
use scale::Unit;

/// Half a circle, with the thresholds around it.
const WIDTH_PX: f64 = 176.0;
const HEIGHT_PX: f64 = 112.0;
const CENTRE: (f64, f64) = (88.0, 92.0);
const RADIUS_PX: f64 = 70.0;
const ZONES_RADIUS_PX: f64 = 81.0;
/// More characters do not fit under an end of the arc.
const END_CHARACTERS: usize = 10;
/// Zones of a gauge that are drawn.
const MAX_ZONES: usize = 12;
const BAR_PX: f64 = 8.0;

impl Writer<'_> {
    pub(super) fn gauge(&mut self, at: At, gauge: &Gauge) {
        let unit = Unit::parse(&gauge.unit);
        let reached = reached(&gauge.thresholds, gauge.value);
        let tone = reached.map_or(Tone::Neutral, |threshold| threshold.tone);
        let words = reached.map(says).unwrap_or_default();
        let value = unit.text(gauge.value);
        let now = px(gauge.value);
        let (min, max) = (px(gauge.min), px(gauge.max));
        let said = if words.is_empty() {
            value.clone()
        } else {
            format!("{value}, {words}")
        };
        let meter = [
            (DataWidget, "gauge"),
            (DataTone, tone.name()),
            (Role, "meter"),
            (AriaLabel, &gauge.label),
            (AriaValuetext, &said),
            (AriaValuenow, &now),
            (AriaValuemin, &min),
            (AriaValuemax, &max),
        ];
        let known = drawable(gauge.value);
        // A meter without a value is none.
        let more = if known { &meter[..] } else { &meter[..2] };
        self.open(at, Tag::Div, "chart-gauge", more);
        let markup = &mut *self.markup;
        if !gauge.label.is_empty() {
            markup.element(Tag::P, &[(Class, "chart-stat-label")], &gauge.label);
        }
        if known {
            push_dial(markup, gauge, &unit, &value);
            if !words.is_empty() {
                markup.open(Tag::P, &[(Class, "chart-stat-facts")]);
                push_tone(markup, tone, &words);
                markup.close(Tag::P);
            }
        } else {
            markup.element(Tag::P, &[(Class, "note")], "No data");
        }
        self.markup.close(Tag::Div);
    }

    pub(super) fn progress(&mut self, at: At, progress: &Progress) {
        let fraction = progress.fraction.filter(|fraction| fraction.is_finite());
        let fraction = fraction.map(|fraction| fraction.clamp(0.0, 1.0));
        let now = fraction.map_or(String::new(), |fraction| px(fraction * 100.0));
        let said = fraction.map_or("In progress".to_owned(), percentage);
        let label = if progress.label.is_empty() {
            "Progress"
        } else {
            &progress.label
        };
        let bar = [
            (DataWidget, "progress"),
            (DataTone, progress.tone.name()),
            (Role, "progressbar"),
            (AriaLabel, label),
            (AriaValuetext, &said),
            (AriaValuemin, "0"),
            (AriaValuemax, "100"),
            (AriaValuenow, &now),
        ];
        let more = if fraction.is_some() {
            &bar[..]
        } else {
            &bar[..7]
        };
        self.open(at, Tag::Div, "chart-progress", more);
        let markup = &mut *self.markup;
        markup.open(Tag::P, &[(Class, "chart-progress-head")]);
        if progress.tone == Tone::Neutral {
            markup.element(Tag::Span, &[], &progress.label);
        } else {
            push_tone(markup, progress.tone, &progress.label);
        }
        markup.element(Tag::Span, &[(Class, "chart-number")], &said);
        markup.close(Tag::P);
        open_wide(markup, "chart-area", BAR_PX);
        push_bar(markup, fraction);
        markup.close(Tag::Svg);
        if !progress.note.is_empty() {
            markup.element(Tag::P, &[(Class, "note")], &progress.note);
        }
        self.markup.close(Tag::Div);
    }
}

fn push_bar(markup: &mut Markup, fraction: Option<f64>) {
    let mut bar = Bar {
        class: "track",
        from: 0.0,
        to: 1.0,
        top: 0.0,
        height: BAR_PX,
        title: "",
    };
    bar.push(markup);
    bar.class = if fraction.is_some() {
        "level"
    } else {
        "level unknown"
    };
    bar.to = fraction.unwrap_or(0.3);
    if bar.to > 0.0 {
        bar.push(markup);
    }
}

fn push_dial(markup: &mut Markup, gauge: &Gauge, unit: &Unit, value: &str) {
    let view = format!("0 0 {WIDTH_PX} {HEIGHT_PX}");
    let attributes = [
        (Class, "chart-dial"),
        (Width, &*px(WIDTH_PX)),
        (Height, &*px(HEIGHT_PX)),
        (ViewBox, &*view),
        (AriaHidden, "true"),
    ];
    markup.open(Tag::Svg, &attributes);
    push_path(markup, "track", &arc(0.0, 1.0, RADIUS_PX), "");
    if let Some(share) = share(gauge, gauge.value) {
        if share > 0.0 {
            push_path(markup, "level", &arc(0.0, share, RADIUS_PX), value);
        }
        for (from, to, tone) in zones(gauge) {
            let d = arc(from, to, ZONES_RADIUS_PX);
            markup.open(Tag::G, &[(DataTone, tone.name())]);
            push_path(markup, "zone", &d, "");
            markup.close(Tag::G);
        }
        let ends = [
            (CENTRE.0 - RADIUS_PX, gauge.min),
            (CENTRE.0 + RADIUS_PX, gauge.max),
        ];
        for (x, end) in ends {
            let text = cut(&amount(unit, unit.base(end)), END_CHARACTERS);
            push_text(markup, "tick", (&px(x), HEIGHT_PX - 4.0), "middle", &text);
        }
    }
    let middle = px(CENTRE.0);
    let text = cut(value, 12);
    let class = if text.chars().count() > 7 {
        "dial-value long"
    } else {
        "dial-value"
    };
    push_text(markup, class, (&middle, CENTRE.1 - 6.0), "middle", &text);
    markup.close(Tag::Svg);
}

/// Where a value stands between the ends; none when they are not two.
fn share(gauge: &Gauge, value: f64) -> Option<f64> {
    if !drawable(gauge.min) || !drawable(gauge.max) || gauge.min >= gauge.max {
        return None;
    }
    let share = (value - gauge.min) / (gauge.max - gauge.min);
    share.is_finite().then(|| share.clamp(0.0, 1.0))
}

/// From where to where which tone is reached.
fn zones(gauge: &Gauge) -> Vec<(f64, f64, Tone)> {
    let mut starts: Vec<(f64, Tone)> = gauge
        .thresholds
        .iter()
        .filter(|threshold| drawable(threshold.at_least))
        .filter_map(|threshold| Some((share(gauge, threshold.at_least)?, threshold.tone)))
        .collect();
    starts.sort_by(|a, b| a.0.total_cmp(&b.0));
    starts.truncate(MAX_ZONES);
    let ends: Vec<f64> = starts
        .iter()
        .skip(1)
        .map(|start| start.0)
        .chain([1.0])
        .collect();
    let zones = starts.into_iter().zip(ends);
    zones
        .map(|((from, tone), to)| (from, to, tone))
        .filter(|(from, to, _)| to > from)
        .collect()
}

/// A part of the half circle, from the left over the top.
fn arc(from: f64, to: f64, radius: f64) -> String {
    let at = |share: f64| {
        let angle = std::f64::consts::PI * (1.0 - share);
        (
            CENTRE.0 + radius * angle.cos(),
            CENTRE.1 - radius * angle.sin(),
        )
    };
    let ((x1, y1), (x2, y2), radius) = (at(from), at(to), px(radius));
    format!(
        "M{} {}A{radius} {radius} 0 0 1 {} {}",
        px(x1),
        px(y1),
        px(x2),
        px(y2)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Threshold;

    #[test]
    fn zones_follow_each_other() {
        let at = |at_least, tone| Threshold {
            at_least,
            tone,
            label: String::new(),
        };
        let gauge = Gauge {
            max: 100.0,
            thresholds: vec![
                at(80.0, Tone::Bad),
                at(0.0, Tone::Good),
                at(f64::NAN, Tone::Info),
            ],
            ..Gauge::default()
        };
        assert_eq!(
            zones(&gauge),
            [(0.0, 0.8, Tone::Good), (0.8, 1.0, Tone::Bad)]
        );
        assert_eq!(share(&Gauge::default(), 0.0), None);
    }

    #[test]
    fn an_arc_ends_where_its_share_does() {
        assert_eq!(arc(0.0, 0.5, 70.0), "M18 92A70 70 0 0 1 88 22");
    }
}
