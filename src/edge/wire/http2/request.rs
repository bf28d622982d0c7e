//! Builds the requests of a scenario for HTTP/2 (RFC 9113, section 8.3).
//!
//! Everything that is the same in every request is put together once; for each request only the
//! values are filled in.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HOST, USER_AGENT};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};

use crate::edge::wire::endpoint::Endpoint;
use crate::edge::wire::followed::Followed;
use crate::edge::wire::request::{
    self as wire, Body, UnsendableError, Unwritable, check, expects_body, prepare_all, unsendable,
};
use crate::model::TransferError;
use crate::suite::{Operation, RequestTemplate, Segment, Template, Values};

/// Headers of a connection, which HTTP/2 does not have (RFC 9113, section 8.2.2).
const CONNECTION_HEADERS: [&str; 5] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "upgrade",
];

/// Builds the requests of a scenario.
#[derive(Debug)]
pub(super) struct StreamRequestWriter(Vec<Http2Template>);

/// A request with its gaps.
#[derive(Debug)]
struct Http2Template {
    method: Method,
    scheme: Scheme,
    authority: Authority,
    path: Template,
    /// In place of the path, where an earlier answer says where to go.
    followed: Option<Followed>,
    /// Those that are the same in every request.
    headers: HeaderMap,
    varying: Vec<(HeaderName, Template)>,
    body: Body,
}

impl StreamRequestWriter {
    pub(super) fn new(
        operations: &[Operation],
        endpoint: &Endpoint,
    ) -> Result<Self, UnsendableError> {
        let prepare = |request: &RequestTemplate| Http2Template::new(request, endpoint);
        prepare_all(operations, prepare).map(Self)
    }

    /// The request of an operation, and its body.
    pub(super) fn request(
        &self,
        operation: usize,
        values: &Values,
    ) -> Result<(Request<()>, Bytes), TransferError> {
        let message = self.0.get(operation);
        let message = message.ok_or_else(|| unsendable("there is no such operation"))?;
        message.request(values)
    }

    /// Whether the request of an operation has the same effect if it is sent twice.
    pub(super) fn may_be_sent_twice(&self, operation: usize) -> bool {
        let message = self.0.get(operation);
        message.is_some_and(|message| wire::is_idempotent(message.method.as_str()))
    }
}

impl Http2Template {
    fn new(request: &RequestTemplate, endpoint: &Endpoint) -> Result<Self, Unwritable> {
        check(request)?;
        let method = Method::from_bytes(request.method.as_bytes())
            .map_err(|_| Unwritable::Method(request.method.clone()))?;
        let mut message = Self {
            method,
            scheme: if endpoint.is_tls {
                Scheme::HTTPS
            } else {
                Scheme::HTTP
            },
            authority: authority(&endpoint.authority)?,
            path: path(&endpoint.path, &request.path),
            followed: Followed::new(request, endpoint),
            headers: HeaderMap::new(),
            varying: Vec::new(),
            body: Body::new(request.body.as_ref()),
        };
        for (name, value) in &request.headers {
            message.header(name, value)?;
        }
        if !message.has(&USER_AGENT) {
            let value = HeaderValue::from_static(wire::USER_AGENT);
            message.headers.insert(USER_AGENT, value);
        }
        let (name, value) = wire::ACCEPT_ENCODING;
        if !message.has(&HeaderName::from_static(name)) {
            let value = HeaderValue::from_static(value);
            message.headers.insert(name, value);
        }
        if let Body::Fixed(bytes) = &message.body
            && (request.body.is_some() || expects_body(&request.method))
        {
            message.headers.insert(CONTENT_LENGTH, bytes.len().into());
        }
        Ok(message)
    }

    fn has(&self, name: &HeaderName) -> bool {
        self.headers.contains_key(name) || self.varying.iter().any(|(one, _)| one == name)
    }

    fn header(&mut self, name: &str, value: &Template) -> Result<(), Unwritable> {
        let parsed = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| Unwritable::HeaderName(name.to_owned()))?;
        if CONNECTION_HEADERS.contains(&parsed.as_str()) {
            return Err(Unwritable::NotOfHttp2(name.to_owned()));
        }
        let fixed = fixed(value);
        if parsed == HOST {
            let fixed = fixed.ok_or(Unwritable::VaryingHost)?;
            self.authority = authority(&fixed)?;
            return Ok(());
        }
        let Some(text) = fixed else {
            self.varying.push((parsed, value.clone()));
            return Ok(());
        };
        let value = HeaderValue::from_bytes(text.as_bytes())
            .map_err(|_| Unwritable::HeaderValue(name.to_owned()))?;
        self.headers.append(parsed, value);
        Ok(())
    }

    fn request(&self, values: &Values) -> Result<(Request<()>, Bytes), TransferError> {
        let mut request = Request::new(());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri(values)?;
        let headers = request.headers_mut();
        headers.clone_from(&self.headers);
        for (name, value) in &self.varying {
            let value = HeaderValue::try_from(render(value, values)?)
                .map_err(|_| unsendable("a value in its headers has a line break"))?;
            headers.append(name, value);
        }
        let body = match &self.body {
            Body::Fixed(bytes) => Bytes::copy_from_slice(bytes),
            Body::Gaps(template) => {
                let body = Bytes::from(render(template, values)?);
                headers.insert(CONTENT_LENGTH, body.len().into());
                body
            }
        };
        Ok((request, body))
    }

    fn uri(&self, values: &Values) -> Result<Uri, TransferError> {
        let path = match &self.followed {
            Some(followed) => followed.path(values)?,
            None => render(&self.path, values)?,
        };
        let path = PathAndQuery::try_from(path);
        let path = path.map_err(|_| unsendable("its path is not one"))?;
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(path);
        Uri::from_parts(parts).map_err(|_| unsendable("its path is not one"))
    }
}

fn render(template: &Template, values: &Values) -> Result<String, TransferError> {
    template
        .render(values)
        .map_err(|_| unsendable("a value in it is missing, since no operation captured it"))
}

fn path(base: &str, path: &Template) -> Template {
    let mut segments = vec![Segment::Text(base.to_owned())];
    segments.extend(path.segments().iter().cloned());
    Template::new(segments)
}

/// The text of a template without gaps.
fn fixed(template: &Template) -> Option<String> {
    let mut all = String::new();
    for segment in template.segments() {
        match segment {
            Segment::Text(text) => all.push_str(text),
            Segment::Value { .. } => return None,
        }
    }
    Some(all)
}

fn authority(text: &str) -> Result<Authority, Unwritable> {
    Authority::try_from(text).map_err(|_| Unwritable::Host(text.to_owned()))
}
