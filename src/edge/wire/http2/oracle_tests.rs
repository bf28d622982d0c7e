//! The same bytes, understood here and by the h2 crate: what one takes for an answer is the same answer to the other,
//! and what one refuses the other refuses.

use bytes::Bytes;
use http::Request;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::sync::{Arc, LazyLock};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

use super::frame::{
    ACK, END_HEADERS, END_STREAM, FRAME_HEAD, FrameHead, FrameKind, PADDED, PREFACE,
};
use super::lost::ConnectionEnd;
use super::request::StreamRequestWriter;
use super::scripted_client::{GET, ScriptedClient, block, frame, writer};

/// An answer as both tell it.
type UnderstoodAnswer = (u16, Vec<(String, Vec<u8>)>, Vec<u8>);

/// What only this side refuses, as RFC 9113 does (sections 8.1, 8.3 and 5.1.1): h2 reads over the first two, and
/// over the third where what comes is malformed as well.
const STRICTER: [&str; 3] = [
    "its trailer has a status",
    "it has a pseudo-header that is not of an answer",
    "something comes on a stream that was never begun",
];

/// An answer as it is understood here, or what is wrong with it.
fn here(bytes: &[u8]) -> Result<UnderstoodAnswer, String> {
    static WRITER: LazyLock<Arc<StreamRequestWriter>> = LazyLock::new(|| writer(GET));
    let mut client = ScriptedClient::with(Arc::clone(&WRITER), 1);
    let key = client.begin();
    let end = match client.state.receive(bytes) {
        Ok(_) => ConnectionEnd::Closed(None),
        Err(breach) => ConnectionEnd::Broken(breach),
    };
    client.state.close(end);
    let answer = client.answer(key).unwrap();
    let answer = answer.map_err(|lost| format!("{lost:?}"))?;
    let fields = answer.head.fields().map(|(name, value)| {
        let name = String::from_utf8_lossy(name).into_owned();
        (name, value.to_vec())
    });
    let mut fields: Vec<_> = fields.collect();
    fields.sort();
    Ok((answer.head.status(), fields, answer.body))
}

/// An answer as h2 understands it; none if it is none.
async fn there(bytes: &[u8]) -> Option<UnderstoodAnswer> {
    let (near, mut far) = duplex(1 << 20);
    let mut builder = h2::client::Builder::new();
    builder.enable_push(false).max_header_list_size(1_000);
    let (mut sender, connection) = builder.handshake::<_, Bytes>(near).await.ok()?;
    let request = Request::get("http://example.com/base/user/5")
        .body(())
        .ok()?;
    let (response, _) = sender.send_request(request, true).ok()?;
    let connection = tokio::spawn(connection);
    // Nothing comes before the request has gone.
    let mut sent = Vec::new();
    while !has_headers(&sent) {
        far.read_buf(&mut sent).await.ok()?;
    }
    far.write_all(bytes).await.ok()?;
    far.shutdown().await.ok()?;
    let told = async {
        let (parts, mut stream) = response.await.ok()?.into_parts();
        let mut body = Vec::new();
        while let Some(data) = stream.data().await {
            body.extend_from_slice(&data.ok()?);
        }
        stream.trailers().await.ok()?;
        let fields = parts.headers.iter();
        let fields = fields.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
        let mut fields: Vec<_> = fields.collect();
        fields.sort();
        Some((parts.status.as_u16(), fields, body))
    };
    let told = told.await;
    connection.abort();
    told
}

/// Whether a request is among the frames that a client sent.
fn has_headers(sent: &[u8]) -> bool {
    let mut rest = sent.strip_prefix(PREFACE).unwrap_or_default();
    while let Some(head) = FrameHead::read(rest) {
        if head.kind == FrameKind::Headers {
            return true;
        }
        rest = rest.get(FRAME_HEAD + head.length..).unwrap_or_default();
    }
    false
}

/// Headers, and what may stand in their place.
fn some_block() -> impl Strategy<Value = Vec<u8>> {
    let fields: [(&'static str, &'static str); 12] = [
        (":status", "200"),
        (":status", "200"),
        (":status", "404"),
        (":status", "100"),
        ("content-length", "3"),
        ("content-length", "0"),
        ("x-a", "b"),
        ("server", "some server"),
        ("x-A", "b"),
        ("connection", "close"),
        (":path", "/"),
        ("x-c", "\u{1}"),
    ];
    let fields = vec(select(fields.to_vec()), 0..3);
    prop_oneof![
        4 => Just(block(&[(":status", "200")])),
        2 => Just(block(&[(":status", "200"), ("content-length", "3")])),
        1 => Just(block(&[("x-trailer", "1")])),
        2 => fields.prop_map(|fields| block(&fields)),
        1 => Just(vec![0x88, 0x5f, 0x85, 0x49, 0x7c, 0xa5, 0x8a, 0xe8]),
        1 => vec(any::<u8>(), 0..6),
    ]
}

/// A frame of a kind that is about no answer alone.
fn some_other() -> impl Strategy<Value = (FrameKind, Vec<u8>, u8)> {
    let kinds = [
        FrameKind::Continuation,
        FrameKind::GoAway,
        FrameKind::Ping,
        FrameKind::Priority,
        FrameKind::Reset,
        FrameKind::Settings,
        FrameKind::WindowUpdate,
    ];
    let lengths = select(vec![0_usize, 4, 5, 6, 8]);
    (select(kinds.to_vec()), lengths, 0..3_u8, any::<bool>()).prop_map(
        |(kind, length, byte, is_flagged)| {
            let flags = if is_flagged { ACK | END_HEADERS } else { 0 };
            (kind, vec![byte; length], flags)
        },
    )
}

/// A frame that a server may send, or nearly so.
fn some_frame() -> impl Strategy<Value = Vec<u8>> {
    let ends = select(vec![0, END_STREAM]);
    let whole = select(vec![END_HEADERS, END_HEADERS, END_HEADERS, 0]);
    let heads = (ends.clone(), whole, some_block());
    let heads = heads.prop_map(|(ends, whole, block)| (FrameKind::Headers, block, ends | whole));
    let bodies = (ends, vec(any::<u8>(), 0..5), any::<bool>());
    let bodies = bodies.prop_map(|(ends, bytes, is_padded)| {
        let padded = if is_padded && bytes.len() == 4 {
            PADDED
        } else {
            0
        };
        (FrameKind::Data, bytes, ends | padded)
    });
    let last = Just((FrameKind::Data, b"abc".to_vec(), END_STREAM));
    let frames = prop_oneof![5 => heads, 3 => bodies, 3 => last, 2 => some_other()];
    let streams = prop_oneof![12 => Just(1_u32), 1 => Just(0), 1 => Just(2), 1 => Just(3)];
    (frames, streams).prop_map(|((kind, payload, flags), id)| frame(kind, flags, id, &payload))
}

proptest! {
    #[test]
    fn both_understand_the_same(frames in vec(some_frame(), 1..7)) {
        let mut bytes = frame(FrameKind::Settings, 0, 0, &[]);
        bytes.extend(frames.concat());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let there = runtime.block_on(there(&bytes));
        match here(&bytes) {
            Err(fault) if STRICTER.iter().any(|rule| fault.contains(rule)) => {}
            Err(fault) => prop_assert_eq!(None, there, "{}", fault),
            Ok(told) => prop_assert_eq!(Some(told), there),
        }
    }
}
