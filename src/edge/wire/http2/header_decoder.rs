//! Reads blocks of headers (RFC 7541).

use super::frame::ConnectionBreach;
use super::header_table::{HeaderTable, TableEntry, USUAL_TABLE};
use super::huffman;

/// A number has at most so many bytes behind its first: more than 28 bits are never meant.
const LONGEST_NUMBER: u32 = 4;

/// Reads the blocks of headers of one connection, in the order in which they come.
#[derive(Debug, Default)]
pub(super) struct HeaderDecoder {
    table: HeaderTable,
    /// Memory for a name and a value that are coded.
    name: Vec<u8>,
    value: Vec<u8>,
}

impl HeaderDecoder {
    /// How often its table has changed: as long as it has not, the same block says the same.
    pub(super) const fn changes(&self) -> u64 {
        self.table.changes()
    }

    /// Reads a block, and gives each field of it.
    ///
    /// # Errors
    ///
    /// If the block breaks the rules, after which nothing that comes later can be understood.
    pub(super) fn decode(
        &mut self,
        block: &[u8],
        mut each: impl FnMut(&[u8], &[u8]),
    ) -> Result<(), ConnectionBreach> {
        let mut rest = block;
        let mut may_resize = true;
        while let Some(first) = rest.first() {
            let is_resize = first & 0xe0 == 0x20;
            if is_resize && !may_resize {
                return Err(broken("the size of a table changes within a block"));
            }
            may_resize = is_resize;
            if is_resize {
                let most = number(&mut rest, 5)?;
                if most > USUAL_TABLE {
                    return Err(broken("a table is larger than it may be"));
                }
                self.table.resize(most);
            } else if first & 0x80 != 0 {
                let (name, value) = entry(&self.table, number(&mut rest, 7)?)?;
                each(name, value);
            } else {
                self.literal(first & 0x40 != 0, &mut rest, &mut each)?;
            }
        }
        Ok(())
    }

    /// Reads a field that is written out at least in part (RFC 7541, section 6.2).
    fn literal(
        &mut self,
        is_kept: bool,
        rest: &mut &[u8],
        each: &mut impl FnMut(&[u8], &[u8]),
    ) -> Result<(), ConnectionBreach> {
        let known = number(rest, if is_kept { 6 } else { 4 })?;
        let name = match known {
            0 => string(rest, &mut self.name)?,
            _ => entry(&self.table, known)?.0,
        };
        let value = string(rest, &mut self.value)?;
        each(name, value);
        let kept = is_kept.then(|| TableEntry::new(name, value));
        if let Some(kept) = kept {
            self.table.insert(kept);
        }
        Ok(())
    }
}

const fn broken(reason: &'static str) -> ConnectionBreach {
    ConnectionBreach::of_compression(reason)
}

fn entry(table: &HeaderTable, number: usize) -> Result<(&[u8], &[u8]), ConnectionBreach> {
    let missing = broken("a header is named by a number that the table does not have");
    table.get(number).ok_or(missing)
}

/// Reads a number of which so many bits are in the first byte (RFC 7541, section 5.1).
fn number(rest: &mut &[u8], bits: u32) -> Result<usize, ConnectionBreach> {
    let short = broken("a block of headers ends within a number");
    let most = (1_u8 << bits) - 1;
    let (first, mut left) = rest.split_first().ok_or(short)?;
    let mut value = usize::from(first & most);
    if value == usize::from(most) {
        let mut place = 0;
        loop {
            let (byte, more) = left.split_first().ok_or(short)?;
            left = more;
            value += usize::from(byte & 0x7f) << (7 * place);
            place += 1;
            if byte & 0x80 == 0 {
                break;
            }
            if place == LONGEST_NUMBER {
                return Err(broken("a number in a block of headers is too large"));
            }
        }
    }
    *rest = left;
    Ok(value)
}

