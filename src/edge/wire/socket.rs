//! A TCP connection that may know when the bytes that were read had come in, which the kernel tells also to a
//! thread that wakes late, and whether bytes that were sent have reached the other end.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;

use super::kernel::{Notes, Received, has_ended, is_unreached};

/// A stream that can tell how long what it read had been there, and what became of what was sent.
pub(crate) trait Aged {
    /// How long before the last read its last byte had come in, in nanoseconds; 0 where the kernel does not
    /// tell.
    fn age(&self) -> u64;

    /// Waits until a read may find something, as far as that is known without reading, so that memory for it is
    /// needed no sooner.
    fn poll_arrived(&mut self, context: &mut Context<'_>) -> Poll<()>;

    /// Marks the place in what is sent behind which the next request begins.
    fn mark(&mut self);

    /// How the other end closed the stream, once it is known to be closed.
    fn closing(&self) -> Closing;
}

/// How the other end of a stream closed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closing {
    /// Before a byte behind the mark had reached its machine, so that nobody can have read one there.
    BeforeRequest,
    /// In order, and bytes behind the mark had reached its machine, or may have.
    InOrder,
    /// By a reset, which tells nothing of what was read.
    Reset,
}

/// A TCP connection that may know when bytes came in.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    /// None if nobody wants to know, or nobody could tell.
    notes: Option<Notes>,
    age: u64,
    /// Bytes that were sent, and how many of them before the last mark.
    sent: u64,
    marked: u64,
    /// Whether the other end closed in order; none if it was not seen to close. Only the first sign tells: after
    /// an error the kernel says that all is in order.
    closed_in_order: Option<bool>,
}

impl Socket {
    /// A connection. `aged` is whether it is to tell ages, which costs a third of a microsecond for each read.
    ///
    /// # Errors
    ///
    /// If the connection is not open any more.
    pub(crate) fn new(stream: TcpStream, aged: bool) -> io::Result<Self> {
        // Small requests must not wait for the acknowledgement of what went before.
        stream.set_nodelay(true)?;
        let notes = if aged { Notes::of(&stream)? } else { None };
        Ok(Self {
            stream,
            notes,
            age: 0,
            sent: 0,
            marked: 0,
            closed_in_order: None,
        })
    }
}

impl Aged for Socket {
    fn age(&self) -> u64 {
        self.age
    }

    fn poll_arrived(&mut self, context: &mut Context<'_>) -> Poll<()> {
        // What is wrong with the socket is what the read says.
        self.stream.poll_read_ready(context).map(drop)
    }

    fn mark(&mut self) {
        self.marked = self.sent;
    }

    fn closing(&self) -> Closing {
        let is_unsent = self.sent == self.marked;
        let in_order = self.closed_in_order;
        match in_order.unwrap_or_else(|| has_ended(&self.stream)) {
            _ if is_unsent => Closing::BeforeRequest,
            true if is_unreached(&self.stream, self.marked) => Closing::BeforeRequest,
            true => Closing::InOrder,
            false => Closing::Reset,
        }
    }
}

impl Socket {
    fn saw_close(&mut self, in_order: bool) {
        self.closed_in_order.get_or_insert(in_order);
    }

