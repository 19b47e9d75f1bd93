//! The pieces that drawings are made of.

use crate::{
    Tone,
    figure::{points::Point, words::shape},
    html::push_mark,
    markup::{Attribute, Markup, Tag},
};
use Attribute::{
    AriaHidden, Class, D, DataTone, Dx, Height, PreserveAspectRatio, TextAnchor, ViewBox, Width, X,
    X1, X2, Y, Y1, Y2,
};

/// Colours of the style sheet; later series have the same ones with another dash.
const COLOURS: usize = 8;
/// Width of the inner drawing of lines: as many columns as screens show apart.
pub(super) const LINE_WIDTH: f64 = 600.0;
/// Advance of a character of the charts' monospace face, and of the sans one at its widest.
pub(super) const CHARACTER_PX: f64 = 6.7;

/// A length or place with at most two decimals.
pub(super) fn px(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_owned()
}

/// A share of 0 to 1 of the width.
pub(super) fn percent(share: f64) -> String {
    format!("{}%", px(share.clamp(0.0, 1.0) * 100.0))
}

/// The class that colours a series, and dashes it where colours begin again.
pub(super) fn series_class(index: usize) -> String {
    match index / COLOURS {
        0 => format!("series-{}", index % COLOURS),
        again => format!("series-{} dash-{}", index % COLOURS, (again - 1) % 2 + 1),
    }
}

/// Lines through points, from the first on.
pub(super) fn path(points: &[Point]) -> String {
    let mut out = String::with_capacity(points.len() * 12);
    for (place, point) in points.iter().enumerate() {
        out.push_str(match place {
            0 => "M",
            1 => "L",
            _ => " ",
        });
        out.push_str(&px(point.x));
        out.push(' ');
        out.push_str(&px(point.y));
    }
    out
}

/// Dots: lines of no length, round at the ends, so that they stay round in a stretched drawing.
pub(super) fn dots(points: &[Point]) -> String {
    let dot = |point: &Point| format!("M{} {}h0", px(point.x), px(point.y));
    points.iter().map(dot).collect()
}

pub(super) fn push_path(markup: &mut Markup, class: &str, d: &str, title: &str) {
    markup.open(Tag::Path, &[(Class, class), (D, d)]);
    push_title(markup, title);
    markup.close(Tag::Path);
}

/// What a mark says when it is pointed at.
pub(super) fn push_title(markup: &mut Markup, title: &str) {
    if !title.is_empty() {
        markup.element(Tag::SvgTitle, &[], title);
    }
}

/// A box; across in percents, down in pixels.
pub(super) struct Bar<'a> {
    pub class: &'a str,
    /// Shares of the width.
    pub from: f64,
    pub to: f64,
    pub top: f64,
    pub height: f64,
    pub title: &'a str,
}

impl Bar<'_> {
    pub(super) fn push(&self, markup: &mut Markup) {
        let (from, to) = (self.from.clamp(0.0, 1.0), self.to.clamp(0.0, 1.0));
        markup.open(
            Tag::Rect,
            &[
                (Class, self.class),
                (X, &percent(from)),
                (Y, &px(self.top)),
                (Width, &percent((to - from).max(0.0))),
                (Height, &px(self.height.max(0.0))),
            ],
        );
        push_title(markup, self.title);
        markup.close(Tag::Rect);
    }
}

/// A text whose anchor is at a share of the width.
pub(super) fn push_text(
    markup: &mut Markup,
    class: &str,
    (x, y): (&str, f64),
    anchor: &str,
    text: &str,
) {
    let y = px(y);
    let attributes = [(Class, class), (X, x), (Y, &y), (TextAnchor, anchor)];
    // `start` is what it is without.
    let shown = if anchor == "start" {
        &attributes[..3]
    } else {
        &attributes[..]
    };
    markup.element(Tag::SvgText, shown, text);
}

/// The least widths that texts are cut for, narrow ones last; the style sheet shows the one that
/// fits.
const FITTING: [f64; 3] = [840.0, 560.0, 230.0];

