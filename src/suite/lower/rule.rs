//! Rules for every answer.

use super::Lowering;
use super::case::Inherited;
use super::scope::Scope;
use crate::model::{CaseId, RequirementId, SuiteId};
use crate::suite::answer_rule::{AnswerRule, RequestPattern, RuleCheck};
use crate::suite::error::Problem;
use crate::suite::plan::Expectation;
use crate::suite::rule_document::RuleDocument;

impl Lowering<'_> {
    pub(super) fn rule(&mut self, document: &RuleDocument, suite: &str) -> AnswerRule {
        let requirements = self.requirements(&document.proves);
        if requirements.is_empty() {
            self.report(Problem::ProvesNothing, document.id.spot);
        }
        self.check_level(document.level, &requirements, document.id.spot);
        let inherited = Inherited {
            requirements,
            level: document.level,
        };
        let check = self.rule_check(document, &inherited);
        let written = document.level;
        let gravest = match &check {
            RuleCheck::Answer(expectations) => expectations.iter().map(|one| one.level).max(),
            RuleCheck::Run(_) | RuleCheck::Distinct(_) => written,
        };
        AnswerRule {
            id: CaseId::new(&document.id.value),
            suite: SuiteId::new(suite),
            title: document.title.clone(),
            level: gravest.unwrap_or_else(|| self.level_of(&inherited.requirements)),
            requirements: inherited.requirements.to_vec(),
            tags: document.tags.clone(),
            requests: self.patterns(document),
            having: document.having.clone(),
            except: self.statuses(&document.except),
            check,
            place: self.text.place(document.id.spot),
            is_selected: true,
        }
    }

    fn rule_check(&mut self, document: &RuleDocument, inherited: &Inherited) -> RuleCheck {
        let distinct = &document.distinct.0;
        let named = [
            !document.expect.0.is_empty(),
            document.run.is_some(),
            !distinct.is_empty(),
        ];
        if named.iter().filter(|is_there| **is_there).count() != 1 {
            let reason = "has one of `expect`, `run` and `distinct`".to_owned();
            let key = "always";
            self.report(Problem::BadValue { key, reason }, document.id.spot);
        }
        if let Some(run) = document.run {
            return RuleCheck::Run(run);
        }
        if !distinct.is_empty() {
            return RuleCheck::Distinct(distinct.iter().map(|member| member.value).collect());
        }
        let mut scope = Scope::empty();
        let mut expectations: Vec<Expectation> = Vec::new();
        for expect in &document.expect.0 {
            self.expect(&expect.value, inherited, &mut scope, &mut expectations);
        }
        if let Some((_, variable)) = scope.variables.iter().next() {
            let reason = format!(
                "of a rule cannot have `${{{}}}` in it: a rule has no values of a case",
                variable.name
            );
            let key = "expect";
            self.report(Problem::BadValue { key, reason }, document.id.spot);
        }
        self.check_proven(document, &expectations);
        RuleCheck::Answer(expectations)
    }

    /// Reports requirements that the rule names and no expectation of it judges.
    fn check_proven(&mut self, document: &RuleDocument, expectations: &[Expectation]) {
        for named in &document.proves.0 {
            let id = RequirementId::new(&named.value);
            let judges = |one: &Expectation| one.requirements.contains(&id);
            if !expectations.iter().any(judges) && !expectations.is_empty() {
                let reason = format!("names {id}, which no `expect` of the rule judges");
                let key = "proves";
                self.report(Problem::BadValue { key, reason }, named.spot);
            }
        }
    }

    fn patterns(&mut self, document: &RuleDocument) -> Vec<RequestPattern> {
        let mut patterns = Vec::new();
        for written in &document.requests.0 {
            let Some(pattern) = RequestPattern::parse(&written.value) else {
                let reason = format!(
                    "takes a method and a path such as `GET /tasks/{{id}}`, not {:?}",
                    written.value
                );
                let key = "requests";
                self.report(Problem::BadValue { key, reason }, written.spot);
                continue;
            };
            patterns.push(pattern);
        }
        patterns
    }
}
