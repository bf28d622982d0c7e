//! One iteration: every operation of its scenario once, each judged and counted.

use std::rc::Rc;
use std::time::Duration;

use super::dispatcher::Assignment;
use super::dropped::{CutOff, UnderWay};
use super::part::ScenarioPart;
use super::precision::lacking_after;
use super::request_attempt::{RequestAttempt, came};
use super::waiting::MailedCode;
use super::worker::Worker;
use super::world::{Connection, Connector, LoadClock};
use crate::check::{Subject, capture};
use crate::load::{NANOS_PER_SECOND, Profile, Reply};
use crate::model::{Answer, Level, TransferError, TransferErrorKind, is_of_limiter};
use crate::suite::{MailStep, Operation, Values};
use crate::users_api::Life;

/// The values of an iteration.
pub(super) enum IterationValues {
    /// Those of its user, which nothing changes.
    Shared(Rc<Values>),
    /// Its own, to which operations add what they capture.
    Own(Values),
}

impl IterationValues {
    pub(super) fn get(&self) -> &Values {
        match self {
            Self::Shared(values) => values,
            Self::Own(values) => values,
        }
    }

    /// Those that every iteration of its user has.
    pub(super) const fn shared(&self) -> Option<&Rc<Values>> {
        match self {
            Self::Shared(values) => Some(values),
            Self::Own(_) => None,
        }
    }
}

/// An iteration under way.
pub(super) struct Iteration<'a> {
    part: &'a ScenarioPart,
    /// The operation that is next, among those of all parts.
    next: usize,
    /// When it is due.
    due: u64,
    /// How it was handed out, until its first request is sent.
    assignment: Option<Assignment>,
    values: IterationValues,
    /// Whether its answers are judged in full.
    in_full: bool,
    /// Whether the code that is waited for before the next operation has come.
    has_code: bool,
    /// Its user in the history, once it has tried to make one.
    pub(super) user: Option<u64>,
    /// How often the users of its part had been renewed when it began.
    renewals: u64,
    /// The life of the session that it opened itself, as far as the target told it.
    pub(super) own_session: Option<Life>,
}

impl<'a> Iteration<'a> {
    pub(super) fn values(&self) -> &Values {
        self.values.get()
    }

    pub(super) const fn part(&self) -> &'a ScenarioPart {
        self.part
    }

    /// Whether a credential that it uses may have lapsed, or been replaced since it began.
    fn may_have_lapsed(&self, at: u64) -> bool {
        let renewed = &self.part.renewed;
        let is_over = |life: Life| life.is_over(Duration::from_nanos(at));
        renewed.has_lapsed()
            || renewed.version() != self.renewals
            || self.own_session.is_some_and(is_over)
    }
}

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OperationEnd {
    GoOn,
    /// What follows rests on it, so the rest of the iteration is skipped.
    Skip,
    /// Nothing could even be sent.
    Unsent,
}

/// How an iteration ended, or the part of it before a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IterationEnd {
    /// As an iteration should, or with something that was not as expected.
    Ended,
    /// Nothing could even be sent.
    Unsent,
}

impl<'a, C: LoadClock, D: Connector> Worker<'a, C, D> {
    /// Runs an iteration, up to its end or to a wait.
    pub(super) async fn iterate(
        &self,
        connection: &mut D::Connection,
        assignment: Assignment,
    ) -> IterationEnd {
        let slot = assignment.slot;
        let first = self.job.settings.first_iteration;
        let (place, round) = self.mix.of(first.wrapping_add(slot.index));
        let Some(part) = self.job.parts.get(place) else {
            return IterationEnd::Ended;
        };
        let (user, renewals) = self.user_values(place, round);
        let values = if let Some(fixed) = self.fixed_values(place) {
            IterationValues::Shared(user.unwrap_or_else(|| Rc::clone(fixed)))
        } else {
            let generation = &self.job.generation;
            IterationValues::Own(part.round_values(user.as_deref(), generation, round))
        };
        let iteration = Iteration {
            part,
            next: part.operations.start,
            due: slot.due,
            assignment: Some(assignment),
            values,
            in_full: self.is_judged_in_full(slot.index),
            has_code: false,
            user: None,
            renewals,
            own_session: None,
        };
        self.go_on(connection, iteration).await
    }

