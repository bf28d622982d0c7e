//! JSON values as they are written, for what a parsed value does not keep: large numbers, to the last digit.

use serde_json::value::RawValue;
use std::collections::BTreeMap;

use crate::model::{Decimal, array_index};

type RawMembers<'a> = BTreeMap<String, &'a RawValue>;

/// The value at a JSON Pointer (RFC 6901) of a text that is one JSON value.
pub(super) fn find<'a>(json: &'a str, pointer: &str) -> Option<&'a str> {
    let mut found = json.trim_ascii();
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        found = member(found, &token)?;
    }
    Some(found)
}

fn member<'a>(json: &'a str, token: &str) -> Option<&'a str> {
    if json.starts_with('[') {
        let index = array_index(token)?;
        let items: Vec<&RawValue> = serde_json::from_str(json).ok()?;
        return items.get(index).map(|item| item.get());
    }
    let members: RawMembers<'a> = serde_json::from_str(json).ok()?;
    members.get(token).map(|member| member.get())
}

/// Whether two JSON texts say the same: objects whatever the order of their members, numbers whatever
/// their writing.
pub(super) fn same(one: &str, other: &str) -> bool {
    let kind = |text: &str| text.bytes().next().unwrap_or_default();
    match (kind(one), kind(other)) {
        (b'{', b'{') => both::<RawMembers<'_>>(one, other, |one, other| {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| one.0 == other.0 && same(one.1.get(), other.1.get()))
        }),
        (b'[', b'[') => both::<Vec<&RawValue>>(one, other, |one, other| {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| same(one.get(), other.get()))
        }),
        (b'"', b'"') => both::<String>(one, other, |one, other| one == other),
        (b'-' | b'0'..=b'9', b'-' | b'0'..=b'9') => same_number(one, other),
        _ => one == other,
    }
}

fn both<'a, T: serde::Deserialize<'a>>(
    one: &'a str,
    other: &'a str,
    equal: impl Fn(&T, &T) -> bool,
) -> bool {
    match (serde_json::from_str(one), serde_json::from_str(other)) {
        (Ok(one), Ok(other)) => equal(&one, &other),
        _ => false,
    }
}

/// Whole numbers are compared to the last digit. Of others more digits than a double holds say nothing:
/// many a server writes one longer than need be.
fn same_number(one: &str, other: &str) -> bool {
    let (Some(exact), Some(other_exact)) = (Decimal::parse(one), Decimal::parse(other)) else {
        return one == other;
    };
    if exact == other_exact {
        return true;
    }
    let double = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    let is_fraction = !exact.is_whole() || !other_exact.is_whole();
    is_fraction && double(one).is_some() && double(one) == double(other)
}

/// A JSON text without the blanks and line ends between its parts.
pub(super) fn compact(json: &str) -> String {
    let mut compacted = String::with_capacity(json.len());
    let mut in_text = false;
    let mut escaped = false;
    for letter in json.chars() {
        if in_text || !letter.is_ascii_whitespace() {
            compacted.push(letter);
        }
        match letter {
            '"' if !escaped => in_text = !in_text,
            _ => {}
        }
        escaped = in_text && letter == '\\' && !escaped;
    }
    compacted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_as_it_is_written() {
        let json = r#" {"a": [1.0, {"b/c~": 18446744073709551617}], "": -0} "#;
        for (pointer, found) in [
            ("/a/1/b~1c~0", Some("18446744073709551617")),
            ("/a/0", Some("1.0")),
            ("/", Some("-0")),
            ("/a/00", None),
            ("/a/2", None),
            ("/b", None),
        ] {
            assert_eq!(find(json, pointer), found, "{pointer}");
        }
        assert_eq!(find(json, ""), Some(json.trim()));
    }

    #[test]
    fn values_are_compared_by_what_they_say() {
        for (one, other, expected) in [
            ("1", "1.0", true),
            ("1", "\"1\"", false),
            ("9007199254740993", "9007199254740992", false),
            ("18446744073709551617", "18446744073709551617.0", true),
            ("0.1", "0.1000000000000000055", true),
            ("0.1", "0.2", false),
            ("1e400", "1e401", false),
            ("-0.0", "0", true),
            ("null", "false", false),
            (
                r#"{"a": [1, "é"], "b": null}"#,
                r#"{"b":null,"a":[1e0,"\u00e9"]}"#,
                true,
            ),
            (r#"{"a": 1}"#, r#"{"a": 1, "b": 1}"#, false),
            ("[1, 2]", "[2, 1]", false),
        ] {
            assert_eq!(same(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn blanks_between_parts_go_and_those_in_texts_stay() {
        let json = "{ \"a \\\" b\" :\n [ 1 , \"\\\\\" , \"c d\" ] }";
        assert_eq!(compact(json), r#"{"a \" b":[1,"\\","c d"]}"#);
    }
}
