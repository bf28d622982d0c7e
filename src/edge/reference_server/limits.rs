//! How much of the server one client, or all of them, may take.

use rustix::process::{Resource, getrlimit};
use std::time::Duration;

/// Open files that are not a client's: the data file, mail, the listener, and what the process had.
const OTHER_FILES: u64 = 64;

/// How much of the server clients may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many connections are served at a time; at least 1. Further ones wait in the system's queue.
    /// Where the process may have fewer open files, fewer are served.
    pub connections: usize,
    /// How long a connection may take to bring the headers of its first request; for those of the next
    /// it has up to twice as long. It bounds slow clients and idle ones alike, and those that do not
    /// take their answers.
    pub head_time: Duration,
    /// How long a body may take to arrive.
    pub body_time: Duration,
    /// How long open connections may take to end after the shutdown. One that has sent half a request
    /// does not end by itself.
    pub drain_time: Duration,
}

impl Default for Limits {
    /// 4096 connections, more than any load of one machine opens; half a minute each for headers and
    /// body; five seconds for the end.
    fn default() -> Self {
        Self {
            connections: 4_096,
            head_time: Duration::from_secs(30),
            body_time: Duration::from_secs(30),
            drain_time: Duration::from_secs(5),
        }
    }
}

impl Limits {
    /// How many connections can be served at a time.
    pub(super) fn room(&self) -> usize {
        let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        let left = usize::try_from(files.saturating_sub(OTHER_FILES)).unwrap_or(usize::MAX);
        self.connections.min(left).max(1)
    }
}
