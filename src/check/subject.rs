//! An answer under judgement, its body parsed at most once.

use std::cell::OnceCell;

use super::written;
use crate::model::{Answer, JsonNode, Outline};

const NO_BODY: &str = "there is no body";

/// An answer under judgement: what is judged, kept and noted of it looks at one parsed body.
#[derive(Debug)]
pub struct Subject<'a, A> {
    /// The answer.
    pub(super) answer: &'a A,
    parsed: OnceCell<Result<Outline<'a>, String>>,
}

impl<'a, A: Answer> Subject<'a, A> {
    /// Takes an answer; nothing is parsed yet.
    #[must_use]
    pub const fn new(answer: &'a A) -> Self {
        Self {
            answer,
            parsed: OnceCell::new(),
        }
    }

    /// The body as JSON: one value and nothing behind it; or why it is not.
    pub(super) fn json(&self) -> Result<JsonNode<'_>, &str> {
        let parsed = self.parsed.get_or_init(|| {
            let body = self.answer.body();
            if body.is_empty() {
                return Err(NO_BODY.to_owned());
            }
            Outline::parse(body).map_err(|error| format!("not JSON: {error}"))
        });
        let outline = parsed.as_ref().map_err(String::as_str)?;
        outline.root().ok_or(NO_BODY)
    }

    /// The JSON value at a pointer as it is written in the body, which is known to be JSON.
    pub(super) fn written(&self, pointer: &str) -> Option<&str> {
        let body = str::from_utf8(self.answer.body()).ok()?;
        written::find(body, pointer)
    }
}
