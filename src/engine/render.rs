//! From a request with placeholders to the request that is sent.

use crate::model::{Manner, Place, Redactor, Request};
use crate::suite::{
    BodyTemplate, PathError, RequestTemplate, Segment, Source, Template, Values, Variables,
};

/// Fills in a request to the target at a base URL.
///
/// # Errors
///
/// If a value is missing, or the request would go to another host.
pub(super) fn render(
    template: &RequestTemplate,
    values: &Values,
    base_url: &str,
) -> Result<Request, PathError> {
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
        path: template.path_at(base_url, values)?,
        headers,
        body,
        manner: Manner::default(),
    })
}

/// Tells the redactor which headers of a rendered request hold nothing but what was made up: values made from
/// the seed, and texts of the built-in suites. In a suite of somebody else's a text may be a real credential.
pub(super) fn tell_invented(
    (template, request): (&RequestTemplate, &Request),
    (variables, place): (&Variables, &Place),
    redactor: &Redactor,
) {
    for ((name, value), (_, rendered)) in template.headers.iter().zip(&request.headers) {
        if is_invented(value, variables, place) {
            redactor.invent(name, rendered);
        }
    }
}

fn is_invented(template: &Template, variables: &Variables, place: &Place) -> bool {
    template.segments().iter().all(|segment| match segment {
        // The name of a scheme is no credential.
        Segment::Text(text) => place.is_builtin() || text.ends_with(' ') || text.is_empty(),
        Segment::Value { variable, .. } => {
            matches!(variables.source(*variable), Some(Source::Generated(_)))
        }
    })
}
