//! What the other side of a connection sends (RFC 9113, sections 5 and 6).

use super::answer_head::{AnswerHead, HeadFault, HeadReader};
use super::frame::{
    ACK, ConnectionBreach, END_HEADERS, END_STREAM, ErrorCode, FRAME_HEAD, FrameHead, FrameKind,
    LARGEST, PADDED, PRIORITY, USUAL_PAYLOAD, number,
};
use super::lost::{Lost, gone_away, invalid, reset};
use super::state::{CONNECTION_WINDOW, Http2State, OpenBlock, STREAM_WINDOW};
use super::stream_state::StreamStage;
use crate::edge::wire::fault::too_large;
use crate::edge::wire::limits::MOST_INTERIM;
use crate::model::TransferError;

/// More frames than these in one block of headers are taken for an attack.
const MOST_BLOCK_FRAMES: u32 = 1_000;

/// Coded strings may be so many times as long as what they say.
const CODED_SHARE: usize = 4;

impl Http2State {
    /// Understands what has come, whole frames of it, and says how many bytes those were.
    ///
    /// # Errors
    ///
    /// If the other side breaks the rules, after which nothing that comes later can be understood.
    pub(super) fn receive(&mut self, bytes: &[u8]) -> Result<usize, ConnectionBreach> {
        let mut used = 0;
        while let Some(left) = bytes.get(used..)
            && let Some(head) = FrameHead::read(left)
        {
            if !self.peer.are_known && head.kind != FrameKind::Settings {
                return Err(ConnectionBreach::of_protocol(
                    "it does not begin with settings",
                ));
            }
            if head.length > USUAL_PAYLOAD {
                return Err(ConnectionBreach::of_size(
                    "a frame is longer than it may be",
                ));
            }
            let Some(payload) = left.get(FRAME_HEAD..FRAME_HEAD + head.length) else {
                break;
            };
            self.take(&head, payload)?;
            self.check_flood()?;
            used += FRAME_HEAD + head.length;
        }
        Ok(used)
    }

    fn take(&mut self, head: &FrameHead, payload: &[u8]) -> Result<(), ConnectionBreach> {
        let continues = self.block.as_ref().map(|block| block.stream);
        match (continues, head.kind) {
            (Some(stream), FrameKind::Continuation) if stream == head.stream => {
                self.take_continuation(head, payload)
            }
            (Some(_), _) | (None, FrameKind::Continuation) => Err(ConnectionBreach::of_protocol(
                "a block of headers is not continued where it broke off",
            )),
            (None, FrameKind::Data) => self.take_data(head, payload),
            (None, FrameKind::Headers) => self.take_headers(head, payload),
            (None, FrameKind::Reset) => self.take_reset(head.stream, payload),
            (None, FrameKind::Settings) => self.take_settings(head, payload),
            (None, FrameKind::Ping) => self.take_ping(head, payload),
            (None, FrameKind::GoAway) => self.take_go_away(head.stream, payload),
            (None, FrameKind::WindowUpdate) => self.take_window(head.stream, payload),
            (None, FrameKind::PushPromise) => Err(ConnectionBreach::of_protocol(
                "it pushes what nobody asked for",
            )),
            (None, FrameKind::Priority) => self.take_priority(head),
            (None, FrameKind::Other) => Ok(()),
        }
    }

    fn take_data(&mut self, head: &FrameHead, payload: &[u8]) -> Result<(), ConnectionBreach> {
        let data = unpadded(head, payload)?;
        // A payload is shorter than any window.
        let length = u32::try_from(head.length).unwrap_or(u32::MAX);
        self.count_received(length)?;
        let Some((place, stream)) = self.find(head.stream) else {
            return self.check_ended(head.stream);
        };
        if stream.stage == StreamStage::Head {
            self.reset_invalid(place, "a body comes before its head");
            return Ok(());
        }
        stream.received += length;
        if stream.received > STREAM_WINDOW {
            let lost = invalid("a body is longer than was allowed for");
            self.reset(place, ErrorCode::FLOW_CONTROL_ERROR, Some(lost));
            return Ok(());
        }
        let body = &mut stream.answer.body;
        body.extend_from_slice(data);
        let ends = head.has(END_STREAM);
        let (length, allowed) = (body.len(), stream.received);
        let refill = !ends && allowed >= STREAM_WINDOW / 2;
        if refill {
            stream.received = 0;
        }
        if length > self.limits.body {
            let lost = Lost::Failed(TransferError::body_too_large(self.limits.body));
            self.reset(place, ErrorCode::CANCEL, Some(lost));
        } else if ends {
            self.finish(place);
        } else if refill {
            let more = allowed.to_be_bytes();
            self.reply(FrameKind::WindowUpdate, 0, head.stream, &more);
        }
        Ok(())
    }

