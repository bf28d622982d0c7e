//! What a load needs of the world. Generic, never boxed: on the hot path the seam must cost nothing.

use std::future::Future;
use std::task::Context;
use std::time::Duration;

use crate::model::{Answer, Response, TransferError};
use crate::suite::Values;

/// Time, as a load needs it.
pub trait LoadClock {
    /// A precise timer of this clock.
    type Timer: LoadTimer;

    /// The time since the beginning of the load in nanoseconds, monotonic.
    fn now(&self) -> u64;
    /// The wall clock at a time since the beginning of the load, in nanoseconds since 1970.
    fn unix_nanos(&self, at: u64) -> u64;
    /// CPU time that the calling thread has used so far, in nanoseconds.
    fn thread_cpu(&self) -> u64;
    /// The time that the calling thread has so far been ready to run without running, in nanoseconds;
    /// none where the machine does not tell.
    fn thread_waited(&self) -> Option<u64>;
    /// A precise timer for one waiter.
    fn timer(&self) -> Self::Timer;
    /// Returns when a time since the beginning of the load (in nanoseconds) has come, give or take a
    /// few milliseconds.
    fn sleep_until(&self, at: u64) -> impl Future<Output = ()>;
}

/// Wakes one waiter as close to a time as the world can.
pub trait LoadTimer {
    /// Returns when a time since the beginning of the load (in nanoseconds) has come: at once if it
    /// has passed, and never before it.
    fn wait_until(&mut self, at: u64, leeway: Leeway) -> impl Future<Output = ()>;
}

/// What a waiter can do without.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leeway {
    /// How late it may be, in nanoseconds, before that matters.
    pub late: u64,
    /// For how long answers that come meanwhile may stay unread, in nanoseconds, since they tell when they came.
    pub unheard: u64,
}

/// Makes connections to the target.
pub trait Connector {
    /// A connection of this connector.
    type Connection: Connection;

    /// Whether its connections need more than their exchanges do.
    const IS_DRIVEN: bool = false;

    /// A connection that is not open yet.
    fn connection(&self) -> Self::Connection;

    /// Does what its connections need beside their exchanges, as reading for several of them at once. Wakes the
    /// context when there is more.
    fn drive(&self, _context: &Context<'_>) {}
}

/// A connection to the target: carries one exchange at a time.
pub trait Connection {
    /// A view of an answer.
    type Answer<'a>: Answer
    where
        Self: 'a;

    /// Opens the connection, unless it is open.
    fn open(&mut self) -> impl Future<Output = Result<(), TransferError>>;

    /// Sends the request of an operation (by its position in the scenario) and reads the whole
    /// answer. Opens the connection first if it is not open. `started` is the time by the load's
    /// clock, from which the time limit counts.
    ///
    /// # Errors
    ///
    /// If there is no whole answer. The connection is then closed, so that no part of a late answer
    /// can be taken for the next one.
    fn exchange(
        &mut self,
        operation: usize,
        values: &Values,
        started: u64,
    ) -> impl Future<Output = Result<(), TransferError>>;

    /// How long the end of that answer had been with this machine when it was read, in nanoseconds; 0
    /// where the machine does not tell.
    fn age(&self) -> u64;

    /// The answer of the last exchange that succeeded, which took `elapsed`.
    fn answer(&self, elapsed: Duration) -> Self::Answer<'_>;

    /// A copy of that answer with everything in it, for an example.
    fn response(&self) -> Response;

    /// That answer is not looked at any more: the memory that it lies in may serve other connections.
    fn rest(&mut self) {}
}
