//! The world: sockets, programs, clocks. Everything that is not a function of its arguments.

pub mod mailbox;
pub mod tls;
