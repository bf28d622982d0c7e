//! What a value looks like, so that two that a server makes anew can be compared without being equal.

use std::fmt;

/// A text of digits of this length may be a moment in unix seconds.
const UNIX_DIGITS: usize = 10;
/// The years in which such a moment lies: 2001 to 2096.
const UNIX_SECONDS: std::ops::Range<u64> = 1_000_000_000..4_000_000_000;
/// Shorter texts are words.
const SHORTEST_TOKEN: usize = 16;
/// Hexadecimal digits of this number are no word.
const SHORTEST_HEX: usize = 8;

/// What a text looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueForm {
    /// No letter at all.
    Empty,
    /// A UUID of a version of RFC 9562; 0 if its digits say none. In capitals or not.
    Uuid(u8, bool),
    /// So many hexadecimal digits, in capitals or not.
    Hex(usize, bool),
    /// Decimal digits.
    Digits,
    /// A moment in unix seconds.
    UnixSeconds,
    /// A moment as RFC 3339 writes it.
    Rfc3339,
    /// A moment as HTTP writes it.
    HttpDate,
    /// Something opaque of so many parts between dots; its length to the next power of two.
    Token(usize, usize),
    /// Words.
    Words,
}

impl ValueForm {
    /// What this text looks like.
    #[must_use]
    pub fn of(text: &str) -> Self {
        if text.is_empty() {
            return Self::Empty;
        }
        if let Some(form) = uuid(text) {
            return form;
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return digits(text);
        }
        if is_rfc3339(text) {
            return Self::Rfc3339;
        }
        if text.ends_with(" GMT") && text.get(3..5) == Some(", ") {
            return Self::HttpDate;
        }
        if let Some(form) = hex(text) {
            return form;
        }
        token(text).unwrap_or(Self::Words)
    }

    /// Whether two such values are equal only if they are meant to be.
    #[must_use]
    pub const fn is_identifier(self) -> bool {
        matches!(self, Self::Uuid(..) | Self::Hex(..) | Self::Token(..))
    }

    /// Whether such a value may differ from one answer to the next without a word being changed.
    #[must_use]
    pub const fn varies(self) -> bool {
        !matches!(self, Self::Empty | Self::Words)
    }
}

impl fmt::Display for ValueForm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let capitals = |is_upper: bool| if is_upper { " in capitals" } else { "" };
        match self {
            Self::Empty => formatter.write_str("empty"),
            Self::Uuid(0, upper) => write!(formatter, "a UUID{}", capitals(*upper)),
            Self::Uuid(version, upper) => {
                write!(formatter, "a UUID of version {version}{}", capitals(*upper))
            }
            Self::Hex(length, upper) => {
                write!(formatter, "{length} hex digits{}", capitals(*upper))
            }
            Self::Digits => formatter.write_str("digits"),
            Self::UnixSeconds => formatter.write_str("unix seconds"),
            Self::Rfc3339 => formatter.write_str("a moment of RFC 3339"),
            Self::HttpDate => formatter.write_str("a date of HTTP"),
            Self::Token(1, length) => write!(formatter, "a token of up to {length}"),
            Self::Token(parts, length) => {
                write!(formatter, "a token of {parts} parts, up to {length}")
            }
            Self::Words => formatter.write_str("words"),
        }
    }
}

fn uuid(text: &str) -> Option<ValueForm> {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let is_hex = |group: &&str| group.bytes().all(|byte| byte.is_ascii_hexdigit());
    if lengths != [8, 4, 4, 4, 12] || !groups.iter().all(is_hex) {
        return None;
    }
    let version = groups[2].bytes().next().unwrap_or_default();
    let version = match version {
        b'1'..=b'8' => version - b'0',
        _ => 0,
    };
    Some(ValueForm::Uuid(version, is_upper(text)))
}

fn digits(text: &str) -> ValueForm {
    let number = text.parse().unwrap_or(0);
    if text.len() == UNIX_DIGITS && UNIX_SECONDS.contains(&number) {
        return ValueForm::UnixSeconds;
    }
    ValueForm::Digits
}

fn hex(text: &str) -> Option<ValueForm> {
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let one_case = !(text.bytes().any(|byte| byte.is_ascii_lowercase())
        && text.bytes().any(|byte| byte.is_ascii_uppercase()));
    (is_hex && has_digit && one_case && text.len() >= SHORTEST_HEX)
        .then(|| ValueForm::Hex(text.len(), is_upper(text)))
}

/// Something long without a blank, with letters and digits. What letters occur in it is chance.
fn token(text: &str) -> Option<ValueForm> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_+/=.~:".contains(&byte);
    let is_token = text.len() >= SHORTEST_TOKEN
        && text.bytes().all(fits)
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic());
    let parts = text.split('.').count();
    is_token.then(|| ValueForm::Token(parts, text.len().next_power_of_two()))
}

fn is_upper(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// Whether it begins as `2026-11-27T20:39`.
fn is_rfc3339(text: &str) -> bool {
    let shape = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte };
    let head: Option<Vec<u8>> = text
        .as_bytes()
        .get(..16)
        .map(|head| head.iter().map(|byte| shape(*byte)).collect());
    head.is_some_and(|head| matches!(head.as_slice(), b"0000-00-00T00:00" | b"0000-00-00 00:00"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_told_by_its_form_and_words_are_words() {
        for (text, form) in [
            ("", ValueForm::Empty),
            (
                "9a073cbf-bce8-440f-a883-5f0fc4b75a95",
                ValueForm::Uuid(4, false),
            ),
            (
                "9A073CBF-BCE8-740F-A883-5F0FC4B75A95",
                ValueForm::Uuid(7, true),
            ),
            (
                "d41d8cd98f00b204e9800998ecf8427e",
                ValueForm::Hex(32, false),
            ),
            ("42", ValueForm::Digits),
            ("1674492894", ValueForm::UnixSeconds),
            ("2026-11-27T20:39:45Z", ValueForm::Rfc3339),
            ("Fri, 27 Nov 2026 20:39:47 GMT", ValueForm::HttpDate),
            ("fq6JoEFTsxiXAl1cVdPDnK4emIQCwaUB", ValueForm::Token(1, 32)),
            ("eyJhbGciOiJI.eyJzdWIiOiIx.c2ln", ValueForm::Token(3, 32)),
            ("email is missing", ValueForm::Words),
            ("acknowledged", ValueForm::Words),
            ("deadbeef", ValueForm::Words),
        ] {
            assert_eq!(ValueForm::of(text), form, "{text}");
        }
    }
}
