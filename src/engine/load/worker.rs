//! The work of one worker: its connections, its share of the slots, its recorder.

use futures_util::StreamExt;
use futures_util::stream::{self, FuturesUnordered};
use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::mpsc::Sender;

use super::abort_flag::AbortFlag;
use super::dispatcher::{Assignment, Dispatcher, IdleConnection, NextTask};
use super::dropped::{CutOff, TurnedAway};
use super::error_ids::RecentErrorIds;
use super::failures::Failures;
use super::history::History;
use super::iteration::IterationEnd;
use super::job::LoadJob;
use super::judging::LoadJudging;
use super::load_services::LoadServices;
use super::part::ScenarioMix;
use super::pool::Pool;
use super::precision::Precision;
use super::recent_secrets::RecentSecrets;
use super::renewed::WorkerUsers;
use super::waiting::{MailedCode, Waiting};
use super::watch::ThreadWatch;
use super::worker_result::WorkerResult;
use super::world::{Connection, Connector, LoadClock};
use crate::engine::{MailError, Stop};
use crate::load::{
    Interval, Mails, Profile, Recorder, Sample, Share, StageTallies, Timeline, nanos,
};
use crate::model::TransferError;
use crate::suite::Values;
use crate::users_api::ApiCall;

/// Connections that one worker opens at once: more would overflow the queue of a usual listener.
const OPENING_AT_ONCE: usize = 64;

/// How often a worker looks whether a second is over or somebody asked to stop, in nanoseconds.
const TICK: u64 = 50_000_000;

/// How long requests under way may take to end when somebody asked to stop, in nanoseconds.
const GRACE: u64 = 1_000_000_000;

/// How long a connection of a closed model waits when nothing could be sent, in nanoseconds: without
/// a pause it would count thousands of refusals a second.
const PAUSE: u64 = 100_000_000;

/// What all workers of a load share.
#[derive(Clone, Copy, Debug)]
pub struct SharedByWorkers<'a> {
    /// What the load is to do.
    pub job: &'a LoadJob,
    /// Memory for seconds.
    pub pool: &'a Pool,
    /// The wish to stop early.
    pub stop: &'a Stop,
    /// Stops the load from within.
    pub brake: &'a AbortFlag,
    /// What users that the load makes are kept account of with.
    pub books: &'a LoadServices,
}

/// The work of one worker.
pub struct Worker<'a, C, D> {
    pub(super) job: &'a LoadJob,
    pub(super) clock: &'a C,
    pub(super) mix: ScenarioMix,
    pub(super) kinds: RefCell<Failures>,
    pub(super) judging: LoadJudging,
    /// The mailed codes that were awaited within the measurement.
    pub(super) mails: RefCell<Mails>,
    pub(super) history: History,
    pub(super) secrets: RefCell<RecentSecrets>,
    pub(super) error_ids: RefCell<RecentErrorIds>,
    /// The users of each part, as they were last renewed.
    pub(super) users: RefCell<Vec<WorkerUsers>>,
    pub(super) waiting: Waiting<'a>,
    /// Of each part the values of an iteration without a user; none if each needs values of its own.
    fixed_values: Vec<Option<Rc<Values>>>,
    /// What each operation does to users.
    calls: Vec<Option<ApiCall<'a>>>,
    connector: PhantomData<D>,
    pub(super) timeline: Timeline,
    pub(super) common: SharedByWorkers<'a>,
    pub(super) pace: Dispatcher,
    pub(super) recorder: RefCell<Recorder>,
    pub(super) intervals: Sender<Interval>,
    watch: ThreadWatch,
    /// Connections that still work.
    working: Cell<usize>,
    /// Requests that were given up on because the load was stopped.
    pub(super) cut_off: RefCell<Vec<CutOff>>,
}

/// What runs at the same time in one worker.
enum Task<N> {
    Dispatcher,
    Ticker,
    CodeReceiver,
    Connection(N),
}

/// The connections of a worker, tried once.
#[derive(Debug)]
pub struct OpenedConnections<N> {
    /// All of them. Those that could not be opened are tried again when they are needed.
    pub connections: Vec<N>,
    /// Why the first of those could not be opened; none if all are open or at least one is.
    pub none_opened: Option<TransferError>,
}

