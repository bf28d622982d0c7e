//! Many texts found at once in others, by the hash of their last bytes.
//!
//! A new text costs no more than its own length, unlike an automaton that must be built anew; and a
//! search takes the time of one walk over the text, however many are known.

use std::collections::HashMap;
use std::ops::Range;

/// The shortest text that can be found, in bytes; so many last bytes are hashed. The last, since tokens
/// of one kind begin alike.
pub(super) const SHORTEST: usize = 6;

/// The last bytes that are hashed, as a mask of a number that they are shifted into.
const WINDOW: u64 = (1 << (8 * SHORTEST)) - 1;

/// Bits of the filter that spares most look-ups: 128 KiB.
const FILTER_BITS: usize = 1 << 20;

/// Spreads the bits of a window (the golden ratio of 2^64, as in Knuth's multiplicative hashing).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Texts that can be found.
#[derive(Default)]
pub(super) struct Patterns {
    by_end: HashMap<u64, Vec<Box<[u8]>>>,
    /// One bit for each hash of a known end; empty until one is known.
    filter: Vec<u64>,
}

impl Patterns {
    /// Adds a text. Texts of fewer than [`SHORTEST`] bytes are not found.
    pub(super) fn add(&mut self, text: &[u8]) {
        let Some(end) = text.len().checked_sub(SHORTEST) else {
            return;
        };
        let key = text[end..].iter().fold(0, |key, byte| pushed(key, *byte));
        let known = self.by_end.entry(key).or_default();
        if known.iter().any(|one| **one == *text) {
            return;
        }
        known.push(text.into());
        if self.filter.is_empty() {
            self.filter = vec![0; FILTER_BITS / 64];
        }
        let (word, bit) = slot(key);
        self.filter[word] |= bit;
    }

    /// Whether nothing can be found.
    pub(super) const fn is_empty(&self) -> bool {
        self.filter.is_empty()
    }

    /// Where known texts stand. At each end the longest; ranges may overlap.
    pub(super) fn find(&self, text: &[u8]) -> Vec<Range<usize>> {
        if self.filter.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut key = 0;
        for (index, byte) in text.iter().enumerate() {
            key = pushed(key, *byte);
            let (word, bit) = slot(key);
            if self.filter[word] & bit != 0 {
                let end = index + 1;
                found.extend(self.longest_at(key, &text[..end]).map(|start| start..end));
            }
        }
        found
    }

    /// Where the longest text begins that ends at the end of this one.
    fn longest_at(&self, key: u64, text: &[u8]) -> Option<usize> {
        let candidates = self.by_end.get(&key)?.iter();
        let length = candidates
            .filter(|known| text.ends_with(known))
            .map(|known| known.len())
            .max()?;
        Some(text.len() - length)
    }
}

const fn pushed(key: u64, byte: u8) -> u64 {
    ((key << 8) | byte as u64) & WINDOW
}

/// The word and the bit of the filter for a window.
#[expect(
    clippy::cast_possible_truncation,
    reason = "20 bits are left after the shift"
)]
const fn slot(key: u64) -> (usize, u64) {
    let hash = (key.wrapping_mul(SPREAD) >> (64 - FILTER_BITS.trailing_zeros())) as usize;
    (hash / 64, 1 << (hash % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_is_found_and_each_where_it_stands() {
        let mut patterns = Patterns::default();
        for text in ["secret", "very-secret", "hidden", "short"] {
            patterns.add(text.as_bytes());
        }
        let found = patterns.find(b"a very-secret, hidden, a secret; short");
        assert_eq!(found, [2..13, 15..21, 25..31]);
    }
}
