//! Every answer that is a success.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::problem::ProblemReply;
use crate::reference::Acknowledged;

pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A success: one JSON value, declared as such.
#[derive(Debug)]
pub(super) struct ServerReply {
    status: StatusCode,
    body: Vec<u8>,
}

impl ServerReply {
    /// The thing asked for: 200.
    pub(super) fn found(value: &impl Serialize) -> Result<Self, ProblemReply> {
        Self::new(StatusCode::OK, value)
    }

    /// Done, and nothing to tell: 202, which the document demands of a deletion.
    pub(super) fn acknowledged(acknowledged: Acknowledged) -> Result<Self, ProblemReply> {
        Self::new(StatusCode::ACCEPTED, &acknowledged)
    }

    /// A text that is JSON already: 200.
    pub(super) fn written(json: &'static str) -> Self {
        Self {
            status: StatusCode::OK,
            body: json.into(),
        }
    }

    fn new(status: StatusCode, value: &impl Serialize) -> Result<Self, ProblemReply> {
        let body = serde_json::to_vec(value)
            .map_err(|error| ProblemReply::Fault(format!("the answer is not JSON: {error}")))?;
        Ok(Self { status, body })
    }
}

impl IntoResponse for ServerReply {
    fn into_response(self) -> Response {
        (self.status, [(CONTENT_TYPE, JSON)], self.body).into_response()
    }
}
