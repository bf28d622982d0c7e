//! How the conformance engine reaches the target.

use async_trait::async_trait;

use crate::model::{Exchange, Request};

/// Sends requests and brings what comes back. Follows no redirect, retries nothing, decodes nothing,
/// and bounds both the time and the size of an answer.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends a request. Failures of the transfer are part of the exchange.
    async fn send(&self, request: Request) -> Exchange;
}
