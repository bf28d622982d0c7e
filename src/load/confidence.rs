//! How sure a percentile is: the ranks between which the true one lies with 95 % probability.
//!
//! Nothing is assumed of the distribution of the times. How many of `n` independent times lie at or
//! below the true percentile of a share `p` follows the binomial distribution B(n, p); its quantiles
//! are the ranks (David and Nagaraja, *Order Statistics*, section 7.1).

/// The probability that the true percentile lies below, or above, the interval.
const TAIL: f64 = 0.025;

/// Weights below this share of the highest are left out: together they are far from changing a rank.
const NEGLIGIBLE: f64 = 1e-16;

/// The interval of a percentile, as ranks among the sorted times, from 1. An end is missing where so
/// few times cannot tell it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ranks {
    /// The rank of the lower end.
    pub low: Option<u64>,
    /// The rank of the upper end.
    pub high: Option<u64>,
}

/// Weights of the numbers around the mode of a binomial distribution, in order.
struct Weights {
    /// The number that the first weight belongs to.
    first: u64,
    weights: Vec<f64>,
}

impl Weights {
    /// Of B(count, share), by the ratio of neighbours from the mode outwards, so that no factorial
    /// is ever needed. About the square root of `count` of them are worth keeping.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts of requests stay below 2^53, and the mode is between 0 and the count"
    )]
    fn new(count: u64, share: f64) -> Self {
        let odds = share / (1.0 - share);
        let mode = ((count as f64 * share).floor() as u64).min(count);
        let above = |number: u64| (count - number) as f64 / (number + 1) as f64 * odds;
        let mut down = vec![1.0];
        let mut number = mode;
        while number > 0 && down.last().is_some_and(|weight| *weight > NEGLIGIBLE) {
            number -= 1;
            down.push(down.last().copied().unwrap_or_default() / above(number));
        }
        let first = number;
        let mut weights: Vec<f64> = down.into_iter().rev().collect();
        let mut number = mode;
        while number < count && weights.last().is_some_and(|weight| *weight > NEGLIGIBLE) {
            weights.push(weights.last().copied().unwrap_or_default() * above(number));
            number += 1;
        }
        Self { first, weights }
    }

    /// How many weights in this order come to a tail at the most.
    fn in_tail<'a>(&self, weights: impl Iterator<Item = &'a f64>) -> u64 {
        let limit = self.weights.iter().sum::<f64>() * TAIL;
        let mut sum = 0.0;
        let within = weights.take_while(|weight| {
            sum += **weight;
            sum <= limit
        });
        within.count() as u64
    }
}

/// The ranks between which the percentile of a share (0 to 1, both excluded) lies with a probability
/// of at least 95 %, given this many independent times.
#[must_use]
pub fn ranks(count: u64, share: f64) -> Ranks {
    if count == 0 || !(share > 0.0 && share < 1.0) {
        return Ranks::default();
    }
    let weights = Weights::new(count, share);
    // Below the interval if at most `low - 1` times lie at or below the percentile, and above it if at
    // least `high` do.
    let low = weights.first + weights.in_tail(weights.weights.iter());
    let last = weights.first + weights.weights.len() as u64 - 1;
    let high = last + 1 - weights.in_tail(weights.weights.iter().rev());
    Ranks {
        low: (low >= 1).then_some(low),
        high: (high <= count).then_some(high),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The distribution of B(count, share) by Pascal's rule: one trial after the other.
    fn pascal(count: usize, share: f64) -> Vec<f64> {
        let mut chances = vec![1.0];
        for _ in 0..count {
            let mut next = vec![0.0; chances.len() + 1];
            for (number, chance) in chances.iter().enumerate() {
                next[number] += chance * (1.0 - share);
                next[number + 1] += chance * share;
            }
            chances = next;
        }
        chances
    }

    fn pair(count: u64, share: f64) -> (Option<u64>, Option<u64>) {
        let Ranks { low, high } = ranks(count, share);
        (low, high)
    }

    #[test]
    fn the_ranks_of_the_median_are_those_of_printed_tables() {
        for (count, low, high) in [
            (6, 1, 6),
            (10, 2, 9),
            (20, 6, 15),
            (50, 18, 33),
            (100, 40, 61),
        ] {
            assert_eq!(pair(count, 0.5), (Some(low), Some(high)), "{count}");
        }
    }

    #[test]
    fn too_few_times_have_no_end() {
        assert_eq!(pair(0, 0.5), (None, None));
        assert_eq!(pair(5, 0.5), (None, None));
        // 0.99^368 is just below 0.025: from here on the longest time bounds the 99th percentile.
        assert_eq!(pair(366, 0.99).1, None);
        assert_eq!(pair(368, 0.99).1, Some(368));
    }

    #[test]
    fn many_times_agree_with_the_normal_distribution() {
        // For 10^8 times the binomial distribution is normal to far less than a deviation.
        let deviation = (1e8 * 0.99_f64 * 0.01).sqrt();
        let ranks = ranks(100_000_000, 0.99);
        let off = |rank: Option<u64>, sigmas: f64| {
            #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
            let rank = rank.unwrap() as f64;
            (rank - 99e6) / deviation - sigmas
        };
        assert!(off(ranks.low, -1.959_96).abs() < 0.005);
        assert!(off(ranks.high, 1.959_96).abs() < 0.005);
    }

    proptest! {
        #[test]
        fn the_ranks_are_the_tightest_with_the_promised_coverage(
            count in 1_usize..160,
            share in prop::sample::select(vec![0.5, 0.9, 0.95, 0.99, 0.999]),
        ) {
            let chances = pascal(count, share);
            let below = |rank: u64| -> f64 { chances.iter().take(usize::try_from(rank).unwrap()).sum() };
            let above = |rank: u64| -> f64 { chances.iter().skip(usize::try_from(rank).unwrap()).sum() };
            let total = count as u64;
            // Not at all at the edge, where the last digit of a sum would decide.
            let edge = |sum: f64| (sum - TAIL).abs() < 1e-9;
            let low = (1..=total).rev().find(|rank| below(*rank) <= TAIL);
            let high = (1..=total).find(|rank| above(*rank) <= TAIL);
            let near = (0..=total).any(|rank| edge(below(rank)) || edge(above(rank)));
            prop_assume!(!near);
            let found = ranks(total, share);
            prop_assert_eq!((found.low, found.high), (low, high));
        }
    }
}
