//! Sends requests on behalf of a case and remembers what accounts they made.

use futures_util::{StreamExt, stream};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

use super::client::Client;
use super::harness::{Halt, Harness, MailFailure};
use super::jobs::Places;
use super::manner_draw::MannerDraw;
use super::permits::Permits;
use super::rules::Occasion;
use super::step_log::StepLog;
use super::taken::says_taken;
use super::varied::StepManner;
use crate::diagnosis::{AnswerMark, Purpose};
use crate::model::{Exchange, Request, TransferError, TransferErrorKind, Verdict};
use crate::record::{ExchangeRecord, Phase, StepResult};
use crate::users_api::{
    Account, AccountNumber, AccountWatch, ApiCall, FixtureCall, Leaving, Names, SessionMember,
    announce, email_of, unasked_codes,
};

/// How often more a refused request on which a case rests is sent: of two servers that take turns the
/// second try meets the other one, unless somebody else's request comes in between.
const ASKED_AGAIN: usize = 2;

/// Sends requests on behalf of a case, and removes in the end what they made.
pub(super) struct Actor<'a> {
    pub(super) harness: Harness<'a>,
    pub(super) permits: Permits,
    /// What it leaves to others while it waits for a mail.
    pub(super) places: Places,
    pub(super) watch: AccountWatch,
    names: Names,
    /// What the target says of names of ours that somebody has there already, if the last create met such.
    pub(super) taken: Option<String>,
    /// Whether the target refused every number of the mail that the last verification brought.
    pub(super) refused_all_codes: bool,
    pub(super) client: Arc<Client>,
    pub(super) draw: MannerDraw,
    /// How the target reads what the manner of a request asks of it, to be told with the next step.
    pub(super) readings: Vec<(String, String)>,
    /// For whom it sends: the id of a case, or what else.
    pub(super) whose: Arc<str>,
    /// The numbers of all exchanges for whom it sends.
    pub(super) met: Vec<u64>,
    /// The numbers of the exchanges since the last step that was kept.
    pub(super) numbers: Vec<u64>,
    /// What came of the fixture calls so far.
    pub(super) steps: StepLog,
}

impl<'a> Actor<'a> {
    pub(super) fn new(harness: Harness<'a>, permits: Permits) -> Self {
        Self {
            harness,
            permits,
            places: Places::default(),
            watch: AccountWatch::default(),
            names: Names::default(),
            taken: None,
            refused_all_codes: false,
            client: Arc::default(),
            draw: MannerDraw::default(),
            readings: Vec::new(),
            whose: Arc::from("what cases and load share"),
            met: Vec::new(),
            numbers: Vec::new(),
            steps: StepLog::default(),
        }
    }

    /// An actor that takes over what another way of sending has made.
    pub(super) fn taking_over(harness: Harness<'a>, watch: AccountWatch, whose: Arc<str>) -> Self {
        Self {
            watch,
            whose,
            ..Self::new(harness, Permits::new(1, 1))
        }
    }

    /// Sends a request and learns from what comes back.
    pub(super) async fn send(&mut self, request: Request) -> Exchange {
        self.send_for(Purpose::Case, request).await
    }

    pub(super) async fn send_for(&mut self, purpose: Purpose, request: Request) -> Exchange {
        let ledger = self.harness.ledger;
        let number = self.announce(&request);
        if number.is_some() && ledger.has_failed() {
            return unsent(request);
        }
        if number.is_some() {
            self.note_earlier(&request).await;
        }
        let are_new = number.is_some() && self.names.are_new(&request);
        let leaving = self.leave(&request);
        let exchange = self
            .send_beside(1, purpose, request, (number, leaving))
            .await;
        let answer = exchange.result.as_ref().ok().filter(|_| are_new);
        self.taken = answer.and_then(says_taken);
        self.numbers.push(exchange.number);
        exchange
    }

    /// Sends a request while it holds so many permits, which leaves the others to who sends beside it, and learns
    /// from what comes back.
    pub(super) async fn send_beside(
        &mut self,
        permits: usize,
        purpose: Purpose,
        request: Request,
        known: (Option<AccountNumber>, Leaving),
    ) -> Exchange {
        let permit = self.permits.several(permits).await;
        let exchange = self.exchange(purpose, request).await;
        drop(permit);
        self.receive(&exchange, known);
        exchange
    }

    /// Sends a request. The exchange is numbered and is evidence from the moment of its end, whatever else it waits
    /// for.
    async fn exchange(&self, purpose: Purpose, request: Request) -> Exchange {
        let harness = self.harness;
        let mut exchange = harness.transport.send_as(&self.client, request).await;
        harness.redactor.learn_from_request(&exchange.request);
        if let Ok(response) = &exchange.result {
            harness.redactor.learn_from_answer(response);
        }
        harness
            .evidence
            .note(&mut exchange, purpose, harness.redactor);
        exchange
    }

