//! When a defect shows: how a call came, and what was decided of it.

use axum::http::Version;
use axum::http::request::Parts;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::reference::defect::Circumstances;

tokio::task_local! {
    /// Whether the defect shows in this call.
    pub(super) static STRIKES: bool;
}

/// Whether a fault of the store or of letters shows in this call. Where nobody decides, it does.
pub(in super::super) fn strikes() -> bool {
    STRIKES.try_with(|strikes| *strikes).unwrap_or(true)
}

/// Counts calls, and connections by the address of the client. An address that is used again, by a
/// later connection, counts on.
pub(super) struct Observer {
    began: Instant,
    calls: AtomicU64,
    pub(super) under_way: AtomicUsize,
    /// Of each client the number of its connection and of its calls.
    connections: Mutex<HashMap<SocketAddr, (u64, u64)>>,
}

impl Observer {
    pub(super) fn new() -> Self {
        Self {
            began: Instant::now(),
            calls: AtomicU64::new(0),
            under_way: AtomicUsize::new(0),
            connections: Mutex::default(),
        }
    }

    /// How a call came.
    pub(super) fn circumstances(&self, peer: SocketAddr, parts: &Parts) -> Circumstances {
        let mut connections = self
            .connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let number = u64::try_from(connections.len()).unwrap_or(u64::MAX);
        let counted = connections.entry(peer).or_insert((number, 0));
        counted.1 += 1;
        let (connection, answer) = *counted;
        let headers = parts.headers.iter().filter_map(|(name, value)| {
            let value = value.to_str().ok()?;
            Some((name.as_str().to_owned(), value.to_owned()))
        });
        Circumstances {
            http_1_0: parts.version == Version::HTTP_10,
            connection,
            answer,
            call: self.calls.fetch_add(1, Ordering::Relaxed) + 1,
            under_way: self.under_way.load(Ordering::Relaxed),
            at_ms: u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX),
            headers: headers.collect(),
        }
    }
}
