//! The head of an answer: its status and its headers (RFC 9113, sections 8.1 to 8.3).

use super::header_table::ENTRY_OVERHEAD;

/// Headers of a connection, which no answer over HTTP/2 has (RFC 9113, section 8.2.2).
const CONNECTION_HEADERS: [&str; 5] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "transfer-encoding",
    "upgrade",
];

/// The status and the headers of an answer, in memory that is used again and again.
#[derive(Debug, Default)]
pub(super) struct AnswerHead {
    status: u16,
    /// The names and values, one after the other.
    text: Vec<u8>,
    fields: Vec<FieldPlace>,
    length: Option<u64>,
    is_coded: bool,
}

/// Where a field stands in the text.
#[derive(Clone, Copy, Debug)]
struct FieldPlace {
    begin: usize,
    /// Where its name ends and its value begins.
    middle: usize,
    end: usize,
}

impl AnswerHead {
    pub(super) const fn status(&self) -> u16 {
        self.status
    }

    /// The length of the body that the headers announce, in bytes.
    pub(super) const fn length(&self) -> Option<u64> {
        self.length
    }

    /// Whether the body is in a coding.
    pub(super) const fn is_coded(&self) -> bool {
        self.is_coded
    }

    /// An answer before the one that counts (RFC 9110, section 15.2).
    pub(super) const fn is_interim(&self) -> bool {
        self.status < 200
    }

    /// Whether such an answer has no body, whatever its headers announce (RFC 9110, section 6.4.1).
    pub(super) const fn has_no_body(&self) -> bool {
        matches!(self.status, 204 | 304)
    }

    /// The headers in the order in which they came.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let places = self.fields.iter();
        places.filter_map(|place| {
            let name = self.text.get(place.begin..place.middle)?;
            Some((name, self.text.get(place.middle..place.end)?))
        })
    }

    /// The values of a header, whose name may be in any case.
    pub(super) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        let named = move |(one, _): &(&[u8], &[u8])| one.eq_ignore_ascii_case(name.as_bytes());
        self.fields().filter(named).map(|(_, value)| value)
    }

    fn clear(&mut self) {
        self.status = 0;
        self.text.clear();
        self.fields.clear();
        self.length = None;
        self.is_coded = false;
    }

    /// Becomes the same as another.
    pub(super) fn copy(&mut self, other: &Self) {
        self.clear();
        self.status = other.status;
        self.text.extend_from_slice(&other.text);
        self.fields.extend_from_slice(&other.fields);
        self.length = other.length;
        self.is_coded = other.is_coded;
    }
}

/// What is wrong with a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeadFault {
    /// It breaks a rule: which, as a sentence fragment.
    Malformed(&'static str),
    /// It is larger than it may be.
    TooLarge,
}

/// Takes the fields of a head as they come.
pub(super) struct HeadReader<'a> {
    head: &'a mut AnswerHead,
    /// How many bytes are left of those that it may take (RFC 9113, section 6.5.2).
    left: usize,
    is_trailer: bool,
    fault: Option<HeadFault>,
}

impl<'a> HeadReader<'a> {
    /// Reads into a head that is emptied first.
    pub(super) fn new(head: &'a mut AnswerHead, limit: usize) -> Self {
        head.clear();
        Self {
            head,
            left: limit,
            is_trailer: false,
            fault: None,
        }
    }

    /// Reads what comes behind a body: it is looked at, and kept by nobody.
    pub(super) fn of_trailer(scrap: &'a mut AnswerHead, limit: usize) -> Self {
        Self {
            is_trailer: true,
            ..Self::new(scrap, limit)
        }
    }

    /// Takes a field.
    pub(super) fn take(&mut self, name: &[u8], value: &[u8]) {
        if self.fault.is_some() {
            return;
        }
        let size = name.len() + value.len() + ENTRY_OVERHEAD;
        let taken = match self.left.checked_sub(size) {
            None => Err(HeadFault::TooLarge),
            Some(left) => {
                self.left = left;
                self.keep(name, value).map_err(HeadFault::Malformed)
            }
        };
        self.fault = taken.err();
    }

