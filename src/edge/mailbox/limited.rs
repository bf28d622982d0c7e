//! A connection to an IMAP server that is given up when the server says far more than it was asked, and
//! that lets through only what it may say. The reader behind it would keep up to half a gigabyte of one
//! answer.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::literals::Literals;

/// What is read between two requests at most, in bytes: the beginning of a mail, or the numbers of
/// 200,000 mails. The reader begins a line anew with every piece of it, so that long ones cost time, too.
const MOST: usize = 2 * 1024 * 1024;

/// A connection over which no more than that is read between two requests.
#[derive(Debug)]
pub(super) struct Limited<S> {
    stream: S,
    left: usize,
    literals: Literals,
}

impl<S> Limited<S> {
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream,
            left: MOST,
            literals: Literals::default(),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Limited<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let read = buffer.filled().len() - before;
        self.literals.keep_apart(&mut buffer.filled_mut()[before..]);
        let Some(left) = self.left.checked_sub(read) else {
            let text = format!("it says more than {} MiB at once", MOST / 1024 / 1024);
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::FileTooLarge, text)));
        };
        self.left = left;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Limited<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.left = MOST;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
