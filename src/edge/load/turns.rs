//! The work of a thread and its connections, in turns: what one of them leaves to the other is done before the
//! runtime is asked for more, which costs a system call.

use futures_util::task::AtomicWaker;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use crate::engine::load::Connector;

/// So many turns without a look at what has come are enough.
const MOST_TURNS: u32 = 32;

/// Who asks for a turn.
#[derive(Debug, Default)]
struct TurnCall {
    /// Whether somebody asked since the last turn began.
    is_asked: AtomicBool,
    /// Whether the turns go on anyway, so that the runtime need not hear of it.
    is_under_way: AtomicBool,
    runtime: AtomicWaker,
}

impl Wake for TurnCall {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.is_asked.store(true, Ordering::SeqCst);
        if !self.is_under_way.load(Ordering::SeqCst) {
            self.runtime.wake();
        }
    }
}

/// Works to the end, and lets a connector drive its connections meanwhile.
pub(super) async fn in_turns<T>(connector: &impl Connector, work: impl Future<Output = T>) -> T {
    let call = Arc::new(TurnCall::default());
    let waker = Waker::from(Arc::clone(&call));
    let mut work = pin!(work);
    poll_fn(|context| {
        call.runtime.register(context.waker());
        call.is_under_way.store(true, Ordering::SeqCst);
        let mut inner = Context::from_waker(&waker);
        for _ in 0..MOST_TURNS {
            connector.drive(&inner);
            // Whom that woke is in the next line.
            call.is_asked.store(false, Ordering::SeqCst);
            if let Poll::Ready(end) = work.as_mut().poll(&mut inner) {
                return Poll::Ready(end);
            }
            connector.drive(&inner);
            if !call.is_asked.load(Ordering::SeqCst) {
                break;
            }
        }
        call.is_under_way.store(false, Ordering::SeqCst);
        if call.is_asked.load(Ordering::SeqCst) {
            context.waker().wake_by_ref();
        }
        Poll::Pending
    })
    .await
}