    /// What is done with everything that comes back: learnt from, counted, and judged by the rules for every
    /// answer.
    fn receive(&mut self, exchange: &Exchange, known: (Option<AccountNumber>, Leaving)) {
        let shared = self.learn(exchange, known);
        self.met.push(exchange.number);
        self.harness.rules.judge(exchange, shared, self.occasion());
    }

    /// The occasion of an exchange that has just ended.
    pub(super) fn occasion(&self) -> Occasion<'_> {
        Occasion {
            whose: &self.whose,
            unix_now: self.harness.clock.unix_seconds(),
        }
    }

    /// Asks once or twice more what was refused although nothing is wrong with it: an answer that differs
    /// shows that not one server answers. What comes is evidence only.
    async fn ask_again(&mut self, refused: &Exchange) {
        let was_refused = |exchange: &Exchange| {
            status_of(exchange).is_some_and(|status| matches!(status, 400 | 401 | 403 | 404))
        };
        let harness = self.harness;
        let call = ApiCall::of(&refused.request);
        let names_something = call.is_none_or(ApiCall::names_something);
        if !(harness.evidence.is_watched() && names_something && was_refused(refused)) {
            return;
        }
        for _ in 0..ASKED_AGAIN {
            let request = refused.request.clone();
            let known = (None, self.leave(&request));
            let exchange = self.send_beside(1, Purpose::Repeat, request, known).await;
            if !was_refused(&exchange) {
                return;
            }
        }
    }

    /// Sends several requests at the same moment and learns from all that comes back. Where fewer may
    /// be under way at once, the others follow as those are answered.
    pub(super) async fn send_together(&mut self, requests: Vec<Request>) -> Vec<Exchange> {
        let ledger = self.harness.ledger;
        let numbers: Vec<_> = requests
            .iter()
            .map(|request| self.announce(request))
            .collect();
        if numbers.iter().any(Option::is_some) && ledger.has_failed() {
            return requests.into_iter().map(unsent).collect();
        }
        for (request, _) in requests
            .iter()
            .zip(&numbers)
            .filter(|(_, one)| one.is_some())
        {
            self.note_earlier(request).await;
        }
        let leaving: Vec<_> = requests.iter().map(|one| self.leave(one)).collect();
        let permit = self.permits.several(requests.len()).await;
        let sender = &*self;
        let exchanges: Vec<Exchange> = stream::iter(requests)
            .map(|request| sender.exchange(Purpose::Crowd, request))
            .buffered(permit.width)
            .collect()
            .await;
        drop(permit);
        // Of several deletions of one account the others are refused, and that account is gone all the same.
        let is_gone = |one: &Exchange| ApiCall::granted(one) == Some(ApiCall::DeleteUser);
        let has_left = exchanges.iter().any(is_gone);
        let known = numbers.into_iter().zip(leaving);
        for (exchange, (number, leaving)) in exchanges.iter().zip(known) {
            let leaving = if has_left {
                Leaving::default()
            } else {
                leaving
            };
            self.receive(exchange, (number, leaving));
            self.numbers.push(exchange.number);
        }
        exchanges
    }

    /// Writes down that a request may make an account, if it may.
    pub(super) fn announce(&self, request: &Request) -> Option<AccountNumber> {
        let Harness {
            sessions, ledger, ..
        } = self.harness;
        (!sessions.is_foreign)
            .then(|| announce(request, ledger))
            .flatten()
    }

    /// Notes which mails are there for the address of a create, where they may be older than this run.
    async fn note_earlier(&self, request: &Request) {
        if let Some(mailbox) = self.harness.mailbox
            && let Some(address) = email_of(request)
        {
            mailbox.note_earlier(&address).await;
        }
    }

    /// Notes that a request is about to delete an account, if it is.
    fn leave(&self, request: &Request) -> Leaving {
        self.harness.sessions.leave(&self.watch.leaving(request))
    }

    /// Gives what an opened session shares with another one; none if no session was opened.
    fn learn(
        &mut self,
        exchange: &Exchange,
        (number, leaving): (Option<AccountNumber>, Leaving),
    ) -> Option<Vec<SessionMember>> {
        if status_of(exchange).is_some_and(|status| !(200..300).contains(&status)) {
            self.harness.sessions.stay(leaving);
        }
        let redactor = self.harness.redactor;
        let (sessions, clock) = (self.harness.sessions, self.harness.clock);
        if sessions.is_foreign {
            return None;
        }
        self.watch.observe(exchange, number, self.harness.ledger);
        self.note_code(exchange);
        sessions
            .lives
            .learn(exchange, clock.elapsed(), clock.unix_seconds());
        ApiCall::granted(exchange).filter(|call| call.opens_session())?;
        let response = exchange.result.as_ref().ok()?;
        for code in unasked_codes(&response.body) {
            redactor.learn(&code);
        }
        Some(self.harness.sessions.opened(&response.body))
    }

    /// The exchange as it may be shown.
    pub(super) fn record(&self, exchange: &Exchange) -> ExchangeRecord {
        ExchangeRecord::new(exchange, self.harness.base_url, self.harness.redactor)
    }

    /// Makes a call on which the case rests, and gives its JSON answer.
    ///
    /// Anything but a success halts the case without blaming the target: the case is not about this.
    pub(super) async fn call(
        &mut self,
        FixtureCall { name, request }: FixtureCall,
    ) -> Result<Value, Halt> {
        let varied = StepManner::fixture(name);
        let exchange = self
            .send_varied_for(Purpose::Fixture, request, varied)
            .await;
        let (exchange, unclear) = self.with_the_right_code(exchange).await;
        let answer = match &exchange.result {
            Err(error) => Err(Halt::broken(format!("{name}: {error}"))),
            Ok(_) if self.taken.is_some() => Err(self.halt_at_taken(name)),
            Ok(_) if self.met_lapsed(&exchange) => Err(Halt::lapsed(name)),
            Ok(_) if let Some(why) = &unclear => Err(Halt::blocked(format!("{name}: {why}"))),
            Ok(response) if !response.is_success() => Err(Halt::blocked(format!(
                "{name}: the target answered {}",
                AnswerMark::of(response, &exchange.request, self.harness.redactor).quote()
            ))),
            Ok(response) => serde_json::from_slice(&response.body)
                .map_err(|error| Halt::blocked(format!("{name}: the answer is not JSON: {error}"))),
        };
        let is_known = self.taken.is_some() || unclear.is_some() || self.met_lapsed(&exchange);
        let fault = match &answer {
            Err(_) if !is_known => self.fault_in(&exchange, None, None).await,
            _ => None,
        };
        let step = StepResult {
            exchanges: std::mem::take(&mut self.numbers),
            name: name.to_owned(),
            manner: Vec::new(),
            phase: Phase::Fixture,
            verdict: match (&answer, &fault) {
                (Ok(_), _) => Verdict::Pass,
                (Err(_), Some(_)) => Verdict::Fail,
                (Err(_), None) => Verdict::Skip,
            },
            status: status_of(&exchange),
            variation: None,
            observations: std::mem::take(&mut self.readings),
            findings: fault.into_iter().collect(),
            exchange: None,
        };
        let is_fault = !step.findings.is_empty();
        self.ask_again(&exchange).await;
        self.steps.push(step, Some(exchange));
        // The fault is told beside it.
        answer.map_err(|halt| if is_fault { halt.into_blocked() } else { halt })
    }

    /// Whether an exchange was refused for a credential that may have lapsed.
    pub(super) fn met_lapsed(&self, exchange: &Exchange) -> bool {
        let now = self.harness.clock.elapsed();
        let lives = &self.harness.sessions.lives;
        status_of(exchange).is_some_and(|status| lives.explain(&exchange.request, status, now))
    }

    /// The reason to end where somebody has a name of ours at the target.
    pub(super) fn halt_at_taken(&self, step: &str) -> Halt {
        let said = self.taken.as_deref().unwrap_or_default();
        Halt::taken(format!(
            "{step}: the address or alias is already taken at this target, which says: {}",
            said.trim()
        ))
    }

    /// Waits for a mailed code. Others may be at work meanwhile.
    pub(super) async fn mailed_code(
        &mut self,
        address: &str,
        ordinal: usize,
    ) -> Result<String, MailFailure> {
        let mail = self.harness.mailed_code(address, ordinal);
        self.places.until_mailed(self.harness.clock, mail).await
    }

    /// The account of this address, as far as it is known.
    pub(super) fn account_of(&self, email: &str) -> Option<Account> {
        self.watch
            .standing()
            .into_iter()
            .find(|account| account.email.as_deref() == Some(email))
    }
}

/// A request that would make an account which nothing keeps account of.
fn unsent(request: Request) -> Exchange {
    let detail = "it was not sent, because the ledger of accounts cannot be written";
    Exchange {
        number: 0,
        request,
        result: Err(TransferError::new(TransferErrorKind::Request, detail)),
        elapsed: Duration::ZERO,
    }
}

/// The status of the answer, if one came.
pub(super) fn status_of(exchange: &Exchange) -> Option<u16> {
    exchange
        .result
        .as_ref()
        .ok()
        .map(|response| response.status)
}