    /// Goes on with an iteration, up to its end or to a wait.
    pub(super) async fn go_on(
        &self,
        connection: &mut D::Connection,
        mut iteration: Iteration<'a>,
    ) -> IterationEnd {
        let operations = &self.job.scenario.operations;
        while let Some(operation) = operations.get(iteration.next)
            && iteration.next < iteration.part.operations.end
        {
            if let Some(mail) = operation.mail.as_ref().filter(|_| !iteration.has_code) {
                let Some(waited) = self.wait_for_code(mail, iteration).await else {
                    return IterationEnd::Ended;
                };
                iteration = waited;
            }
            iteration.has_code = false;
            let end = self.operate(connection, operation, &mut iteration).await;
            iteration.next += 1;
            if end != OperationEnd::GoOn {
                self.history.leave(iteration.user);
                return match end {
                    OperationEnd::Unsent => IterationEnd::Unsent,
                    OperationEnd::GoOn | OperationEnd::Skip => IterationEnd::Ended,
                };
            }
        }
        self.history.leave(iteration.user);
        IterationEnd::Ended
    }

    /// Waits for a code. In a closed model the connection waits with its iteration; in an open one it is
    /// free for others meanwhile, and there is no iteration left to go on with here.
    async fn wait_for_code(
        &self,
        mail: &MailStep,
        mut iteration: Iteration<'a>,
    ) -> Option<Iteration<'a>> {
        iteration.due = self.clock.now();
        let address = mail.to.render(iteration.values()).ok()?;
        let post = self.books().mail.as_ref()?;
        let code = post.code(address, mail.ordinal);
        if self.job.settings.profile == Profile::Closed {
            let code = code.await;
            return self.with_code(iteration, code);
        }
        self.waiting.park(iteration, code);
        None
    }

    /// The iteration with its code; none if it cannot go on.
    pub(super) fn with_code(
        &self,
        mut iteration: Iteration<'a>,
        code: MailedCode,
    ) -> Option<Iteration<'a>> {
        let operation = self.job.scenario.operations.get(iteration.next)?;
        let mail = operation.mail.as_ref()?;
        let waited = RequestAttempt {
            index: iteration.next,
            operation,
            due: iteration.due,
            started: iteration.due,
            finished: self.clock.now(),
            in_full: iteration.in_full,
        };
        self.count_mail((waited.started, waited.finished), &code);
        match code {
            Ok(code) => {
                self.secrets.borrow_mut().add(code.clone());
                if let IterationValues::Own(values) = &mut iteration.values {
                    values.set(mail.capture, code);
                }
                iteration.has_code = true;
                // The wait is no part of any operation's response time.
                iteration.due = waited.finished;
                Some(iteration)
            }
            Err(error) => {
                self.note_no_mail(&waited, mail, &error);
                self.history.leave(iteration.user);
                None
            }
        }
    }

    async fn operate(
        &self,
        connection: &mut D::Connection,
        operation: &Operation,
        iteration: &mut Iteration<'a>,
    ) -> OperationEnd {
        let announced = self.announce(iteration.next, iteration);
        let started = self.clock.now();
        if let Some(assignment) = iteration.assignment.take() {
            self.began(assignment, started);
        }
        let values = iteration.values.get();
        let request = CutOff {
            operation: iteration.next,
            due: iteration.due,
        };
        let under_way = UnderWay::new(request, &self.cut_off);
        let result = connection.exchange(iteration.next, values, started).await;
        under_way.end();
        let read = self.clock.now();
        let attempt = RequestAttempt {
            index: iteration.next,
            operation,
            due: iteration.due,
            started,
            finished: came(
                started,
                read,
                result.as_ref().map_or(0, |()| connection.age()),
            ),
            in_full: iteration.in_full,
        };
        // That this thread was late to read it is not the target's doing.
        iteration.due = read;
        if let Some(announced) = announced {
            let result = result.clone().map(|()| connection.response());
            self.learn(announced, &attempt, iteration, result);
        }
        match result {
            Ok(()) => {
                let end = self.answered(&attempt, connection, iteration);
                connection.rest();
                end
            }
            Err(error) => self.failed(&attempt, &error, iteration.values()),
        }
    }

    fn answered(
        &self,
        attempt: &RequestAttempt<'_>,
        connection: &D::Connection,
        iteration: &mut Iteration<'a>,
    ) -> OperationEnd {
        let step = &attempt.operation.exchange;
        let answer = connection.answer(attempt.elapsed());
        let subject = Subject::new(&answer);
        let findings = self.judge(attempt, (&answer, &subject), &iteration.values);
        let gravest = findings.iter().map(|finding| finding.level).max();
        let violated = gravest == Some(Level::Must);
        let status = answer.status();
        let says_when = || answer.header("retry-after").next().is_some();
        if violated && is_of_limiter(status, says_when) {
            self.record(&attempt.sample(Reply::Limited { status }));
            self.note_limited(attempt, iteration.values(), || connection.response());
            return OperationEnd::Skip;
        }
        if violated && matches!(status, 401 | 403) && iteration.may_have_lapsed(attempt.finished) {
            self.record(&attempt.sample(Reply::conforming(status)));
            let is_left = iteration.part.renewed.has_lapsed();
            self.note_lapsed(attempt, iteration.values(), is_left, || {
                connection.response()
            });
            return OperationEnd::Skip;
        }
        let values = &mut iteration.values;
        let lacking = match values {
            IterationValues::Own(values) if !violated => {
                capture(&step.captures, &subject, values).err()
            }
            _ => None,
        };
        let conforming = gravest.is_none_or(|level| level == Level::May) && lacking.is_none();
        let lacking_after = lacking_after(connection.age(), answer.body());
        self.record_answer(attempt, (status, conforming), lacking_after);
        for finding in findings {
            self.note_unmet(attempt, finding, values.get(), || connection.response());
        }
        match lacking {
            Some(lacking) => {
                self.note_lacking(attempt, &lacking, values.get(), || connection.response());
                OperationEnd::Skip
            }
            None if violated => OperationEnd::Skip,
            None => OperationEnd::GoOn,
        }
    }

    /// Counts an answer that is what it should be or not, and learns from it what the target takes.
    fn record_answer(
        &self,
        attempt: &RequestAttempt<'_>,
        (status, conforming): (u16, bool),
        lacking_after: u32,
    ) {
        if conforming {
            let precision = &self.pace.precision;
            precision.learn(attempt.index, attempt.service(), lacking_after);
        }
        self.record(&attempt.sample(Reply::Answered { status, conforming }));
    }

    fn failed(
        &self,
        attempt: &RequestAttempt<'_>,
        error: &TransferError,
        values: &Values,
    ) -> OperationEnd {
        // A request that fails at once must not look better than one that is answered late.
        let limit = self.job.settings.timeout_nanos();
        let given_up = attempt.started.saturating_add(limit);
        self.record(&attempt.sample(Reply::Failed {
            kind: error.kind,
            at_least: attempt.finished.max(given_up).saturating_sub(attempt.due),
        }));
        self.note_failed(attempt, error, values);
        match error.kind {
            TransferErrorKind::Resolve
            | TransferErrorKind::Connect
            | TransferErrorKind::Exhausted
            | TransferErrorKind::Tls
            | TransferErrorKind::Request => OperationEnd::Unsent,
            TransferErrorKind::Send
            | TransferErrorKind::Timeout
            | TransferErrorKind::Closed
            | TransferErrorKind::Malformed
            | TransferErrorKind::Undecodable
            | TransferErrorKind::TooLarge
            | TransferErrorKind::Limited => OperationEnd::Skip,
        }
    }

    pub(super) fn unix_seconds(&self, at: u64) -> i64 {
        // Nanoseconds in a u64 hold fewer seconds than an i64 can count.
        i64::try_from(self.clock.unix_nanos(at) / NANOS_PER_SECOND).unwrap_or(i64::MAX)
    }
}
