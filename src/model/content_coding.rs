//! The codings that the body of an answer may come in (RFC 9110, section 8.4).

/// More codings of one body than these are taken for an attack.
const MOST_CODINGS: usize = 4;

/// A coding that is undone before an answer is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentCoding {
    /// RFC 1952.
    Gzip,
    /// RFC 1950, or bare RFC 1951, which some servers send by this name.
    Deflate,
    /// RFC 7932.
    Brotli,
    /// RFC 8878.
    Zstd,
}

impl ContentCoding {
    /// The name in a `Content-Encoding`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    fn parse(name: &[u8]) -> Option<Self> {
        if name.eq_ignore_ascii_case(b"x-gzip") {
            return Some(Self::Gzip);
        }
        let all = [Self::Gzip, Self::Deflate, Self::Brotli, Self::Zstd];
        let mut all = all.into_iter();
        all.find(|one| name.eq_ignore_ascii_case(one.as_str().as_bytes()))
    }
}

/// The codings that the values of `Content-Encoding` name, in the order in which they were applied; `identity` is
/// none.
///
/// # Errors
///
/// The value that names one which is not known here, or too many.
pub fn content_codings<'a>(
    values: impl Iterator<Item = &'a [u8]>,
) -> Result<Vec<ContentCoding>, &'a [u8]> {
    let mut codings = Vec::new();
    for value in values {
        for name in value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
            if name.is_empty() || name.eq_ignore_ascii_case(b"identity") {
                continue;
            }
            codings.push(ContentCoding::parse(name).ok_or(value)?);
            if codings.len() > MOST_CODINGS {
                return Err(value);
            }
        }
    }
    Ok(codings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[&'static str]) -> Result<Vec<ContentCoding>, &'static [u8]> {
        content_codings(values.iter().map(|value| value.as_bytes()))
    }

    #[test]
    fn codings_are_read_from_any_number_of_values() {
        use ContentCoding::{Brotli, Deflate, Gzip, Zstd};
        assert_eq!(of(&[]), Ok(vec![]));
        assert_eq!(of(&["identity", ""]), Ok(vec![]));
        assert_eq!(
            of(&["X-GZip ,identity, br", "zstd"]),
            Ok(vec![Gzip, Brotli, Zstd])
        );
        assert_eq!(of(&["deflate"]), Ok(vec![Deflate]));
        assert_eq!(of(&["gzip", "gzip, utf-8"]), Err(&b"gzip, utf-8"[..]));
        assert_eq!(of(&["br,br,br,br,br"]), Err(&b"br,br,br,br,br"[..]));
    }
}
