//! What was in which state when.

use super::{
    axis::{BASELINE_PX, TimeAxis},
    draw::{Bar, CHARACTER_PX, marked, open_wide, percent, push_fitting, push_line, push_tone},
};
use crate::{
    StateSpan, StateTimeline, Tone,
    figure::words::{count, duration, hidden, one_line, shape},
    html::{At, Writer},
    markup::{Attribute, Markup, Tag},
};
use Attribute::{AriaLabel, Class, DataTone, Role, Title};
use scale::time;
use std::collections::HashMap;

const MAX_ROWS: usize = 40;
/// Spans in all rows together.
const MAX_SPANS: usize = 2_000;
/// States that the legend names.
const MAX_STATES: usize = 12;
const ROW_PX: f64 = 24.0;
const SPAN_PX: f64 = 20.0;
const AXIS_PX: f64 = 34.0;
/// Left and right of the text in a span.
const INSET_PX: f64 = 5.0;

impl Writer<'_> {
    pub(super) fn state_timeline(&mut self, at: At, timeline: &StateTimeline) {
        let shown = &timeline.rows[..timeline.rows.len().min(MAX_ROWS)];
        let spans = shown.iter().flat_map(|row| &row.spans).take(MAX_SPANS);
        let spans = spans.filter(|span| span.start_ms <= span.end_ms);
        let Some(axis) = TimeAxis::over(spans.flat_map(|span| [span.start_ms, span.end_ms])) else {
            return self.empty_figure(at, "state-timeline", &timeline.title);
        };
        self.figure(at, "state-timeline", &timeline.title);
        let markup = &mut *self.markup;
        let what = if timeline.title.is_empty() {
            "States"
        } else {
            &timeline.title
        };
        let label = format!(
            "{what}: {} over {}",
            count(shown.len(), "row", "rows"),
            axis.text()
        );
        let attributes = [(Class, "chart-rows"), (Role, "img"), (AriaLabel, &*label)];
        markup.open(Tag::Div, &attributes);
        let mut totals = Totals::default();
        let mut left = MAX_SPANS;
        for row in shown {
            let attributes = [(Class, "chart-row-label"), (Title, &*row.name)];
            markup.element(Tag::Span, &attributes, &row.name);
            open_wide(markup, "chart-row states", ROW_PX);
            let spans = &row.spans[..row.spans.len().min(left)];
            left -= spans.len();
            for span in spans.iter().filter(|span| span.start_ms <= span.end_ms) {
                push_span(markup, &axis, &row.name, span);
                totals.add(span);
            }
            markup.close(Tag::Svg);
        }
        markup.element(Tag::Span, &[(Class, "chart-row-label zone")], "UTC");
        open_wide(markup, "chart-row", AXIS_PX);
        axis.push(markup, 0.0);
        markup.close(Tag::Svg).close(Tag::Div);
        markup.open(Tag::Ul, &[(Class, "chart-legend")]);
        for (state, tone, total_ms) in totals.most() {
            markup.open(Tag::Li, &[]);
            push_tone(markup, tone, &state);
            let total = duration(total_ms);
            markup.element(Tag::Span, &[(Class, "chart-number")], &total);
            markup.close(Tag::Li);
        }
        markup.close(Tag::Ul);
        let mut notices = Vec::new();
        notices.extend(hidden(timeline.rows.len(), shown.len(), "rows"));
        let all = shown.iter().map(|row| row.spans.len()).sum();
        notices.extend(hidden(all, MAX_SPANS - left, "spans"));
        self.end_figure(&notices);
    }
}

fn push_span(markup: &mut Markup, axis: &TimeAxis, name: &str, span: &StateSpan) {
    let (from, to) = (axis.share(span.start_ms), axis.share(span.end_ms));
    let state = one_line(&span.state);
    let title = format!(
        "{name}: {state}, {}\n{}",
        duration(span.end_ms.saturating_sub(span.start_ms)),
        time::range_text(
            span.start_ms.clamp(axis.start_ms, axis.end_ms),
            span.end_ms.clamp(axis.start_ms, axis.end_ms)
        ),
    );
    let top = (ROW_PX - SPAN_PX) / 2.0;
    markup.open(Tag::G, &[(DataTone, span.tone.name())]);
    Bar {
        class: "state-span",
        from,
        to,
        top,
        height: SPAN_PX,
        title: &title,
    }
    .push(markup);
    // The beginning is seen also where the same state follows.
    let x = percent(from);
    push_line(markup, "state-start", (&x, top), (&x, top + SPAN_PX));
    push_fitting(
        markup,
        "state-text",
        (from, to),
        ROW_PX / 2.0 + BASELINE_PX,
        |room| fitting(span.tone, &state, room),
    );
    markup.close(Tag::G);
}

/// The state with its shape, the shape alone, or nothing: as much as fits into a width.
fn fitting(tone: Tone, state: &str, width: f64) -> String {
    let fits = |text: &str| text.chars().count() as f64 * CHARACTER_PX + 2.0 * INSET_PX <= width;
    let all = marked(tone, state);
    if fits(&all) {
        return all;
    }
    match tone {
        Tone::Neutral => String::new(),
        tone if fits(shape(tone)) => shape(tone).to_owned(),
        _ => String::new(),
    }
}

/// How long each state was, in the order in which they were met.
#[derive(Default)]
struct Totals {
    places: HashMap<(String, &'static str), usize>,
    totals: Vec<(String, Tone, i64)>,
}

impl Totals {
    fn add(&mut self, span: &StateSpan) {
        let state = one_line(&span.state);
        let key = (state.clone(), span.tone.name());
        let place = *self.places.entry(key).or_insert_with(|| {
            self.totals.push((state, span.tone, 0));
            self.totals.len() - 1
        });
        if let Some((_, _, total)) = self.totals.get_mut(place) {
            *total = total.saturating_add(span.end_ms.saturating_sub(span.start_ms));
        }
    }

    /// The longest first.
    fn most(mut self) -> Vec<(String, Tone, i64)> {
        self.totals
            .sort_by_key(|(_, _, total)| std::cmp::Reverse(*total));
        self.totals.truncate(MAX_STATES);
        self.totals
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_much_is_written_as_fits() {
        assert_eq!(fitting(Tone::Bad, "down", 100.0), "✕ down");
        assert_eq!(fitting(Tone::Bad, "down", 20.0), "✕");
        assert_eq!(fitting(Tone::Bad, "down", 5.0), "");
        assert_eq!(fitting(Tone::Neutral, "paused", 20.0), "");
    }
}
