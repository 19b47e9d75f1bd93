//! An answer or a failure as an HTML fragment.

use crate::{MAX_ROWS, View, builtin, choice::unfit, figure, markdown, table};
use Attribute::{AriaHidden, Class, DataTone, Role};
use output::{Answer, Builtin, Failure, FailureKind, Level, LogRecord, Output};
use widgets::{Attribute, LogLevel, LogRow, Markup, Surroundings, Tag};

/// Trees of answers stand in a notebook among others: nothing in them is named by id.
const AROUND: Surroundings<'static> = Surroundings {
    ids: "",
    keys: false,
    markdown: markdown::markdown,
    now_ms: None,
};

/// Around a tree of widgets: text as in prose, but tables and forms as wide as there is room.
#[cfg(feature = "trees")]
pub(crate) const TREE_CLASS: &str = "prose widgets";

/// The role of what is read at its place. A failure may be somebody else's, so it interrupts nobody:
/// the page says the end of a run politely.
const STILL: &str = "note";

/// What a plugin answered, with its notices.
pub fn answer(answer: &Answer, view: &View) -> String {
    answer_as(answer, None, view)
}

/// As [`answer`], shown as the cell wishes; where that does not fit, words say so.
pub fn answer_as(answer: &Answer, builtin: Option<Builtin>, view: &View) -> String {
    let mut markup = Markup::new();
    push_answer_as(&mut markup, answer, builtin, view);
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

/// A widget tree as HTML, or why it cannot be shown.
#[cfg(feature = "trees")]
pub fn tree_html(tree: &widgets::EncodedTree) -> String {
    written(tree, &AROUND)
}

/// As [`tree_html`], for a page that holds other trees: its ids begin with `ids`.
#[cfg(feature = "trees")]
pub fn picture(tree: &widgets::EncodedTree, ids: &str) -> String {
    written(tree, &Surroundings { ids, ..AROUND })
}

#[cfg(feature = "trees")]
fn written(tree: &widgets::EncodedTree, around: &Surroundings<'_>) -> String {
    match tree.tree() {
        Ok(tree) => widgets::html(&tree, around),
        Err(error) => failure(&unreadable(&error)),
    }
}

/// A widget tree for terminals, or why it cannot be shown.
#[cfg(feature = "trees")]
pub fn tree_text(tree: &widgets::EncodedTree) -> String {
    match tree.tree() {
        Ok(tree) => widgets::text(&tree),
        Err(error) => unreadable(&error).message,
    }
}

#[cfg(feature = "trees")]
fn unreadable(error: &widgets::UnreadableTree) -> Failure {
    Failure::internal(format!("The widgets cannot be shown: {error}"))
        .hint("The plugin that made them needs to be mended.")
}

/// Markdown as HTML, for the inside of a `prose` element.
pub fn markdown_html(text: &str) -> String {
    let mut markup = Markup::new();
    widgets::push_prose(&mut markup, &markdown::markdown(text), &AROUND);
    markup.finish()
}

pub(crate) fn push_answer_as(
    markup: &mut Markup,
    answer: &Answer,
    builtin: Option<Builtin>,
    view: &View,
) {
    let mut cuts = Vec::new();
    let is_written =
        builtin.is_some_and(|builtin| builtin::push(markup, answer, builtin, view, &mut cuts));
    if !is_written {
        push_output(markup, &answer.output, view, &mut cuts);
        cuts.extend(unfit(&answer.output, builtin));
    }
    cuts.extend(answer.notices.iter().cloned());
    push_notices(markup, &cuts);
}

/// What is shown where nothing else was chosen.
fn push_output(markup: &mut Markup, output: &Output, view: &View, cuts: &mut Vec<String>) {
    match output {
        Output::Text(text) => builtin::push_text(markup, text, "text", cuts),
        Output::Markdown(text) => push_prose(markup, text),
        Output::Frames(frames) => figure::push_frames(markup, frames, view, cuts),
        Output::Table(frame) => table::push_table(markup, frame, cuts),
        Output::Logs(records) => push_logs(markup, records, cuts),
        #[cfg(feature = "trees")]
        Output::Widgets(encoded) => match encoded.tree() {
            Ok(tree) => {
                markup.open(Tag::Div, &[(Class, TREE_CLASS)]);
                widgets::push_html(markup, &tree, &AROUND);
                markup.close(Tag::Div);
            }
            Err(error) => push_failure(markup, &unreadable(&error)),
        },
        #[cfg(not(feature = "trees"))]
        Output::Widgets(_) => {}
    }
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
    widgets::push_prose(markup, &markdown::markdown(text), &AROUND);
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

/// The first lines, as widgets have them.
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
    let rows: Vec<LogRow<'_>> = shown.iter().map(log_row).collect();
    markup.open(Tag::Ol, &widgets::LOG_LIST);
    widgets::push_log(markup, &rows);
    markup.close(Tag::Ol);
}

pub(crate) fn log_row(record: &LogRecord) -> LogRow<'_> {
    LogRow {
        time_ms: record.time_ms,
        level: match record.level {
            Level::Debug => LogLevel::Debug,
            Level::Info => LogLevel::Info,
            Level::Warn => LogLevel::Warn,
            Level::Error => LogLevel::Error,
        },
        text: &record.message,
        fields: record
            .labels
            .iter()
            .map(|label| (&*label.name, &*label.value))
            .collect(),
    }
}
