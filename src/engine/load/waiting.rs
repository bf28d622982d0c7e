//! Iterations that wait for a mailed code. They hold no connection meanwhile: whichever is free when
//! the code has come goes on with them.

use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::task::{Poll, Waker};

use super::iteration::Iteration;
use crate::engine::MailError;

/// What came of a wait.
pub(super) type MailedCode = Result<String, MailError>;

/// The iterations of one worker that wait for a code, and those whose code has come.
#[derive(Default)]
pub(super) struct Waiting<'a> {
    waits: RefCell<FuturesUnordered<LocalBoxFuture<'a, (Iteration<'a>, MailedCode)>>>,
    ready: RefCell<VecDeque<Iteration<'a>>>,
    waker: Cell<Option<Waker>>,
}

impl<'a> Waiting<'a> {
    /// Lets an iteration wait.
    pub(super) fn park(
        &self,
        iteration: Iteration<'a>,
        code: impl Future<Output = MailedCode> + 'a,
    ) {
        let wait = Box::pin(async move { (iteration, code.await) });
        self.waits.borrow_mut().push(wait);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    /// An iteration whose code has come.
    pub(super) fn take(&self) -> Option<Iteration<'a>> {
        self.ready.borrow_mut().pop_front()
    }

    /// Keeps an iteration until a connection is free for it.
    pub(super) fn resume(&self, iteration: Iteration<'a>) {
        self.ready.borrow_mut().push_back(iteration);
    }

    /// Whether nobody waits for a code.
    pub(super) fn is_empty(&self) -> bool {
        self.waits.borrow().is_empty()
    }

    /// The next wait that ends, whenever that is.
    pub(super) async fn next(&self) -> (Iteration<'a>, MailedCode) {
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
