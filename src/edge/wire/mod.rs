//! HTTP/1.1 straight on the socket (RFC 9112), for checks and loads, and HTTP/2 for loads (RFC 9113): their hot path.
//!
//! Sends requests and understands answers; judges nothing and counts nothing. Nothing is allocated
//! for a request of HTTP/1.1 once the buffers are as large as they need to be. Whatever cannot be understood is a
//! typed error, after which the connection is closed, so that no answer is ever taken for another's.

mod attention;
mod chunks;
mod connection;
mod connector;
mod deadline;
mod dial;
mod endpoint;
mod fault;
mod followed;
mod fuzzing;
mod head;
mod http2;
mod idle;
mod kept;
mod kernel;
mod known_head;
mod limits;
mod lone_request;
mod origin;
mod request;
#[cfg(test)]
mod request_tests;
mod response;
#[cfg(test)]
mod response_properties;
#[cfg(test)]
mod response_tests;
mod single;
mod socket;

pub(super) use attention::Attention;
pub(super) use connector::{WireConnector, WireRequests};
pub(super) use dial::{Dial, TcpDial, TlsDial};
pub(super) use endpoint::Endpoint;
pub use endpoint::EndpointError;
#[doc(hidden)]
pub use fuzzing::read_answer;
pub(super) use http2::{StreamConnector, StreamRequests};
pub(super) use idle::IdleHabits;
pub(super) use limits::WireLimits;
pub(super) use origin::Origin;
pub use request::{UnsendableError, Unwritable};
pub(super) use single::SingleExchanges;
pub(super) use socket::{Aged, Socket};
