//! How the conformance engine reaches the target.

use async_trait::async_trait;

use super::cookie_jar::CookieJar;
use crate::model::{Exchange, Request};

/// Sends requests and brings what comes back. Follows no redirect, retries nothing, undoes the coding
/// of a body, and bounds both the time and the size of an answer.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends a request. Failures of the transfer are part of the exchange.
    async fn send(&self, request: Request) -> Exchange;

    /// Sends a request as one client among others, whose cookies are in a jar.
    async fn send_as(&self, _client: &CookieJar, request: Request) -> Exchange {
        self.send(request).await
    }
}
