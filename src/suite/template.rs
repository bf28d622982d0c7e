//! Texts with `${name}` placeholders.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::filter::Filter;
use super::variable::{Values, VariableId};

/// How a value is written at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Plain,
    /// Percent-encoded as one path segment or query value (RFC 3986, section 2.1).
    Path,
    /// Escaped as the inside of a JSON string (RFC 8259, section 7).
    Json,
    /// As a whole JSON value: a text in quotation marks, anything else as it came.
    Value,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Text that is the same in every request.
    Text(String),
    /// A value that is filled in.
    Value {
        /// Which value.
        variable: VariableId,
        /// What is done to it first, in order.
        filters: Vec<Filter>,
        /// How it is written.
        encoding: Encoding,
    },
}

/// A text with its placeholders resolved to variables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    segments: Vec<Segment>,
}

/// A placeholder that has no value yet, because the step that makes it did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingValue(pub VariableId);

impl Template {
    /// A template of these segments. Neighbouring texts become one.
    #[must_use]
    pub fn new(segments: Vec<Segment>) -> Self {
        let mut merged: Vec<Segment> = Vec::new();
        for segment in segments {
            match (merged.last_mut(), segment) {
                (Some(Segment::Text(text)), Segment::Text(more)) => text.push_str(&more),
                (_, segment) => merged.push(segment),
            }
        }
        // Thousands of templates live as long as the run.
        for segment in &mut merged {
            if let Segment::Text(text) = segment {
                text.shrink_to_fit();
            }
        }
        merged.shrink_to_fit();
        Self { segments: merged }
    }

    /// The pieces in order.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Appends the text with all values filled in.
    ///
    /// # Errors
    ///
    /// If a value is missing; `output` then holds the text up to it.
    pub fn render_into(&self, values: &Values, output: &mut String) -> Result<(), MissingValue> {
        for segment in &self.segments {
            match segment {
                Segment::Text(text) => output.push_str(text),
                Segment::Value {
                    variable,
                    filters,
                    encoding,
                } => {
                    let value = values.get(*variable).ok_or(MissingValue(*variable))?;
                    let whole = *encoding == Encoding::Value && filters.is_empty();
                    if whole && values.is_json(*variable) {
                        output.push_str(value);
                    } else {
                        encoding.write_filtered(value, filters, output);
                    }
                }
            }
        }
        Ok(())
    }

    /// The text with all values filled in.
    ///
    /// # Errors
    ///
    /// If a value is missing.
    pub fn render(&self, values: &Values) -> Result<String, MissingValue> {
        let mut output = String::new();
        self.render_into(values, &mut output)?;
        Ok(output)
    }
}

impl Encoding {
    /// Writes a value after what its filters make of it.
    pub(super) fn write_filtered(self, value: &str, filters: &[Filter], output: &mut String) {
        match filters.split_first() {
            None => self.write(value, output),
            Some((first, others)) => {
                let changed = others
                    .iter()
                    .fold(first.apply(value), |changed, filter| filter.apply(&changed));
                self.write(&changed, output);
            }
        }
    }

    /// A value as it is written.
    pub(super) fn written(self, value: &str) -> String {
        let mut output = String::with_capacity(value.len());
        self.write(value, &mut output);
        output
    }

    fn write(self, value: &str, output: &mut String) {
        match self {
            Self::Plain => output.push_str(value),
            Self::Path => output.extend(utf8_percent_encode(value, RESERVED)),
            Self::Json => json_escape(value, output),
            Self::Value => {
                output.push('"');
                json_escape(value, output);
                output.push('"');
            }
        }
    }
}

/// Escapes the inside of a JSON string; few values need it.
fn json_escape(value: &str, output: &mut String) {
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if value.bytes().all(is_plain) {
        output.push_str(value);
        return;
    }
    // A JSON string is the escaped text between two quotation marks.
    let quoted = serde_json::Value::from(value).to_string();
    output.push_str(&quoted[1..quoted.len() - 1]);
}

