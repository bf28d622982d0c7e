//! Hands out the iterations of one worker: each slot to the connection that has been idle longest.
//!
//! Slots that are due while all connections are busy wait in the schedule itself: the queue is the
//! difference between two numbers, so it takes no memory however long it becomes, and it ends with
//! the load.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

use super::world::{LoadClock, LoadTimer};
use crate::load::{Profile, Schedule, Share, Slot, Timeline};

/// Hands out the iterations of one worker.
pub(super) struct Pace {
    timeline: Timeline,
    share: Share,
    /// None in a closed model.
    schedule: Option<Schedule>,
    /// The position of the next slot among the worker's own.
    next: Cell<u64>,
    idle: RefCell<VecDeque<Rc<Seat>>>,
    dispatcher: Cell<Option<Waker>>,
    /// When somebody asked to stop.
    stopped: Cell<Option<u64>>,
}

/// An iteration that was handed to a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Handed {
    pub(super) slot: Slot,
    /// Since when the connection had been idle.
    pub(super) idle_since: u64,
}

impl Handed {
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
pub(super) struct Seat {
    given: Cell<Given>,
    waker: Cell<Option<Waker>>,
}

/// What an idle connection has been given.
#[derive(Clone, Copy, Default)]
enum Given {
    #[default]
    Nothing,
    Slot(Slot),
    /// Some iteration that waited can go on.
    Resume,
    Leave,
}

/// What a connection that has become idle is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// Begin an iteration.
    Begin(Handed),
    /// Look for an iteration that waited and can go on.
    Resume,
}

impl Pace {
    pub(super) const fn new(profile: Profile, timeline: Timeline, share: Share) -> Self {
        let schedule = match profile {
            Profile::Closed => None,
            Profile::Constant(rate) => Some(Schedule::new(rate, share, timeline.end())),
        };
        Self {
            timeline,
            share,
            schedule,
            next: Cell::new(0),
            idle: RefCell::new(VecDeque::new()),
            dispatcher: Cell::new(None),
            stopped: Cell::new(None),
        }
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

    /// Slots that were due within the measurement, before the end or the stop, and were not handed
    /// out.
    pub(super) fn unstarted(&self) -> u64 {
        let Some(schedule) = &self.schedule else {
            return 0;
        };
        let due = schedule.count_before(self.stopped.get().unwrap_or(u64::MAX));
        let in_warm_up = schedule.count_before(self.timeline.warm_up());
        due.saturating_sub(self.next.get().max(in_warm_up))
    }

    /// Slots that are due and were not handed out yet.
    pub(super) fn queued(&self, now: u64) -> u64 {
        let due = self
            .schedule
            .as_ref()
            .map_or(0, |schedule| schedule.count_before(now));
        due.saturating_sub(self.next.get())
    }

    /// Tells one of the idle connections, if there is one, that an iteration can go on.
    pub(super) fn call_one(&self) {
        if let Some(seat) = self.idle.borrow_mut().pop_front() {
            Self::give(&seat, Given::Resume);
        }
    }

    /// What a connection that has become idle is to do; nothing if the load is over.
    pub(super) async fn next(&self, seat: &Rc<Seat>, clock: &impl LoadClock) -> Option<Work> {
        let now = clock.now();
        if self.stopped.get().is_some() || now >= self.timeline.end() {
            return None;
        }
        let begin = |slot| {
            Work::Begin(Handed {
                slot,
                idle_since: now,
            })
        };
        let position = self.next.get();
        let Some(schedule) = &self.schedule else {
            self.advance();
            let index = self.share.index(position);
            return Some(begin(Slot { index, due: now }));
        };
        // The dispatcher would hand it out just as well, one turn later.
        if let Some(slot) = schedule.slot(position).filter(|slot| slot.due <= now) {
            self.advance();
            return Some(begin(slot));
        }
        self.wait_on(seat, begin).await
    }

    fn advance(&self) {
        self.next.set(self.next.get() + 1);
    }

    /// Waits among the idle.
    async fn wait_on(&self, seat: &Rc<Seat>, begin: impl Fn(Slot) -> Work) -> Option<Work> {
        seat.given.set(Given::Nothing);
        let nobody_waited = self.idle.borrow().is_empty();
        self.idle.borrow_mut().push_back(Rc::clone(seat));
        if nobody_waited {
            self.wake_dispatcher();
        }
        poll_fn(|context| match seat.given.get() {
            Given::Slot(slot) => Poll::Ready(Some(begin(slot))),
            Given::Resume => Poll::Ready(Some(Work::Resume)),
            Given::Leave => Poll::Ready(None),
            Given::Nothing => {
                seat.waker.set(Some(context.waker().clone()));
                Poll::Pending
            }
        })
        .await
    }

    fn wake_dispatcher(&self) {
        if let Some(waker) = self.dispatcher.take() {
            waker.wake();
        }
    }

    fn give(seat: &Seat, given: Given) {
        seat.given.set(given);
        if let Some(waker) = seat.waker.take() {
            waker.wake();
        }
    }

    fn release_idle(&self) {
        for seat in self.idle.borrow_mut().drain(..) {
            Self::give(&seat, Given::Leave);
        }
    }

    /// Hands slots to idle connections as they become due. When there are no more, connections stay for
    /// iterations that waited, up to the end of the load.
    pub(super) async fn dispatch<C: LoadClock>(&self, clock: &C) {
        let Some(schedule) = &self.schedule else {
            return;
        };
        let mut timer = clock.timer();
        while self.stopped.get().is_none() && clock.now() < self.timeline.end() {
            let Some(slot) = schedule.slot(self.next.get()) else {
                self.until_due(timer.wait_until(self.timeline.end())).await;
                continue;
            };
            if self.idle.borrow().is_empty() {
                self.until_somebody_is_idle().await;
            } else if slot.due > clock.now() {
                self.until_due(timer.wait_until(slot.due)).await;
            } else {
                self.hand_out(slot);
            }
        }
        self.release_idle();
    }

    async fn until_somebody_is_idle(&self) {
        let mut asleep = false;
        poll_fn(|context| {
            if std::mem::replace(&mut asleep, true) {
                return Poll::Ready(());
            }
            self.dispatcher.set(Some(context.waker().clone()));
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
            self.dispatcher.set(Some(context.waker().clone()));
            due.as_mut().poll(context)
        })
        .await;
    }

    fn hand_out(&self, slot: Slot) {
        if let Some(seat) = self.idle.borrow_mut().pop_front() {
            self.advance();
            Self::give(&seat, Given::Slot(slot));
        }
    }
}
