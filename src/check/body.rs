//! Is the body of the right kind?

use super::header;
use super::phrase;
use super::subject::Subject;
use crate::model::{Answer, Mismatch, content_codings, header_text};
use crate::suite::BodyKind;

pub(super) fn check<A: Answer>(kind: BodyKind, subject: &Subject<'_, A>) -> Option<Mismatch> {
    match kind {
        BodyKind::Absent => absent(subject.answer.body()),
        BodyKind::JsonObject => json_object(subject),
    }
}

fn absent(body: &[u8]) -> Option<Mismatch> {
    (!body.is_empty()).then(|| Mismatch::new("body", "no body", phrase::bytes(body)))
}

fn json_object<A: Answer>(subject: &Subject<'_, A>) -> Option<Mismatch> {
    // What came in a known one was decoded.
    if let Err(unknown) = content_codings(subject.answer.header("content-encoding")) {
        let expected = "no coding, or gzip, deflate, br or zstd";
        let actual = phrase::text(&header_text(unknown));
        return Some(Mismatch::new("header content-encoding", expected, actual));
    }
    let declared = || subject.answer.header("content-type");
    if declared().next().is_none() || !declared().all(is_json) {
        let actual = header::said(declared()).unwrap_or_else(|| "no content-type".to_owned());
        return Some(Mismatch::new(
            "header content-type",
            "a JSON media type",
            actual,
        ));
    }
    match subject.json() {
        Ok(value) if value.is_object() => None,
        Ok(other) => Some(Mismatch::new(
            "body",
            "one JSON object",
            phrase::node(other),
        )),
        Err(reason) => Some(Mismatch::new("body", "one JSON object", reason)),
    }
}

/// `application/json` or a `+json` suffix (RFC 6839, section 3.1), whatever the parameters.
fn is_json(content_type: &[u8]) -> bool {
    let essence = content_type
        .split(|byte| *byte == b';')
        .next()
        .unwrap_or_default()
        .trim_ascii();
    let has_suffix = |suffix: &[u8; 5]| suffix.eq_ignore_ascii_case(b"+json");
    essence.eq_ignore_ascii_case(b"application/json")
        || essence.last_chunk().is_some_and(has_suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_media_types_are_recognised_whatever_their_case_and_parameters() {
        for yes in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/problem+json",
        ] {
            assert!(is_json(yes.as_bytes()), "{yes}");
        }
        for no in ["text/html", "application/jsonp", "", "text/json5"] {
            assert!(!is_json(no.as_bytes()), "{no}");
        }
    }
}
