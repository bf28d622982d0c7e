//! How much of the answers is judged.

use std::str::FromStr;

/// Answers are chosen out of each so many.
const BLOCK: u64 = 100;

/// Spreads the chosen over a block. Has no factor in common with [`BLOCK`], so that it visits every
/// place once, and is not near 1, so that neighbours are not chosen together.
const STRIDE: u64 = 37;

/// How much of the answers is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Judging {
    /// Every answer, in full.
    #[default]
    All,
    /// So many of each hundred iterations in full, from 1 to 99; of the others the status alone.
    Share(u8),
    /// Of every answer the status alone.
    Status,
}

/// A text that does not say how much is judged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} does not say how much to judge; write `all`, `status`, or a share such as `10%`")]
pub struct JudgingError(String);

impl Judging {
    /// Whether the answers of an iteration are judged in full. Depends on nothing but the seed and the
    /// index, so that every worker and every repetition chooses the same.
    ///
    /// Of each hundred iterations exactly the share is chosen. Where they lie in it differs from one
    /// hundred to the next, so that no user of a small number of users is chosen always or never.
    #[must_use]
    pub const fn in_full(self, seed: u64, iteration: u64) -> bool {
        match self {
            Self::All => true,
            Self::Status => false,
            Self::Share(percent) => {
                let shift = mix(seed ^ (iteration / BLOCK)) % BLOCK;
                let place = (iteration % BLOCK) * STRIDE + shift;
                place % BLOCK < percent as u64
            }
        }
    }
}

/// The finalizer of `SplitMix64`: every bit of the result depends on every bit given.
const fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

impl FromStr for Judging {
    type Err = JudgingError;

    fn from_str(text: &str) -> Result<Self, JudgingError> {
        let wrong = || JudgingError(text.to_owned());
        match text {
            "all" | "100%" => Ok(Self::All),
            "status" => Ok(Self::Status),
            _ => {
                let digits = text.strip_suffix('%').ok_or_else(wrong)?;
                let percent: u8 = digits.parse().map_err(|_| wrong())?;
                let is_share = (1..100).contains(&percent);
                is_share.then_some(Self::Share(percent)).ok_or_else(wrong)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_share_is_exact_in_each_hundred_and_reaches_every_user() {
        for percent in [1, 10, 33, 99] {
            let judging = Judging::Share(percent);
            for users in [7, 10, 100] {
                let mut reached = BTreeSet::new();
                for block in 0..200 {
                    let block = block * 100..(block + 1) * 100;
                    let chosen: Vec<u64> = block.filter(|at| judging.in_full(5, *at)).collect();
                    assert_eq!(chosen.len(), usize::from(percent));
                    reached.extend(chosen.iter().map(|at| at % users));
                }
                assert!(reached.len() as u64 > users * 3 / 4, "{percent} {users}");
            }
        }
    }

    #[test]
    fn another_seed_chooses_others_and_the_same_seed_the_same() {
        let chosen = |seed| -> Vec<u64> {
            let all = 0..1_000;
            all.filter(|at| Judging::Share(10).in_full(seed, *at))
                .collect()
        };
        assert_eq!(chosen(1), chosen(1));
        assert_ne!(chosen(1), chosen(2));
    }

    #[test]
    fn texts_that_mean_nothing_are_refused() {
        assert_eq!("all".parse(), Ok(Judging::All));
        assert_eq!("100%".parse(), Ok(Judging::All));
        assert_eq!("7%".parse(), Ok(Judging::Share(7)));
        assert_eq!("status".parse(), Ok(Judging::Status));
        for text in ["", "none", "0%", "101%", "-1%", "1.5%", "10", "%"] {
            assert!(text.parse::<Judging>().is_err(), "{text}");
        }
    }
}
