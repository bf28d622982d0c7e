//! A conformance case.

use std::collections::BTreeSet;
use std::time::Duration;

use super::step::{Action, Step};
use crate::model::{CaseId, Level, Manner, Place, RequirementId, SuiteId};
use crate::suite::variable::Variables;
use crate::users_api::Need;

/// A conformance case.
#[derive(Clone, Debug)]
pub struct Case {
    /// The stable id.
    pub id: CaseId,
    /// The suite it belongs to.
    pub suite: SuiteId,
    /// What it shows.
    pub title: String,
    /// The requirements that it proves.
    pub requirements: Vec<RequirementId>,
    /// The level of its gravest expectation.
    pub level: Level,
    /// Words to select it by.
    pub tags: Vec<String>,
    /// What it needs before its first step.
    pub needs: BTreeSet<Need>,
    /// Whether it runs by itself, after all others.
    pub alone: bool,
    /// Whether the manners of its requests are drawn.
    pub draws_manners: bool,
    /// The conditions under which all its requests are sent that can have them.
    pub wears: Manner,
    /// Steps that bring the target into the state that the case is about.
    pub given: Vec<Step>,
    /// The steps that are judged.
    pub steps: Vec<Step>,
    /// The variables of all steps.
    pub variables: Variables,
    /// Where it is written.
    pub place: Place,
}

/// The tag of the case that may have a borrowed account as its user, and deletes it.
const DISPOSES: &str = "disposes";

impl Case {
    /// Whether a borrowed account can be its known user: it needs no other, and reads no mail.
    #[must_use]
    pub fn reads_a_known_user_only(&self) -> bool {
        self.needs == BTreeSet::from([Need::Mailbox, Need::KnownUser]) && !self.reads_mail()
    }

    /// Whether it deletes its one user and needs no mail besides, so that a borrowed account that is to
    /// be deleted can be that user.
    #[must_use]
    pub fn disposes_of_its_user(&self) -> bool {
        self.disposes(BTreeSet::from([Need::Mailbox, Need::User]))
    }

    /// Whether it does so by a key pair, so that the account of a borrowed pair can be that user.
    #[must_use]
    pub fn disposes_by_key_pair(&self) -> bool {
        self.disposes(BTreeSet::from([Need::Mailbox, Need::User, Need::KeyPair]))
    }

    #[expect(clippy::needless_pass_by_value, reason = "a set made for the question")]
    fn disposes(&self, needs: BTreeSet<Need>) -> bool {
        self.tags.iter().any(|tag| tag == DISPOSES) && self.needs == needs && !self.reads_mail()
    }

    /// How long its steps wait before they send something.
    #[must_use]
    pub fn delays(&self) -> Duration {
        let steps = self.given.iter().chain(&self.steps);
        let delays = steps.filter_map(|step| match &step.action {
            Action::Exchange(exchange) => exchange.delay,
            Action::Together(_) | Action::Mail(_) | Action::Distinct(_) => None,
        });
        delays.sum()
    }

    /// Whether something is done for it alone before its first step is judged.
    #[must_use]
    pub fn has_preparation(&self) -> bool {
        !self.given.is_empty() || self.needs.iter().any(|need| need.is_own_user())
    }

    fn reads_mail(&self) -> bool {
        let mut steps = self.given.iter().chain(&self.steps);
        steps.any(|step| matches!(step.action, Action::Mail(_)))
    }

    /// How many accounts its steps make at the most: each create that may succeed makes one.
    #[must_use]
    pub fn accounts_made(&self) -> usize {
        let steps = self.given.iter().chain(&self.steps);
        steps.map(Step::accounts_made).sum()
    }

    /// How many accounts the case may make, those of its fixtures included.
    #[must_use]
    pub fn accounts_needed(&self) -> usize {
        let users = [Need::User, Need::SecondUser, Need::KnownUser];
        let made = users.iter().filter(|need| self.needs.contains(need));
        self.accounts_made() + made.count()
    }
}
