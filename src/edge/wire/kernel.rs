//! What the kernel knows of a connection, and other systems do not tell.

#[cfg(not(target_os = "linux"))]
pub(super) use elsewhere::{Notes, has_ended, is_unreached};
#[cfg(target_os = "linux")]
pub(super) use linux::{Notes, has_ended, is_unreached};

/// What was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Received {
    pub(super) bytes: usize,
    /// How long ago the last of them came in, in nanoseconds; 0 if that is not known.
    pub(super) age: u64,
}

#[cfg(target_os = "linux")]
mod linux {
    use nix::errno::Errno;
    use nix::sys::socket::sockopt::ReceiveTimestampns;
    use nix::sys::socket::{ControlMessageOwned, MsgFlags, getsockopt, recv, recvmsg, setsockopt};
    use nix::sys::time::TimeSpec;
    use nix::{cmsg_space, getsockopt_impl, libc, sockopt_impl};
    use rustix::time::{ClockId, clock_gettime};
    use std::io::{self, IoSliceMut};
    use std::os::fd::AsRawFd;
    use tokio::net::TcpStream;

    use super::Received;

    /// Enough of the kernel's `struct tcp_info` for the count of acknowledged bytes, a u64 at its end.
    type TcpInfoStart = [u64; 16];

    sockopt_impl!(
        TcpFacts,
        GetOnly,
        libc::IPPROTO_TCP,
        libc::TCP_INFO,
        TcpInfoStart
    );

    /// Whether the other end has said that it sends nothing more.
    pub(in crate::edge::wire) fn has_ended(stream: &TcpStream) -> bool {
        let flags = MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_PEEK;
        recv(stream.as_raw_fd(), &mut [0], flags) == Ok(0)
    }

    /// Whether no byte behind the first so many was acknowledged: the end of a stream acknowledges what had
    /// reached its sender until then. The kernel counts the handshake as a byte; less than it was told would be
    /// no count at all.
    pub(in crate::edge::wire) fn is_unreached(stream: &TcpStream, marked: u64) -> bool {
        let acknowledged = getsockopt(stream, TcpFacts).ok();
        let acknowledged = acknowledged.and_then(|facts| facts.last().copied());
        acknowledged.is_some_and(|bytes| (marked..=marked + 1).contains(&bytes))
    }

    /// Where the kernel puts its notes.
    #[derive(Debug)]
    pub(in crate::edge::wire) struct Notes(Vec<u8>);

    impl Notes {
        /// Asks the kernel to note when bytes come in (socket(7), `SO_TIMESTAMPNS`); none where something
        /// stands in for the kernel that cannot, as in some sandboxes.
        pub(in crate::edge::wire) fn of(stream: &TcpStream) -> io::Result<Option<Self>> {
            match setsockopt(stream, ReceiveTimestampns, &true) {
                Ok(()) => Ok(Some(Self(cmsg_space!(TimeSpec)))),
                Err(Errno::ENOPROTOOPT | Errno::EOPNOTSUPP | Errno::ENOSYS) => Ok(None),
                Err(error) => Err(error.into()),
            }
        }

        /// Reads what is there.
        pub(in crate::edge::wire) fn receive(
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

    pub(in crate::edge::wire) fn has_ended(_stream: &TcpStream) -> bool {
        false
    }

    pub(in crate::edge::wire) fn is_unreached(_stream: &TcpStream, _marked: u64) -> bool {
        false
    }

    /// There is nobody to ask: the time of reading has to do.
    #[derive(Debug)]
    pub(in crate::edge::wire) enum Notes {}

    impl Notes {
        #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
        pub(in crate::edge::wire) fn of(_stream: &TcpStream) -> io::Result<Option<Self>> {
            Ok(None)
        }

        pub(in crate::edge::wire) fn receive(
            &mut self,
            _stream: &TcpStream,
            _space: &mut [u8],
        ) -> io::Result<Received> {
            match *self {}
        }
    }
}
