//! A number of bytes as a user writes it.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::str::FromStr;

/// The units, each with its bytes.
const UNITS: [(&str, usize); 7] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("B", 1),
];

/// The largest size, in bytes: an answer is held in memory.
const MOST: usize = 1 << 30;

/// A number of bytes, from 1 to 1 GiB, as a user writes it: `512KiB`, `2 MiB`, `1000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size(pub(super) usize);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let unit = UNITS.iter().find_map(|(name, bytes)| {
            let number = text.strip_suffix(name)?;
            Some((number.trim_end(), *bytes))
        });
        let (number, bytes) = unit.unwrap_or((text, 1));
        let size = number.parse::<usize>().ok();
        let size = size.and_then(|number| number.checked_mul(bytes));
        size.filter(|size| (1..=MOST).contains(size))
            .map(Self)
            .ok_or_else(|| "write a size from 1B to 1GiB, such as 512KiB, 4MiB or 10MB".to_owned())
    }
}

impl Serialize for Size {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}B", self.0))
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_a_unit_or_is_bytes() {
        for (text, bytes) in [
            ("1", 1),
            ("10B", 10),
            ("2KiB", 2048),
            ("3 MB", 3_000_000),
            ("1GiB", MOST),
        ] {
            assert_eq!(text.parse(), Ok(Size(bytes)), "{text}");
        }
        for text in [
            "",
            "0",
            "-1",
            "2GiB",
            "1.5MiB",
            "1kib",
            "MiB",
            "99999999999999999999GB",
        ] {
            assert!(text.parse::<Size>().is_err(), "{text:?}");
        }
    }
}