    /// Counts what came of all bodies, and allows for more in time.
    fn count_received(&mut self, length: u32) -> Result<(), ConnectionBreach> {
        self.received = self.received.saturating_add(length);
        if self.received > CONNECTION_WINDOW {
            return Err(ConnectionBreach::of_flow(
                "all bodies together are longer than was allowed for",
            ));
        }
        if self.received >= CONNECTION_WINDOW / 2 {
            let more = std::mem::take(&mut self.received).to_be_bytes();
            self.reply(FrameKind::WindowUpdate, 0, 0, &more);
        }
        Ok(())
    }

    fn take_headers(&mut self, head: &FrameHead, payload: &[u8]) -> Result<(), ConnectionBreach> {
        self.check_begun(head.stream)?;
        let mut block = unpadded(head, payload)?;
        if head.has(PRIORITY) {
            let behind = block.get(5..);
            block = behind.ok_or(ConnectionBreach::of_size("a priority is cut off"))?;
        }
        let ends_stream = head.has(END_STREAM);
        if head.has(END_HEADERS) {
            return self.take_block(head.stream, ends_stream, block);
        }
        self.block = Some(OpenBlock {
            stream: head.stream,
            ends_stream,
            bytes: block.to_vec(),
            frames: 1,
        });
        Ok(())
    }

    fn take_continuation(
        &mut self,
        head: &FrameHead,
        payload: &[u8],
    ) -> Result<(), ConnectionBreach> {
        let most = self.limits.head.saturating_mul(CODED_SHARE);
        let Some(block) = &mut self.block else {
            return Ok(());
        };
        block.frames += 1;
        block.bytes.extend_from_slice(payload);
        if block.frames > MOST_BLOCK_FRAMES || block.bytes.len() > most {
            return Err(ConnectionBreach::of_flood("a block of headers never ends"));
        }
        if head.has(END_HEADERS)
            && let Some(block) = self.block.take()
        {
            return self.take_block(block.stream, block.ends_stream, &block.bytes);
        }
        Ok(())
    }

    /// A whole block of headers. It is understood in any case, since later ones may build on it.
    fn take_block(
        &mut self,
        id: u32,
        ends_stream: bool,
        block: &[u8],
    ) -> Result<(), ConnectionBreach> {
        match self.find(id).map(|(place, stream)| (place, stream.stage)) {
            None => {
                self.decoder.decode(block, |_, _| {})?;
                self.check_ended(id)
            }
            Some((place, StreamStage::Head)) => self.take_head(place, ends_stream, block),
            Some((place, _)) => self.take_trailer(place, ends_stream, block),
        }
    }

    fn take_head(
        &mut self,
        place: usize,
        ends_stream: bool,
        block: &[u8],
    ) -> Result<(), ConnectionBreach> {
        let Some(stream) = self.streams.get_mut(place) else {
            return Ok(());
        };
        let head = &mut stream.answer.head;
        let (changes, last) = (self.decoder.changes(), &mut self.last_block);
        if last.changes == changes && !last.bytes.is_empty() && last.bytes == block {
            head.copy(&last.head);
        } else {
            let mut reader = HeadReader::new(head, self.limits.head);
            let take = |name: &[u8], value: &[u8]| reader.take(name, value);
            self.decoder.decode(block, take)?;
            if let Err(fault) = reader.finish() {
                self.reset_for(place, fault);
                return Ok(());
            }
            // One that changed the table does not say the same when it comes again.
            if self.decoder.changes() == changes {
                last.bytes.clear();
                last.bytes.extend_from_slice(block);
                last.changes = changes;
                last.head.copy(head);
            }
        }
        if !head.is_interim() {
            stream.stage = StreamStage::Body;
            if ends_stream {
                self.finish(place);
            }
            return Ok(());
        }
        stream.interim += 1;
        if ends_stream {
            self.reset_invalid(place, "it ends with an interim answer");
        } else if stream.interim > MOST_INTERIM {
            self.reset_invalid(place, "it never comes to an end of interim answers");
        }
        Ok(())
    }

    /// Trailers are read over: no expectation looks at them.
    fn take_trailer(
        &mut self,
        place: usize,
        ends_stream: bool,
        block: &[u8],
    ) -> Result<(), ConnectionBreach> {
        let mut scrap = AnswerHead::default();
        let mut reader = HeadReader::of_trailer(&mut scrap, self.limits.head);
        self.decoder
            .decode(block, |name, value| reader.take(name, value))?;
        match reader.finish() {
            Err(fault) => self.reset_for(place, fault),
            Ok(()) if !ends_stream => self.reset_invalid(place, "its trailer is not its end"),
            Ok(()) => self.finish(place),
        }
        Ok(())
    }

