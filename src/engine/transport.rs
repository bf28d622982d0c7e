//! How the conformance engine reaches the target.

use async_trait::async_trait;

use super::client::Client;
use crate::model::{Exchange, Manner, Request};

/// Sends requests and brings what comes back. Follows no redirect, retries nothing, undoes the coding
/// of a body, and bounds both the time and the size of an answer.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends a request. Failures of the transfer are part of the exchange.
    async fn send(&self, request: Request) -> Exchange;

    /// Sends a request as one client among others.
    async fn send_as(&self, _client: &Client, request: Request) -> Exchange {
        self.send(request).await
    }

    /// The conditions under which it can send a request.
    fn conditions(&self) -> Manner {
        Manner::default()
    }
}
