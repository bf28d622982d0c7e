//! Expectations.

use regex::Regex;
use std::sync::Arc;

use super::Lowering;
use super::case::Inherited;
use super::scope::Scope;
use crate::model::RequirementId;
use crate::suite::document::ExpectDocument;
use crate::suite::error::Problem;
use crate::suite::matcher::{HeaderMatcher, HeaderRules, JsonMatcher, JsonRules, TextRules};
use crate::suite::placed::{Placed, Spot};
use crate::suite::plan::{Expectation, HeaderTest, JsonTest, Rule, TextTest};
use crate::suite::status::StatusText;
use crate::suite::template::Encoding;

impl Lowering<'_> {
    /// Lowers one block of expectations into its rules.
    pub(super) fn expect(
        &mut self,
        document: &ExpectDocument,
        inherited: &Inherited,
        scope: &mut Scope,
        expectations: &mut Vec<Expectation>,
    ) {
        let requirements = self.proven(document, inherited);
        let level = document
            .level
            .or(inherited.level)
            .unwrap_or_else(|| self.level_of(&requirements));
        let on: Arc<[StatusText]> = document
            .on
            .iter()
            .flat_map(|statuses| &statuses.0)
            .map(|status| status.value)
            .collect();
        for (rule, spot) in self.rules(document, scope) {
            expectations.push(Expectation {
                requirements: requirements.clone(),
                level,
                on: on.clone(),
                rule,
                place: self.text.place(spot),
            });
        }
    }

    fn proven(&mut self, document: &ExpectDocument, inherited: &Inherited) -> Arc<[RequirementId]> {
        if document.proves.0.is_empty() {
            return inherited.requirements.clone();
        }
        let requirements = self.requirements(&document.proves);
        for (id, written) in requirements.iter().zip(&document.proves.0) {
            if !inherited.requirements.contains(id) {
                let id = written.value.clone();
                self.report(Problem::NotProvenByCase { id }, written.spot);
            }
        }
        requirements
    }

    fn rules(&mut self, document: &ExpectDocument, scope: &mut Scope) -> Vec<(Rule, Spot)> {
        let mut rules = Vec::new();
        if let Some(status) = &document.status {
            let allowed = status.0.iter().map(|one| one.value).collect();
            rules.push((Rule::Status(allowed), status.spot()));
        }
        for (name, matcher) in &document.headers {
            for test in self.header_tests(matcher, scope) {
                let name = name.clone();
                rules.push((Rule::Header { name, test }, matcher.spot));
            }
        }
        if let Some(text) = &document.same_status {
            let template = self.template(&text.value, text.spot, Encoding::Plain, scope);
            rules.push((Rule::SameStatus(template), text.spot));
        }
        if let Some(text) = &document.text {
            let tests = self.text_tests(text, scope);
            rules.extend(tests.into_iter().map(|test| (Rule::Text(test), text.spot)));
        }
        if let Some(body) = &document.body {
            rules.push((Rule::Body(body.value), body.spot));
        }
        if let Some(name) = &document.schema
            && let Some(rule) = self.schema(name)
        {
            rules.push((rule, name.spot));
        }
        for (pointer, matcher) in &document.json {
            self.pointer("json", pointer, matcher.spot);
            for test in self.json_tests(matcher, scope) {
                let pointer = pointer.clone();
                rules.push((Rule::Json { pointer, test }, matcher.spot));
            }
        }
        if let Some(text) = &document.within
            && let Some(limit) = self.duration("within", text)
        {
            rules.push((Rule::Within(limit), text.spot));
        }
        rules
    }

    fn schema(&mut self, name: &Placed<String>) -> Option<Rule> {
        let schema = self.vocabulary.schemas.get(&name.value);
        if schema.is_none() {
            let problem = Problem::UnknownSchema {
                name: name.value.clone(),
                known: self.vocabulary.schemas.names().map(Into::into).collect(),
            };
            self.report(problem, name.spot);
        }
        schema.map(Rule::Schema)
    }

    fn json_tests(&mut self, matcher: &Placed<JsonMatcher>, scope: &mut Scope) -> Vec<JsonTest> {
        let rules = match &matcher.value {
            JsonMatcher::Equals(value) => return vec![self.equals(value, matcher.spot, scope)],
            JsonMatcher::Rules(rules) => rules,
        };
        let JsonRules {
            equals,
            not,
            contains,
            matches,
            absent,
            future,
        } = rules;
        let mut tests = Vec::new();
        tests.extend(
            equals
                .as_ref()
                .map(|value| self.equals(value, matcher.spot, scope)),
        );
        tests.extend(
            not.as_ref().map(|text| {
                JsonTest::Not(self.template(text, matcher.spot, Encoding::Plain, scope))
            }),
        );
        tests.extend(contains.as_ref().map(|text| {
            JsonTest::Contains(self.template(text, matcher.spot, Encoding::Plain, scope))
        }));
        tests.extend(
            matches
                .as_ref()
                .and_then(|pattern| self.regex(pattern, matcher.spot))
                .map(JsonTest::Matches),
        );
        tests.extend(absent.then_some(JsonTest::Absent));
        tests.extend(future.then_some(JsonTest::Future));
        self.at_least_one(&tests, "json", matcher.spot);
        tests
    }

    fn equals(&mut self, value: &serde_json::Value, spot: Spot, scope: &mut Scope) -> JsonTest {
        match value {
            serde_json::Value::String(text) => {
                JsonTest::EqualsText(self.template(text, spot, Encoding::Plain, scope))
            }
            other => JsonTest::Equals(other.clone()),
        }
    }

    fn header_tests(
        &mut self,
        matcher: &Placed<HeaderMatcher>,
        scope: &mut Scope,
    ) -> Vec<HeaderTest> {
        let rules = match &matcher.value {
            HeaderMatcher::Present => return vec![HeaderTest::Present],
            HeaderMatcher::Absent => return vec![HeaderTest::Absent],
            HeaderMatcher::Rules(rules) => rules,
        };
        let HeaderRules {
            equals,
            not,
            contains,
            matches,
            lacks,
        } = rules;
        let mut tests = Vec::new();
        tests.extend(equals.as_ref().map(|text| {
            HeaderTest::Equals(self.template(text, matcher.spot, Encoding::Plain, scope))
        }));
        tests.extend(not.as_ref().map(|text| {
            HeaderTest::Not(self.template(text, matcher.spot, Encoding::Plain, scope))
        }));
        tests.extend(contains.as_ref().map(|text| {
            HeaderTest::Contains(self.template(text, matcher.spot, Encoding::Plain, scope))
        }));
        tests.extend(
            matches
                .as_ref()
                .and_then(|pattern| self.regex(pattern, matcher.spot))
                .map(HeaderTest::Matches),
        );
        tests.extend(
            lacks
                .as_ref()
                .and_then(|pattern| self.regex(pattern, matcher.spot))
                .map(HeaderTest::Lacks),
        );
        self.at_least_one(&tests, "headers", matcher.spot);
        tests
    }

    fn text_tests(&mut self, rules: &Placed<TextRules>, scope: &mut Scope) -> Vec<TextTest> {
        let TextRules {
            contains,
            without,
            matches,
            lacks,
        } = &rules.value;
        let mut tests = Vec::new();
        for text in &contains.0 {
            let template = self.template(&text.value, text.spot, Encoding::Plain, scope);
            tests.push(TextTest::Contains(template));
        }
        for text in &without.0 {
            let template = self.template(&text.value, text.spot, Encoding::Plain, scope);
            tests.push(TextTest::Without(template));
        }
        for (pattern, test) in [
            (matches, TextTest::Matches as fn(Regex) -> TextTest),
            (lacks, TextTest::Lacks),
        ] {
            let regex = pattern
                .as_ref()
                .and_then(|pattern| self.regex(pattern, rules.spot));
            tests.extend(regex.map(test));
        }
        self.at_least_one(&tests, "text", rules.spot);
        tests
    }

    /// An empty mapping would be an expectation that nothing can fail.
    fn at_least_one<T>(&mut self, tests: &[T], key: &'static str, spot: Spot) {
        if tests.is_empty() {
            let reason = "expects nothing here".to_owned();
            self.report(Problem::BadValue { key, reason }, spot);
        }
    }

    fn regex(&mut self, pattern: &str, spot: Spot) -> Option<Regex> {
        match Regex::new(pattern) {
            Ok(regex) => Some(regex),
            Err(error) => {
                let problem = Problem::BadValue {
                    key: "matches",
                    reason: format!("is not a regular expression: {error}"),
                };
                self.report(problem, spot);
                None
            }
        }
    }
}
