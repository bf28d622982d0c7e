//! Is a request one that HTTP allows? One that is not may be refused by whatever reads it first, in its own words.

use super::exchange::Request;

/// Headers that a request may have once (RFC 9110, section 5.3 and those of each): a second one makes it invalid.
const ONCE: [&str; 8] = [
    "authorization",
    "content-length",
    "content-type",
    "expect",
    "from",
    "host",
    "referer",
    "user-agent",
];

impl Request {
    /// Whether it is a request of valid HTTP, as far as method, path and headers tell.
    #[must_use]
    pub fn is_valid_http(&self) -> bool {
        let names = |wanted: &str| {
            let headers = self.headers.iter();
            headers
                .filter(|(name, _)| name.eq_ignore_ascii_case(wanted))
                .count()
        };
        let is_plain = |text: &str| !text.contains(|letter: char| letter.is_ascii_control());
        let fields = self.headers.iter();
        ONCE.iter().all(|once| names(once) <= 1)
            && fields.into_iter().all(|(_, value)| {
                let text = value.replace('\t', " ");
                is_plain(&text)
            })
            && is_uri(&self.path)
    }
}

/// Whether a path and query have only what a URI may have (RFC 3986, section 2).
fn is_uri(path: &str) -> bool {
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        let is_allowed = match byte {
            b'%' => {
                let is_hex = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_hexdigit());
                is_hex(bytes.next()) && is_hex(bytes.next())
            }
            b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | b'#' => false,
            other => other.is_ascii_graphic(),
        };
        if !is_allowed {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Manner;

    #[test]
    fn a_request_is_invalid_by_a_second_header_or_an_impossible_path() {
        let valid = |path: &str, headers: &[(&str, &str)]| {
            let headers = headers.iter();
            let request = Request {
                method: "GET".to_owned(),
                path: path.to_owned(),
                headers: headers
                    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                    .collect(),
                body: None,
                manner: Manner::default(),
            };
            request.is_valid_http()
        };
        assert!(valid(
            "/user/%27?a=%00",
            &[("Accept", "a"), ("accept", "b")]
        ));
        assert!(!valid(
            "/user",
            &[("Authorization", "a"), ("authorization", "b")]
        ));
        assert!(!valid("/user", &[("X-Long", "a\u{0}")]));
        for path in [
            "/user/%2",
            "/user/%zz",
            "/user/a b",
            "/user/é",
            "/user/{id}",
        ] {
            assert!(!valid(path, &[]), "{path}");
        }
    }
}
