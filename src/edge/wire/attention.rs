//! Counts what a thread has to notice as soon as it happens: each step of opening a connection, and when more of a
//! request can be sent. The kernel notes when answers came, but nothing of these.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::dial::Dial;
use crate::model::TransferError;

/// What cannot wait.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attention(Arc<AtomicUsize>);

impl Attention {
    /// Whether there is anything.
    pub(crate) fn is_needed(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }

    /// One thing more, until what is returned is dropped.
    pub(super) fn pay(&self) -> Attended {
        self.0.fetch_add(1, Ordering::Relaxed);
        Attended(self.clone())
    }
}

/// Something that cannot wait.
#[derive(Debug)]
pub(super) struct Attended(Attention);

impl Drop for Attended {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Opens streams with attention.
#[derive(Clone)]
pub(crate) struct AttendedDial<D> {
    pub(super) dial: D,
    pub(super) attention: Attention,
}

impl<D: Dial> Dial for AttendedDial<D> {
    type Stream = D::Stream;

    async fn dial(&self) -> Result<D::Stream, TransferError> {
        let _attended = self.attention.pay();
        self.dial.dial().await
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use tokio::net::TcpListener;

    use super::*;
    use crate::edge::wire::TcpDial;

    #[tokio::test]
    async fn a_stream_has_attention_until_it_is_open_or_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let attention = Attention::default();
        let dial = AttendedDial {
            dial: TcpDial::new([listener.local_addr().unwrap()]),
            attention: attention.clone(),
        };
        let mut opening = Box::pin(dial.dial());
        assert!(opening.as_mut().now_or_never().is_none());
        assert!(attention.is_needed());
        drop(opening);
        assert!(!attention.is_needed());
        assert!(dial.dial().await.is_ok());
        assert!(!attention.is_needed());
    }
}
