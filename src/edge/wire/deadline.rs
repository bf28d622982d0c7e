//! The time limit of exchanges, one after the other, without setting a timer for each.
//!
//! The limit is the same for all, so each deadline is later than the last. A timer that is still set
//! for an earlier one is left alone; when it fires, it is set to the deadline that counts by then.

use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::time::{Instant, Sleep, sleep_until};

/// The time limit of one exchange after the other.
#[derive(Debug)]
pub(super) struct Deadline {
    at: Instant,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Deadline {
    pub(super) const fn new(at: Instant) -> Self {
        Self { at, timer: None }
    }

    /// Sets the deadline that counts from now on: not before the last.
    pub(super) const fn set(&mut self, at: Instant) {
        self.at = at;
    }

    /// Ready when the deadline has passed.
    pub(super) fn poll_passed(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(sleep_until(self.at)));
        while timer.as_mut().poll(context).is_ready() {
            if timer.deadline() >= self.at {
                return Poll::Ready(());
            }
            timer.as_mut().reset(self.at);
        }
        Poll::Pending
    }
}
