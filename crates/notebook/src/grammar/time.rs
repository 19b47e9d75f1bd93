//! Durations and times as people type them, and the options `range`, `from` and `to`.

use super::{Diagnostic, OptionToken};
use crate::limits;
use output::TimeRange;

const SECOND_MS: u64 = 1_000;
const DAY_MS: u64 = 24 * 60 * 60 * SECOND_MS;
/// Years as in PromQL: 365 days.
const UNITS: [(&str, u64); 7] = [
    ("ms", 1),
    ("s", SECOND_MS),
    ("m", 60 * SECOND_MS),
    ("h", 60 * 60 * SECOND_MS),
    ("d", DAY_MS),
    ("w", 7 * DAY_MS),
    ("y", 365 * DAY_MS),
];
/// Unix times of fewer digits are seconds, others milliseconds: 11 digits of seconds reach the
/// year 5138, 12 of milliseconds begin in 1973.
const MILLISECOND_DIGITS: usize = 12;

/// The time range that a cell asks for in place of the notebook's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeRangeOverride {
    /// `range=1h`: a span that ends now.
    Last { duration_ms: u64 },
    /// `from=… to=…`; without `to` until now.
    Between { start_ms: i64, end_ms: Option<i64> },
}

impl TimeRangeOverride {
    /// The range that is meant at the moment `now_ms`.
    pub fn resolve(self, now_ms: i64) -> TimeRange {
        match self {
            Self::Last { duration_ms } => TimeRange {
                start_ms: now_ms.saturating_sub_unsigned(duration_ms),
                end_ms: now_ms,
            },
            Self::Between { start_ms, end_ms } => TimeRange {
                start_ms,
                // A start in the future makes an empty range, not a backward one.
                end_ms: end_ms.unwrap_or_else(|| now_ms.max(start_ms)),
            },
        }
    }
}

pub(super) fn is_time_option(key: &str) -> bool {
    matches!(key, "range" | "from" | "to")
}

/// Reads the time options. `value_of` gives a value with its variables inserted, or none when
/// it cannot be known yet: then nothing is said about the whole.
pub(super) fn range_override(
    options: &[OptionToken],
    value_of: impl Fn(&str) -> Option<String>,
) -> Result<Option<TimeRangeOverride>, Diagnostic> {
    let find = |key| options.iter().find(|option| option.key == key);
    let (range, from, to) = (find("range"), find("from"), find("to"));
    let wrong = |option: &OptionToken, message: String, hint: &str| {
        Diagnostic::new(option.value_span.clone(), message, hint)
    };
    if let (Some(range), Some(_)) = (range, from.or(to)) {
        return Err(Diagnostic::new(
            range.key_span.clone(),
            "`range` and `from` or `to` are both given",
            "Use `range` for a span that ends now, `from` and `to` for fixed times.",
        ));
    }
    if let (None, Some(to)) = (from, to) {
        return Err(Diagnostic::new(
            to.key_span.clone(),
            "`to` needs a `from`",
            "Add `from=` with the time at which to start, or use `range=1h`.",
        ));
    }
    if let Some(option) = range {
        let Some(value) = value_of(&option.value) else {
            return Ok(None);
        };
        return match parse_duration(&value) {
            Ok(duration_ms) if (1..=limits::TIME_RANGE_MS).contains(&duration_ms) => {
                Ok(Some(TimeRangeOverride::Last { duration_ms }))
            }
            Ok(_) => Err(wrong(
                option,
                "the time range is empty or longer than 100 years".into(),
                "Choose a span such as `range=1h`.",
            )),
            Err(error) => Err(wrong(
                option,
                error.to_string(),
                "Write it as in `range=1h30m`.",
            )),
        };
    }
    let Some(from) = from else {
        return Ok(None);
    };
    let time_of = |option: &OptionToken| {
        value_of(&option.value)
            .map(|value| {
                parse_time(&value).ok_or_else(|| {
                    wrong(
                        option,
                        format!("`{}` does not name a time", option.key),
                        "Write it as in 2026-01-31T03:12:00Z, or as a Unix time in seconds or \
                         milliseconds.",
                    )
                })
            })
            .transpose()
    };
    let start_ms = time_of(from)?;
    let end_ms = to.map(time_of).transpose()?;
    match (start_ms, end_ms) {
        (Some(start_ms), None) => Ok(Some(TimeRangeOverride::Between {
            start_ms,
            end_ms: None,
        })),
        (Some(start_ms), Some(Some(end_ms))) if start_ms < end_ms => {
            Ok(Some(TimeRangeOverride::Between {
                start_ms,
                end_ms: Some(end_ms),
            }))
        }
        (Some(_), Some(Some(_))) => Err(wrong(
            from,
            "`from` is not before `to`".into(),
            "Put the earlier time first.",
        )),
        (None, _) | (_, Some(None)) => Ok(None),
    }
}