/// Reads a string (RFC 7541, section 5.2), into memory if it is coded.
fn string<'memory, 'block: 'memory>(
    rest: &mut &'block [u8],
    memory: &'memory mut Vec<u8>,
) -> Result<&'memory [u8], ConnectionBreach> {
    let is_coded = rest.first().is_some_and(|first| first & 0x80 != 0);
    let length = number(rest, 7)?;
    let text = rest.split_at_checked(length);
    let (text, left) = text.ok_or(broken("a block of headers ends within a string"))?;
    *rest = left;
    if !is_coded {
        return Ok(text);
    }
    memory.clear();
    if !huffman::decode(text, memory) {
        return Err(broken("a string in a block of headers is not of its code"));
    }
    Ok(memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(decoder: &mut HeaderDecoder, block: &[u8]) -> Result<String, ConnectionBreach> {
        let mut all = Vec::new();
        decoder.decode(block, |name, value| {
            let text = String::from_utf8_lossy;
            all.push(format!("{}={}", text(name), text(value)));
        })?;
        Ok(all.join(" "))
    }

    fn bytes(hex: &str) -> Vec<u8> {
        let digits: Vec<char> = hex.chars().filter(|digit| *digit != ' ').collect();
        let pairs = digits.chunks(2).map(|pair| pair.iter().collect::<String>());
        pairs
            .map(|pair| u8::from_str_radix(&pair, 16).unwrap())
            .collect()
    }

    /// From RFC 7541, appendix C.6, whose table holds 256 bytes, so that entries leave it.
    #[test]
    fn the_answers_of_the_rfc_are_understood() {
        let mut decoder = HeaderDecoder::default();
        let resize = "3f e1 01";
        let first = "48 82 6402 58 85 aec3771a4b 61 96 d07abe941054d444a8200595040b8166e082a62d1bff \
                     6e 91 9d29ad171863c78f0b97c8e9ae82ae43d3";
        let answers = [
            (
                format!("{resize} {first}"),
                ":status=302 cache-control=private date=Mon, 21 Oct 2013 20:13:21 GMT \
                 location=https://www.example.com",
            ),
            (
                "48 83 640eff c1 c0 bf".to_owned(),
                ":status=307 cache-control=private date=Mon, 21 Oct 2013 20:13:21 GMT \
                 location=https://www.example.com",
            ),
            (
                "88 c1 61 96 d07abe941054d444a8200595040b8166e084a62d1bff c0 5a 83 9bd9ab \
                 77 ad 94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007"
                    .to_owned(),
                ":status=200 cache-control=private date=Mon, 21 Oct 2013 20:13:22 GMT \
                 location=https://www.example.com content-encoding=gzip \
                 set-cookie=foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
            ),
        ];
        for (block, fields) in answers {
            assert_eq!(decoded(&mut decoder, &bytes(&block)).as_deref(), Ok(fields));
        }
    }

    #[test]
    fn what_is_kept_in_no_table_changes_none() {
        let mut decoder = HeaderDecoder::default();
        // As the first answer above, but its fields are not to be kept.
        for block in ["88 0f 0d 02 3133", "88 1f 0d 02 3133"] {
            let fields = decoded(&mut decoder, &bytes(block));
            assert_eq!(fields.as_deref(), Ok(":status=200 content-length=13"));
        }
        assert_eq!(decoder.changes(), 0);
    }

    #[test]
    fn broken_blocks_are_told() {
        for block in [
            "80",                // number 0
            "be",                // number 62 of an empty table
            "ff ff ff ff ff 0f", // a number without an end
            "ff",                // half a number
            "88 20",             // a new size behind a field
            "3f e2 1f",          // 4,097 bytes
            "08 03 61",          // half a string
            "08 81 ff 00",       // a string of padding only, too long
            "40",                // no name
        ] {
            let error = decoded(&mut HeaderDecoder::default(), &bytes(block)).unwrap_err();
            let code = super::super::frame::ErrorCode::COMPRESSION_ERROR;
            assert_eq!(error.code, code, "{block}");
        }
    }
}
