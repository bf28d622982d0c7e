//! Hands out the iterations of one worker: each slot to the connection that has been idle longest.
//!
//! Slots that are due while all connections are busy wait in a queue of bounded length, first come,
//! first served; their wait is part of their response time. One that finds the queue full is turned
//! away and counted: turning away the newest leaves the longest waits in the figures.
//!
//! A pass hands out everything that is due by then. As far as it does not show beside what the target takes
//! ([`Precision`]), passes keep a distance, so that slots which are due close together are sent together.
//!
//! What waits at the end of the warm-up is dropped: it would take up the measurement with requests that
//! are not counted. At the end of the load each connection may begin one more of those that wait, so that
//! what was due a moment before the end is not taken for what the target could not keep up with.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

use super::dropped::TurnedAway;
use super::precision::Precision;
use super::world::{Leeway, LoadClock, LoadTimer};
use crate::load::{Profile, Schedule, Share, Slot, Timeline};

/// Hands out the iterations of one worker.
pub(super) struct Dispatcher {
    timeline: Timeline,
    share: Share,
    /// None in a closed model.
    schedule: Option<Schedule>,
    /// The position of the next slot among the worker's own.
    next: Cell<u64>,
    /// That slot; none in a closed model, or if there are no more.
    upcoming: Cell<Option<Slot>>,
    /// Slots that are due and wait for a connection.
    waiting: RefCell<VecDeque<Slot>>,
    /// How many may wait.
    room: usize,
    /// Slots of the measurement that were turned away.
    turned_away: RefCell<TurnedAway>,
    idle: RefCell<VecDeque<Rc<IdleConnection>>>,
    /// Connections that have not asked for anything yet: idle from the beginning.
    fresh: Cell<usize>,
    pub(super) precision: Precision,
    asleep: Cell<Option<Waker>>,
    /// When somebody asked to stop.
    stopped: Cell<Option<u64>>,
}

/// An iteration that was assigned to a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    pub(super) slot: Slot,
    /// Since when the connection had been idle.
    pub(super) idle_since: u64,
}

impl Assignment {
    /// When nothing but the generator itself kept the iteration from beginning any more.
    pub(super) const fn possible(&self) -> u64 {
        if self.slot.due > self.idle_since {
            self.slot.due
        } else {
            self.idle_since
        }
    }
}

/// Where a connection waits while it is idle.
#[derive(Default)]
pub(super) struct IdleConnection {
    given: Cell<SeatOffer>,
    waker: Cell<Option<Waker>>,
    /// Whether it has asked for something to do before.
    has_worked: Cell<bool>,
    /// Whether it has been given what it may begin after the end.
    had_its_last: Cell<bool>,
}

/// What an idle connection has been given.
#[derive(Clone, Copy, Default)]
enum SeatOffer {
    #[default]
    Nothing,
    Slot(Slot),
    /// Some iteration that waited can go on.
    Resume,
    Leave,
}

/// What a connection that has become idle is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NextTask {
    /// Begin an iteration.
    Begin(Assignment),
    /// Look for an iteration that waited and can go on.
    Resume,
}

impl Dispatcher {
    /// `room` is how many slots may wait while all connections are busy.
    pub(super) fn new(
        profile: &Profile,
        timeline: Timeline,
        (share, room): (Share, usize),
        (turned_away, precision): (TurnedAway, Precision),
    ) -> Self {
        let schedule = Schedule::new(profile, share, timeline.end());
        let first = schedule.as_ref().and_then(|schedule| schedule.slot(0));
        Self {
            timeline,
            share,
            schedule,
            next: Cell::new(0),
            upcoming: Cell::new(first),
            waiting: RefCell::default(),
            room,
            turned_away: RefCell::new(turned_away),
            idle: RefCell::default(),
            fresh: Cell::new(0),
            precision,
            asleep: Cell::new(None),
            stopped: Cell::new(None),
        }
    }

    /// So many connections will ask for something to do.
    pub(super) fn begin(&self, connections: usize) {
        self.fresh.set(connections);
        self.precision.begin(connections);
    }

    /// Ends the load: no more slots are handed out.
    pub(super) fn stop(&self, at: u64) {
        if self.stopped.get().is_none() {
            self.stopped.set(Some(at));
            self.release_idle();
            self.wake_dispatcher();
        }
    }

