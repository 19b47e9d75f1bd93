//! How bad it is: the words of status pages, ordered and said. Pure.

use view_sdk::widgets::Tone;

/// From nothing to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Fine,
    Maintenance,
    /// A word that is not known: not fine, at least.
    Unknown,
    Minor,
    Major,
    Critical,
}

impl Level {
    /// Of a component's `status`.
    pub fn of_component(status: &str) -> Self {
        match status {
            "operational" => Self::Fine,
            "under_maintenance" => Self::Maintenance,
            "degraded_performance" => Self::Minor,
            "partial_outage" => Self::Major,
            "major_outage" => Self::Critical,
            _ => Self::Unknown,
        }
    }

    /// Of an `indicator` of the whole page, or of an incident's `impact`.
    pub fn of_indicator(indicator: &str) -> Self {
        match indicator {
            "none" => Self::Fine,
            "maintenance" => Self::Maintenance,
            "minor" => Self::Minor,
            "major" => Self::Major,
            "critical" => Self::Critical,
            _ => Self::Unknown,
        }
    }

    pub fn tone(self) -> Tone {
        match self {
            Self::Fine => Tone::Good,
            Self::Maintenance => Tone::Info,
            Self::Unknown => Tone::Neutral,
            Self::Minor => Tone::Warn,
            Self::Major | Self::Critical => Tone::Bad,
        }
    }
}

/// `degraded_performance` as people read it: `Degraded performance`.
pub fn words(word: &str) -> String {
    let spaced = word.replace('_', " ");
    let mut characters = spaced.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => "State unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worse_levels_are_larger_and_unknown_ones_are_not_fine() {
        let order = [
            "operational",
            "under_maintenance",
            "on_fire",
            "degraded_performance",
            "partial_outage",
            "major_outage",
        ];
        assert!(order.map(Level::of_component).is_sorted());
        assert!(Level::of_component("") > Level::Fine);
        assert_eq!(Level::of_indicator("none").tone(), Tone::Good);
        assert_eq!(Level::of_indicator("apocalyptic"), Level::Unknown);
    }

    #[test]
    fn words_of_machines_are_made_readable() {
        assert_eq!(words("degraded_performance"), "Degraded performance");
        assert_eq!(words("überlastet"), "Überlastet");
        assert_eq!(words(""), "State unknown");
    }
}
