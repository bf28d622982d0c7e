//! The frames of HTTP/2, and the codes of its errors (RFC 9113, sections 4, 6 and 7).

/// The length of the head of a frame, in bytes.
pub(super) const FRAME_HEAD: usize = 9;

/// The longest payload that either side takes without a word about it, in bytes (section 4.2).
pub(super) const USUAL_PAYLOAD: usize = 16_384;

/// The longest payload that a frame can have, in bytes.
pub(super) const LONGEST_PAYLOAD: usize = (1 << 24) - 1;

/// The largest window of flow control, and the largest identifier of a stream.
pub(super) const LARGEST: u32 = (1 << 31) - 1;

/// With what a client begins (section 3.4).
pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Flags of frames; the first has two meanings.
pub(super) const ACK: u8 = 0x1;
pub(super) const END_STREAM: u8 = 0x1;
pub(super) const END_HEADERS: u8 = 0x4;
pub(super) const PADDED: u8 = 0x8;
pub(super) const PRIORITY: u8 = 0x20;

/// What a frame is; none of the others need be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FrameKind {
    Data,
    Headers,
    Priority,
    Reset,
    Settings,
    PushPromise,
    Ping,
    GoAway,
    WindowUpdate,
    Continuation,
    Other,
}

impl FrameKind {
    const KNOWN: [Self; 10] = [
        Self::Data,
        Self::Headers,
        Self::Priority,
        Self::Reset,
        Self::Settings,
        Self::PushPromise,
        Self::Ping,
        Self::GoAway,
        Self::WindowUpdate,
        Self::Continuation,
    ];
}

/// The head of a frame (section 4.1).
#[derive(Clone, Copy, Debug)]
pub(super) struct FrameHead {
    /// The length of the payload, in bytes.
    pub(super) length: usize,
    pub(super) kind: FrameKind,
    pub(super) flags: u8,
    /// The stream that it is about; 0 for the connection.
    pub(super) stream: u32,
}

impl FrameHead {
    /// The head at the beginning of some bytes; none if they do not have it whole.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let [a, b, c, kind, flags, id @ ..] = bytes.first_chunk::<FRAME_HEAD>()?;
        let length = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
        let known = FrameKind::KNOWN.get(usize::from(*kind));
        Some(Self {
            length,
            kind: known.copied().unwrap_or(FrameKind::Other),
            flags: *flags,
            stream: u32::from_be_bytes(*id) & LARGEST,
        })
    }

    pub(super) const fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Writes the head. The length is at most [`LONGEST_PAYLOAD`].
    pub(super) fn write(&self, output: &mut Vec<u8>) {
        output.extend_from_slice(&self.length_bytes());
        output.extend_from_slice(&[self.kind as u8, self.flags]);
        output.extend_from_slice(&self.stream.to_be_bytes());
    }

    /// Writes the length over that of a head which was written before.
    pub(super) fn write_length(&self, written: &mut [u8]) {
        if let Some(place) = written.first_chunk_mut() {
            *place = self.length_bytes();
        }
    }

    fn length_bytes(&self) -> [u8; 3] {
        // More than 24 bits are never asked for.
        let [_, bytes @ ..] = u32::try_from(self.length).unwrap_or(u32::MAX).to_be_bytes();
        bytes
    }
}

/// Writes a whole frame that is short.
pub(super) fn write_frame(
    kind: FrameKind,
    flags: u8,
    stream: u32,
    payload: &[u8],
    output: &mut Vec<u8>,
) {
    let head = FrameHead {
        length: payload.len(),
        kind,
        flags,
        stream,
    };
    head.write(output);
    output.extend_from_slice(payload);
}

/// The number that a payload begins with; none if it is shorter.
pub(super) fn number(payload: &[u8]) -> Option<u32> {
    payload.first_chunk().copied().map(u32::from_be_bytes)
}

/// Why a stream or a connection ends (section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ErrorCode(pub(super) u32);

impl ErrorCode {
    pub(super) const NO_ERROR: Self = Self(0);
    pub(super) const PROTOCOL_ERROR: Self = Self(1);
    pub(super) const FLOW_CONTROL_ERROR: Self = Self(3);
    pub(super) const STREAM_CLOSED: Self = Self(5);
    pub(super) const FRAME_SIZE_ERROR: Self = Self(6);
    pub(super) const REFUSED_STREAM: Self = Self(7);
    pub(super) const CANCEL: Self = Self(8);
    pub(super) const COMPRESSION_ERROR: Self = Self(9);
    pub(super) const ENHANCE_YOUR_CALM: Self = Self(11);

    /// What it means, in a few words.
    pub(super) const fn meaning(self) -> &'static str {
        match self.0 {
            0 => "no error",
            1 => "a breach of the protocol",
            2 => "an internal error",
            3 => "a breach of flow control",
            4 => "its settings were not acknowledged in time",
            5 => "a frame on a closed stream",
            6 => "a frame of a wrong size",
            7 => "the stream was refused",
            8 => "the stream is no longer needed",
            9 => "its compression of headers broke",
            10 => "a connection that was asked for broke",
            11 => "too much load",
            12 => "the TLS is too weak",
            13 => "HTTP/1.1 is needed",
            _ => "an unknown error",
        }
    }
}

/// What the other side did that ends a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ConnectionBreach {
    pub(super) code: ErrorCode,
    /// What was wrong, as a sentence fragment.
    pub(super) reason: &'static str,
}

impl ConnectionBreach {
    pub(super) const fn of_protocol(reason: &'static str) -> Self {
        Self {
            code: ErrorCode::PROTOCOL_ERROR,
            reason,
        }
    }

    pub(super) const fn of_size(reason: &'static str) -> Self {
        Self {
            code: ErrorCode::FRAME_SIZE_ERROR,
            reason,
        }
    }

    pub(super) const fn of_flow(reason: &'static str) -> Self {
        Self {
            code: ErrorCode::FLOW_CONTROL_ERROR,
            reason,
        }
    }

    pub(super) const fn of_compression(reason: &'static str) -> Self {
        Self {
            code: ErrorCode::COMPRESSION_ERROR,
            reason,
        }
    }

    pub(super) const fn of_flood(reason: &'static str) -> Self {
        Self {
            code: ErrorCode::ENHANCE_YOUR_CALM,
            reason,
        }
    }
}
