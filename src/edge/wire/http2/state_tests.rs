//! A connection, byte for byte: what a server may do, what it may not, and what becomes of it.

use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};

use super::answer::StreamAnswer;
use super::frame::{ACK, END_HEADERS, END_STREAM, ErrorCode, FrameKind, PADDED, PRIORITY};
use super::lost::ConnectionEnd;
use super::scripted_client::{GET, OK, ScriptedClient, WHOLE, block, data, frame, head, setting};

#[test]
fn answers_come_in_any_order_and_in_parts() {
    let mut client = ScriptedClient::new(GET);
    let (first, second) = (client.begin(), client.begin());
    assert_eq!((first.id, second.id), (1, 3));
    let mut padded = vec![3];
    padded.extend_from_slice(b"two\0\0\0");
    let mut weighted = vec![0, 0, 0, 0, 7];
    weighted.extend_from_slice(&block(&[OK, ("x-a", "b")]));
    let (begin, end) = weighted.split_at(7);
    let frames = [
        head(3, END_HEADERS, &[(":status", "103")]),
        frame(FrameKind::Headers, PRIORITY, 3, begin),
        frame(FrameKind::Continuation, END_HEADERS, 3, end),
        frame(FrameKind::Ping, 0, 0, b"12345678"),
        head(
            1,
            END_HEADERS,
            &[(":status", "404"), ("content-length", "3")],
        ),
        data(3, PADDED, &padded),
        frame(FrameKind::Other, 0xff, 3, b"whatever"),
        data(1, END_STREAM, b"one"),
        head(3, WHOLE, &[("x-checksum", "1")]),
    ];
    let bytes = frames.concat();
    // However the bytes are cut, they say the same.
    let mut held = Vec::new();
    for piece in bytes.chunks(5) {
        held.extend_from_slice(piece);
        let used = client.state.receive(&held).unwrap();
        held.drain(..used);
    }
    assert!(held.is_empty());
    assert_eq!(client.whole(first), (404, "one".to_owned()));
    assert_eq!(client.whole(second), (200, "two".to_owned()));
    let sent = client.sent();
    let ping = sent.iter().find(|(head, _)| head.kind == FrameKind::Ping);
    assert_eq!(
        ping.map(|(head, payload)| (head.flags, &payload[..])),
        Some((ACK, &b"12345678"[..]))
    );
}

#[test]
fn the_same_head_again_says_the_same() {
    let mut client = ScriptedClient::new(GET);
    for _ in 0..3 {
        let key = client.begin();
        let same = head(
            key.id,
            END_HEADERS,
            &[(":status", "404"), ("content-length", "3")],
        );
        client
            .take(&[same, data(key.id, END_STREAM, b"two")])
            .unwrap();
        assert_eq!(client.whole(key), (404, "two".to_owned()));
    }
}

/// The answer to the first of two requests is lost for this reason, and the other is not; whether this side ended
/// its stream.
fn assert_lost(frames: &[Vec<u8>], fault: &str, is_reset: bool) {
    let mut client = ScriptedClient::new(GET);
    let (bad, good) = (client.begin(), client.begin());
    client.take(frames).unwrap();
    let resets: Vec<_> = client.resets().iter().map(|(id, _)| *id).collect();
    assert_eq!(resets.first(), is_reset.then_some(&1), "{fault}");
    if is_reset {
        // What still comes is read over, and counts for nobody.
        client.take(&[data(1, END_STREAM, b"late")]).unwrap();
    }
    client.take(&[head(good.id, WHOLE, &[OK])]).unwrap();
    assert_eq!(client.whole(good), (200, String::new()));
    let told = client.fault(bad);
    assert!(told.contains(fault), "{told} is not {fault}");
}

#[test]
fn what_is_wrong_with_one_answer_harms_no_other() {
    let (begun, trailer) = (head(1, END_HEADERS, &[OK]), ("x-a", "b"));
    let interim = (":status", "100");
    let long = "x".repeat(1_000);
    for (frames, fault) in [
        (vec![data(1, 0, b"x")], "a body comes before its head"),
        (vec![head(1, WHOLE, &[trailer])], "before the status"),
        (
            vec![begun.clone(), head(1, END_HEADERS, &[trailer])],
            "its trailer is not its end",
        ),
        (vec![begun, head(1, WHOLE, &[OK])], "trailer has a status"),
        (vec![head(1, WHOLE, &[interim])], "with an interim answer"),
        (
            vec![head(1, END_HEADERS, &[interim]); 101],
            "never comes to an end of interim answers",
        ),
        (
            vec![head(1, WHOLE, &[OK, ("x-long", &long)])],
            "the head of the answer is larger than 1000",
        ),
        (
            vec![frame(FrameKind::WindowUpdate, 0, 1, &[0; 4])],
            "a window grows by nothing",
        ),
        (
            vec![frame(FrameKind::Priority, 0, 1, &[0; 6])],
            "a priority is not five bytes long",
        ),
    ] {
        assert_lost(&frames, fault, true);
    }
}

