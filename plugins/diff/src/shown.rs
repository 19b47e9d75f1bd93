//! What differs, as widgets. Pure.

use view_sdk::widgets::{self as ui, Alignment, Change, DiffLine, Span, Tone};
use view_sdk::{Context, Element, Frame, Output, ShownOutput, moment};

use crate::Diff;
use crate::compare::{Lines, Pair, Piece, pairs};
use crate::courses::{Course, Summary, courses};
use crate::rows::{Cell, Fate, Row, Rows};
use crate::words::{MAX_LINES, both, lines, percent};

/// Most lines and rows that are shown: whoever needs more looks for something else.
const MAX_SHOWN: usize = 2_000;

/// What is compared, and how it is shown.
pub fn tools(
    state: &Diff,
    outputs: &[&ShownOutput],
    before: &ShownOutput,
    after: &ShownOutput,
) -> Element {
    let choice = |name: &str, label: &str, chosen: &ShownOutput| {
        let choices = outputs.iter().map(|output| (&output.name, called(output)));
        ui::select(name, label, chosen.name.as_str())
            .choices(choices)
            .key(name)
    };
    let several = outputs.len() > 2;
    let timed = [before, after]
        .iter()
        .any(|shown| matches!(shown.answer.output, Output::Logs(_) | Output::Frames(_)));
    ui::row()
        .children(several.then(|| choice("before", "Before", before)))
        .children(several.then(|| choice("after", "After", after)))
        .child(ui::button("swap", "Swap").key("swap"))
        .child(ui::toggle("side", "Side by side", state.side).key("side"))
        .child(ui::toggle("all", "What is the same too", state.all).key("all"))
        .children(timed.then(|| ui::toggle("times", "Compare times", state.times).key("times")))
}

/// The comparison itself.
pub fn found(
    state: &Diff,
    before: &ShownOutput,
    after: &ShownOutput,
    context: &Context,
) -> Element {
    let outputs = (&before.answer.output, &after.answer.output);
    let (Some(old), Some(new)) = (lines(outputs.0, state.times), lines(outputs.1, state.times))
    else {
        return ui::empty("Widgets cannot be compared.")
            .hint("Texts, Markdown, logs, tables and series can.")
            .build();
    };
    let titles = (title(before), title(after));
    let line_by_line = || text(state, (&old, &new), (&titles.0, &titles.1));
    let (structure, remark) = match outputs {
        (Output::Table(old), Output::Table(new)) => {
            match Rows::of(old, new, context.option("key")) {
                Some(rows) => (Some(table(state, &rows)), None),
                None => (None, Some(no_key(context.option("key")))),
            }
        }
        (Output::Frames(old), Output::Frames(new)) => (series(state, old, new), None),
        (old, new) if kind(old) != kind(new) => {
            let words = format!(
                "`{}` holds {}, `{}` holds {}: only their lines are compared.",
                called(before),
                kind(old),
                called(after),
                kind(new)
            );
            (None, Some(words))
        }
        _ => (None, None),
    };
    let remark = remark.map(|remark| ui::callout(Tone::Info, remark));
    let stack = ui::stack().children(remark);
    match structure {
        Some(structure) => stack.child(structure.key("structure")).child(
            ui::details("Line by line")
                .child(line_by_line())
                .key("lines"),
        ),
        None => stack.child(line_by_line().key("lines")),
    }
}

fn called(output: &ShownOutput) -> &str {
    if output.name.is_empty() {
        "this cell"
    } else {
        &output.name
    }
}

fn title(output: &ShownOutput) -> String {
    format!("{}, {}", called(output), moment::utc(output.time_ms))
}

fn kind(output: &Output) -> &'static str {
    match output {
        Output::Text(_) | Output::Markdown(_) => "text",
        Output::Frames(_) => "series",
        Output::Table(_) => "a table",
        Output::Logs(_) => "logs",
        Output::Widgets(_) => "widgets",
    }
}

fn no_key(key: Option<&str>) -> String {
    match key {
        Some(key) => {
            format!("The two tables do not both have a column `{key}`, as `key` wants it.")
        }
        None => "The two tables have no column in common.".to_owned(),
    }
}

