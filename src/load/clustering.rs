//! How much less the times of a load tell than as many independent ones: the design effect.
//!
//! Requests of one stall are late together. The numbers of times below a percentile, second by second, then vary by
//! more than a binomial distribution lets them, and by the ratio of both variances the sample is worth less (Kish,
//! *Survey Sampling*, section 8.2). Neighbouring seconds that vary together count as one stall, too.

use statrs::distribution::{ChiSquared, ContinuousCDF};

/// Fewer seconds do not show how much they vary.
const FEWEST_SECONDS: usize = 8;

/// How seldom independent times seem to be clustered.
const SIGNIFICANCE: f64 = 0.01;

/// What a second has: how many times, and how many of them below some time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SecondShare {
    /// All times of the second.
    pub count: f64,
    /// Those below.
    pub below: f64,
}

/// By how much the variance of a share is larger than it is of independent times: 1 or more. It is 1 where the
/// seconds do not vary by more than such times do, and where there are too few of them to tell.
#[must_use]
pub fn design_effect(seconds: &[SecondShare]) -> f64 {
    let filled: Vec<SecondShare> = seconds
        .iter()
        .copied()
        .filter(|one| one.count > 0.0)
        .collect();
    let count: f64 = filled.iter().map(|one| one.count).sum();
    let below: f64 = filled.iter().map(|one| one.below).sum();
    let share = below / count;
    let binomial = count * share * (1.0 - share);
    if filled.len() < FEWEST_SECONDS || binomial.is_nan() || binomial <= 0.0 {
        return 1.0;
    }
    let excess: Vec<f64> = filled
        .iter()
        .map(|one| one.below - one.count * share)
        .collect();
    let squares: f64 = excess.iter().map(|one| one * one).sum();
    let of_each = excess.iter().zip(&filled);
    let in_variances: f64 = of_each
        .map(|(one, second)| one * one * count / (second.count * binomial))
        .sum();
    let together: f64 = excess.windows(2).map(|pair| pair[0] * pair[1]).sum();
    let freedom = f64::from(u32::try_from(filled.len() - 1).unwrap_or(u32::MAX));
    if in_variances <= most_by_chance(freedom) {
        return 1.0;
    }
    let whole = squares + 2.0 * together.max(0.0);
    (whole / binomial * (freedom + 1.0) / freedom).max(1.0)
}

/// What the variances of independent times add up to at the most, in units of their own.
fn most_by_chance(freedom: f64) -> f64 {
    ChiSquared::new(freedom).map_or(f64::INFINITY, |chi| chi.inverse_cdf(1.0 - SIGNIFICANCE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    fn second(count: f64, below: f64) -> SecondShare {
        SecondShare { count, below }
    }

    /// So many seconds of 100 times, each of them below with this chance.
    fn independent(seed: u64, seconds: usize, chance: f64) -> Vec<SecondShare> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut is_below = || f64::from(random.next_u32()) / 4_294_967_296.0 < chance;
        let one = |_| {
            second(
                100.0,
                f64::from((0..100).map(|_| u32::from(is_below())).sum::<u32>()),
            )
        };
        (0..seconds).map(one).collect()
    }

    #[test]
    fn independent_times_are_worth_what_they_are() {
        for chance in [0.5, 0.9, 0.99, 0.999] {
            let effects = (0..1_000).map(|seed| design_effect(&independent(seed, 60, chance)));
            let widened = effects.filter(|effect| *effect > 1.0).count();
            assert!(widened <= 30, "{chance}: {widened}");
        }
    }

    #[test]
    fn of_whole_seconds_that_are_late_each_is_one_sample() {
        // One second of twenty is late as a whole: 100 times are worth one.
        let seconds: Vec<SecondShare> = (0..200)
            .map(|index| second(100.0, if index % 20 == 0 { 0.0 } else { 100.0 }))
            .collect();
        let effect = design_effect(&seconds);
        assert!((99.0..=102.0).contains(&effect), "{effect}");
        // Two seconds each time: worth half as much.
        let seconds: Vec<SecondShare> = (0..200)
            .map(|index| second(100.0, if index % 20 < 2 { 0.0 } else { 100.0 }))
            .collect();
        let effect = design_effect(&seconds);
        assert!((180.0..=205.0).contains(&effect), "{effect}");
    }

    #[test]
    fn too_few_seconds_and_shares_of_nothing_and_of_all_tell_nothing() {
        for seconds in [
            Vec::new(),
            vec![second(100.0, 0.0), second(100.0, 100.0)],
            vec![second(100.0, 100.0); 20],
            vec![second(0.0, 0.0); 20],
        ] {
            assert!((design_effect(&seconds) - 1.0).abs() < f64::EPSILON);
        }
    }
}
