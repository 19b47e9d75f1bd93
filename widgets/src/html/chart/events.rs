//! What happened when: a list to read from top to bottom.

use crate::{
    EventTimeline, Tone,
    figure::words::{duration, hidden},
    html::{At, Writer, push_mark, push_spans},
    markup::{Attribute, Tag},
};
use Attribute::{Class, DataTone, Datetime};
use scale::{moment, time::MAX_TIME_MS};

const MAX_EVENTS: usize = 500;

impl Writer<'_> {
    pub(super) fn event_timeline(&mut self, at: At, timeline: &EventTimeline) {
        if timeline.events.is_empty() {
            return self.empty_figure(at, "event-timeline", &timeline.title);
        }
        let mut events: Vec<_> = timeline.events.iter().collect();
        events.sort_by_key(|event| event.time_ms);
        // The latest are what people ask for.
        let shown = &events[events.len().saturating_sub(MAX_EVENTS)..];
        self.figure(at, "event-timeline", &timeline.title);
        self.markup.open(Tag::Ol, &[(Class, "chart-events")]);
        let mut day = String::new();
        let mut before_ms = None;
        for event in shown {
            let time_ms = event.time_ms.clamp(-MAX_TIME_MS, MAX_TIME_MS);
            let date = moment::date(time_ms);
            self.markup.open(Tag::Li, &[(DataTone, event.tone.name())]);
            push_mark(self.markup);
            self.markup.open(Tag::P, &[(Class, "chart-event-time")]);
            let machine = moment::machine(time_ms);
            self.markup.open(Tag::Time, &[(Datetime, &machine)]);
            self.markup
                .text(&moment::clock(time_ms, false))
                .close(Tag::Time);
            if date != day {
                let words = format!("{date} UTC");
                self.markup.element(Tag::Small, &[], &words);
            } else if let Some(before_ms) = before_ms {
                let later = format!("+{}", duration(time_ms - before_ms));
                self.markup.element(Tag::Small, &[], &later);
            }
            self.markup.close(Tag::P);
            self.markup.open(Tag::Div, &[(Class, "chart-event-body")]);
            self.markup.open(Tag::P, &[(Class, "chart-event-title")]);
            if matches!(event.tone, Tone::Warn | Tone::Bad) {
                let word = event.tone.word();
                self.markup
                    .element(Tag::Span, &[(Class, "tone")], word)
                    .text(" ");
            }
            self.markup.text(&event.title).close(Tag::P);
            if !event.text.is_empty() {
                self.markup.open(Tag::P, &[(Class, "chart-event-text")]);
                push_spans(self.markup, &event.text);
                self.markup.close(Tag::P);
            }
            self.markup.close(Tag::Div).close(Tag::Li);
            day = date;
            before_ms = Some(time_ms);
        }
        self.markup.close(Tag::Ol);
        let notice = hidden(events.len(), shown.len(), "events");
        self.end_figure(&notice.into_iter().collect::<Vec<_>>());
    }
}
