//! One connection that several streams of one thread share.

use std::cell::{Cell, RefCell, RefMut};
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::drivers::ConnectionDrivers;
use super::state::Http2State;
use crate::edge::wire::dial::Dial;
use crate::edge::wire::fault::connect_timeout;
use crate::edge::wire::idle::{IdleHabits, SHORTEST_IDLE};
use crate::edge::wire::limits::WireLimits;
use crate::model::TransferError;

/// One connection that several streams of one thread share.
pub(super) struct Link<D: Dial> {
    dial: D,
    drivers: Rc<ConnectionDrivers<D::Stream>>,
    limits: WireLimits,
    /// How many streams share it.
    streams: usize,
    open: RefCell<Option<ConnectionHandle>>,
    /// Held while the connection is opened, so that it is opened once.
    opening: Mutex<()>,
    /// How often it was tried to open it, and why that failed the last time.
    dials: Cell<u64>,
    failed: RefCell<Option<TransferError>>,
    answers: Cell<u64>,
    /// When the last exchange on the open connection began.
    last: Cell<Option<Instant>>,
    habits: Arc<IdleHabits>,
}

/// An open connection, for those who use it and for who reads and writes it.
#[derive(Clone, Debug)]
pub(super) struct ConnectionHandle(Rc<RefCell<Http2State>>);

impl ConnectionHandle {
    /// The state, for as long as nobody else of the thread has its turn.
    pub(super) fn borrow_mut(&self) -> RefMut<'_, Http2State> {
        self.0.borrow_mut()
    }

    fn is_over(&self) -> bool {
        self.0.borrow().is_over()
    }
}

impl<D: Dial> Link<D> {
    pub(super) fn new(
        (dial, drivers): (D, Rc<ConnectionDrivers<D::Stream>>),
        (limits, habits): (WireLimits, Arc<IdleHabits>),
        streams: usize,
    ) -> Self {
        Self {
            dial,
            drivers,
            limits,
            streams,
            open: RefCell::default(),
            opening: Mutex::default(),
            dials: Cell::default(),
            failed: RefCell::default(),
            answers: Cell::default(),
            last: Cell::default(),
            habits,
        }
    }

    /// How the target treats idle connections.
    pub(super) fn habits(&self) -> &IdleHabits {
        &self.habits
    }

    /// Notes that an exchange begins. Gives how long the connection had been idle by then.
    pub(super) fn begin(&self, now: Instant) -> Duration {
        let last = self.last.replace(Some(now));
        last.map_or(Duration::ZERO, |last| now.saturating_duration_since(last))
    }

    /// Gives up a connection that the target has closed, or may close while a request is on its way to it.
    pub(super) fn leave_closing(&self, idle: Duration, once_only: bool) {
        if idle < SHORTEST_IDLE {
            return;
        }
        let Some(open) = self.current() else {
            let open = self.open.borrow_mut().take();
            if open.is_some_and(|open| open.borrow_mut().was_closed()) {
                self.habits.closed(idle, self.answers());
            }
            return;
        };
        if !open.borrow_mut().is_idle() {
            return;
        }
        let is_doubtful = once_only && self.habits.is_untried(idle);
        self.habits.outlasted(idle);
        if is_doubtful || self.habits.is_near_close(idle, None) {
            self.give_up(&open);
        }
    }

    /// The connection, if it is open.
    pub(super) fn current(&self) -> Option<ConnectionHandle> {
        let open = self.open.borrow();
        open.as_ref().filter(|open| !open.is_over()).cloned()
    }

    /// The connection, opened if it is not.
    pub(super) async fn connect(&self) -> Result<ConnectionHandle, TransferError> {
        let dials = self.dials.get();
        let _alone = self.opening.lock().await;
        if let Some(open) = self.current() {
            return Ok(open);
        }
        if self.dials.get() != dials
            && let Some(error) = self.failed.borrow().clone()
        {
            // What another stream has found meanwhile is not tried once more.
            return Err(error);
        }
        let limit = self.limits.connect;
        let stream = timeout(limit, self.dial.dial()).await;
        let stream = stream.unwrap_or_else(|_| Err(connect_timeout(limit)));
        self.dials.set(dials + 1);
        self.failed.replace(stream.as_ref().err().cloned());
        let stream = stream?;
        let open = ConnectionHandle(Rc::new(RefCell::new(Http2State::new(
            self.streams,
            self.limits,
        ))));
        self.drivers.add(stream, open.clone());
        // The target hears at once that it is HTTP/2, however long the first request is not due.
        poll_fn(|context| {
            self.drivers.poll(context);
            Poll::Ready(())
        })
        .await;
        self.last.set(Some(Instant::now()));
        self.open.replace(Some(open.clone()));
        Ok(open)
    }

    /// Gives up a connection, unless another one was opened meanwhile. Streams under way go on.
    pub(super) fn give_up(&self, open: &ConnectionHandle) {
        let mut current = self.open.borrow_mut();
        if let Some(mine) = current.as_ref()
            && Rc::ptr_eq(&mine.0, &open.0)
        {
            *current = None;
            open.borrow_mut().retire();
        }
    }

    /// Counts an answer.
    pub(super) fn count_answer(&self) {
        self.answers.set(self.answers.get() + 1);
    }

    /// How many answers came, over whatever connection.
    pub(super) const fn answers(&self) -> u64 {
        self.answers.get()
    }
}

impl<D: Dial> Drop for Link<D> {
    fn drop(&mut self) {
        if let Some(open) = self.open.take() {
            open.borrow_mut().retire();
        }
    }
}
