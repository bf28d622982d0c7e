//! One connection to the target that is kept from one exchange to the next, as long as the target keeps it.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::Instant;

use super::deadline::Deadline;
use super::dial::Dial;
use super::fault::{closed, connect_timeout, exchange_timeout, malformed};
use super::idle::{IdleHabits, SHORTEST_IDLE};
use super::limits::WireLimits;
use super::response::ResponseReader;
use super::socket::{Aged, Closing};
use crate::edge::tls_fault::explain_io;
use crate::model::{TransferError, TransferErrorKind};

/// A server may say this on an idle connection before it closes it (RFC 9110, section 15.5.9).
const IDLE_TIMEOUT: &[u8] = b"HTTP/1.1 408";

/// As long as no connection has carried a second answer, a second request that must not be sent twice waits so
/// long for the target to close.
const CLOSING_TIME: Duration = Duration::from_millis(10);

/// A request as it goes over the wire, and what must be known to read its answer and to send it again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message<'a> {
    pub(super) bytes: &'a [u8],
    /// Whether its answer has no body whatever the headers say.
    pub(super) is_head_request: bool,
    /// Whether it has the same effect if it is sent twice.
    pub(super) may_be_sent_twice: bool,
}

/// A connection that is kept over a dialled stream.
pub(super) struct KeptStream<D: Dial> {
    dial: D,
    stream: Option<D::Stream>,
    pub(super) reader: ResponseReader,
    deadline: Deadline,
    /// When the last exchange on the open stream began, or when it was opened, if there was none.
    last: Instant,
    /// The answers that the open stream has carried.
    answers: u64,
    /// How long the target keeps the open stream when it is idle, if it says so.
    kept_for: Option<Duration>,
    habits: Arc<IdleHabits>,
    limits: WireLimits,
    /// How long the end of the last answer had been there when it was read, in nanoseconds.
    pub(super) age: u64,
}

impl<D: Dial> KeptStream<D> {
    /// Nothing is open yet. `now` is any moment that is not later than the first exchange.
    pub(super) fn new(dial: D, habits: Arc<IdleHabits>, limits: WireLimits, now: Instant) -> Self {
        Self {
            dial,
            stream: None,
            reader: ResponseReader::new(limits),
            deadline: Deadline::new(now),
            last: now,
            answers: 0,
            kept_for: None,
            habits,
            limits,
            age: 0,
        }
    }

    /// Whether a request that failed on a stream that was idle for so long may be sent again: the target had
    /// closed the stream before it could see the request, or may have and does not mind a second.
    fn may_repeat(&self, message: Message<'_>, idle: Duration, error: &TransferError) -> bool {
        let closed = matches!(
            error.kind,
            TransferErrorKind::Closed | TransferErrorKind::Send
        );
        let Some(stream) = self.stream.as_ref().filter(|_| closed) else {
            return false;
        };
        if !self.reader.unread().is_empty() {
            return false;
        }
        let closing = stream.closing();
        if closing == Closing::BeforeRequest {
            self.habits.closed(idle, self.answers);
            return true;
        }
        let is_reset = closing == Closing::Reset;
        message.may_be_sent_twice && self.habits.explains(idle, self.answers, is_reset)
    }

    /// Gives up the stream if the target has closed it, or may do so while the request is on its way.
    async fn leave_closing(
        &mut self,
        message: Message<'_>,
        idle: Duration,
    ) -> Result<(), TransferError> {
        self.check_idle().await?;
        let once_only = !message.may_be_sent_twice;
        if self.stream.is_some()
            && once_only
            && self.answers == 1
            && self.habits.none_carried_a_second()
        {
            self.await_close().await?;
        }
        if self.stream.is_none() {
            self.habits.closed(idle, self.answers);
            return Ok(());
        }
        if idle < SHORTEST_IDLE {
            return Ok(());
        }
        let is_doubtful = once_only && self.habits.is_untried(idle);
        self.habits.outlasted(idle);
        if is_doubtful || self.habits.is_near_close(idle, self.kept_for) {
            self.stream = None;
        }
        Ok(())
    }

    /// Waits a little for the target to close the stream.
    async fn await_close(&mut self) -> Result<(), TransferError> {
        let end = Instant::now() + CLOSING_TIME;
        while self.stream.is_some() && Instant::now() < end {
            tokio::time::sleep(CLOSING_TIME / 10).await;
            self.check_idle().await?;
        }
        Ok(())
    }

