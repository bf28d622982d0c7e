//! Whose turn it is: so many cases are judged at once, and some more may be made ready meanwhile.

use tokio::sync::{Semaphore, SemaphorePermit};

use super::Pace;
use crate::suite::Case;

/// The turns that cases take, in the order in which they ask.
#[derive(Debug)]
pub(super) struct Turns {
    judged: Semaphore,
    /// For cases that are made ready while others are judged; none where no more requests may be under
    /// way than cases are judged. As many as requests: some of them wait to be judged.
    ahead: Option<Semaphore>,
}

/// A turn, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    is_judged: bool,
    /// `None` only if a semaphore were closed, which nothing does.
    _held: Option<SemaphorePermit<'a>>,
}

impl Turns {
    pub(super) fn new(pace: Pace) -> Self {
        let judged = pace.jobs.clamp(1, Semaphore::MAX_PERMITS);
        let ahead = pace.at_once.min(Semaphore::MAX_PERMITS);
        Self {
            judged: Semaphore::new(judged),
            ahead: pace.has_room().then(|| Semaphore::new(ahead)),
        }
    }

    /// Waits for the turn to make a case ready; one that needs nothing before is judged at once.
    pub(super) async fn ready(&self, case: &Case) -> Turn<'_> {
        match &self.ahead {
            Some(ahead) if case.has_preparation() => Turn {
                is_judged: false,
                _held: ahead.acquire().await.ok(),
            },
            _ => self.next_judged().await,
        }
    }

    /// Waits for the turn to judge a case that is ready. Whoever is judged waits for nobody who is made
    /// ready, so that all come to their turn.
    pub(super) async fn judged<'a>(&'a self, ready: Turn<'a>) -> Turn<'a> {
        if ready.is_judged {
            return ready;
        }
        self.next_judged().await
    }

    async fn next_judged(&self) -> Turn<'_> {
        Turn {
            is_judged: true,
            _held: self.judged.acquire().await.ok(),
        }
    }
}
