//! What is found, as widgets. Pure.

use view_sdk::widgets::{self as ui, Series, Tone};
use view_sdk::{Context, Element, Unit, moment};

use crate::budget::{Aim, RULES, State, Urgency, span};
use crate::course::Course;

/// Lines of the plot: more cannot be told apart.
const MAX_LINES: usize = 8;
/// Below this share the budget is low.
const LOW: f64 = 0.25;
/// Below every share of a budget that is not absurd, in percent.
const USED_UP: f64 = -1e9;
/// Data that end so much before the range does are worth a word, unless their steps are longer.
const LATE_MS: i64 = 5 * 60_000;

/// Several series, one to be looked at.
pub fn choice(courses: &[Course], chosen: &str) -> Element {
    let names = courses.iter().map(|course| (&course.name, &course.name));
    ui::select("series", "Series", chosen)
        .choices(names)
        .help("The most urgent comes first.")
        .build()
}

/// The numbers to see first.
pub fn stats(aim: &Aim, course: &Course) -> Element {
    let budget = aim.budget(course);
    let (burn, window_ms) = aim.recent(course);
    let errors = burn * aim.allowed();
    let left = if budget.is_whole {
        ui::stat("Budget left", budget.left() * 100.0)
    } else {
        let known = span(course.covered_ms());
        ui::stat("Budget left, at most", budget.left() * 100.0)
            .note(format!("only the last {known} are known"))
    };
    ui::row()
        .child(
            left.unit("%")
                .threshold(USED_UP, Tone::Bad, "used up")
                .threshold(f64::MIN_POSITIVE, Tone::Warn, "low")
                .threshold(LOW * 100.0, Tone::Good, ""),
        )
        .child(
            ui::stat(format!("Burn rate, last {}", span(window_ms)), burn)
                .unit("x")
                .threshold(0.0, Tone::Good, "")
                .threshold(1.0, Tone::Warn, "faster than the budget")
                .threshold(page_from(aim), Tone::Bad, "far too fast")
                .course(course.ratios().map(|(_, ratio)| ratio / aim.allowed())),
        )
        .child(
            ui::stat(format!("Errors, last {}", span(window_ms)), errors * 100.0)
                .unit("%")
                .note(format!("{} are allowed", percent(aim.allowed()))),
        )
}

/// How much of the budget is gone.
pub fn spent(aim: &Aim, course: &Course) -> Element {
    let budget = aim.budget(course);
    let tone = match budget.left() {
        left if left <= 0.0 => Tone::Bad,
        left if left < LOW => Tone::Warn,
        _ => Tone::Good,
    };
    let note = if budget.is_whole {
        percent(budget.spent)
    } else {
        format!(
            "{} within {} of {}",
            percent(budget.spent),
            span(course.covered_ms()),
            span(aim.window_ms)
        )
    };
    ui::progress("Budget spent", budget.spent.clamp(0.0, 1.0))
        .tone(tone)
        .note(note)
        .build()
}

/// How long the rest lasts.
pub fn outlook(aim: &Aim, course: &Course) -> Element {
    let budget = aim.budget(course);
    let (burn, window_ms) = aim.recent(course);
    let pace = format!("At the pace of the last {}", span(window_ms));
    let most = if budget.is_whole { "" } else { "at most " };
    ui::paragraph(match aim.lasts_ms(&budget, burn) {
        _ if budget.left() <= 0.0 => vec![
            ui::bold("The budget is used up."),
            ui::text(format!(
                " The objective was missed within the last {}.",
                span(if budget.is_whole {
                    aim.window_ms
                } else {
                    course.covered_ms()
                })
            )),
        ],
        None => vec![ui::text(format!(
            "Nothing was burnt in the last {}.",
            span(window_ms)
        ))],
        Some(lasts_ms) if lasts_ms >= aim.window_ms => vec![ui::text(format!(
            "{pace} the budget lasts for the {} that it is for, and longer.",
            span(aim.window_ms)
        ))],
        Some(lasts_ms) => vec![
            ui::text(format!("{pace} the budget is used up in {most}")),
            ui::bold(moment::duration(lasts_ms)),
            ui::text(format!(
                ": {}.",
                moment::moment(course.end_ms().saturating_add(lasts_ms))
            )),
        ],
    })
}

