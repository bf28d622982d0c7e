//! Makes connections that share the prepared requests of a scenario.

use std::sync::Arc;

use super::attention::AttendedDial;
use super::connection::WireConnection;
use super::dial::Dial;
use super::endpoint::Endpoint;
use super::idle::IdleHabits;
use super::limits::WireLimits;
use super::origin::Origin;
use super::request::{RequestWriter, UnsendableError};
use crate::engine::load::Connector;
use crate::suite::Operation;

/// The prepared requests of a scenario, for any number of threads.
#[derive(Clone, Debug)]
pub(crate) struct WireRequests(Arc<RequestWriter>);

impl WireRequests {
    /// Prepares the requests of a scenario.
    ///
    /// # Errors
    ///
    /// If one of them could not be sent as it is written.
    pub(crate) fn new(
        operations: &[Operation],
        endpoint: &Endpoint,
    ) -> Result<Self, UnsendableError> {
        Ok(Self(Arc::new(RequestWriter::new(operations, endpoint)?)))
    }
}

/// Makes the connections of one thread.
#[derive(Clone, Debug)]
pub(crate) struct WireConnector<D> {
    pub(crate) dial: D,
    pub(crate) requests: WireRequests,
    pub(crate) habits: Arc<IdleHabits>,
    pub(crate) limits: WireLimits,
    pub(crate) origin: Origin,
}

impl<D: Dial> Connector for WireConnector<D> {
    type Connection = WireConnection<AttendedDial<D>>;

    fn connection(&self) -> Self::Connection {
        let dial = AttendedDial {
            dial: self.dial.clone(),
            attention: self.origin.attention(),
        };
        WireConnection::new(
            dial,
            (Arc::clone(&self.requests.0), Arc::clone(&self.habits)),
            self.origin.clone(),
            self.limits,
        )
    }
}
