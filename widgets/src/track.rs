//! The scale of a slider, made such that a browser can have it.

pub(crate) struct Track {
    pub min: f64,
    pub max: f64,
    pub step: Option<f64>,
}

impl Track {
    /// Ends that are no numbers become 0 and 100; ends the wrong way round are turned.
    pub fn of(min: f64, max: f64, step: f64) -> Self {
        let min = if min.is_finite() { min } else { 0.0 };
        let max = if max.is_finite() { max } else { min + 100.0 };
        Self {
            min: min.min(max),
            max: min.max(max),
            step: (step.is_finite() && step > 0.0).then_some(step),
        }
    }

    pub fn hold(&self, value: f64) -> f64 {
        if value.is_nan() {
            self.min
        } else {
            value.clamp(self.min, self.max)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_numbers_make_a_track() {
        for (min, max, value, expected) in [
            (0.0, 10.0, 3.0, 3.0),
            (10.0, 0.0, 30.0, 10.0),
            (f64::NAN, f64::INFINITY, f64::NAN, 0.0),
            (5.0, f64::NAN, 200.0, 105.0),
            (f64::MIN, f64::MAX, f64::INFINITY, f64::MAX),
        ] {
            let track = Track::of(min, max, f64::NAN);
            assert_eq!(track.hold(value), expected);
            assert_eq!(track.step, None);
        }
    }
}