    fn keep(&mut self, name: &[u8], value: &[u8]) -> Result<(), &'static str> {
        if let Some(pseudo) = name.strip_prefix(b":") {
            return self.keep_status(pseudo, value);
        }
        if !is_name(name) {
            return Err("a header has a name that HTTP/2 does not allow");
        }
        if !is_value(value) {
            return Err("a header has a value that HTTP/2 does not allow");
        }
        if self.head.status == 0 && !self.is_trailer {
            return Err("a header comes before the status");
        }
        if CONNECTION_HEADERS.iter().any(|own| own.as_bytes() == name) {
            return Err("it has a header of connections, which HTTP/2 does not have");
        }
        match name {
            b"content-length" if !self.is_trailer => self.keep_length(value)?,
            b"content-encoding" => self.head.is_coded = true,
            _ => {}
        }
        let begin = self.head.text.len();
        self.head.text.extend_from_slice(name);
        let middle = self.head.text.len();
        self.head.text.extend_from_slice(value);
        let end = self.head.text.len();
        self.head.fields.push(FieldPlace { begin, middle, end });
        Ok(())
    }

    fn keep_status(&mut self, pseudo: &[u8], value: &[u8]) -> Result<(), &'static str> {
        if self.is_trailer {
            return Err("its trailer has a status");
        }
        if pseudo != b"status" {
            return Err("it has a pseudo-header that is not of an answer");
        }
        if self.head.status != 0 {
            return Err("it has more than one status");
        }
        if !self.head.fields.is_empty() {
            return Err("a header comes before the status");
        }
        let [
            hundreds @ b'1'..=b'9',
            tens @ b'0'..=b'9',
            ones @ b'0'..=b'9',
        ] = value
        else {
            return Err("its status is not a number of three digits");
        };
        let digit = |byte: &u8| u16::from(byte - b'0');
        self.head.status = digit(hundreds) * 100 + digit(tens) * 10 + digit(ones);
        Ok(())
    }

    fn keep_length(&mut self, value: &[u8]) -> Result<(), &'static str> {
        let is_number = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
        let text = std::str::from_utf8(value).ok().filter(|_| is_number);
        let length = text.and_then(|text| text.parse().ok());
        let length = length.ok_or("its content-length is not a number")?;
        if self.head.length.is_some_and(|known| known != length) {
            return Err("it has two lengths");
        }
        self.head.length = Some(length);
        Ok(())
    }

    /// What is wrong with the head, now that it is whole.
    pub(super) fn finish(self) -> Result<(), HeadFault> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        match self.head.status {
            _ if self.is_trailer => Ok(()),
            0 => Err(HeadFault::Malformed("it has no status")),
            101 => Err(HeadFault::Malformed("it changes to another protocol")),
            _ => Ok(()),
        }
    }
}

/// The name of a header: a token in lower case (RFC 9110, section 5.6.2; RFC 9113, section 8.2.1).
fn is_name(name: &[u8]) -> bool {
    let allowed =
        |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9') || b"!#$%&'*+-.^_`|~".contains(byte);
    !name.is_empty() && name.iter().all(allowed)
}

/// The value of a header, in which there is no control character (RFC 9110, section 5.5). Spaces around it, which
/// are not allowed either, change nothing that anybody judges.
fn is_value(value: &[u8]) -> bool {
    let is_control = |byte: &u8| (*byte < b' ' && *byte != b'\t') || *byte == 0x7f;
    !value.iter().any(is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &[(&str, &str)], limit: usize) -> Result<AnswerHead, HeadFault> {
        let mut head = AnswerHead::default();
        let mut reader = HeadReader::new(&mut head, limit);
        for (name, value) in fields {
            reader.take(name.as_bytes(), value.as_bytes());
        }
        reader.finish().map(|()| head)
    }

    #[test]
    fn a_head_keeps_what_it_was_given() {
        let fields = [
            (":status", "404"),
            ("content-length", "12"),
            ("x-error", "Not found"),
            ("set-cookie", "a=1"),
            ("set-cookie", ""),
            ("content-encoding", "gzip"),
        ];
        let head = read(&fields, 1_000).unwrap();
        assert_eq!((head.status(), head.length()), (404, Some(12)));
        assert!(head.is_coded() && !head.is_interim() && !head.has_no_body());
        let cookies: Vec<_> = head.values("Set-Cookie").collect();
        assert_eq!(cookies, [&b"a=1"[..], b""]);
        let kept = head.fields().nth(1);
        assert_eq!(kept, Some((&b"x-error"[..], &b"Not found"[..])));
        assert_eq!(head.fields().count(), 5);
    }

    #[test]
    fn heads_that_break_a_rule_are_told() {
        let ok = (":status", "200");
        for fields in [
            &[][..],
            &[("a", "b")],
            &[("a", "b"), ok],
            &[ok, ok],
            &[(":status", "20")],
            &[(":status", "099")],
            &[(":status", "2 0")],
            &[(":status", "101")],
            &[ok, (":path", "/")],
            &[ok, ("Server", "x")],
            &[ok, ("", "x")],
            &[ok, ("a b", "x")],
            &[ok, ("a", "x\r\ny")],
            &[ok, ("a", "x\0")],
            &[ok, ("connection", "close")],
            &[ok, ("transfer-encoding", "chunked")],
            &[ok, ("content-length", "+1")],
            &[ok, ("content-length", "")],
            &[ok, ("content-length", "1"), ("content-length", "2")],
        ] {
            let fault = read(fields, 1_000).unwrap_err();
            assert!(matches!(fault, HeadFault::Malformed(_)), "{fields:?}");
        }
        assert_eq!(read(&[ok], 41).unwrap_err(), HeadFault::TooLarge);
        assert!(read(&[ok], 42).is_ok());
    }
}
