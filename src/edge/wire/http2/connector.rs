//! Makes stream slots, so many to each connection.

use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Context;

use super::drivers::ConnectionDrivers;
use super::link::Link;
use super::request::StreamRequestWriter;
use super::stream::StreamSlot;
use crate::edge::wire::attention::{Attended, AttendedDial};
use crate::edge::wire::dial::Dial;
use crate::edge::wire::endpoint::Endpoint;
use crate::edge::wire::idle::IdleHabits;
use crate::edge::wire::limits::WireLimits;
use crate::edge::wire::origin::Origin;
use crate::edge::wire::request::UnsendableError;
use crate::engine::load::Connector;
use crate::suite::Operation;

/// The prepared requests of a scenario, for any number of threads.
#[derive(Clone, Debug)]
pub(in crate::edge) struct StreamRequests(Arc<StreamRequestWriter>);

impl StreamRequests {
    /// Prepares the requests of a scenario.
    ///
    /// # Errors
    ///
    /// If one of them could not be sent as it is written.
    pub(in crate::edge) fn new(
        operations: &[Operation],
        endpoint: &Endpoint,
    ) -> Result<Self, UnsendableError> {
        let writer = StreamRequestWriter::new(operations, endpoint)?;
        Ok(Self(Arc::new(writer)))
    }
}

/// A connection that several slots share.
type SharedLink<D> = Rc<Link<AttendedDial<D>>>;

/// Makes the stream slots of one thread.
pub(in crate::edge) struct StreamConnector<D: Dial> {
    dial: AttendedDial<D>,
    drivers: Rc<ConnectionDrivers<D::Stream>>,
    requests: StreamRequests,
    habits: Arc<IdleHabits>,
    limits: WireLimits,
    origin: Origin,
    streams: NonZeroUsize,
    /// Answers that share a connection share its room in the kernel, so that none may stay unread.
    _attended: Option<Attended>,
    /// The connection that the next slot is of, and how many slots it still takes.
    filling: RefCell<(usize, Option<SharedLink<D>>)>,
}

impl<D: Dial> StreamConnector<D> {
    /// Makes slots, so many to each connection.
    pub(in crate::edge) fn new(
        dial: D,
        (requests, habits): (StreamRequests, Arc<IdleHabits>),
        (limits, origin): (WireLimits, Origin),
        streams: NonZeroUsize,
    ) -> Self {
        let attention = origin.attention();
        Self {
            drivers: Rc::new(ConnectionDrivers::new(attention.clone())),
            requests,
            habits,
            limits,
            origin,
            streams,
            _attended: (streams.get() > 1).then(|| attention.pay()),
            dial: AttendedDial { dial, attention },
            filling: RefCell::default(),
        }
    }

    fn link(&self) -> SharedLink<D> {
        let mut filling = self.filling.borrow_mut();
        let (left, link) = if let (left @ 1.., Some(link)) = filling.clone() {
            (left, link)
        } else {
            let streams = self.streams.get();
            let known = (self.limits, Arc::clone(&self.habits));
            let way = (self.dial.clone(), Rc::clone(&self.drivers));
            let link = Link::new(way, known, streams);
            (streams, Rc::new(link))
        };
        *filling = (left - 1, Some(Rc::clone(&link)));
        link
    }
}

impl<D: Dial> Connector for StreamConnector<D> {
    type Connection = StreamSlot<AttendedDial<D>>;
    const IS_DRIVEN: bool = true;

    fn connection(&self) -> Self::Connection {
        StreamSlot::new(
            self.link(),
            Arc::clone(&self.requests.0),
            self.origin.clone(),
            self.limits,
        )
    }

    fn drive(&self, context: &Context<'_>) {
        self.drivers.poll(context);
    }
}
