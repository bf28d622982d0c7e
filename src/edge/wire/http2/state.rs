//! One connection as its client sees it (RFC 9113): the streams under way, and what is to be sent. Knows nothing
//! of sockets: it is given bytes as they come, and has those that are to go.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use super::answer::{Arrival, StreamAnswer};
use super::answer_head::AnswerHead;
use super::drivers::DriverNotice;
use super::frame::{
    ConnectionBreach, ErrorCode, FrameKind, LARGEST, PREFACE, USUAL_PAYLOAD, write_frame,
};
use super::header_decoder::HeaderDecoder;
use super::header_encoder::HeaderEncoder;
use super::lost::{ConnectionEnd, Lost, invalid};
use super::settings::setting;
use super::stream_state::{StreamKey, StreamStage, StreamState};
use crate::edge::wire::fault::closed;
use crate::edge::wire::limits::WireLimits;

/// How much of the bodies of one stream may be under way, in bytes: an answer of the usual size never
/// waits for a permission to be sent.
pub(super) const STREAM_WINDOW: u32 = 1024 * 1024;

/// The same for all streams of a connection together.
pub(super) const CONNECTION_WINDOW: u32 = 16 * 1024 * 1024;

/// What either side may send without a word about it, in bytes (section 6.9.2).
const USUAL_WINDOW: u32 = 65_535;

/// So many streams are begun before the other side has said how many it takes: it is asked to take no fewer
/// (section 6.5.2).
const FIRST_STREAMS: u32 = 100;

/// So many streams that this side has ended are remembered: what still comes on them is no fault.
const MOST_CANCELLED: usize = 1_024;

/// So many replies may wait to be sent: whoever asks for more and reads none of them wants no answers.
const MOST_REPLIES: usize = 10_000;

/// One connection as its client sees it.
#[derive(Debug)]
pub(super) struct Http2State {
    pub(super) output: Vec<u8>,
    pub(super) encoder: HeaderEncoder,
    pub(super) decoder: HeaderDecoder,
    pub(super) streams: Vec<StreamState>,
    /// The identifier of the next stream.
    pub(super) next: u32,
    pub(super) peer: PeerSettings,
    /// How much more the other side takes of all bodies, in bytes.
    pub(super) send_window: i64,
    /// What came of all bodies and was not allowed for again, in bytes.
    pub(super) received: u32,
    /// A block of headers of which more must come.
    pub(super) block: Option<OpenBlock>,
    pub(super) last_block: LastBlock,
    /// When what is looked at was read.
    pub(super) arrival: Option<Arrival>,
    pub(super) limits: WireLimits,
    /// Streams that this side has ended, the newest last.
    cancelled: VecDeque<u32>,
    /// Streams up to this one may have been among them and are not remembered.
    forgotten: u32,
    /// Who waits for a stream to become free.
    waiting: Vec<Waker>,
    /// How who reads and writes hears that there is something to do; none once it has heard.
    notice: Option<DriverNotice>,
    replies: usize,
    /// Whether no more requests are to be sent.
    is_over: bool,
    /// How it came to its end, if it has.
    ended: Option<ConnectionEnd>,
}

/// What the other side said of itself (section 6.5.2).
#[derive(Clone, Copy, Debug)]
pub(super) struct PeerSettings {
    /// Whether it has said anything yet.
    pub(super) are_known: bool,
    /// How many streams it takes at once.
    pub(super) streams: u32,
    /// How much of a body it takes at first, in bytes.
    pub(super) window: u32,
    /// The longest payload that it takes, in bytes.
    pub(super) payload: usize,
}

/// A block of headers of which more must come.
#[derive(Debug)]
pub(super) struct OpenBlock {
    pub(super) stream: u32,
    pub(super) ends_stream: bool,
    pub(super) bytes: Vec<u8>,
    pub(super) frames: u32,
}

/// The last block of headers that was a head, and what it said: servers say the same again and again.
#[derive(Debug, Default)]
pub(super) struct LastBlock {
    pub(super) bytes: Vec<u8>,
    pub(super) changes: u64,
    pub(super) head: AnswerHead,
}

