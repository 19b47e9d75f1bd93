//! Budgets, burn rates and alerts. Pure.
//!
//! After "Alerting on SLOs" in the Site Reliability Workbook (Google, 2018): an alert fires while a
//! long window and a short one both burn faster than the share of the budget that the long one may
//! spend. <https://sre.google/workbook/alerting-on-slos/>

use view_sdk::widgets::Tone;
use view_sdk::{Context, Unit, duration_ms};

use crate::course::Course;

const MINUTE_MS: i64 = 60_000;
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aim {
    /// In percent, above 0 and below 100.
    pub objective: f64,
    pub window_ms: i64,
}

/// What an alert that fires asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    Page,
    Ticket,
}

/// When the budget burns too fast.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    pub urgency: Urgency,
    pub long_ms: i64,
    pub short_ms: i64,
    /// The share of the budget that is gone when the long window burnt at the threshold.
    spent: f64,
}

/// 14.4, 6, 3 and 1 times the budget's pace when the objective is over 30 days.
pub const RULES: [Rule; 4] = [
    rule(Urgency::Page, HOUR_MS, 5 * MINUTE_MS, 0.02),
    rule(Urgency::Page, 6 * HOUR_MS, 30 * MINUTE_MS, 0.05),
    rule(Urgency::Ticket, DAY_MS, 2 * HOUR_MS, 0.1),
    rule(Urgency::Ticket, 3 * DAY_MS, 6 * HOUR_MS, 0.1),
];

const fn rule(urgency: Urgency, long_ms: i64, short_ms: i64, spent: f64) -> Rule {
    Rule {
        urgency,
        long_ms,
        short_ms,
        spent,
    }
}

/// What the data say about a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// How many times faster than the budget's pace; none where the data do not say.
    pub long: Option<f64>,
    pub short: Option<f64>,
    pub state: State,
}

/// The most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Fires(Urgency),
    /// The short window burns too fast, the long one does not yet.
    Begins,
    /// The long window still burns too fast, the short one no longer does.
    Ends,
    Quiet,
    /// The data have fewer than one sample in a short window.
    TooCoarse,
    /// The data are shorter than the long window.
    TooShort,
}

/// How much of the budget is gone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// Of all of it; more than 1 when the objective is missed.
    pub spent: f64,
    /// The data cover the whole window; otherwise what was spent before them is not known.
    pub is_whole: bool,
}

