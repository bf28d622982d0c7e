//! The forms in which a text may turn up in another: encoded, escaped, or broken over lines.

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};
use std::ops::Range;

/// The bits of a byte, and those of a character in base64.
const BYTE: usize = 8;
const SEXTET: usize = 6;

/// The longest name of an entity that is decoded, `#x10ffff` without its marks.
const LONGEST_ENTITY: usize = 8;

/// The forms that do not decode to the text by [`decoded`]: base64 wherever in a longer text it began,
/// hexadecimal digits, and spaces as forms encode them; first the text itself.
pub(super) fn forms(text: &str) -> Vec<Vec<u8>> {
    let mut forms = vec![text.as_bytes().to_vec()];
    for alphabet in [&alphabet::STANDARD, &alphabet::URL_SAFE] {
        let engine = GeneralPurpose::new(alphabet, NO_PAD);
        forms.extend((0..3).map(|offset| base64_at(&engine, text, offset)));
    }
    let digits: Vec<String> = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let hex = digits.concat();
    forms.extend([hex.to_uppercase().into_bytes(), hex.into_bytes()]);
    if text.contains(' ') {
        forms.push(text.replace(' ', "+").into_bytes());
    }
    forms
}

/// The characters of base64 that the text alone decides, if `offset` bytes stand before it.
fn base64_at(engine: &GeneralPurpose, text: &str, offset: usize) -> Vec<u8> {
    let bytes = [&vec![0; offset], text.as_bytes()].concat();
    let encoded = engine.encode(&bytes).into_bytes();
    let first = (offset * BYTE).div_ceil(SEXTET);
    let last = bytes.len() * BYTE / SEXTET;
    encoded[first.min(last)..last].to_vec()
}

/// A text in another form, with the place in the original that each byte comes from.
#[derive(Default)]
pub(super) struct View {
    pub(super) bytes: Vec<u8>,
    places: Vec<Range<usize>>,
}

impl View {
    /// The place in the original of a range of this form, which is not empty.
    pub(super) fn original(&self, range: &Range<usize>) -> Range<usize> {
        self.places[range.start].start..self.places[range.end - 1].end
    }

    fn push(&mut self, bytes: &[u8], place: &Range<usize>) {
        for byte in bytes {
            self.bytes.push(*byte);
            self.places.push(place.clone());
        }
    }
}

/// The text without its line breaks and what sets in the line after one; none if it has no line break.
pub(super) fn unbroken(text: &str) -> Option<View> {
    text.contains(['\n', '\r']).then(|| view(text, false))
}

/// The text with percent-encoding, entities and backslash escapes decoded and without line breaks;
/// none if it has nothing of that.
pub(super) fn decoded(text: &str) -> Option<View> {
    text.contains(['%', '&', '\\']).then(|| view(text, true))
}

/// The text without its spaces and line breaks.
pub(super) fn spaceless(text: &str) -> View {
    let mut view = View::default();
    for (at, byte) in text.bytes().enumerate() {
        if !byte.is_ascii_whitespace() {
            view.push(&[byte], &(at..at + 1));
        }
    }
    view
}

fn view(text: &str, decode: bool) -> View {
    let mut view = View::default();
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut broken = false;
    let mut soft = false;
    while at < bytes.len() {
        let (piece, length) = match decode.then(|| decoded_at(text, at)).flatten() {
            Some((letter, length)) => (letter, length),
            None => (Piece::Byte(bytes[at]), 1),
        };
        let place = at..at + length;
        at += length;
        let mut buffer = [0; 4];
        let piece: &[u8] = match piece {
            Piece::Byte(byte) => {
                buffer[0] = byte;
                &buffer[..1]
            }
            Piece::Letter(letter) => letter.encode_utf8(&mut buffer).as_bytes(),
        };
        match piece {
            b"\n" | b"\r" => broken = !soft && place.len() == 1,
            b" " | b"\t" if broken => {}
            // A soft line break of quoted-printable, after which a space is one.
            b"=" if matches!(bytes.get(at), Some(b'\n' | b'\r')) => soft = true,
            piece => {
                (broken, soft) = (false, false);
                view.push(piece, &place);
            }
        }
    }
    view
}

/// What stands for one byte or one letter.
#[derive(Clone, Copy)]
enum Piece {
    Byte(u8),
    Letter(char),
}

/// What an escape at this place stands for, and its length; none if there is no escape.
fn decoded_at(text: &str, at: usize) -> Option<(Piece, usize)> {
    let rest = text.get(at..)?;
    match rest.as_bytes().first()? {
        b'%' => {
            let byte = u8::from_str_radix(rest.get(1..3)?, 16).ok()?;
            Some((Piece::Byte(byte), 3))
        }
        b'&' => entity(rest),
        b'\\' => backslash(rest),
        _ => None,
    }
}

fn entity(rest: &str) -> Option<(Piece, usize)> {
    let end = rest
        .bytes()
        .take(LONGEST_ENTITY + 2)
        .position(|byte| byte == b';')?;
    let name = rest.get(1..end)?;
    let letter = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "sol" => '/',
        "equals" => '=',
        "plus" => '+',
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((Piece::Letter(letter), end + 1))
}

/// Escapes as in JSON, JavaScript and most shells.
fn backslash(rest: &str) -> Option<(Piece, usize)> {
    let letter = match rest.as_bytes().get(1)? {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let code = u32::from_str_radix(rest.get(2..6)?, 16).ok()?;
            return Some((Piece::Letter(char::from_u32(code)?), 6));
        }
        b'x' => {
            let byte = u8::from_str_radix(rest.get(2..4)?, 16).ok()?;
            return Some((Piece::Byte(byte), 4));
        }
        escaped @ (b'"' | b'\'' | b'\\' | b'/') => char::from(*escaped),
        _ => return None,
    };
    Some((Piece::Letter(letter), 2))
}
