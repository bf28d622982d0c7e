//! Makes the connector of each thread, for each version of HTTP.

use std::num::NonZeroUsize;
use std::sync::Arc;

use crate::edge::wire::{
    Dial, IdleHabits, Origin, StreamConnector, StreamRequests, WireConnector, WireLimits,
    WireRequests,
};
use crate::engine::load::Connector;

/// Makes the connector of each thread.
pub(super) trait TransportFactory: Sync {
    /// The connector of one thread.
    type Connector: Connector;

    /// A connector, in the thread that uses it.
    fn connector(&self, origin: Origin) -> Self::Connector;
}

/// One exchange at a time on each connection.
pub(super) struct Exchanges<D> {
    pub(super) dial: D,
    pub(super) requests: WireRequests,
    pub(super) habits: Arc<IdleHabits>,
    pub(super) limits: WireLimits,
}

impl<D: Dial> TransportFactory for Exchanges<D> {
    type Connector = WireConnector<D>;

    fn connector(&self, origin: Origin) -> WireConnector<D> {
        WireConnector {
            dial: self.dial.clone(),
            requests: self.requests.clone(),
            habits: Arc::clone(&self.habits),
            limits: self.limits,
            origin,
        }
    }
}

/// Several exchanges at a time on each connection.
pub(super) struct Multiplexed<D> {
    pub(super) dial: D,
    pub(super) requests: StreamRequests,
    pub(super) habits: Arc<IdleHabits>,
    pub(super) limits: WireLimits,
    pub(super) streams: NonZeroUsize,
}

impl<D: Dial> TransportFactory for Multiplexed<D> {
    type Connector = StreamConnector<D>;

    fn connector(&self, origin: Origin) -> StreamConnector<D> {
        let known = (self.requests.clone(), Arc::clone(&self.habits));
        StreamConnector::new(
            self.dial.clone(),
            known,
            (self.limits, origin),
            self.streams,
        )
    }
}
