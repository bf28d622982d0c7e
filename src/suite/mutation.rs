//! Values that are nearly another one: what a server that compares loosely takes for it.

use percent_encoding::percent_encode_byte;

/// One way in which a value can be nearly right. Characters are those of Unicode, not bytes; a place is how far
/// into the value, from 0 for its first character to 100 for its last.
///
/// A value to which a mutation cannot be done comes back as it is: the code `000000` in other letter case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// Each letter in the other case.
    SwapCase,
    /// The next letter from this place on in the other case.
    SwapCaseAt(u8),
    /// Another character in place of the one here: of the same kind, and so that no decoder of hexadecimal
    /// digits or base64 makes the same bytes of both.
    Other(u8),
    /// One character more before the one here, or behind all at 100.
    More(u8),
    /// Without the character here.
    Less(u8),
    /// This character and the next one, each in the other's place.
    Exchanged(u8),
    /// A blank before the character here, or behind all at 100.
    Blank(u8),
    /// Its first half, without the middle character.
    FirstHalf,
    /// What the first half leaves.
    LastHalf,
    /// From the last character to the first.
    Reversed,
    /// Each byte as `%XX`.
    PercentEncoded,
    /// Between quotation marks.
    Quoted,
    /// Its first character, and the mark that stands for any text in SQL.
    Wildcard,
    /// As many of the marks that stand for any character in SQL.
    AnyCharacters,
    /// With the digits and letters of full width, which some readers of numbers take for the plain ones.
    FullWidth,
    /// With a NUL behind it.
    NulBehind,
    /// The next higher number of as many digits.
    Next,
    /// The next lower number of as many digits.
    Previous,
}

/// The last place.
const END: u8 = 100;

impl Mutation {
    /// The mutations as they are written; `P` is a place.
    pub(super) const NAMES: [&'static str; 18] = [
        "swap-case",
        "swap-case:P",
        "other:P",
        "more:P",
        "less:P",
        "exchanged:P",
        "blank:P",
        "first-half",
        "last-half",
        "reversed",
        "percent-encoded",
        "quoted",
        "wildcard",
        "any-characters",
        "full-width",
        "nul-behind",
        "next",
        "previous",
    ];

    /// The mutation that a text stands for; `None` if it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Some((name, place)) = text.split_once(':') {
            let place = place.parse().ok().filter(|place| *place <= END)?;
            return match name {
                "swap-case" => Some(Self::SwapCaseAt(place)),
                "other" => Some(Self::Other(place)),
                "more" => Some(Self::More(place)),
                "less" => Some(Self::Less(place)),
                "exchanged" => Some(Self::Exchanged(place)),
                "blank" => Some(Self::Blank(place)),
                _ => None,
            };
        }
        match text {
            "swap-case" => Some(Self::SwapCase),
            "first-half" => Some(Self::FirstHalf),
            "last-half" => Some(Self::LastHalf),
            "reversed" => Some(Self::Reversed),
            "percent-encoded" => Some(Self::PercentEncoded),
            "quoted" => Some(Self::Quoted),
            "wildcard" => Some(Self::Wildcard),
            "any-characters" => Some(Self::AnyCharacters),
            "full-width" => Some(Self::FullWidth),
            "nul-behind" => Some(Self::NulBehind),
            "next" => Some(Self::Next),
            "previous" => Some(Self::Previous),
            _ => None,
        }
    }

    /// What it makes of a value, in words.
    pub(super) fn says(self) -> String {
        match self {
            Self::SwapCase => "in the other letter case".to_owned(),
            Self::SwapCaseAt(place) => format!("one letter in the other case {}", at(place)),
            Self::Other(place) => format!("another character {}", at(place)),
            Self::More(place) => format!("a character more {}", at(place)),
            Self::Less(place) => format!("a character less {}", at(place)),
            Self::Exchanged(place) => format!("two characters exchanged {}", at(place)),
            Self::Blank(place) => format!("a blank {}", at(place)),
            Self::FirstHalf => "its first half".to_owned(),
            Self::LastHalf => "its last half".to_owned(),
            Self::Reversed => "from the last character to the first".to_owned(),
            Self::PercentEncoded => "percent-encoded".to_owned(),
            Self::Quoted => "between quotation marks".to_owned(),
            Self::Wildcard => "its first character and a wildcard".to_owned(),
            Self::AnyCharacters => "as many wildcards".to_owned(),
            Self::FullWidth => "in characters of full width".to_owned(),
            Self::NulBehind => "a NUL behind it".to_owned(),
            Self::Next => "the next number".to_owned(),
            Self::Previous => "the number before".to_owned(),
        }
    }

    /// The value changed.
    pub(super) fn apply(self, value: &str) -> String {
        let letters: Vec<char> = value.chars().collect();
        match self {
            Self::SwapCase => letters.iter().copied().map(swapped).collect(),
            Self::SwapCaseAt(place) => swap_case(letters, place),
            Self::Other(place) => other(letters, place),
            Self::More(place) => {
                let is_number = letters.iter().all(char::is_ascii_hexdigit);
                insert(letters, place, if is_number { '0' } else { 'x' })
            }
            Self::Less(place) => {
                let gone = index(&letters, place);
                let kept = letters
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| Some(*at) != gone);
                kept.map(|(_, letter)| letter).collect()
            }
            Self::Exchanged(place) => exchanged(letters, place),
            Self::Blank(place) => insert(letters, place, ' '),
            Self::FirstHalf => letters[..letters.len() / 2].iter().collect(),
            Self::LastHalf => letters[letters.len() / 2..].iter().collect(),
            Self::Reversed => letters.iter().rev().collect(),
            Self::PercentEncoded => value.bytes().map(percent_encode_byte).collect(),
            Self::Quoted => format!("\"{value}\""),
            Self::Wildcard => letters.iter().take(1).chain(&['%']).collect(),
            Self::AnyCharacters => letters.iter().map(|_| '_').collect(),
            Self::FullWidth => letters.iter().copied().map(full_width).collect(),
            Self::NulBehind => format!("{value}\0"),
            Self::Next => counted(&letters, 1),
            Self::Previous => counted(&letters, -1),
        }
    }
}

