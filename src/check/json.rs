//! Is a value in the body as it should be?

use serde_json::Value;

use super::judge::Context;
use super::phrase;
use super::subject::Subject;
use super::written;
use crate::model::{Answer, Decimal, JsonNode, JsonToken, Mismatch, Relation, date_of};
use crate::suite::{JsonTemplate, JsonTest, Values};

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
    let found = match subject.json() {
        Ok(document) => document.pointer(pointer).map(|value| FoundValue {
            value,
            pointer,
            subject,
        }),
        // Where there is no JSON there is no such member either.
        Err(_) if matches!(test, JsonTest::Absent) => return None,
        Err(reason) => return Some(mismatch(pointer, expected(test, context), reason)),
    };
    let is_met = match &found {
        Some(found) => found.meets(test, context),
        None => matches!(test, JsonTest::Absent),
    };
    if is_met {
        return None;
    }
    let actual = found.map_or_else(|| "no such member".to_owned(), |found| found.said());
    Some(mismatch(pointer, expected(test, context), actual))
}

/// A value that is there.
struct FoundValue<'a, 'b, A> {
    value: JsonNode<'a>,
    pointer: &'a str,
    subject: &'a Subject<'b, A>,
}

impl<A: Answer> FoundValue<'_, '_, A> {
    fn meets(&self, test: &JsonTest, context: Context<'_>) -> bool {
        match test {
            JsonTest::Present => true,
            JsonTest::Absent => false,
            JsonTest::Equals(wanted) => self.equals(wanted, context.values) == Some(true),
            JsonTest::Not(unwanted) => self.equals(unwanted, context.values) == Some(false),
            JsonTest::Compared(relation, limit) => self
                .stands(*relation, limit, context.values)
                .unwrap_or(false),
            JsonTest::Contains(template) => match template.render(context.values) {
                Ok(part) => self.value.as_str().is_some_and(|text| text.contains(&part)),
                Err(_) => false,
            },
            JsonTest::Matches(pattern) => match self.value.token() {
                JsonToken::Text(found) => pattern.is_match(found),
                JsonToken::Number(_) | JsonToken::Bool(_) => pattern.is_match(self.written()),
                JsonToken::Null | JsonToken::Array | JsonToken::Object => false,
            },
            JsonTest::Future => whole(self.value).is_some_and(|seconds| {
                seconds > context.unix_now && seconds < context.unix_now + CENTURY
            }),
        }
    }

    fn written(&self) -> &str {
        self.subject.written(self.pointer).unwrap_or_default()
    }

    /// Whether it is this value; none if that is not known.
    fn equals(&self, wanted: &JsonTemplate, values: &Values) -> Option<bool> {
        match wanted {
            // What two readers make of a number with a fraction or of a large one need not be the number.
            JsonTemplate::Fixed(wanted) if is_exact(wanted) && has_exact_numbers(self.value) => {
                Some(self.value == *wanted)
            }
            JsonTemplate::Fixed(wanted) => Some(written::same(&wanted.to_string(), self.written())),
            JsonTemplate::Text(template) => {
                let wanted = template.render(values).ok()?;
                Some(self.value.as_str() == Some(wanted.as_str()))
            }
            JsonTemplate::Whole(variable) => {
                let wanted = values.get(*variable)?;
                Some(if values.is_json(*variable) {
                    written::same(wanted, self.written())
                } else {
                    self.value.as_str() == Some(wanted)
                })
            }
            JsonTemplate::Parts(template) => {
                let wanted = template.render(values).ok()?;
                Some(written::same(&wanted, self.written()))
            }
        }
    }

    /// Whether it is a number that stands so to the limit; none if one of them is no number.
    fn stands(&self, relation: Relation, limit: &JsonTemplate, values: &Values) -> Option<bool> {
        let limit = Decimal::parse(&json_text(limit, values)?)?;
        let number = self
            .value
            .as_number()
            .and_then(|_| Decimal::parse(self.written()))?;
        Some(relation.holds(&number, &limit))
    }

    /// The value as a phrase: a large number as it came, not as it was read.
    fn said(&self) -> String {
        match self.value.token() {
            JsonToken::Number(_) => phrase::cut(self.written()),
            _ => phrase::node(self.value),
        }
    }
}

/// Whether no number in it has a fraction or is larger than an integer of 64 bits.
fn is_exact(value: &Value) -> bool {
    match value {
        Value::Number(number) => !number.is_f64(),
        Value::Array(items) => items.iter().all(is_exact),
        Value::Object(members) => members.values().all(is_exact),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

/// The same of a value of the body.
fn has_exact_numbers(value: JsonNode<'_>) -> bool {
    match value.token() {
        JsonToken::Number(number) => !number.is_f64(),
        JsonToken::Array | JsonToken::Object => {
            value.children().all(|child| has_exact_numbers(child.1))
        }
        JsonToken::Null | JsonToken::Bool(_) | JsonToken::Text(_) => true,
    }
}

/// A number without a fraction, however it is written: JSON has one kind of numbers (RFC 8259, section 6).
fn whole(value: JsonNode<'_>) -> Option<i64> {
    let number = value.as_number()?;
    let written = number.as_f64().filter(|number| number.fract() == 0.0);
    number
        .as_i64()
        .or_else(|| format!("{:.0}", written?).parse().ok())
}

/// The value as JSON; none if a part of it is missing.
fn json_text(template: &JsonTemplate, values: &Values) -> Option<String> {
    match template {
        JsonTemplate::Fixed(value) => Some(value.to_string()),
        JsonTemplate::Text(text) => Some(Value::from(text.render(values).ok()?).to_string()),
        JsonTemplate::Whole(variable) if values.is_json(*variable) => {
            values.get(*variable).map(str::to_owned)
        }
        JsonTemplate::Whole(variable) => Some(Value::from(values.get(*variable)?).to_string()),
        JsonTemplate::Parts(parts) => parts.render(values).ok(),
    }
}

fn expected(test: &JsonTest, context: Context<'_>) -> String {
    let value = |template: &JsonTemplate| {
        json_text(template, context.values)
            .map_or_else(|| phrase::MISSING.to_owned(), |json| phrase::cut(&json))
    };
    match test {
        JsonTest::Present => "a member".to_owned(),
        JsonTest::Absent => "no such member".to_owned(),
        JsonTest::Equals(wanted) => value(wanted),
        JsonTest::Not(unwanted) => format!("anything but {}", value(unwanted)),
        JsonTest::Compared(relation, limit) => {
            let stands = match relation {
                Relation::Below => "below",
                Relation::AtMost => "of at most",
                Relation::Above => "above",
                Relation::AtLeast => "of at least",
            };
            format!("a number {stands} {}", value(limit))
        }
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
