//! One connection that several streams of one thread share.

use bytes::Bytes;
use h2::client::{Builder, SendRequest};
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::fault::fault;
use crate::edge::wire::dial::Dial;
use crate::edge::wire::fault::connect_timeout;
use crate::edge::wire::idle::{IdleHabits, SHORTEST_IDLE};
use crate::edge::wire::limits::WireLimits;
use crate::model::TransferError;

/// How much of the bodies of one stream may be under way, in bytes: an answer of the usual size never
/// waits for a permission to be sent.
const STREAM_WINDOW: u32 = 1024 * 1024;

/// The same for all streams of a connection together.
const CONNECTION_WINDOW: u32 = 16 * 1024 * 1024;

/// One connection that several streams of one thread share.
#[derive(Debug)]
pub(super) struct Link<D> {
    dial: D,
    limits: WireLimits,
    /// How many streams share it.
    streams: usize,
    open: RefCell<Option<Open>>,
    /// Held while the connection is opened, so that it is opened once.
    opening: Mutex<()>,
    answers: Cell<u64>,
    /// When the last exchange on the open connection began.
    last: Cell<Option<Instant>>,
    habits: Arc<IdleHabits>,
}

/// An open connection.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub(super) sender: SendRequest<Bytes>,
    is_over: Arc<AtomicBool>,
}

impl<D: Dial> Link<D> {
    pub(super) fn new(
        dial: D,
        (limits, habits): (WireLimits, Arc<IdleHabits>),
        streams: usize,
    ) -> Self {
        Self {
            dial,
            limits,
            streams,
            open: RefCell::default(),
            opening: Mutex::default(),
            answers: Cell::default(),
            last: Cell::default(),
            habits,
        }
    }

    /// How the target treats idle connections.
    pub(super) fn habits(&self) -> &IdleHabits {
        &self.habits
    }

    /// Notes that an exchange begins. Gives how long the connection had been idle by then.
    pub(super) fn begin(&self, now: Instant) -> Duration {
        let last = self.last.replace(Some(now));
        last.map_or(Duration::ZERO, |last| now.saturating_duration_since(last))
    }

    /// Gives up a connection that the target has closed, or may close while a request is on its way to it.
    pub(super) fn leave_closing(&self, idle: Duration, once_only: bool) {
        if idle < SHORTEST_IDLE {
            return;
        }
        let Some(open) = self.current() else {
            if self.open.borrow_mut().take().is_some() {
                self.habits.closed(idle, self.answers());
            }
            return;
        };
        let is_doubtful = once_only && self.habits.is_untried(idle);
        self.habits.outlasted(idle);
        if is_doubtful || self.habits.is_near_close(idle, None) {
            self.give_up(&open);
        }
    }

    /// The connection, if it is open.
    pub(super) fn current(&self) -> Option<Open> {
        let open = self.open.borrow();
        let open = open.as_ref()?;
        (!open.is_over.load(Ordering::Relaxed)).then(|| open.clone())
    }

    /// The connection, opened if it is not.
    pub(super) async fn connect(&self) -> Result<Open, TransferError> {
        let _alone = self.opening.lock().await;
        if let Some(open) = self.current() {
            return Ok(open);
        }
        let limit = self.limits.connect;
        let open = timeout(limit, self.dial()).await;
        let open = open.map_err(|_| connect_timeout(limit))??;
        self.open.replace(Some(open.clone()));
        Ok(open)
    }

    async fn dial(&self) -> Result<Open, TransferError> {
        let stream = self.dial.dial().await?;
        let (sender, connection) = Builder::new()
            .enable_push(false)
            .initial_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .initial_max_send_streams(self.streams)
            .max_header_list_size(u32::try_from(self.limits.head).unwrap_or(u32::MAX))
            .handshake(stream)
            .await
            .map_err(|error| fault(&error))?;
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        tokio::spawn(async move {
            // Each stream of it is told of the error as well.
            drop(connection.await);
            over.store(true, Ordering::Relaxed);
        });
        Ok(Open { sender, is_over })
    }

    /// Gives up a connection, unless another one was opened meanwhile. Streams under way go on.
    pub(super) fn give_up(&self, open: &Open) {
        let mut current = self.open.borrow_mut();
        if let Some(mine) = current.as_ref()
            && Arc::ptr_eq(&mine.is_over, &open.is_over)
        {
            *current = None;
        }
    }

    /// Counts an answer.
    pub(super) fn count_answer(&self) {
        self.answers.set(self.answers.get() + 1);
    }

    /// How many answers came, over whatever connection.
    pub(super) const fn answers(&self) -> u64 {
        self.answers.get()
    }
}
