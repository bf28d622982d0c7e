//! A suite as it is meant: every name resolved, every text parsed, nothing optional left open.

use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::answer_rule::AnswerRule;
use super::document::BodyKind;
use super::json_template::JsonTemplate;
use super::location::Whence;
use super::scenario::Scenario;
use super::status::StatusText;
use super::template::{Segment, Template};
use super::variable::{VariableId, Variables};
use crate::contract::AnswerSchema;
use crate::model::{CaseId, Level, Manner, Place, Relation, RequirementId, SuiteId};
use crate::users_api::{ApiCall, Need, SessionMember};

/// Everything that can be run.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The cases of all suites, in the order they are written.
    pub cases: Vec<Case>,
    /// The rules for every answer, in the order they are written.
    pub rules: Vec<AnswerRule>,
    /// How many of the cases were made from the rows of tables.
    pub from_tables: usize,
    /// The scenarios of all suites, in the order they are written.
    pub scenarios: Vec<Scenario>,
}

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

/// One step of a case.
#[derive(Clone, Debug)]
pub struct Step {
    /// The name shown in reports.
    pub name: String,
    /// What the step does.
    pub action: Action,
    /// The step is left out unless this holds.
    pub when: Option<When>,
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

/// A request with placeholders.
#[derive(Clone, Debug)]
pub struct RequestTemplate {
    /// The method.
    pub method: String,
    /// What follows the base URL; a location, if `whence` says so.
    pub path: Template,
    /// Where the location comes from that `path` is.
    pub whence: Option<Arc<Whence>>,
    /// The headers in the order they are sent.
    pub headers: Vec<(String, Template)>,
    /// The body, if one is sent.
    pub body: Option<BodyTemplate>,
    /// How it is sent, as far as the step says.
    pub manner: Manner,
    /// Whether nothing else is drawn.
    pub is_plain: bool,
}

/// A body with placeholders, or plain bytes.
#[derive(Clone, Debug)]
pub enum BodyTemplate {
    /// Text with placeholders.
    Text(Template),
    /// Bytes as they are.
    Bytes(Vec<u8>),
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

/// Something of an answer that is noted, about a question that the document leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The question.
    pub question: String,
    /// Where the answer's own answer to it stands.
    pub from: ObserveFrom,
    /// The requirements that are about the question.
    pub requirements: Arc<[RequirementId]>,
}

/// Where something that is noted stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObserveFrom {
    /// The status.
    Status,
    /// The first header of this name.
    Header(String),
    /// A value in the body, by JSON Pointer (RFC 6901).
    Pointer(String),
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

/// Keeps a part of an answer as the value of a variable.
#[derive(Clone, Debug)]
pub struct Capture {
    /// Where the value is kept.
    pub variable: VariableId,
    /// Where the value stands.
    pub from: CaptureFrom,
    /// Whether the value is masked wherever it turns up.
    pub secret: bool,
}

/// Where a captured value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaptureFrom {
    /// In the body, by JSON Pointer (RFC 6901). A text as it is, anything else as JSON.
    Pointer(String),
    /// The first header of this name.
    Header(String),
    /// The status.
    Status,
}

/// One rule that an answer must satisfy.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// The requirements that it proves.
    pub requirements: Arc<[RequirementId]>,
    /// What an unmet rule means for the target.
    pub level: Level,
    /// The statuses of the answers that it judges; all if empty.
    pub on: Arc<[StatusText]>,
    /// The rule.
    pub rule: Rule,
    /// Where it is written.
    pub place: Place,
}

/// What an answer must be like.
#[derive(Clone, Debug)]
pub enum Rule {
    /// Its status is one of these.
    Status(Vec<StatusText>),
    /// Its body satisfies the schema.
    Schema(Arc<AnswerSchema>),
    /// The value in its body at the pointer passes the test.
    Json {
        /// A JSON Pointer (RFC 6901).
        pointer: String,
        /// The test.
        test: JsonTest,
    },
    /// Its header passes the test.
    Header {
        /// The name, in any letter case.
        name: String,
        /// The test.
        test: HeaderTest,
    },
    /// Its status is of the class of the one that this text says: 201 is as good as 200, 409 as 400.
    StatusClassOf(Template),
    /// The text of its body, as far as it is one, passes the test.
    Text(TextTest),
    /// Its body is of this kind.
    Body(BodyKind),
    /// It came within this time.
    Within(Duration),
}

/// A test of a JSON value.
#[derive(Clone, Debug)]
pub enum JsonTest {
    /// Equal to this value.
    Equals(JsonTemplate),
    /// There, and not this value.
    Not(JsonTemplate),
    /// A number that stands so to this one.
    Compared(Relation, JsonTemplate),
    /// A text that this one is a part of.
    Contains(Template),
    /// A text, or a number or a truth value as it is written, in which this is found.
    Matches(Regex),
    /// There, whatever it is.
    Present,
    /// Not there.
    Absent,
    /// Unix seconds still to come.
    Future,
}

/// A test of a header, which may come several times.
#[derive(Clone, Debug)]
pub enum HeaderTest {
    /// There, and one of its values not blank.
    Present,
    /// Not there.
    Absent,
    /// All its values, in this order; a single text may also be all of them, joined by commas.
    Equals(Vec<Template>),
    /// None of its values is this text, nor all of them joined by commas.
    Not(Template),
    /// One of its values has this text as a part.
    Contains(Template),
    /// In one of its values this is found.
    Matches(Regex),
    /// In none of its values this is found.
    Lacks(Regex),
}

/// A test of the text of a body.
#[derive(Clone, Debug)]
pub enum TextTest {
    /// This is a part of it.
    Contains(Template),
    /// This is no part of it; met if there is no such value.
    Without(Template),
    /// This is found in it.
    Matches(Regex),
    /// This is not found in it.
    Lacks(Regex),
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

pub(super) fn may_make_account(request: &RequestTemplate, expectations: &[Expectation]) -> bool {
    request.call() == Some(ApiCall::CreateUser) && !refuses(expectations)
}

impl RequestTemplate {
    /// The call of the Users API that it is; none if it is another one.
    pub(crate) fn call(&self) -> Option<ApiCall<'_>> {
        let (path, is_whole) = match self.path.segments() {
            [Segment::Text(path)] => (path, true),
            [Segment::Text(path), _] => (path, false),
            _ => return None,
        };
        let call = ApiCall::at(&self.method, path)?;
        (is_whole != matches!(call, ApiCall::ReadUser(_))).then_some(call)
    }
}

/// Whether none of the statuses that some expectation allows is a success.
fn refuses(expectations: &[Expectation]) -> bool {
    expectations.iter().any(|expectation| {
        let Rule::Status(allowed) = &expectation.rule else {
            return false;
        };
        expectation.on.is_empty() && !allowed.iter().any(|one| one.may_be_success())
    })
}

impl Expectation {
    /// Whether it speaks of answers with this status.
    #[must_use]
    pub fn speaks_of(&self, status: u16) -> bool {
        self.on.is_empty() || self.on.iter().any(|one| one.contains(status))
    }
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

    /// Leaves the cases out. Rules stay, and are told only where an answer breaks them.
    pub fn leave_out_cases(&mut self) {
        self.cases.clear();
        for rule in &mut self.rules {
            rule.is_selected = false;
        }
    }

    /// The ids of all cases, then those of all rules.
    pub fn ids(&self) -> impl Iterator<Item = &CaseId> {
        let rules = self.rules.iter().map(|rule| &rule.id);
        self.cases.iter().map(|case| &case.id).chain(rules)
    }
}