    /// When the load was stopped early, if it was.
    pub(super) const fn stopped(&self) -> Option<u64> {
        self.stopped.get()
    }

    /// What was due within the measurement, before the end or the stop, and was not handed out: what found
    /// the queue full, and what still waited, each with the part whose turn it was.
    pub(super) fn into_unstarted(self) -> (TurnedAway, Vec<(usize, Slot)>) {
        let end = self.stopped.get().unwrap_or(u64::MAX);
        self.admit(end.saturating_sub(1));
        let turned_away = self.turned_away.into_inner();
        let waiting = self.waiting.into_inner().into_iter();
        let left = waiting
            .filter(|slot| self.timeline.is_measured(slot.due))
            .map(|slot| (turned_away.part_of(slot), slot))
            .collect();
        (turned_away, left)
    }

    /// Puts everything that is due by now into the queue, or turns it away. To be called before
    /// anything leaves the queue, so that its length is what it was when each slot became due.
    fn admit(&self, now: u64) {
        let mut waiting = self.waiting.borrow_mut();
        while waiting
            .front()
            .is_some_and(|slot| self.is_past_warm_up(*slot, now))
        {
            waiting.pop_front();
        }
        // A connection that is idle takes one without any waiting.
        let idle = self.idle.borrow().len() + self.fresh.get();
        let room = self.room.saturating_add(idle);
        while let Some(slot) = self.upcoming.get().filter(|slot| slot.due <= now) {
            self.advance();
            if self.is_past_warm_up(slot, now) {
                continue;
            }
            if waiting.len() < room {
                waiting.push_back(slot);
            } else if self.timeline.is_measured(slot.due) {
                self.turned_away.borrow_mut().count(slot);
            }
        }
    }

    /// Whether a slot of the warm-up is too late to be of use.
    const fn is_past_warm_up(&self, slot: Slot, now: u64) -> bool {
        now >= self.timeline.warm_up() && !self.timeline.is_measured(slot.due)
    }

    /// Slots that were due before a time and wait for a connection.
    pub(super) fn queued(&self, now: u64) -> u64 {
        self.admit(now.saturating_sub(1));
        let idle = self.idle.borrow().len() + self.fresh.get();
        let waiting = self.waiting.borrow().len().saturating_sub(idle);
        u64::try_from(waiting).unwrap_or(u64::MAX)
    }

    /// Tells one of the idle connections, if there is one, that an iteration can go on.
    pub(super) fn call_one(&self) {
        if let Some(seat) = self.idle.borrow_mut().pop_front() {
            Self::give(&seat, SeatOffer::Resume);
        }
    }

    /// What a connection that has become idle is to do; nothing if the load is over.
    pub(super) async fn next(
        &self,
        seat: &Rc<IdleConnection>,
        clock: &impl LoadClock,
    ) -> Option<NextTask> {
        let now = clock.now();
        if self.stopped.get().is_some() {
            return None;
        }
        let begin = |slot| {
            NextTask::Begin(Assignment {
                slot,
                idle_since: now,
            })
        };
        if now >= self.timeline.end() {
            return self.next_last(seat).map(begin);
        }
        if self.schedule.is_none() {
            let index = self.share.index(self.next.get());
            self.advance();
            return Some(begin(Slot { index, due: now }));
        }
        // What became due before found this connection busy, what becomes due now finds it idle.
        if seat.has_worked.replace(true) {
            self.admit(now.saturating_sub(1));
            self.fresh.set(self.fresh.get() + 1);
        }
        self.admit(now);
        self.fresh.set(self.fresh.get().saturating_sub(1));
        // Where others are idle, too, they were when it became due, and it is for the next pass.
        let alone = self.idle.borrow().is_empty();
        if (alone || self.precision.is_pass(now))
            && let Some(slot) = self.waiting.borrow_mut().pop_front()
        {
            let idle_since = if alone { now } else { slot.due };
            return Some(NextTask::Begin(Assignment { slot, idle_since }));
        }
        self.wait_on(seat, begin).await
    }

    /// What a connection may begin after the end: one of those that wait, and no more.
    fn next_last(&self, seat: &IdleConnection) -> Option<Slot> {
        if seat.had_its_last.replace(true) {
            return None;
        }
        self.admit(self.timeline.end() - 1);
        self.waiting.borrow_mut().pop_front()
    }

