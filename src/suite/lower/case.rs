//! Cases and scenarios.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Lowering;
use super::scope::Scope;
use super::vary::{conditions, variations};
use crate::model::{CaseId, Level, RequirementId, ScenarioId, SuiteId};
use crate::suite::document::{
    CaseDocument, Manners, ScenarioDocument, StepDocument, SuiteDocument,
};
use crate::suite::error::Problem;
use crate::suite::one_or_many::OneOrMany;
use crate::suite::placed::Spot;
use crate::suite::plan::{Action, Case, Step, TogetherMember};
use crate::suite::scenario::{Operation, Scenario};
use crate::suite::variable::Variables;
use crate::users_api::Need;

/// What the expectations of a case inherit.
pub(super) struct Inherited {
    /// All requirements of the case.
    pub(super) requirements: Arc<[RequirementId]>,
    /// The level written at the case, if any.
    pub(super) level: Option<Level>,
}

impl Lowering<'_> {
    pub(super) fn case(&mut self, document: &CaseDocument, suite: &SuiteDocument) -> Case {
        let inherited = Inherited {
            requirements: self.requirements(&document.proves),
            level: document.level,
        };
        if document.proves.0.is_empty() {
            self.report(Problem::ProvesNothing, document.id.spot);
        }
        self.check_level(document.level, &inherited.requirements, document.id.spot);
        let mut scope = self.scope(&document.needs, &[&document.given, &document.steps]);
        let given = self.steps(&document.given, &inherited, &mut scope);
        let steps = self.steps(&document.steps, &inherited, &mut scope);
        self.check_steps(document, &steps);
        Case {
            id: CaseId::new(&document.id.value),
            suite: SuiteId::new(&suite.suite.value),
            title: document.title.clone(),
            level: gravest(&steps).unwrap_or_else(|| self.level_of(&inherited.requirements)),
            requirements: inherited.requirements.to_vec(),
            tags: document.tags.clone(),
            needs: scope.needs,
            alone: document.alone,
            draws_manners: suite.manners == Manners::Drawn,
            wears: self.worn(&document.wears),
            given,
            steps,
            variables: scope.variables,
            place: self.text.place(document.id.spot),
        }
    }

    pub(super) fn scenario(&mut self, document: &ScenarioDocument, suite: &str) -> Scenario {
        let inherited = Inherited {
            requirements: self.requirements(&document.proves),
            level: None,
        };
        let mut scope = self.scope(&document.needs, &[&document.steps]);
        if document.steps.is_empty() {
            let id = document.id.value.clone();
            self.report(Problem::NoSteps { id }, document.id.spot);
        }
        for step in &document.steps {
            if !step.distinct.0.is_empty() {
                self.report(Problem::NotUnderLoad { key: "distinct" }, step.name.spot);
            }
            if !step.together.is_empty() {
                self.report(Problem::NotUnderLoad { key: "together" }, step.name.spot);
            }
            if let Some(mail) = step.mail.as_ref().filter(|mail| mail.times != 1) {
                self.report(Problem::NotUnderLoad { key: "times" }, mail.to.spot);
            }
            if let Some([first, _]) = &step.unless_equal {
                let key = "unless-equal";
                self.report(Problem::NotUnderLoad { key }, first.spot);
            }
            let eventually = step.eventually.as_ref().map(|text| text.spot);
            for (key, spot) in std::iter::once(("eventually", eventually)).chain(conditions(step)) {
                if let Some(spot) = spot {
                    self.report(Problem::NotUnderLoad { key }, spot);
                }
            }
        }
        if let Some(last) = document.steps.last().filter(|last| last.mail.is_some()) {
            self.report(Problem::MailForNothing, last.name.spot);
        }
        let operations = into_operations(self.steps(&document.steps, &inherited, &mut scope));
        Scenario {
            id: ScenarioId::new(&document.id.value),
            suite: SuiteId::new(suite),
            title: document.title.clone(),
            requirements: inherited.requirements.to_vec(),
            needs: scope.needs,
            thresholds: self.thresholds(document),
            operations,
            variables: scope.variables,
            place: self.text.place(document.id.spot),
        }
    }

    /// Resolves requirement ids, reporting those that the catalogue does not list.
    pub(super) fn requirements(&mut self, written: &OneOrMany<String>) -> Arc<[RequirementId]> {
        let catalogue = self.vocabulary.requirements;
        let mut ids = Vec::new();
        for id in &written.0 {
            let requirement = RequirementId::new(&id.value);
            if catalogue.get(&requirement).is_none() {
                let problem = Problem::UnknownRequirement {
                    id: id.value.clone(),
                    known: catalogue.iter().map(|one| one.id.to_string()).collect(),
                };
                self.report(problem, id.spot);
            }
            ids.push(requirement);
        }
        ids.into()
    }

    /// The highest level among requirements; must if there are none.
    pub(super) fn level_of(&self, requirements: &[RequirementId]) -> Level {
        requirements
            .iter()
            .filter_map(|id| self.vocabulary.requirements.get(id))
            .map(|requirement| requirement.level)
            .max()
            .unwrap_or(Level::Must)
    }

    pub(super) fn check_level(
        &mut self,
        level: Option<Level>,
        requirements: &[RequirementId],
        spot: Spot,
    ) {
        let highest = self.level_of(requirements);
        if let Some(level) = level.filter(|level| *level > highest) {
            let problem = Problem::LevelTooHigh {
                level: level.to_string(),
                highest: highest.to_string(),
            };
            self.report(problem, spot);
        }
    }

    fn check_steps(&mut self, document: &CaseDocument, steps: &[Step]) {
        if steps.is_empty() {
            let id = document.id.value.clone();
            self.report(Problem::NoSteps { id }, document.id.spot);
        }
        let written = document.steps.iter();
        let written = written.flat_map(|step| std::iter::repeat_n(step, variations(step)));
        for (step, written) in steps.iter().zip(written) {
            let idle = match &step.action {
                Action::Exchange(exchange) => {
                    exchange.expectations.is_empty() && exchange.observations.is_empty()
                }
                Action::Together(together) => {
                    let expects = |member: &TogetherMember| !member.expectations.is_empty();
                    together.some.is_empty() && !together.members.iter().any(expects)
                }
                Action::Mail(_) | Action::Distinct(_) => false,
            };
            if idle {
                let step = step.name.clone();
                self.report(Problem::ExpectsNothing { step }, written.name.spot);
            }
        }
    }

    fn scope(&mut self, needs: &OneOrMany<Need>, steps: &[&[StepDocument]]) -> Scope {
        let mut all = BTreeSet::new();
        for need in &needs.0 {
            all.extend(implied(need.value));
        }
        let mut all_captures = Vec::new();
        for step in steps.iter().copied().flatten() {
            let step_name = &step.name.value;
            let of_members = step.together.iter().flat_map(|one| one.capture.keys());
            for name in step.capture.keys().chain(of_members) {
                all_captures.push((name.clone(), step_name.clone()));
            }
            if let Some(mail) = &step.mail {
                all_captures.push((mail.capture.value.clone(), step_name.clone()));
            }
        }
        if !all.contains(&Need::Mailbox)
            && let Some(step) = steps
                .iter()
                .copied()
                .flatten()
                .find(|step| step.mail.is_some())
        {
            self.report(Problem::MailboxNotAsked, step.name.spot);
        }
        Scope {
            variables: Variables::default(),
            needs: all,
            all_captures,
            number: None,
            is_numbered: false,
            sources: Vec::new(),
            varied: None,
        }
    }
}