/// Why a text is not a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    #[error("a duration is missing")]
    Empty,
    #[error("a duration is whole numbers with units: ms, s, m, h, d, w or y")]
    Malformed,
    #[error("the duration is too long")]
    TooLong,
}

/// Milliseconds of `1h30m`, `15s`, `500ms`: whole numbers with units, added up.
///
/// # Errors
/// When it is not one, or more milliseconds than 64 bits hold.
pub fn parse_duration(text: &str) -> Result<u64, DurationError> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(DurationError::Empty);
    }
    let mut total_ms = 0u64;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .ok_or(DurationError::Malformed)?;
        let (number, tail) = rest.split_at(digits);
        let letters = tail
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        let (_, unit_ms) = UNITS
            .iter()
            .find(|(name, _)| *name == unit)
            .ok_or(DurationError::Malformed)?;
        if number.is_empty() {
            return Err(DurationError::Malformed);
        }
        let number: u64 = number.parse().map_err(|_| DurationError::TooLong)?;
        total_ms = number
            .checked_mul(*unit_ms)
            .and_then(|part_ms| total_ms.checked_add(part_ms))
            .ok_or(DurationError::TooLong)?;
        rest = tail;
    }
    Ok(total_ms)
}

/// Milliseconds since 1970 UTC of a time in RFC 3339 (seconds may be left out), or of a Unix
/// time in seconds or, from 12 digits on, in milliseconds.
pub fn parse_time(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: i64 = text.parse().ok()?;
        return if digits.len() < MILLISECOND_DIGITS {
            number.checked_mul(1_000)
        } else {
            Some(number)
        };
    }
    parse_rfc3339(text)
}

/// RFC 3339, section 5.6.
fn parse_rfc3339(text: &str) -> Option<i64> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let [year, month, day] = fields(date, '-', [4, 2, 2])?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let month_days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if !(1..=12).contains(&month) || !(1..=month_days).contains(&day) {
        return None;
    }
    let (clock, offset_minutes) = if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        (clock, 0)
    } else {
        let at = time.rfind(['+', '-'])?;
        let (clock, offset) = time.split_at(at);
        let (sign, offset) = match offset.strip_prefix('-') {
            Some(offset) => (-1, offset),
            None => (1, offset.strip_prefix('+')?),
        };
        let [hours, minutes] = fields(offset, ':', [2, 2])?;
        if hours > 23 || minutes > 59 {
            return None;
        }
        (clock, sign * (hours * 60 + minutes))
    };
    let (clock, fraction) = match clock.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (clock, None),
    };
    let [hour, minute, second] = match fields(clock, ':', [2, 2, 2]) {
        Some(fields) => fields,
        None if fraction.is_none() => {
            let [hour, minute] = fields(clock, ':', [2, 2])?;
            [hour, minute, 0]
        }
        None => return None,
    };
    // Second 60 is a leap second, which Unix time does not count.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let fraction_ms = fraction.map_or(Some(0), milliseconds)?;
    let minutes = (days_since_1970(year, month, day) * 24 + hour) * 60 + minute - offset_minutes;
    Some((minutes * 60 + second.min(59)) * 1_000 + fraction_ms)
}

/// Numbers of exactly these many digits, with a separator between them.
fn fields<const COUNT: usize>(
    text: &str,
    separator: char,
    lengths: [usize; COUNT],
) -> Option<[i64; COUNT]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; COUNT];
    for (number, length) in numbers.iter_mut().zip(lengths) {
        let part = parts.next()?;
        if part.len() != length || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

/// The first three digits of a fraction of a second; further ones are cut.
fn milliseconds(fraction: &str) -> Option<i64> {
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = fraction.bytes().chain([b'0', b'0']).take(3);
    Some(digits.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
}

/// Days of the Gregorian calendar, years counted from March so that a leap day comes last
/// (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`).
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}
