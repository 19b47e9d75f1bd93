//! One number in large type, with how it got there.

use super::draw::{LINE_WIDTH, dots, open_stretched, open_wide, path, push_path, push_tone};
use crate::{
    Stat,
    figure::{
        points::{Extent, Point, squeezed},
        words::{drawable, reached, says},
    },
    html::{At, Writer},
    markup::{Attribute, Markup, Tag},
};
use Attribute::{AriaHidden, AriaLabel, Class, DataTone, DataWidget, Role};
use scale::Unit;

const COURSE_PX: f64 = 32.0;
/// So that the stroke is not cut at the edges.
const EDGE_PX: f64 = 2.0;
/// Points of a course: more than pixels are not seen.
const COURSE_POINTS: usize = 120;

impl Writer<'_> {
    pub(super) fn stat(&mut self, at: At, stat: &Stat) {
        let unit = Unit::parse(&stat.unit);
        let reached = reached(&stat.thresholds, stat.value);
        let tone = reached.map_or(crate::Tone::Neutral, |threshold| threshold.tone);
        let more = [(DataWidget, "stat"), (DataTone, tone.name())];
        self.open(at, Tag::Div, "chart-stat", &more);
        let markup = &mut *self.markup;
        if !stat.label.is_empty() {
            markup.element(Tag::P, &[(Class, "chart-stat-label")], &stat.label);
        }
        markup.open(Tag::P, &[(Class, "chart-stat-value")]);
        if drawable(stat.value) {
            push_number(markup, &unit.text(stat.value));
        } else {
            markup.element(Tag::Span, &[(Class, "note")], "No data");
        }
        markup.close(Tag::P);
        let change = stat.change.filter(|change| drawable(*change));
        let words = reached.map(says).filter(|words| !words.is_empty());
        if change.is_some() || words.is_some() {
            markup.open(Tag::P, &[(Class, "chart-stat-facts")]);
            if let Some(words) = words {
                push_tone(markup, tone, &words);
            }
            if let Some(change) = change {
                push_change(markup, change, &unit);
            }
            markup.close(Tag::P);
        }
        push_course(markup, &stat.course, &unit);
        if !stat.note.is_empty() {
            markup.element(Tag::P, &[(Class, "note chart-stat-note")], &stat.note);
        }
        self.markup.close(Tag::Div);
    }
}

/// The number large, the unit after it smaller.
pub(super) fn push_number(markup: &mut Markup, text: &str) {
    let (number, unit) = match text.split_once(' ') {
        Some((number, unit)) => (number, unit),
        None => (text, ""),
    };
    markup.element(Tag::Span, &[(Class, "chart-number")], number);
    if !unit.is_empty() {
        markup.text(" ");
        markup.element(Tag::Span, &[(Class, "chart-unit")], unit);
    }
}

/// An arrow to see and a word to hear; whether up is good, nobody said.
fn push_change(markup: &mut Markup, change: f64, unit: &Unit) {
    let amount = unit.text(change.abs());
    let (arrow, word, amount) = match change {
        change if change > 0.0 => ("↑", "up by ", &*amount),
        change if change < 0.0 => ("↓", "down by ", &*amount),
        _ => ("→", "", "no change"),
    };
    markup.open(Tag::Span, &[(Class, "chart-change")]);
    markup.element(Tag::Span, &[(AriaHidden, "true")], arrow);
    if !word.is_empty() {
        markup.element(Tag::Span, &[(Class, "visually-hidden")], word);
    }
    markup.text(amount).close(Tag::Span);
}

fn push_course(markup: &mut Markup, course: &[f64], unit: &Unit) {
    let course = squeezed(course, COURSE_POINTS);
    let Some(extent) = Extent::of(course.iter().copied()) else {
        return;
    };
    let label = format!(
        "Course: {} to {}",
        unit.text(extent.low),
        unit.text(extent.high)
    );
    let attributes = [(Class, "chart-course"), (Role, "img"), (AriaLabel, &*label)];
    markup.open(Tag::Div, &attributes);
    open_wide(markup, "chart-area", COURSE_PX);
    open_stretched(markup, COURSE_PX);
    for piece in course_pieces(&course, extent) {
        if let ([first, ..], [.., last]) = (piece.as_slice(), piece.as_slice()) {
            let (from, to) = (first.x, last.x);
            let under = format!("{}V{COURSE_PX}H{}Z", path(&piece), super::draw::px(from));
            if to > from {
                push_path(markup, "fill", &under, &label);
                push_path(markup, "line", &path(&piece), "");
            } else {
                push_path(markup, "dots", &dots(&piece), "");
            }
        }
    }
    if let Some(last) = course_pieces(&course, extent)
        .last()
        .and_then(|piece| piece.last())
    {
        push_path(markup, "dots last", &dots(&[*last]), "");
    }
    markup.close(Tag::Svg).close(Tag::Svg).close(Tag::Div);
}

/// Unbroken pieces over the whole width; a constant runs through the middle.
fn course_pieces(course: &[f64], extent: Extent) -> Vec<Vec<Point>> {
    let last = course.len().saturating_sub(1).max(1) as f64;
    let height = COURSE_PX - 2.0 * EDGE_PX;
    // Halves, because the difference of two large numbers may overflow.
    let size = extent.high / 2.0 - extent.low / 2.0;
    let y = |value: f64| {
        let share = (value / 2.0 - extent.low / 2.0) / size;
        EDGE_PX + (1.0 - if size > 0.0 { share } else { 0.5 }) * height
    };
    let point = |(place, value): (usize, &f64)| Point {
        x: EDGE_PX + place as f64 / last * (LINE_WIDTH - 2.0 * EDGE_PX),
        y: y(*value),
    };
    let numbered: Vec<(usize, &f64)> = course.iter().enumerate().collect();
    numbered
        .split(|(_, value)| !drawable(**value))
        .filter(|piece| !piece.is_empty())
        .map(|piece| piece.iter().copied().map(point).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_has_gaps_and_keeps_its_edges() {
        let course = [1.0, f64::NAN, 3.0, 2.0];
        let extent = Extent {
            low: 1.0,
            high: 3.0,
        };
        let pieces = course_pieces(&course, extent);
        let lengths: Vec<usize> = pieces.iter().map(Vec::len).collect();
        assert_eq!(lengths, [1, 2]);
        assert_eq!(pieces[0][0], Point { x: 2.0, y: 30.0 });
        assert_eq!(pieces[1][1], Point { x: 598.0, y: 16.0 });
    }
}
