//! Student's t distribution.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// The distribution of a mean over its standard error, with so many degrees of freedom (positive).
fn distribution(freedom: f64) -> Option<StudentsT> {
    StudentsT::new(0.0, 1.0, freedom).ok()
}

/// The value below which this share (0 to 1, both excluded) of the distribution lies; infinite without a degree
/// of freedom, since nothing is known then.
pub(super) fn quantile(share: f64, freedom: f64) -> f64 {
    distribution(freedom).map_or(f64::INFINITY, |t| t.inverse_cdf(share))
}

/// The probability of a value at least this far from 0 on either side; 1 without a degree of freedom.
pub(super) fn two_sided(value: f64, freedom: f64) -> f64 {
    let beyond = distribution(freedom).map_or(0.5, |t| t.sf(value.abs()));
    (2.0 * beyond).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the table in any textbook.
    #[test]
    fn quantiles_and_tails_are_those_of_the_tables() {
        for (share, freedom, value) in [
            (0.975, 1.0, 12.706),
            (0.975, 7.0, 2.365),
            (0.95, 7.0, 1.895),
            (0.8, 7.0, 0.896),
            (0.975, 30.0, 2.042),
        ] {
            let ours = quantile(share, freedom);
            assert!((ours - value).abs() < 1e-3, "{share} {freedom}: {ours}");
            let tail = two_sided(-ours, freedom);
            assert!((tail - 2.0 * (1.0 - share)).abs() < 1e-6, "{tail}");
        }
        assert!(quantile(0.975, 0.0).is_infinite());
        assert!((two_sided(3.0, 0.0) - 1.0).abs() < f64::EPSILON);
    }
}
