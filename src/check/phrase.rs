//! Values as phrases for people: short, and harmless on a terminal.

use serde_json::Value;

use crate::model::JsonNode;
use crate::suite::{Template, Values};

/// Longer values are cut for findings; the whole answer stands in the exchange.
const LONGEST: usize = 200;

/// What is said in place of a value that there is none of.
pub(super) const MISSING: &str = "a value that no step made";

/// A text in quotation marks, control characters escaped, cut if it is long.
pub(super) fn text(text: &str) -> String {
    cut(&Value::from(text).to_string())
}

/// Bytes as a text, with what is not UTF-8 replaced.
pub(super) fn bytes(bytes: &[u8]) -> String {
    text(&String::from_utf8_lossy(bytes))
}

/// The text that a template gives, in quotation marks.
pub(super) fn template(template: &Template, values: &Values) -> String {
    template
        .render(values)
        .map_or_else(|_| MISSING.to_owned(), |rendered| text(&rendered))
}

/// A JSON value, cut if it is long.
pub(super) fn json(value: &Value) -> String {
    cut(&value.to_string())
}

/// The same of a value that was not made a tree yet.
pub(super) fn node(value: JsonNode<'_>) -> String {
    json(&value.to_value())
}

/// A phrase, cut if it is long.
pub(super) fn cut(phrase: &str) -> String {
    match phrase.char_indices().nth(LONGEST) {
        None => phrase.to_owned(),
        Some((end, _)) => format!("{}… ({} bytes in all)", &phrase[..end], phrase.len()),
    }
}

/// A duration in milliseconds, to a tenth.
pub(super) fn duration(duration: std::time::Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1e3)
}
