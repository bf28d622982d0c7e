//! What a request is written with that no client could send, or that it would send otherwise.

use super::Lowering;
use crate::model::path_only;
use crate::suite::document::RequestDocument;
use crate::suite::error::Problem;
use crate::suite::placed::{Placed, Spot};
use crate::suite::template::{Written, split};

/// Headers that say how the message is framed, which the client writes itself (RFC 9112, section 6).
const FRAMING: [&str; 2] = ["content-length", "transfer-encoding"];

/// The header that a request has once at the most (RFC 9112, section 3.2).
const HOST: &str = "host";

/// Characters that must not stand in a path or a query as they are (RFC 3986), those between brackets
/// excepted, which every server takes.
const ENCODED: &str = "\"<>\\^`{|}#";

impl Lowering<'_> {
    /// Reports what would fail when it is sent.
    pub(super) fn check_sendable(&mut self, document: &RequestDocument) {
        let RequestDocument {
            method,
            path,
            headers,
            ..
        } = document;
        if !has_placeholder(method) && !is_token(method) {
            let spot = self.text.find(method, self.before(path.spot));
            self.unsendable(
                "method",
                "it is not one word",
                "write one such as GET",
                spot,
            );
        }
        self.check_path(path);
        for (name, values) in headers {
            let spot = self.name_of_header(name, path.spot);
            if !is_token(name) {
                let way_out = "take letters, digits and hyphens";
                self.unsendable("headers", "this is not the name of a header", way_out, spot);
            }
            let lower = name.to_ascii_lowercase();
            if FRAMING.contains(&lower.as_str()) && !values.0.is_empty() {
                let reason = "the client writes this header itself, so that there would be two";
                self.unsendable("headers", reason, "leave it out", spot);
            }
            if lower == HOST && values.0.len() > 1 {
                let reason = "a request has one host";
                self.unsendable("headers", reason, "write one value", spot);
            }
            for value in &values.0 {
                self.check_header_value(value);
            }
        }
    }

    fn check_path(&mut self, path: &Placed<String>) {
        let encoded = |letter: &char| !letter.is_ascii_graphic() || ENCODED.contains(*letter);
        let odd = texts(&path.value).find_map(|text| text.chars().find(encoded));
        if let Some(odd) = odd {
            let reason = format!("{odd:?} must be percent-encoded in it");
            let way_out =
                "write it as % and two hexadecimal digits, or as a text in a placeholder: ${' '}";
            self.unsendable("path", &reason, way_out, path.spot);
        }
        let only_path = path_only(&path.value);
        let is_dots = |segment: &str| matches!(segment, "." | "..");
        if only_path.split('/').any(is_dots) {
            let reason = "clients take out the segments `.` and `..`";
            self.unsendable("path", reason, "leave them out", path.spot);
        }
    }

    fn check_header_value(&mut self, value: &Placed<String>) {
        let is_control = |letter: char| letter.is_control() && letter != '\t';
        if texts(&value.value).any(|text| text.contains(is_control)) {
            let reason = "a value has a line end or another control character";
            let way_out = "write it in one line, without `|` or `>`";
            self.unsendable("headers", reason, way_out, value.spot);
        }
    }

    fn unsendable(&mut self, key: &'static str, reason: &str, way_out: &'static str, spot: Spot) {
        let reason = reason.to_owned();
        let problem = Problem::Unsendable {
            key,
            reason,
            way_out,
        };
        self.report(problem, spot);
    }

    /// The beginning of the line before a spot: a method stands near its path, in front of it or behind it.
    fn before(&self, spot: Spot) -> Spot {
        let text = self.text.text.get(..spot.offset).unwrap_or_default();
        let line_start = text.rfind('\n').unwrap_or_default();
        let offset = text[..line_start].rfind('\n').unwrap_or_default();
        Spot {
            offset,
            length: 0,
            ..spot
        }
    }

    fn name_of_header(&self, name: &str, near: Spot) -> Spot {
        let found = self.text.find(name, self.before(near));
        if found.length == 0 { near } else { found }
    }
}

/// The parts of a text that are the same in every request.
fn texts(text: &str) -> impl Iterator<Item = String> {
    split(text).into_iter().filter_map(|piece| match piece {
        Written::Text(text) => Some(text),
        Written::Name(_) | Written::Unclosed => None,
    })
}

fn has_placeholder(text: &str) -> bool {
    text.contains("${")
}

/// A token (RFC 9110, section 5.6.2).
fn is_token(text: &str) -> bool {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(token)
}