/// Opens this many connections.
pub async fn open_connections<D: Connector>(
    connector: &D,
    count: usize,
) -> OpenedConnections<D::Connection> {
    let tried: Vec<_> = stream::iter(0..count)
        .map(|_| async {
            let mut connection = connector.connection();
            let error = connection.open().await.err();
            (connection, error)
        })
        .buffer_unordered(OPENING_AT_ONCE)
        .collect()
        .await;
    let (connections, errors): (Vec<_>, Vec<_>) = tried.into_iter().unzip();
    let all_failed = errors.iter().all(Option::is_some);
    OpenedConnections {
        connections,
        none_opened: errors.into_iter().flatten().next().filter(|_| all_failed),
    }
}

/// How many slots of a worker may wait: its part of the queue.
fn room(job: &LoadJob, share: Share) -> usize {
    share.part_of(job.settings.queue)
}

impl<'a, C: LoadClock, D: Connector> Worker<'a, C, D> {
    /// The work of one worker. Its seconds go to `intervals`, each once, in order.
    #[must_use]
    pub fn new(
        common: SharedByWorkers<'a>,
        clock: &'a C,
        share: Share,
        intervals: Sender<Interval>,
    ) -> Self {
        let job = common.job;
        let timeline = job.settings.timeline();
        let profile = &job.settings.profile;
        let mix = ScenarioMix::new(job.parts.iter().map(|part| part.weight));
        let turned_away = TurnedAway::new(mix.clone(), job.settings.first_iteration);
        let stages = StageTallies::new(profile, timeline);
        let precision = Precision::new(job.parts.iter().map(|part| part.operations.clone()));
        Self {
            job,
            clock,
            mix,
            fixed_values: job
                .parts
                .iter()
                .map(|part| part.fixed_values(&job.scenario.operations).map(Rc::new))
                .collect(),
            calls: job
                .scenario
                .operations
                .iter()
                .map(|operation| operation.exchange.request.call())
                .collect(),
            kinds: RefCell::default(),
            judging: LoadJudging::new(job),
            mails: RefCell::default(),
            history: History::default(),
            secrets: RefCell::default(),
            error_ids: RefCell::default(),
            users: RefCell::new(job.parts.iter().map(WorkerUsers::new).collect()),
            waiting: Waiting::default(),
            connector: PhantomData,
            timeline,
            common,
            pace: Dispatcher::new(
                profile,
                timeline,
                (share, room(job, share)),
                (turned_away, precision),
            ),
            recorder: RefCell::new(Recorder::new(timeline, common.pool.take(), stages)),
            intervals,
            watch: ThreadWatch::begin(clock),
            working: Cell::new(0),
            cut_off: RefCell::default(),
        }
    }

    /// Works until the load is over and all requests under way have ended.
    pub async fn work(self, connections: Vec<D::Connection>) -> WorkerResult {
        self.working.set(connections.len());
        self.pace.begin(connections.len());
        let mut roles: FuturesUnordered<_> = connections
            .into_iter()
            .map(Task::Connection)
            .chain([Task::Dispatcher, Task::Ticker, Task::CodeReceiver])
            .map(|role| self.play(role))
            .collect();
        while let Some(over) = roles.next().await {
            if over || self.is_over() {
                break;
            }
        }
        drop(roles);
        self.end()
    }

    /// Plays one role to its end. True if that ends everything.
    async fn play(&self, role: Task<D::Connection>) -> bool {
        match role {
            Task::Dispatcher => {
                self.pace.dispatch(self.clock).await;
                false
            }
            Task::Ticker => {
                self.tick().await;
                true
            }
            Task::CodeReceiver => self.carry().await,
            Task::Connection(connection) => {
                self.serve(connection).await;
                self.working.set(self.working.get() - 1);
                false
            }
        }
    }

    async fn serve(&self, mut connection: D::Connection) {
        let seat = Rc::new(IdleConnection::default());
        let closed = self.job.settings.profile == Profile::Closed;
        let think = if closed { self.think() } else { 0 };
        loop {
            let end = if let Some(iteration) = self.waiting.take() {
                self.go_on(&mut connection, iteration).await
            } else {
                match self.pace.next(&seat, self.clock).await {
                    Some(NextTask::Begin(assignment)) => {
                        self.iterate(&mut connection, assignment).await
                    }
                    Some(NextTask::Resume) => continue,
                    None => return,
                }
            };
            let unsent = closed && end == IterationEnd::Unsent;
            let pause = if unsent { think.max(PAUSE) } else { think };
            if pause > 0 {
                let rested = self.clock.now().saturating_add(pause);
                let until = rested.min(self.timeline.end());
                self.clock.sleep_until(until).await;
            }
        }
    }