/// The rules and what the data say about each.
pub fn alerts(aim: &Aim, course: &Course) -> Element {
    let judged = || RULES.iter().map(|rule| (rule, aim.judge(course, rule)));
    let urgency = |urgency: Urgency| match urgency {
        Urgency::Page => "Page",
        Urgency::Ticket => "Ticket",
    };
    ui::data_table("Alerts")
        .texts("alert", RULES.iter().map(|rule| urgency(rule.urgency)))
        .texts(
            "windows",
            RULES
                .iter()
                .map(|rule| format!("{} and {}", span(rule.long_ms), span(rule.short_ms))),
        )
        .numbers("from", RULES.iter().map(|rule| aim.threshold(rule)))
        .unit("x")
        .numbers(
            "long window",
            judged().map(|(_, verdict)| verdict.long.unwrap_or(f64::NAN)),
        )
        .unit("x")
        .numbers(
            "short window",
            judged().map(|(_, verdict)| verdict.short.unwrap_or(f64::NAN)),
        )
        .unit("x")
        .badges(
            "state",
            judged().map(|(_, verdict)| {
                let state: State = verdict.state;
                (state.tone(), state.words(course))
            }),
        )
        .build()
}

/// The burn of each sample.
pub fn burn(aim: &Aim, courses: &[Course], looked_at: &Course) -> Element {
    let others = courses.iter().filter(|course| *course != looked_at);
    let lines = std::iter::once(looked_at).chain(others).take(MAX_LINES);
    let series = lines.map(|course| {
        let (times_ms, values) = course
            .ratios()
            .map(|(time_ms, ratio)| (time_ms, ratio / aim.allowed()))
            .unzip();
        Series {
            name: course.name.clone(),
            unit: "x".to_owned(),
            times_ms,
            values,
        }
    });
    ui::time_series("Burn rate")
        .with_series(series)
        .threshold(1.0, Tone::Warn, "the budget's pace")
        .threshold(page_from(aim), Tone::Bad, "page")
        .build()
}

/// Every series in a row.
pub fn all(aim: &Aim, courses: &[Course]) -> Element {
    let left = courses
        .iter()
        .map(|course| aim.budget(course).left() * 100.0);
    ui::data_table("All series")
        .texts("series", courses.iter().map(|course| course.name.as_str()))
        .numbers("budget left", left)
        .unit("%")
        .numbers("burn", courses.iter().map(|course| aim.recent(course).0))
        .unit("x")
        .badges(
            "most urgent",
            courses.iter().map(|course| {
                let worst = aim.worst(course);
                (worst.tone(), worst.words(course))
            }),
        )
        .page_rows(20)
        .filter()
        .build()
}

/// The objective and its window, to be changed.
pub fn form(context: &Context) -> Element {
    ui::form("aim", "Keep")
        .child(
            ui::number_field("objective", "Objective")
                .value(context.number("objective").or(Some(99.9)))
                .min(0.0)
                .max(100.0)
                .unit("%")
                .help("How much has to go well.")
                .required(),
        )
        .child(
            ui::text_field("window", "Over")
                .value(context.option("window").unwrap_or("30d"))
                .placeholder("30d")
                .max_length(20)
                .help("Kept in the cell, for everybody.")
                .required(),
        )
}

/// That the data end before the range does.
pub fn late(course: &Course, end_ms: i64) -> Option<String> {
    let late_ms = end_ms - course.end_ms();
    (late_ms > LATE_MS.max(3 * course.step_ms)).then(|| {
        format!(
            "The data end at {}, {} before the range does: \"the last hour\" is the one before that.",
            moment::moment(course.end_ms()),
            moment::duration(late_ms)
        )
    })
}

/// The burn from which somebody is woken.
fn page_from(aim: &Aim) -> f64 {
    RULES.first().map_or(f64::MAX, |rule| aim.threshold(rule))
}

fn percent(share: f64) -> String {
    // Objectives have few digits; what is left of 1 has many.
    Unit::parse("%").text((share * 1e8).round() / 1e6)
}
