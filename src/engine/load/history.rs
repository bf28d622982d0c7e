//! The history of the users that iterations make: what was acknowledged of each, so that none is left
//! behind and none is taken for gone that is not.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use super::iteration::Iteration;
use super::request_attempt::RequestAttempt;
use super::worker::Worker;
use super::world::{Connector, LoadClock};
use crate::engine::render::render;
use crate::model::{
    Exchange, Finding, Level, Mismatch, Request, RequirementId, Response, TransferError,
};
use crate::record::Accounts;
use crate::users_api::{
    AccountNumber, AccountWatch, ApiCall, Leaving, Life, UNIQUE, announce, session_secret,
};

/// Deletions of one worker that are looked into after the load. A few seconds' reading.
const MOST_GONE: usize = 10_000;

/// A user whose deletion was acknowledged.
#[derive(Clone, Debug)]
pub(super) struct DeletedUser {
    /// The operation that deleted.
    pub(super) operation: usize,
    /// What read the user before.
    pub(super) reading: Request,
}

/// The users that the iterations of one worker made.
#[derive(Debug, Default)]
pub(super) struct History {
    next: Cell<u64>,
    /// Those that are not known to be gone, by the number of their iteration. Kept here and not in the
    /// iteration, so that none is lost with an iteration that is given up.
    users: RefCell<BTreeMap<u64, AccountWatch>>,
    /// Those that came and went.
    settled: Cell<Accounts>,
    gone: RefCell<Vec<DeletedUser>>,
}

/// What is left when a worker has ended.
#[derive(Debug, Default)]
pub(super) struct LeftoverUsers {
    pub(super) users: Vec<AccountWatch>,
    pub(super) settled: Accounts,
    pub(super) gone: Vec<DeletedUser>,
}

impl History {
    /// An iteration has ended. What stands of its user is removed after the load.
    pub(super) fn leave(&self, user: Option<u64>) {
        let Some(user) = user else { return };
        let mut users = self.users.borrow_mut();
        let Some(watch) = users.get(&user) else {
            return;
        };
        if watch.standing().is_empty() {
            let mut settled = self.settled.get();
            settled.made += watch.made();
            settled.removed += watch.made();
            self.settled.set(settled);
            users.remove(&user);
        }
    }

    fn number(&self) -> u64 {
        let number = self.next.get();
        self.next.set(number + 1);
        number
    }

    fn note_gone(&self, gone: DeletedUser) {
        let mut all = self.gone.borrow_mut();
        if all.len() < MOST_GONE {
            all.push(gone);
        }
    }

    pub(super) fn into_leftover(self) -> LeftoverUsers {
        LeftoverUsers {
            users: self.users.into_inner().into_values().collect(),
            settled: self.settled.get(),
            gone: self.gone.into_inner(),
        }
    }
}

/// A request that may change which accounts there are, about to be sent.
pub(super) struct AnnouncedRequest<'a> {
    call: ApiCall<'a>,
    request: Request,
    number: Option<AccountNumber>,
    leaving: Leaving,
}

impl<'a, C: LoadClock, D: Connector> Worker<'a, C, D> {
    /// Writes down what is about to be done, before it is done. None for what changes no account, and
    /// for what cannot be sent.
    pub(super) fn announce(
        &self,
        index: usize,
        iteration: &Iteration<'a>,
    ) -> Option<AnnouncedRequest<'a>> {
        let call = self.call(index).filter(|call| call.changes_accounts())?;
        let template = &self.job.scenario.operations.get(index)?.exchange.request;
        let request = render(template, iteration.values(), &self.job.base_url).ok()?;
        let number = announce(&request, self.books().ledger.as_ref());
        let users = self.history.users.borrow();
        let watch = iteration.user.and_then(|user| users.get(&user));
        let leaving = watch.map(|watch| watch.leaving(&request));
        let leaving = self.books().sessions.leave(&leaving.unwrap_or_default());
        Some(AnnouncedRequest {
            call,
            request,
            number,
            leaving,
        })
    }

    /// Learns from what came of it.
    pub(super) fn learn(
        &self,
        announced: AnnouncedRequest<'a>,
        attempt: &RequestAttempt<'_>,
        iteration: &mut Iteration<'a>,
        result: Result<Response, TransferError>,
    ) {
        let AnnouncedRequest {
            call,
            request,
            number,
            leaving,
        } = announced;
        let exchange = Exchange {
            number: 0,
            request,
            result,
            elapsed: attempt.elapsed(),
        };
        let user = *iteration.user.get_or_insert_with(|| self.history.number());
        let mut users = self.history.users.borrow_mut();
        let watch = users.entry(user).or_default();
        watch.observe(&exchange, number, self.books().ledger.as_ref());
        drop(users);
        let Ok(response) = exchange.result else {
            return;
        };
        if !response.is_success() {
            self.books().sessions.stay(leaving);
            return;
        }
        match call {
            ApiCall::CreateUser => {
                if let Some(secret) = session_secret(&response) {
                    self.secrets.borrow_mut().add(secret);
                }
                let now = Duration::from_nanos(attempt.finished);
                let unix_now = self.unix_seconds(attempt.finished);
                iteration.own_session = Life::told(&response, now, unix_now);
                self.compare(attempt, iteration, &response);
            }
            ApiCall::DeleteUser => self.remember_gone(attempt.index, iteration),
            _ => {}
        }
    }

    /// No two sessions of the run may share what the answer to a create tells.
    fn compare(
        &self,
        attempt: &RequestAttempt<'_>,
        iteration: &Iteration<'a>,
        response: &Response,
    ) {
        let shared = self.books().sessions.opened(&response.body);
        let unique = RequirementId::new(UNIQUE);
        if !self.job.scenario.requirements.contains(&unique) {
            return;
        }
        for member in shared {
            let mismatch = Mismatch::new(
                format!("json /{}", member.as_str()),
                "what no other session of the run was given",
                format!("the {} of another session", member.as_str()),
            );
            let place = &self.job.scenario.place;
            let finding = mismatch.finding(std::slice::from_ref(&unique), Level::Must, place);
            let response = response.clone();
            self.note_unmet(attempt, finding, iteration.values(), || response);
        }
    }

    /// Keeps how the user was read, to look later whether it can still be.
    fn remember_gone(&self, operation: usize, iteration: &Iteration<'a>) {
        // The last one does so with credentials that do not end with the user.
        let mut operations = iteration.part().operations.clone().rev();
        let reading =
            operations.find(|index| matches!(self.call(*index), Some(ApiCall::ReadUser(_))));
        let template = reading.and_then(|index| self.job.scenario.operations.get(index));
        let request = template
            .map(|operation| &operation.exchange.request)
            .and_then(|request| render(request, iteration.values(), &self.job.base_url).ok());
        if let Some(reading) = request {
            self.history.note_gone(DeletedUser { operation, reading });
        }
    }

    /// A finding about a history, which no single expectation of the suite made.
    pub(super) fn history_finding(&self, level: Level, mismatch: Mismatch) -> Finding {
        mismatch.finding(&[], level, &self.job.scenario.place)
    }
}
