//! What is expected, with the values of a row in it.

use serde::Deserialize;
use serde_json::Value;

use super::rows::Filling;
use crate::suite::document::ExpectDocument;
use crate::suite::error::Problem;
use crate::suite::matcher::{HeaderMatcher, JsonMatcher};
use crate::suite::one_or_many::OneOrMany;
use crate::suite::placed::Placed;
use crate::suite::status::{StatusDocument, StatusText};

impl Filling<'_> {
    pub(super) fn expectations(&self, expectations: &mut OneOrMany<ExpectDocument>) {
        for expect in &mut expectations.0 {
            self.expect(&mut expect.value);
        }
    }

    fn expect(&self, expect: &mut ExpectDocument) {
        self.texts(&mut expect.proves);
        let json = std::mem::take(&mut expect.json);
        expect.json = json
            .into_iter()
            .map(|(pointer, mut matcher)| {
                self.json_matcher(&mut matcher.value);
                (self.text(&pointer), matcher)
            })
            .collect();
        for matcher in expect.headers.values_mut() {
            self.header_matcher(&mut matcher.value);
        }
        if let Some(rules) = &mut expect.text {
            self.texts(&mut rules.value.contains);
            self.texts(&mut rules.value.without);
            self.optional(&mut rules.value.matches);
            self.optional(&mut rules.value.lacks);
        }
        for statuses in [&mut expect.on, &mut expect.status].into_iter().flatten() {
            self.statuses(statuses);
        }
        let texts = [
            &mut expect.same_status_class,
            &mut expect.schema,
            &mut expect.within,
        ];
        for text in texts.into_iter().flatten() {
            self.fill(&mut text.value);
        }
    }

    pub(super) fn statuses(&self, statuses: &mut OneOrMany<StatusDocument>) {
        let written = std::mem::take(&mut statuses.0);
        for one in written {
            let StatusDocument::Row(text) = &one.value else {
                statuses.0.push(one);
                continue;
            };
            let values = match self.whole(text) {
                None => {
                    statuses.0.push(one);
                    continue;
                }
                Some(Some(Value::Array(values))) => values,
                Some(value) => vec![value.unwrap_or_default()],
            };
            for value in values {
                match StatusText::deserialize(&value) {
                    Ok(status) => statuses.0.push(Placed {
                        value: StatusDocument::Written(status),
                        spot: one.spot,
                    }),
                    Err(error) => self.problems.borrow_mut().push(Problem::BadValue {
                        key: "status",
                        reason: format!("cannot be what the row says: {error}"),
                    }),
                }
            }
        }
    }

    fn header_matcher(&self, matcher: &mut HeaderMatcher) {
        let HeaderMatcher::Rules(rules) = matcher else {
            return;
        };
        for text in [
            &mut rules.not,
            &mut rules.contains,
            &mut rules.matches,
            &mut rules.lacks,
        ] {
            self.optional(text);
        }
        let written = std::mem::take(&mut rules.equals.0);
        let is_expected = !written.is_empty();
        rules.equals.0 = written.iter().flat_map(|one| self.header(one)).collect();
        if is_expected && rules.equals.0.is_empty() {
            // A header that a row leaves out is expected to be left out.
            *matcher = HeaderMatcher::Absent;
        }
    }

    fn json_matcher(&self, matcher: &mut JsonMatcher) {
        match matcher {
            JsonMatcher::Equals(value) => {
                if let Some(filled) = self.value(value.take()) {
                    *value = filled;
                } else {
                    // A member that a row leaves out is expected to be left out.
                    *matcher = JsonMatcher::absent();
                }
            }
            JsonMatcher::Rules(rules) => {
                for value in [
                    &mut rules.equals,
                    &mut rules.not,
                    &mut rules.below,
                    &mut rules.at_most,
                    &mut rules.above,
                    &mut rules.at_least,
                ] {
                    *value = value.take().and_then(|value| self.compared(value));
                }
                self.optional(&mut rules.contains);
                self.optional(&mut rules.matches);
            }
        }
    }

    /// What a value is compared with, which a row cannot leave out.
    fn compared(&self, value: Value) -> Option<Value> {
        let written = value.to_string();
        let filled = self.value(value);
        if filled.is_none() {
            self.problems.borrow_mut().push(Problem::RowWithout {
                row: self.row.id.clone(),
                name: written
                    .replace(['"', '$', '{', '}'], "")
                    .replace("row.", ""),
            });
        }
        filled
    }
}
