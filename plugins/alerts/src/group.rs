//! Alerts in groups, the most severe first. Pure.

use std::cmp::Reverse;

use view_sdk::widgets::Tone;

use crate::api::Alert;
use crate::matcher::Matcher;

/// Alerts that share the value of a label.
#[derive(Clone, Debug, PartialEq)]
pub struct Group<'a> {
    /// Empty for those without the label.
    pub value: String,
    /// The most severe first, then the newest.
    pub alerts: Vec<&'a Alert>,
}

/// How bad a severity is, by the words that are in use for it.
pub fn tone(severity: &str) -> Tone {
    match severity.to_lowercase().as_str() {
        "critical" | "page" | "fatal" | "emergency" | "disaster" | "error" | "high" | "major"
        | "p0" | "p1" | "sev0" | "sev1" => Tone::Bad,
        "warning" | "warn" | "ticket" | "medium" | "minor" | "average" | "p2" | "p3" | "sev2"
        | "sev3" => Tone::Warn,
        "" => Tone::Neutral,
        _ => Tone::Info,
    }
}

/// The most severe first.
pub fn rank(tone: Tone) -> u8 {
    match tone {
        Tone::Bad => 0,
        Tone::Warn => 1,
        Tone::Info => 2,
        Tone::Neutral => 3,
        Tone::Good => 4,
    }
}

/// The groups by the values of a label: the most severe first, then the largest.
pub fn groups<'a>(alerts: impl IntoIterator<Item = &'a Alert>, label: &str) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for alert in alerts {
        let value = alert.label(label);
        match groups.iter_mut().find(|group| group.value == value) {
            Some(group) => group.alerts.push(alert),
            None => groups.push(Group {
                value: value.to_owned(),
                alerts: vec![alert],
            }),
        }
    }
    for group in &mut groups {
        group.alerts.sort_by_key(|alert| {
            (
                rank(tone(alert.label("severity"))),
                Reverse(alert.starts_ms()),
            )
        });
    }
    groups.sort_by_key(|group| (rank(group.tone()), Reverse(group.alerts.len())));
    groups
}

impl Group<'_> {
    /// That of the most severe alert.
    pub fn tone(&self) -> Tone {
        let tones = self
            .alerts
            .iter()
            .map(|alert| tone(alert.label("severity")));
        tones.min_by_key(|tone| rank(*tone)).unwrap_or_default()
    }

    /// The labels that all alerts have with the same value.
    pub fn shared(&self) -> Vec<Matcher> {
        let labels = self.alerts.first().map(|alert| &alert.labels);
        labels
            .into_iter()
            .flatten()
            .filter(|(name, value)| self.alerts.iter().all(|alert| alert.label(name) == *value))
            .map(|(name, value)| Matcher::equal(name, value))
            .collect()
    }
}
