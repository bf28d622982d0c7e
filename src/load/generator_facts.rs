//! What a load was, and what its generator had.

use super::effort::ThreadTime;

/// What a load was, and what its generator had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GeneratorFacts {
    /// Whether arrivals follow a schedule.
    pub open: bool,
    /// What all threads together had of the processors.
    pub threads: ThreadTime,
    /// Seconds of the measurement.
    pub seconds: u64,
    /// Seconds in which a thread had no time left.
    pub saturated: u64,
    /// The 99th percentile of how late iterations began although a connection was idle, in
    /// nanoseconds.
    pub own_lag_p99: u64,
    /// The 99th percentile of the response time of the slowest operation, in nanoseconds.
    pub response_p99: u64,
    /// Requests that could not be sent because this machine had no port, descriptor or memory left.
    pub exhausted: u64,
}
