//! Undoes the codings of an answer's body, within the limit on its size.

use brotli_decompressor::Decompressor;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use ruzstd::decoding::StreamingDecoder;
use std::borrow::Cow;
use std::io::{self, Read};

use crate::model::{ContentCoding, TransferError, TransferErrorKind, content_codings};

/// The largest window of zstd that a client of HTTP must have, in bytes (RFC 9659, section 3).
const ZSTD_WINDOW: u64 = 8 * 1024 * 1024;

/// So much of a brotli stream is taken at once, in bytes.
const BROTLI_PIECE: usize = 4 * 1024;

/// The body without the codings that the values of `Content-Encoding` name. None if it has none, or one that is
/// not known, which is for expectations to judge.
///
/// # Errors
///
/// If it is not in the coding that is named, or larger than the limit (in bytes) without it.
pub(super) fn decoded<'a>(
    content_encoding: impl Iterator<Item = &'a [u8]>,
    body: &[u8],
    limit: usize,
) -> Result<Option<Vec<u8>>, TransferError> {
    let Ok(codings) = content_codings(content_encoding) else {
        return Ok(None);
    };
    // What has no body, such as an answer to HEAD, may say in which coding it would be.
    if codings.is_empty() || body.is_empty() {
        return Ok(None);
    }
    let mut body = Cow::Borrowed(body);
    for coding in codings.into_iter().rev() {
        body = Cow::Owned(without(coding, &body, limit)?);
    }
    Ok(Some(body.into_owned()))
}

fn without(coding: ContentCoding, body: &[u8], limit: usize) -> Result<Vec<u8>, TransferError> {
    let mut output = Vec::new();
    let read = match coding {
        ContentCoding::Gzip => drain(MultiGzDecoder::new(body), limit, &mut output),
        ContentCoding::Deflate => inflate(body, limit, &mut output),
        ContentCoding::Brotli => unbrotli(body, limit, &mut output),
        ContentCoding::Zstd => unzstd(body, limit, &mut output),
    };
    let coding = coding.as_str();
    if output.len() > limit {
        let detail = format!(
            "the body of the answer, decoded from {coding}, is larger than {limit} bytes, which is the limit; \
             --answer-limit sets another"
        );
        return Err(TransferError::new(TransferErrorKind::TooLarge, detail));
    }
    read.map(|()| output).map_err(|error| {
        let detail = format!(
            "the body of the answer is not what its content-encoding says, {coding}: {error}"
        );
        TransferError::new(TransferErrorKind::Undecodable, detail)
    })
}

/// Reads to the end, or one byte past the limit, which tells that there was more.
fn drain(decoder: impl Read, limit: usize, output: &mut Vec<u8>) -> io::Result<()> {
    let most = limit.saturating_add(1).saturating_sub(output.len());
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    decoder.take(most).read_to_end(output).map(drop)
}

fn refuse_rest(rest: &[u8]) -> io::Result<()> {
    surplus(rest.len()).map_or(Ok(()), |said| Err(io::Error::other(said)))
}

/// What is said of so many bytes behind the end of something, if there are any.
pub(super) fn surplus(bytes: usize) -> Option<String> {
    match bytes {
        0 => None,
        1 => Some("1 byte follows its end".to_owned()),
        several => Some(format!("{several} bytes follow its end")),
    }
}

fn inflate(body: &[u8], limit: usize, output: &mut Vec<u8>) -> io::Result<()> {
    if !has_zlib_header(body) {
        let mut decoder = DeflateDecoder::new(body);
        drain(&mut decoder, limit, output)?;
        return refuse_rest(decoder.get_ref());
    }
    let mut decoder = ZlibDecoder::new(body);
    drain(&mut decoder, limit, output)?;
    refuse_rest(decoder.get_ref())
}

/// Method 8, and a checksum over the first two bytes (RFC 1950, section 2.2).
fn has_zlib_header(body: &[u8]) -> bool {
    matches!(body, [first, second, ..] if first & 0x0f == 8
        && u16::from_be_bytes([*first, *second]).is_multiple_of(31))
}

