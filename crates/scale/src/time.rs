//! Times as people read them, in UTC: calendar arithmetic, step choice, tick labels.

/// Times beyond this are not shown: the span of a JavaScript `Date`, about 275,000 years each way.
pub const MAX_TIME_MS: i64 = 8_640_000_000_000_000;

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Mean length in the Gregorian calendar.
const MONTH_MS: i64 = 2_629_746_000;
/// Never more ticks than this, whatever the sizes are.
const MAX_TICKS: usize = 40;
/// Free space between two labels where there is room, and where that would leave fewer than
/// [`FEW_TICKS`].
const LABEL_GAP_PX: f64 = 36.0;
const TIGHT_LABEL_GAP_PX: f64 = 14.0;
/// Fewer than these do not make an axis readable.
const FEW_TICKS: usize = 3;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A point in time, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    pub year: i64,
    /// From 1.
    pub month: u8,
    /// From 1.
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub millisecond: u16,
}

impl Civil {
    pub fn of(time_ms: i64) -> Self {
        let (year, month, day) = date(time_ms.div_euclid(DAY_MS));
        let in_day = time_ms.rem_euclid(DAY_MS);
        Self {
            year,
            month,
            day,
            hour: (in_day / HOUR_MS) as u8,
            minute: (in_day / MINUTE_MS % 60) as u8,
            second: (in_day / SECOND_MS % 60) as u8,
            millisecond: (in_day % SECOND_MS) as u16,
        }
    }

    /// `2026-03-04`.
    pub fn date_text(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// `03:12`, with seconds and milliseconds only where there are any.
    pub fn clock_text(&self) -> String {
        let Self {
            hour,
            minute,
            second,
            millisecond,
            ..
        } = self;
        if *millisecond != 0 {
            format!("{hour:02}:{minute:02}:{second:02}.{millisecond:03}")
        } else if *second != 0 {
            format!("{hour:02}:{minute:02}:{second:02}")
        } else {
            format!("{hour:02}:{minute:02}")
        }
    }

    fn month_name(&self) -> &'static str {
        MONTHS
            .get(usize::from(self.month).wrapping_sub(1))
            .copied()
            .unwrap_or_default()
    }
}

/// `2026-03-04 03:12:15 UTC`.
pub fn text(time_ms: i64) -> String {
    let civil = Civil::of(time_ms);
    format!(
        "{} {:02}:{:02}:{:02}{} UTC",
        civil.date_text(),
        civil.hour,
        civil.minute,
        civil.second,
        match civil.millisecond {
            0 => String::new(),
            millisecond => format!(".{millisecond:03}"),
        }
    )
}

/// `2026-03-04 10:00 to 11:00 UTC`; the second date only where it is another day.
pub fn range_text(start_ms: i64, end_ms: i64) -> String {
    let (start, end) = (Civil::of(start_ms), Civil::of(end_ms));
    let first = format!("{} {}", start.date_text(), start.clock_text());
    if start_ms.div_euclid(DAY_MS) == end_ms.div_euclid(DAY_MS) {
        format!("{first} to {} UTC", end.clock_text())
    } else {
        format!("{first} to {} {} UTC", end.date_text(), end.clock_text())
    }
}

/// Year, month and day of a number of days since 1970-01-01, proleptic Gregorian.
/// From Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn date(days: i64) -> (i64, u8, u8) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u8, day as u8)
}

/// Days since 1970-01-01 of the first of a month counted from year 0; the inverse of [`date`].
fn days_of_month(months: i64) -> i64 {
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    let shifted_year = if month <= 2 { year - 1 } else { year };
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year.rem_euclid(400);
    let from_march = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * from_march + 2) / 5;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The distance between two ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Milliseconds(i64),
    Months(i64),
}

/// Steps in rising order that people count in.
const STEPS: &[Step] = &[
    Step::Milliseconds(1),
    Step::Milliseconds(2),
    Step::Milliseconds(5),
    Step::Milliseconds(10),
    Step::Milliseconds(20),
    Step::Milliseconds(50),
    Step::Milliseconds(100),
    Step::Milliseconds(200),
    Step::Milliseconds(500),
    Step::Milliseconds(SECOND_MS),
    Step::Milliseconds(2 * SECOND_MS),
    Step::Milliseconds(5 * SECOND_MS),
    Step::Milliseconds(10 * SECOND_MS),
    Step::Milliseconds(15 * SECOND_MS),
    Step::Milliseconds(30 * SECOND_MS),
    Step::Milliseconds(MINUTE_MS),
    Step::Milliseconds(2 * MINUTE_MS),
    Step::Milliseconds(5 * MINUTE_MS),
    Step::Milliseconds(10 * MINUTE_MS),
    Step::Milliseconds(15 * MINUTE_MS),
    Step::Milliseconds(30 * MINUTE_MS),
    Step::Milliseconds(HOUR_MS),
    Step::Milliseconds(2 * HOUR_MS),
    Step::Milliseconds(3 * HOUR_MS),
    Step::Milliseconds(6 * HOUR_MS),
    Step::Milliseconds(12 * HOUR_MS),
    Step::Milliseconds(DAY_MS),
    Step::Milliseconds(2 * DAY_MS),
    Step::Milliseconds(7 * DAY_MS),
    Step::Milliseconds(14 * DAY_MS),
    Step::Months(1),
    Step::Months(2),
    Step::Months(3),
    Step::Months(6),
];

