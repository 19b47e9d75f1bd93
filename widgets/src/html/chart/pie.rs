//! Parts of a whole: a ring, and a table that says the same exactly.

use super::draw::{push_path, push_swatch, push_text, px, series_class};
use crate::{
    Pie,
    figure::{
        parts::{MAX_PARTS, Part, parts},
        words::{count, percentage},
    },
    html::{At, Writer},
    markup::{Attribute, Tag},
};
use Attribute::{AriaLabel, Class, Height, Role, Scope, Title, ViewBox, Width};
use scale::Unit;
use std::f64::consts::TAU;

const SIZE_PX: f64 = 160.0;
const RADIUS_PX: f64 = 78.0;
const HOLE_PX: f64 = 50.0;

impl Writer<'_> {
    pub(super) fn pie(&mut self, at: At, pie: &Pie) {
        let unit = Unit::parse(&pie.unit);
        let (parts, left_out) = parts(pie, &unit);
        if parts.is_empty() {
            return self.empty_figure(at, "pie", &pie.title);
        }
        let total = unit.base_text(parts.iter().map(|part| part.value).sum());
        self.figure(at, "pie", &pie.title);
        let markup = &mut *self.markup;
        markup.open(Tag::Div, &[(Class, "chart-pie")]);
        let what = if pie.title.is_empty() {
            "Parts"
        } else {
            &pie.title
        };
        let shares: Vec<String> = parts
            .iter()
            .map(|part| format!("{} {}", part.label, percentage(part.share)))
            .collect();
        let label = format!("{what}: {total} in all; {}", shares.join(", "));
        let view = format!("0 0 {SIZE_PX} {SIZE_PX}");
        let size = px(SIZE_PX);
        let attributes = [
            (Class, "chart-ring"),
            (Role, "img"),
            (AriaLabel, &*label),
            (Width, &*size),
            (Height, &*size),
            (ViewBox, &*view),
        ];
        markup.open(Tag::Svg, &attributes);
        let mut from = 0.0;
        for (index, part) in parts.iter().enumerate() {
            let title = format!(
                "{}: {} ({})",
                part.label,
                unit.base_text(part.value),
                percentage(part.share)
            );
            let class = format!("slice {}", part_class(&parts, index));
            push_path(markup, &class, &sector(from, from + part.share), &title);
            from += part.share;
        }
        let middle = px(SIZE_PX / 2.0);
        push_text(
            markup,
            "dial-value long",
            (&middle, SIZE_PX / 2.0 + 2.0),
            "middle",
            &total,
        );
        push_text(
            markup,
            "tick",
            (&middle, SIZE_PX / 2.0 + 18.0),
            "middle",
            "in all",
        );
        markup.close(Tag::Svg);
        markup.open(Tag::Div, &[(Class, "chart-table")]);
        markup
            .open(Tag::Table, &[])
            .open(Tag::Thead, &[])
            .open(Tag::Tr, &[]);
        for head in ["Part", "value", "share"] {
            markup.element(Tag::Th, &[(Scope, "col")], head);
        }
        markup
            .close(Tag::Tr)
            .close(Tag::Thead)
            .open(Tag::Tbody, &[]);
        for (index, part) in parts.iter().enumerate() {
            markup.open(Tag::Tr, &[]);
            markup.open(Tag::Th, &[(Scope, "row"), (Title, &part.label)]);
            push_swatch(markup, &format!("block {}", part_class(&parts, index)));
            markup.text(&part.label).close(Tag::Th);
            markup.element(Tag::Td, &[], &unit.base_text(part.value));
            markup.element(Tag::Td, &[], &percentage(part.share));
            markup.close(Tag::Tr);
        }
        markup.close(Tag::Tbody).close(Tag::Table);
        markup.close(Tag::Div).close(Tag::Div);
        let mut notices = Vec::new();
        if left_out > 0 {
            let slices = count(
                left_out,
                "slice that is no positive number is",
                "slices that are no positive numbers are",
            );
            notices.push(format!("{slices} not shown."));
        }
        self.end_figure(&notices);
    }
}

/// What is taken together has a quiet colour.
fn part_class(parts: &[Part], index: usize) -> String {
    if index + 1 == MAX_PARTS && parts.len() == MAX_PARTS {
        return "series-7".to_owned();
    }
    series_class(index)
}

/// A part of the ring, clockwise from the top.
fn sector(from: f64, to: f64) -> String {
    let middle = SIZE_PX / 2.0;
    // A whole turn is no arc: it would end where it begins.
    let to = to.min(from + 0.9999);
    let at = |share: f64, radius: f64| {
        let (sine, cosine) = (share * TAU).sin_cos();
        format!(
            "{} {}",
            px(middle + radius * sine),
            px(middle - radius * cosine)
        )
    };
    let large = u8::from(to - from > 0.5);
    format!(
        "M{}A{RADIUS_PX} {RADIUS_PX} 0 {large} 1 {}L{}A{HOLE_PX} {HOLE_PX} 0 {large} 0 {}Z",
        at(from, RADIUS_PX),
        at(to, RADIUS_PX),
        at(to, HOLE_PX),
        at(from, HOLE_PX),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_begins_at_the_top() {
        assert_eq!(
            sector(0.0, 0.25),
            "M80 2A78 78 0 0 1 158 80L130 80A50 50 0 0 0 80 30Z"
        );
    }
}
