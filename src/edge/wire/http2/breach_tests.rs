//! What a server may not do: the connection ends, and its server is told why.

use super::frame::{ACK, END_HEADERS, ErrorCode, FrameHead, FrameKind, PADDED, PRIORITY};
use super::scripted_client::{GET, OK, ScriptedClient, WHOLE, block, data, frame, head, setting};

const PROTOCOL: ErrorCode = ErrorCode::PROTOCOL_ERROR;
const SIZE: ErrorCode = ErrorCode::FRAME_SIZE_ERROR;
const FLOW: ErrorCode = ErrorCode::FLOW_CONTROL_ERROR;

/// Each of these ends the connection for the reason that the server is told.
fn assert_breaches<const COUNT: usize>(breaches: [(Vec<Vec<u8>>, ErrorCode); COUNT]) {
    for (number, (frames, code)) in breaches.into_iter().enumerate() {
        let mut client = ScriptedClient::new(GET);
        let (first, second) = (client.begin(), client.begin());
        assert_eq!(client.take(&frames), Err(code), "{number}");
        let told = client.fault(second);
        let expected = "the answer is not valid HTTP/2";
        assert!(told.contains(expected), "{number}: {told}");
        assert!(client.answer(first).is_some() && client.state.is_over());
        let (farewell, payload) = client.sent().pop().unwrap();
        assert_eq!(farewell.kind, FrameKind::GoAway, "{number}");
        assert_eq!(payload[4..], code.0.to_be_bytes(), "{number}");
    }
}

/// A frame that breaks a rule by itself.
fn lone(kind: FrameKind, flags: u8, stream: u32, payload: &[u8]) -> Vec<Vec<u8>> {
    vec![frame(kind, flags, stream, payload)]
}

#[test]
fn frames_have_their_lengths() {
    let too_long = FrameHead {
        length: 16_385,
        kind: FrameKind::Data,
        flags: 0,
        stream: 1,
    };
    let mut cut = Vec::new();
    too_long.write(&mut cut);
    assert_breaches([
        (vec![cut], SIZE),
        (lone(FrameKind::Reset, 0, 1, &[0; 5]), SIZE),
        (lone(FrameKind::Headers, PRIORITY, 1, &[0; 4]), SIZE),
        (lone(FrameKind::Ping, 0, 0, &[0; 7]), SIZE),
        (lone(FrameKind::GoAway, 0, 0, &[0; 7]), SIZE),
        (lone(FrameKind::Settings, 0, 0, &[0; 5]), SIZE),
        (lone(FrameKind::Settings, ACK, 0, &[0; 6]), SIZE),
        (lone(FrameKind::WindowUpdate, 0, 0, &[0; 3]), SIZE),
        (lone(FrameKind::Priority, 0, 2, &[0; 4]), SIZE),
        (lone(FrameKind::Data, PADDED, 1, &[2, 0]), PROTOCOL),
        (lone(FrameKind::Data, PADDED, 1, &[]), PROTOCOL),
    ]);
}

#[test]
fn frames_are_on_their_streams() {
    let closed = ErrorCode::STREAM_CLOSED;
    assert_breaches([
        (vec![head(2, WHOLE, &[OK])], PROTOCOL),
        (vec![head(0, WHOLE, &[OK])], PROTOCOL),
        (vec![head(9, WHOLE, &[OK])], PROTOCOL),
        (vec![data(9, 0, b"x")], PROTOCOL),
        (vec![data(0, 0, b"x")], PROTOCOL),
        (lone(FrameKind::Reset, 0, 9, &[0; 4]), PROTOCOL),
        (lone(FrameKind::WindowUpdate, 0, 9, &[1; 4]), PROTOCOL),
        (lone(FrameKind::Priority, 0, 0, &[0; 5]), PROTOCOL),
        (lone(FrameKind::Ping, 0, 1, &[0; 8]), PROTOCOL),
        (lone(FrameKind::GoAway, 0, 1, &[0; 8]), PROTOCOL),
        (lone(FrameKind::Settings, 0, 1, &[]), PROTOCOL),
        (
            lone(FrameKind::PushPromise, WHOLE, 1, &[0, 0, 0, 2]),
            PROTOCOL,
        ),
        (vec![head(1, WHOLE, &[OK]), data(1, 0, b"x")], closed),
        (vec![head(1, WHOLE, &[OK]); 2], closed),
    ]);
}

#[test]
fn blocks_of_headers_are_whole() {
    let begun = || frame(FrameKind::Headers, 0, 1, &block(&[OK]));
    let ping = frame(FrameKind::Ping, 0, 0, &[0; 8]);
    let other = frame(FrameKind::Continuation, END_HEADERS, 3, &[]);
    let mut endless = vec![begun()];
    endless.extend(vec![frame(FrameKind::Continuation, 0, 1, &[]); 1_000]);
    let long = vec![
        frame(FrameKind::Headers, 0, 1, &[0; 4_000]),
        frame(FrameKind::Continuation, 0, 1, &[0; 1]),
    ];
    let flood = ErrorCode::ENHANCE_YOUR_CALM;
    let compression = ErrorCode::COMPRESSION_ERROR;
    assert_breaches([
        (lone(FrameKind::Continuation, WHOLE, 1, &[]), PROTOCOL),
        (vec![begun(), ping], PROTOCOL),
        (vec![begun(), other], PROTOCOL),
        (lone(FrameKind::Headers, WHOLE, 1, &[0x80]), compression),
        (endless, flood),
        (long, flood),
    ]);
}

#[test]
fn settings_and_windows_have_their_bounds() {
    let many = vec![frame(FrameKind::Ping, 0, 0, &[0; 8]); 10_001];
    assert_breaches([
        (vec![setting(2, 1)], PROTOCOL),
        (vec![setting(5, 16_383)], PROTOCOL),
        (vec![setting(5, 1 << 24)], PROTOCOL),
        (vec![setting(4, u32::MAX)], FLOW),
        (lone(FrameKind::WindowUpdate, 0, 0, &[0; 4]), PROTOCOL),
        (
            lone(FrameKind::WindowUpdate, 0, 0, &[0x7f, 255, 255, 255]),
            FLOW,
        ),
        (many, ErrorCode::ENHANCE_YOUR_CALM),
    ]);
}

#[test]
fn a_server_begins_with_settings() {
    for frames in [
        frame(FrameKind::Ping, 0, 0, &[0; 8]),
        b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(),
    ] {
        let mut client = ScriptedClient::fresh(GET, 1);
        let key = client.begin();
        client.take(&[frames]).unwrap_err();
        assert!(client.fault(key).contains("not valid HTTP/2"));
    }
}
