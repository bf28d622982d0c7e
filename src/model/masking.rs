//! Puts masks in place of secrets whose places are known.

use std::ops::Range;

use super::secret_name::is_secret_member;

/// What stands in an output in place of a secret.
pub const MASK: &str = "•••";

/// The text with a mask for each of these ranges; one for those that overlap.
pub(super) fn masked(text: &str, mut ranges: Vec<Range<usize>>) -> String {
    ranges.sort_by_key(|range| range.start);
    let mut masked = String::with_capacity(text.len());
    let mut shown = 0;
    let mut end = 0;
    for range in ranges {
        if range.start >= end {
            masked.push_str(&text[shown..text.floor_char_boundary(range.start)]);
            masked.push_str(MASK);
        }
        end = end.max(range.end);
        shown = text.ceil_char_boundary(end);
    }
    masked.push_str(&text[shown..]);
    masked
}

/// Masks the members that carry secrets. True if there was one.
pub(super) fn mask_members(value: &mut serde_json::Value) -> bool {
    let mut masked = false;
    match value {
        serde_json::Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                if member
                    .as_str()
                    .is_some_and(|text| is_secret_member(name, text))
                {
                    *member = serde_json::Value::String(MASK.to_owned());
                    masked = true;
                } else {
                    masked |= mask_members(member);
                }
            }
        }
        serde_json::Value::Array(items) => {
            for item in items {
                masked |= mask_members(item);
            }
        }
        _ => {}
    }
    masked
}