/// `1 line`, `3 lines`; series are the same in both numbers.
fn many(count: usize, what: &str) -> String {
    let ending = if count == 1 || what.ends_with('s') {
        ""
    } else {
        "s"
    };
    format!("{count} {what}{ending}")
}

/// The first lines, and whether there are more.
fn first(text: &str) -> (String, bool) {
    let lines: Vec<&str> = text.lines().take(MAX_LINES + 1).collect();
    let shown = lines.get(..MAX_LINES).unwrap_or(&lines);
    (shown.join("\n"), lines.len() > MAX_LINES)
}

fn text(state: &Diff, (old, new): (&str, &str), titles: (&str, &str)) -> Element {
    let ((old, old_more), (new, new_more)) = (first(old), first(new));
    let lines = Lines::of(&old, &new);
    let cut = (old_more || new_more).then(|| {
        ui::callout(
            Tone::Info,
            format!("Only the first {MAX_LINES} lines are compared."),
        )
    });
    let stack = ui::stack().children(cut);
    if lines.are_same() && !state.all {
        return stack.child(ui::callout(Tone::Good, "No line differs."));
    }
    let mut pieces = lines.pieces(state.all);
    let more = pieces.len().saturating_sub(MAX_SHOWN);
    pieces.truncate(MAX_SHOWN);
    let shown = if state.side {
        beside(pieces, titles)
    } else {
        below(pieces, titles)
    };
    stack
        .child(
            ui::row()
                .child(ui::badge(
                    Tone::Good,
                    format!("{} added", many(lines.added(), "line")),
                ))
                .child(ui::badge(
                    Tone::Bad,
                    format!("{} removed", many(lines.removed(), "line")),
                )),
        )
        .child(shown)
        .children((more > 0).then(|| ui::paragraph(format!("{} not shown.", many(more, "line")))))
}

fn gap(count: usize) -> String {
    format!("⋯ {} the same", many(count, "line"))
}

fn below(pieces: Vec<Piece>, (before, after): (&str, &str)) -> Element {
    let lines = pieces.into_iter().map(|piece| match piece {
        Piece::Line(line) => line,
        Piece::Gap(count) => DiffLine {
            change: Change::Same,
            text: gap(count),
        },
    });
    ui::diff_lines(lines).titles(before, after).build()
}

fn beside(pieces: Vec<Piece>, (before, after): (&str, &str)) -> Element {
    let plain = |text: &str| vec![ui::code_span(kept(text))];
    let marked = |tone: Tone, mark: &str, text: Option<String>| -> Vec<Span> {
        let span = |text: String| Span {
            code: true,
            ..ui::toned(tone, format!("{mark}\u{a0}{}", kept(&text)))
        };
        text.map(span).into_iter().collect()
    };
    let table = ui::table()
        .column(before, Alignment::Start)
        .column(after, Alignment::Start);
    pairs(pieces)
        .into_iter()
        .fold(table, |table, pair| match pair {
            Pair::Same(text) => table.row([plain(&text), plain(&text)]),
            Pair::Changed(old, new) => {
                table.row([marked(Tone::Bad, "-", old), marked(Tone::Good, "+", new)])
            }
            Pair::Gap(count) => table.row([vec![ui::italic(gap(count))], Vec::new()]),
        })
        .build()
}

/// Indentation that a table keeps.
fn kept(text: &str) -> String {
    let rest = text.trim_start_matches([' ', '\t']);
    let indentation = text.strip_suffix(rest).unwrap_or_default();
    let kept = indentation.replace('\t', "    ").replace(' ', "\u{a0}");
    format!("{kept}{rest}")
}

fn fate(fate: Fate) -> (Tone, &'static str) {
    match fate {
        Fate::Changed => (Tone::Warn, "changed"),
        Fate::Added => (Tone::Good, "added"),
        Fate::Removed => (Tone::Bad, "removed"),
        Fate::Same => (Tone::Neutral, "the same"),
    }
}

