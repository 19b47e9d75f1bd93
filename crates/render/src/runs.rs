//! The runs of a cell: each in a line, and what differs between two of them.

use crate::{
    answer::{push_mark, push_note},
    failure_text,
    history::ending_word,
    number_of, person,
    plain::output_text,
    table::{is_number, series_name},
    time,
};
use Attribute::{Class, DataAlign, DataState, Datetime, Scope, Title};
use notebook::{ActorId, Ending, Notebook, Outcome, Run};
use output::{Answer, Frame, Output, Values};
use scale::NumberFormat;
use widgets::{Attribute, Change, DiffLine, Markup, Tag, build};

/// Lines around a change that are shown with it.
const AROUND: usize = 3;
/// Most lines of a difference that become HTML; a notice names the rest.
const MAX_LINES: usize = 2_000;
/// Most series that are compared.
const MAX_SERIES: usize = 100;

/// One run in a line: when, by whom, how it ended and how long it took.
pub fn run_line(run: &Run, notebook: &Notebook, you: ActorId) -> String {
    let mut markup = Markup::new();
    let machine = time::machine(run.started_ms);
    markup
        .element(
            Tag::Time,
            &[(Datetime, &machine)],
            &time::utc(run.started_ms),
        )
        .text(" ")
        .element(
            Tag::Span,
            &[(Class, "who")],
            person(run.actor, notebook, you),
        )
        .text(" ");
    let ending = run
        .finished
        .as_ref()
        .map(|(outcome, _)| Ending::from(outcome));
    let (state, word) = ending_word(ending);
    markup.open(Tag::Span, &[(Class, "ending"), (DataState, state)]);
    push_mark(&mut markup);
    markup.text(word).close(Tag::Span);
    if let Some((_, ended_ms)) = &run.finished {
        let took = time::duration(ended_ms.saturating_sub(run.started_ms));
        markup
            .text(" ")
            .element(Tag::Span, &[(Class, "took")], &took);
    }
    markup.finish()
}

/// What differs between two runs, the older one first: their sources where those differ, then
/// what they gave. `answers` are those that are at hand.
pub fn runs_difference(before: (&Run, Option<&Answer>), after: (&Run, Option<&Answer>)) -> String {
    let mut markup = Markup::new();
    if before.0.source != after.0.source {
        markup.element(Tag::H4, &[], "Source");
        push_difference(&mut markup, &before.0.source, &after.0.source);
        markup.element(Tag::H4, &[], "Output");
    }
    let output = |answer: Option<&'_ Answer>| answer.map(|answer| answer.output.clone());
    match (output(before.1), output(after.1)) {
        (Some(Output::Frames(before)), Some(Output::Frames(after))) => {
            push_series(&mut markup, &before, &after);
        }
        (Some(Output::Widgets(before)), Some(Output::Widgets(after))) => {
            let words = if before == after {
                "The two runs gave the same widgets."
            } else {
                "The two runs gave different widgets: see them side by side."
            };
            push_note(&mut markup, words);
        }
        _ => {
            let (before, after) = (told(before), told(after));
            push_difference(&mut markup, &before, &after);
        }
    }
    markup.finish()
}

/// What a run gave, in lines.
fn told((run, answer): (&Run, Option<&Answer>)) -> String {
    match (&run.finished, answer) {
        (_, Some(answer)) => output_text(&answer.output),
        (Some((Outcome::Failed(failure), _)), None) => failure_text(failure),
        (Some((Outcome::Cancelled, _)), None) => "Cancelled.".to_owned(),
        (Some((Outcome::Interrupted, _)), None) => "Interrupted.".to_owned(),
        (Some((Outcome::Done(_), _)), None) => "(not at hand)".to_owned(),
        (None, None) => "(still running)".to_owned(),
    }
}

/// Two texts in their lines, with what is gone and what is new; of what is the same, the lines
/// around.
pub fn difference(before: &str, after: &str) -> String {
    let mut markup = Markup::new();
    push_difference(&mut markup, before, after);
    markup.finish()
}

fn push_difference(markup: &mut Markup, before: &str, after: &str) {
    let all = build::diff(before, after);
    let lines = all.lines();
    let changed = |line: &DiffLine| line.change != Change::Same;
    let count = |change: Change| lines.iter().filter(|line| line.change == change).count();
    if !lines.iter().any(changed) {
        push_note(markup, "Both are the same, line by line.");
        return;
    }
    markup.open(Tag::Figure, &[(Class, "diff")]);
    markup.open(Tag::Figcaption, &[]);
    let (added, removed) = (count(Change::Added), count(Change::Removed));
    markup
        .element(
            Tag::Span,
            &[(Class, "removed")],
            &format!("{} gone", number_of(removed, "line")),
        )
        .text(" ")
        .element(
            Tag::Span,
            &[(Class, "added")],
            &format!("{} new", number_of(added, "line")),
        );
    markup.close(Tag::Figcaption).open(Tag::Pre, &[]);
    let near = near_changes(lines);
    let (mut skipped, mut written) = (0, 0);
    for (line, near) in lines.iter().zip(near) {
        if !near || written == MAX_LINES {
            skipped += 1;
            continue;
        }
        push_skipped(markup, std::mem::take(&mut skipped));
        written += 1;
        let (class, sign) = match line.change {
            Change::Same => ("same", ' '),
            Change::Added => ("added", '+'),
            Change::Removed => ("removed", '-'),
        };
        let text = format!("{sign} {}", line.text);
        markup.element(Tag::Span, &[(Class, class)], &text);
    }
    push_skipped(markup, skipped);
    markup.close(Tag::Pre).close(Tag::Figure);
}