    /// Looks whether the target has closed the connection while it was idle, or said something that
    /// nobody asked for, which would be taken for the next answer.
    async fn check_idle(&mut self) -> Result<(), TransferError> {
        let Some(stream) = &mut self.stream else {
            return Ok(());
        };
        let mut space = [0_u8; IDLE_TIMEOUT.len()];
        let mut read = ReadBuf::new(&mut space);
        let came = poll_fn(|context| {
            Poll::Ready(match Pin::new(&mut *stream).poll_read(context, &mut read) {
                Poll::Pending => None,
                Poll::Ready(Ok(())) => Some(read.filled().len()),
                Poll::Ready(Err(_)) => Some(0),
            })
        })
        .await;
        if came.is_none() {
            return Ok(());
        }
        self.stream = None;
        match read.filled() {
            [] | IDLE_TIMEOUT => Ok(()),
            _ => Err(malformed("it came before the request was sent")),
        }
    }

    /// Keeps the stream for the next request, if it can be.
    fn settle(&mut self, began: Instant, is_answered: bool) {
        if !is_answered || !self.reader.reusable() || self.habits.closes_each() {
            self.stream = None;
            return;
        }
        self.last = began;
        self.answers += 1;
        self.kept_for = self.reader.kept_for();
        if self.answers == 2 {
            self.habits.carried_a_second();
        }
    }

    async fn exchange_on_stream(&mut self, bytes: &[u8]) -> Result<(), TransferError> {
        let Some(stream) = &mut self.stream else {
            return Err(closed("before the request was sent"));
        };
        stream.mark();
        let mut transfer = pin!(transfer(stream, bytes, &mut self.reader));
        let limit = self.limits.exchange;
        self.age = poll_fn(|context| {
            if let Poll::Ready(result) = transfer.as_mut().poll(context) {
                return Poll::Ready(result);
            }
            self.deadline
                .poll_passed(context)
                .map(|()| Err(exchange_timeout(limit)))
        })
        .await?;
        Ok(())
    }

    /// When the last exchange began.
    pub(super) const fn last(&self) -> Instant {
        self.last
    }

    /// Opens the stream, if it is not open.
    pub(super) async fn open(&mut self) -> Result<(), TransferError> {
        if self.stream.is_some() {
            return Ok(());
        }
        let limit = self.limits.connect;
        let dialled = tokio::time::timeout(limit, self.dial.dial()).await;
        self.stream = Some(dialled.map_err(|_| connect_timeout(limit))??);
        (self.last, self.answers, self.kept_for) = (Instant::now(), 0, None);
        Ok(())
    }

    /// Sends a request and reads the whole answer.
    pub(super) async fn exchange(
        &mut self,
        message: Message<'_>,
        mut began: Instant,
    ) -> Result<(), TransferError> {
        let idle = began.saturating_duration_since(self.last);
        if self.stream.is_some() {
            self.leave_closing(message, idle).await?;
        }
        let is_fresh = self.stream.is_none();
        if is_fresh {
            self.open().await?;
            began = Instant::now();
        }
        self.deadline.set(began + self.limits.exchange);
        self.reader.begin(message.is_head_request);
        let mut result = self.exchange_on_stream(message.bytes).await;
        if let Err(error) = &result
            && !is_fresh
            && self.may_repeat(message, idle, error)
        {
            self.habits.count_resent();
            self.stream = None;
            self.open().await?;
            self.reader.begin(message.is_head_request);
            result = self.exchange_on_stream(message.bytes).await;
        }
        self.settle(began, result.is_ok());
        result
    }
}

/// Sends a request and reads its whole answer. Gives how long that had been there.
async fn transfer<S: Aged + AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    request: &[u8],
    reader: &mut ResponseReader,
) -> Result<u64, TransferError> {
    stream.write_all(request).await.map_err(not_sent)?;
    stream.flush().await.map_err(not_sent)?;
    poll_fn(|context| stream.poll_arrived(context)).await;
    loop {
        let came = stream
            .read_buf(reader.room())
            .await
            .map_err(|error| not_read(&error, reader))?;
        if came == 0 {
            return reader.end().map(|()| 0);
        }
        if reader.advance()? {
            return Ok(stream.age());
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the form that map_err takes")]
pub(super) fn not_sent(error: io::Error) -> TransferError {
    let detail = format!("the request could not be sent whole: {error}");
    TransferError::new(TransferErrorKind::Send, detail)
}

pub(super) fn not_read(error: &io::Error, reader: &ResponseReader) -> TransferError {
    let when = if reader.unread().is_empty() {
        "before it answered"
    } else {
        "in the middle of its answer"
    };
    match error.kind() {
        // How rustls says that what came is not TLS.
        io::ErrorKind::InvalidData => TransferError::new(TransferErrorKind::Tls, explain_io(error)),
        io::ErrorKind::ConnectionReset => {
            let detail = format!("the target reset the connection {when}");
            TransferError::new(TransferErrorKind::Closed, detail)
        }
        io::ErrorKind::UnexpectedEof => closed(when),
        _ => {
            let detail = format!("the connection failed {when}: {error}");
            TransferError::new(TransferErrorKind::Closed, detail)
        }
    }
}
