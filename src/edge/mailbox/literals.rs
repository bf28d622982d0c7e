//! Where in what an IMAP server says literals are: the only places in which it may say bytes that are not
//! ASCII (RFC 3501, section 4.3). The reader of IMAP behind this does not survive such bytes everywhere.

/// What stands in for a byte that must not be where it is.
const REPLACEMENT: u8 = b'?';

/// Follows what a server says, in pieces of any size.
#[derive(Debug, Default)]
pub(super) struct Literals {
    /// Bytes of the literal that are still to come.
    left: u64,
    announced: AnnouncedLiteral,
}

/// How much of `{number}` and the end of the line, which announce a literal, has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum AnnouncedLiteral {
    #[default]
    Nothing,
    Number(u64),
    Whole(u64),
}

impl Literals {
    /// Replaces what is not ASCII, outside literals.
    pub(super) fn keep_apart(&mut self, said: &mut [u8]) {
        for byte in said {
            if self.left > 0 {
                self.left -= 1;
                continue;
            }
            if !byte.is_ascii() {
                *byte = REPLACEMENT;
            }
            self.follow(*byte);
        }
    }

    fn follow(&mut self, byte: u8) {
        self.announced = match (byte, self.announced) {
            (b'{', _) => AnnouncedLiteral::Number(0),
            (b'0'..=b'9', AnnouncedLiteral::Number(number)) => {
                let digit = u64::from(byte - b'0');
                AnnouncedLiteral::Number(number.saturating_mul(10).saturating_add(digit))
            }
            (b'}', AnnouncedLiteral::Number(number)) | (b'\r', AnnouncedLiteral::Whole(number)) => {
                AnnouncedLiteral::Whole(number)
            }
            (b'\n', AnnouncedLiteral::Whole(number)) => {
                self.left = number;
                AnnouncedLiteral::Nothing
            }
            _ => AnnouncedLiteral::Nothing,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_literals_may_hold_what_is_not_ascii_however_it_is_cut() {
        let said = "* OK [X]é {2}\r\n* 1 FETCH (BODY[] {3}\r\né!é)\r\n{4é}\r\né".as_bytes();
        let kept = "* OK [X]?? {2}\r\n* 1 FETCH (BODY[] {3}\r\né!??)\r\n{4??}\r\n??".as_bytes();
        for size in 1..=said.len() {
            let mut bytes = said.to_vec();
            let mut literals = Literals::default();
            for piece in bytes.chunks_mut(size) {
                literals.keep_apart(piece);
            }
            assert_eq!(bytes, kept, "{size}");
        }
    }
}
