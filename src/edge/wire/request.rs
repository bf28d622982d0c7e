//! Writes the requests of a scenario as HTTP/1.1 (RFC 9112).
//!
//! Everything that is the same in every request is put together once; for each request only the
//! values are filled in, into memory that is used again and again.

use std::fmt::Display;

use super::endpoint::Endpoint;
use super::followed::Followed;
use crate::model::{TransferError, TransferErrorKind};
use crate::suite::{
    BodyTemplate, Encoding, Operation, RequestTemplate, Segment, Template, Values, VariableId,
};

/// What every request says of its sender.
pub(super) const USER_AGENT: &str = concat!("assize/", env!("CARGO_PKG_VERSION"));

/// What every request says of the codings in which an answer may come (RFC 9110, section 12.5.3).
pub(super) const ACCEPT_ENCODING: (&str, &str) = ("accept-encoding", "identity");

/// Headers that say how the message is framed, which is this writer's own duty.
const FRAMING_HEADERS: [&str; 2] = ["content-length", "transfer-encoding"];

/// Why an operation cannot be sent at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operation {operation} cannot be sent: {reason}")]
pub struct UnsendableError {
    /// The name of the operation.
    pub operation: String,
    /// Why.
    #[source]
    pub reason: Unwritable,
}

/// Why a request cannot be sent as it is written, as a sentence fragment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unwritable {
    /// A load does not choose a manner for each request.
    #[error("a load sends all requests in one manner; leave `manner` to cases")]
    Manner,
    /// The method is no token of HTTP.
    #[error("{0:?} is not a method")]
    Method(String),
    /// The path has something in it that a URL cannot have.
    #[error("its path has a space or another character that must be encoded")]
    Path,
    /// The name of a header is no token of HTTP.
    #[error("{0:?} is not a header name")]
    HeaderName(String),
    /// A header that frames the message.
    #[error("the header {0} is written by the client itself")]
    OwnHeader(String),
    /// A header with a control character.
    #[error("the value of the header {0} cannot be sent")]
    HeaderValue(String),
    /// A header of connections, of which HTTP/2 has none.
    #[error("HTTP/2 has no header {0}")]
    NotOfHttp2(String),
    /// A host that has a value in it.
    #[error("in HTTP/2 the host cannot differ between requests")]
    VaryingHost,
    /// A host that is none.
    #[error("{0:?} is not a host")]
    Host(String),
}

/// Prepares the requests of all operations. The first that cannot be sent as it is written is named.
pub(super) fn prepare_all<M>(
    operations: &[Operation],
    prepare: impl Fn(&RequestTemplate) -> Result<M, Unwritable>,
) -> Result<Vec<M>, UnsendableError> {
    let prepare = |operation: &Operation| {
        let request = &operation.exchange.request;
        let prepared = if request.manner.is_plain() {
            prepare(request)
        } else {
            Err(Unwritable::Manner)
        };
        prepared.map_err(|reason| UnsendableError {
            operation: operation.name.clone(),
            reason,
        })
    };
    operations.iter().map(prepare).collect()
}

/// Writes the requests of a scenario.
#[derive(Clone, Debug)]
pub(super) struct RequestWriter {
    operations: Vec<Http1Template>,
}

/// A request with its gaps.
#[derive(Clone, Debug)]
struct Http1Template {
    /// Everything up to the body; up to the value of `content-length` if that has gaps.
    head: Template,
    /// What stands before that in a request that goes where an earlier answer says.
    followed: Option<Followed>,
    /// Values in headers, which a line break would cut.
    unquoted: Vec<VariableId>,
    body: Body,
    is_head_request: bool,
    is_idempotent: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Body {
    /// None, or always the same.
    Fixed(Vec<u8>),
    /// With gaps, so that its length is known only when they are filled in.
    Gaps(Template),
}

/// Memory for one request.
#[derive(Debug, Default)]
pub(super) struct RequestBuffer {
    bytes: Vec<u8>,
    head: String,
    body: String,
}

impl RequestBuffer {
    /// The request that was written last.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl RequestWriter {
    /// Prepares all operations of a scenario.
    ///
    /// # Errors
    ///
    /// If one of them could not be sent as it is written.
    pub(super) fn new(
        operations: &[Operation],
        endpoint: &Endpoint,
    ) -> Result<Self, UnsendableError> {
        let prepare = |request: &RequestTemplate| Http1Template::new(request, endpoint);
        Ok(Self {
            operations: prepare_all(operations, prepare)?,
        })
    }

