//! What the text of a histogram has recorded, read without making the histogram: that has tens of thousands of counters,
//! of which a second of a load uses some hundreds.

use flate2::read::ZlibDecoder;
use std::io::Read;

use super::{DIGITS, LONGEST};

/// The words that the `HdrHistogram` V2 format begins with, compressed and plain.
const COMPRESSED: u64 = 0x1c84_9314;
const PLAIN: u64 = 0x1c84_9313;
/// A plain histogram begins with so many bytes: the word, the length of the counts, an offset, the digits, the
/// bounds, and a ratio.
const HEADER: usize = 40;
/// No histogram of ours is longer, in bytes.
const LONGEST_TEXT: u64 = 1 << 20;
/// Three digits take 2,048 counters to an octave, the lower half of which are those of the octave below.
const HALF: u32 = 10;

/// The recorded times in nanoseconds, ascending, each the longest that its counter stands for, and how many there are
/// of each. None if the histogram is not one of those that this program writes, or is none at all.
pub(super) fn recorded(bytes: &[u8]) -> Option<Vec<(u64, u64)>> {
    let (head, deflated) = bytes.split_at_checked(8)?;
    let mut plain = Vec::new();
    ZlibDecoder::new(deflated)
        .take(LONGEST_TEXT)
        .read_to_end(&mut plain)
        .ok()?;
    let (header, mut counts) = plain.split_at_checked(HEADER)?;
    let length = u64::try_from(counts.len()).ok()?;
    let ours = [
        (number(head.get(..4)?), COMPRESSED),
        (number(header.get(..4)?), PLAIN),
        (number(header.get(4..8)?), length),
        (number(header.get(8..12)?), 0),
        (number(header.get(12..16)?), u64::from(DIGITS)),
        (number(header.get(16..24)?), 1),
        (number(header.get(24..32)?), LONGEST),
        (number(header.get(32..40)?), 1.0_f64.to_bits()),
    ];
    if ours.iter().any(|(one, other)| one != other) {
        return None;
    }
    let mut all = Vec::new();
    let mut index = 0_u64;
    while !counts.is_empty() {
        let count = zigzag(&mut counts)?;
        if let Ok(count) = u64::try_from(count) {
            if count > 0 {
                all.push((longest_at(index).filter(|time| *time < 2 * LONGEST)?, count));
            }
            index += 1;
        } else {
            // So many counters in a row are zero.
            index = index.checked_add(count.unsigned_abs())?;
        }
    }
    Some(all)
}

fn number(bytes: &[u8]) -> u64 {
    let digits = bytes.iter();
    digits.fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The longest time that a counter stands for.
fn longest_at(index: u64) -> Option<u64> {
    let octave = index >> HALF;
    let place = index & ((1 << HALF) - 1);
    let (place, shift) = match octave {
        0 => (place, 0),
        _ => (place + (1 << HALF), octave - 1),
    };
    let shift = u32::try_from(shift).ok()?;
    let next = (place + 1).checked_mul(1_u64.checked_shl(shift)?)?;
    Some(next - 1)
}

/// A number of seven bits a byte, the lowest first, as long as the highest bit of the byte is set; of the ninth byte all
/// bits count. Its lowest bit is the sign.
fn zigzag(bytes: &mut &[u8]) -> Option<i64> {
    let mut number = 0_u64;
    for place in 0..9 {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        let byte = u64::from(*first);
        if place == 8 {
            number |= byte << 56;
            break;
        }
        number |= (byte & 0x7f) << (7 * place);
        if byte < 0x80 {
            break;
        }
    }
    let half = i64::try_from(number >> 1).ok()?;
    Some(if number & 1 == 1 { -half - 1 } else { half })
}

#[cfg(test)]
mod tests {
    use super::super::Times;
    use super::super::tests::any_times;
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_read_is_what_the_histogram_has(all in any_times()) {
            let mut times = Times::default();
            for (nth, time) in all.into_iter().enumerate() {
                times.record_many(time, 1 << (nth % 40));
            }
            let bytes = STANDARD.decode(times.encoded()).unwrap();
            if times.count() > 0 {
                prop_assert_eq!(recorded(&bytes), Some(times.recorded().collect::<Vec<_>>()));
                prop_assert_eq!(recorded(&bytes[..bytes.len() / 2]), None);
            }
        }

        #[test]
        fn what_is_no_histogram_of_ours_is_left_to_others(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(recorded(&bytes), None);
        }
    }
}
