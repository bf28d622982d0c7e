//! A suite as it is meant: every name resolved, every text parsed, nothing optional left open.

mod capture;
mod case;
mod expectation;
mod request;
mod step;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{CaseId, RequirementId};
use crate::suite::answer_rule::AnswerRule;
use crate::suite::scenario::Scenario;
use crate::users_api::Need;
pub use capture::{Capture, CaptureFrom, Observation, ObserveFrom};
pub use case::Case;
pub use expectation::{Expectation, HeaderTest, JsonTest, Rule, TextTest};
pub(super) use request::may_make_account;
pub use request::{BodyTemplate, RequestTemplate};
pub use step::{
    Action, DistinctStep, ExchangeStep, MailStep, Step, TogetherMember, TogetherStep, Variation,
    When,
};

/// Everything that can be run.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The cases of all suites, in the order they are written.
    pub cases: Vec<Case>,
    /// Whether some case makes an account, also one that is left out.
    pub makes_accounts: bool,
    /// Whether some case or scenario has users made for it, also a case that is left out.
    pub needs_users: bool,
    /// The rules for every answer, in the order they are written.
    pub rules: Vec<AnswerRule>,
    /// How many of the cases were made from the rows of tables.
    pub from_tables: usize,
    /// The scenarios of all suites, in the order they are written.
    pub scenarios: Vec<Scenario>,
    /// Whether it is of another API than the Users API.
    pub is_foreign: bool,
}

impl Plan {
    /// The cases that prove each requirement, in the order of the plan.
    #[must_use]
    pub fn cases_by_requirement(&self) -> BTreeMap<&RequirementId, Vec<&CaseId>> {
        let mut cases: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for case in &self.cases {
            for requirement in &case.requirements {
                cases.entry(requirement).or_default().push(&case.id);
            }
        }
        for rule in &self.rules {
            for requirement in &rule.requirements {
                cases.entry(requirement).or_default().push(&rule.id);
            }
        }
        cases
    }

    /// Notes what is known of a case also if it is left out.
    pub(super) fn note(&mut self, case: &Case) {
        self.makes_accounts |= case.accounts_needed() > 0;
        self.needs_users |= have_users(&case.needs);
    }

    pub(super) fn add_scenario(&mut self, scenario: Scenario) {
        self.needs_users |= have_users(&scenario.needs);
        self.scenarios.push(scenario);
    }

    /// Takes all requests for those of another API than the Users API, whatever their paths: none of them makes
    /// an account.
    pub fn be_foreign(&mut self) {
        self.is_foreign = true;
        let steps = self.cases.iter_mut();
        for step in steps.flat_map(|case| case.given.iter_mut().chain(&mut case.steps)) {
            match &mut step.action {
                Action::Exchange(exchange) => exchange.request.is_foreign = true,
                Action::Together(together) => {
                    let members = together.members.iter_mut();
                    members.for_each(|member| member.request.is_foreign = true);
                }
                Action::Mail(_) | Action::Distinct(_) => {}
            }
        }
        let scenarios = self.scenarios.iter_mut();
        for operation in scenarios.flat_map(|scenario| &mut scenario.operations) {
            operation.exchange.request.is_foreign = true;
        }
    }

    /// The ids of all cases, then those of all rules.
    pub fn ids(&self) -> impl Iterator<Item = &CaseId> {
        let rules = self.rules.iter().map(|rule| &rule.id);
        self.cases.iter().map(|case| &case.id).chain(rules)
    }
}

fn have_users(needs: &BTreeSet<Need>) -> bool {
    let mut needs = needs.iter();
    needs.any(|need| need.is_own_user() || *need == Need::KnownUser)
}
