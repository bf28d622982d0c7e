//! What a target does on a socket, byte by byte.

use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Between the bytes of an answer that drips.
const DRIP: Duration = Duration::from_millis(250);
/// Before what comes a moment later.
const MOMENT: Duration = Duration::from_millis(20);
/// Longer than any client waits.
const FOR_EVER: Duration = Duration::from_mins(2);

/// What a target does on a socket: sends some bytes, and then this.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    bytes: Vec<u8>,
    then: Then,
}

/// What follows the bytes.
#[derive(Clone, Debug)]
enum Then {
    /// The next request is awaited.
    GoOn,
    Close,
    Reset,
    /// Nothing, and the connection stays open.
    Hold,
    /// These bytes again and again.
    Repeat(Vec<u8>),
    /// These bytes a moment later; then the next request is awaited.
    Later(Vec<u8>),
    /// The bytes themselves come one by one, slowly.
    Drip,
    /// These bytes past whatever encrypts the connection.
    Raw(Vec<u8>),
}

/// What becomes of the connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum After {
    GoOn,
    Close,
    Reset,
    Raw(Vec<u8>),
}

fn act(bytes: impl Into<Vec<u8>>, then: Then) -> Act {
    Act {
        bytes: bytes.into(),
        then,
    }
}

pub(crate) fn send(bytes: impl Into<Vec<u8>>) -> Act {
    act(bytes, Then::GoOn)
}

pub(crate) fn close(bytes: impl Into<Vec<u8>>) -> Act {
    act(bytes, Then::Close)
}

pub(crate) fn reset(bytes: impl Into<Vec<u8>>) -> Act {
    act(bytes, Then::Reset)
}

pub(crate) fn hold(bytes: impl Into<Vec<u8>>) -> Act {
    act(bytes, Then::Hold)
}

pub(crate) fn repeat(bytes: impl Into<Vec<u8>>, again: impl Into<Vec<u8>>) -> Act {
    act(bytes, Then::Repeat(again.into()))
}

pub(crate) fn later(bytes: impl Into<Vec<u8>>, more: impl Into<Vec<u8>>) -> Act {
    act(bytes, Then::Later(more.into()))
}

pub(crate) fn drip(bytes: impl Into<Vec<u8>>) -> Act {
    act(bytes, Then::Drip)
}

pub(crate) fn raw(bytes: impl Into<Vec<u8>>, past: impl Into<Vec<u8>>) -> Act {
    act(bytes, Then::Raw(past.into()))
}

impl Act {
    /// Does it. Whether the other end still listens is no business of a target that misbehaves.
    pub(crate) async fn play<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: &mut S) -> After {
        if matches!(self.then, Then::Drip) {
            return self.drip(stream).await;
        }
        if write(stream, &self.bytes).await.is_err() {
            return After::Close;
        }
        match &self.then {
            Then::GoOn | Then::Drip => After::GoOn,
            Then::Close => After::Close,
            Then::Reset => After::Reset,
            Then::Raw(bytes) => After::Raw(bytes.clone()),
            Then::Hold => {
                let mut rest = Vec::new();
                let gone = stream.read_to_end(&mut rest);
                drop(tokio::time::timeout(FOR_EVER, gone).await);
                After::Close
            }
            Then::Repeat(bytes) => {
                while write(stream, bytes).await.is_ok() {}
                After::Close
            }
            Then::Later(bytes) => {
                tokio::time::sleep(MOMENT).await;
                match write(stream, bytes).await {
                    Ok(()) => After::GoOn,
                    Err(_) => After::Close,
                }
            }
        }
    }

    async fn drip<S: AsyncWrite + Unpin>(&self, stream: &mut S) -> After {
        for byte in &self.bytes {
            if write(stream, &[*byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(DRIP).await;
        }
        After::Close
    }
}

async fn write<S: AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8]) -> std::io::Result<()> {
    stream.write_all(bytes).await?;
    stream.flush().await
}
