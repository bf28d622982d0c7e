//! Iterations that wait for a mailed code. They hold no connection meanwhile: whichever is free when
//! the code has come goes on with them.

use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::task::{Poll, Waker};

use super::iteration::Journey;
use crate::engine::MailError;

/// What came of a wait.
pub(super) type Code = Result<String, MailError>;

/// The iterations of one worker that wait for a code, and those whose code has come.
#[derive(Default)]
pub(super) struct Waiting<'a> {
    waits: RefCell<FuturesUnordered<LocalBoxFuture<'a, (Journey<'a>, Code)>>>,
    ready: RefCell<VecDeque<Journey<'a>>>,
    waker: Cell<Option<Waker>>,
}

impl<'a> Waiting<'a> {
    /// Lets an iteration wait.
    pub(super) fn park(&self, journey: Journey<'a>, code: impl Future<Output = Code> + 'a) {
        let wait = Box::pin(async move { (journey, code.await) });
        self.waits.borrow_mut().push(wait);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    /// An iteration whose code has come.
    pub(super) fn take(&self) -> Option<Journey<'a>> {
        self.ready.borrow_mut().pop_front()
    }

    /// Keeps an iteration until a connection is free for it.
    pub(super) fn resume(&self, journey: Journey<'a>) {
        self.ready.borrow_mut().push_back(journey);
    }

    /// Whether nobody waits for a code.
    pub(super) fn is_empty(&self) -> bool {
        self.waits.borrow().is_empty()
    }

    /// The next wait that ends, whenever that is.
    pub(super) async fn next(&self) -> (Journey<'a>, Code) {
        poll_fn(|context| {
            self.waker.set(Some(context.waker().clone()));
            match self.waits.borrow_mut().poll_next_unpin(context) {
                Poll::Ready(Some(ended)) => Poll::Ready(ended),
                Poll::Ready(None) | Poll::Pending => Poll::Pending,
            }
        })
        .await
    }
}
