//! Writes a request that is sent once, in the manner that it says: over HTTP/1.0 or 1.1, its body whole or in
//! chunks.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::endpoint::Endpoint;
use super::followed::at_host;
use super::kept::Message;
use super::request::{
    ACCEPT_ENCODING, USER_AGENT, check, expects_body, has_header, is_idempotent, unsendable,
};
use crate::model::{Condition, Request, TransferError};
use crate::suite::{BodyTemplate, RequestTemplate, Segment, Template};

/// What a check says of the types that it takes, unless the suite says otherwise.
const ACCEPT: (&str, &str) = ("accept", "*/*");

/// What stands in no path (RFC 3986, section 3.3), or would end it: no HTTP message could hold it.
const UNUSUAL_IN_PATHS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A chunk of a chunked body is this long, in bytes, so that most bodies have more than one.
const CHUNK: usize = 37;

/// A request as it goes over the wire.
#[derive(Clone, Debug)]
pub(super) struct LoneRequest {
    bytes: Vec<u8>,
    /// Where the body begins.
    head: usize,
    is_head_request: bool,
    may_be_sent_twice: bool,
}

impl LoneRequest {
    /// # Errors
    ///
    /// If it could not be sent as it is written.
    pub(super) fn new(request: &Request, endpoint: &Endpoint) -> Result<Self, TransferError> {
        let fixed = |text: String| Template::new(vec![Segment::Text(text)]);
        let target = request.target();
        let (path, endpoint) = at_host(&target, endpoint);
        let path = utf8_percent_encode(&path, UNUSUAL_IN_PATHS).to_string();
        let template = RequestTemplate {
            method: request.method.clone(),
            path: fixed(path.clone()),
            whence: None,
            headers: request
                .headers
                .iter()
                .map(|(name, value)| (name.clone(), fixed(value.clone())))
                .collect(),
            body: request.body.clone().map(BodyTemplate::Bytes),
            manner: request.manner,
            is_plain: true,
            is_foreign: false,
        };
        check(&template).map_err(unsendable)?;
        let mut bytes = head(request, &template, &path, &endpoint).into_bytes();
        let head = bytes.len();
        let body = request.body.as_deref().unwrap_or_default();
        match chunking(request) {
            Some(has_extensions) => push_chunks(body, has_extensions, &mut bytes),
            None => bytes.extend_from_slice(body),
        }
        Ok(Self {
            bytes,
            head,
            is_head_request: request.method == "HEAD",
            may_be_sent_twice: is_idempotent(&request.method),
        })
    }

    /// The whole of it.
    pub(super) fn message(&self) -> Message<'_> {
        Message {
            bytes: &self.bytes,
            is_head_request: self.is_head_request,
            may_be_sent_twice: self.may_be_sent_twice,
        }
    }

    /// Its head and its body.
    pub(super) fn parts(&self) -> (&[u8], &[u8]) {
        self.bytes.split_at(self.head)
    }
}

/// Whether the body goes in chunks, and if so whether these have extensions.
fn chunking(request: &Request) -> Option<bool> {
    let has_extensions = request.manner.has(Condition::ChunkExtension);
    let is_chunked = has_extensions || request.manner.has(Condition::Chunked);
    (is_chunked && request.body.is_some()).then_some(has_extensions)
}

fn head(request: &Request, template: &RequestTemplate, path: &str, endpoint: &Endpoint) -> String {
    let manner = request.manner;
    let minor = u8::from(!manner.has(Condition::Http10));
    let (method, base) = (&request.method, &endpoint.path);
    let mut head = format!("{method} {base}{path} HTTP/1.{minor}\r\n");
    let mut line = |name: &str, value: &str| {
        for part in [name, ": ", value, "\r\n"] {
            head.push_str(part);
        }
    };
    let says = |name: &str| has_header(template, name);
    if !says("host") {
        line("host", &endpoint.authority);
    }
    if !says("user-agent") && !manner.has(Condition::NoUserAgent) {
        line("user-agent", USER_AGENT);
    }
    if !says(ACCEPT_ENCODING.0) && !manner.has(Condition::NoAcceptEncoding) {
        line(ACCEPT_ENCODING.0, ACCEPT_ENCODING.1);
    }
    for (name, value) in &request.headers {
        line(name, value);
    }
    if !says(ACCEPT.0) && !manner.has(Condition::NoAccept) {
        line(ACCEPT.0, ACCEPT.1);
    }
    let length = request.body.as_ref().map(Vec::len);
    match chunking(request) {
        Some(has_extensions) => {
            line("transfer-encoding", "chunked");
            if has_extensions {
                line("trailer", "x-sent-by");
            }
        }
        // Of a request whose method usually has a body, even an empty one is announced.
        None if length.is_some() || expects_body(method) => {
            line("content-length", &length.unwrap_or_default().to_string());
        }
        None => {}
    }
    head.push_str("\r\n");
    head
}

/// The body in chunks (RFC 9112, section 7.1), each with an extension, and all with a trailer, if so wanted.
fn push_chunks(body: &[u8], has_extensions: bool, bytes: &mut Vec<u8>) {
    let extension = if has_extensions { ";part=\"a b\"" } else { "" };
    let size = CHUNK.max(body.len() / 8);
    for chunk in body.chunks(size) {
        bytes.extend_from_slice(format!("{:x}{extension}\r\n", chunk.len()).as_bytes());
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
    }
    let trailer = if has_extensions {
        "x-sent-by: assize\r\n"
    } else {
        ""
    };
    bytes.extend_from_slice(format!("0\r\n{trailer}\r\n").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Manner;

    fn sent(manner: &[Condition], body: Option<&str>) -> String {
        let request = Request {
            method: "POST".to_owned(),
            path: "/user".to_owned(),
            headers: vec![("x-a".to_owned(), "1".to_owned())],
            body: body.map(|text| text.as_bytes().to_vec()),
            manner: manner.iter().copied().collect::<Manner>(),
        };
        let endpoint = Endpoint::parse("http://h:1/v2").unwrap();
        let request = LoneRequest::new(&request, &endpoint).unwrap();
        String::from_utf8(request.bytes).unwrap()
    }

    #[test]
    fn a_plain_request_says_what_every_client_says() {
        let plain = sent(&[], Some("{}"));
        assert_eq!(
            plain,
            format!(
                "POST /v2/user HTTP/1.1\r\nhost: h:1\r\nuser-agent: {USER_AGENT}\r\naccept-encoding: identity\r\nx-a: 1\r\naccept: */*\r\ncontent-length: 2\r\n\r\n{{}}"
            )
        );
        let bare = sent(
            &[
                Condition::NoUserAgent,
                Condition::NoAccept,
                Condition::Http10,
                Condition::Query,
            ],
            None,
        );
        assert_eq!(
            bare,
            "POST /v2/user?client=assize HTTP/1.0\r\nhost: h:1\r\naccept-encoding: identity\r\nx-a: 1\r\ncontent-length: 0\r\n\r\n"
        );
    }

    #[test]
    fn a_body_in_chunks_ends_with_an_empty_one() {
        let chunked = sent(&[Condition::Chunked], Some("{}"));
        assert!(chunked.ends_with("transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"));
        let extended = sent(&[Condition::ChunkExtension], Some("{}"));
        assert!(
            extended.ends_with("\r\n\r\n2;part=\"a b\"\r\n{}\r\n0\r\nx-sent-by: assize\r\n\r\n")
        );
    }
}