impl Aim {
    /// What the options say.
    ///
    /// # Errors
    /// What is wrong with them, in one sentence.
    pub fn of(context: &Context) -> Result<Self, &'static str> {
        let objective = context.option("objective").unwrap_or("99.9");
        let window = context.option("window").unwrap_or("30d");
        Self::parse(objective.trim().parse().ok(), window)
    }

    /// As [`Aim::of`], of what was typed.
    pub fn parse(objective: Option<f64>, window: &str) -> Result<Self, &'static str> {
        let objective = objective
            .filter(|percent| *percent > 0.0 && *percent < 100.0)
            .ok_or("The objective must be above 0 and below 100 percent, like 99.9.")?;
        let window_ms = duration_ms(window)
            .and_then(|window_ms| i64::try_from(window_ms).ok())
            .filter(|window_ms| *window_ms >= HOUR_MS)
            .ok_or("The window must be a length of time of an hour or more, like 30d or 12h.")?;
        Ok(Self {
            objective,
            window_ms,
        })
    }

    /// The share of errors that the objective allows.
    pub fn allowed(&self) -> f64 {
        1.0 - self.objective / 100.0
    }

    /// How many times faster than the budget's pace the window burnt; none where nothing is known.
    pub fn burn(&self, course: &Course, window_ms: i64) -> Option<f64> {
        Some(course.ratio_over(window_ms)? / self.allowed())
    }

    /// The burn of the last hour, or of as much of it as is known, and how long that is.
    pub fn recent(&self, course: &Course) -> (f64, i64) {
        let window_ms = if course.covers(HOUR_MS) {
            HOUR_MS
        } else {
            course.covered_ms()
        };
        // A single sample stands for no time at all, but says something.
        let burn = self.burn(course, window_ms.max(1));
        (burn.unwrap_or(0.0), window_ms)
    }

    pub fn budget(&self, course: &Course) -> Budget {
        let is_whole = course.covers(self.window_ms);
        let known_ms = if is_whole {
            self.window_ms
        } else {
            course.covered_ms()
        };
        let burn = self.burn(course, known_ms.max(1)).unwrap_or(0.0);
        Budget {
            spent: burn * known_ms as f64 / self.window_ms as f64,
            is_whole,
        }
    }

    /// Milliseconds until the rest of the budget is gone; none when it is gone, or when nothing
    /// burns.
    pub fn lasts_ms(&self, budget: &Budget, burn: f64) -> Option<i64> {
        let lasts_ms = budget.left() * self.window_ms as f64 / burn;
        // What is longer than an integer holds is as long as it can hold.
        (budget.left() > 0.0 && burn > 0.0).then_some(lasts_ms.round() as i64)
    }

    /// The burn from which a rule fires.
    pub fn threshold(&self, rule: &Rule) -> f64 {
        rule.spent * self.window_ms as f64 / rule.long_ms as f64
    }

    pub fn judge(&self, course: &Course, rule: &Rule) -> Verdict {
        let known = |window_ms: i64| {
            (course.covers(window_ms) && course.step_ms <= window_ms)
                .then(|| self.burn(course, window_ms))
                .flatten()
        };
        let (long, short) = (known(rule.long_ms), known(rule.short_ms));
        let too_fast = |burn: f64| burn >= self.threshold(rule);
        let state = match (long.map(too_fast), short.map(too_fast)) {
            _ if course.step_ms > rule.short_ms => State::TooCoarse,
            (None, _) | (_, None) => State::TooShort,
            (Some(true), Some(true)) => State::Fires(rule.urgency),
            (Some(true), Some(false)) => State::Ends,
            (Some(false), Some(true)) => State::Begins,
            (Some(false), Some(false)) => State::Quiet,
        };
        Verdict { long, short, state }
    }

    /// The most urgent of what the rules say.
    pub fn worst(&self, course: &Course) -> State {
        let states = RULES.iter().map(|rule| self.judge(course, rule).state);
        states.min().unwrap_or(State::TooShort)
    }
}

impl Budget {
    /// Of all of it; below 0 when the objective is missed.
    pub fn left(&self) -> f64 {
        1.0 - self.spent
    }
}

impl Urgency {
    pub fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Ticket => "ticket",
        }
    }
}

impl State {
    pub fn tone(self) -> Tone {
        match self {
            Self::Fires(Urgency::Page) => Tone::Bad,
            Self::Fires(Urgency::Ticket) | Self::Begins => Tone::Warn,
            Self::Ends => Tone::Info,
            Self::Quiet => Tone::Good,
            Self::TooShort | Self::TooCoarse => Tone::Neutral,
        }
    }

    /// What it says, of this course.
    pub fn words(self, course: &Course) -> String {
        match self {
            Self::Fires(urgency) => format!("fires: {}", urgency.word()),
            Self::Begins => "begins".to_owned(),
            Self::Ends => "is ending".to_owned(),
            Self::Quiet => "quiet".to_owned(),
            Self::TooShort if course.step_ms == 0 => "not covered: a single sample".to_owned(),
            Self::TooShort => format!("not covered: the data are {}", span(course.covered_ms())),
            Self::TooCoarse => format!("too coarse: a sample each {}", span(course.step_ms)),
        }
    }
}

/// A length of time in one unit: `6 h`, `30 d`.
pub fn span(milliseconds: i64) -> String {
    let seconds = milliseconds as f64 / 1_000.0;
    // Units change at twice their size elsewhere; whole hours and days are what windows are.
    for (unit, length) in [("d", 86_400.0), ("h", 3_600.0), ("min", 60.0)] {
        if seconds >= length && seconds % length == 0.0 {
            return format!("{} {unit}", seconds / length);
        }
    }
    Unit::parse("s").text(seconds)
}
