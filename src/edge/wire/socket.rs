//! A TCP connection that may know when the bytes that were read had come in: the kernel tells that also to a
//! thread that wakes late.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;

#[cfg(not(target_os = "linux"))]
use elsewhere::Notes;
#[cfg(target_os = "linux")]
use linux::Notes;

/// A stream that can tell how long what it read had been there.
pub(crate) trait Aged {
    /// How long before the last read its last byte had come in, in nanoseconds; 0 where the kernel does not
    /// tell.
    fn age(&self) -> u64;
}

/// A TCP connection that may know when bytes came in.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    /// None if nobody wants to know, or nobody could tell.
    notes: Option<Notes>,
    age: u64,
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
        })
    }
}

impl Aged for Socket {
    fn age(&self) -> u64 {
        self.age
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let Some(notes) = &mut this.notes else {
            return Pin::new(&mut this.stream).poll_read(context, buffer);
        };
        let space = buffer.initialize_unfilled();
        loop {
            ready!(this.stream.poll_read_ready(context))?;
            match receive(&this.stream, notes, space) {
                Ok(received) => {
                    this.age = received.age;
                    buffer.advance(received.bytes);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

/// What was read.
#[derive(Clone, Copy, Debug)]
struct Received {
    bytes: usize,
    /// How long ago the last of them came in, in nanoseconds; 0 if that is not known.
    age: u64,
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
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
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

#[cfg(target_os = "linux")]
mod linux {
    use nix::cmsg_space;
    use nix::sys::socket::sockopt::ReceiveTimestampns;
    use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg, setsockopt};
    use nix::sys::time::TimeSpec;
    use rustix::time::{ClockId, clock_gettime};
    use std::io::{self, IoSliceMut};
    use std::os::fd::AsRawFd;
    use tokio::net::TcpStream;

    use super::Received;

    /// Where the kernel puts its notes.
    #[derive(Debug)]
    pub(super) struct Notes(Vec<u8>);

    impl Notes {
        /// Asks the kernel to note when bytes come in (socket(7), `SO_TIMESTAMPNS`).
        pub(super) fn of(stream: &TcpStream) -> io::Result<Option<Self>> {
            setsockopt(stream, ReceiveTimestampns, &true)?;
            Ok(Some(Self(cmsg_space!(TimeSpec))))
        }

        /// Reads what is there.
        pub(super) fn receive(
            &mut self,
            stream: &TcpStream,
            space: &mut [u8],
        ) -> io::Result<Received> {
            let mut places = [IoSliceMut::new(space)];
            let flags = MsgFlags::MSG_DONTWAIT;
            let fd = stream.as_raw_fd();
            let received = recvmsg::<()>(fd, &mut places, Some(&mut self.0), flags)?;
            let came = received.cmsgs()?.find_map(|told| match told {
                ControlMessageOwned::ScmTimestampns(time) => Some(time),
                _ => None,
            });
            Ok(Received {
                bytes: received.bytes,
                age: came.map_or(0, age),
            })
        }
    }

    /// The kernel's note is by the wall clock, which no load goes by, so it becomes an age at once.
    fn age(came: TimeSpec) -> u64 {
        let now = clock_gettime(ClockId::Realtime);
        let seconds = now.tv_sec.saturating_sub(came.tv_sec());
        let nanos = seconds
            .saturating_mul(1_000_000_000)
            .saturating_add(now.tv_nsec.saturating_sub(came.tv_nsec()));
        u64::try_from(nanos).unwrap_or_default()
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use std::io;
    use tokio::net::TcpStream;

    use super::Received;

    /// There is nobody to ask: the time of reading has to do.
    #[derive(Debug)]
    pub(super) enum Notes {}

    impl Notes {
        #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
        pub(super) fn of(_stream: &TcpStream) -> io::Result<Option<Self>> {
            Ok(None)
        }

        pub(super) fn receive(
            &mut self,
            _stream: &TcpStream,
            _space: &mut [u8],
        ) -> io::Result<Received> {
            match *self {}
        }
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

    #[tokio::test]
    async fn a_connection_that_was_reset_is_an_error() {
        let (mut socket, peer) = pair(true).await;
        peer.set_zero_linger().unwrap();
        drop(peer);
        let error = socket.read(&mut [0; 8]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }
}
