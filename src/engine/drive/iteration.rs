//! One iteration: every operation of its scenario once, each judged and counted.

use std::rc::Rc;
use std::time::Duration;

use super::pace::Handed;
use super::part::Part;
use super::shift::Shift;
use super::unstarted::{CutOff, UnderWay};
use super::waiting::Code;
use super::world::{Connection, Connector, LoadClock};
use crate::check::{Context, Subject, capture, judge};
use crate::engine::lifetimes::Life;
use crate::load::{NANOS_PER_SECOND, Profile, Reply, Sample};
use crate::model::{Answer, Level, TransferError, TransferErrorKind, is_of_limiter};
use crate::suite::{Expectation, MailStep, Operation, Values};

/// One operation under way.
pub(super) struct Turn<'a> {
    /// Its position in the scenario.
    pub(super) index: usize,
    pub(super) operation: &'a Operation,
    pub(super) due: u64,
    pub(super) started: u64,
    pub(super) finished: u64,
    /// Whether everything that is expected is judged, or the status alone.
    pub(super) in_full: bool,
}

impl Turn<'_> {
    pub(super) const fn elapsed(&self) -> Duration {
        Duration::from_nanos(self.finished.saturating_sub(self.started))
    }

    const fn sample(&self, reply: Reply) -> Sample {
        Sample {
            operation: self.index,
            due: self.due,
            started: self.started,
            finished: self.finished,
            reply,
        }
    }
}

/// The values of an iteration.
enum Held {
    /// Those of its user, which nothing changes.
    Shared(Rc<Values>),
    /// Its own, to which operations add what they capture.
    Own(Values),
}

impl Held {
    fn get(&self) -> &Values {
        match self {
            Self::Shared(values) => values,
            Self::Own(values) => values,
        }
    }
}

/// An iteration under way.
pub(super) struct Journey<'a> {
    part: &'a Part,
    /// The operation that is next, among those of all parts.
    next: usize,
    /// When it is due.
    due: u64,
    /// How it was handed out, until its first request is sent.
    handed: Option<Handed>,
    values: Held,
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

impl<'a> Journey<'a> {
    pub(super) fn values(&self) -> &Values {
        self.values.get()
    }

    pub(super) const fn part(&self) -> &'a Part {
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
enum End {
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

impl<'a, C: LoadClock, D: Connector> Shift<'a, C, D> {
    /// Runs an iteration, up to its end or to a wait.
    pub(super) async fn iterate(
        &self,
        connection: &mut D::Connection,
        handed: Handed,
    ) -> IterationEnd {
        let slot = handed.slot;
        let first = self.job.settings.first_iteration;
        let (place, round) = self.turns.of(first.wrapping_add(slot.index));
        let Some(part) = self.job.parts.get(place) else {
            return IterationEnd::Ended;
        };
        let (user, renewals) = self.user_values(place, round);
        let values = match user {
            Some(values) if self.has_fixed_values(place) => Held::Shared(values),
            user => Held::Own(part.round_values(user.as_deref(), &self.job.generation, round)),
        };
        let journey = Journey {
            part,
            next: part.operations.start,
            due: slot.due,
            handed: Some(handed),
            values,
            in_full: self.is_judged_in_full(slot.index),
            has_code: false,
            user: None,
            renewals,
            own_session: None,
        };
        self.go_on(connection, journey).await
    }

    /// Goes on with an iteration, up to its end or to a wait.
    pub(super) async fn go_on(
        &self,
        connection: &mut D::Connection,
        mut journey: Journey<'a>,
    ) -> IterationEnd {
        let operations = &self.job.scenario.operations;
        while let Some(operation) = operations.get(journey.next)
            && journey.next < journey.part.operations.end
        {
            if let Some(mail) = operation.mail.as_ref().filter(|_| !journey.has_code) {
                let Some(waited) = self.wait_for_code(mail, journey).await else {
                    return IterationEnd::Ended;
                };
                journey = waited;
            }
            journey.has_code = false;
            let end = self.operate(connection, operation, &mut journey).await;
            journey.next += 1;
            if end != End::GoOn {
                self.history.leave(journey.user);
                return match end {
                    End::Unsent => IterationEnd::Unsent,
                    End::GoOn | End::Skip => IterationEnd::Ended,
                };
            }
        }
        self.history.leave(journey.user);
        IterationEnd::Ended
    }

    /// Waits for a code. In a closed model the connection waits with its iteration; in an open one it is
    /// free for others meanwhile, and there is no iteration left to go on with here.
    async fn wait_for_code(
        &self,
        mail: &MailStep,
        mut journey: Journey<'a>,
    ) -> Option<Journey<'a>> {
        journey.due = self.clock.now();
        let address = mail.to.render(journey.values()).ok()?;
        let post = self.books().mail.as_ref()?;
        let code = post.code(address, mail.ordinal);
        if self.job.settings.profile == Profile::Closed {
            let code = code.await;
            return self.with_code(journey, code);
        }
        self.waiting.park(journey, code);
        None
    }

