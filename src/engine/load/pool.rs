//! Memory for seconds, used again and again: a load of hours takes as much as one of a minute.

use std::sync::{Mutex, PoisonError};

use crate::load::Interval;

/// Empty intervals, shared by the workers that fill them and the collector that empties them.
#[derive(Debug)]
pub struct Pool {
    operations: usize,
    free: Mutex<Vec<Interval>>,
}

impl Pool {
    /// A pool of intervals for this many operations.
    #[must_use]
    pub const fn new(operations: usize) -> Self {
        Self {
            operations,
            free: Mutex::new(Vec::new()),
        }
    }

    /// An empty interval.
    #[must_use]
    pub fn take(&self) -> Interval {
        let free = self.lock().pop();
        free.unwrap_or_else(|| Interval::new(self.operations))
    }

    /// Takes back an interval that is no longer needed.
    pub fn put(&self, mut interval: Interval) {
        interval.reset();
        self.lock().push(interval);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Interval>> {
        // A list of intervals is whole whatever a panicking holder was doing.
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
