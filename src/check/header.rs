//! Is a header as it should be, all its values taken together?

use std::borrow::Cow;

use super::phrase;
use crate::model::{Answer, Mismatch, header_text};
use crate::suite::{HeaderTest, Template, Values};

/// What stands between the values of a header that are written as one (RFC 9110, section 5.3).
const BETWEEN: &str = ", ";

/// The values as a phrase; none if there is none.
pub(super) fn said<'a>(values: impl Iterator<Item = &'a [u8]>) -> Option<String> {
    let values: Vec<String> = values
        .map(|value| phrase::text(&header_text(value)))
        .collect();
    match values.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        many => Some(format!(
            "{} (it comes {} times)",
            many.join(" and "),
            many.len()
        )),
    }
}

pub(super) fn check<A: Answer>(
    name: &str,
    test: &HeaderTest,
    answer: &A,
    values: &Values,
) -> Option<Mismatch> {
    if met(test, answer, name, values) {
        return None;
    }
    let actual = said(answer.header(name)).unwrap_or_else(|| "no such header".to_owned());
    let subject = format!("header {name}");
    Some(Mismatch::new(subject, expected(test, values), actual))
}

fn met<A: Answer>(test: &HeaderTest, answer: &A, name: &str, values: &Values) -> bool {
    let mut found = answer.header(name).map(header_text);
    let is_there = || answer.header(name).next().is_some();
    match test {
        HeaderTest::Absent => !is_there(),
        HeaderTest::Present => found.any(|value| !value.trim().is_empty()),
        HeaderTest::Equals(templates) => is_there() && equal(templates, found, values),
        HeaderTest::Not(template) => template.render(values).is_ok_and(|unwanted| {
            let all: Vec<_> = found.collect();
            !all.is_empty()
                && all.iter().all(|value| *value != unwanted)
                && (all.len() == 1 || all.join(BETWEEN) != unwanted)
        }),
        HeaderTest::Contains(template) => template
            .render(values)
            .is_ok_and(|part| found.any(|value| value.contains(&part))),
        HeaderTest::Matches(pattern) => found.any(|value| pattern.is_match(&value)),
        HeaderTest::Lacks(pattern) => is_there() && !found.any(|value| pattern.is_match(&value)),
    }
}

fn equal<'a>(
    templates: &[Template],
    found: impl Iterator<Item = Cow<'a, str>>,
    values: &Values,
) -> bool {
    let wanted: Result<Vec<String>, _> = templates.iter().map(|one| one.render(values)).collect();
    let (Ok(wanted), found) = (wanted, found.collect::<Vec<_>>()) else {
        return false;
    };
    match wanted.as_slice() {
        [one] if found.len() > 1 => found.join(BETWEEN) == *one,
        wanted => found == wanted,
    }
}

fn expected(test: &HeaderTest, values: &Values) -> String {
    match test {
        HeaderTest::Absent => "no such header".to_owned(),
        HeaderTest::Present => "a value that is not blank".to_owned(),
        HeaderTest::Equals(templates) => {
            let phrases = templates.iter().map(|one| phrase::template(one, values));
            phrases.collect::<Vec<_>>().join(" and ")
        }
        HeaderTest::Not(template) => {
            format!("anything but {}", phrase::template(template, values))
        }
        HeaderTest::Contains(template) => {
            format!("a value with {} in it", phrase::template(template, values))
        }
        HeaderTest::Matches(pattern) => format!("a match of /{pattern}/"),
        HeaderTest::Lacks(pattern) => format!("no match of /{pattern}/"),
    }
}