    /// How long a connection of a closed model waits between two iterations, in nanoseconds.
    fn think(&self) -> u64 {
        nanos(self.job.settings.think)
    }

    /// Brings the codes that iterations wait for. After the end of the load, when no connection is left
    /// to go on with, it only sees whether they come.
    async fn carry(&self) -> ! {
        loop {
            let (iteration, code) = self.waiting.next().await;
            if let Some(iteration) = self.with_code(iteration, code) {
                self.waiting.resume(iteration);
                self.pace.call_one();
            }
        }
    }

    pub(super) fn books(&self) -> &'a LoadServices {
        self.common.books
    }

    /// What an operation does to users.
    pub(super) fn call(&self, operation: usize) -> Option<ApiCall<'a>> {
        self.calls.get(operation).copied().flatten()
    }

    /// The values of an iteration of a part without a user; none if each needs values of its own.
    pub(super) fn fixed_values(&self, part: usize) -> Option<&Rc<Values>> {
        self.fixed_values.get(part).and_then(Option::as_ref)
    }

    /// Whether nothing is left to wait for.
    fn is_over(&self) -> bool {
        let no_more_begin =
            self.pace.stopped().is_some() || self.clock.now() >= self.timeline.end();
        self.working.get() == 0 && no_more_begin && self.waiting.is_empty()
    }

    /// Turns seconds in which nothing happens, and hears the wish to stop.
    async fn tick(&self) {
        loop {
            let now = self.clock.now();
            self.watch.look(self.clock, now);
            self.turn_seconds(now);
            if self.is_over() {
                return;
            }
            if self.common.stop.is_set() || self.common.brake.is_pulled() {
                self.pace.stop(now);
                self.clock.sleep_until(now + GRACE).await;
                return;
            }
            let next = now + TICK;
            let end = self.timeline.end();
            let wake = if now < end { next.min(end) } else { next };
            self.clock.sleep_until(wake).await;
        }
    }

    /// Counts a code that an iteration waited for from one time to another, or in vain.
    pub(super) fn count_mail(&self, (from, to): (u64, u64), code: &MailedCode) {
        if !self.timeline.is_measured(from) {
            return;
        }
        let mut mails = self.mails.borrow_mut();
        match code {
            Ok(_) => mails.waits.record(to.saturating_sub(from)),
            Err(
                MailError::NotArrived { .. }
                | MailError::NoCode { .. }
                | MailError::Silent { .. }
                | MailError::GivenUp { .. },
            ) => mails.missing += 1,
            // That is no fault of the mail.
            Err(MailError::Unusable { .. }) => {}
        }
    }

    /// Counts a sample.
    pub(super) fn record(&self, sample: &Sample) {
        self.watch.look(self.clock, sample.finished);
        self.turn_seconds(sample.finished);
        self.recorder.borrow_mut().record(sample);
    }

    /// Counts how late an iteration began for no fault of the target.
    pub(super) fn began(&self, assignment: Assignment, started: u64) {
        self.watch.look(self.clock, started);
        self.turn_seconds(started);
        let lag = started.saturating_sub(assignment.possible());
        self.recorder
            .borrow_mut()
            .record_own_lag(assignment.slot.due, lag);
    }

    pub(super) fn turn_seconds(&self, at: u64) {
        while self.recorder.borrow().is_over(at) {
            self.count_effort(at);
            let counted = self.recorder.borrow_mut().rotate(self.common.pool.take());
            self.tell(counted);
        }
    }

    pub(super) fn count_effort(&self, at: u64) {
        let queued = self.pace.queued(at);
        let thread = self.watch.take(self.clock);
        self.recorder.borrow_mut().add_effort(thread, queued);
    }

    fn tell(&self, interval: Interval) {
        // Nobody listens any more only if the collector has panicked, and then it is told anyway.
        drop(self.intervals.send(interval));
    }
}
