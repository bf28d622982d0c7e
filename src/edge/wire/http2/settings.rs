//! What the other side says of itself and of how much it takes (RFC 9113, sections 6.5 and 6.9).

use super::frame::{
    ACK, ConnectionBreach, ErrorCode, FrameHead, FrameKind, LARGEST, LONGEST_PAYLOAD,
    USUAL_PAYLOAD, number,
};
use super::lost::invalid;
use super::state::Http2State;

/// Names of settings (section 6.5.2).
pub(super) mod setting {
    pub(in super::super) const HEADER_TABLE_SIZE: u16 = 1;
    pub(in super::super) const ENABLE_PUSH: u16 = 2;
    pub(in super::super) const MAX_CONCURRENT_STREAMS: u16 = 3;
    pub(in super::super) const INITIAL_WINDOW_SIZE: u16 = 4;
    pub(in super::super) const MAX_FRAME_SIZE: u16 = 5;
    pub(in super::super) const MAX_HEADER_LIST_SIZE: u16 = 6;
}

const GROWS_BY_NOTHING: &str = "a window grows by nothing";
const GROWS_TOO_FAR: &str = "a window cannot grow by so much";

impl Http2State {
    pub(super) fn take_settings(
        &mut self,
        head: &FrameHead,
        payload: &[u8],
    ) -> Result<(), ConnectionBreach> {
        if head.stream != 0 {
            return Err(ConnectionBreach::of_protocol("settings are on a stream"));
        }
        let (settings, rest) = payload.as_chunks::<6>();
        if !rest.is_empty() || (head.has(ACK) && !settings.is_empty()) {
            return Err(ConnectionBreach::of_size("settings are of a wrong length"));
        }
        if head.has(ACK) {
            return Ok(());
        }
        if !self.peer.are_known {
            // As many as it likes, unless it says how many.
            self.peer.streams = u32::MAX;
        }
        for [a, b, value @ ..] in settings {
            self.apply(u16::from_be_bytes([*a, *b]), u32::from_be_bytes(*value))?;
        }
        self.peer.are_known = true;
        self.reply(FrameKind::Settings, ACK, 0, &[]);
        self.send_waiting();
        self.wake_waiting();
        Ok(())
    }

    fn apply(&mut self, id: u16, value: u32) -> Result<(), ConnectionBreach> {
        let wrong = ConnectionBreach::of_protocol("a setting has a value that it cannot have");
        let size = usize::try_from(value).unwrap_or(usize::MAX);
        match id {
            setting::HEADER_TABLE_SIZE => self.encoder.resize(size),
            setting::ENABLE_PUSH if value != 0 => return Err(wrong),
            setting::MAX_CONCURRENT_STREAMS => self.peer.streams = value,
            setting::INITIAL_WINDOW_SIZE => return self.resize_windows(value),
            setting::MAX_FRAME_SIZE => {
                if !(USUAL_PAYLOAD..=LONGEST_PAYLOAD).contains(&size) {
                    return Err(wrong);
                }
                self.peer.payload = size;
            }
            // What it takes of headers is advice; the others are none of ours.
            _ => {}
        }
        Ok(())
    }

    fn resize_windows(&mut self, window: u32) -> Result<(), ConnectionBreach> {
        if window > LARGEST {
            return Err(ConnectionBreach::of_flow(
                "a window is larger than it can be",
            ));
        }
        let more = i64::from(window) - i64::from(self.peer.window);
        self.peer.window = window;
        for stream in &mut self.streams {
            stream.send_window += more;
            if stream.is_under_way() && stream.send_window > LARGEST.into() {
                return Err(ConnectionBreach::of_flow(
                    "a window is larger than it can be",
                ));
            }
        }
        Ok(())
    }

    pub(super) fn take_window(&mut self, id: u32, payload: &[u8]) -> Result<(), ConnectionBreach> {
        let more = match (number(payload), payload.len()) {
            (Some(more), 4) => more & LARGEST,
            _ => return Err(ConnectionBreach::of_size("a window is not four bytes long")),
        };
        if id == 0 {
            self.send_window += i64::from(more);
            if more == 0 {
                return Err(ConnectionBreach::of_protocol(GROWS_BY_NOTHING));
            }
            if self.send_window > LARGEST.into() {
                return Err(ConnectionBreach::of_flow(GROWS_TOO_FAR));
            }
        } else {
            self.check_begun(id)?;
            let Some((place, stream)) = self.find(id) else {
                return Ok(());
            };
            stream.send_window += i64::from(more);
            if more == 0 {
                let lost = invalid(GROWS_BY_NOTHING);
                self.reset(place, ErrorCode::PROTOCOL_ERROR, Some(lost));
                return Ok(());
            }
            if stream.send_window > LARGEST.into() {
                let lost = invalid(GROWS_TOO_FAR);
                self.reset(place, ErrorCode::FLOW_CONTROL_ERROR, Some(lost));
                return Ok(());
            }
        }
        self.send_waiting();
        Ok(())
    }
}