    /// Whether the answer to an operation has no body whatever its headers say.
    pub(super) fn is_head_request(&self, operation: usize) -> bool {
        self.operations
            .get(operation)
            .is_some_and(|message| message.is_head_request)
    }

    /// Whether the request of an operation has the same effect if it is sent twice.
    pub(super) fn may_be_sent_twice(&self, operation: usize) -> bool {
        self.operations
            .get(operation)
            .is_some_and(|message| message.is_idempotent)
    }

    /// Writes the request of an operation.
    pub(super) fn write(
        &self,
        operation: usize,
        values: &Values,
        buffer: &mut RequestBuffer,
    ) -> Result<(), TransferError> {
        let message = self
            .operations
            .get(operation)
            .ok_or_else(|| unsendable("there is no such operation"))?;
        message.write(values, buffer)
    }
}

impl Http1Template {
    fn new(request: &RequestTemplate, endpoint: &Endpoint) -> Result<Self, Unwritable> {
        check(request)?;
        let mut head = Pieces::default();
        let followed = Followed::new(request, endpoint);
        if followed.is_none() {
            head.text(&format!("{} {}", request.method, endpoint.path));
            head.template(&request.path);
        }
        head.text(" HTTP/1.1\r\n");
        if !has_header(request, "host") {
            head.text(&format!("host: {}\r\n", endpoint.authority));
        }
        if !has_header(request, "user-agent") {
            head.text(&format!("user-agent: {USER_AGENT}\r\n"));
        }
        let (name, value) = ACCEPT_ENCODING;
        if !has_header(request, name) {
            head.text(&format!("{name}: {value}\r\n"));
        }
        for (name, value) in &request.headers {
            head.text(&format!("{name}: "));
            head.template(value);
            head.text("\r\n");
        }
        let body = Body::new(request.body.as_ref());
        match &body {
            Body::Gaps(_) => head.text("content-length: "),
            Body::Fixed(bytes) => {
                // Of a request whose method usually has a body, even an empty one is announced.
                if request.body.is_some() || expects_body(&request.method) {
                    head.text(&format!("content-length: {}\r\n", bytes.len()));
                }
                head.text("\r\n");
            }
        }
        Ok(Self {
            unquoted: head.unquoted,
            head: Template::new(head.segments),
            followed,
            body,
            is_head_request: request.method == "HEAD",
            is_idempotent: is_idempotent(&request.method),
        })
    }

