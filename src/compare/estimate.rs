//! What samples of both sides tell of the difference between them.

use super::student;

/// The chance that an interval misses the truth, and that a test calls equal sides different, unless several looks
/// share it.
pub(super) const ALPHA: f64 = 0.05;

/// The chance with which the smallest detectable change would be found.
const POWER: f64 = 0.8;

/// Nobody starts a build more often than this to tell a change.
const MOST_STARTS: usize = 10_000;

/// An estimate of a difference with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Estimate {
    /// The estimated difference, B less A.
    pub(super) mean: f64,
    /// Its standard error; not negative.
    pub(super) error: f64,
    /// The degrees of freedom of that error.
    pub(super) freedom: f64,
    /// Starts of a side.
    starts: f64,
    /// The chance that an interval misses the truth, and that a test calls equal sides different.
    pub(super) alpha: f64,
}

impl Estimate {
    /// From the differences of pairs, which each had the same surroundings. `resolution` is the step to which
    /// a difference was rounded: equal figures of a coarse clock are no proof that nothing varies. None for
    /// fewer than two pairs.
    pub(super) fn paired(differences: &[f64], resolution: f64) -> Option<Self> {
        let pairs = count(differences.len());
        let freedom = pairs - 1.0;
        (freedom >= 1.0).then(|| {
            let (mean, variance) = moments(differences);
            let variance = variance.max(rounding(resolution));
            Self {
                mean,
                error: (variance / pairs).sqrt(),
                freedom,
                starts: pairs,
                alpha: ALPHA,
            }
        })
    }

    /// From samples that have nothing to do with each other, as of stored runs: Welch's test, which does not
    /// take both sides to vary alike. None for fewer than two of a side.
    pub(super) fn independent(a: &[f64], b: &[f64], resolution: f64) -> Option<Self> {
        let (of_a, of_b) = (count(a.len()), count(b.len()));
        (of_a.min(of_b) >= 2.0).then(|| {
            let ((mean_a, variance_a), (mean_b, variance_b)) = (moments(a), moments(b));
            let least = rounding(resolution) / 2.0;
            let (share_a, share_b) = (variance_a.max(least) / of_a, variance_b.max(least) / of_b);
            let both = share_a + share_b;
            let spread = share_a.powi(2) / (of_a - 1.0) + share_b.powi(2) / (of_b - 1.0);
            let freedom = if spread > 0.0 {
                both.powi(2) / spread
            } else {
                of_a + of_b - 2.0
            };
            Self {
                mean: mean_b - mean_a,
                error: both.sqrt(),
                freedom,
                starts: of_a.min(of_b),
                alpha: ALPHA,
            }
        })
    }

    /// The same for one of several looks, each of which may err with this chance.
    pub(super) const fn at(self, alpha: f64) -> Self {
        Self { alpha, ..self }
    }

    /// The interval that misses the true difference in this share of all comparisons.
    pub(super) fn interval(&self, alpha: f64) -> (f64, f64) {
        let half = if self.error > 0.0 {
            student::quantile(1.0 - alpha / 2.0, self.freedom) * self.error
        } else {
            0.0
        };
        (self.mean - half, self.mean + half)
    }

    /// How probable a difference as large as this, or larger, is between equal sides.
    pub(super) fn p_value(&self) -> f64 {
        if self.error > 0.0 {
            student::two_sided(self.mean / self.error, self.freedom)
        } else if self.mean == 0.0 {
            1.0
        } else {
            0.0
        }
    }

    /// Whether the difference is shown to lie within a margin of 0 on either side, by two one-sided tests
    /// (Schuirmann, *J. Pharmacokinet. Biopharm.* 15, 1987): both reject where the interval that misses in
    /// twice as many cases lies within.
    pub(super) fn is_within(&self, margin: (f64, f64)) -> bool {
        let (low, high) = self.interval(2.0 * self.alpha);
        low > margin.0 && high < margin.1
    }

    /// The smallest true difference that a comparison as noisy as this one calls different in 80 % of all
    /// cases. By the usual sum of two quantiles (Bloom, *Evaluation Review* 19, 1995).
    pub(super) fn detectable(&self) -> f64 {
        multiple(self.freedom, self.alpha) * self.error
    }

