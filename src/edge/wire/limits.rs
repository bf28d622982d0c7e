//! What an exchange may take.

use std::time::Duration;

use crate::edge::http_client::HttpLimits;
use crate::engine::load::LoadSettings;
use crate::model::LONGEST_HEAD;

/// A buffer that has become larger than this is given back, in bytes.
pub(super) const LARGEST_KEPT: usize = 64 * 1024;

/// More interim answers than these before the one that counts are taken for an attack.
pub(super) const MOST_INTERIM: u32 = 100;

/// What an exchange may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WireLimits {
    /// For the opening of a connection, TLS included.
    pub(super) connect: Duration,
    /// For an exchange on an open connection.
    pub(super) exchange: Duration,
    /// For the head of an answer, in bytes.
    pub(super) head: usize,
    /// For the body of an answer, in bytes.
    pub(super) body: usize,
}

impl From<HttpLimits> for WireLimits {
    fn from(limits: HttpLimits) -> Self {
        Self {
            connect: limits.connect,
            exchange: limits.exchange,
            head: LONGEST_HEAD,
            body: limits.body,
        }
    }
}

impl From<&LoadSettings> for WireLimits {
    fn from(settings: &LoadSettings) -> Self {
        Self {
            connect: settings.connect_timeout,
            exchange: settings.timeout,
            head: settings.longest_head,
            body: settings.longest_body,
        }
    }
}