    fn write(&self, values: &Values, buffer: &mut RequestBuffer) -> Result<(), TransferError> {
        let missing = |_| unsendable("a value in it is missing, since no operation captured it");
        let breaks_line = |variable: &VariableId| {
            let value = values.get(*variable).unwrap_or_default();
            value.bytes().any(|byte| matches!(byte, b'\r' | b'\n' | 0))
        };
        if self.unquoted.iter().any(breaks_line) {
            return Err(unsendable("a value in its headers has a line break"));
        }
        buffer.head.clear();
        buffer.bytes.clear();
        if let Some(followed) = &self.followed {
            buffer.head.push_str(&followed.begin(values)?);
        }
        self.head
            .render_into(values, &mut buffer.head)
            .map_err(missing)?;
        buffer.bytes.extend_from_slice(buffer.head.as_bytes());
        match &self.body {
            Body::Fixed(bytes) => buffer.bytes.extend_from_slice(bytes),
            Body::Gaps(template) => {
                buffer.body.clear();
                template
                    .render_into(values, &mut buffer.body)
                    .map_err(missing)?;
                push_number(buffer.body.len(), &mut buffer.bytes);
                buffer.bytes.extend_from_slice(b"\r\n\r\n");
                buffer.bytes.extend_from_slice(buffer.body.as_bytes());
            }
        }
        Ok(())
    }
}

impl Body {
    pub(super) fn new(template: Option<&BodyTemplate>) -> Self {
        match template {
            None => Self::Fixed(Vec::new()),
            Some(BodyTemplate::Bytes(bytes)) => Self::Fixed(bytes.clone()),
            Some(BodyTemplate::Text(text)) => {
                let mut fixed = Vec::new();
                for segment in text.segments() {
                    match segment {
                        Segment::Text(text) => fixed.extend_from_slice(text.as_bytes()),
                        Segment::Value { .. } => return Self::Gaps(text.clone()),
                    }
                }
                Self::Fixed(fixed)
            }
        }
    }
}

/// The pieces of a head, with neighbouring texts put together.
#[derive(Default)]
struct Pieces {
    segments: Vec<Segment>,
    unquoted: Vec<VariableId>,
}

impl Pieces {
    fn text(&mut self, more: &str) {
        match self.segments.last_mut() {
            Some(Segment::Text(text)) => text.push_str(more),
            _ => self.segments.push(Segment::Text(more.to_owned())),
        }
    }

    fn template(&mut self, template: &Template) {
        for segment in template.segments() {
            match segment {
                Segment::Text(text) => self.text(text),
                Segment::Value {
                    variable, encoding, ..
                } => {
                    if *encoding != Encoding::Path {
                        self.unquoted.push(*variable);
                    }
                    self.segments.push(segment.clone());
                }
            }
        }
    }
}

/// Checks everything that is the same in every request.
pub(super) fn check(request: &RequestTemplate) -> Result<(), Unwritable> {
    let method = &request.method;
    if !is_token(method) {
        return Err(Unwritable::Method(method.clone()));
    }
    let printable = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    if !texts(&request.path).all(printable) {
        return Err(Unwritable::Path);
    }
    for (name, value) in &request.headers {
        if !is_token(name) {
            return Err(Unwritable::HeaderName(name.clone()));
        }
        if FRAMING_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(Unwritable::OwnHeader(name.clone()));
        }
        let control = |byte: u8| byte.is_ascii_control() && byte != b'\t';
        if texts(value).any(|text| text.bytes().any(control)) {
            return Err(Unwritable::HeaderValue(name.clone()));
        }
    }
    Ok(())
}

fn texts(template: &Template) -> impl Iterator<Item = &str> {
    template
        .segments()
        .iter()
        .filter_map(|segment| match segment {
            Segment::Text(text) => Some(text.as_str()),
            Segment::Value { .. } => None,
        })
}

/// A token (RFC 9110, section 5.6.2).
fn is_token(text: &str) -> bool {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(token)
}

pub(super) fn has_header(request: &RequestTemplate, name: &str) -> bool {
    request
        .headers
        .iter()
        .any(|(candidate, _)| candidate.eq_ignore_ascii_case(name))
}

/// Whether two requests with this method have the effect of one (RFC 9110, section 9.2.2).
pub(super) fn is_idempotent(method: &str) -> bool {
    !matches!(method, "POST" | "PATCH")
}

pub(super) fn expects_body(method: &str) -> bool {
    matches!(method, "POST" | "PUT" | "PATCH")
}

/// Appends a number in decimal digits.
fn push_number(number: usize, bytes: &mut Vec<u8>) {
    let start = bytes.len();
    let mut rest = number;
    loop {
        // A remainder of ten fits a byte.
        bytes.push(b'0' + u8::try_from(rest % 10).unwrap_or_default());
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if let Some(digits) = bytes.get_mut(start..) {
        digits.reverse();
    }
}

pub(super) fn unsendable(reason: impl Display) -> TransferError {
    TransferError::new(
        TransferErrorKind::Request,
        format!("the request could not be built: {reason}"),
    )
}
