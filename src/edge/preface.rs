//! Looks whether a server speaks HTTP/2 from the first byte of a connection on (RFC 9113, section 3.4).

use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::tls::TlsClient;
use super::wire::{Dial, Endpoint, TcpDial, TlsDial};
use crate::model::Protocol;

/// What a client begins with: the preface, and a SETTINGS frame that sets nothing.
const BEGINNING: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// The head of a frame, in bytes: length, type, flags and stream.
const FRAME_HEAD: usize = 9;
/// The type of a SETTINGS frame, with which a server begins.
const SETTINGS: u8 = 4;

/// Whether the server at a base URL answers the beginning of HTTP/2 with its own, within a time. False
/// also if it cannot be reached.
pub async fn speaks_http2(base_url: &str, tls: &TlsClient, within: Duration) -> bool {
    tokio::time::timeout(within, ask(base_url, tls))
        .await
        .ok()
        .flatten()
        .unwrap_or_default()
}

async fn ask(base_url: &str, tls: &TlsClient) -> Option<bool> {
    let endpoint = Endpoint::parse(base_url).ok()?;
    let tcp = TcpDial {
        addresses: endpoint.resolve(Duration::MAX).await.ok()?,
        aged: false,
    };
    if !endpoint.is_tls {
        return begins(tcp.dial().await.ok()?).await;
    }
    let dial = TlsDial::new(tcp, &endpoint.host, tls, Some(Protocol::Http2)).ok()?;
    begins(dial.dial().await.ok()?).await
}

async fn begins(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> Option<bool> {
    stream.write_all(BEGINNING).await.ok()?;
    stream.flush().await.ok()?;
    let mut head = [0; FRAME_HEAD];
    stream.read_exact(&mut head).await.ok()?;
    let [_, _, _, kind, _, stream @ ..] = head;
    Some(kind == SETTINGS && stream == [0; 4])
}
