//! How many requests may be under way at once, over everything that a run does.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Permits to send, shared by all that send.
#[derive(Clone, Debug)]
pub(super) struct Permits {
    semaphore: Arc<Semaphore>,
    at_once: Arc<AtomicUsize>,
    /// How many may be sent at one moment, when nothing else is under way.
    burst: usize,
    /// What a request must have besides that holds nobody up: so many of them leave room for the others.
    aside: Option<Arc<Semaphore>>,
}

/// One or several permits, given back when it is dropped.
pub(super) struct Permit<'a> {
    /// How many requests it allows at once.
    pub(super) width: usize,
    /// `None` only if the semaphore were closed, which nothing does.
    _held: Option<SemaphorePermit<'a>>,
    _aside: Option<SemaphorePermit<'a>>,
}

impl Permits {
    /// For so many requests at once; 0 counts as 1. A step that sends several at one moment may send up to `burst`.
    pub(super) fn new(at_once: usize, burst: usize) -> Self {
        let at_once = at_once.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            semaphore: Arc::new(Semaphore::new(at_once)),
            at_once: Arc::new(AtomicUsize::new(at_once)),
            burst: burst.max(at_once),
            aside: None,
        }
    }

    /// The same permits for requests that are made aside from those that matter now: at the most so many
    /// of all are theirs at once; 0 counts as 1.
    pub(super) fn aside(&self, at_once: usize) -> Self {
        Self {
            aside: Some(Arc::new(Semaphore::new(at_once.clamp(1, self.at_once())))),
            ..self.clone()
        }
    }

    /// Lets so many more be under way at once; of those that are made aside, too.
    pub(super) fn widen(&self, more: usize) {
        self.at_once.fetch_add(more, Ordering::Relaxed);
        self.semaphore.add_permits(more);
        if let Some(aside) = &self.aside {
            aside.add_permits(more);
        }
    }

    fn at_once(&self) -> usize {
        self.at_once.load(Ordering::Relaxed)
    }

    #[cfg(test)]
    pub(super) fn free(&self) -> usize {
        self.semaphore.available_permits()
    }

    /// How many requests may be sent at one moment.
    pub(super) const fn burst(&self) -> usize {
        self.burst
    }

    /// Whether two requests can be under way at once.
    pub(super) fn allow_races(&self) -> bool {
        self.at_once() > 1
    }

    /// Waits until so many requests can be sent at the same moment, or as many as are ever allowed. More than may
    /// be under way otherwise have the target to themselves. Who waits longer comes first, so a race is not
    /// starved by single requests.
    pub(super) async fn several(&self, wanted: usize) -> Permit<'_> {
        let width = wanted.clamp(1, self.burst);
        let permits = u32::try_from(width.min(self.at_once())).unwrap_or(1);
        let aside = match &self.aside {
            Some(aside) => aside.acquire().await.ok(),
            None => None,
        };
        Permit {
            width,
            _held: self.semaphore.acquire_many(permits).await.ok(),
            _aside: aside,
        }
    }
}
