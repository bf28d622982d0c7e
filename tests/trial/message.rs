//! HTTP messages as those who stand between the tool and a server read them.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;

/// The lines of a head, and the body as it was sent: in its chunks, where it came so. None where the other end
/// went away before.
pub(crate) fn message(stream: &TcpStream) -> Option<(Vec<String>, Vec<u8>)> {
    let mut reader = BufReader::new(stream);
    let mut head = Vec::new();
    loop {
        let line = line(&mut reader)?;
        match line.trim_end() {
            "" => break,
            line => head.push(line.to_owned()),
        }
    }
    let field = |name: &str| {
        let mut fields = head.iter().filter_map(|line| line.split_once(':'));
        let field = fields.find(|(one, _)| one.eq_ignore_ascii_case(name));
        field.map(|(_, value)| value.trim())
    };
    let body = if field("transfer-encoding") == Some("chunked") {
        chunks(&mut reader)?
    } else {
        let length = field("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        body
    };
    Some((head, body))
}

/// The same in one piece.
pub(crate) fn whole(stream: &TcpStream) -> Option<Vec<u8>> {
    let (head, body) = message(stream)?;
    let mut bytes = format!("{}\r\n\r\n", head.join("\r\n")).into_bytes();
    bytes.extend(body);
    Some(bytes)
}

/// Chunks up to the last one and the trailers behind it.
fn chunks(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    loop {
        let size = line(reader)?;
        all.extend_from_slice(size.as_bytes());
        let digits = size.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(digits, 16).ok()?;
        if size == 0 {
            break;
        }
        let mut chunk = vec![0; size + 2];
        reader.read_exact(&mut chunk).ok()?;
        all.extend_from_slice(&chunk);
    }
    loop {
        let trailer = line(reader)?;
        all.extend_from_slice(trailer.as_bytes());
        if trailer.trim().is_empty() {
            return Some(all);
        }
    }
}

fn line(reader: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    let read = reader.read_line(&mut line).ok()?;
    (read > 0).then_some(line)
}
