//! Moments and durations as people read them; always UTC, always with the zone in sight.
//!
//! Dates come from Howard Hinnant's `civil_from_days`
//! (<https://howardhinnant.github.io/date_algorithms.html>).

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// `2026-11-23`.
pub fn date(time_ms: i64) -> String {
    let (year, month, day) = civil(time_ms.div_euclid(DAY_MS));
    format!("{year:04}-{month:02}-{day:02}")
}

/// `23:18:10`, with `.123` when milliseconds are asked for.
pub fn clock(time_ms: i64, milliseconds: bool) -> String {
    let of_day = time_ms.rem_euclid(DAY_MS);
    let (hour, minute) = (of_day / HOUR_MS, of_day / MINUTE_MS % 60);
    let (second, rest) = (of_day / SECOND_MS % 60, of_day % SECOND_MS);
    if milliseconds {
        format!("{hour:02}:{minute:02}:{second:02}.{rest:03}")
    } else {
        format!("{hour:02}:{minute:02}:{second:02}")
    }
}

/// `2026-11-23 23:18:10 UTC`.
pub fn utc(time_ms: i64) -> String {
    format!("{} {} UTC", date(time_ms), clock(time_ms, false))
}

/// `2026-11-23 23:18 UTC`, where seconds would only be noise.
pub fn moment(time_ms: i64) -> String {
    let of_day = time_ms.rem_euclid(DAY_MS);
    let (hour, minute) = (of_day / HOUR_MS, of_day / MINUTE_MS % 60);
    format!("{} {hour:02}:{minute:02} UTC", date(time_ms))
}

/// `2026-11-23T23:18:10.123Z`, for the `datetime` attribute (RFC 3339).
pub fn machine(time_ms: i64) -> String {
    format!("{}T{}Z", date(time_ms), clock(time_ms, true))
}

/// Milliseconds since 1970 UTC of a moment as machines write it (RFC 3339):
/// `2026-11-23T23:18:10.123Z`, `2026-11-24T00:18:10+01:00`. None when it is nothing of the kind.
///
/// ```
/// use scale::moment;
/// assert_eq!(moment::parse("2024-05-07T14:00:00.5+02:00"), Some(1_715_083_200_500));
/// assert_eq!(moment::parse("soon"), None);
/// ```
pub fn parse(text: &str) -> Option<i64> {
    let (date, rest) = text.trim().split_once(['T', 't', ' '])?;
    let mut date = date.splitn(3, '-').map(digits);
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let zone = rest.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = (rest.get(..zone)?, rest.get(zone..)?);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut clock = clock.splitn(3, ':').map(digits);
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    // 60 is a leap second: the first of the next minute here.
    let is_valid = (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    let milliseconds = digits(format!("{fraction:0<3}").get(..3)?)?;
    let of_day = hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS + milliseconds;
    is_valid.then_some(days(year, month, day) * DAY_MS + of_day - offset_ms(zone)?)
}

/// A number of one to four digits and nothing else.
fn digits(text: &str) -> Option<i64> {
    let are_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    (are_digits && text.len() <= 4).then(|| text.parse().ok())?
}

/// How far a zone is before UTC: `Z`, `+02:00`, `-0330`.
fn offset_ms(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let (sign, rest) = match zone.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some(parts) => parts,
        None => rest.split_at_checked(2)?,
    };
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * HOUR_MS + minutes * MINUTE_MS))
}

/// Days since 1970-01-01: `days_from_civil`, the way back of [`civil`].
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// How long something took: `240 ms`, `3.2 s`, `1 min 05 s`, `2 h 03 min`, `3 d 04 h`.
pub fn duration(duration_ms: i64) -> String {
    let ms = duration_ms.max(0);
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{}.{} s", ms / SECOND_MS, ms % SECOND_MS / 100),
        60_000..3_600_000 => {
            format!("{} min {:02} s", ms / MINUTE_MS, ms / SECOND_MS % 60)
        }
        3_600_000..86_400_000 => format!("{} h {:02} min", ms / HOUR_MS, ms / MINUTE_MS % 60),
        _ => format!("{} d {:02} h", ms / DAY_MS, ms / HOUR_MS % 24),
    }
}

/// Year, month and day of a day counted from 1970-01-01.
fn civil(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        assert_eq!(utc(0), "1970-01-01 00:00:00 UTC");
        assert_eq!(utc(1_795_475_890_999), "2026-11-23 23:18:10 UTC");
        assert_eq!(moment(1_795_475_890_999), "2026-11-23 23:18 UTC");
        assert_eq!(machine(951_782_400_001), "2000-02-29T00:00:00.001Z");
        assert_eq!(utc(-1), "1969-12-31 23:59:59 UTC");
        assert_eq!(date(4_107_542_400_000), "2100-03-01");
        // Whatever a plugin says, it is printed.
        assert!(!utc(i64::MAX).is_empty() && !utc(i64::MIN).is_empty());
    }

    #[test]
    fn moments_are_read() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2024-05-07T12:00:00.000Z", Some(1_715_083_200_000)),
            ("2024-05-07T14:00:00.5+02:00", Some(1_715_083_200_500)),
            ("2024-05-07T05:00:00-0700", Some(1_715_083_200_000)),
            ("2024-05-07T09:30:00.123456-02:30", Some(1_715_083_200_123)),
            (" 2024-05-07 12:00:00z ", Some(1_715_083_200_000)),
            ("2024-02-29T00:00:00Z", Some(1_709_164_800_000)),
            ("0001-01-01T00:00:00.000Z", Some(-62_135_596_800_000)),
            ("2024-05-07", None),
            ("2024-05-07T12:00Z", None),
            ("2024-13-07T12:00:00Z", None),
            ("2024-05-07T12:00:00", None),
            ("2024-05-07T12:00:00+99:00", None),
            ("2024-05-07T12:00:00é", None),
            ("2024-05-07T12:00:00.éZ", None),
            ("", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
        for time_ms in [0, -1, 951_782_400_000, 1_715_083_200_123, 4_102_444_799_999] {
            assert_eq!(parse(&machine(time_ms)), Some(time_ms));
        }
    }

    #[test]
    fn durations() {
        let cases = [
            (0, "0 ms"),
            (999, "999 ms"),
            (3_249, "3.2 s"),
            (65_000, "1 min 05 s"),
            (7_380_000, "2 h 03 min"),
            (3 * DAY_MS + 4 * HOUR_MS, "3 d 04 h"),
            (-5, "0 ms"),
        ];
        for (ms, expected) in cases {
            assert_eq!(duration(ms), expected);
        }
    }
}
