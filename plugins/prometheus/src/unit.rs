//! The unit that a metric's name tells, as Prometheus' naming practices have it
//! (<https://prometheus.io/docs/practices/naming/>): base units as a suffix.

/// Suffixes and the unit as UCUM spells it. Ratios and counts have none.
const UNITS: [(&str, &str); 8] = [
    ("_seconds", "s"),
    ("_milliseconds", "ms"),
    ("_bytes", "By"),
    ("_percent", "%"),
    ("_celsius", "Cel"),
    ("_volts", "V"),
    ("_amperes", "A"),
    ("_joules", "J"),
];

/// The unit of a metric, empty when the name tells none.
///
/// A counter of seconds counts seconds (`_seconds_total`), and so does a sum; a count and a bucket
/// of a histogram do not.
pub fn of_metric(name: &str) -> &'static str {
    let base = name
        .strip_suffix("_total")
        .or_else(|| name.strip_suffix("_sum"))
        .unwrap_or(name);
    UNITS
        .into_iter()
        .find(|(suffix, _)| base.ends_with(suffix))
        .map_or("", |(_, unit)| unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units() {
        for (name, expected) in [
            ("request_duration_seconds", "s"),
            ("request_duration_seconds_sum", "s"),
            ("request_duration_seconds_count", ""),
            ("request_duration_seconds_bucket", ""),
            ("process_cpu_seconds_total", "s"),
            ("node_memory_free_bytes", "By"),
            ("hit_ratio", ""),
            ("http_requests_total", ""),
            ("up", ""),
            ("", ""),
        ] {
            assert_eq!(of_metric(name), expected, "{name}");
        }
    }
}
