//! Who is measured first in each round.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One of the two that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Side {
    /// What is compared with: the build as it was.
    A,
    /// What is compared: the build as it is.
    B,
}

impl Side {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    /// Its letter, small, as in names of files.
    #[must_use]
    pub const fn small(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
        }
    }
}

impl std::fmt::Display for Side {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::A => "A",
            Self::B => "B",
        })
    }
}

/// Which side begins each of so many rounds. Of two rounds in a row each side begins one, which of them is
/// drawn: what grows steadily with time, such as heat, then takes no side.
#[must_use]
pub fn beginners(seed: u64, rounds: usize) -> Vec<Side> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut order = Vec::with_capacity(rounds + 1);
    while order.len() < rounds {
        let first = if random.next_u32() & 1 == 0 {
            Side::A
        } else {
            Side::B
        };
        order.extend([first, first.other()]);
    }
    order.truncate(rounds);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_side_begins_half_of_the_rounds_and_the_seed_decides_which() {
        for seed in 0..50 {
            let order = beginners(seed, 8);
            assert_eq!(order.iter().filter(|side| **side == Side::A).count(), 4);
            assert_eq!(order, beginners(seed, 8));
        }
        let first = |seed| beginners(seed, 7).first().copied();
        let begun_by_a = (0..200).filter(|seed| first(*seed) == Some(Side::A));
        assert!((70..130).contains(&begun_by_a.count()));
        assert_eq!(beginners(0, 7).len(), 7);
    }
}
