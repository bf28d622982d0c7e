//! One request of a load, and what came of it.

use crate::model::TransferErrorKind;

/// One request of a load. All times in nanoseconds from the beginning of the load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Which operation of the scenario, from 0.
    pub operation: usize,
    /// When the request should have been sent.
    pub due: u64,
    /// When its sending began; a connection that had to be opened first is included in what follows.
    pub started: u64,
    /// When its answer was complete, or the transfer had failed.
    pub finished: u64,
    /// What came of it.
    pub reply: Reply,
}

/// What came of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A whole answer.
    Answered {
        /// Its status.
        status: u16,
        /// Whether it met all expectations.
        conforming: bool,
    },
    /// A whole answer that a limiter on requests gave in place of the target.
    Limited {
        /// Its status.
        status: u16,
    },
    /// No whole answer.
    Failed {
        /// What kept it from coming.
        kind: TransferErrorKind,
        /// The response time that it counts with, in nanoseconds: what it lasted from the moment that it
        /// was due, and never less than if it had used up its time limit.
        at_least: u64,
    },
}

impl Reply {
    /// An answer that met all expectations.
    #[must_use]
    pub const fn conforming(status: u16) -> Self {
        Self::Answered {
            status,
            conforming: true,
        }
    }
}

impl Sample {
    /// From the moment the request was due to the end.
    #[must_use]
    pub const fn response_time(&self) -> u64 {
        self.finished.saturating_sub(self.due)
    }

    /// From the moment its sending began to the end.
    #[must_use]
    pub const fn service_time(&self) -> u64 {
        self.finished.saturating_sub(self.started)
    }

    /// From the moment the request was due to the moment its sending began.
    #[must_use]
    pub const fn lag(&self) -> u64 {
        self.started.saturating_sub(self.due)
    }
}
