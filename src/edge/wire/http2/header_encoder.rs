//! Writes blocks of headers (RFC 7541), without the Huffman code: what is the same in many requests is written once
//! for each connection and named by its number from then on, and the rest is short.

use super::header_table::{ENTRY_OVERHEAD, STATIC_TABLE, USUAL_TABLE};
use crate::model::is_secret_header;

/// The name of a header as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FieldName {
    /// Its number in the table that both sides know; 0 if it is not there.
    number: usize,
    text: Box<[u8]>,
}

impl FieldName {
    /// A name, in lower case as HTTP/2 wants it.
    pub(super) fn new(name: &str) -> Self {
        let text = name.to_ascii_lowercase();
        let known = STATIC_TABLE.iter().position(|(name, _)| *name == text);
        Self {
            number: known.map_or(0, |position| position + 1),
            text: text.into_bytes().into(),
        }
    }

    pub(super) fn is(&self, name: &str) -> bool {
        &*self.text == name.as_bytes()
    }
}

/// A field that is the same in many requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FixedField {
    pub(super) name: FieldName,
    value: Box<[u8]>,
    /// The number of the whole field in the table that both sides know; 0 if it is not there.
    number: usize,
    /// Whether nobody on the way is to keep it (RFC 7541, section 7.1.3).
    is_secret: bool,
}

impl FixedField {
    pub(super) fn new(name: &str, value: &[u8]) -> Self {
        let name = FieldName::new(name);
        let is_this = |(known, text): &(&str, &str)| name.is(known) && text.as_bytes() == value;
        let known = STATIC_TABLE.iter().position(is_this);
        Self {
            value: value.into(),
            number: known.map_or(0, |position| position + 1),
            is_secret: std::str::from_utf8(&name.text).is_ok_and(is_secret_header),
            name,
        }
    }
}

/// All fields that are the same in many requests of a scenario, each once.
#[derive(Debug, Default)]
pub(super) struct FixedFields(Vec<FixedField>);

/// The position of a field among the fixed ones.
pub(super) type FixedId = usize;

impl FixedFields {
    /// The position of a field, which is added if it is new.
    pub(super) fn id(&mut self, field: FixedField) -> FixedId {
        let known = self.0.iter().position(|one| *one == field);
        known.unwrap_or_else(|| {
            self.0.push(field);
            self.0.len() - 1
        })
    }
}

/// Writes the blocks of headers of one connection.
#[derive(Debug)]
pub(super) struct HeaderEncoder {
    /// For each fixed field, how many were put into the other side's table up to it; 0 if it was not.
    kept: Vec<usize>,
    entries: usize,
    size: usize,
    most: usize,
    /// Whether the other side changed the size of its table, which the next block begins with.
    is_resized: bool,
}

impl Default for HeaderEncoder {
    fn default() -> Self {
        Self {
            kept: Vec::new(),
            entries: 0,
            size: 0,
            most: USUAL_TABLE,
            is_resized: false,
        }
    }
}

impl HeaderEncoder {
    /// The other side's table holds so many bytes from now on.
    pub(super) fn resize(&mut self, most: usize) {
        let most = most.min(USUAL_TABLE);
        if most != self.most {
            self.most = most;
            self.is_resized = true;
        }
    }

    /// Begins a block.
    pub(super) fn begin(&mut self, output: &mut Vec<u8>) {
        if std::mem::take(&mut self.is_resized) {
            // Emptied first, so that both sides forget the same.
            push_number(0x20, 5, 0, output);
            push_number(0x20, 5, self.most, output);
            self.kept.clear();
            (self.entries, self.size) = (0, 0);
        }
    }

    /// Writes a fixed field. Entries never leave the table: those that do not fit are written out.
    pub(super) fn fixed(&mut self, fields: &FixedFields, id: FixedId, output: &mut Vec<u8>) {
        let Some(field) = fields.0.get(id) else {
            return;
        };
        if field.number > 0 {
            push_number(0x80, 7, field.number, output);
            return;
        }
        if self.kept.len() < fields.0.len() {
            self.kept.resize(fields.0.len(), 0);
        }
        let size = field.name.text.len() + field.value.len() + ENTRY_OVERHEAD;
        match self.kept.get_mut(id) {
            Some(kept @ 1..) => {
                let number = STATIC_TABLE.len() + 1 + self.entries - *kept;
                push_number(0x80, 7, number, output);
            }
            Some(kept) if !field.is_secret && self.size + size <= self.most => {
                self.entries += 1;
                self.size += size;
                *kept = self.entries;
                push_named(0x40, 6, &field.name, output);
                push_string(&field.value, output);
            }
            _ => literal(&field.name, &field.value, output),
        }
    }
}

