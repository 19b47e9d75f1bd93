//! Moments as Alertmanager writes them (RFC 3339). Pure.

const DAY_MS: i64 = 86_400_000;

/// Milliseconds since 1970 UTC of `2026-11-24T15:42:58.241Z` or `…+01:00`; none when it is nothing
/// of the kind.
pub fn parse(text: &str) -> Option<i64> {
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let mut date = date.splitn(3, '-').map(number);
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let zone = rest.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = (rest.get(..zone)?, rest.get(zone..)?);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut clock = clock.splitn(3, ':').map(number);
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let fits = (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    let milliseconds = number(format!("{fraction:0<3}").get(..3)?)?;
    let of_day = ((hour * 60 + minute) * 60 + second) * 1_000 + milliseconds;
    fits.then_some(days(year, month, day) * DAY_MS + of_day - offset_ms(zone)?)
}

fn number(digits: &str) -> Option<i64> {
    let only_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    (only_digits && digits.len() <= 4).then(|| digits.parse().ok())?
}

fn offset_ms(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let (sign, rest) = match zone.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    Some(sign * (number(hours)? * 60 + number(minutes)?) * 60_000)
}

/// Days since 1970-01-01: Howard Hinnant's `days_from_civil`
/// (<https://howardhinnant.github.io/date_algorithms.html>).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let of_year = (153 * month_from_march + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use view_sdk::moment;

    #[test]
    fn moments() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2024-05-07T12:00:00.000Z", Some(1_715_083_200_000)),
            ("2024-05-07T14:00:00.5+02:00", Some(1_715_083_200_500)),
            ("2024-05-07T09:30:00.123456-02:30", Some(1_715_083_200_123)),
            ("2024-02-29T00:00:00Z", Some(1_709_164_800_000)),
            ("0001-01-01T00:00:00.000Z", Some(-62_135_596_800_000)),
            ("2024-05-07", None),
            ("2024-05-07T12:00Z", None),
            ("2024-13-07T12:00:00Z", None),
            ("2024-05-07T12:00:00", None),
            ("2024-05-07T12:00:00é", None),
            ("soon", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_written_can_be_read() {
        for time_ms in [0, 951_782_400_000, 1_715_083_200_123, 4_102_444_799_999] {
            assert_eq!(parse(&moment::machine(time_ms)), Some(time_ms));
        }
    }
}
