//! One connection of a load: one prepared request after the other, each answer for the request before it.

use std::sync::Arc;
use std::time::Duration;

use super::attention::Attention;
use super::dial::Dial;
use super::idle::IdleHabits;
use super::kept::{KeptStream, Message};
use super::limits::WireLimits;
use super::origin::Origin;
use super::request::{RequestBuffer, RequestWriter};
use super::response::WireAnswer;
use crate::engine::load::Connection;
use crate::model::{Response, TransferError};
use crate::suite::Values;

/// What the kernel takes at once of a request on an idle connection, in bytes: the size that its buffers begin with
/// (tcp(7), `tcp_wmem`).
pub(super) const SENT_AT_ONCE: usize = 16 * 1024;

/// A connection over a dialled stream.
pub(crate) struct WireConnection<D: Dial> {
    stream: KeptStream<D>,
    writer: Arc<RequestWriter>,
    request: RequestBuffer,
    origin: Origin,
    attention: Attention,
}

impl<D: Dial> WireConnection<D> {
    pub(super) fn new(
        dial: D,
        (writer, habits): (Arc<RequestWriter>, Arc<IdleHabits>),
        origin: Origin,
        limits: WireLimits,
    ) -> Self {
        Self {
            stream: KeptStream::new(dial, habits, limits, origin.get()),
            writer,
            request: RequestBuffer::default(),
            attention: origin.attention(),
            origin,
        }
    }
}

impl<D: Dial> Connection for WireConnection<D> {
    type Answer<'a>
        = WireAnswer<'a>
    where
        Self: 'a;

    async fn open(&mut self) -> Result<(), TransferError> {
        self.stream.open().await
    }

    async fn exchange(
        &mut self,
        operation: usize,
        values: &Values,
        started: u64,
    ) -> Result<(), TransferError> {
        self.writer.write(operation, values, &mut self.request)?;
        let message = Message {
            bytes: self.request.bytes(),
            is_head_request: self.writer.is_head_request(operation),
            may_be_sent_twice: self.writer.may_be_sent_twice(operation),
        };
        let began = self.origin.get() + Duration::from_nanos(started);
        let _attended = (message.bytes.len() > SENT_AT_ONCE).then(|| self.attention.pay());
        self.stream.exchange(message, began).await
    }

    fn age(&self) -> u64 {
        self.stream.age
    }

    fn answer(&self, elapsed: Duration) -> WireAnswer<'_> {
        self.stream.reader.answer(elapsed)
    }

    fn response(&self) -> Response {
        self.stream.reader.response()
    }

    fn rest(&mut self) {
        self.stream.reader.rest();
    }
}