fn unbrotli(mut body: &[u8], limit: usize, output: &mut Vec<u8>) -> io::Result<()> {
    let mut decoder = Decompressor::new(&mut body, BROTLI_PIECE);
    drain(&mut decoder, limit, output)?;
    // At its end, a second look tells whether it took more than was its own.
    let ended = output.len() <= limit;
    if ended && decoder.read(&mut [0])? == 0 {
        refuse_rest(decoder.get_ref())?;
    }
    Ok(())
}

fn unzstd(mut body: &[u8], limit: usize, output: &mut Vec<u8>) -> io::Result<()> {
    while !body.is_empty() && output.len() <= limit {
        let decoder = StreamingDecoder::new_with_max_window_size(&mut body, ZSTD_WINDOW);
        drain(decoder.map_err(io::Error::other)?, limit, output)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::bufread::{DeflateEncoder, GzEncoder, ZlibEncoder};

    const TEXT: &[u8] = b"{\"alias\":\"right\"}";
    const LIMIT: usize = 1024;

    /// The text as the reference tools encode it.
    const BROTLI: &[u8] = include_bytes!("../../tests/targets/codings/right.br");
    const ZSTD: &[u8] = include_bytes!("../../tests/targets/codings/right.zst");

    fn all(reader: impl Read) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut reader = reader;
        reader.read_to_end(&mut bytes).unwrap();
        bytes
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        all(GzEncoder::new(bytes, Compression::best()))
    }

    fn decode(coding: &str, body: &[u8]) -> Result<Option<Vec<u8>>, TransferError> {
        decoded(std::iter::once(coding.as_bytes()), body, LIMIT)
    }

    fn samples() -> Vec<(&'static str, Vec<u8>)> {
        let best = Compression::best();
        vec![
            ("gzip", gzip(TEXT)),
            ("deflate", all(ZlibEncoder::new(TEXT, best))),
            ("deflate", all(DeflateEncoder::new(TEXT, best))),
            ("br", BROTLI.to_vec()),
            ("zstd", ZSTD.to_vec()),
            ("br, gzip", gzip(BROTLI)),
        ]
    }

    #[test]
    fn what_came_in_a_coding_is_read_without_it() {
        for (coding, body) in samples() {
            assert_eq!(
                decode(coding, &body).unwrap().as_deref(),
                Some(TEXT),
                "{coding}"
            );
        }
        let two = [gzip(&TEXT[..5]), gzip(&TEXT[5..])].concat();
        assert_eq!(decode("gzip", &two).unwrap().as_deref(), Some(TEXT));
        let two = [ZSTD, ZSTD].concat();
        assert_eq!(decode("zstd", &two).unwrap(), Some(TEXT.repeat(2)));
    }

    #[test]
    fn what_is_in_no_known_coding_or_has_no_body_is_left_as_it_is() {
        for (coding, body) in [("identity", TEXT), ("x-y", TEXT), ("gzip", b"")] {
            assert_eq!(decode(coding, body).unwrap(), None, "{coding}");
        }
    }

    /// Each is cut at every byte, is followed by something, and is not encoded at all.
    #[test]
    fn a_wrong_coding_is_named_and_never_read_in_part() {
        for (coding, body) in samples() {
            let cuts = (1..body.len()).map(|end| body[..end].to_vec());
            let surplus = [&body[..], b"\0surplus"].concat();
            for wrong in cuts.chain([surplus, TEXT.to_vec(), vec![0xff; 40]]) {
                let error = decode(coding, &wrong).expect_err(coding);
                assert_eq!(error.kind, TransferErrorKind::Undecodable, "{wrong:?}");
                assert!(error.detail.contains("content-encoding says"), "{error}");
            }
        }
    }

    #[test]
    fn a_body_is_decoded_up_to_the_limit() {
        let gzipped = |length: usize| gzip(&vec![b'x'; length]);
        assert_eq!(
            decode("gzip", &gzipped(LIMIT)).unwrap().unwrap().len(),
            LIMIT
        );
        let bombs = [
            ("gzip", gzipped(LIMIT + 1)),
            ("gzip", gzipped(10_000_000)),
            ("gzip, gzip", gzip(&gzipped(10_000_000))),
            ("zstd", ZSTD.repeat(100)),
        ];
        for (coding, bomb) in bombs {
            let error = decode(coding, &bomb).expect_err(coding);
            assert_eq!(error.kind, TransferErrorKind::TooLarge);
            assert!(error.detail.contains("decoded from"), "{error}");
        }
    }
}