    /// The iteration with its code; none if it cannot go on.
    pub(super) fn with_code(&self, mut journey: Journey<'a>, code: Code) -> Option<Journey<'a>> {
        let operation = self.job.scenario.operations.get(journey.next)?;
        let mail = operation.mail.as_ref()?;
        let waited = Turn {
            index: journey.next,
            operation,
            due: journey.due,
            started: journey.due,
            finished: self.clock.now(),
            in_full: journey.in_full,
        };
        self.count_mail((waited.started, waited.finished), &code);
        match code {
            Ok(code) => {
                self.secrets.borrow_mut().add(code.clone());
                if let Held::Own(values) = &mut journey.values {
                    values.set(mail.capture, code);
                }
                journey.has_code = true;
                // The wait is no part of any operation's response time.
                journey.due = waited.finished;
                Some(journey)
            }
            Err(error) => {
                self.note_no_mail(&waited, mail, &error);
                self.history.leave(journey.user);
                None
            }
        }
    }

    async fn operate(
        &self,
        connection: &mut D::Connection,
        operation: &Operation,
        journey: &mut Journey<'a>,
    ) -> End {
        let announced = self.announce(journey.next, journey);
        let started = self.clock.now();
        if let Some(handed) = journey.handed.take() {
            self.began(handed, started);
        }
        let values = journey.values.get();
        let request = CutOff {
            operation: journey.next,
            due: journey.due,
        };
        let under_way = UnderWay::new(request, &self.cut_off);
        let result = connection.exchange(journey.next, values, started).await;
        under_way.end();
        let read = self.clock.now();
        let turn = Turn {
            index: journey.next,
            operation,
            due: journey.due,
            started,
            finished: came(
                started,
                read,
                result.as_ref().map_or(0, |()| connection.age()),
            ),
            in_full: journey.in_full,
        };
        // That this thread was late to read it is not the target's doing.
        journey.due = read;
        if let Some(announced) = announced {
            let result = result.clone().map(|()| connection.response());
            self.learn(announced, &turn, journey, result);
        }
        match result {
            Ok(()) => self.answered(&turn, connection, journey),
            Err(error) => self.failed(&turn, &error, journey.values()),
        }
    }

    fn answered(
        &self,
        turn: &Turn<'_>,
        connection: &D::Connection,
        journey: &mut Journey<'a>,
    ) -> End {
        let step = &turn.operation.exchange;
        let answer = connection.answer(turn.elapsed());
        let context = Context {
            values: journey.values(),
            unix_now: self.unix_seconds(turn.finished),
        };
        let subject = Subject::new(&answer);
        let mut findings = judge(self.expectations(turn), &subject, context);
        if turn.in_full && answer.status() >= 400 {
            findings.extend(self.shared_error_id(&answer));
        }
        let gravest = findings.iter().map(|finding| finding.level).max();
        let violated = gravest == Some(Level::Must);
        let status = answer.status();
        let says_when = || answer.header("retry-after").next().is_some();
        if violated && is_of_limiter(status, says_when) {
            self.record(&turn.sample(Reply::Limited { status }));
            self.note_limited(turn, journey.values(), || connection.response());
            return End::Skip;
        }
        if violated && matches!(status, 401 | 403) && journey.may_have_lapsed(turn.finished) {
            let conforming = true;
            self.record(&turn.sample(Reply::Answered { status, conforming }));
            let is_left = journey.part.renewed.has_lapsed();
            self.note_lapsed(turn, journey.values(), is_left, || connection.response());
            return End::Skip;
        }
        let values = &mut journey.values;
        let lacking = match values {
            Held::Own(values) if !violated => capture(&step.captures, &subject, values).err(),
            _ => None,
        };
        self.record(&turn.sample(Reply::Answered {
            status,
            conforming: gravest.is_none_or(|level| level == Level::May) && lacking.is_none(),
        }));
        for finding in findings {
            self.note_unmet(turn, finding, values.get(), || connection.response());
        }
        match lacking {
            Some(lacking) => {
                self.note_lacking(turn, &lacking, values.get(), || connection.response());
                End::Skip
            }
            None if violated => End::Skip,
            None => End::GoOn,
        }
    }

    const fn is_judged_in_full(&self, iteration: u64) -> bool {
        let seed = self.job.generation.seed();
        self.job.settings.judging.in_full(seed, iteration)
    }

    /// What is judged of an answer.
    fn expectations<'b>(&'b self, turn: &Turn<'b>) -> &'b [Expectation] {
        if turn.in_full {
            self.count_judged(turn.due);
            return &turn.operation.exchange.expectations;
        }
        self.of_status.get(turn.index).map_or(&[], Vec::as_slice)
    }

    fn failed(&self, turn: &Turn<'_>, error: &TransferError, values: &Values) -> End {
        // A request that fails at once must not look better than one that is answered late.
        let limit = self.job.settings.timeout_nanos();
        let given_up = turn.started.saturating_add(limit);
        self.record(&turn.sample(Reply::Failed {
            kind: error.kind,
            at_least: turn.finished.max(given_up).saturating_sub(turn.due),
        }));
        self.note_failed(turn, error, values);
        match error.kind {
            TransferErrorKind::Resolve
            | TransferErrorKind::Connect
            | TransferErrorKind::Exhausted
            | TransferErrorKind::Tls
            | TransferErrorKind::Request => End::Unsent,
            TransferErrorKind::Send
            | TransferErrorKind::Timeout
            | TransferErrorKind::Closed
            | TransferErrorKind::Malformed
            | TransferErrorKind::Undecodable
            | TransferErrorKind::TooLarge
            | TransferErrorKind::Limited => End::Skip,
        }
    }

    pub(super) fn unix_seconds(&self, at: u64) -> i64 {
        // Nanoseconds in a u64 hold fewer seconds than an i64 can count.
        i64::try_from(self.clock.unix_nanos(at) / NANOS_PER_SECOND).unwrap_or(i64::MAX)
    }
}

/// When an answer came in that had been there for so long when it was read. An age before the request is
/// that of a wall clock that was set meanwhile.
const fn came(started: u64, read: u64, age: u64) -> u64 {
    match read.checked_sub(age) {
        Some(came) if came > started => came,
        _ => read,
    }
}
