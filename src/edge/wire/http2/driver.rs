//! Reads and writes one connection, as long as it is needed.

use std::cell::RefCell;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::answer::Arrival;
use super::drivers::DriverNotice;
use super::frame::ErrorCode;
use super::link::ConnectionHandle;
use super::lost::ConnectionEnd;
use super::state::Http2State;
use crate::edge::wire::attention::{Attended, Attention};
use crate::edge::wire::limits::LARGEST_KEPT;
use crate::edge::wire::socket::Aged;

/// How much is read at once, in bytes: the answers of many streams.
const ROOM: usize = 16 * 1024;

/// So often is read before others have their turn.
const MOST_READS: u32 = 16;

thread_local! {
    /// Memory to read into. A connection has it only while it reads, and longer if it ends within a frame.
    static SPARE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Reads and writes one connection.
pub(super) struct ConnectionDriver<S> {
    stream: S,
    shared: ConnectionHandle,
    /// Memory to read into, and how much of it was read and is not understood yet.
    input: Vec<u8>,
    held: usize,
    /// How much of what is to be sent has gone.
    written: usize,
    /// Whether nothing can be sent any more. What has come before is still to be read.
    is_mute: bool,
    attention: Attention,
    attended: Option<Attended>,
}

/// Whether the connection goes on.
type GoesOn = bool;

impl<S: Aged + AsyncRead + AsyncWrite + Unpin> ConnectionDriver<S> {
    pub(super) const fn new(stream: S, shared: ConnectionHandle, attention: Attention) -> Self {
        Self {
            stream,
            shared,
            input: Vec::new(),
            held: 0,
            written: 0,
            is_mute: false,
            attention,
            attended: None,
        }
    }

    /// Reads what has come and writes what is to go; told of more by a notice. Ready when the connection is at its
    /// end.
    pub(super) fn poll(&mut self, context: &mut Context<'_>, notice: &DriverNotice) -> Poll<()> {
        let shared = self.shared.clone();
        let mut goes_on = self.poll_read(context);
        let mut state = shared.borrow_mut();
        if state.is_over() && state.is_idle() && goes_on {
            state.say_farewell(ErrorCode::NO_ERROR);
            goes_on = false;
        }
        state.set_notice(notice.clone());
        let written = self.poll_write(&mut state, context);
        if matches!(written, Poll::Ready(Err(_))) {
            // How the connection ended is what the reading tells.
            self.is_mute = true;
            state.retire();
        }
        let is_needed = written.is_pending() || state.needs_attention();
        if is_needed != self.attended.is_some() {
            self.attended = is_needed.then(|| self.attention.pay());
        }
        if goes_on {
            return Poll::Pending;
        }
        // Who is to hear of the end may have hung up.
        drop(Pin::new(&mut self.stream).poll_shutdown(context));
        Poll::Ready(())
    }

    fn poll_read(&mut self, context: &mut Context<'_>) -> GoesOn {
        for _ in 0..MOST_READS {
            if self.stream.poll_arrived(context).is_pending() {
                return true;
            }
            match self.poll_fill(context) {
                Poll::Pending => return true,
                Poll::Ready(Ok(1..)) => {
                    if !self.understand() {
                        return false;
                    }
                }
                Poll::Ready(Ok(0)) => {
                    self.shared.borrow_mut().close(ConnectionEnd::Closed(None));
                    return false;
                }
                Poll::Ready(Err(error)) => {
                    let end = ConnectionEnd::Closed(Some(error));
                    self.shared.borrow_mut().close(end);
                    return false;
                }
            }
        }
        context.waker().wake_by_ref();
        true
    }

    /// Reads what has come, and says how much.
    fn poll_fill(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if self.input.is_empty() {
            self.input = SPARE.take();
        }
        if self.input.len() < self.held + ROOM {
            self.input.resize(self.held + ROOM, 0);
        }
        let space = self.input.get_mut(self.held..).unwrap_or_default();
        let mut space = ReadBuf::new(space);
        let read = Pin::new(&mut self.stream).poll_read(context, &mut space);
        let length = space.filled().len();
        self.held += length;
        self.give_back();
        ready!(read)?;
        Poll::Ready(Ok(length))
    }

    /// Lends the memory to others while nothing lies in it.
    fn give_back(&mut self) {
        if self.held == 0 && self.input.len() <= LARGEST_KEPT {
            SPARE.replace(std::mem::take(&mut self.input));
        }
    }

    fn understand(&mut self) -> GoesOn {
        let mut state = self.shared.borrow_mut();
        state.arrival = Some(Arrival {
            read: Instant::now(),
            age: self.stream.age(),
        });
        let held = self.input.get(..self.held).unwrap_or_default();
        let goes_on = match state.receive(held) {
            Ok(used) => {
                self.input.copy_within(used..self.held, 0);
                self.held -= used;
                true
            }
            Err(breach) => {
                state.close(ConnectionEnd::Broken(breach));
                false
            }
        };
        drop(state);
        self.give_back();
        goes_on
    }

    /// Ready when all that is to be sent has gone.
    fn poll_write(
        &mut self,
        state: &mut Http2State,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while let Some(left) = state.output.get(self.written..)
            && !left.is_empty()
            && !self.is_mute
        {
            match Pin::new(&mut self.stream).poll_write(context, left)? {
                Poll::Ready(0) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(written) => self.written += written,
                Poll::Pending => {
                    if self.written >= LARGEST_KEPT {
                        state.sent_in_part(std::mem::take(&mut self.written));
                    }
                    return Poll::Pending;
                }
            }
        }
        self.written = 0;
        state.sent();
        if state.output.capacity() > LARGEST_KEPT {
            state.output = Vec::new();
        }
        if self.is_mute {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_flush(context)
    }
}
