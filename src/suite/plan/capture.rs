//! What is kept and what is noted of an answer.

use std::sync::Arc;

use crate::model::RequirementId;
use crate::suite::variable::VariableId;

/// Something of an answer that is noted, about a question that the document leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The question.
    pub question: String,
    /// Where the answer's own answer to it stands.
    pub from: ObserveFrom,
    /// The requirements that are about the question.
    pub requirements: Arc<[RequirementId]>,
}

/// Where something that is noted stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObserveFrom {
    /// The status.
    Status,
    /// The first header of this name.
    Header(String),
    /// A value in the body, by JSON Pointer (RFC 6901).
    Pointer(String),
}

/// Keeps a part of an answer as the value of a variable.
#[derive(Clone, Debug)]
pub struct Capture {
    /// Where the value is kept.
    pub variable: VariableId,
    /// Where the value stands.
    pub from: CaptureFrom,
    /// Whether the value is masked wherever it turns up.
    pub secret: bool,
}

/// Where a captured value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaptureFrom {
    /// In the body, by JSON Pointer (RFC 6901). A text as it is, anything else as JSON.
    Pointer(String),
    /// The first header of this name.
    Header(String),
    /// The status.
    Status,
}
