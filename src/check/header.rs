//! Is a header as it should be?

use super::phrase::{self, Mismatch};
use crate::model::Answer;
use crate::suite::{HeaderTest, Values};

pub(super) fn check<A: Answer>(
    name: &str,
    test: &HeaderTest,
    answer: &A,
    values: &Values,
) -> Option<Mismatch> {
    let mut found = answer.header(name);
    match (found.next(), test) {
        (None, HeaderTest::Absent) => None,
        (None, _) => Some(mismatch(name, expected(test, values), "no such header")),
        (Some(value), _) => {
            let value = String::from_utf8_lossy(value);
            (!met(test, &value, values))
                .then(|| mismatch(name, expected(test, values), phrase::text(&value)))
        }
    }
}

fn met(test: &HeaderTest, value: &str, values: &Values) -> bool {
    match test {
        HeaderTest::Absent => false,
        HeaderTest::Present => !value.trim().is_empty(),
        HeaderTest::Equals(template) => template.render(values).is_ok_and(|text| text == value),
        HeaderTest::Not(template) => template.render(values).is_ok_and(|text| text != value),
        HeaderTest::Contains(template) => template
            .render(values)
            .is_ok_and(|part| value.contains(&part)),
        HeaderTest::Matches(pattern) => pattern.is_match(value),
        HeaderTest::Lacks(pattern) => !pattern.is_match(value),
    }
}

fn expected(test: &HeaderTest, values: &Values) -> String {
    match test {
        HeaderTest::Absent => "no such header".to_owned(),
        HeaderTest::Present => "a value that is not blank".to_owned(),
        HeaderTest::Equals(template) => phrase::template(template, values),
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

fn mismatch(name: &str, expected: impl Into<String>, actual: impl Into<String>) -> Mismatch {
    Mismatch::new(format!("header {name}"), expected, actual)
}