    fn poll_received(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Some(notes) = &mut self.notes else {
            return Pin::new(&mut self.stream).poll_read(context, buffer);
        };
        let space = buffer.initialize_unfilled();
        loop {
            ready!(self.stream.poll_read_ready(context))?;
            match receive(&self.stream, notes, space) {
                Ok(received) => {
                    self.age = received.age;
                    buffer.advance(received.bytes);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    fn count(&mut self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &written {
            Poll::Ready(Ok(bytes)) => self.sent += u64::try_from(*bytes).unwrap_or_default(),
            // The kernel tells a reset behind the orderly end of what the other end sent from one without.
            Poll::Ready(Err(error)) => self.saw_close(error.kind() == io::ErrorKind::BrokenPipe),
            Poll::Pending => {}
        }
        written
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = ready!(self.poll_received(context, buffer));
        match &read {
            Ok(()) if buffer.filled().len() == before => self.saw_close(true),
            Ok(()) => {}
            Err(_) => self.saw_close(false),
        }
        Poll::Ready(read)
    }
}

/// Reads what is there by now.
fn receive(stream: &TcpStream, notes: &mut Notes, space: &mut [u8]) -> io::Result<Received> {
    let mut received = None;
    let tried = stream.try_io(Interest::READABLE, || {
        let read = notes.receive(stream, space)?;
        received = Some(read);
        if (1..space.len()).contains(&read.bytes) {
            // That was all (epoll(7), question 9). The runtime is to wait for more, so that nobody asks once
            // more in vain.
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(())
    });
    match received {
        Some(received) => Ok(received),
        None => Err(tried.err().unwrap_or(io::ErrorKind::WouldBlock.into())),
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.count(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.count(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(all(test, target_os = "linux"))]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::time::{Instant, sleep};

    async fn pair(aged: bool) -> (Socket, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (ours, theirs) = tokio::join!(TcpStream::connect(address), listener.accept());
        (Socket::new(ours.unwrap(), aged).unwrap(), theirs.unwrap().0)
    }

    async fn read(socket: &mut Socket) -> Vec<u8> {
        let mut bytes = [0; 8];
        let length = socket.read(&mut bytes).await.unwrap();
        bytes[..length].to_vec()
    }

    #[tokio::test]
    async fn bytes_that_lay_there_are_as_old_as_the_last_of_them() {
        let (mut socket, mut peer) = pair(true).await;
        peer.write_all(b"one").await.unwrap();
        sleep(Duration::from_millis(60)).await;
        let before_last = Instant::now();
        peer.write_all(b"two").await.unwrap();
        sleep(Duration::from_millis(60)).await;
        assert_eq!(read(&mut socket).await, b"onetwo");
        let age = Duration::from_nanos(socket.age());
        let most = before_last.elapsed();
        assert!(
            age >= Duration::from_millis(60) && age <= most,
            "{age:?} of {most:?}"
        );
    }

    #[tokio::test]
    async fn everything_is_read_to_the_end_with_ages_and_without() {
        for aged in [true, false] {
            let (mut socket, mut peer) = pair(aged).await;
            peer.write_all(b"0123456789abcdef").await.unwrap();
            assert_eq!(read(&mut socket).await, b"01234567");
            assert_eq!(read(&mut socket).await, b"89abcdef");
            let late = async {
                sleep(Duration::from_millis(20)).await;
                peer.write_all(b"late").await.unwrap();
                drop(peer);
            };
            let (came, ()) = tokio::join!(read(&mut socket), late);
            assert_eq!(came, b"late");
            assert_eq!(read(&mut socket).await, b"");
            assert!(aged || socket.age() == 0);
        }
    }

    /// The peer closes, and a request is sent before that is seen; or it reads the request and closes; or it
    /// leaves the request unread and closes.
    #[tokio::test]
    async fn a_close_before_the_request_is_told_from_one_in_its_place() {
        for (read_first, reset, closing) in [
            (false, false, Closing::BeforeRequest),
            (true, false, Closing::InOrder),
            (true, true, Closing::Reset),
        ] {
            let (mut socket, mut peer) = pair(false).await;
            for _ in 0..2 {
                socket.write_all(b"before").await.unwrap();
                peer.read_exact(&mut [0; 6]).await.unwrap();
                peer.write_all(b"answer").await.unwrap();
                assert_eq!(read(&mut socket).await, b"answer");
            }
            socket.mark();
            if read_first {
                socket.write_all(b"request").await.unwrap();
                peer.read_exact(&mut [0; 7]).await.unwrap();
                if reset {
                    peer.set_zero_linger().unwrap();
                }
                drop(peer);
            } else {
                drop(peer);
                socket.write_all(b"request").await.unwrap();
            }
            drop(socket.read(&mut [0; 8]).await);
            assert_eq!(socket.closing(), closing);
        }
    }

    #[tokio::test]
    async fn a_connection_that_was_reset_is_an_error() {
        let (mut socket, peer) = pair(true).await;
        peer.set_zero_linger().unwrap();
        drop(peer);
        let error = socket.read(&mut [0; 8]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }
}
