//! How often a view may go on by itself: each effect that ends calls it, and it may want another one.

/// Calls that may come at once: answers to many requests that were sent together.
const MOST_AT_ONCE: f64 = 64.0;
/// Calls for each second after that, as many as a screen shows.
const PER_SECOND: f64 = 60.0;

/// Lets through what comes in bursts, and slows down what never rests. What a reader does is not
/// counted.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    left: f64,
    last_ms: i64,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            left: MOST_AT_ONCE,
            last_ms: i64::MIN,
        }
    }
}

impl Pace {
    /// Whether the view may go on now, milliseconds since whenever.
    ///
    /// # Errors
    /// So many milliseconds later it may.
    pub fn go(&mut self, now_ms: i64) -> Result<(), u32> {
        // A clock that was set back has not moved.
        let passed_ms = now_ms.saturating_sub(self.last_ms).max(0) as f64;
        self.last_ms = now_ms;
        self.left = (self.left + passed_ms * PER_SECOND / 1_000.0).min(MOST_AT_ONCE);
        if self.left >= 1.0 {
            self.left -= 1.0;
            return Ok(());
        }
        Err(((1.0 - self.left) * 1_000.0 / PER_SECOND).ceil() as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls within so many milliseconds of a view that goes on whenever it may.
    fn calls(during_ms: i64) -> usize {
        let mut pace = Pace::default();
        let (mut now_ms, mut count) = (1_795_435_200_000, 0);
        let end_ms = now_ms + during_ms;
        while now_ms < end_ms {
            match pace.go(now_ms) {
                Ok(()) => count += 1,
                Err(wait_ms) => now_ms += i64::from(wait_ms),
            }
        }
        count
    }

    #[test]
    fn what_never_rests_is_slowed_down() {
        assert_eq!(calls(1), 64);
        assert!(
            (64 + 58..=64 + 60).contains(&calls(1_000)),
            "{}",
            calls(1_000)
        );
        assert!((500..=664).contains(&calls(10_000)), "{}", calls(10_000));
    }

    #[test]
    fn what_rests_may_come_in_bursts() {
        let mut pace = Pace::default();
        for burst in 0..10 {
            for _ in 0..64 {
                assert_eq!(pace.go(burst * 2_000), Ok(()));
            }
        }
        // Back in time, and at the ends of it.
        assert_eq!(pace.go(0), Err(17));
        assert_eq!(pace.go(i64::MAX), Ok(()));
        assert_eq!(pace.go(i64::MIN), Ok(()));
    }
}
