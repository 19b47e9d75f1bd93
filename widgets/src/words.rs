//! Values in words, the same in HTML and in plain text.

use scale::{Unit, time::Civil};

/// From here on an exponent is easier to read than zeros.
const LARGEST_PLAIN: f64 = 1e15;
const SMALLEST_PLAIN: f64 = 1e-6;
/// Colours that people are told apart by.
const HUES: u32 = 8;
/// Longest name of a file that is offered.
const MAX_FILE_NAME_CHARS: usize = 120;

/// `just now`, `3 minutes ago`, `in 2 hours`.
pub(crate) fn relative(time_ms: i64, now_ms: i64) -> String {
    const SECOND: u64 = 1_000;
    const MINUTE: u64 = 60 * SECOND;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    let away = i128::from(now_ms) - i128::from(time_ms);
    let ms = u64::try_from(away.unsigned_abs()).unwrap_or(u64::MAX);
    let (unit_ms, unit) = match ms {
        ms if ms < 10 * SECOND => return "just now".into(),
        ms if ms < MINUTE => (SECOND, "second"),
        ms if ms < HOUR => (MINUTE, "minute"),
        // So that `1 day` does not stand for nearly two.
        ms if ms < 2 * DAY => (HOUR, "hour"),
        ms if ms < 60 * DAY => (DAY, "day"),
        ms if ms < 730 * DAY => (30 * DAY, "month"),
        _ => (365 * DAY, "year"),
    };
    let span = count(usize::try_from(ms / unit_ms).unwrap_or(usize::MAX), unit);
    if away < 0 {
        format!("in {span}")
    } else {
        format!("{span} ago")
    }
}

/// `1 row`, `2 rows`.
pub(crate) fn count(number: usize, word: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {word}{plural}")
}

/// A number as fields hold it: the shortest that means the same.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if size >= LARGEST_PLAIN || (size != 0.0 && size < SMALLEST_PLAIN) {
        format!("{value:e}")
    } else if value == 0.0 {
        // Without the sign that nothing may have.
        "0".into()
    } else {
        value.to_string()
    }
}

/// UCUM's spelling as people write it; unknown ones stay as they are.
pub(crate) fn unit(ucum: &str) -> String {
    let (base, per) = match ucum.strip_suffix("/s") {
        Some(base) => (base, "/s"),
        None => (ucum, ""),
    };
    let base = match base {
        "1" if per.is_empty() => "",
        "By" => "B",
        "KiBy" => "KiB",
        "MiBy" => "MiB",
        "GiBy" => "GiB",
        "us" => "µs",
        "Cel" => "°C",
        other => other.trim_matches(['{', '}']),
    };
    format!("{base}{per}")
}

/// `12 KiB`.
pub(crate) fn bytes(count: usize) -> String {
    Unit::parse("By").text(count as f64)
}

/// `2026-11-23T23:18:10` as the fields of browsers hold it; they know the years 1 to 9999.
pub(crate) fn field_time(time_ms: i64) -> Option<String> {
    let civil = Civil::of(time_ms);
    let Civil {
        hour,
        minute,
        second,
        ..
    } = civil;
    (1..=9999)
        .contains(&civil.year)
        .then(|| format!("{}T{hour:02}:{minute:02}:{second:02}", civil.date_text()))
}

/// The first letters of the first and the last word.
pub(crate) fn initials(name: &str) -> String {
    let mut letters = name
        .split(|c: char| !c.is_alphanumeric())
        .filter_map(|word| word.chars().next());
    let first = letters.next();
    let both: String = first.into_iter().chain(letters.next_back()).collect();
    if both.is_empty() {
        "?".into()
    } else {
        both.to_uppercase()
    }
}

/// Always the same for the same name (FNV-1a).
pub(crate) fn hue(name: &str) -> u32 {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    hash % HUES
}

/// A file name without a path in it, and without characters that are not seen or that turn the
/// direction of reading: they would make `exe.txt` of `txt.exe`.
pub(crate) fn file_name(name: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let clean: String = name
        .chars()
        .filter(|c| !c.is_control() && !turns(*c))
        .map(|c| {
            if matches!(c, '/' | '\\' | ':') {
                '-'
            } else {
                c
            }
        })
        .take(MAX_FILE_NAME_CHARS)
        .collect();
    match clean.trim().trim_start_matches('.') {
        "" => "download".into(),
        name => name.to_owned(),
    }
}

/// The first that says something.
pub(crate) fn first<'a>(texts: &[&'a str]) -> &'a str {
    let said = texts.iter().find(|text| !text.trim().is_empty());
    said.copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_ago() {
        let day = 86_400_000;
        for (away_ms, expected) in [
            (0, "just now"),
            (-9_000, "just now"),
            (59_000, "59 seconds ago"),
            (60_000, "1 minute ago"),
            (-7_200_000, "in 2 hours"),
            (47 * 3_600_000, "47 hours ago"),
            (3 * day, "3 days ago"),
            (90 * day, "3 months ago"),
            (800 * day, "2 years ago"),
        ] {
            assert_eq!(relative(1_000 * day - away_ms, 1_000 * day), expected);
        }
        // Nothing overflows.
        relative(i64::MIN, i64::MAX);
        relative(i64::MAX, i64::MIN);
    }

    #[test]
    fn numbers_and_times_of_fields() {
        for (value, expected) in [(-0.0, "0"), (1.5, "1.5"), (1e300, "1e300"), (1e-9, "1e-9")] {
            assert_eq!(number(value), expected);
        }
        assert_eq!(
            field_time(1_795_475_890_999).as_deref(),
            Some("2026-11-23T23:18:10")
        );
        assert_eq!(field_time(i64::MIN), None);
        assert_eq!(field_time(i64::MAX), None);
    }

    #[test]
    fn people_have_initials() {
        for (name, expected) in [
            ("Ada Lovelace", "AL"),
            ("ada", "A"),
            ("Jean-Luc van Picard", "JP"),
            ("李小龍", "李"),
            ("", "?"),
            ("<>", "?"),
        ] {
            assert_eq!(initials(name), expected);
        }
        assert_eq!(hue("Ada"), hue("Ada"));
    }

    #[test]
    fn file_names_hold_no_path_and_no_tricks() {
        for (name, expected) in [
            ("incident.csv", "incident.csv"),
            ("../../etc/passwd", "-..-etc-passwd"),
            ("a\\b\u{0}\n.txt", "a-b.txt"),
            ("report\u{202e}txt.exe", "reporttxt.exe"),
            (" .. ", "download"),
            ("", "download"),
        ] {
            assert_eq!(file_name(name), expected);
        }
    }

    #[test]
    fn units_read_as_people_write_them() {
        for (ucum, expected) in [
            ("", ""),
            ("1", ""),
            ("By/s", "B/s"),
            ("{requests}/s", "requests/s"),
            ("1/s", "1/s"),
            ("%", "%"),
            ("ms", "ms"),
        ] {
            assert_eq!(unit(ucum), expected);
        }
    }
}
