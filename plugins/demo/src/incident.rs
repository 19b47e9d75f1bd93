//! The incident that every answer tells of: when it is, and how bad at a moment.

use plugin_sdk::TimeRange;

const MINUTE_MS: i64 = 60_000;

/// An incident at two thirds of the shown range, so that it is always in sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Incident {
    /// Milliseconds since 1970 UTC.
    pub start_ms: i64,
    /// When it is fixed; recovery takes as long again.
    pub end_ms: i64,
}

impl Incident {
    /// It lasts an eighth of the range, between one and 45 minutes.
    pub fn of(range: &TimeRange) -> Self {
        let length_ms = range.length_ms();
        let start_ms = range.start_ms.saturating_add(length_ms / 3 * 2);
        // Whole minutes read better, but a range of seconds has none inside.
        let start_ms = if length_ms > 10 * MINUTE_MS {
            start_ms.saturating_sub(start_ms.rem_euclid(MINUTE_MS))
        } else {
            start_ms
        };
        let duration_ms = (length_ms / 8).clamp(MINUTE_MS, 45 * MINUTE_MS);
        Self {
            start_ms,
            end_ms: start_ms.saturating_add(duration_ms),
        }
    }

    /// How bad it is at a moment: 0 for not at all, up to 1. It rises fast and decays after the fix.
    pub fn severity(&self, time_ms: i64) -> f64 {
        let length = (self.end_ms - self.start_ms) as f64;
        let since_start = time_ms.saturating_sub(self.start_ms) as f64 / length;
        let since_end = time_ms.saturating_sub(self.end_ms) as f64 / length;
        if since_start < 0.0 {
            0.0
        } else if since_end < 0.0 {
            1.0 - (-since_start * 9.0).exp()
        } else {
            (-since_end * 5.0).exp()
        }
    }

    /// A moment during it: 0 is the start, 1 the fix; beyond both is fine.
    pub fn moment_ms(&self, fraction: f64) -> i64 {
        let offset = (self.end_ms - self.start_ms) as f64 * fraction;
        self.start_ms.saturating_add(offset as i64)
    }
}

/// The time of day as `03:12`, UTC.
pub fn clock(time_ms: i64) -> String {
    let minutes = time_ms.div_euclid(MINUTE_MS).rem_euclid(24 * 60);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_inside_the_range_and_over_in_the_end() {
        let range = TimeRange {
            start_ms: 0,
            end_ms: 3_600_000,
        };
        let incident = Incident::of(&range);
        assert!(incident.start_ms > range.start_ms && incident.end_ms < range.end_ms);
        assert_eq!(incident.severity(incident.start_ms - 1), 0.0);
        assert!(incident.severity(incident.moment_ms(0.5)) > 0.9);
        assert!(incident.severity(range.end_ms) < 0.1);
        assert_eq!(clock(incident.start_ms), "00:40");
    }
}
