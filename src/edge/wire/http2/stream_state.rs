//! One stream of a connection, and how far its answer has come.

use bytes::Bytes;
use std::task::Waker;

use super::answer::StreamAnswer;
use super::lost::Lost;

/// A stream, or room for one.
#[derive(Debug, Default)]
pub(super) struct StreamState {
    /// 0 if it is free.
    pub(super) id: u32,
    pub(super) stage: StreamStage,
    pub(super) to_head_request: bool,
    pub(super) interim: u32,
    pub(super) answer: StreamAnswer,
    /// What came of the body and was not allowed for again, in bytes.
    pub(super) received: u32,
    pub(super) send_window: i64,
    /// What is left to send of the body of the request, once it has met an end of a window.
    pub(super) unsent: Bytes,
    pub(super) waker: Option<Waker>,
    pub(super) end: Option<Lost>,
}

/// How far an answer has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum StreamStage {
    #[default]
    Head,
    Body,
    /// It is whole, or lost.
    Over,
}

/// A stream under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StreamKey {
    pub(super) place: usize,
    pub(super) id: u32,
}

impl StreamState {
    pub(super) fn is_under_way(&self) -> bool {
        self.id != 0 && self.stage != StreamStage::Over
    }

    /// Begins anew, in the memory of the exchange before.
    pub(super) fn begin(&mut self, id: u32, to_head_request: bool, window: u32) {
        self.id = id;
        self.stage = StreamStage::Head;
        self.to_head_request = to_head_request;
        self.interim = 0;
        self.answer.clear();
        self.received = 0;
        self.send_window = window.into();
        self.unsent.clear();
    }
}
