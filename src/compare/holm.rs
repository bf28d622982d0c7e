//! Holm's correction: of many figures that did not change, one looks changed by chance.

/// The p-values so that each may be held against one level, and the chance that any of those of equal sides
/// falls below it is no higher than that level (Holm, *Scand. J. Statist.* 6, 1979). In the order given.
pub(super) fn adjusted(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|one, other| values[*one].total_cmp(&values[*other]));
    let mut adjusted = vec![1.0; values.len()];
    let mut least = 0.0_f64;
    for (rank, index) in order.into_iter().enumerate() {
        let factor = super::estimate::count(values.len() - rank);
        least = least.max(values[index] * factor).min(1.0);
        adjusted[index] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_is_multiplied_by_all_the_next_by_one_less() {
        let ours = adjusted(&[0.01, 0.04, 0.03, 0.005]);
        let expected = [0.03, 0.06, 0.06, 0.02];
        for (ours, expected) in ours.iter().zip(expected) {
            assert!((ours - expected).abs() < 1e-12, "{ours} {expected}");
        }
        assert_eq!(adjusted(&[]), [0.0; 0]);
        assert_eq!(adjusted(&[0.9, 0.8]), [1.0, 1.0]);
    }
}
