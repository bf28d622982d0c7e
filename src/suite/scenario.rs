//! What is meant by the scenarios of suites, for loads.

use std::collections::BTreeSet;

use super::plan::{ExchangeStep, MailStep, may_make_account};
use super::variable::Variables;
use crate::model::{Place, RequirementId, ScenarioId, SuiteId, Threshold};
use crate::users_api::Need;

/// A load scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The stable id.
    pub id: ScenarioId,
    /// The suite it belongs to.
    pub suite: SuiteId,
    /// What it does.
    pub title: String,
    /// The requirements that its expectations prove.
    pub requirements: Vec<RequirementId>,
    /// What it needs before the clock starts.
    pub needs: BTreeSet<Need>,
    /// What a load of it must keep.
    pub thresholds: Vec<Threshold>,
    /// The operations of one iteration, each an exchange.
    pub operations: Vec<Operation>,
    /// The variables of all operations.
    pub variables: Variables,
    /// Where it is written.
    pub place: Place,
}

/// One exchange of a scenario, with statistics of its own.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The name shown in reports.
    pub name: String,
    /// The code that is waited for before it is sent.
    pub mail: Option<MailStep>,
    /// What is sent and what must come back.
    pub exchange: ExchangeStep,
}

impl Operation {
    /// Whether it makes an account if it succeeds, and may succeed.
    #[must_use]
    pub fn may_make_account(&self) -> bool {
        may_make_account(&self.exchange.request, &self.exchange.expectations)
    }
}
