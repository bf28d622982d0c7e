//! A stream slot: carries one exchange after the other, each over a stream of its own.

use bytes::Bytes;
use h2::RecvStream;
use http::{Request, Response as Message};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::time::Instant;

use super::answer::{StreamAnswer, StreamAnswerView};
use super::fault::{fault, is_untouched};
use super::link::{Link, Open};
use super::request::StreamRequestWriter;
use crate::edge::wire::deadline::Deadline;
use crate::edge::wire::dial::Dial;
use crate::edge::wire::fault::exchange_timeout;
use crate::edge::wire::limits::WireLimits;
use crate::edge::wire::origin::Origin;
use crate::engine::load::Connection;
use crate::model::{Response, TransferError, TransferErrorKind};
use crate::suite::Values;

/// A request that the target has not looked at is sent again so often at the most.
const MOST_ATTEMPTS: u32 = 3;

/// A stream slot of a connection.
#[derive(Debug)]
pub(in crate::edge) struct StreamSlot<D> {
    link: Rc<Link<D>>,
    writer: Arc<StreamRequestWriter>,
    answer: StreamAnswer,
    deadline: Deadline,
    origin: Origin,
    limits: WireLimits,
}

/// Why an attempt came to nothing.
enum Lost {
    /// The target has not looked at the request.
    Untouched(TransferError),
    /// The connection ended before anything of the answer came.
    Unanswered(TransferError),
    Failed(TransferError),
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
            answer: StreamAnswer::default(),
            deadline: Deadline::new(origin.get()),
            origin,
            limits,
        }
    }

    /// Sends a request over a stream of its own and reads the answer.
    async fn attempt(&mut self, open: &Open, message: (Request<()>, Bytes)) -> Result<(), Lost> {
        let limit = self.limits.exchange;
        let (answer, deadline) = (&mut self.answer, &mut self.deadline);
        let mut transfer = pin!(transfer(open, message, answer, self.limits.body));
        poll_fn(|context| {
            if let Poll::Ready(result) = transfer.as_mut().poll(context) {
                return Poll::Ready(result);
            }
            let passed = deadline.poll_passed(context);
            passed.map(|()| Err(Lost::Failed(exchange_timeout(limit))))
        })
        .await
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
        let mut request = Some(self.writer.request(operation, values)?);
        let mut began = self.origin.get() + Duration::from_nanos(started);
        let once_only = !self.writer.may_be_sent_twice(operation);
        let idle = self.link.begin(began);
        self.link.leave_closing(idle, once_only);
        let mut attempts = 0;
        loop {
            attempts += 1;
            let open = if let Some(open) = self.link.current() {
                open
            } else {
                let open = self.link.connect().await?;
                began = Instant::now();
                open
            };
            self.deadline.set(began + self.limits.exchange);
            let answers = self.link.answers();
            // It is written again seldom: copies of all requests would cost more.
            let again = || self.writer.request(operation, values);
            let message = request.take().map_or_else(again, Ok)?;
            let lost = match self.attempt(&open, message).await {
                Ok(()) => {
                    self.link.count_answer();
                    return Ok(());
                }
                Err(Lost::Untouched(error)) => {
                    self.link.give_up(&open);
                    if attempts < MOST_ATTEMPTS {
                        self.link.habits().count_resent();
                        continue;
                    }
                    error
                }
                Err(Lost::Unanswered(error)) => {
                    let explained = || self.link.habits().explains(idle, answers, false);
                    if attempts == 1 && !once_only && answers > 0 && explained() {
                        self.link.give_up(&open);
                        self.link.habits().count_resent();
                        continue;
                    }
                    error
                }
                Err(Lost::Failed(error)) => error,
            };
            // Nothing at all came in the meantime: the connection may be dead.
            if lost.kind == TransferErrorKind::Timeout && self.link.answers() == answers {
                self.link.give_up(&open);
            }
            return Err(lost);
        }
    }

    fn age(&self) -> u64 {
        // The streams of a connection share what is read, so that nobody can tell whose it was.
        0
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

async fn transfer(
    open: &Open,
    (request, body): (Request<()>, Bytes),
    answer: &mut StreamAnswer,
    limit: usize,
) -> Result<(), Lost> {
    let answered = send(open, request, body).await?;
    answer.read(answered, limit).await.map_err(Lost::Failed)
}

async fn send(open: &Open, request: Request<()>, body: Bytes) -> Result<Message<RecvStream>, Lost> {
    // Whatever is wrong with the connection before the request is sent has not touched it.
    let unsent = |error: h2::Error| match fault(&error) {
        error if error.kind == TransferErrorKind::Request => Lost::Failed(error),
        error => Lost::Untouched(error),
    };
    let lost = |error: h2::Error| match fault(&error) {
        fault if is_untouched(&error) => Lost::Untouched(fault),
        fault if fault.kind == TransferErrorKind::Closed && error.is_io() => {
            Lost::Unanswered(fault)
        }
        fault => Lost::Failed(fault),
    };
    let mut sender = open.sender.clone().ready().await.map_err(unsent)?;
    let is_empty = body.is_empty();
    let (response, mut stream) = sender.send_request(request, is_empty).map_err(unsent)?;
    if !is_empty {
        stream.send_data(body, true).map_err(lost)?;
    }
    response.await.map_err(lost)
}