    /// An answer has come to its end.
    fn finish(&mut self, place: usize) {
        let Some(stream) = self.streams.get(place) else {
            return;
        };
        let (head, body) = (&stream.answer.head, stream.answer.body.len());
        let length = u64::try_from(body).unwrap_or(u64::MAX);
        let is_as_announced = match head.length() {
            _ if body == 0 && (stream.to_head_request || head.has_no_body()) => true,
            announced => announced.is_none_or(|announced| announced == length),
        };
        let lost = if !is_as_announced {
            Some(invalid("its body is not as long as its content-length"))
        } else if body > 0 && (stream.to_head_request || head.has_no_body()) {
            Some(invalid("it has a body where there can be none"))
        } else {
            None
        };
        if stream.unsent.is_empty() {
            self.end(place, lost);
        } else {
            // It answers before it has read the request to its end (section 8.1).
            self.reset(place, ErrorCode::NO_ERROR, lost);
        }
    }

    fn reset_invalid(&mut self, place: usize, reason: &str) {
        self.reset(place, ErrorCode::PROTOCOL_ERROR, Some(invalid(reason)));
    }

    fn reset_for(&mut self, place: usize, fault: HeadFault) {
        match fault {
            HeadFault::Malformed(reason) => self.reset_invalid(place, reason),
            HeadFault::TooLarge => {
                let lost = Lost::Failed(too_large("head", self.limits.head));
                self.reset(place, ErrorCode::CANCEL, Some(lost));
            }
        }
    }

    fn take_reset(&mut self, id: u32, payload: &[u8]) -> Result<(), ConnectionBreach> {
        let code = match (number(payload), payload.len()) {
            (Some(code), 4) => ErrorCode(code),
            _ => return Err(ConnectionBreach::of_size("a reset is not four bytes long")),
        };
        self.check_begun(id)?;
        if let Some((place, _)) = self.find(id) {
            self.end(place, Some(reset(code)));
        }
        Ok(())
    }

    /// Priorities are nothing to a client, but have one length (section 6.3).
    fn take_priority(&mut self, head: &FrameHead) -> Result<(), ConnectionBreach> {
        if head.stream == 0 {
            return Err(ConnectionBreach::of_protocol("a priority is on no stream"));
        }
        if head.length == 5 {
            return Ok(());
        }
        let reason = "a priority is not five bytes long";
        let (place, _) = self
            .find(head.stream)
            .ok_or(ConnectionBreach::of_size(reason))?;
        self.reset(place, ErrorCode::FRAME_SIZE_ERROR, Some(invalid(reason)));
        Ok(())
    }

    fn take_ping(&mut self, head: &FrameHead, payload: &[u8]) -> Result<(), ConnectionBreach> {
        if payload.len() != 8 {
            return Err(ConnectionBreach::of_size("a ping is not eight bytes long"));
        }
        if head.stream != 0 {
            return Err(ConnectionBreach::of_protocol("a ping is on a stream"));
        }
        if !head.has(ACK) {
            self.reply(FrameKind::Ping, ACK, 0, payload);
        }
        Ok(())
    }

    fn take_go_away(&mut self, id: u32, payload: &[u8]) -> Result<(), ConnectionBreach> {
        let (Some(last), Some(code)) = (number(payload), payload.get(4..).and_then(number)) else {
            return Err(ConnectionBreach::of_size("a farewell is cut off"));
        };
        if id != 0 {
            return Err(ConnectionBreach::of_protocol("a farewell is on a stream"));
        }
        let last = last & LARGEST;
        for place in 0..self.streams.len() {
            let stream = self.streams.get(place);
            let is_unread = stream.is_some_and(|one| one.is_under_way() && one.id > last);
            if is_unread {
                self.end(place, Some(gone_away(ErrorCode(code))));
            }
        }
        self.retire();
        Ok(())
    }
}

/// A payload without its padding (section 6.1).
fn unpadded<'a>(head: &FrameHead, payload: &'a [u8]) -> Result<&'a [u8], ConnectionBreach> {
    if !head.has(PADDED) {
        return Ok(payload);
    }
    let parts = payload.split_first();
    let whole = parts.and_then(|(padding, rest)| {
        let length = rest.len().checked_sub(usize::from(*padding))?;
        rest.get(..length)
    });
    whole.ok_or(ConnectionBreach::of_protocol(
        "a padding is longer than its frame",
    ))
}