    fn advance(&self) {
        let next = self.next.get() + 1;
        self.next.set(next);
        let schedule = self.schedule.as_ref();
        self.upcoming
            .set(schedule.and_then(|schedule| schedule.slot(next)));
    }

    /// Waits among the idle.
    async fn wait_on(
        &self,
        seat: &Rc<IdleConnection>,
        begin: impl Fn(Slot) -> NextTask,
    ) -> Option<NextTask> {
        seat.given.set(SeatOffer::Nothing);
        let nobody_waited = self.idle.borrow().is_empty();
        self.idle.borrow_mut().push_back(Rc::clone(seat));
        if nobody_waited {
            self.wake_dispatcher();
        }
        poll_fn(|context| match seat.given.get() {
            SeatOffer::Slot(slot) => Poll::Ready(Some(begin(slot))),
            SeatOffer::Resume => Poll::Ready(Some(NextTask::Resume)),
            SeatOffer::Leave => Poll::Ready(None),
            SeatOffer::Nothing => {
                seat.waker.set(Some(context.waker().clone()));
                Poll::Pending
            }
        })
        .await
    }

    fn wake_dispatcher(&self) {
        if let Some(waker) = self.asleep.take() {
            waker.wake();
        }
    }

    fn give(seat: &IdleConnection, given: SeatOffer) {
        seat.given.set(given);
        if let Some(waker) = seat.waker.take() {
            waker.wake();
        }
    }

    fn release_idle(&self) {
        for seat in self.idle.borrow_mut().drain(..) {
            Self::give(&seat, SeatOffer::Leave);
        }
    }

    /// Hands slots to idle connections as they become due. When there are no more, connections stay for
    /// iterations that waited, up to the end of the load.
    pub(super) async fn dispatch<C: LoadClock>(&self, clock: &C) {
        if self.schedule.is_none() {
            return;
        }
        let mut timer = clock.timer();
        while self.stopped.get().is_none() && clock.now() < self.timeline.end() {
            let none_left = self.upcoming.get().is_none() && self.waiting.borrow().is_empty();
            if none_left {
                let end = timer.wait_until(self.timeline.end(), Leeway::default());
                self.until_due(end).await;
                continue;
            }
            if self.idle.borrow().is_empty() {
                self.until_somebody_is_idle().await;
                continue;
            }
            self.admit(clock.now());
            let first = self.waiting.borrow_mut().pop_front();
            match (first, self.upcoming.get()) {
                (Some(slot), _) => self.hand_out(slot),
                (None, Some(slot)) => {
                    let (pass, leeway) =
                        self.precision.next_pass(slot.due, self.idle.borrow().len());
                    self.until_due(timer.wait_until(pass, leeway)).await;
                }
                (None, None) => {}
            }
        }
        if self.stopped.get().is_none() {
            self.hand_out_last();
        }
        self.release_idle();
    }

    /// Gives what still waits to those that are idle: that it is late is not the target's doing.
    fn hand_out_last(&self) {
        self.admit(self.timeline.end() - 1);
        while !self.idle.borrow().is_empty() {
            let Some(slot) = self.waiting.borrow_mut().pop_front() else {
                return;
            };
            if let Some(seat) = self.idle.borrow_mut().pop_front() {
                seat.had_its_last.set(true);
                Self::give(&seat, SeatOffer::Slot(slot));
            }
        }
    }

    async fn until_somebody_is_idle(&self) {
        let mut asleep = false;
        poll_fn(|context| {
            if std::mem::replace(&mut asleep, true) {
                return Poll::Ready(());
            }
            self.asleep.set(Some(context.waker().clone()));
            Poll::Pending
        })
        .await;
    }

    async fn until_due(&self, due: impl Future<Output = ()>) {
        let mut due = pin!(due);
        poll_fn(|context| {
            if self.stopped.get().is_some() {
                return Poll::Ready(());
            }
            self.asleep.set(Some(context.waker().clone()));
            due.as_mut().poll(context)
        })
        .await;
    }

    fn hand_out(&self, slot: Slot) {
        if let Some(seat) = self.idle.borrow_mut().pop_front() {
            Self::give(&seat, SeatOffer::Slot(slot));
        }
    }
}
