//! Is a value in the body as it should be?

use serde_json::Value;

use super::judge::Context;
use super::phrase::{self, Mismatch};
use super::subject::Subject;
use crate::model::{Answer, date_of};
use crate::suite::JsonTest;

/// Seconds of a century. What is later is more likely milliseconds than seconds.
const CENTURY: i64 = 100 * 365 * 24 * 60 * 60;

pub(super) fn check<A: Answer>(
    pointer: &str,
    test: &JsonTest,
    subject: &Subject<'_, A>,
    context: Context<'_>,
) -> Option<Mismatch> {
    let context = match test {
        // A clock that is wrong and says so is no fault of what it counts from it.
        JsonTest::Future => Context {
            unix_now: date_of(subject.answer).unwrap_or(context.unix_now),
            ..context
        },
        _ => context,
    };
    let actual = match subject.json() {
        Ok(document) => document.pointer(pointer),
        // Where there is no JSON there is no such member either.
        Err(_) if matches!(test, JsonTest::Absent) => return None,
        Err(reason) => return Some(mismatch(pointer, expected(test, context), reason)),
    };
    if met(test, actual, context) {
        return None;
    }
    let actual = actual.map_or_else(|| "no such member".to_owned(), phrase::json);
    Some(mismatch(pointer, expected(test, context), actual))
}

fn met(test: &JsonTest, actual: Option<&Value>, context: Context<'_>) -> bool {
    let string = actual.and_then(Value::as_str);
    match test {
        JsonTest::Absent => actual.is_none(),
        JsonTest::Equals(wanted) => actual == Some(wanted),
        JsonTest::EqualsText(template) => match template.render(context.values) {
            Ok(wanted) => string == Some(&wanted),
            Err(_) => false,
        },
        JsonTest::Not(template) => match template.render(context.values) {
            Ok(unwanted) => actual.is_some() && string != Some(&unwanted),
            Err(_) => false,
        },
        JsonTest::Contains(template) => match template.render(context.values) {
            Ok(part) => string.is_some_and(|string| string.contains(&part)),
            Err(_) => false,
        },
        JsonTest::Matches(pattern) => string.is_some_and(|string| pattern.is_match(string)),
        JsonTest::Future => actual.and_then(whole).is_some_and(|seconds| {
            seconds > context.unix_now && seconds < context.unix_now + CENTURY
        }),
    }
}

/// A number without a fraction, however it is written: JSON has one kind of numbers (RFC 8259, section 6).
fn whole(value: &Value) -> Option<i64> {
    let written = value.as_f64().filter(|number| number.fract() == 0.0);
    value
        .as_i64()
        .or_else(|| format!("{:.0}", written?).parse().ok())
}

fn expected(test: &JsonTest, context: Context<'_>) -> String {
    match test {
        JsonTest::Absent => "no such member".to_owned(),
        JsonTest::Equals(wanted) => phrase::json(wanted),
        JsonTest::EqualsText(template) => phrase::template(template, context.values),
        JsonTest::Not(template) => format!(
            "anything but {}",
            phrase::template(template, context.values)
        ),
        JsonTest::Contains(template) => format!(
            "a string with {} in it",
            phrase::template(template, context.values)
        ),
        JsonTest::Matches(pattern) => format!("a string that matches /{pattern}/"),
        JsonTest::Future => format!(
            "unix seconds after {}, by less than a century",
            context.unix_now
        ),
    }
}

fn mismatch(pointer: &str, expected: String, actual: impl Into<String>) -> Mismatch {
    let subject = if pointer.is_empty() {
        "json".to_owned()
    } else {
        format!("json {pointer}")
    };
    Mismatch::new(subject, expected, actual)
}
