//! The exact sign-flip test, which takes nothing of the distribution for granted.
//!
//! Between equal sides, whose order was drawn, each difference of a pair could as well have had the other sign
//! (Fisher, *The Design of Experiments*, 1935, section 21). The p-value is the share of all 2^n signs that give a
//! mean at least as far from 0.

/// More pairs are never compared: the halves are listed whole.
pub const MOST_PAIRS: usize = 40;

/// Sums that differ by less than this share of the whole are equal: they were added in another order.
const EQUAL: f64 = 1e-9;

/// The p-value of the differences; none for none, or for more than [`MOST_PAIRS`].
pub(super) fn p_value(differences: &[f64]) -> Option<f64> {
    if differences.is_empty() || differences.len() > MOST_PAIRS {
        return None;
    }
    let whole: f64 = differences.iter().map(|one| one.abs()).sum();
    let bound = differences.iter().sum::<f64>().abs() - whole * EQUAL;
    if bound <= 0.0 {
        return Some(1.0);
    }
    // All sums of one half, sorted, beside each sum of the other: 2^(n/2) in place of 2^n.
    let (left, right) = differences.split_at(differences.len() / 2);
    let mut left = sums(left);
    left.sort_by(f64::total_cmp);
    let mut beyond = 0_usize;
    let rights = sums(right);
    for sum in &rights {
        // By symmetry as many sums lie below -bound as above it.
        beyond += left.len() - left.partition_point(|one| one + sum < bound);
    }
    let all = super::estimate::count(left.len()) * super::estimate::count(rights.len());
    Some((2.0 * super::estimate::count(beyond) / all).min(1.0))
}

/// The sums with all signs.
fn sums(differences: &[f64]) -> Vec<f64> {
    differences.iter().fold(vec![0.0], |sums, one| {
        let both = sums.iter().flat_map(|sum| [sum + one, sum - one]);
        both.collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By definition: one assignment of signs after the other.
    fn listed(differences: &[f64]) -> f64 {
        let whole: f64 = differences.iter().map(|one| one.abs()).sum();
        let bound = differences.iter().sum::<f64>().abs() - whole * EQUAL;
        let all = 1_u32 << differences.len();
        let sum = |signs: u32| {
            let signed = differences.iter().enumerate();
            let signed =
                signed.map(|(index, one)| if signs >> index & 1 == 1 { *one } else { -one });
            signed.sum::<f64>()
        };
        let beyond = (0..all).filter(|signs| sum(*signs).abs() >= bound).count();
        super::super::estimate::count(beyond) / f64::from(all)
    }

    proptest! {
        #[test]
        fn it_counts_what_a_list_of_all_signs_counts(
            differences in prop::collection::vec(-1.0_f64..1.0, 1..10)
        ) {
            let ours = p_value(&differences).unwrap();
            prop_assert!((ours - listed(&differences)).abs() < 1e-12);
        }
    }

    /// Darwin's maize, as Fisher computed it by hand: 863 of 32,768.
    #[test]
    fn darwins_maize_gives_fishers_figure() {
        let maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
        let p = p_value(&maize.map(f64::from)).unwrap();
        assert!((p - 1_726.0 / 32_768.0).abs() < 1e-9, "{p}");
    }

    #[test]
    fn all_of_one_sign_is_as_rare_as_it_can_be_and_forty_pairs_are_counted() {
        assert_eq!(p_value(&[0.1; 8]), Some(2.0 / 256.0));
        assert_eq!(p_value(&[0.0; 8]), Some(1.0));
        assert!(p_value(&[1.0; 41]).is_none());
        assert!(p_value(&[]).is_none());
    }
}
