//! Requests with placeholders.

use std::sync::Arc;

use super::expectation::{Expectation, refuses};
use crate::model::Manner;
use crate::suite::location::Whence;
use crate::suite::template::{Segment, Template};
use crate::users_api::ApiCall;

/// A request with placeholders.
#[derive(Clone, Debug)]
pub struct RequestTemplate {
    /// The method.
    pub method: String,
    /// What follows the base URL; a location, if `whence` says so.
    pub path: Template,
    /// Where the location comes from that `path` is.
    pub whence: Option<Arc<Whence>>,
    /// The headers in the order they are sent.
    pub headers: Vec<(String, Template)>,
    /// The body, if one is sent.
    pub body: Option<BodyTemplate>,
    /// How it is sent, as far as the step says.
    pub manner: Manner,
    /// Whether nothing else is drawn.
    pub is_plain: bool,
    /// Whether it is of another API than the Users API, whatever its path.
    pub is_foreign: bool,
}

/// A body with placeholders, or plain bytes.
#[derive(Clone, Debug)]
pub enum BodyTemplate {
    /// Text with placeholders.
    Text(Template),
    /// Bytes as they are.
    Bytes(Vec<u8>),
}

pub(in crate::suite) fn may_make_account(
    request: &RequestTemplate,
    expectations: &[Expectation],
) -> bool {
    request.call() == Some(ApiCall::CreateUser) && !refuses(expectations)
}

impl RequestTemplate {
    /// The call of the Users API that it is; none if it is another one.
    pub(crate) fn call(&self) -> Option<ApiCall<'_>> {
        if self.is_foreign {
            return None;
        }
        let (path, is_whole) = match self.path.segments() {
            [Segment::Text(path)] => (path, true),
            [Segment::Text(path), _] => (path, false),
            _ => return None,
        };
        let call = ApiCall::at(&self.method, path)?;
        (is_whole != matches!(call, ApiCall::ReadUser(_))).then_some(call)
    }
}
