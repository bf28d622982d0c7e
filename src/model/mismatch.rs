//! What was expected and what came instead: a finding of which nobody has said yet what it proves.

use super::{Finding, Level, Place, RequirementId};

/// What was expected and what came instead, as phrases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// What was looked at.
    pub subject: String,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub actual: String,
    /// Where in the answer, for a schema.
    pub instance_path: Option<String>,
    /// Which keyword, for a schema.
    pub schema_path: Option<String>,
}

impl Mismatch {
    /// One that is not of a schema.
    pub fn new(
        subject: impl Into<String>,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) -> Self {
        Self {
            subject: subject.into(),
            expected: expected.into(),
            actual: actual.into(),
            instance_path: None,
            schema_path: None,
        }
    }

    /// As the finding of an expectation that is written at this place.
    #[must_use]
    pub fn finding(self, requirements: &[RequirementId], level: Level, place: &Place) -> Finding {
        Finding {
            requirements: requirements.to_vec(),
            level,
            subject: self.subject,
            expected: self.expected,
            actual: self.actual,
            instance_path: self.instance_path,
            schema_path: self.schema_path,
            place: place.clone(),
        }
    }
}
