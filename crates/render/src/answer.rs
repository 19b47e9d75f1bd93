//! An answer or a failure as an HTML fragment.

use crate::{MAX_ROWS, MAX_TEXT_BYTES, View, cut, figure, markdown, table, time};
use Attribute::{AriaHidden, Class, DataLevel, DataTone, Datetime, Role, Title};
use output::{Answer, Failure, FailureKind, LogRecord, Output};
use widgets::{Attribute, Markup, Tag};

/// The role of what is read at its place. A failure may be somebody else's, so it interrupts nobody:
/// the page says the end of a run politely.
const STILL: &str = "note";

/// What a plugin answered, with its notices.
pub fn answer(answer: &Answer, view: &View) -> String {
    let mut markup = Markup::new();
    push_answer(&mut markup, answer, view);
    markup.finish()
}

/// Why there is no answer, with what to do next.
pub fn failure(failure: &Failure) -> String {
    let mut markup = Markup::new();
    push_failure(&mut markup, failure);
    markup.finish()
}

/// Something went wrong, in words that are ready for people.
pub fn problem(words: &str) -> String {
    let mut markup = Markup::new();
    open_callout(&mut markup, "callout problem", "bad", STILL);
    push_callout_title(&mut markup, "Problem");
    markup
        .element(Tag::P, &[(Class, "message")], words)
        .close(Tag::Div);
    markup.finish()
}

/// A quiet sentence where an output would be.
pub fn note(words: &str) -> String {
    let mut markup = Markup::new();
    push_note(&mut markup, words);
    markup.finish()
}

/// Remarks under an answer; nothing when there are none.
pub fn notices(notices: &[String]) -> String {
    let mut markup = Markup::new();
    push_notices(&mut markup, notices);
    markup.finish()
}

/// Markdown as HTML, for the inside of a `prose` element.
pub fn markdown_html(text: &str) -> String {
    widgets::html(&markdown::markdown(text))
}

pub(crate) fn push_answer(markup: &mut Markup, answer: &Answer, view: &View) {
    let mut cuts = Vec::new();
    match &answer.output {
        Output::Text(text) => {
            let shown = cut(text, MAX_TEXT_BYTES);
            if shown.len() < text.len() {
                cuts.push(format!(
                    "Showing the first {} of {} bytes.",
                    shown.len(),
                    text.len()
                ));
            }
            markup.element(Tag::Pre, &[(Class, "text")], shown);
        }
        Output::Markdown(text) => push_prose(markup, text),
        Output::Frames(frames) => figure::push_frames(markup, frames, view, &mut cuts),
        Output::Table(frame) => table::push_table(markup, frame, &mut cuts),
        Output::Logs(records) => push_logs(markup, records, &mut cuts),
        Output::Widgets(tree) => {
            markup.open(Tag::Div, &[(Class, "prose")]);
            widgets::push_html(markup, tree);
            markup.close(Tag::Div);
        }
    }
    cuts.extend(answer.notices.iter().cloned());
    push_notices(markup, &cuts);
}

fn push_notices(markup: &mut Markup, notices: &[String]) {
    if notices.is_empty() {
        return;
    }
    markup.open(Tag::Ul, &[(Class, "notices")]);
    for notice in notices {
        markup.element(Tag::Li, &[], notice);
    }
    markup.close(Tag::Ul);
}

pub(crate) fn push_failure(markup: &mut Markup, failure: &Failure) {
    open_callout(markup, "callout failure", "bad", STILL);
    push_callout_title(markup, failure_word(failure.kind));
    markup.element(Tag::P, &[(Class, "message")], &failure.message);
    if !failure.hint.is_empty() {
        markup.element(Tag::P, &[(Class, "hint")], &failure.hint);
    }
    markup.close(Tag::Div);
}

pub(crate) fn open_callout(markup: &mut Markup, class: &str, tone: &str, role: &str) {
    markup.open(Tag::Div, &[(Class, class), (DataTone, tone), (Role, role)]);
}

pub(crate) fn push_callout_title(markup: &mut Markup, word: &str) {
    markup.open(Tag::P, &[(Class, "callout-title")]);
    push_mark(markup);
    markup
        .element(Tag::Span, &[(Class, "tone")], word)
        .close(Tag::P);
}

pub(crate) fn push_prose(markup: &mut Markup, text: &str) {
    markup.open(Tag::Div, &[(Class, "prose")]);
    widgets::push_html(markup, &markdown::markdown(text));
    markup.close(Tag::Div);
}

/// A quiet sentence: an empty place must not be taken for a broken one.
pub(crate) fn push_note(markup: &mut Markup, words: &str) {
    markup.element(Tag::P, &[(Class, "note")], words);
}

/// The shape that the style sheet draws from the tone or state around it.
pub(crate) fn push_mark(markup: &mut Markup) {
    markup.element(Tag::Span, &[(Class, "mark"), (AriaHidden, "true")], "");
}

/// The sort of failure in words.
pub fn failure_word(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Invalid => "Not valid",
        FailureKind::Denied => "Not allowed",
        FailureKind::Unavailable => "Unavailable",
        FailureKind::Timeout => "Timed out",
        FailureKind::Upstream => "Refused by the source",
        FailureKind::Internal => "Plugin failed",
    }
}

/// Lines with the clock, under a line for each day. A row of dates would say the same thing
/// five hundred times.
fn push_logs(markup: &mut Markup, records: &[LogRecord], cuts: &mut Vec<String>) {
    if records.is_empty() {
        push_note(markup, "No log lines.");
        return;
    }
    let shown = &records[..records.len().min(MAX_ROWS)];
    if shown.len() < records.len() {
        cuts.push(format!(
            "Showing {} of {} lines.",
            shown.len(),
            records.len()
        ));
    }
    let milliseconds = shown
        .iter()
        .any(|record| record.time_ms.is_some_and(|time_ms| time_ms % 1_000 != 0));
    markup.open(Tag::Ol, &[(Class, "log")]);
    let mut day = String::new();
    for record in shown {
        if let Some(time_ms) = record.time_ms {
            let date = time::date(time_ms);
            if date != day {
                markup.element(Tag::Li, &[(Class, "log-day")], &format!("{date} UTC"));
                day = date;
            }
        }
        push_log_line(markup, record, milliseconds);
    }
    markup.close(Tag::Ol);
}

fn push_log_line(markup: &mut Markup, record: &LogRecord, milliseconds: bool) {
    let level = record.level.word();
    markup.open(Tag::Li, &[(Class, "log-line"), (DataLevel, level)]);
    if let Some(time_ms) = record.time_ms {
        markup
            .element(
                Tag::Time,
                &[
                    (Datetime, &time::machine(time_ms)),
                    (Title, &time::utc(time_ms)),
                ],
                &time::clock(time_ms, milliseconds),
            )
            .text(" ");
    }
    markup
        .element(Tag::Span, &[(Class, "level")], level)
        .text(" ")
        .open(Tag::Span, &[(Class, "said")])
        .element(Tag::Span, &[(Class, "message")], &record.message);
    for label in &record.labels {
        let text = format!("{}={}", label.name, label.value);
        markup
            .text(" ")
            .element(Tag::Span, &[(Class, "label")], &text);
    }
    markup.close(Tag::Span).close(Tag::Li);
}
