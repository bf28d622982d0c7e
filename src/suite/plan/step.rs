//! What the steps of a case do.

use std::sync::Arc;
use std::time::Duration;

use super::capture::{Capture, Observation};
use super::expectation::{Expectation, refuses};
use super::request::{RequestTemplate, may_make_account};
use crate::model::{Level, Place, RequirementId};
use crate::suite::status::StatusText;
use crate::suite::template::Template;
use crate::suite::variable::VariableId;
use crate::users_api::SessionMember;

/// One step of a case.
#[derive(Clone, Debug)]
pub struct Step {
    /// The name shown in reports.
    pub name: String,
    /// What the step does.
    pub action: Action,
    /// The step is left out unless all of these hold.
    pub when: Vec<When>,
    /// Where it is written.
    pub place: Place,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum Action {
    /// Sends a request and judges the answer.
    Exchange(Box<ExchangeStep>),
    /// Waits for a mailed code.
    Mail(MailStep),
    /// Compares the sessions of the run so far.
    Distinct(DistinctStep),
    /// Sends several requests at the same moment.
    Together(TogetherStep),
}

/// A request and what must come back.
#[derive(Clone, Debug)]
pub struct ExchangeStep {
    /// What to send.
    pub request: RequestTemplate,
    /// What must come back.
    pub expectations: Vec<Expectation>,
    /// What to keep of the answer.
    pub captures: Vec<Capture>,
    /// What to note of the answer.
    pub observations: Vec<Observation>,
    /// Whether a refusal with a 4xx means that the case does not apply to the target, or, where the step is judged,
    /// that what rests on it does not.
    pub optional: bool,
    /// The case does not apply where these are equal.
    pub unless_equal: Option<[Template; 2]>,
    /// For how long to repeat the request until everything expected comes; `None` sends it once.
    pub eventually: Option<Duration>,
    /// What is varied in it, if it is one of several variations.
    pub variation: Option<Variation>,
    /// How long to wait before the request is sent.
    pub delay: Option<Duration>,
}

/// One of the ways in which a value of a request is varied.
#[derive(Clone, Debug)]
pub struct Variation {
    /// What is done to the value, or the text in its place, as it is written.
    pub name: String,
    /// The value as it is and varied: where they are equal, there is nothing to send. `None` for a text that
    /// stands in place of a value.
    pub of: Option<[Template; 2]>,
}

/// A condition on an earlier answer.
#[derive(Clone, Debug)]
pub struct When {
    /// The status of that answer.
    pub status: Template,
    /// What it must be.
    pub is: Vec<StatusText>,
}

/// Requests that are sent at the same moment.
#[derive(Clone, Debug)]
pub struct TogetherStep {
    /// The requests, each with what must come back; one that is sent several times stands here so
    /// often.
    pub members: Vec<TogetherMember>,
    /// What at least one of the answers must be.
    pub some: Vec<Expectation>,
    /// How long all of them are repeated until everything expected comes.
    pub eventually: Option<Duration>,
}

/// One of the requests that are sent at the same moment.
#[derive(Clone, Debug)]
pub struct TogetherMember {
    /// What to send.
    pub request: RequestTemplate,
    /// What must come back.
    pub expectations: Arc<[Expectation]>,
    /// What is kept of the answer.
    pub captures: Vec<Capture>,
    /// Which of several with values of their own it is, from 1; none where all are alike.
    pub number: Option<usize>,
}

/// A wait for a mailed code.
#[derive(Clone, Debug)]
pub struct MailStep {
    /// The recipient.
    pub to: Template,
    /// Which code to that recipient, from 0.
    pub ordinal: usize,
    /// Which of several recipients it is, from 1; none where there is one.
    pub number: Option<usize>,
    /// Whether the target need not send it: what comes after it is not judged then.
    pub optional: bool,
    /// Where the code is kept.
    pub capture: VariableId,
    /// The requirements that fail if no mail comes.
    pub requirements: Arc<[RequirementId]>,
    /// The level of that failure.
    pub level: Level,
}

/// A comparison of the sessions that were opened in the run so far.
#[derive(Clone, Debug)]
pub struct DistinctStep {
    /// What no two of them may share.
    pub members: Vec<SessionMember>,
    /// The requirements that fail if two do.
    pub requirements: Arc<[RequirementId]>,
    /// The level of that failure.
    pub level: Level,
}

impl Step {
    /// What is varied in it, as it is written, if it is one of several variations.
    #[must_use]
    pub fn variation(&self) -> Option<&str> {
        match &self.action {
            Action::Exchange(exchange) => exchange.variation.as_ref().map(|one| one.name.as_str()),
            Action::Together(_) | Action::Mail(_) | Action::Distinct(_) => None,
        }
    }

    /// Whether an answer that is a success could be as expected.
    #[must_use]
    pub fn may_succeed(&self) -> bool {
        match &self.action {
            Action::Exchange(exchange) => !refuses(&exchange.expectations),
            Action::Together(_) | Action::Mail(_) | Action::Distinct(_) => true,
        }
    }

    /// How many accounts it makes at the most.
    #[must_use]
    pub fn accounts_made(&self) -> usize {
        match &self.action {
            Action::Exchange(exchange) => {
                usize::from(may_make_account(&exchange.request, &exchange.expectations))
            }
            Action::Together(together) => together
                .members
                .iter()
                .filter(|member| may_make_account(&member.request, &member.expectations))
                .count(),
            Action::Mail(_) | Action::Distinct(_) => 0,
        }
    }
}