impl Http2State {
    /// A connection for so many streams at once, on which nothing was sent.
    pub(super) fn new(streams: usize, limits: WireLimits) -> Self {
        let mut output = PREFACE.to_vec();
        let longest_head = u32::try_from(limits.head).unwrap_or(u32::MAX);
        let mut own = Vec::new();
        for (id, value) in [
            (setting::ENABLE_PUSH, 0),
            (setting::INITIAL_WINDOW_SIZE, STREAM_WINDOW),
            (setting::MAX_HEADER_LIST_SIZE, longest_head),
        ] {
            own.extend_from_slice(&id.to_be_bytes());
            own.extend_from_slice(&value.to_be_bytes());
        }
        write_frame(FrameKind::Settings, 0, 0, &own, &mut output);
        let more = (CONNECTION_WINDOW - USUAL_WINDOW).to_be_bytes();
        write_frame(FrameKind::WindowUpdate, 0, 0, &more, &mut output);
        Self {
            output,
            encoder: HeaderEncoder::default(),
            decoder: HeaderDecoder::default(),
            streams: std::iter::repeat_with(StreamState::default)
                .take(streams)
                .collect(),
            next: 1,
            peer: PeerSettings {
                are_known: false,
                streams: FIRST_STREAMS,
                window: USUAL_WINDOW,
                payload: USUAL_PAYLOAD,
            },
            send_window: USUAL_WINDOW.into(),
            received: 0,
            block: None,
            last_block: LastBlock::default(),
            arrival: None,
            limits,
            cancelled: VecDeque::new(),
            forgotten: 0,
            waiting: Vec::new(),
            notice: None,
            replies: 0,
            is_over: false,
            ended: None,
        }
    }

    /// Whether no more requests are to be sent.
    pub(super) const fn is_over(&self) -> bool {
        self.is_over
    }

    /// Sends no more requests; what is under way goes on.
    pub(super) fn retire(&mut self) {
        self.is_over = true;
        self.wake_waiting();
        self.tell_driver();
    }

    /// What becomes of a request that was not sent before the end of the connection.
    pub(super) fn unsent(&self) -> Lost {
        match &self.ended {
            Some(ConnectionEnd::Broken(breach)) => invalid(breach.reason),
            _ => Lost::Untouched(closed("before the request was sent")),
        }
    }

    /// Whether the other side closed it.
    pub(super) const fn was_closed(&self) -> bool {
        matches!(self.ended, Some(ConnectionEnd::Closed(_)))
    }

