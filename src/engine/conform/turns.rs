//! Whose turn it is: so many cases are judged at once, and some more may be made ready meanwhile.

use super::Pace;
use crate::engine::jobs::{Job, Jobs};
use crate::suite::Case;

/// The turns that cases take, in the order in which they ask. Those that come back from waiting for a mail
/// go before all others.
#[derive(Clone, Debug)]
pub(super) struct Turns {
    judged: Jobs,
    /// For cases that are made ready while others are judged; none where no more requests may be under
    /// way than cases are judged. As many as requests: some of them wait to be judged.
    ahead: Option<Jobs>,
}

/// A turn, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) is_judged: bool,
    pub(super) job: Job,
}

impl Turns {
    pub(super) fn new(pace: Pace) -> Self {
        Self {
            judged: Jobs::new(pace.jobs),
            ahead: pace.has_room().then(|| Jobs::new(pace.at_once)),
        }
    }

    /// Makes room for so many times as many more as the pace says.
    pub(super) fn widen(&self, pace: Pace, times: usize) {
        self.judged.widen(pace.jobs * times);
        if let Some(ahead) = &self.ahead {
            ahead.widen(pace.at_once * times);
        }
    }

    /// Waits for the turn to make a case ready; one that needs nothing before is judged at once.
    pub(super) async fn ready(&self, case: &Case) -> Turn {
        match &self.ahead {
            Some(ahead) if case.has_preparation() => Turn {
                is_judged: false,
                job: ahead.begin().await,
            },
            _ => Turn {
                is_judged: true,
                job: self.judged().await,
            },
        }
    }

    /// Waits for the turn to judge a case that is ready. Whoever is judged waits for nobody who is made
    /// ready, so that all come to their turn.
    pub(super) async fn judged(&self) -> Job {
        self.judged.begin().await
    }
}
