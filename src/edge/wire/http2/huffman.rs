//! The Huffman code of header strings (RFC 7541, section 5.2 and appendix B).
//!
//! The code is canonical: codes of one length are consecutive numbers in the order of their symbols, so that the
//! lengths say all of it.

/// The length of the code of each symbol, in bits; the last is the end of a string.
const LENGTHS: [u8; 257] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, //
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28, //
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, //
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, //
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, //
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, //
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, //
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, //
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, //
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, //
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, //
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, //
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, //
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, //
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, //
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, //
    30,
];

/// The length of the longest code, in bits.
const LONGEST: usize = 30;

/// What is decoded without a search: codes of up to so many bits.
const QUICK_BITS: usize = 8;

/// More bits than these at the end of a string are no padding.
const MOST_PADDING: usize = 7;

struct Codes {
    /// The first code of each length, and the position of its symbol in the order.
    first: [u32; LONGEST + 1],
    position: [usize; LONGEST + 1],
    count: [u32; LONGEST + 1],
    /// All symbols, by the length of their codes.
    order: [u16; 257],
    /// By the next bits, a symbol and the length of its code; a length of 0 for longer codes.
    quick: [(u8, u8); 1 << QUICK_BITS],
}

static CODES: Codes = codes();

/// Everything that follows from the lengths.
#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "it runs while the program is built, when an index or a number out of range is an error"
)]
const fn codes() -> Codes {
    let mut codes = Codes {
        first: [0; LONGEST + 1],
        position: [0; LONGEST + 1],
        count: [0; LONGEST + 1],
        order: [0; 257],
        quick: [(0, 0); 1 << QUICK_BITS],
    };
    let (mut length, mut code, mut position) = (1, 0, 0);
    while length <= LONGEST {
        code <<= 1;
        codes.first[length] = code;
        codes.position[length] = position;
        let mut symbol = 0;
        while symbol < LENGTHS.len() {
            if LENGTHS[symbol] as usize == length {
                codes.order[position] = symbol as u16;
                if length <= QUICK_BITS {
                    let left = QUICK_BITS - length;
                    let mut rest = 0;
                    while rest < 1 << left {
                        codes.quick[(code as usize) << left | rest] = (symbol as u8, length as u8);
                        rest += 1;
                    }
                }
                code += 1;
                position += 1;
            }
            symbol += 1;
        }
        codes.count[length] = code - codes.first[length];
        length += 1;
    }
    codes
}

/// Appends what a string says. False if it is not of this code.
pub(super) fn decode(coded: &[u8], output: &mut Vec<u8>) -> bool {
    // The bits that were not understood yet, from the highest on, and how many.
    let (mut bits, mut held) = (0_u64, 0_usize);
    let mut rest = coded.iter();
    loop {
        while held <= 56
            && let Some(byte) = rest.next()
        {
            bits |= u64::from(*byte) << (56 - held);
            held += 8;
        }
        let next = usize::try_from(bits >> 56).unwrap_or_default();
        let (symbol, length) = match CODES.quick.get(next) {
            Some((symbol, length @ 1..)) => (u16::from(*symbol), usize::from(*length)),
            _ => match long(bits) {
                Some(found) => found,
                None => return false,
            },
        };
        if length > held {
            return held <= MOST_PADDING && bits == !(u64::MAX >> held);
        }
        // The end of a string is never written into one.
        let Ok(symbol) = u8::try_from(symbol) else {
            return false;
        };
        output.push(symbol);
        bits <<= length;
        held -= length;
    }
}

/// The symbol of a code that is longer than the quick ones, and its length.
fn long(bits: u64) -> Option<(u16, usize)> {
    let lengths = QUICK_BITS + 1..=LONGEST;
    let by_length = CODES.first.iter().zip(&CODES.count).zip(&CODES.position);
    let by_length = by_length
        .enumerate()
        .filter(|(length, _)| lengths.contains(length));
    for (length, ((first, count), position)) in by_length {
        let code = u32::try_from(bits >> (64 - length)).ok()?;
        if let Some(place) = code.checked_sub(*first)
            && place < *count
        {
            let place = usize::try_from(place).ok()?;
            let symbol = CODES.order.get(position + place)?;
            return Some((*symbol, length));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(coded: &[u8]) -> Option<String> {
        let mut output = Vec::new();
        decode(coded, &mut output).then(|| String::from_utf8_lossy(&output).into_owned())
    }

    /// From RFC 7541, appendices C.4 and C.6.
    #[test]
    fn the_examples_of_the_rfc_are_understood() {
        let examples: [(&[u8], &str); 5] = [
            (
                &[
                    0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff,
                ],
                "www.example.com",
            ),
            (&[0xa8, 0xeb, 0x10, 0x64, 0x9c, 0xbf], "no-cache"),
            (&[0x64, 0x02], "302"),
            (
                &[
                    0xd0, 0x7a, 0xbe, 0x94, 0x10, 0x54, 0xd4, 0x44, 0xa8, 0x20, 0x05, 0x95, 0x04,
                    0x0b, 0x81, 0x66, 0xe0, 0x82, 0xa6, 0x2d, 0x1b, 0xff,
                ],
                "Mon, 21 Oct 2013 20:13:21 GMT",
            ),
            (&[], ""),
        ];
        for (coded, text) in examples {
            assert_eq!(decoded(coded).as_deref(), Some(text));
        }
    }

    /// Every symbol, by the code that the lengths give it, between two others.
    #[test]
    fn every_symbol_is_understood_and_none_but_them() {
        let mut codes: Vec<(u16, u64, usize)> = Vec::new();
        let mut order: Vec<u16> = (0..257).collect();
        order.sort_by_key(|symbol| (LENGTHS[usize::from(*symbol)], *symbol));
        let (mut code, mut before) = (0_u64, 0);
        for symbol in order {
            let length = usize::from(LENGTHS[usize::from(symbol)]);
            code <<= length - before;
            codes.push((symbol, code, length));
            code += 1;
            before = length;
        }
        assert_eq!(code, 1 << LONGEST, "all codes are taken");
        for (symbol, code, length) in codes {
            // "0" is 00000.
            let bits = (code << 5) << (64 - 10 - length) | (u64::MAX >> (10 + length));
            let whole = (10 + length).div_ceil(8);
            let output = decoded(&bits.to_be_bytes()[..whole]);
            let expected = u8::try_from(symbol).ok().map(|byte| {
                let bytes = [b'0', byte, b'0'];
                String::from_utf8_lossy(&bytes).into_owned()
            });
            assert_eq!(output, expected, "{symbol}");
        }
    }

    #[test]
    fn wrong_padding_is_refused() {
        // "0" with zeros behind it is more zeros; with ones it is one; a byte of ones is no padding.
        assert_eq!(decoded(&[0b0000_0111]).as_deref(), Some("0"));
        assert_eq!(decoded(&[0b0000_0110]), None);
        assert_eq!(decoded(&[0b0000_0111, 0xff]), None);
        assert_eq!(decoded(&[0xff, 0xff, 0xff, 0xff]), None);
    }
}
