//! Chance without chance: noise from a hash of what is measured and when.

const HOUR_MS: f64 = 3_600_000.0;
const DAY_MS: f64 = 24.0 * HOUR_MS;
/// The hour of the day, UTC, with the most traffic.
const PEAK_HOUR: f64 = 14.0;
/// How long the slow part of the noise keeps its direction.
const DRIFT_MS: i64 = 7 * 60_000;
/// Samples nearer than this share their noise.
const GRAIN_MS: i64 = 1_000;

/// A number from -1 to 1 that depends on nothing but its arguments (splitmix64).
fn hash(seed: u64, position: i64) -> f64 {
    let mut bits = seed
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(position as u64)
        .wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    (bits >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

/// Noise around 0, mostly within -1 to 1: a slow drift and a little jitter.
pub fn noise(seed: u64, time_ms: i64) -> f64 {
    let bucket = time_ms.div_euclid(DRIFT_MS);
    let within = time_ms.rem_euclid(DRIFT_MS) as f64 / DRIFT_MS as f64;
    let ease = within * within * (3.0 - 2.0 * within);
    let (before, after) = (hash(seed, bucket), hash(seed, bucket.saturating_add(1)));
    let drift = before + (after - before) * ease;
    let jitter = hash(seed ^ 0xff, time_ms.div_euclid(GRAIN_MS));
    0.7 * drift + 0.3 * jitter
}

/// The rhythm of a day: 0 in the small hours, 1 at the peak.
pub fn daily(time_ms: i64) -> f64 {
    let phase = (time_ms as f64 - PEAK_HOUR * HOUR_MS) / DAY_MS * std::f64::consts::TAU;
    0.5 + 0.5 * phase.cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_stays_in_bounds_and_has_no_bias() {
        let values: Vec<f64> = (0..10_000).map(|step| noise(7, step * 15_000)).collect();
        assert!(values.iter().all(|value| value.abs() <= 1.0));
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        assert!(mean.abs() < 0.05, "{mean}");
    }

    #[test]
    fn the_day_peaks_in_the_afternoon() {
        assert!(daily(14 * 3_600_000) > 0.99);
        assert!(daily(2 * 3_600_000) < 0.01);
    }
}