/// A text in a part of the width: what `fit` makes of the room there is, in pixels.
pub(super) fn push_fitting(
    markup: &mut Markup,
    class: &str,
    (from, to): (f64, f64),
    y: f64,
    fit: impl Fn(f64) -> String,
) {
    let [full, middle, narrow] = FITTING.map(|width| fit((to - from) * width));
    let (x, y) = (percent(from), px(y));
    let mut push = |which: &str, text: &str| {
        if !text.is_empty() {
            let class = format!("{class}{which}");
            let attributes = [(Class, &*class), (X, &*x), (Y, &*y), (Dx, "5")];
            markup.element(Tag::SvgText, &attributes, text);
        }
    };
    match (full == middle, middle == narrow) {
        (true, true) => push("", &full),
        (true, false) => {
            push(" wide", &full);
            push(" narrow", &narrow);
        }
        (false, _) => {
            push(" full", &full);
            push(" middle", &middle);
            push(" narrow", &narrow);
        }
    }
}

/// A line; across in anything, down in pixels.
pub(super) fn push_line(markup: &mut Markup, class: &str, from: (&str, f64), to: (&str, f64)) {
    let (top, bottom) = (px(from.1), px(to.1));
    let attributes = [
        (Class, class),
        (X1, from.0),
        (Y1, &*top),
        (X2, to.0),
        (Y2, &*bottom),
    ];
    markup.open(Tag::Line, &attributes).close(Tag::Line);
}

/// A drawing as wide as its place.
pub(super) fn open_wide(markup: &mut Markup, class: &str, height: f64) {
    let height = px(height);
    let attributes = [(Class, class), (Height, &*height), (AriaHidden, "true")];
    markup.open(Tag::Svg, &attributes);
}

/// Inside of it: a drawing that is stretched to its width.
pub(super) fn open_stretched(markup: &mut Markup, height: f64) {
    let view = format!("0 0 {} {}", px(LINE_WIDTH), px(height));
    let height = px(height);
    let attributes = [
        (Class, "stretched"),
        (Width, "100%"),
        (Height, &*height),
        (ViewBox, &*view),
        (PreserveAspectRatio, "none"),
    ];
    markup.open(Tag::Svg, &attributes);
}

/// A tone as shape, colour and words.
pub(super) fn push_tone(markup: &mut Markup, tone: Tone, words: &str) {
    let attributes = [(Class, "chart-tone"), (DataTone, tone.name())];
    markup.open(Tag::Span, &attributes);
    push_mark(markup);
    markup.text(words).close(Tag::Span);
}

/// A small sample of a colour.
pub(super) fn push_swatch(markup: &mut Markup, class: &str) {
    let class = format!("swatch {class}");
    markup.element(Tag::Span, &[(Class, &class), (AriaHidden, "true")], "");
}

/// Names beside their colours.
pub(super) fn push_legend<'a>(
    markup: &mut Markup,
    entries: impl Iterator<Item = (String, &'a str)>,
) {
    markup.open(Tag::Ul, &[(Class, "chart-legend")]);
    for (class, name) in entries {
        markup.open(Tag::Li, &[]);
        push_swatch(markup, &class);
        markup
            .element(Tag::Span, &[(Class, "chart-name")], name)
            .close(Tag::Li);
    }
    markup.close(Tag::Ul);
}

/// A tone's shape before a text, for places without elements.
pub(super) fn marked(tone: Tone, text: &str) -> String {
    match tone {
        Tone::Neutral => text.to_owned(),
        tone => format!("{} {text}", shape(tone)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_never_broken() {
        for (value, expected) in [
            (1.0, "1"),
            (0.1 + 0.2, "0.3"),
            (-0.001, "0"),
            (100.0, "100"),
            (f64::NAN, "0"),
            (f64::INFINITY, "0"),
        ] {
            assert_eq!(px(value), expected);
        }
        assert_eq!(percent(1.7), "100%");
        assert_eq!(percent(f64::NAN), "0%");
    }

    #[test]
    fn colours_begin_again_with_another_dash() {
        assert_eq!(series_class(7), "series-7");
        assert_eq!(series_class(8), "series-0 dash-1");
        assert_eq!(series_class(17), "series-1 dash-2");
        assert_eq!(series_class(24), "series-0 dash-1");
    }
}
