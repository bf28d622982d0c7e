//! One unmet expectation: what was expected, what came, and where the two part.

use super::element::{Element, labelled};
use crate::model::Finding;

/// A finding.
pub(super) fn finding(finding: &Finding) -> Element {
    let parts = Parts::of(&finding.expected, &finding.actual);
    let at = finding
        .instance_path
        .as_deref()
        .filter(|path| !path.is_empty());
    let head = Element::new("p")
        .child(labelled("code", "subject", &finding.subject))
        .children(at.map(|path| {
            Element::new("span")
                .text(" at ")
                .child(Element::new("code").text(path))
        }))
        .text(" ")
        .child(labelled("span", "place", &finding.place));
    let rows = Element::new("dl")
        .class("compared")
        .child(Element::new("dt").text("expected"))
        .child(parts.marked("dd", parts.expected))
        .child(Element::new("dt").text("actual"))
        .child(parts.marked("dd", parts.actual))
        .children(schema(finding));
    Element::new("div").class("finding").child(head).child(rows)
}

fn schema(finding: &Finding) -> Vec<Element> {
    let Some(path) = finding.schema_path.as_deref() else {
        return Vec::new();
    };
    vec![
        Element::new("dt").text("schema"),
        labelled("dd", "quiet", path),
    ]
}

/// Two texts taken apart where they begin and cease to differ.
struct Parts<'a> {
    before: &'a str,
    expected: &'a str,
    actual: &'a str,
    after: &'a str,
}

impl<'a> Parts<'a> {
    /// Only two quoted values are compared: of other phrases a difference in letters tells nothing.
    fn of(expected: &'a str, actual: &'a str) -> Self {
        if !(expected.starts_with('"') && actual.starts_with('"')) {
            return Self {
                before: "",
                expected,
                actual,
                after: "",
            };
        }
        let same = expected.chars().zip(actual.chars());
        let before = same
            .take_while(|(one, other)| one == other)
            .map(|(one, _)| one.len_utf8())
            .sum();
        let (before, expected) = expected.split_at(before);
        let actual = &actual[before.len()..];
        let same = expected.chars().rev().zip(actual.chars().rev());
        let after: usize = same
            .take_while(|(one, other)| one == other)
            .map(|(one, _)| one.len_utf8())
            .sum();
        let (expected, after) = expected.split_at(expected.len() - after);
        Self {
            before,
            expected,
            actual: &actual[..actual.len() - after.len()],
            after,
        }
    }

    fn is_partial(&self) -> bool {
        !(self.before.is_empty() && self.after.is_empty())
    }

    /// The whole of one text, with what is its own marked.
    fn marked(&self, name: &'static str, own: &str) -> Element {
        let element = Element::new(name).text(self.before);
        let element = if self.is_partial() && !own.is_empty() {
            element.child(Element::new("mark").text(own))
        } else {
            element.text(own)
        };
        element.text(self.after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_values_differ_in_their_middle() {
        let parts = Parts::of("\"u-äb\"", "\"u-öcb\"");
        assert_eq!((parts.before, parts.after), ("\"u-", "b\""));
        assert_eq!((parts.expected, parts.actual), ("ä", "öc"));
    }

    #[test]
    fn a_value_that_repeats_itself_is_not_counted_twice() {
        let parts = Parts::of("\"aa\"", "\"a\"");
        assert_eq!((parts.expected, parts.actual), ("a", ""));
    }

    #[test]
    fn phrases_are_not_compared() {
        let parts = Parts::of("one of 200, 202", "201");
        assert!(!parts.is_partial());
    }
}
