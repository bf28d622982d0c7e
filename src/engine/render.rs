//! From a request with placeholders to the request that is sent.

use crate::model::Request;
use crate::suite::{BodyTemplate, MissingValue, RequestTemplate, Values};

/// Fills in a request.
///
/// # Errors
///
/// If a value is missing.
pub(super) fn render(template: &RequestTemplate, values: &Values) -> Result<Request, MissingValue> {
    let mut headers = Vec::with_capacity(template.headers.len());
    for (name, value) in &template.headers {
        headers.push((name.clone(), value.render(values)?));
    }
    let body = match &template.body {
        None => None,
        Some(BodyTemplate::Bytes(bytes)) => Some(bytes.clone()),
        Some(BodyTemplate::Text(text)) => Some(text.render(values)?.into_bytes()),
    };
    Ok(Request {
        method: template.method.clone(),
        path: template.path.render(values)?,
        headers,
        body,
    })
}
