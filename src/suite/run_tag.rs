//! The tag of a run: what makes its users others than those of every other run.

use std::fmt;
use std::str::FromStr;

/// The most characters of a tag: with what else stands in an address it must fit into the 64 that
/// RFC 5321 gives to a local part.
const LONGEST: usize = 16;

/// So many letters tell tags apart that end alike.
const TOLD_APART: usize = 3;
/// The letters of a tag that is drawn: two hundred thousand million different ones.
const DRAWN: usize = 8;
const LETTERS: u64 = 26;

/// The tag of a run: 1 to 16 small letters and digits, as servers allow them in any name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunTag(String);

/// A text that is no tag.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the tag {0:?} of a run must be 1 to {LONGEST} small letters and digits")]
pub struct RunTagError(String);

impl RunTag {
    /// The tag that a random number stands for: eight small letters.
    #[must_use]
    pub fn drawn(random: u64) -> Self {
        let letter = |place: u32| {
            let value = random / LETTERS.pow(place) % LETTERS;
            u8::try_from(value).map_or('a', |value| char::from(b'a' + value))
        };
        Self((0..).take(DRAWN).map(letter).collect())
    }

    /// The tag of one pass of several that are made under this one. The beginning of a long tag gives way to letters
    /// that tell it from others of the same end.
    #[must_use]
    pub fn of_pass(&self, number: usize) -> Self {
        let mark = format!("p{number}");
        if self.0.len() + mark.len() <= LONGEST {
            return Self(self.0.clone() + &mark);
        }
        let sum = |sum: u64, byte: u8| sum.wrapping_mul(31).wrapping_add(byte.into());
        let whole = Self::drawn(self.0.bytes().fold(0, sum));
        let begin = whole.0.get(..TOLD_APART).unwrap_or_default();
        let kept = LONGEST.saturating_sub(begin.len() + mark.len());
        let end = self.0.get(self.0.len() - kept..).unwrap_or_default();
        Self(format!("{begin}{end}{mark}"))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RunTag {
    type Err = RunTagError;

    fn from_str(text: &str) -> Result<Self, RunTagError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if (1..=LONGEST).contains(&text.len()) && text.bytes().all(allowed) {
            return Ok(Self(text.to_owned()));
        }
        Err(RunTagError(text.to_owned()))
    }
}

impl fmt::Display for RunTag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_tag_is_of_small_letters_and_digits_and_short() {
        for text in ["", "A", "a b", "a-b", "ä", "12345678901234567"] {
            assert!(text.parse::<RunTag>().is_err(), "{text}");
        }
        let drawn = RunTag::drawn(u64::from(u32::MAX));
        assert_eq!(drawn.as_str().parse(), Ok(drawn.clone()));
        assert_ne!(drawn, RunTag::drawn(0));
    }

    #[test]
    fn the_tag_of_a_pass_is_one_however_long_that_of_the_whole_is() {
        let wholes = [
            "a",
            "1234567890abcd",
            "1234567890abcdef",
            "2234567890abcdef",
            "234567890abcdef",
        ];
        let tags = wholes.map(|text| text.parse::<RunTag>().unwrap());
        let passes = tags.iter().flat_map(|tag| [tag.of_pass(1), tag.of_pass(2)]);
        let passes: BTreeSet<String> = passes.map(|tag| tag.to_string()).collect();
        assert_eq!(passes.len(), 2 * wholes.len(), "{passes:?}");
        assert!(passes.iter().all(|text| text.parse::<RunTag>().is_ok()));
        assert!(passes.contains("ap1") && passes.contains("1234567890abcdp2"));
    }
}
