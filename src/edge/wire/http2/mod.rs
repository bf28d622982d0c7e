//! HTTP/2 for a load (RFC 9113): the exchanges of several streams over each connection.
//!
//! Sends requests and understands answers; judges nothing and counts nothing. A stream slot is a
//! connection to the engine: it carries one exchange at a time.

mod answer;
mod answer_head;
mod connector;
mod driver;
mod drivers;
mod frame;
mod header_decoder;
mod header_encoder;
mod header_table;
mod huffman;
mod link;
mod lost;
mod receive;
mod request;
mod send;
mod settings;
mod state;
mod stream;
mod stream_state;

#[cfg(test)]
mod breach_tests;
#[cfg(test)]
mod oracle_tests;
#[cfg(test)]
mod scripted_client;
#[cfg(test)]
mod state_tests;

pub(in crate::edge) use connector::{StreamConnector, StreamRequests};
