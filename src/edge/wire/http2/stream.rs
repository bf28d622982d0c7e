//! A stream slot: carries one exchange after the other, each over a stream of its own.

use std::future::poll_fn;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Instant;

use super::answer::{StreamAnswer, StreamAnswerView};
use super::link::{ConnectionHandle, Link};
use super::lost::Lost;
use super::request::{StreamRequest, StreamRequestWriter};
use super::stream_state::StreamKey;
use crate::edge::wire::connection::SENT_AT_ONCE;
use crate::edge::wire::deadline::Deadline;
use crate::edge::wire::dial::Dial;
use crate::edge::wire::fault::exchange_timeout;
use crate::edge::wire::limits::WireLimits;
use crate::edge::wire::origin::Origin;
use crate::engine::load::Connection;
use crate::model::{Response, TransferError, TransferErrorKind};
use crate::suite::Values;

/// So often a request goes out at the most, while the target says each time that it has not looked at it. A server
/// that refuses now and then may well refuse the same request several times; one that refuses all is to be told.
const MOST_ATTEMPTS: u32 = 10;

/// A stream slot of a connection.
pub(in crate::edge) struct StreamSlot<D: Dial> {
    link: Rc<Link<D>>,
    writer: Arc<StreamRequestWriter>,
    request: StreamRequest,
    answer: StreamAnswer,
    deadline: Deadline,
    origin: Origin,
    limits: WireLimits,
}

impl<D: Dial> StreamSlot<D> {
    pub(super) fn new(
        link: Rc<Link<D>>,
        writer: Arc<StreamRequestWriter>,
        origin: Origin,
        limits: WireLimits,
    ) -> Self {
        Self {
            link,
            writer,
            request: StreamRequest::default(),
            answer: StreamAnswer::default(),
            deadline: Deadline::new(origin.get()),
            origin,
            limits,
        }
    }

    /// The connection, from whose opening the exchange counts if there was none.
    async fn opened(&self, began: &mut Instant) -> Result<ConnectionHandle, TransferError> {
        if let Some(open) = self.link.current() {
            return Ok(open);
        }
        let open = self.link.connect().await?;
        *began = Instant::now();
        Ok(open)
    }

    /// Sends the request over a stream of its own and reads the answer.
    async fn attempt(&mut self, open: &ConnectionHandle) -> Result<(), Lost> {
        let mut transfer = Transfer {
            open,
            writer: &self.writer,
            request: &self.request,
            key: None,
        };
        let (limit, deadline) = (self.limits.exchange, &mut self.deadline);
        let answer = &mut self.answer;
        poll_fn(|context| {
            if let Poll::Ready(result) = transfer.poll(answer, context) {
                return Poll::Ready(result);
            }
            let passed = deadline.poll_passed(context);
            passed.map(|()| Err(Lost::Failed(exchange_timeout(limit))))
        })
        .await?;
        self.answer.decode(self.limits.body).map_err(Lost::Failed)
    }
}

/// A request under way. Without anybody who waits for it its stream is given up.
struct Transfer<'a> {
    open: &'a ConnectionHandle,
    writer: &'a StreamRequestWriter,
    request: &'a StreamRequest,
    /// None before it is sent, and after its answer was taken.
    key: Option<StreamKey>,
}

impl Transfer<'_> {
    fn poll(
        &mut self,
        answer: &mut StreamAnswer,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Lost>> {
        let mut state = self.open.borrow_mut();
        let key = match self.key {
            Some(key) => key,
            None if state.is_over() => return Poll::Ready(Err(state.unsent())),
            None => {
                let Some(place) = state.free_place() else {
                    state.wait(context);
                    return Poll::Pending;
                };
                state.begin(place, self.writer, self.request)
            }
        };
        let polled = state.poll_answer(key, context, answer);
        self.key = polled.is_pending().then_some(key);
        polled
    }
}

impl Drop for Transfer<'_> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.open.borrow_mut().cancel(key);
        }
    }
}

impl<D: Dial> Connection for StreamSlot<D> {
    type Answer<'a>
        = StreamAnswerView<'a>
    where
        Self: 'a;

    async fn open(&mut self) -> Result<(), TransferError> {
        self.link.connect().await.map(drop)
    }

    async fn exchange(
        &mut self,
        operation: usize,
        values: &Values,
        started: u64,
    ) -> Result<(), TransferError> {
        self.writer.fill(operation, values, &mut self.request)?;
        let is_long = self.writer.body(&self.request).len() > SENT_AT_ONCE;
        let _attended = is_long.then(|| self.origin.attention().pay());
        let once_only = !self.writer.may_be_sent_twice(operation);
        let mut began = self.origin.get() + Duration::from_nanos(started);
        // Connections that are opened in between take their time, but not without end.
        let give_up = began + self.limits.connect + self.limits.exchange;
        let idle = self.link.begin(began);
        self.link.leave_closing(idle, once_only);
        let mut attempts = 0;
        loop {
            attempts += 1;
            let may_go_again = || attempts < MOST_ATTEMPTS && Instant::now() < give_up;
            let open = self.opened(&mut began).await?;
            self.deadline.set(began + self.limits.exchange);
            let answers = self.link.answers();
            let Err(lost) = self.attempt(&open).await else {
                self.link.count_answer();
                return Ok(());
            };
            let goes_again = match &lost {
                Lost::Untouched(_) => {
                    self.link.give_up(&open);
                    may_go_again()
                }
                Lost::Refused(_) => may_go_again(),
                Lost::Unanswered(_) if attempts == 1 && !once_only && answers > 0 => {
                    let explained = self.link.habits().explains(idle, answers, false);
                    if explained {
                        self.link.give_up(&open);
                    }
                    explained
                }
                Lost::Unanswered(_) | Lost::Failed(_) => false,
            };
            if goes_again {
                self.link.habits().count_resent();
                continue;
            }
            let lost = lost.into_error();
            // Nothing at all came in the meantime: the connection may be dead.
            if lost.kind == TransferErrorKind::Timeout && self.link.answers() == answers {
                self.link.give_up(&open);
            }
            return Err(lost);
        }
    }

    fn age(&self) -> u64 {
        self.answer.age()
    }

    fn answer(&self, elapsed: Duration) -> StreamAnswerView<'_> {
        StreamAnswerView {
            answer: &self.answer,
            elapsed,
        }
    }

    fn response(&self) -> Response {
        self.answer.response()
    }
}
