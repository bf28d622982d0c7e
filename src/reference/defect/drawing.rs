//! Which compositions a seed draws.

use super::{Defect, Trigger, pairs};

/// All compositions in the order in which a seed draws them. The place of one depends on its own name
/// and on the seed alone, so that what else there is changes nothing.
#[must_use]
pub fn drawn(seed: u64) -> Vec<(&'static Defect, &'static Trigger)> {
    let mut pairs = pairs();
    pairs.sort_by_cached_key(|(defect, condition)| key(seed, &[defect.name, condition.name]));
    pairs
}

/// FNV-1a of the texts, and then mixed, since names differ in few letters.
fn key(seed: u64, texts: &[&str]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0]));
    let hash = bytes.fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(seed: u64) -> Vec<(&'static str, &'static str)> {
        let drawn = drawn(seed).into_iter();
        drawn.map(|(one, other)| (one.name, other.name)).collect()
    }

    #[test]
    fn a_seed_draws_the_same_each_time_and_another_seed_something_else() {
        assert_eq!(names(7), names(7));
        let (first, other) = (&names(7)[..20], &names(8)[..20]);
        let both = first.iter().filter(|one| other.contains(one)).count();
        assert!(both < 10, "{both}");
        assert!(names(7).len() > 2_000);
    }
}
