//! JSON values, in bodies and in expectations.

use serde_json::Value;

use super::Lowering;
use super::scope::Scope;
use crate::model::Relation;
use crate::suite::error::Problem;
use crate::suite::json_template::JsonTemplate;
use crate::suite::matcher::{JsonMatcher, JsonRules};
use crate::suite::placed::{Placed, Spot};
use crate::suite::plan::JsonTest;
use crate::suite::template::{Encoding, Segment, Template, Written, split};

impl Lowering<'_> {
    /// A JSON value as a text to send. A text that is one placeholder and nothing else becomes what the
    /// placeholder stands for, of whatever type that is.
    pub(super) fn json(&mut self, value: &Value, spot: Spot, scope: &mut Scope) -> Template {
        let mut segments = Vec::new();
        self.json_into(value, spot, scope, &mut segments);
        Template::new(segments)
    }

    fn json_into(
        &mut self,
        value: &Value,
        spot: Spot,
        scope: &mut Scope,
        segments: &mut Vec<Segment>,
    ) {
        let push = |segments: &mut Vec<Segment>, text: &str| {
            segments.push(Segment::Text(text.to_owned()));
        };
        match value {
            Value::String(text) if is_placeholder(text) => {
                let whole = self.template(text, spot, Encoding::Value, scope);
                segments.extend_from_slice(whole.segments());
            }
            Value::String(text) => self.quoted(text, spot, scope, segments),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    push(segments, if index == 0 { "[" } else { "," });
                    self.json_into(item, spot, scope, segments);
                }
                push(segments, if items.is_empty() { "[]" } else { "]" });
            }
            Value::Object(members) => {
                for (index, (name, member)) in members.iter().enumerate() {
                    push(segments, if index == 0 { "{" } else { "," });
                    self.quoted(name, spot, scope, segments);
                    push(segments, ":");
                    self.json_into(member, spot, scope, segments);
                }
                push(segments, if members.is_empty() { "{}" } else { "}" });
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => push(segments, &value.to_string()),
        }
    }

    /// A text between quotation marks. What it is written with itself is escaped, as its values are.
    fn quoted(&mut self, text: &str, spot: Spot, scope: &mut Scope, segments: &mut Vec<Segment>) {
        let template = self.template(text, spot, Encoding::Json, scope);
        segments.push(Segment::Text("\"".to_owned()));
        segments.extend(template.segments().iter().map(|segment| match segment {
            Segment::Text(text) => Segment::Text(Encoding::Json.written(text)),
            value @ Segment::Value { .. } => value.clone(),
        }));
        segments.push(Segment::Text("\"".to_owned()));
    }

    /// A JSON value that is expected.
    fn expected(&mut self, value: &Value, spot: Spot, scope: &mut Scope) -> JsonTemplate {
        match value {
            Value::String(text) => {
                let template = self.template(text, spot, Encoding::Plain, scope);
                match template.segments() {
                    [
                        Segment::Value {
                            variable, filters, ..
                        },
                    ] if filters.is_empty() => JsonTemplate::Whole(*variable),
                    _ => JsonTemplate::Text(template),
                }
            }
            composite if has_placeholder(composite) => {
                JsonTemplate::Parts(self.json(composite, spot, scope))
            }
            fixed => JsonTemplate::Fixed(fixed.clone()),
        }
    }

    pub(super) fn json_tests(
        &mut self,
        matcher: &Placed<JsonMatcher>,
        scope: &mut Scope,
    ) -> Vec<JsonTest> {
        let spot = matcher.spot;
        let rules = match &matcher.value {
            JsonMatcher::Equals(value) => {
                return vec![JsonTest::Equals(self.expected(value, spot, scope))];
            }
            JsonMatcher::Rules(rules) => rules,
        };
        let JsonRules {
            equals,
            not,
            below,
            at_most,
            above,
            at_least,
            contains,
            matches,
            present,
            absent,
            future,
        } = &**rules;
        let mut tests = Vec::new();
        if let Some(value) = equals {
            tests.push(JsonTest::Equals(self.expected(value, spot, scope)));
        }
        if let Some(value) = not {
            tests.push(JsonTest::Not(self.expected(value, spot, scope)));
        }
        for (relation, limit) in [
            (Relation::Below, below),
            (Relation::AtMost, at_most),
            (Relation::Above, above),
            (Relation::AtLeast, at_least),
        ] {
            if let Some(limit) = limit {
                let limit = self.limit(limit, spot, scope);
                tests.push(JsonTest::Compared(relation, limit));
            }
        }
        if let Some(text) = contains {
            let part = self.template(text, spot, Encoding::Plain, scope);
            tests.push(JsonTest::Contains(part));
        }
        let regex = matches.as_ref().and_then(|one| self.regex(one, spot));
        tests.extend(regex.map(JsonTest::Matches));
        tests.extend(present.then_some(JsonTest::Present));
        tests.extend(absent.then_some(JsonTest::Absent));
        tests.extend(future.then_some(JsonTest::Future));
        self.at_least_one(&tests, "json", spot);
        tests
    }

    /// What a number is compared with.
    fn limit(&mut self, value: &Value, spot: Spot, scope: &mut Scope) -> JsonTemplate {
        let limit = self.expected(value, spot, scope);
        let is_number = matches!(&limit, JsonTemplate::Fixed(Value::Number(_)));
        if !is_number && !matches!(limit, JsonTemplate::Whole(_)) {
            let reason = format!("is compared with a number by `<` and its like, not with {value}");
            self.report(
                Problem::BadValue {
                    key: "json",
                    reason,
                },
                spot,
            );
        }
        limit
    }
}

/// Whether a text is one placeholder and nothing else.
fn is_placeholder(text: &str) -> bool {
    matches!(split(text).as_slice(), [Written::Name(_)])
}

fn has_placeholder(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("${"),
        Value::Array(items) => items.iter().any(has_placeholder),
        Value::Object(members) => members
            .iter()
            .any(|(name, member)| name.contains("${") || has_placeholder(member)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
