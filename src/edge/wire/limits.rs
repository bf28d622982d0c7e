//! What an exchange may take.

use std::time::Duration;

use crate::engine::drive::LoadSettings;

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
