//! A request on its way through services: a list of spans, each with its bar in time.

use super::{
    axis::push_values,
    draw::{Bar, open_wide, push_legend, series_class},
};
use crate::{
    Tone, Trace, TraceSpan,
    figure::{
        hierarchy::{Place, order},
        words::{count, drawable, hidden, one_line},
    },
    html::{At, Writer, push_mark},
    markup::{Attribute, Markup, Tag},
};
use Attribute::{AriaLabel, Class, DataDepth, DataTone, Title};
use scale::Unit;
use std::collections::HashMap;

const MAX_SPANS: usize = 300;
/// Services that the legend names.
const MAX_SERVICES: usize = 16;
/// Fields that a span tells when it is pointed at, and characters of each.
const MAX_FIELDS: usize = 12;
const FIELD_CHARACTERS: usize = 200;
/// Deeper spans stand no further to the right.
const MAX_DEPTH: usize = 12;
const ROW_PX: f64 = 22.0;
const BAR_PX: f64 = 10.0;
const AXIS_PX: f64 = 24.0;

impl Writer<'_> {
    pub(super) fn trace(&mut self, at: At, trace: &Trace) {
        if trace.spans.is_empty() {
            return self.empty_figure(at, "trace", &trace.title);
        }
        let unit = Unit::parse("us");
        let parents: Vec<Option<u32>> = trace.spans.iter().map(|span| span.parent).collect();
        let places = order(&parents, |index| trace.spans[index].start_us);
        let shown = &places[..places.len().min(MAX_SPANS)];
        let ends = trace.spans.iter().map(|span| start(span) + length(span));
        let total = ends.fold(0.0, f64::max);
        let mut services = Services::default();

        self.figure(at, "trace", &trace.title);
        for place in shown {
            services.colour(&trace.spans[place.index].service);
        }
        let markup = &mut *self.markup;
        let problems = trace
            .spans
            .iter()
            .filter(|span| span.tone == Tone::Bad)
            .count();
        markup.open(Tag::P, &[(Class, "chart-facts")]);
        let mut facts = vec![
            unit.text(total),
            count(trace.spans.len(), "span", "spans"),
            count(services.names.len(), "service", "services"),
        ];
        if problems > 0 {
            facts.push(count(problems, "problem", "problems"));
        }
        markup.text(&facts.join(" · ")).close(Tag::P);
        let named = services.names.iter().take(MAX_SERVICES).enumerate();
        push_legend(
            markup,
            named.map(|(place, name)| (format!("block {}", series_class(place)), *name)),
        );
        let label = "Spans in the order of the tree";
        markup.open(Tag::Ol, &[(Class, "chart-trace"), (AriaLabel, label)]);
        for place in shown {
            let span = &trace.spans[place.index];
            let class = series_class(services.colour(&span.service));
            push_span(markup, span, *place, &class, total, &unit);
        }
        markup.open(
            Tag::Li,
            &[(Class, "chart-trace-axis"), (Attribute::AriaHidden, "true")],
        );
        open_wide(markup, "chart-row", AXIS_PX);
        push_values(markup, unit.base(total), &unit, 0.0);
        markup.close(Tag::Svg).close(Tag::Li);
        markup.close(Tag::Ol);
        let notice = hidden(places.len(), shown.len(), "spans");
        self.end_figure(&notice.into_iter().collect::<Vec<_>>());
    }
}

fn start(span: &TraceSpan) -> f64 {
    if drawable(span.start_us) {
        span.start_us.max(0.0)
    } else {
        0.0
    }
}

fn length(span: &TraceSpan) -> f64 {
    if drawable(span.duration_us) {
        span.duration_us.max(0.0)
    } else {
        0.0
    }
}

fn push_span(
    markup: &mut Markup,
    span: &TraceSpan,
    place: Place,
    class: &str,
    total: f64,
    unit: &Unit,
) {
    let depth = place.depth.min(MAX_DEPTH).to_string();
    let duration = unit.text(length(span));
    let name = one_line(&span.name);
    let title = said(span, unit);
    markup.open(Tag::Li, &[(Title, &title)]);
    let attributes = [
        (Class, "chart-trace-name"),
        (DataDepth, &*depth),
        (DataTone, span.tone.name()),
    ];
    markup.open(Tag::P, &attributes);
    if span.tone != Tone::Neutral {
        push_mark(markup);
        let word = format!("{} ", span.tone.word());
        markup.element(Tag::Span, &[(Class, "visually-hidden")], &word);
    }
    markup.element(Tag::Span, &[(Class, "chart-name")], &name);
    markup.element(Tag::Small, &[], &span.service).close(Tag::P);
    open_wide(markup, "chart-row", ROW_PX);
    let share = |value: f64| if total > 0.0 { value / total } else { 0.0 };
    let class = format!("bar {class}");
    Bar {
        class: &class,
        from: share(start(span)),
        to: share(start(span) + length(span)),
        top: (ROW_PX - BAR_PX) / 2.0,
        height: BAR_PX,
        title: "",
    }
    .push(markup);
    markup.close(Tag::Svg);
    markup.element(Tag::Span, &[(Class, "chart-number")], &duration);
    markup.close(Tag::Li);
}

/// Everything about a span, for those who point at it.
fn said(span: &TraceSpan, unit: &Unit) -> String {
    let mut lines = vec![
        format!("{}: {}", span.service, span.name),
        format!(
            "{} from {} on",
            unit.text(length(span)),
            unit.text(start(span))
        ),
    ];
    let fields = span.fields.iter().take(MAX_FIELDS);
    lines.extend(fields.map(|field| {
        crate::figure::words::cut(&format!("{}={}", field.name, field.value), FIELD_CHARACTERS)
    }));
    lines.join("\n")
}

/// Services have colours in the order in which they are met.
#[derive(Default)]
struct Services<'a> {
    names: Vec<&'a str>,
    places: HashMap<&'a str, usize>,
}

impl<'a> Services<'a> {
    fn colour(&mut self, name: &'a str) -> usize {
        let names = &mut self.names;
        *self.places.entry(name).or_insert_with(|| {
            names.push(name);
            names.len() - 1
        })
    }
}
