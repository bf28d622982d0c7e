//! Answers, spoilt.

use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::response::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use std::sync::atomic::{AtomicU64, Ordering};

use super::super::problem::{X_ERROR, X_ERROR_ID};
use super::super::reply::JSON;
use super::told::ToldMembers;
use crate::reference::defect::{AnswerFault, Asked, CallKind, Change};
use crate::reference::{RefusalKind, Store};

/// The largest answer, in bytes. Those of the honest server are far smaller.
const LARGEST: usize = 1024 * 1024;
/// What a refusal that should not be says.
const REFUSED: &str = "the request is refused";

/// Numbers the refusals that should not be, so that no two have one id.
static REFUSALS: AtomicU64 = AtomicU64::new(0);

/// An answer, read whole.
pub(super) struct BufferedReply {
    parts: Parts,
    body: Vec<u8>,
    /// The length of the body that came. Of an answer to HEAD it is 0, whatever the header says.
    came: usize,
}

impl BufferedReply {
    pub(super) async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        // The honest server's own bodies are in memory already and never fail.
        let body = to_bytes(body, LARGEST).await.unwrap_or_default();
        Self {
            parts,
            came: body.len(),
            body: body.to_vec(),
        }
    }

    pub(super) fn is_granted(&self) -> bool {
        matches!(self.parts.status, StatusCode::OK | StatusCode::ACCEPTED)
    }

    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    pub(super) fn set_body(&mut self, body: Vec<u8>) {
        self.body = body;
    }

    /// The body; null if it is not JSON.
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub(super) fn refused_as(&self) -> Option<RefusalKind> {
        match self.parts.status {
            StatusCode::BAD_REQUEST => Some(RefusalKind::Invalid),
            StatusCode::UNAUTHORIZED => Some(RefusalKind::Unauthenticated),
            StatusCode::FORBIDDEN => Some(RefusalKind::Forbidden),
            StatusCode::NOT_FOUND => Some(RefusalKind::Unknown),
            _ => None,
        }
    }

    /// A member of the body; null if there is none.
    pub(super) fn member(&self, name: &str) -> Value {
        self.json().get(name).cloned().unwrap_or_default()
    }

    pub(super) fn set_member(&mut self, name: &str, value: Value) {
        self.change_object(|members| {
            members.insert(name.to_owned(), value);
        });
    }

    fn change_object(&mut self, change: impl FnOnce(&mut Map<String, Value>)) {
        if let Value::Object(mut members) = self.json() {
            change(&mut members);
            self.set_json(&Value::Object(members));
        }
    }

    fn set_json(&mut self, value: &Value) {
        self.body = value.to_string().into_bytes();
    }

    fn set_header(&mut self, name: &str, value: &str) {
        let name = HeaderName::try_from(name);
        if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value)) {
            self.parts.headers.insert(name, value);
        }
    }
}

impl IntoResponse for BufferedReply {
    fn into_response(mut self) -> Response {
        if self.came.max(self.body.len()) > 0 {
            self.parts.headers.remove(CONTENT_LENGTH);
        }
        Response::from_parts(self.parts, Body::from(self.body))
    }
}

/// Spoils answers, and remembers what it needs for that.
#[derive(Default)]
pub(super) struct Spoiler {
    count: AtomicU64,
    told: ToldMembers,
}

impl Spoiler {
    /// The answer as the fault makes it.
    pub(super) fn spoil(
        &self,
        fault: &AnswerFault,
        asked: &Asked,
        store: &dyn Store,
        mut answer: BufferedReply,
    ) -> BufferedReply {
        let calls = &fault.calls;
        if !calls.include(asked, answer.is_granted(), answer.refused_as()) {
            return answer;
        }
        let number = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        let strikes = number.is_multiple_of(calls.every);
        match &fault.change {
            Change::Repeat(member) => {
                self.told.repeat(member, strikes, store, &mut answer);
                answer
            }
            Change::ErrorId(make) if strikes => {
                let id = make(asked, answer.parts.status.as_u16(), number);
                answer.set_header(X_ERROR_ID.as_str(), &id);
                answer
            }
            change if strikes => changed(change, asked.operation, answer),
            _ => answer,
        }
    }
}

fn changed(change: &Change, operation: CallKind, mut answer: BufferedReply) -> BufferedReply {
    let status = answer.parts.status.as_u16();
    match change {
        Change::Status(status) => answer.parts.status = code(*status),
        Change::Refuse(status) => return refused(*status),
        Change::Grant => return granted(operation),
        Change::Drop(member) => answer.change_object(|members| {
            members.shift_remove(*member);
        }),
        Change::Member(member, make) => {
            let value = make(&answer.member(member));
            answer.set_member(member, value);
        }
        Change::Json(make) => {
            let value = make(&answer.json());
            answer.set_json(&value);
        }
        Change::Bytes(make) => answer.body = make(&answer.body),
        Change::DropHeader(name) => {
            answer.parts.headers.remove(*name);
        }
        Change::Header(name, make) => answer.set_header(name, &make(status)),
        // They need a memory, so they are done where that is.
        Change::Repeat(_) | Change::ErrorId(_) => {}
    }
    answer
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// A refusal in good form.
pub(super) fn refusal(status: u16) -> Response {
    refused(status).into_response()
}

fn refused(status: u16) -> BufferedReply {
    let number = REFUSALS.fetch_add(1, Ordering::Relaxed);
    let mut answer = with(code(status), &json!({"error": {"message": REFUSED}}));
    answer.set_header(X_ERROR.as_str(), REFUSED);
    answer.set_header(X_ERROR_ID.as_str(), &format!("refused-{number}"));
    answer
}

/// What a success of a call looks like.
pub(super) fn granted(operation: CallKind) -> BufferedReply {
    match operation {
        CallKind::GetUser => with(StatusCode::OK, &json!({"alias": ""})),
        _ => with(StatusCode::ACCEPTED, &json!({"message": "acknowledged"})),
    }
}

fn with(status: StatusCode, body: &Value) -> BufferedReply {
    let (mut parts, ()) = Response::new(()).into_parts();
    parts.status = status;
    parts.headers.insert(CONTENT_TYPE, JSON);
    let body = body.to_string().into_bytes();
    BufferedReply {
        parts,
        came: body.len(),
        body,
    }
}