/// Writes a field that nobody on the way is to keep: it may be a secret.
pub(super) fn literal(name: &FieldName, value: &[u8], output: &mut Vec<u8>) {
    push_named(0x10, 4, name, output);
    push_string(value, output);
}

fn push_named(kind: u8, bits: u32, name: &FieldName, output: &mut Vec<u8>) {
    push_number(kind, bits, name.number, output);
    if name.number == 0 {
        push_string(&name.text, output);
    }
}

fn push_string(text: &[u8], output: &mut Vec<u8>) {
    push_number(0, 7, text.len(), output);
    output.extend_from_slice(text);
}

/// Writes a number of which so many bits are in the first byte (RFC 7541, section 5.1).
fn push_number(kind: u8, bits: u32, number: usize, output: &mut Vec<u8>) {
    let most = (1_u8 << bits) - 1;
    match u8::try_from(number) {
        Ok(small) if small < most => output.push(kind | small),
        _ => {
            output.push(kind | most);
            let mut left = number - usize::from(most);
            while left > 0x7f {
                // Seven bits always fit.
                output.push(0x80 | u8::try_from(left & 0x7f).unwrap_or_default());
                left >>= 7;
            }
            output.push(u8::try_from(left).unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::header_decoder::HeaderDecoder;
    use super::*;

    fn read(decoder: &mut HeaderDecoder, block: &[u8]) -> Vec<String> {
        let mut all = Vec::new();
        let each = |name: &[u8], value: &[u8]| {
            let text = String::from_utf8_lossy;
            all.push(format!("{}={}", text(name), text(value)));
        };
        decoder.decode(block, each).unwrap();
        all
    }

    #[test]
    fn what_is_written_is_read_again_whatever_the_table_holds() {
        let mut fields = FixedFields::default();
        let long = "v".repeat(300);
        let ids: Vec<_> = (0..40)
            .map(|number| {
                let name = format!("x-{}", number / 2);
                let value = format!("{number}{}", if number % 3 == 0 { &long } else { "" });
                fields.id(FixedField::new(&name, value.as_bytes()))
            })
            .collect();
        let get = fields.id(FixedField::new(":method", b"GET"));
        let mut encoder = HeaderEncoder::default();
        let mut decoder = HeaderDecoder::default();
        for (round, most) in [
            None,
            None,
            Some(200),
            None,
            Some(0),
            None,
            Some(4_096),
            None,
        ]
        .into_iter()
        .enumerate()
        {
            if let Some(most) = most {
                encoder.resize(most);
            }
            let mut block = Vec::new();
            encoder.begin(&mut block);
            encoder.fixed(&fields, get, &mut block);
            for id in &ids {
                encoder.fixed(&fields, *id, &mut block);
            }
            literal(&FieldName::new("Authorization"), b"Bearer one", &mut block);
            let read = read(&mut decoder, &block);
            assert_eq!(read.len(), 42, "{round}");
            assert_eq!(read[0], ":method=GET");
            assert_eq!(read[4], format!("x-1=3{long}"));
            assert_eq!(read[41], "authorization=Bearer one");
        }
    }

    #[test]
    fn what_is_known_takes_a_byte() {
        let mut fields = FixedFields::default();
        let host = fields.id(FixedField::new(":authority", b"example.com"));
        assert_eq!(
            fields.id(FixedField::new(":authority", b"example.com")),
            host
        );
        let mut encoder = HeaderEncoder::default();
        let (mut first, mut second) = (Vec::new(), Vec::new());
        encoder.fixed(&fields, host, &mut first);
        encoder.fixed(&fields, host, &mut second);
        assert_eq!((first.len(), second), (13, vec![0xbe]));
        let secret = fields.id(FixedField::new("Authorization", b"Bearer one"));
        for _ in 0..2 {
            let mut written = Vec::new();
            encoder.fixed(&fields, secret, &mut written);
            assert_eq!(written[0] & 0xf0, 0x10, "never to be kept");
        }
    }
}