#[test]
fn a_stream_that_its_server_ended_is_not_ended_again() {
    let (short, long) = (data(1, END_STREAM, b"1234"), data(1, END_STREAM, b"123456"));
    let announced = || head(1, END_HEADERS, &[OK, ("content-length", "5")]);
    let nothing = head(1, WHOLE, &[OK, ("content-length", "5")]);
    let reset = |code| frame(FrameKind::Reset, 0, 1, &[0, 0, 0, code]);
    for (frames, fault) in [
        (vec![nothing], "not as long as its content-length"),
        (
            vec![announced(), short],
            "not as long as its content-length",
        ),
        (vec![announced(), long], "not as long as its content-length"),
        (vec![reset(2)], "reset the stream: an internal error"),
        (vec![announced(), reset(0)], "reset the stream: no error"),
        (vec![reset(7)], "refused: "),
    ] {
        assert_lost(&frames, fault, false);
    }
}

#[test]
fn what_a_server_has_not_read_is_told_from_what_it_left_unanswered() {
    for (code, last, faults) in [
        (0, 1, ["unanswered: ", "untouched: "]),
        (0, 0x7fff_ffff, ["unanswered: ", "unanswered: "]),
        (
            2,
            1,
            ["unanswered: ", "gave up the connection: an internal error"],
        ),
    ] {
        let mut client = ScriptedClient::new(GET);
        let keys = [client.begin(), client.begin()];
        let payload = [u32::to_be_bytes(last), u32::to_be_bytes(code)].concat();
        client
            .take(&[frame(FrameKind::GoAway, 0, 0, &payload)])
            .unwrap();
        assert!(client.state.is_over());
        client.state.close(ConnectionEnd::Closed(None));
        for (key, fault) in keys.into_iter().zip(faults) {
            let told = client.fault(key);
            assert!(told.contains(fault), "{told} is not {fault}");
        }
        assert!(client.state.is_idle());
    }
    // Behind the head of an answer, its end is missing.
    let mut client = ScriptedClient::new(GET);
    let key = client.begin();
    client.take(&[head(1, END_HEADERS, &[OK])]).unwrap();
    client.state.close(ConnectionEnd::Closed(None));
    assert!(
        client.fault(key).starts_with("the target closed"),
        "it was answered in part"
    );
}

#[test]
fn a_body_waits_for_room_and_is_sent_whole() {
    let long = "0123456789abcdef".repeat(10_000);
    let mut client = ScriptedClient::new(&format!("{{method: PUT, path: /user, text: '{long}'}}"));
    let key = client.begin();
    let mut sent = Vec::new();
    let collect = |client: &mut ScriptedClient, sent: &mut Vec<u8>| {
        let mut ends = false;
        for (head, payload) in client.sent() {
            if head.kind == FrameKind::Data {
                assert!(payload.len() <= 16_384 && !ends);
                sent.extend_from_slice(&payload);
                ends = head.has(END_STREAM);
            }
        }
        ends
    };
    assert!(!collect(&mut client, &mut sent));
    assert_eq!(sent.len(), 65_535);
    let more =
        |stream: u32, bytes: u32| frame(FrameKind::WindowUpdate, 0, stream, &bytes.to_be_bytes());
    // Both windows count, and the settings move that of the stream.
    client.take(&[more(0, 50_000)]).unwrap();
    assert!(!collect(&mut client, &mut sent));
    assert_eq!(sent.len(), 65_535);
    client.take(&[setting(4, 85_535)]).unwrap();
    assert!(!collect(&mut client, &mut sent));
    assert_eq!(sent.len(), 85_535);
    client.take(&[more(key.id, 100_000)]).unwrap();
    assert!(!collect(&mut client, &mut sent));
    assert_eq!(sent.len(), 115_535);
    client.take(&[more(0, 100_000)]).unwrap();
    assert!(collect(&mut client, &mut sent));
    assert_eq!(sent, long.as_bytes());
    // One that answers before it has read everything gets no more.
    let key = client.begin();
    client.sent();
    client
        .take(&[head(key.id, WHOLE, &[(":status", "413")])])
        .unwrap();
    assert_eq!(client.whole(key).0, 413);
    assert_eq!(client.resets(), [(key.id, 0)]);
}