/// A need with everything that it needs in turn.
fn implied(need: Need) -> impl Iterator<Item = Need> {
    let more: &[Need] = match need {
        Need::Mailbox => &[],
        Need::User | Need::KnownUser | Need::SecondUser => &[Need::Mailbox],
        Need::KeyPair => &[Need::Mailbox, Need::User],
        Need::SecondKeyPair => &[Need::Mailbox, Need::SecondUser],
    };
    std::iter::once(need).chain(more.iter().copied())
}

/// The exchanges, each with the code that is waited for before it.
fn into_operations(steps: Vec<Step>) -> Vec<Operation> {
    let mut operations = Vec::new();
    let mut mail = None;
    for step in steps {
        match step.action {
            Action::Exchange(exchange) => operations.push(Operation {
                name: step.name,
                mail: mail.take(),
                exchange: *exchange,
            }),
            Action::Mail(waited) => mail = Some(waited),
            Action::Distinct(_) | Action::Together(_) => {}
        }
    }
    operations
}

fn gravest(steps: &[Step]) -> Option<Level> {
    steps
        .iter()
        .filter_map(|step| match &step.action {
            Action::Exchange(exchange) => exchange
                .expectations
                .iter()
                .map(|expectation| expectation.level)
                .max(),
            Action::Mail(mail) => Some(mail.level),
            Action::Distinct(distinct) => Some(distinct.level),
            Action::Together(together) => together
                .members
                .iter()
                .flat_map(|member| member.expectations.iter())
                .chain(&together.some)
                .map(|expectation| expectation.level)
                .max(),
        })
        .max()
}
