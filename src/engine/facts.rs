//! What a request or an answer says that matters to the accounts of a run: functions of the texts alone.

use serde_json::Value;

use crate::model::Request;

pub(super) fn email_of(request: &Request) -> Option<String> {
    body(request).and_then(|body| text(&body, "email"))
}

pub(super) fn path_only(path: &str) -> &str {
    path.split('?').next().unwrap_or(path)
}

pub(super) fn body(request: &Request) -> Option<Value> {
    json(request.body.as_deref()?)
}

pub(super) fn json(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok()
}

pub(super) fn text(object: &Value, member: &str) -> Option<String> {
    object.get(member)?.as_str().map(str::to_owned)
}

pub(super) fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request
        .headers
        .iter()
        .find(|(candidate, _)| candidate.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

pub(super) fn bearer_of(request: &Request) -> Option<String> {
    let value = header(request, "authorization")?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}