#[test]
fn a_server_says_how_many_streams_it_takes() {
    let mut client = ScriptedClient::new(GET);
    client.take(&[setting(3, 1)]).unwrap();
    let first = client.begin();
    assert!(client.state.free_place().is_none());
    client.take(&[head(first.id, WHOLE, &[OK])]).unwrap();
    assert!(client.state.free_place().is_some());
    client.take(&[setting(3, 3)]).unwrap();
    let keys: Vec<_> = (0..3).map(|_| client.begin()).collect();
    assert!(client.state.free_place().is_none());
    client.state.cancel(keys[1]);
    assert_eq!(client.resets(), [(keys[1].id, ErrorCode::CANCEL.0)]);
    assert!(client.state.free_place().is_some());
}

/// Notes when it is woken.
struct NotedWake(u32, Arc<Mutex<Vec<u32>>>);

impl Wake for NotedWake {
    fn wake(self: Arc<Self>) {
        self.1.lock().unwrap().push(self.0);
    }
}

#[test]
fn who_waits_for_a_stream_comes_before_who_has_just_had_one() {
    let woken = Arc::default();
    let waker = |number| Waker::from(Arc::new(NotedWake(number, Arc::clone(&woken))));
    let (had, waits) = (waker(1), waker(2));
    let mut client = ScriptedClient::new(GET);
    client.take(&[setting(3, 1)]).unwrap();
    let key = client.begin();
    let mut answer = StreamAnswer::default();
    let polled = client
        .state
        .poll_answer(key, &Context::from_waker(&had), &mut answer);
    assert!(polled.is_pending() && client.state.free_place().is_none());
    client.state.wait(&Context::from_waker(&waits));
    assert!(client.state.needs_attention());
    client.take(&[head(key.id, WHOLE, &[OK])]).unwrap();
    assert_eq!(*woken.lock().unwrap(), [2, 1]);
}

#[test]
fn streams_that_were_given_up_long_ago_are_no_breach() {
    let mut client = ScriptedClient::new(GET);
    let first = client.begin();
    client.state.cancel(first);
    for _ in 0..2_000 {
        let key = client.begin();
        client.state.cancel(key);
    }
    client.sent();
    client.take(&[head(first.id, WHOLE, &[OK])]).unwrap();
    let key = client.begin();
    client.take(&[head(key.id, WHOLE, &[OK])]).unwrap();
    assert_eq!(client.whole(key).0, 200);
}

#[test]
fn long_bodies_are_allowed_for_in_time_and_limited() {
    let mut client = ScriptedClient::new(GET);
    let key = client.begin();
    client.take(&[head(1, END_HEADERS, &[OK])]).unwrap();
    client.sent();
    let mut allowed = (0_i64, 0_i64);
    let piece = vec![b'x'; 16_384];
    for _ in 0..183 {
        client.take(&[data(1, 0, &piece)]).unwrap();
        for (head, payload) in client.sent() {
            let more = i64::from(super::frame::number(&payload).unwrap());
            match (head.kind, head.stream) {
                (FrameKind::WindowUpdate, 0) => allowed.0 += more,
                (FrameKind::WindowUpdate, 1) => allowed.1 += more,
                other => panic!("{other:?}"),
            }
        }
        allowed = (allowed.0 - 16_384, allowed.1 - 16_384);
        assert!(allowed.0 > -16_000_000 && allowed.1 > -1_000_000);
    }
    assert!(client.answer(key).is_none());
    client.take(&[data(1, 0, &piece)]).unwrap();
    assert!(client.fault(key).contains("larger than 3000000"));
    // The whole connection has a window, too, and what comes for nobody counts.
    let frames = vec![data(1, 0, &piece); 512 - 184];
    client.take(&frames).unwrap();
    let sent = client.sent();
    let refilled = sent
        .iter()
        .find(|(head, _)| head.kind == FrameKind::WindowUpdate);
    assert_eq!(refilled.map(|(head, _)| head.stream), Some(0));
}