impl Step {
    fn length_ms(self) -> f64 {
        match self {
            Self::Milliseconds(length) => length as f64,
            Self::Months(months) => months as f64 * MONTH_MS as f64,
        }
    }

    /// Characters in the widest label of ticks that are this far apart.
    fn label_chars(self) -> usize {
        match self {
            Self::Milliseconds(length) if length < SECOND_MS => "00:00:00.000".len(),
            Self::Milliseconds(length) if length < MINUTE_MS => "00:00:00".len(),
            Self::Milliseconds(length) if length < DAY_MS => "00:00".len(),
            Self::Milliseconds(_) => "Mar 14".len(),
            Self::Months(months) if months < 12 => "Mar".len(),
            Self::Months(_) => "-200000".len(),
        }
    }

    /// The tick label, and the part that is only said where it changes.
    fn label(self, time_ms: i64) -> (String, Option<String>) {
        let civil = Civil::of(time_ms);
        match self {
            Self::Milliseconds(length) if length < DAY_MS => {
                let Civil {
                    hour,
                    minute,
                    second,
                    millisecond,
                    ..
                } = civil;
                let clock = if length < SECOND_MS {
                    format!("{hour:02}:{minute:02}:{second:02}.{millisecond:03}")
                } else if length < MINUTE_MS {
                    format!("{hour:02}:{minute:02}:{second:02}")
                } else {
                    format!("{hour:02}:{minute:02}")
                };
                (clock, Some(civil.date_text()))
            }
            Self::Milliseconds(_) => (
                format!("{} {}", civil.month_name(), civil.day),
                Some(civil.year.to_string()),
            ),
            Self::Months(months) if months < 12 => {
                (civil.month_name().to_owned(), Some(civil.year.to_string()))
            }
            Self::Months(_) => (civil.year.to_string(), None),
        }
    }
}

/// The smallest step whose labels keep `gap_px` apart on `width_px`.
fn choose(span_ms: f64, width_px: f64, char_px: f64, gap_px: f64) -> Step {
    let fits = |step: &Step| {
        step.length_ms() / span_ms * width_px >= step.label_chars() as f64 * char_px + gap_px
    };
    if let Some(step) = STEPS.iter().copied().find(fits) {
        return step;
    }
    let mut decade = 1;
    loop {
        for years in [decade, 2 * decade, 5 * decade] {
            let step = Step::Months(12 * years);
            // The last one is longer than any span that can be shown.
            if fits(&step) || years >= 500_000 {
                return step;
            }
        }
        decade *= 10;
    }
}

/// A label under the time axis.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeTick {
    pub time_ms: i64,
    pub label: String,
    /// The date (or year): on the first tick and where it changes.
    pub detail: Option<String>,
}

/// Ticks from `start_ms` to `end_ms` for an axis that is `width_px` wide.
pub fn ticks(start_ms: i64, end_ms: i64, width_px: f64, char_px: f64) -> Vec<TimeTick> {
    let start_ms = start_ms.clamp(-MAX_TIME_MS, MAX_TIME_MS);
    let end_ms = end_ms.clamp(start_ms, MAX_TIME_MS);
    let span_ms = ((end_ms - start_ms) as f64).max(1.0);
    let loose = choose(span_ms, width_px, char_px, LABEL_GAP_PX);
    let ticks = ticks_of(loose, start_ms, end_ms);
    if ticks.len() >= FEW_TICKS {
        return ticks;
    }
    let tight = choose(span_ms, width_px, char_px, TIGHT_LABEL_GAP_PX);
    ticks_of(tight, start_ms, end_ms)
}

fn ticks_of(step: Step, start_ms: i64, end_ms: i64) -> Vec<TimeTick> {
    let mut ticks = Vec::new();
    let mut said = None;
    for time_ms in times(step, start_ms)
        .take_while(|time_ms| *time_ms <= end_ms)
        .take(MAX_TICKS)
    {
        let (label, detail) = step.label(time_ms);
        let changed = detail != said;
        ticks.push(TimeTick {
            time_ms,
            label,
            detail: if changed { detail.clone() } else { None },
        });
        said = detail;
    }
    ticks
}

