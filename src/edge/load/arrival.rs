//! Reads from a connection, and when that came in by the kernel rather than by a thread that may wake late.

use std::io;
use tokio::net::TcpStream;

#[cfg(not(target_os = "linux"))]
use elsewhere::receive;
#[cfg(target_os = "linux")]
use linux::receive;

#[cfg(not(target_os = "linux"))]
pub(super) use elsewhere::note_arrivals;
#[cfg(target_os = "linux")]
pub(super) use linux::note_arrivals;

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arrival {
    /// So many bytes; none at the end of the connection.
    pub(super) bytes: usize,
    /// How long ago the last of them came in, in nanoseconds; 0 where the kernel does not tell.
    pub(super) age: u64,
}

/// Reads what is there, or waits for it.
pub(super) async fn read(stream: &TcpStream, buffer: &mut [u8]) -> io::Result<Arrival> {
    loop {
        stream.readable().await?;
        match receive(stream, buffer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            read => return read,
        }
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use nix::cmsg_space;
    use nix::sys::socket::sockopt::ReceiveTimestampns;
    use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg, setsockopt};
    use nix::sys::time::TimeSpec;
    use rustix::time::{ClockId, Timespec, clock_gettime};
    use std::io::{self, IoSliceMut};
    use std::os::fd::AsRawFd;
    use tokio::io::Interest;
    use tokio::net::TcpStream;

    use super::Arrival;
    use crate::edge::load::clock::nanos;

    /// Asks the kernel to note when bytes come in (socket(7), `SO_TIMESTAMPNS`).
    pub(in crate::edge::load) fn note_arrivals(stream: &TcpStream) -> io::Result<()> {
        Ok(setsockopt(stream, ReceiveTimestampns, &true)?)
    }

    pub(super) fn receive(stream: &TcpStream, buffer: &mut [u8]) -> io::Result<Arrival> {
        stream.try_io(Interest::READABLE, || noted(stream, buffer))
    }

    fn noted(stream: &TcpStream, buffer: &mut [u8]) -> io::Result<Arrival> {
        let mut space = cmsg_space!(TimeSpec);
        let mut places = [IoSliceMut::new(buffer)];
        let flags = MsgFlags::MSG_DONTWAIT;
        let received = recvmsg::<()>(stream.as_raw_fd(), &mut places, Some(&mut space), flags)?;
        let came = received.cmsgs()?.find_map(|told| match told {
            ControlMessageOwned::ScmTimestampns(time) => Some(time),
            _ => None,
        });
        // The kernel's note is by the wall clock, which no load goes by, so it becomes an age at once.
        let now = nanos(clock_gettime(ClockId::Realtime));
        let age = came.map_or(0, |time| now.saturating_sub(unix_nanos(time)));
        Ok(Arrival {
            bytes: received.bytes,
            age,
        })
    }

    fn unix_nanos(time: TimeSpec) -> u64 {
        nanos(Timespec {
            tv_sec: time.tv_sec(),
            tv_nsec: time.tv_nsec(),
        })
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use std::io;
    use tokio::net::TcpStream;

    use super::Arrival;

    /// There is nobody to ask: the time of reading has to do.
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    pub(in crate::edge::load) fn note_arrivals(_stream: &TcpStream) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn receive(stream: &TcpStream, buffer: &mut [u8]) -> io::Result<Arrival> {
        let bytes = stream.try_read(buffer)?;
        Ok(Arrival { bytes, age: 0 })
    }
}