    /// Whether nothing is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.streams.iter().all(|stream| stream.id == 0)
    }

    /// Whether a request waits for what comes next, beside its answer.
    pub(super) fn needs_attention(&self) -> bool {
        !self.waiting.is_empty() || self.streams.iter().any(|stream| !stream.unsent.is_empty())
    }

    /// Of what was to be sent, so much has gone.
    pub(super) fn sent_in_part(&mut self, bytes: usize) {
        self.output.drain(..bytes);
        self.replies = 0;
    }

    /// A place for a new stream, if the other side takes one more now.
    pub(super) fn free_place(&self) -> Option<usize> {
        let under_way = self.streams.iter().filter(|stream| stream.is_under_way());
        let most = usize::try_from(self.peer.streams).unwrap_or(usize::MAX);
        if most < self.streams.len() && under_way.count() >= most {
            return None;
        }
        self.streams.iter().position(|stream| stream.id == 0)
    }

    /// Wakes somebody when a stream becomes free.
    pub(super) fn wait(&mut self, context: &Context<'_>) {
        self.waiting.push(context.waker().clone());
        self.tell_driver();
    }

    pub(super) fn wake_waiting(&mut self) {
        // All of them: some may have given up meanwhile.
        self.waiting.drain(..).for_each(Waker::wake);
    }

    /// The driver is to be told when there is something to send.
    pub(super) fn set_notice(&mut self, notice: DriverNotice) {
        self.notice = Some(notice);
    }

    pub(super) fn tell_driver(&mut self) {
        if let Some(notice) = self.notice.take() {
            notice.give();
        }
    }

    /// The stream under way with an identifier.
    pub(super) fn find(&mut self, id: u32) -> Option<(usize, &mut StreamState)> {
        let mut streams = self.streams.iter_mut().enumerate();
        streams.find(|(_, stream)| stream.id == id && stream.is_under_way())
    }

    /// Ready when the answer of a stream is whole, which is then put into the place of another, or lost. The
    /// stream is free from then on.
    pub(super) fn poll_answer(
        &mut self,
        key: StreamKey,
        context: &Context<'_>,
        answer: &mut StreamAnswer,
    ) -> Poll<Result<(), Lost>> {
        let Some(stream) = self.streams.get_mut(key.place) else {
            return Poll::Pending;
        };
        if stream.is_under_way() {
            stream.waker = Some(context.waker().clone());
            return Poll::Pending;
        }
        let end = stream.end.take();
        std::mem::swap(&mut stream.answer, answer);
        stream.id = 0;
        if self.is_over {
            // It may have been the last one.
            self.tell_driver();
        }
        Poll::Ready(end.map_or(Ok(()), Err))
    }

    /// Gives up a stream whose answer nobody waits for any more.
    pub(super) fn cancel(&mut self, key: StreamKey) {
        let Some(stream) = self.streams.get_mut(key.place) else {
            return;
        };
        if stream.id != key.id {
            return;
        }
        let is_under_way = stream.is_under_way();
        stream.waker = None;
        if is_under_way {
            self.reset(key.place, ErrorCode::CANCEL, None);
        }
        if let Some(stream) = self.streams.get_mut(key.place) {
            stream.end = None;
            stream.id = 0;
        }
        self.tell_driver();
    }

    /// Ends a stream from this side.
    pub(super) fn reset(&mut self, place: usize, code: ErrorCode, lost: Option<Lost>) {
        if let Some(stream) = self.streams.get(place) {
            let id = stream.id;
            self.reply(FrameKind::Reset, 0, id, &code.0.to_be_bytes());
            if self.cancelled.len() >= MOST_CANCELLED
                && let Some(oldest) = self.cancelled.pop_front()
            {
                self.forgotten = self.forgotten.max(oldest);
            }
            self.cancelled.push_back(id);
            self.end(place, lost);
        }
    }

    /// The answer of a stream is whole, or lost.
    pub(super) fn end(&mut self, place: usize, lost: Option<Lost>) {
        let arrival = self.arrival;
        if let Some(stream) = self.streams.get_mut(place) {
            stream.stage = StreamStage::Over;
            stream.answer.arrival = arrival;
            stream.end = lost;
            stream.unsent.clear();
        }
        // They come first: who has just got an answer would take the free stream again.
        self.wake_waiting();
        let stream = self.streams.get_mut(place);
        if let Some(waker) = stream.and_then(|stream| stream.waker.take()) {
            waker.wake();
        }
    }

    /// The connection is at its end, and with it all that is under way.
    pub(super) fn close(&mut self, end: ConnectionEnd) {
        self.is_over = true;
        if let ConnectionEnd::Broken(breach) = &end {
            self.say_farewell(breach.code);
        }
        for place in 0..self.streams.len() {
            let stream = self.streams.get(place);
            if let Some(stream) = stream.filter(|stream| stream.is_under_way()) {
                let has_come = stream.stage != StreamStage::Head;
                self.end(place, Some(end.lost(has_come)));
            }
        }
        self.ended = Some(end);
        self.wake_waiting();
    }

    /// Says why the connection is given up.
    pub(super) fn say_farewell(&mut self, code: ErrorCode) {
        let [a, b, c, d] = code.0.to_be_bytes();
        // Nothing that the other side began was taken.
        self.reply(FrameKind::GoAway, 0, 0, &[0, 0, 0, 0, a, b, c, d]);
    }

    /// What still comes on a stream that is not under way: after this side has ended it, it is no fault.
    pub(super) fn check_ended(&self, id: u32) -> Result<(), ConnectionBreach> {
        self.check_begun(id)?;
        if id <= self.forgotten || self.cancelled.contains(&id) {
            return Ok(());
        }
        Err(ConnectionBreach {
            code: ErrorCode::STREAM_CLOSED,
            reason: "something comes on a stream that has ended",
        })
    }

    /// Only streams that this side began can be spoken of.
    pub(super) const fn check_begun(&self, id: u32) -> Result<(), ConnectionBreach> {
        if id.is_multiple_of(2) || id >= self.next {
            return Err(ConnectionBreach::of_protocol(
                "something comes on a stream that was never begun",
            ));
        }
        Ok(())
    }

    /// Writes a short frame that the other side caused.
    pub(super) fn reply(&mut self, kind: FrameKind, flags: u8, stream: u32, payload: &[u8]) {
        self.replies += 1;
        write_frame(kind, flags, stream, payload, &mut self.output);
    }

    /// Whether the other side asks for more than it takes.
    pub(super) const fn check_flood(&self) -> Result<(), ConnectionBreach> {
        if self.replies > MOST_REPLIES {
            return Err(ConnectionBreach::of_flood(
                "it asks for replies and takes none",
            ));
        }
        Ok(())
    }

    /// All that was to be sent is sent.
    pub(super) fn sent(&mut self) {
        self.output.clear();
        self.replies = 0;
    }

    /// The identifier of a new stream. With the last one, the connection is used up.
    pub(super) fn take_id(&mut self) -> u32 {
        let id = self.next;
        self.next += 2;
        if self.next > LARGEST {
            self.is_over = true;
        }
        id
    }
}
