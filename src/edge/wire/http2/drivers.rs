//! All connections of one thread: each is read and written when there is a reason to.

use futures_util::task::AtomicWaker;
use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Wake, Waker};
use tokio::io::{AsyncRead, AsyncWrite};

use super::driver::ConnectionDriver;
use super::link::ConnectionHandle;
use crate::edge::wire::attention::Attention;
use crate::edge::wire::socket::Aged;

/// All connections of one thread.
pub(super) struct ConnectionDrivers<S> {
    /// None where one has ended.
    places: RefCell<Vec<Option<DriverPlace<S>>>>,
    calls: Arc<DriverCalls>,
    attention: Attention,
    /// Memory for the calls of one turn.
    called: RefCell<Vec<usize>>,
}

/// Which connections there is a reason to look at.
#[derive(Debug, Default)]
struct DriverCalls {
    places: Mutex<Vec<usize>>,
    thread: AtomicWaker,
}

/// A connection, and how it is called.
struct DriverPlace<S> {
    driver: ConnectionDriver<S>,
    notice: DriverNotice,
    /// The same for the runtime, which wakes the thread as well.
    waker: Waker,
}

/// Tells that there is a reason to look at one connection, before the turn of its thread ends.
#[derive(Clone, Debug)]
pub(super) struct DriverNotice {
    place: usize,
    calls: Arc<DriverCalls>,
}

impl DriverNotice {
    pub(super) fn give(&self) {
        self.calls.lock().push(self.place);
    }
}

impl Wake for DriverNotice {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.give();
        self.calls.thread.wake();
    }
}

impl DriverCalls {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<usize>> {
        // A list of numbers is whole whatever a panicking holder was doing.
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> ConnectionDrivers<S> {
    /// None yet.
    pub(super) fn new(attention: Attention) -> Self {
        Self {
            places: RefCell::default(),
            calls: Arc::default(),
            attention,
            called: RefCell::default(),
        }
    }
}

impl<S: Aged + AsyncRead + AsyncWrite + Unpin> ConnectionDrivers<S> {
    /// Adds a connection, which has something to send.
    pub(super) fn add(&self, stream: S, state: ConnectionHandle) {
        let driver = ConnectionDriver::new(stream, state, self.attention.clone());
        let mut places = self.places.borrow_mut();
        let free = places.iter().position(Option::is_none);
        let place = free.unwrap_or(places.len());
        let calls = Arc::clone(&self.calls);
        let notice = DriverNotice { place, calls };
        notice.give();
        let added = Some(DriverPlace {
            driver,
            waker: Waker::from(Arc::new(notice.clone())),
            notice,
        });
        match places.get_mut(place) {
            Some(free) => *free = added,
            None => places.push(added),
        }
    }

    /// Looks at the connections that there is a reason to look at.
    pub(super) fn poll(&self, context: &Context<'_>) {
        self.calls.thread.register(context.waker());
        let mut called = self.called.borrow_mut();
        std::mem::swap(&mut *self.calls.lock(), &mut *called);
        let mut places = self.places.borrow_mut();
        for number in called.drain(..) {
            let Some(slot) = places.get_mut(number) else {
                continue;
            };
            let polled = slot.as_mut().map(|place| {
                let mut context = Context::from_waker(&place.waker);
                place.driver.poll(&mut context, &place.notice)
            });
            if polled.is_some_and(|polled| polled.is_ready()) {
                *slot = None;
            }
        }
    }
}
