//! Arrivals at random distances, as of many users who know nothing of each other.
//!
//! The distances are exponential with mean 1, counted in whole parts of an arrival; the sum of those
//! before it says at which count an arrival is due, and the rate's shape turns that into a time. So
//! arrivals are a Poisson process whatever the shape of the rate. Since everything is a whole number,
//! the sum of any number of distances is exact, and the same on every machine.

use std::cell::Cell;

use super::leg::PARTS;

/// Bits behind the point of a binary logarithm.
const LOG_BITS: u32 = 32;

/// The natural logarithm of 2, with as many bits behind the point.
const LN_2: u128 = 2_977_044_472;

/// The positions of arrivals, as counts in parts of an arrival.
#[derive(Clone, Debug)]
pub(super) struct Poisson {
    seed: u64,
    /// An index and the position of the arrival with it.
    reached: Cell<(u64, u128)>,
}

impl Poisson {
    pub(super) const fn new(seed: u64) -> Self {
        Self {
            seed,
            reached: Cell::new((0, 0)),
        }
    }

    /// The position of an arrival. Indices that only grow cost one step each.
    pub(super) fn position(&self, index: u64) -> u128 {
        let (mut at, mut sum) = self.reached.get();
        if index < at {
            (at, sum) = (0, 0);
        }
        while at < index {
            sum += u128::from(exponential(random(self.seed, at)));
            at += 1;
        }
        self.reached.set((at, sum));
        sum
    }
}

/// A number that looks random, from a seed and an index (`SplitMix64`, Steele et al. 2014).
const fn random(seed: u64, index: u64) -> u64 {
    let mut mixed = seed.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// The negative logarithm of a random number between 0 and 1, which is `random` ÷ 2⁶⁴: exponential
/// with mean 1, in parts of an arrival.
fn exponential(random: u64) -> u64 {
    // Zero has no logarithm.
    let random = random | 1;
    let zeros = random.leading_zeros();
    let whole = u128::from(zeros + 1) << LOG_BITS;
    let binary = whole - u128::from(fraction_of_log(random << zeros));
    let natural = (binary * LN_2 * u128::from(PARTS)) >> (2 * LOG_BITS);
    u64::try_from(natural).unwrap_or(u64::MAX)
}

/// The binary logarithm of a number from 1 to below 2 with 63 bits behind its point, bit by bit: the
/// square of a number has twice its logarithm.
fn fraction_of_log(number: u64) -> u64 {
    let mut square = u128::from(number);
    let mut log = 0;
    for _ in 0..LOG_BITS {
        square = (square * square) >> 63;
        let above_two = square >> 64 != 0;
        log = (log << 1) | u64::from(above_two);
        square >>= u32::from(above_two);
    }
    log
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "figures of tests")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ARRIVALS: u64 = 200_000;

    fn distances(seed: u64) -> Vec<f64> {
        (0..ARRIVALS)
            .map(|index| exponential(random(seed, index)) as f64 / PARTS as f64)
            .collect()
    }

    proptest! {
        #[test]
        fn distances_are_logarithms(random in any::<u64>()) {
            let exact = -((random | 1) as f64 / 2_f64.powi(64)).ln();
            let ours = exponential(random) as f64 / PARTS as f64;
            prop_assert!((ours - exact).abs() < 2e-6, "{ours} for {exact}");
        }

        #[test]
        fn a_position_depends_on_seed_and_index_alone(seed: u64, mut asked in prop::collection::vec(0_u64..500, 1..20)) {
            let one = Poisson::new(seed);
            let forwards: Vec<u128> = asked.iter().map(|index| one.position(*index)).collect();
            let other = Poisson::new(seed);
            let mut backwards: Vec<u128> = asked.iter().rev().map(|index| other.position(*index)).collect();
            backwards.reverse();
            prop_assert_eq!(forwards, backwards);
            asked.sort_unstable();
            let sums = asked.iter().map(|index| (0..*index).map(|at| u128::from(exponential(random(seed, at)))).sum());
            prop_assert_eq!(asked.iter().map(|index| one.position(*index)).collect::<Vec<_>>(), sums.collect::<Vec<u128>>());
        }
    }

    /// An exponential distribution with mean 1 has the variance 1, and exceeds x in e^−x of all cases.
    #[test]
    fn distances_are_exponential() {
        let all = distances(7);
        let count = all.len() as f64;
        let mean = all.iter().sum::<f64>() / count;
        let variance = all.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / count;
        assert!((mean - 1.0).abs() < 0.01, "{mean}");
        assert!((variance - 1.0).abs() < 0.03, "{variance}");
        for limit in [0.1_f64, 0.5, 1.0, 2.0, 4.0] {
            let beyond = all.iter().filter(|one| **one > limit).count() as f64 / count;
            assert!((beyond - (-limit).exp()).abs() < 0.005, "{limit}: {beyond}");
        }
    }

    /// In a Poisson process the number of arrivals in windows of one length has a variance equal to its
    /// mean; evenly spaced arrivals would have none.
    #[test]
    fn counts_scatter_as_those_of_a_poisson_process() {
        let arrivals = Poisson::new(3);
        let window = 10 * u128::from(PARTS);
        let mut counts = vec![0_u32; 10_000];
        for index in 0..ARRIVALS {
            let at = usize::try_from(arrivals.position(index) / window).unwrap();
            if let Some(count) = counts.get_mut(at) {
                *count += 1;
            }
        }
        let number = counts.len() as f64;
        let mean = counts.iter().map(|count| f64::from(*count)).sum::<f64>() / number;
        let variance = counts
            .iter()
            .map(|count| (f64::from(*count) - mean).powi(2))
            .sum::<f64>()
            / number;
        assert!((mean - 10.0).abs() < 0.2, "{mean}");
        assert!((variance / mean - 1.0).abs() < 0.06, "{variance}");
    }

    #[test]
    fn another_seed_gives_other_distances() {
        assert_ne!(distances(1)[..10], distances(2)[..10]);
    }
}