/// Where in a value a place is, in words.
fn at(place: u8) -> String {
    match place {
        0 => "at the beginning".to_owned(),
        50 => "in the middle".to_owned(),
        END => "at the end".to_owned(),
        place => format!("at {place} %"),
    }
}

/// The character at a place; of hexadecimal digits with hyphens between them, as in a UUID, the digit there or the
/// next one behind it: some readers skip the hyphens, and no secret rests on them. `None` if there is nothing.
fn index(letters: &[char], place: u8) -> Option<usize> {
    let last = letters.len().checked_sub(1)?;
    let here = last * usize::from(place) / usize::from(END);
    let is_uuid = letters
        .iter()
        .all(|letter| letter.is_ascii_hexdigit() || *letter == '-');
    let found = letters[here..].iter().position(char::is_ascii_alphanumeric);
    Some(here + found.filter(|_| is_uuid).unwrap_or_default())
}

fn swap_case(mut letters: Vec<char>, place: u8) -> String {
    if let Some(here) = index(&letters, place) {
        let behind = here..letters.len();
        let mut around = behind.chain((0..here).rev());
        if let Some(found) = around.find(|at| letters[*at].is_ascii_alphabetic()) {
            letters[found] = swapped(letters[found]);
        }
    }
    letters.into_iter().collect()
}

const fn swapped(letter: char) -> char {
    if letter.is_ascii_lowercase() {
        letter.to_ascii_uppercase()
    } else {
        letter.to_ascii_lowercase()
    }
}

fn other(mut letters: Vec<char>, place: u8) -> String {
    let hexadecimal = |letter: &char| letter.is_ascii_hexdigit() || *letter == '-';
    let is_number = letters.iter().all(char::is_ascii_digit);
    let is_hexadecimal = letters.iter().all(hexadecimal);
    if let Some(here) = index(&letters, place) {
        letters[here] = match letters[here].to_digit(16) {
            Some(digit) if is_number => char::from_digit((digit + 5) % 10, 10),
            Some(digit) if is_hexadecimal => char::from_digit(digit ^ 8, 16),
            _ => None,
        }
        .unwrap_or_else(|| other_sextet(letters[here]));
    }
    letters.into_iter().collect()
}

/// The letters of base64 (RFC 4648, section 4) in order.
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The letter whose six bits differ in the highest one. Of the last letter of a base64 text decoders may skip
/// the lower ones.
fn other_sextet(letter: char) -> char {
    let found = BASE64.iter().position(|one| char::from(*one) == letter);
    // The last two have other forms in URLs; what is no base64 at all gets any letter.
    let six_bits = found.unwrap_or(63);
    char::from(BASE64[(six_bits + 32) % 64])
}

fn insert(mut letters: Vec<char>, place: u8, more: char) -> String {
    let here = match place {
        END => letters.len(),
        place => index(&letters, place).unwrap_or_default(),
    };
    letters.insert(here, more);
    letters.into_iter().collect()
}

fn exchanged(mut letters: Vec<char>, place: u8) -> String {
    if letters.len() > 1 {
        let before_last = letters.len() - 2;
        let here = index(&letters, place).unwrap_or_default().min(before_last);
        letters.swap(here, here + 1);
    }
    letters.into_iter().collect()
}

