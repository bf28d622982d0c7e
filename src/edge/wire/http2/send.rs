//! Requests, as they are sent over a connection (RFC 9113, sections 6.1, 6.2 and 8.3).

use bytes::{Buf, Bytes};

use super::frame::{END_HEADERS, END_STREAM, FRAME_HEAD, FrameHead, FrameKind, write_frame};
use super::request::{StreamRequest, StreamRequestWriter};
use super::state::Http2State;
use super::stream_state::StreamKey;

impl Http2State {
    /// Begins a request in a free place.
    pub(super) fn begin(
        &mut self,
        place: usize,
        writer: &StreamRequestWriter,
        request: &StreamRequest,
    ) -> StreamKey {
        let id = self.take_id();
        let body = writer.body(request);
        self.write_head(id, body.is_empty(), writer, request);
        let window = self.peer.window;
        if let Some(stream) = self.streams.get_mut(place) {
            stream.begin(id, writer.is_head_request(request), window);
        }
        let sent = self.send_body(place, body);
        if let Some(unsent) = body.get(sent..)
            && let Some(stream) = self.streams.get_mut(place)
        {
            stream.unsent = Bytes::copy_from_slice(unsent);
        }
        self.tell_driver();
        StreamKey { place, id }
    }

    fn write_head(
        &mut self,
        id: u32,
        is_all: bool,
        writer: &StreamRequestWriter,
        request: &StreamRequest,
    ) {
        let begin = self.output.len();
        let mut head = FrameHead {
            length: 0,
            kind: FrameKind::Headers,
            flags: END_HEADERS | if is_all { END_STREAM } else { 0 },
            stream: id,
        };
        head.write(&mut self.output);
        let block = self.output.len();
        self.encoder.begin(&mut self.output);
        writer.write(request, &mut self.encoder, &mut self.output);
        head.length = self.output.len() - block;
        if head.length > self.peer.payload {
            return self.split_head(&head, begin);
        }
        if let Some(place) = self.output.get_mut(begin..) {
            head.write_length(place);
        }
    }

    /// Writes a head anew that is longer than a frame.
    fn split_head(&mut self, head: &FrameHead, begin: usize) {
        let block = self.output.split_off(begin + FRAME_HEAD);
        self.output.truncate(begin);
        let mut parts = block.chunks(self.peer.payload).peekable();
        let (mut kind, mut flags) = (FrameKind::Headers, head.flags & !END_HEADERS);
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                flags |= END_HEADERS;
            }
            write_frame(kind, flags, head.stream, part, &mut self.output);
            (kind, flags) = (FrameKind::Continuation, 0);
        }
    }

    /// Sends as much of a body as the other side takes now, and says how much that was.
    fn send_body(&mut self, place: usize, body: &[u8]) -> usize {
        let mut sent = 0;
        let Some(stream) = self.streams.get_mut(place) else {
            return sent;
        };
        while let Some(left) = body.get(sent..)
            && !left.is_empty()
        {
            let window = self.send_window.min(stream.send_window);
            let most = self.peer.payload.min(usize::try_from(window).unwrap_or(0));
            let part = left.get(..most).unwrap_or(left);
            if part.is_empty() {
                break;
            }
            let flags = if part.len() == left.len() {
                END_STREAM
            } else {
                0
            };
            write_frame(FrameKind::Data, flags, stream.id, part, &mut self.output);
            // A payload has 24 bits.
            let taken = i64::try_from(part.len()).unwrap_or(i64::MAX);
            self.send_window -= taken;
            stream.send_window -= taken;
            sent += part.len();
        }
        sent
    }

    /// Sends what waits for room in a window.
    pub(super) fn send_waiting(&mut self) {
        let waiting = self.streams.iter().enumerate();
        let waiting = waiting.filter(|(_, stream)| !stream.unsent.is_empty());
        let mut waiting: Vec<_> = waiting.map(|(place, stream)| (stream.id, place)).collect();
        // The oldest first, so that none waits for ever.
        waiting.sort_unstable();
        for (_, place) in waiting {
            let unsent = self.streams.get_mut(place);
            let Some(mut unsent) = unsent.map(|stream| std::mem::take(&mut stream.unsent)) else {
                continue;
            };
            let sent = self.send_body(place, &unsent);
            unsent.advance(sent);
            if let Some(stream) = self.streams.get_mut(place)
                && !unsent.is_empty()
            {
                stream.unsent = unsent;
            }
        }
    }
}
