//! When a proven refusal is tried again.

use std::time::Duration;

/// The longest pause between two attempts.
const CAP: Duration = Duration::from_secs(300);

/// The pause before the attempt that follows `failures` proven failures: full jitter,
/// `random(0, min(300 s, 1 s x 2^failures))`. `roll` is uniform in `0.0..1.0`.
pub fn backoff(failures: u32, roll: f64) -> Duration {
    let ceiling = Duration::from_secs(1 << failures.min(20)).min(CAP);
    ceiling.mul_f64(roll.clamp(0.0, 1.0))
}

/// A stored due time with 20 % of jitter either way, so that a restart does not align them.
pub fn jittered(pause: Duration, roll: f64) -> Duration {
    pause.mul_f64(0.8 + 0.4 * roll.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceiling_doubles_up_to_five_minutes() {
        let ceilings: Vec<u64> = (0..11)
            .map(|failures| backoff(failures, 1.0).as_secs())
            .collect();
        assert_eq!(ceilings, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        assert_eq!(backoff(5, 0.0), Duration::ZERO);
    }

    #[test]
    fn jitter_stays_within_a_fifth() {
        let pause = Duration::from_secs(100);
        assert_eq!(
            (
                jittered(pause, 0.0).as_secs(),
                jittered(pause, 1.0).as_secs()
            ),
            (80, 120)
        );
    }
}
