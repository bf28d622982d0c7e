//! Builds the requests of a scenario for HTTP/2 (RFC 9113, section 8.3).
//!
//! Everything that is the same in every request is put together once; for each request only the
//! values are filled in, into memory that is used again and again.

use http::uri::Authority;
use std::ops::Range;

use super::header_encoder::{FieldName, FixedField, FixedFields, FixedId, HeaderEncoder, literal};
use crate::edge::wire::endpoint::Endpoint;
use crate::edge::wire::followed::Followed;
use crate::edge::wire::request::{
    self as wire, Body, UnsendableError, Unwritable, check, expects_body, has_header, prepare_all,
    unsendable,
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
pub(super) struct StreamRequestWriter {
    operations: Vec<Http2Template>,
    fixed: FixedFields,
    length: FieldName,
    path: FieldName,
}

/// A request with its gaps.
#[derive(Debug)]
struct Http2Template {
    /// The pseudo-headers that are the same in every request, all but the path.
    pseudo: Vec<FixedId>,
    path: RequestPath,
    fixed: Vec<FixedId>,
    varying: Vec<(FieldName, Template)>,
    body: Body,
    is_head_request: bool,
    is_idempotent: bool,
}

/// Where a request goes.
#[derive(Debug)]
enum RequestPath {
    Fixed(FixedId),
    Gaps(Template),
    /// Where an earlier answer says.
    Followed(Followed),
}

/// What is filled into a request, in memory that is used again and again.
#[derive(Debug, Default)]
pub(super) struct StreamRequest {
    operation: usize,
    path: String,
    /// The values of the headers that vary, one after the other, and where each stands.
    values: String,
    places: Vec<Range<usize>>,
    body: String,
}

impl StreamRequestWriter {
    pub(super) fn new(
        operations: &[Operation],
        endpoint: &Endpoint,
    ) -> Result<Self, UnsendableError> {
        let fixed = std::cell::RefCell::new(FixedFields::default());
        let prepare = |request: &RequestTemplate| {
            Http2Template::new(request, endpoint, &mut fixed.borrow_mut())
        };
        Ok(Self {
            operations: prepare_all(operations, prepare)?,
            fixed: fixed.into_inner(),
            length: FieldName::new("content-length"),
            path: FieldName::new(":path"),
        })
    }

    /// Fills in the request of an operation.
    pub(super) fn fill(
        &self,
        operation: usize,
        values: &Values,
        request: &mut StreamRequest,
    ) -> Result<(), TransferError> {
        let template = self.operations.get(operation);
        let template = template.ok_or_else(|| unsendable("there is no such operation"))?;
        request.operation = operation;
        template.fill(values, request)
    }

    /// Writes the headers of a request that was filled in.
    pub(super) fn write(
        &self,
        request: &StreamRequest,
        encoder: &mut HeaderEncoder,
        output: &mut Vec<u8>,
    ) {
        let Some(template) = self.operations.get(request.operation) else {
            return;
        };
        for id in &template.pseudo {
            encoder.fixed(&self.fixed, *id, output);
        }
        match &template.path {
            RequestPath::Fixed(id) => encoder.fixed(&self.fixed, *id, output),
            _ => literal(&self.path, request.path.as_bytes(), output),
        }
        for id in &template.fixed {
            encoder.fixed(&self.fixed, *id, output);
        }
        for ((name, _), place) in template.varying.iter().zip(&request.places) {
            let value = request.values.get(place.clone()).unwrap_or_default();
            // Spaces around a value are no part of it (section 8.2.1).
            literal(name, value.as_bytes().trim_ascii(), output);
        }
        if let Body::Gaps(_) = template.body {
            let length = request.body.len().to_string();
            literal(&self.length, length.as_bytes(), output);
        }
    }

    /// The body of a request that was filled in.
    pub(super) fn body<'a>(&'a self, request: &'a StreamRequest) -> &'a [u8] {
        let template = self.operations.get(request.operation);
        match template.map(|template| &template.body) {
            Some(Body::Fixed(bytes)) => bytes,
            Some(Body::Gaps(_)) => request.body.as_bytes(),
            None => &[],
        }
    }

    /// Whether the answer to a request has no body whatever its headers say.
    pub(super) fn is_head_request(&self, request: &StreamRequest) -> bool {
        let template = self.operations.get(request.operation);
        template.is_some_and(|template| template.is_head_request)
    }

    /// Whether the request of an operation has the same effect if it is sent twice.
    pub(super) fn may_be_sent_twice(&self, operation: usize) -> bool {
        let template = self.operations.get(operation);
        template.is_some_and(|template| template.is_idempotent)
    }
}

impl Http2Template {
    fn new(
        request: &RequestTemplate,
        endpoint: &Endpoint,
        fields: &mut FixedFields,
    ) -> Result<Self, Unwritable> {
        check(request)?;
        let scheme = if endpoint.is_tls { "https" } else { "http" };
        let path = path(&endpoint.path, &request.path);
        let path = match (Followed::new(request, endpoint), fixed(&path)) {
            (Some(followed), _) => RequestPath::Followed(followed),
            (None, Some(path)) => {
                RequestPath::Fixed(fields.id(FixedField::new(":path", path.as_bytes())))
            }
            (None, None) => RequestPath::Gaps(path),
        };
        let mut template = Self {
            pseudo: Vec::new(),
            path,
            fixed: Vec::new(),
            varying: Vec::new(),
            body: Body::new(request.body.as_ref()),
            is_head_request: request.method == "HEAD",
            is_idempotent: wire::is_idempotent(&request.method),
        };
        let mut host = endpoint.authority.clone();
        for (name, value) in &request.headers {
            if name.eq_ignore_ascii_case("host") {
                host = fixed(value).ok_or(Unwritable::VaryingHost)?;
            } else {
                template.add(name, value, fields)?;
            }
        }
        for (name, value) in [("user-agent", wire::USER_AGENT), wire::ACCEPT_ENCODING] {
            if !has_header(request, name) {
                let field = FixedField::new(name, value.as_bytes());
                template.fixed.push(fields.id(field));
            }
        }
        if let Body::Fixed(bytes) = &template.body
            && (request.body.is_some() || expects_body(&request.method))
        {
            let length = bytes.len().to_string();
            let field = FixedField::new("content-length", length.as_bytes());
            template.fixed.push(fields.id(field));
        }
        for (name, value) in [
            (":method", request.method.as_str()),
            (":scheme", scheme),
            (":authority", authority(&host)?.as_str()),
        ] {
            let field = FixedField::new(name, value.as_bytes());
            template.pseudo.push(fields.id(field));
        }
        Ok(template)
    }

    fn add(
        &mut self,
        name: &str,
        value: &Template,
        fields: &mut FixedFields,
    ) -> Result<(), Unwritable> {
        let lower = name.to_ascii_lowercase();
        if CONNECTION_HEADERS.contains(&lower.as_str()) {
            return Err(Unwritable::NotOfHttp2(name.to_owned()));
        }
        match fixed(value) {
            None => self.varying.push((FieldName::new(&lower), value.clone())),
            Some(text) => {
                let field = FixedField::new(&lower, text.trim_ascii().as_bytes());
                self.fixed.push(fields.id(field));
            }
        }
        Ok(())
    }

    fn fill(&self, values: &Values, request: &mut StreamRequest) -> Result<(), TransferError> {
        let missing = |_| unsendable("a value in it is missing, since no operation captured it");
        let StreamRequest {
            path, places, body, ..
        } = request;
        path.clear();
        match &self.path {
            RequestPath::Fixed(_) => {}
            RequestPath::Gaps(template) => template.render_into(values, path).map_err(missing)?,
            RequestPath::Followed(followed) => *path = followed.path(values)?,
        }
        places.clear();
        request.values.clear();
        for (_, template) in &self.varying {
            let text = &mut request.values;
            let begin = text.len();
            template.render_into(values, text).map_err(missing)?;
            places.push(begin..text.len());
        }
        let breaks_line = |byte: u8| matches!(byte, b'\r' | b'\n' | 0);
        if request.values.bytes().any(breaks_line) {
            return Err(unsendable("a value in its headers has a line break"));
        }
        body.clear();
        if let Body::Gaps(template) = &self.body {
            template.render_into(values, body).map_err(missing)?;
        }
        Ok(())
    }
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
