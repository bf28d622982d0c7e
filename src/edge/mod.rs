//! The world: sockets, clocks, files, randomness.

pub mod reference_server;
