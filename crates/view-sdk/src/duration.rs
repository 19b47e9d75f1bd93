//! Lengths of time as people type them.

/// Units from the longest to the shortest, as Prometheus counts them: a week has 7 days, a year 365.
const UNITS_MS: [(&str, u64); 7] = [
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// Milliseconds of `1h30m`, `15s` or `500ms`: each unit at most once, from long to short. None when
/// it is nothing of the kind.
///
/// ```
/// assert_eq!(view_sdk::duration_ms("1h30m"), Some(5_400_000));
/// assert_eq!(view_sdk::duration_ms("soon"), None);
/// ```
pub fn duration_ms(text: &str) -> Option<u64> {
    let mut rest = text.trim();
    let mut units = UNITS_MS.iter();
    let mut total: u64 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|character: char| !character.is_ascii_digit())?;
        let count: u64 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?;
        let unit_end = rest
            .find(|character: char| character.is_ascii_digit())
            .unwrap_or(rest.len());
        let (unit, after) = rest.split_at(unit_end);
        let (_, milliseconds) = units.by_ref().find(|(name, _)| *name == unit)?;
        total = total.checked_add(count.checked_mul(*milliseconds)?)?;
        rest = after;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::context;
    use crate::{Context, ViewContext};

    #[test]
    fn durations() {
        for (text, expected) in [
            ("15s", Some(15_000)),
            (" 1h30m ", Some(5_400_000)),
            ("30d", Some(2_592_000_000)),
            ("1m500ms", Some(60_500)),
            ("0s", Some(0)),
            ("", None),
            ("15", None),
            ("h", None),
            ("1m1h", None),
            ("1h1h", None),
            ("-1s", None),
            ("1.5h", None),
            ("1é", None),
            ("99999999999999999999s", None),
            ("9999999999999999y", None),
        ] {
            assert_eq!(duration_ms(text), expected, "{text}");
        }
    }

    #[test]
    fn an_option_is_read_as_one() {
        let given: ViewContext = context().option("every", "1m").option("for", "ever").0;
        let context = Context::from(given);
        assert_eq!(context.duration_ms("every"), Some(60_000));
        assert_eq!(context.duration_ms("for"), None);
        assert_eq!(context.duration_ms("window"), None);
    }
}
