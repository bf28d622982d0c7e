//! Expectations.

use regex::Regex;
use std::sync::Arc;

use super::Lowering;
use super::case::Inherited;
use super::scope::Scope;
use crate::model::RequirementId;
use crate::suite::document::ExpectDocument;
use crate::suite::error::Problem;
use crate::suite::matcher::{HeaderMatcher, HeaderRules, TextRules};
use crate::suite::one_or_many::OneOrMany;
use crate::suite::placed::{Placed, Spot};
use crate::suite::plan::{Expectation, HeaderTest, Rule, TextTest};
use crate::suite::status::{StatusDocument, StatusText};
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
            .flat_map(|statuses| self.statuses(statuses))
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
            rules.push((Rule::Status(self.statuses(status)), status.spot()));
        }
        for (name, matcher) in &document.headers {
            for test in self.header_tests(matcher, scope) {
                let name = name.clone();
                rules.push((Rule::Header { name, test }, matcher.spot));
            }
        }
        if let Some(text) = &document.same_status_class {
            let template = self.template(&text.value, text.spot, Encoding::Plain, scope);
            rules.push((Rule::StatusClassOf(template), text.spot));
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

    /// The statuses; those that rows say are written out by now.
    pub(super) fn statuses(&mut self, written: &OneOrMany<StatusDocument>) -> Vec<StatusText> {
        let mut statuses = Vec::with_capacity(written.0.len());
        for one in &written.0 {
            match &one.value {
                StatusDocument::Written(status) => statuses.push(*status),
                StatusDocument::Row(text) => {
                    let name = text.trim_start_matches("${").trim_end_matches('}');
                    let problem = Problem::UnknownPlaceholder {
                        name: name.to_owned(),
                        known: Vec::new(),
                    };
                    self.report(problem, one.spot);
                }
            }
        }
        statuses
    }

    fn schema(&mut self, name: &Placed<String>) -> Option<Rule> {
        let schema = self.vocabulary.schemas.get(&name.value);
        if schema.is_none() {
            let problem = Problem::UnknownSchema {
                name: name.value.clone(),
                place: self.vocabulary.schemas.place().map(str::to_owned),
                known: self.vocabulary.schemas.names().collect(),
            };
            self.report(problem, name.spot);
        }
        schema.map(Rule::Schema)
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
        if !equals.0.is_empty() {
            let mut lower = |text: &Placed<String>| {
                self.template(&text.value, text.spot, Encoding::Plain, scope)
            };
            tests.push(HeaderTest::Equals(
                equals.0.iter().map(&mut lower).collect(),
            ));
        }
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
    pub(super) fn at_least_one<T>(&mut self, tests: &[T], key: &'static str, spot: Spot) {
        if tests.is_empty() {
            let reason = "expects nothing here".to_owned();
            self.report(Problem::BadValue { key, reason }, spot);
        }
    }

    pub(super) fn regex(&mut self, pattern: &str, spot: Spot) -> Option<Regex> {
        if let Some(known) = self.patterns.get(pattern) {
            return Some(known.clone());
        }
        match Regex::new(pattern) {
            Ok(regex) => {
                self.patterns.insert(pattern.to_owned(), regex.clone());
                Some(regex)
            }
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
