//! Time, as the conformance engine needs it.

use async_trait::async_trait;
use std::time::Duration;

/// The time of a run.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The time since the run began, monotonic.
    fn elapsed(&self) -> Duration;
    /// The wall clock in unix seconds, to compare with what a target says.
    fn unix_seconds(&self) -> i64;
    /// Waits.
    async fn sleep(&self, duration: Duration);
}
