//! HTTP/2 for a load (RFC 9113): the exchanges of several streams over each connection.
//!
//! Sends requests and understands answers; judges nothing and counts nothing. A stream slot is a
//! connection to the engine: it carries one exchange at a time.

mod answer;
mod connector;
mod fault;
mod link;
mod request;
mod stream;

pub(in crate::edge) use connector::{StreamConnector, StreamRequests};