/// The forms of full width stand in the same order as the printable characters of ASCII.
fn full_width(letter: char) -> char {
    const DISTANCE: u32 = 0xFF01 - 0x21;
    if letter.is_ascii_graphic() {
        char::from_u32(u32::from(letter) + DISTANCE).unwrap_or(letter)
    } else {
        letter
    }
}

/// The number so far away, with as many digits; the last has the first as its next.
fn counted(letters: &[char], by: i128) -> String {
    let written: String = letters.iter().collect();
    let is_number = letters.iter().all(char::is_ascii_digit);
    let width = letters.len();
    let all = u32::try_from(width)
        .ok()
        .and_then(|width| 10_i128.checked_pow(width));
    match (is_number, written.parse::<i128>(), all) {
        (true, Ok(number), Some(all)) => format!("{:0width$}", (number + by).rem_euclid(all)),
        _ => written,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::alphabet;
    use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

    #[test]
    fn each_mutation_does_what_it_says() {
        for (text, value, expected) in [
            ("swap-case", "aBc1", "AbC1"),
            ("swap-case:0", "aBc1", "ABc1"),
            ("other:0", "-Bz1", "fBz1"),
            ("less:0", "_Bz1", "Bz1"),
            ("less:0", "-a1", "-1"),
            ("swap-case:50", "aB-c1", "aB-C1"),
            ("swap-case:100", "aBc1", "aBC1"),
            ("other:0", "123456", "623456"),
            ("other:100", "123456", "123451"),
            ("other:50", "00ff-00ff", "00ff-80ff"),
            ("other:0", "Ayz", "gyz"),
            ("other:100", "Ay_", "Ayf"),
            ("more:0", "123456", "0123456"),
            ("more:100", "123456", "1234560"),
            ("more:50", "tkz", "txkz"),
            ("less:0", "123456", "23456"),
            ("less:50", "a-b", "a-"),
            ("less:100", "123456", "12345"),
            ("exchanged:0", "123456", "213456"),
            ("exchanged:100", "123456", "123465"),
            ("blank:0", "ab", " ab"),
            ("blank:50", "abc", "a bc"),
            ("blank:100", "ab", "ab "),
            ("first-half", "abcde", "ab"),
            ("last-half", "abcde", "cde"),
            ("reversed", "abc", "cba"),
            ("percent-encoded", "A-", "%41%2D"),
            ("quoted", "a", "\"a\""),
            ("wildcard", "abc", "a%"),
            ("any-characters", "añc", "___"),
            ("full-width", "1a-", "１ａ－"),
            ("nul-behind", "1", "1\0"),
            ("next", "000999", "001000"),
            ("next", "999", "000"),
            ("previous", "000", "999"),
        ] {
            let mutation = Mutation::parse(text).unwrap();
            assert_eq!(mutation.apply(value), expected, "{text} of {value}");
        }
    }

    #[test]
    fn what_cannot_be_done_to_a_value_leaves_it_as_it_is() {
        for (text, value) in [
            ("swap-case", "123456"),
            ("swap-case:50", "123456"),
            ("exchanged:0", "112233"),
            ("exchanged:0", "1"),
            ("reversed", "1221"),
            ("next", "12a"),
            ("other:0", ""),
            ("less:100", ""),
        ] {
            let mutation = Mutation::parse(text).unwrap();
            assert_eq!(mutation.apply(value), value, "{text} of {value}");
        }
    }

    #[test]
    fn each_name_is_understood_and_says_something_of_its_own() {
        let mut said = std::collections::BTreeSet::new();
        for name in Mutation::NAMES {
            let mutation = Mutation::parse(&name.replace('P', "50")).unwrap();
            assert!(said.insert(mutation.says()), "{name}");
        }
        for text in ["other", "other:101", "other:x", "next:1", "upper", ""] {
            assert_eq!(Mutation::parse(text), None, "{text}");
        }
    }

    /// A server may decode what it compares, and its decoder may forgive the bits that nothing needs.
    #[test]
    fn another_character_is_another_credential_to_decoders_too() {
        let config = GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let forgiving = GeneralPurpose::new(&alphabet::STANDARD, config);
        for length in 16..=33_u8 {
            let bytes: Vec<u8> = (0..length).map(|byte| byte.wrapping_mul(37)).collect();
            let text = forgiving.encode(&bytes);
            let text = text.trim_end_matches('=');
            for place in [0, 13, 50, 87, 100] {
                let changed = Mutation::Other(place).apply(text);
                let decoded = forgiving.decode(&changed).unwrap();
                assert_ne!(decoded, bytes, "{place} of {text}");
            }
        }
    }
}