/// Which lines are changes or close to one.
fn near_changes(lines: &[DiffLine]) -> Vec<bool> {
    let mut near = vec![false; lines.len()];
    for (place, line) in lines.iter().enumerate() {
        if line.change != Change::Same {
            let end = (place + AROUND + 1).min(lines.len());
            near[place.saturating_sub(AROUND)..end].fill(true);
        }
    }
    near
}

fn push_skipped(markup: &mut Markup, count: usize) {
    if count > 0 {
        let words = format!("  … {}", number_of(count, "further line"));
        markup.element(Tag::Span, &[(Class, "same skipped")], &words);
    }
}

/// A series in a few numbers.
struct Course {
    name: String,
    unit: String,
    mean: f64,
    max: f64,
    last: f64,
}

/// Series by their names, as two runs rarely have the same times: what they were on average, at
/// most and at last.
fn push_series(markup: &mut Markup, before: &[Frame], after: &[Frame]) {
    let (before, after) = (courses(before), courses(after));
    let mut names: Vec<&str> = Vec::new();
    for course in before.iter().chain(&after) {
        if !names.contains(&course.name.as_str()) {
            names.push(&course.name);
        }
    }
    if names.is_empty() {
        push_note(markup, "Neither run gave any data.");
        return;
    }
    markup.open(Tag::Div, &[(Class, "table-scroll")]);
    markup.open(Tag::Table, &[(Class, "data compared")]);
    markup.open(Tag::Thead, &[]).open(Tag::Tr, &[]);
    markup.element(Tag::Th, &[(Scope, "col")], "series");
    for head in ["mean", "highest", "last"] {
        markup.element(Tag::Th, &[(Scope, "col"), (DataAlign, "end")], head);
    }
    markup
        .close(Tag::Tr)
        .close(Tag::Thead)
        .open(Tag::Tbody, &[]);
    for name in names.iter().take(MAX_SERIES) {
        let find = |courses: &'_ [Course]| courses.iter().position(|course| course.name == *name);
        let pair = (
            find(&before).map(|place| &before[place]),
            find(&after).map(|place| &after[place]),
        );
        markup.open(Tag::Tr, &[]);
        let shown = if name.is_empty() { "value" } else { name };
        markup.element(Tag::Td, &[], shown);
        for value in [
            |course: &Course| course.mean,
            |course: &Course| course.max,
            |course: &Course| course.last,
        ] {
            push_pair(markup, pair, value);
        }
        markup.close(Tag::Tr);
    }
    markup.close(Tag::Tbody).close(Tag::Table).close(Tag::Div);
    if names.len() > MAX_SERIES {
        let words = format!("Showing {MAX_SERIES} of {} series.", names.len());
        push_note(markup, &words);
    }
}

/// `before → after` with how much that is.
fn push_pair(
    markup: &mut Markup,
    (before, after): (Option<&Course>, Option<&Course>),
    value: fn(&Course) -> f64,
) {
    let unit = before.or(after).map_or("", |course| course.unit.as_str());
    let numbers: Vec<f64> = [before, after].into_iter().flatten().map(value).collect();
    let format = NumberFormat::choose(&numbers, unit);
    let print = |course: Option<&Course>| match course.map(value) {
        Some(number) if number.is_finite() => format.print(number),
        _ => "–".to_owned(),
    };
    let mut words = format!("{} → {}", print(before), print(after));
    if !format.unit.is_empty() {
        words = format!("{words} {}", format.unit);
    }
    markup.open(Tag::Td, &[(DataAlign, "end")]).text(&words);
    if let (Some(before), Some(after)) = (before.map(value), after.map(value))
        && before != 0.0
        && (after / before).is_finite()
    {
        let change = (after / before - 1.0) * 100.0;
        let words = match change {
            change if change.abs() < 0.05 => "same".to_owned(),
            change if change > 0.0 => format!("+{change:.1} %"),
            change => format!("−{:.1} %", change.abs()),
        };
        let attributes = [(Class, "delta"), (Title, "against the earlier run")];
        markup.text(" ").element(Tag::Span, &attributes, &words);
    }
    markup.close(Tag::Td);
}

fn courses(frames: &[Frame]) -> Vec<Course> {
    let mut courses = Vec::new();
    for frame in frames {
        let name = series_name(&frame.name, &frame.labels);
        let several = frame
            .columns
            .iter()
            .filter(|column| is_number(column))
            .count()
            > 1;
        for column in &frame.columns {
            let Values::Numbers(values) = &column.values else {
                continue;
            };
            let there = || values.iter().copied().filter(|value| value.is_finite());
            let count = there().count();
            courses.push(Course {
                name: match (several, name.as_str()) {
                    (true, "") => column.name.clone(),
                    (true, name) => format!("{name} {}", column.name),
                    (false, name) => name.to_owned(),
                },
                unit: column.unit.clone(),
                mean: there().sum::<f64>() / count as f64,
                max: there().fold(f64::NAN, f64::max),
                last: there().next_back().unwrap_or(f64::NAN),
            });
        }
    }
    courses
}