/// Everything but the unreserved characters of RFC 3986, section 2.3: what is encoded may stand anywhere in a URL.
pub const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Stands around a text in place of a name.
const QUOTE: char = '\'';

/// A piece of a text as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Written<'text> {
    /// Plain text, with `$${` already turned into `${`.
    Text(String),
    /// What stands between `${` and `}`: a name or a text, and filters.
    Name(&'text str),
    /// `${` without a `}` behind it.
    Unclosed,
}

/// Splits a text at its placeholders.
pub(super) fn split(text: &str) -> Vec<Written<'_>> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let before = &rest[..at];
        let after = &rest[at + 2..];
        if let Some(escaped) = before.strip_suffix('$') {
            plain.push_str(escaped);
            plain.push_str("${");
            rest = after;
            continue;
        }
        plain.push_str(before);
        if !plain.is_empty() {
            pieces.push(Written::Text(std::mem::take(&mut plain)));
        }
        let Some(end) = end_of_name(after) else {
            pieces.push(Written::Unclosed);
            return pieces;
        };
        pieces.push(Written::Name(&after[..end]));
        rest = &after[end + 1..];
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        pieces.push(Written::Text(plain));
    }
    pieces
}

/// Where a placeholder ends that begins here: at its `}`, but for one between quotation marks.
fn end_of_name(text: &str) -> Option<usize> {
    let quoted = text.strip_prefix(QUOTE);
    let skipped = match quoted {
        Some(inside) => inside.find(QUOTE)? + 2,
        None => 0,
    };
    text.get(skipped..)?.find('}').map(|end| skipped + end)
}

/// What a placeholder is of: a value with a name, or a text written in place of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TemplateHead<'text> {
    /// A name.
    Name(&'text str),
    /// A text between quotation marks.
    Literal(&'text str),
}

/// Splits what stands between `${` and `}` into what it is of and its filters as written.
pub(super) fn parts(placeholder: &str) -> (TemplateHead<'_>, Vec<&str>) {
    let quoted = placeholder
        .strip_prefix(QUOTE)
        .and_then(|rest| rest.split_once(QUOTE));
    if let Some((literal, filters)) = quoted {
        let filters = filters.strip_prefix('|').unwrap_or(filters);
        let filters = filters.split('|').filter(|filter| !filter.is_empty());
        return (TemplateHead::Literal(literal), filters.collect());
    }
    let mut pieces = placeholder.split('|');
    let name = pieces.next().unwrap_or_default();
    (TemplateHead::Name(name), pieces.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_has_a_name_or_a_text_and_filters() {
        assert_eq!(
            parts("token|prefix:10|upper"),
            (TemplateHead::Name("token"), vec!["prefix:10", "upper"])
        );
        assert_eq!(
            split("a${'}|'|repeat:2}b"),
            [
                Written::Text("a".into()),
                Written::Name("'}|'|repeat:2"),
                Written::Text("b".into())
            ]
        );
        assert_eq!(
            parts("'}|'|repeat:2"),
            (TemplateHead::Literal("}|"), vec!["repeat:2"])
        );
    }

    #[test]
    fn splits_at_placeholders_and_keeps_escaped_ones() {
        assert_eq!(
            split("a${x}b$${y}c"),
            [
                Written::Text("a".into()),
                Written::Name("x"),
                Written::Text("b${y}c".into())
            ]
        );
        assert_eq!(split("${x"), [Written::Unclosed]);
        assert!(split("").is_empty());
    }

    #[test]
    fn each_encoding_writes_a_value_so_that_it_arrives_unchanged() {
        let hostile = "a/b \"é\n";
        let mut path = String::new();
        Encoding::Path.write(hostile, &mut path);
        assert_eq!(path, "a%2Fb%20%22%C3%A9%0A");
        let mut json = String::from("\"");
        Encoding::Json.write(hostile, &mut json);
        json.push('"');
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&json).unwrap(),
            hostile
        );
    }
}
