//! An exchange as text, in the manner of `curl -v`: `>` before what was sent, `<` before what came.

use super::sanitize;
use crate::model::{Condition, Manner};
use crate::record::quantity;
use crate::record::{BodyRecord, ExchangeRecord};

/// Longer header values are cut: whole they stand in `results.json`.
const LONGEST_VALUE: usize = 1_000;

/// Longer bodies are cut: whole, or at least longer, they stand in `results.json`.
const LONGEST_BODY: usize = 4_000;

/// The exchange, one line for each header. Nothing in it acts on a terminal or a parser.
pub(super) fn transcript(record: &ExchangeRecord) -> String {
    let mut lines = vec![format!("> {} {}", record.method, record.url)];
    let manner = record
        .manner
        .iter()
        .filter_map(|word| Condition::parse(word));
    let manner: Manner = manner.collect();
    if !manner.is_plain() {
        lines.push(format!("* sent {manner}"));
    }
    lines.extend(headers('>', &record.request_headers));
    lines.extend(body('>', record.request_body.as_ref()));
    match (record.status, &record.error) {
        (Some(status), _) => {
            let time = quantity::millis(record.elapsed_ms);
            lines.push(format!("< {status} after {time}"));
        }
        (None, Some(error)) => lines.push(format!("! {}", sanitize::line(error))),
        (None, None) => lines.push("! no answer".to_owned()),
    }
    lines.extend(headers('<', &record.response_headers));
    lines.extend(body('<', record.response_body.as_ref()));
    lines.join("\n")
}

fn headers(mark: char, headers: &[(String, String)]) -> impl Iterator<Item = String> {
    headers.iter().map(move |(name, value)| {
        let value = sanitize::cut(value, LONGEST_VALUE);
        sanitize::line(&format!("{mark} {name}: {value}"))
    })
}

fn body(mark: char, body: Option<&BodyRecord>) -> Vec<String> {
    let Some(body) = body.filter(|body| body.length > 0) else {
        return Vec::new();
    };
    let mut lines = vec![mark.to_string()];
    let text = sanitize::block(&sanitize::cut(&body.text, LONGEST_BODY));
    lines.extend(text.lines().map(|line| format!("{mark} {line}")));
    lines.extend(note(body).map(|note| format!("{mark} ({note})")));
    lines
}

/// What must be said of a body beside its text.
pub(super) fn note(body: &BodyRecord) -> Option<String> {
    let length = quantity::count(body.length as u64);
    if body.lossy {
        return Some(format!(
            "{length} bytes, not all of them UTF-8: those stand as \u{fffd}"
        ));
    }
    let cut = body.text.ends_with('…') && body.length > body.text.len();
    cut.then(|| format!("{length} bytes, cut here"))
}
