//! The small words of charts: what a threshold says, shapes of tones, texts cut to fit.

use crate::{Threshold, Tone};
pub(crate) use scale::thin::drawable;
use scale::{Unit, moment};
/// The highest threshold that a value reaches.
pub(crate) fn reached(thresholds: &[Threshold], value: f64) -> Option<&Threshold> {
    thresholds
        .iter()
        .filter(|threshold| value >= threshold.at_least)
        .max_by(|a, b| a.at_least.total_cmp(&b.at_least))
}

/// What a threshold says: its own label, or its tone's word.
pub(crate) fn says(threshold: &Threshold) -> String {
    named(threshold.tone, &threshold.label)
}

/// A tone in words: the word where it says something, and what it is about.
pub(crate) fn named(tone: Tone, label: &str) -> String {
    match (tone, label) {
        (Tone::Neutral, "") => String::new(),
        (tone, "") => tone.word().to_owned(),
        (Tone::Neutral | Tone::Info | Tone::Good, label) => one_line(label),
        (tone, label) => format!("{}: {}", tone.word(), one_line(label)),
    }
}

/// The sign of a tone where there is room for one character; the same shapes as the marks.
pub(crate) fn shape(tone: Tone) -> &'static str {
    match tone {
        Tone::Neutral => "◆",
        Tone::Info => "●",
        Tone::Good => "✓",
        Tone::Warn => "▲",
        Tone::Bad => "✕",
    }
}

/// A text in at most so many characters, the last of which tells that there was more.
pub(crate) fn cut(text: &str, characters: usize) -> String {
    let text = one_line(text);
    if text.chars().count() <= characters {
        return text;
    }
    let kept: String = text.chars().take(characters.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

pub(crate) fn one_line(text: &str) -> String {
    text.replace(['\n', '\t', '\r'], " ")
}

/// `1 bar`, `3 bars`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// `12.5%` of a share of 0 to 1.
pub(crate) fn percentage(share: f64) -> String {
    let percent = share * 100.0;
    if !percent.is_finite() {
        return "no value".to_owned();
    }
    // Nothing is rounded to all or to nothing that is not.
    if percent > 99.9 && percent < 100.0 {
        return "99.9%".to_owned();
    }
    if percent > 0.0 && percent < 0.1 {
        return "<0.1%".to_owned();
    }
    let text = format!("{percent:.1}");
    format!("{}%", text.strip_suffix(".0").unwrap_or(&text))
}

/// A sentence about what is not shown; none when all is.
pub(crate) fn hidden(all: usize, shown: usize, many: &str) -> Option<String> {
    (all > shown).then(|| format!("{} of {all} {many} are not shown.", all - shown))
}

/// How long something took, without a second part that is nothing: `22 min`, `1 min 05 s`.
pub(crate) fn duration(duration_ms: i64) -> String {
    let text = moment::duration(duration_ms);
    let nothing = [" 00 s", " 00 min", " 00 h"];
    let short = nothing.iter().find_map(|end| text.strip_suffix(end));
    short.unwrap_or(&text).to_owned()
}

/// A value in the base unit; nothing is nothing in every unit.
pub(crate) fn amount(unit: &Unit, value: f64) -> String {
    let text = unit.base_text(value);
    match text.split_once(' ') {
        Some(("0", "ns" | "B")) => "0".to_owned(),
        _ => text,
    }
}

/// The parts that say something, between separators.
pub(crate) fn join(parts: &[String], separator: &str) -> String {
    let said: Vec<&str> = parts
        .iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    said.join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_threshold_reached_counts() {
        let at = |at_least, tone| Threshold {
            at_least,
            tone,
            label: String::new(),
        };
        let thresholds = [
            at(0.5, Tone::Bad),
            at(0.0, Tone::Good),
            at(0.2, Tone::Warn),
            at(f64::NAN, Tone::Info),
        ];
        let tone = |value| reached(&thresholds, value).map(|threshold| threshold.tone);
        assert_eq!(tone(0.3), Some(Tone::Warn));
        assert_eq!(tone(9.0), Some(Tone::Bad));
        assert_eq!(tone(-1.0), None);
        assert_eq!(tone(f64::NAN), None);
    }

    #[test]
    fn texts_are_cut_with_a_sign() {
        assert_eq!(cut("checkout", 8), "checkout");
        assert_eq!(cut("check out", 7), "check…");
        assert_eq!(cut("ab\nc", 9), "ab c");
        assert_eq!(cut("abc", 0), "…");
    }

    #[test]
    fn shares_are_not_rounded_to_all_or_nothing() {
        for (share, expected) in [
            (0.0, "0%"),
            (1.0, "100%"),
            (0.125, "12.5%"),
            (0.9999, "99.9%"),
            (0.0001, "<0.1%"),
            (f64::NAN, "no value"),
        ] {
            assert_eq!(percentage(share), expected);
        }
    }
}