    /// How many starts of a side would find a difference of this size in 80 % of all cases; none if no number
    /// that anybody waits for would.
    pub(super) fn starts_to_find(&self, difference: f64) -> Option<usize> {
        // What the error of a single start would be.
        let single = self.error * self.starts.sqrt();
        let finds = |starts: &usize| {
            let starts = count(*starts);
            multiple(starts - 1.0, self.alpha) * single / starts.sqrt() <= difference
        };
        // Quantiles cost, and no answer needs all digits: steps of a twentieth.
        let steps = std::iter::successors(Some(2_usize), |starts| Some(starts + 1 + starts / 20));
        steps
            .take_while(|starts| *starts <= MOST_STARTS)
            .find(finds)
    }
}

/// By how much a true difference must exceed its standard error to be found with the wanted power.
fn multiple(freedom: f64, alpha: f64) -> f64 {
    student::quantile(1.0 - alpha / 2.0, freedom) + student::quantile(POWER, freedom)
}

/// The variance that rounding to a step alone makes of a difference of two figures.
fn rounding(step: f64) -> f64 {
    step * step / 6.0
}

/// The mean, and the variance with one degree of freedom less than samples; NaN for none.
pub(super) fn moments(samples: &[f64]) -> (f64, f64) {
    let number = count(samples.len());
    let mean = samples.iter().sum::<f64>() / number;
    let squares = samples.iter().map(|one| (one - mean).powi(2));
    (mean, squares.sum::<f64>() / (number - 1.0).max(1.0))
}

#[expect(clippy::cast_precision_loss, reason = "starts are counted in tens")]
pub(super) const fn count(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(ours: f64, theirs: f64) -> bool {
        (ours - theirs).abs() < 1e-4
    }

    /// Student's own example of two soporifics (*Biometrika* 6, 1908), by which every package is tested.
    #[test]
    fn students_own_data_give_students_figures() {
        let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        let pairs: Vec<f64> = first.iter().zip(second).map(|(a, b)| b - a).collect();
        let paired = Estimate::paired(&pairs, 0.0).unwrap();
        let (low, high) = paired.interval(ALPHA);
        assert!(near(paired.p_value(), 0.002_833), "{}", paired.p_value());
        assert!(
            near(low, 0.700_114) && near(high, 2.459_886),
            "{low} {high}"
        );
        let welch = Estimate::independent(&first, &second, 0.0).unwrap();
        assert!(near(welch.freedom, 17.7765), "{}", welch.freedom);
        assert!(near(welch.p_value(), 0.079_394), "{}", welch.p_value());
    }

    /// The figures of the example in docs/compare.md: an interval of ±1.95 % over 8 starts.
    #[test]
    fn what_could_have_been_seen_follows_from_the_interval() {
        let estimate = Estimate {
            mean: 0.04,
            error: 0.0195 / 2.3646,
            freedom: 7.0,
            starts: 8.0,
            alpha: ALPHA,
        };
        assert!(
            near(estimate.detectable(), 0.026_89),
            "{}",
            estimate.detectable()
        );
        // 2.69 % are found by 8, so that 3 % take one less.
        assert_eq!(estimate.starts_to_find(0.03), Some(7));
        let more = estimate.starts_to_find(0.01).unwrap();
        assert!((40..=50).contains(&more), "{more}");
        assert_eq!(estimate.starts_to_find(1e-6), None);
        assert!(!estimate.is_within((-0.05, 0.05)) && estimate.is_within((-0.06, 0.06)));
    }

    #[test]
    fn equal_figures_of_a_coarse_clock_are_no_proof_that_nothing_varies() {
        let sure = Estimate::paired(&[0.0; 8], 0.0).unwrap();
        assert_eq!((sure.interval(ALPHA), sure.p_value()), ((0.0, 0.0), 1.0));
        let coarse = Estimate::paired(&[0.0; 8], 0.01).unwrap();
        assert!(coarse.interval(ALPHA).1 > 0.003);
        assert_eq!(Estimate::paired(&[0.1], 0.0), None);
    }
}
