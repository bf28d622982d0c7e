//! Every answer that is no success.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;

use super::intake::BODY_LIMIT;
use super::reply::JSON;
use super::{Incident, Server};
use crate::reference::{CallError, Refusal, RefusalKind};

pub(super) const X_ERROR: HeaderName = HeaderName::from_static("x-error");
pub(super) const X_ERROR_ID: HeaderName = HeaderName::from_static("x-error-id");

/// Why a request is not granted. The texts are for the caller: they repeat nothing that was sent
/// and tell nothing of how the server works.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum ProblemReply {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("the body is larger than {BODY_LIMIT} bytes")]
    BodyTooLarge,
    #[error("the body did not arrive whole")]
    BodyIncomplete,
    #[error("the body is not declared as JSON")]
    NotDeclaredAsJson,
    #[error("the path cannot be read: its percent-encoding is not UTF-8")]
    UnreadablePath,
    #[error("there is no such route")]
    NoSuchRoute,
    #[error("no code was sent to this address")]
    NoCodes,
    #[error("this route does not serve this method")]
    WrongMethod,
    /// With the cause, which is for the operator.
    #[error("the server failed to answer; its operator can tell why by the x-error-id")]
    Fault(String),
}

impl ProblemReply {
    /// Statuses of the document's table. It has none for a wrong media type or a body too large:
    /// each is an invalid request. Of methods that a path has none of, the document does not speak,
    /// so that HTTP's own word holds: 405 with the methods that there are (RFC 9110, 9.1, 15.5.6).
    fn status(&self) -> StatusCode {
        match self {
            Self::Refused(refusal) => match refusal.kind() {
                RefusalKind::Invalid => StatusCode::BAD_REQUEST,
                RefusalKind::Unauthenticated => StatusCode::UNAUTHORIZED,
                RefusalKind::Forbidden => StatusCode::FORBIDDEN,
                RefusalKind::Unknown => StatusCode::NOT_FOUND,
            },
            Self::BodyTooLarge
            | Self::BodyIncomplete
            | Self::NotDeclaredAsJson
            | Self::UnreadablePath => StatusCode::BAD_REQUEST,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::NoSuchRoute | Self::NoCodes => StatusCode::NOT_FOUND,
            Self::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.kind().word(),
            Self::BodyTooLarge
            | Self::BodyIncomplete
            | Self::NotDeclaredAsJson
            | Self::UnreadablePath
            | Self::WrongMethod => RefusalKind::Invalid.word(),
            Self::NoSuchRoute | Self::NoCodes => RefusalKind::Unknown.word(),
            Self::Fault(_) => "internal-error",
        }
    }
}

impl From<CallError> for ProblemReply {
    fn from(failure: CallError) -> Self {
        match failure {
            CallError::Refused(refusal) => Self::Refused(refusal),
            CallError::Store(fault) => Self::Fault(fault.to_string()),
        }
    }
}

impl IntoResponse for ProblemReply {
    /// Only carries the problem to [`finish`], which alone writes error answers.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The last station of every answer: what is no success gets its headers and its body here,
/// whoever made it, so that no error leaves without them.
pub(super) async fn finish(State(server): State<Arc<Server>>, response: Response) -> Response {
    if matches!(response.status(), StatusCode::OK | StatusCode::ACCEPTED) {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    let problem = parts
        .extensions
        .remove::<ProblemReply>()
        .unwrap_or_else(|| {
            ProblemReply::Fault(format!(
                "an answer with status {} has no problem",
                parts.status
            ))
        });
    let error_id = server.world.error_id();
    if let ProblemReply::Fault(cause) = &problem {
        server.incidents.tell(&Incident::Fault {
            error_id,
            cause: cause.clone(),
        });
    }
    let status = problem.status();
    let text = problem.to_string();
    let body = json!({
        "error": {"message": text, "type": problem.word(), "code": status.as_u16()}
    });
    parts.status = status;
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_TYPE, JSON);
    parts.headers.insert(X_ERROR, header(&text));
    parts
        .headers
        .insert(X_ERROR_ID, header(&error_id.to_string()));
    if status == StatusCode::UNAUTHORIZED {
        // RFC 9110, 15.5.2, demands a challenge.
        parts
            .headers
            .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    Response::from_parts(parts, Body::from(body.to_string()))
}

fn header(text: &str) -> HeaderValue {
    // All our texts are printable ASCII; should one not be, a poorer header beats none.
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("request failed"))
}