/// How many there are of each fate.
fn counts(what: &str, of: impl Fn(Fate) -> usize) -> Element {
    let fates = [Fate::Changed, Fate::Added, Fate::Removed, Fate::Same];
    ui::row().children(fates.map(|one| {
        let (tone, word) = fate(one);
        ui::badge(tone, format!("{} {word}", many(of(one), what)))
    }))
}

fn changed(before: &str, after: &str, by: &str) -> Vec<Span> {
    let by = if by.is_empty() {
        String::new()
    } else {
        format!(" ({by})")
    };
    vec![
        ui::strike(before),
        ui::text(" → "),
        ui::bold(after),
        ui::text(by),
    ]
}

fn table(state: &Diff, rows: &Rows) -> Element {
    let only = [
        ("Only before", &rows.only_before),
        ("Only after", &rows.only_after),
    ];
    let only = only.into_iter().filter(|(_, names)| !names.is_empty());
    let counts = counts("row", |fate| rows.count(fate));
    let shown: Vec<&Row> = rows
        .rows
        .iter()
        .filter(|row| state.all || row.fate != Fate::Same)
        .take(MAX_SHOWN)
        .collect();
    let stack =
        ui::stack()
            .child(counts)
            .children(only.map(|(word, names)| {
                ui::paragraph(format!("{word}: the columns {}.", names.join(", ")))
            }));
    if shown.is_empty() {
        return stack.child(ui::callout(Tone::Good, "No row differs."));
    }
    let first = ui::data_table("Rows")
        .badges("row", shown.iter().map(|row| fate(row.fate)))
        .texts(rows.key.as_str(), shown.iter().map(|row| row.key.as_str()));
    let cells = |place: usize| {
        shown.iter().map(move |row| match row.cells.get(place) {
            Some(Cell::Changed { before, after, by }) => changed(before, after, by),
            Some(Cell::Same(text)) => vec![ui::text(text.as_str())],
            None => Vec::new(),
        })
    };
    let columns = rows.columns.iter().enumerate();
    let table = columns.fold(first, |table, (place, name)| {
        table.rich(name.as_str(), cells(place))
    });
    stack.child(table.page_rows(50).filter())
}

/// None when there are no series.
fn series(state: &Diff, before: &[Frame], after: &[Frame]) -> Option<Element> {
    let all = courses(before, after);
    if all.is_empty() {
        return None;
    }
    let counts = counts("series", |fate| {
        all.iter().filter(|course| course.fate() == fate).count()
    });
    let shown: Vec<&Course> = all
        .iter()
        .filter(|course| state.all || course.fate() != Fate::Same)
        .take(MAX_SHOWN)
        .collect();
    let stack = ui::stack().child(counts);
    if shown.is_empty() {
        return Some(stack.child(ui::callout(
            Tone::Good,
            "No series differs in its last value, mean or maximum.",
        )));
    }
    let column = |of: fn(&Summary) -> f64| shown.iter().map(move |course| value(course, of));
    let table = ui::data_table("Series")
        .badges("fate", shown.iter().map(|course| fate(course.fate())))
        .texts("series", shown.iter().map(|course| course.name.as_str()))
        .rich("last", column(|summary| summary.last))
        .rich("mean", column(|summary| summary.mean))
        .rich("max", column(|summary| summary.max))
        .numbers(
            "change of the mean",
            shown.iter().map(|course| course.mean_change()),
        )
        .unit("%")
        .page_rows(50)
        .filter();
    Some(stack.child(table))
}

fn value(course: &Course, of: fn(&Summary) -> f64) -> Vec<Span> {
    let unit = course.unit.as_str();
    match (&course.before, &course.after) {
        (Some(before), Some(after)) => {
            let (old, new) = (of(before), of(after));
            let (was, is) = both(unit, old, new);
            if was == is {
                return vec![ui::text(was)];
            }
            changed(&was, &is, &percent(old, new).unwrap_or_default())
        }
        (Some(one), None) | (None, Some(one)) => {
            vec![ui::text(both(unit, of(one), of(one)).0)]
        }
        (None, None) => Vec::new(),
    }
}
