//! Requests.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::sync::Arc;

use super::Lowering;
use super::manners::unknown;
use super::scope::Scope;
use crate::model::{Condition, Manner};
use crate::suite::document::RequestDocument;
use crate::suite::error::Problem;
use crate::suite::location::Whence;
use crate::suite::one_or_many::OneOrMany;
use crate::suite::placed::Placed;
use crate::suite::plan::{BodyTemplate, RequestTemplate};
use crate::suite::template::{Encoding, Segment, Template};

/// The word for a request of which nothing is drawn.
pub(super) const PLAIN: &str = "plain";

const CONTENT_TYPE: &str = "content-type";
const JSON_MEDIA_TYPE: &str = "application/json";

impl Lowering<'_> {
    pub(super) fn request(
        &mut self,
        document: &RequestDocument,
        scope: &mut Scope,
    ) -> RequestTemplate {
        self.check_sendable(document);
        let (path, whence) = self.path(&document.path, scope);
        let body = self.body(document, scope);
        let mut headers = Vec::new();
        for (name, values) in &document.headers {
            for value in &values.0 {
                let template = self.template(&value.value, value.spot, Encoding::Plain, scope);
                headers.push((name.clone(), template));
            }
        }
        let declared = document
            .headers
            .keys()
            .any(|name| name.eq_ignore_ascii_case(CONTENT_TYPE));
        if body.is_some() && !declared {
            let media_type =
                self.template(JSON_MEDIA_TYPE, document.path.spot, Encoding::Plain, scope);
            headers.push((CONTENT_TYPE.to_owned(), media_type));
        }
        let manner = self.manner(document, body.is_some());
        RequestTemplate {
            method: document.method.clone(),
            path,
            whence,
            headers,
            body,
            manner,
            is_plain: document.manner.0.iter().any(|word| word.value == PLAIN),
            is_foreign: false,
        }
    }

    /// How a request is sent, as far as it says.
    fn manner(&mut self, document: &RequestDocument, has_body: bool) -> Manner {
        let mut manner = Manner::default();
        for Placed { value: word, spot } in &document.manner.0 {
            if word == PLAIN {
                continue;
            }
            let Some(condition) = Condition::parse(word) else {
                self.report(unknown(word), *spot);
                continue;
            };
            let header = condition.header();
            let mut names = document.headers.keys();
            let reason = if let Some(other) =
                manner.conditions().find(|one| one.excludes(condition))
            {
                format!("cannot be both {} and {word}", other.as_str())
            } else if condition.needs_body() && !has_body {
                format!("cannot be {word}, since the request has no body")
            } else if !header.is_empty() && names.any(|name| name.eq_ignore_ascii_case(header)) {
                format!("cannot be {word} beside a header {header}")
            } else {
                manner = manner.with(condition);
                continue;
            };
            let key = "manner";
            self.report(Problem::BadValue { key, reason }, *spot);
        }
        manner
    }

    /// What all requests of a case wear, as far as each can.
    pub(super) fn worn(&mut self, words: &OneOrMany<String>) -> Manner {
        let mut manner = Manner::default();
        for Placed { value: word, spot } in &words.0 {
            let Some(condition) = Condition::parse(word) else {
                self.report(unknown(word), *spot);
                continue;
            };
            if let Some(other) = manner.conditions().find(|one| one.excludes(condition)) {
                let reason = format!("cannot be both {} and {word}", other.as_str());
                let key = "wears";
                self.report(Problem::BadValue { key, reason }, *spot);
            }
            manner = manner.with(condition);
        }
        manner
    }

    /// A path, or a location as an earlier answer named it.
    fn path(
        &mut self,
        path: &Placed<String>,
        scope: &mut Scope,
    ) -> (Template, Option<Arc<Whence>>) {
        if path.value.starts_with('/') {
            let template = self.template(&path.value, path.spot, Encoding::Path, scope);
            return (template, None);
        }
        let template = self.template(&path.value, path.spot, Encoding::Plain, scope);
        let whence = match template.segments() {
            [Segment::Value { variable, .. }] => scope.whence(*variable),
            _ => None,
        };
        if whence.is_none() {
            let reason = "begins with `/` and follows the base URL, or is a captured location and nothing else";
            let problem = Problem::BadValue {
                key: "path",
                reason: reason.to_owned(),
            };
            self.report(problem, path.spot);
        }
        (template, whence)
    }

    fn body(&mut self, document: &RequestDocument, scope: &mut Scope) -> Option<BodyTemplate> {
        match (&document.json, &document.text, &document.base64) {
            (None, None, None) => None,
            (Some(json), None, None) => {
                Some(BodyTemplate::Text(self.json(&json.value, json.spot, scope)))
            }
            (None, Some(text), None) => {
                let template = self.template(&text.value, text.spot, Encoding::Plain, scope);
                Some(BodyTemplate::Text(template))
            }
            (None, None, Some(base64)) => match STANDARD.decode(base64.value.trim()) {
                Ok(bytes) => Some(BodyTemplate::Bytes(bytes)),
                Err(error) => {
                    let problem = Problem::BadValue {
                        key: "base64",
                        reason: format!("is not base64: {error}"),
                    };
                    self.report(problem, base64.spot);
                    None
                }
            },
            _ => {
                self.report(Problem::TwoBodies, document.path.spot);
                None
            }
        }
    }
}
