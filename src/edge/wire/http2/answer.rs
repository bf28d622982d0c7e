//! An answer that came over a stream, and its reading.

use h2::RecvStream;
use http::header::CONTENT_ENCODING;
use http::response::Parts;
use http::{HeaderMap, HeaderValue, Response as Message};
use std::time::Duration;

use super::fault::fault;
use crate::edge::coding::decoded;
use crate::model::{Answer, Response, TransferError};

/// A buffer that an answer made larger than this is given back, in bytes.
const LARGEST_KEPT: usize = 64 * 1024;

/// The last answer of a stream slot.
#[derive(Debug, Default)]
pub(super) struct StreamAnswer {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl StreamAnswer {
    /// Reads an answer to its end.
    pub(super) async fn read(
        &mut self,
        message: Message<RecvStream>,
        limit: usize,
    ) -> Result<(), TransferError> {
        let (
            Parts {
                status, headers, ..
            },
            mut stream,
        ) = message.into_parts();
        self.status = status.as_u16();
        self.headers = headers;
        self.body.clear();
        if self.body.capacity() > LARGEST_KEPT {
            self.body = Vec::new();
        }
        // Asking for more at the end of a stream finds nothing, and costs as much as asking for data.
        while !stream.is_end_stream()
            && let Some(data) = stream.data().await
        {
            let data = data.map_err(|error| fault(&error))?;
            if self.body.len() + data.len() > limit {
                return Err(TransferError::body_too_large(limit));
            }
            self.body.extend_from_slice(&data);
            let window = stream.flow_control().release_capacity(data.len());
            window.map_err(|error| fault(&error))?;
        }
        if !stream.is_end_stream() {
            // Trailers are read over: no expectation looks at them.
            stream.trailers().await.map_err(|error| fault(&error))?;
        }
        let mut codings = self.headers.get_all(CONTENT_ENCODING).iter().peekable();
        if codings.peek().is_some() {
            let codings = codings.map(HeaderValue::as_bytes);
            if let Some(body) = decoded(codings, &self.body, limit)? {
                self.body = body;
            }
        }
        Ok(())
    }

    /// A copy of the answer.
    pub(super) fn response(&self) -> Response {
        Response {
            status: self.status,
            headers: self
                .headers
                .iter()
                .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
                .collect(),
            body: self.body.clone(),
        }
    }
}

/// A view of an answer, which took so long.
#[derive(Clone, Copy, Debug)]
pub(in crate::edge) struct StreamAnswerView<'a> {
    pub(super) answer: &'a StreamAnswer,
    pub(super) elapsed: Duration,
}

impl Answer for StreamAnswerView<'_> {
    fn status(&self) -> u16 {
        self.answer.status
    }

    fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        let values = self.answer.headers.get_all(name);
        values.into_iter().map(HeaderValue::as_bytes)
    }

    fn body(&self) -> &[u8] {
        &self.answer.body
    }

    fn elapsed(&self) -> Duration {
        self.elapsed
    }
}
