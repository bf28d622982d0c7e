//! One thing about an answer that is not as it was expected.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Level, Place, Redactor, RequirementId};

/// One unmet expectation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The requirements that the unmet expectation proves.
    pub requirements: Vec<RequirementId>,
    /// The level of the unmet expectation.
    pub level: Level,
    /// What was looked at, in a word: `status`, `header x-error`, `json /alias`, `schema session`.
    pub subject: String,
    /// What was expected, as a phrase: `one of 200, 202`.
    pub expected: String,
    /// What came instead, as a phrase: `500`.
    pub actual: String,
    /// For a schema: where in the answer (JSON Pointer, RFC 6901).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_path: Option<String>,
    /// For a schema: which keyword of the schema (JSON Pointer, RFC 6901).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema_path: Option<String>,
    /// Where the expectation is written.
    pub place: Place,
}

impl Finding {
    /// The subject where no whole answer came.
    pub const ANSWER: &str = "answer";
    /// The subject where no mail came.
    pub const MAIL: &str = "mail";
    /// What was expected where no mail came.
    pub const MAILED_CODE: &str = "a mail with a verification code";
    /// What was expected where no whole answer came.
    pub const WHOLE_ANSWER: &str = "a whole answer";

    /// It with every known secret masked in what was expected and what came.
    #[must_use]
    pub fn masked(self, redactor: &Redactor) -> Self {
        Self {
            expected: redactor.text(&self.expected),
            actual: redactor.text(&self.actual),
            ..self
        }
    }

    /// Whether it is that no whole answer came.
    #[must_use]
    pub fn is_of_no_answer(&self) -> bool {
        self.subject == Self::ANSWER && self.expected == Self::WHOLE_ANSWER
    }
}
