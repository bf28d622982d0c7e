//! A shard of a check: which of the cases one of several runs walks.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::str::FromStr;

use crate::record::{ShardUse, sha256};
use crate::suite::Case;

/// More are no shards but a mistake.
const MOST: usize = 1_000;
/// So many hexadecimal digits of a digest fit into 64 bits.
const DIGITS: usize = 15;

/// A shard as a user writes it: `2/4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shard(pub(super) ShardUse);

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.trim().split_once('/');
        let numbers = parts.and_then(|(shard, shards)| {
            Some((shard.parse::<usize>().ok()?, shards.parse::<usize>().ok()?))
        });
        numbers
            .filter(|(shard, shards)| (1..=MOST).contains(shards) && (1..=*shards).contains(shard))
            .map(|(shard, shards)| Self(ShardUse { shard, shards }))
            .ok_or_else(|| "write which shard of how many, such as 2/4".to_owned())
    }
}

impl Serialize for Shard {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Shard {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl Shard {
    /// Whether a case is one of this shard's: by its id alone, so that a case which is added moves no other. Those
    /// that must run alone are all of the first, so that no two of them meet.
    pub(super) fn has(self, case: &Case) -> bool {
        let Self(ShardUse { shard, shards }) = self;
        let place = if case.alone {
            0
        } else {
            let digest = sha256(case.id.as_str().as_bytes());
            let digits = digest.get(..DIGITS).unwrap_or_default();
            let number = u64::from_str_radix(digits, 16).unwrap_or_default();
            let shards = u64::try_from(shards).unwrap_or(u64::MAX);
            usize::try_from(number % shards).unwrap_or_default()
        };
        place + 1 == shard
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_one_of_those_that_there_are() {
        for text in ["0/4", "5/4", "1/0", "2", "1/1001", "a/b"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
        assert_eq!("2/4".parse::<Shard>().unwrap().0.to_string(), "2/4");
    }
}
