//! A client whose server is a test: frames in, frames out.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::answer::StreamAnswer;
use super::frame::{
    END_HEADERS, END_STREAM, ErrorCode, FRAME_HEAD, FrameHead, FrameKind, PREFACE, write_frame,
};
use super::header_encoder::{FieldName, literal};
use super::lost::{ConnectionEnd, Lost};
use super::request::{StreamRequest, StreamRequestWriter};
use super::state::Http2State;
use super::stream_state::StreamKey;
use crate::edge::wire::endpoint::Endpoint;
use crate::edge::wire::limits::WireLimits;
use crate::edge::wire::request_tests::scenario;
use crate::suite::Values;

const LIMITS: WireLimits = WireLimits {
    connect: Duration::ZERO,
    exchange: Duration::ZERO,
    head: 1_000,
    body: 3_000_000,
};

pub(super) const WHOLE: u8 = END_HEADERS | END_STREAM;

/// A connection, and the requests that are sent over it.
pub(super) struct ScriptedClient {
    pub(super) state: Http2State,
    writer: Arc<StreamRequestWriter>,
    request: StreamRequest,
}

impl ScriptedClient {
    /// With settings of its server taken.
    pub(super) fn new(request: &str) -> Self {
        let mut client = Self::fresh(request, 4);
        client
            .take(&[frame(FrameKind::Settings, 0, 0, &[])])
            .unwrap();
        client.sent();
        client
    }

    pub(super) fn fresh(request: &str, streams: usize) -> Self {
        Self::with(writer(request), streams)
    }

    pub(super) fn with(writer: Arc<StreamRequestWriter>, streams: usize) -> Self {
        let (mut request, nothing) = (StreamRequest::default(), Values::default());
        writer.fill(0, &nothing, &mut request).unwrap();
        Self {
            state: Http2State::new(streams, LIMITS),
            writer,
            request,
        }
    }

    pub(super) fn begin(&mut self) -> StreamKey {
        let place = self.state.free_place().unwrap();
        self.state.begin(place, &self.writer, &self.request)
    }

    /// Takes frames, and closes the connection as its driver does when they break the rules.
    pub(super) fn take(&mut self, frames: &[Vec<u8>]) -> Result<(), ErrorCode> {
        let bytes = frames.concat();
        let received = self.state.receive(&bytes);
        let received = received.map_err(|breach| {
            let code = breach.code;
            self.state.close(ConnectionEnd::Broken(breach));
            code
        });
        received.map(|used| assert_eq!(used, bytes.len()))
    }

    pub(super) fn answer(&mut self, key: StreamKey) -> Option<Result<StreamAnswer, Lost>> {
        let mut answer = StreamAnswer::default();
        let context = Context::from_waker(Waker::noop());
        match self.state.poll_answer(key, &context, &mut answer) {
            Poll::Pending => None,
            Poll::Ready(end) => Some(end.map(|()| answer)),
        }
    }

    /// The status and the body of an answer that is whole.
    pub(super) fn whole(&mut self, key: StreamKey) -> (u16, String) {
        let answer = self.answer(key).unwrap().unwrap();
        let body = String::from_utf8(answer.body).unwrap();
        (answer.head.status(), body)
    }

    /// What is wrong with an answer, for people.
    pub(super) fn fault(&mut self, key: StreamKey) -> String {
        match self.answer(key).unwrap().unwrap_err() {
            Lost::Untouched(error) => format!("untouched: {error}"),
            Lost::Refused(error) => format!("refused: {error}"),
            Lost::Unanswered(error) => format!("unanswered: {error}"),
            Lost::Failed(error) => error.to_string(),
        }
    }

    /// The frames that were to be sent since the last time, with their payloads.
    pub(super) fn sent(&mut self) -> Vec<(FrameHead, Vec<u8>)> {
        let output = std::mem::take(&mut self.state.output);
        self.state.sent();
        let mut rest = output.strip_prefix(PREFACE).unwrap_or(&output);
        let mut frames = Vec::new();
        while let Some(head) = FrameHead::read(rest) {
            let end = FRAME_HEAD + head.length;
            frames.push((head, rest[FRAME_HEAD..end].to_vec()));
            rest = &rest[end..];
        }
        frames
    }

    pub(super) fn resets(&mut self) -> Vec<(u32, u32)> {
        let sent = self.sent().into_iter();
        let resets = sent.filter(|(head, _)| head.kind == FrameKind::Reset);
        resets
            .map(|(head, payload)| (head.stream, super::frame::number(&payload).unwrap()))
            .collect()
    }
}

/// The writer of one request.
pub(super) fn writer(request: &str) -> Arc<StreamRequestWriter> {
    let endpoint = Endpoint::parse("http://example.com/base").unwrap();
    Arc::new(StreamRequestWriter::new(&scenario(request).operations, &endpoint).unwrap())
}

pub(super) fn frame(kind: FrameKind, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    write_frame(kind, flags, stream, payload, &mut output);
    output
}

pub(super) fn block(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut output = Vec::new();
    for (name, value) in fields {
        literal(&FieldName::new(name), value.as_bytes(), &mut output);
    }
    output
}

pub(super) fn head(stream: u32, flags: u8, fields: &[(&str, &str)]) -> Vec<u8> {
    frame(FrameKind::Headers, flags, stream, &block(fields))
}

pub(super) fn data(stream: u32, flags: u8, bytes: &[u8]) -> Vec<u8> {
    frame(FrameKind::Data, flags, stream, bytes)
}

pub(super) fn setting(id: u16, value: u32) -> Vec<u8> {
    let payload = [&id.to_be_bytes()[..], &value.to_be_bytes()].concat();
    frame(FrameKind::Settings, 0, 0, &payload)
}

pub(super) const GET: &str = "{method: GET, path: /user/5}";
pub(super) const OK: (&str, &str) = (":status", "200");