/// The multiples of a step from `start_ms` on: weeks begin on Monday, months and years on their
/// first day.
fn times(step: Step, start_ms: i64) -> Box<dyn Iterator<Item = i64>> {
    match step {
        Step::Milliseconds(length) => {
            // 1970-01-05 was a Monday.
            let origin = if length % (7 * DAY_MS) == 0 {
                4 * DAY_MS
            } else {
                0
            };
            let first = (start_ms - origin + length - 1).div_euclid(length) * length + origin;
            Box::new((0..).map(move |index| first + index * length))
        }
        Step::Months(months) => {
            let (year, month, _) = date(start_ms.div_euclid(DAY_MS));
            let first = (year * 12 + i64::from(month) - 1).div_euclid(months) * months;
            Box::new(
                (0..)
                    .map(move |index| days_of_month(first + index * months) * DAY_MS)
                    .skip_while(move |time_ms| *time_ms < start_ms),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    /// 2026-03-04 10:00:00 UTC.
    const MORNING: i64 = 1_772_618_400_000;

    fn check(start_ms: i64, end_ms: i64, width_px: f64, expected: &str) {
        let line: Vec<String> = ticks(start_ms, end_ms, width_px, 6.7)
            .into_iter()
            .map(|tick| match tick.detail {
                None => tick.label,
                Some(detail) => format!("{}/{detail}", tick.label),
            })
            .collect();
        assert_eq!(line.join(" "), expected);
    }

    #[test]
    fn steps_follow_the_span_and_the_width() {
        check(MORNING, MORNING, 600.0, "10:00:00.000/2026-03-04");
        check(
            MORNING,
            MORNING + 1_000,
            600.0,
            "10:00:00.000/2026-03-04 10:00:00.200 10:00:00.400 10:00:00.600 10:00:00.800 10:00:01.000",
        );
        check(
            MORNING + 1,
            MORNING + 60_000,
            600.0,
            "10:00:10/2026-03-04 10:00:20 10:00:30 10:00:40 10:00:50 10:01:00",
        );
        check(
            MORNING,
            MORNING + HOUR_MS,
            600.0,
            "10:00/2026-03-04 10:10 10:20 10:30 10:40 10:50 11:00",
        );
        check(
            MORNING,
            MORNING + HOUR_MS,
            230.0,
            "10:00/2026-03-04 10:30 11:00",
        );
        check(
            MORNING,
            MORNING + 7 * DAY_MS,
            240.0,
            "Mar 6/2026 Mar 8 Mar 10",
        );
        check(
            MORNING + 10 * HOUR_MS,
            MORNING + 22 * HOUR_MS,
            500.0,
            "20:00/2026-03-04 22:00 00:00/2026-03-05 02:00 04:00 06:00 08:00",
        );
        check(
            MORNING,
            MORNING + 7 * DAY_MS,
            600.0,
            "Mar 5/2026 Mar 6 Mar 7 Mar 8 Mar 9 Mar 10 Mar 11",
        );
        check(
            MORNING,
            MORNING + 30 * DAY_MS,
            500.0,
            "Mar 9/2026 Mar 16 Mar 23 Mar 30",
        );
        check(
            MORNING - 180 * DAY_MS,
            MORNING,
            600.0,
            "Oct/2025 Nov Dec Jan/2026 Feb Mar",
        );
        check(
            MORNING - 3_650 * DAY_MS,
            MORNING,
            600.0,
            "2018 2020 2022 2024 2026",
        );
        check(
            -MAX_TIME_MS,
            MAX_TIME_MS,
            600.0,
            "-200000 -100000 0 100000 200000",
        );
    }

    #[test]
    fn dates_agree_with_the_calendar() {
        for (time_ms, expected) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (-1, "1969-12-31 23:59:59.999 UTC"),
            (951_782_400_000, "2000-02-29 00:00:00 UTC"),
            (4_107_542_400_000, "2100-03-01 00:00:00 UTC"),
            (MORNING + 12_015, "2026-03-04 10:00:12.015 UTC"),
        ] {
            assert_eq!(text(time_ms), expected);
        }
    }

    #[test]
    fn months_and_dates_are_inverse() {
        for months in (-3_000_000..3_000_000).step_by(997) {
            let (year, month, day) = super::date(days_of_month(months));
            assert_eq!((year * 12 + i64::from(month) - 1, day), (months, 1));
        }
    }

    #[test]
    fn ranges_name_the_second_day_only_when_it_differs() {
        assert_eq!(
            range_text(MORNING, MORNING + HOUR_MS),
            "2026-03-04 10:00 to 11:00 UTC"
        );
        assert_eq!(
            range_text(MORNING, MORNING + DAY_MS + 30_000),
            "2026-03-04 10:00 to 2026-03-05 10:00:30 UTC"
        );
    }
}
