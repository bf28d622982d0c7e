//! What an answer must be like.

use regex::Regex;
use std::sync::Arc;
use std::time::Duration;

use crate::contract::AnswerSchema;
use crate::model::{Level, Place, Relation, RequirementId};
use crate::suite::document::BodyKind;
use crate::suite::json_template::JsonTemplate;
use crate::suite::status::StatusText;
use crate::suite::template::Template;

/// One rule that an answer must satisfy.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// The requirements that it proves.
    pub requirements: Arc<[RequirementId]>,
    /// What an unmet rule means for the target.
    pub level: Level,
    /// The statuses of the answers that it judges; all if empty.
    pub on: Arc<[StatusText]>,
    /// The rule.
    pub rule: Rule,
    /// Where it is written.
    pub place: Place,
}

/// What an answer must be like.
#[derive(Clone, Debug)]
pub enum Rule {
    /// Its status is one of these.
    Status(Vec<StatusText>),
    /// Its body satisfies the schema.
    Schema(Arc<AnswerSchema>),
    /// The value in its body at the pointer passes the test.
    Json {
        /// A JSON Pointer (RFC 6901).
        pointer: String,
        /// The test.
        test: JsonTest,
    },
    /// Its header passes the test.
    Header {
        /// The name, in any letter case.
        name: String,
        /// The test.
        test: HeaderTest,
    },
    /// Its status is of the class of the one that this text says: 201 is as good as 200, 409 as 400.
    StatusClassOf(Template),
    /// The text of its body, as far as it is one, passes the test.
    Text(TextTest),
    /// Its body is of this kind.
    Body(BodyKind),
    /// It came within this time.
    Within(Duration),
}

/// A test of a JSON value.
#[derive(Clone, Debug)]
pub enum JsonTest {
    /// Equal to this value.
    Equals(JsonTemplate),
    /// There, and not this value.
    Not(JsonTemplate),
    /// A number that stands so to this one.
    Compared(Relation, JsonTemplate),
    /// A text that this one is a part of.
    Contains(Template),
    /// A text, or a number or a truth value as it is written, in which this is found.
    Matches(Regex),
    /// There, whatever it is.
    Present,
    /// Not there.
    Absent,
    /// Unix seconds still to come.
    Future,
}

/// A test of a header, which may come several times.
#[derive(Clone, Debug)]
pub enum HeaderTest {
    /// There, and one of its values not blank.
    Present,
    /// Not there.
    Absent,
    /// All its values, in this order; a single text may also be all of them, joined by commas.
    Equals(Vec<Template>),
    /// None of its values is this text, nor all of them joined by commas.
    Not(Template),
    /// One of its values has this text as a part.
    Contains(Template),
    /// In one of its values this is found.
    Matches(Regex),
    /// In none of its values this is found.
    Lacks(Regex),
}

/// A test of the text of a body.
#[derive(Clone, Debug)]
pub enum TextTest {
    /// This is a part of it.
    Contains(Template),
    /// This is no part of it; met if there is no such value.
    Without(Template),
    /// This is found in it.
    Matches(Regex),
    /// This is not found in it.
    Lacks(Regex),
}

/// Whether none of the statuses that some expectation allows is a success.
pub(super) fn refuses(expectations: &[Expectation]) -> bool {
    expectations.iter().any(|expectation| {
        let Rule::Status(allowed) = &expectation.rule else {
            return false;
        };
        expectation.on.is_empty() && !allowed.iter().any(|one| one.may_be_success())
    })
}

impl Expectation {
    /// Whether it speaks of answers with this status.
    #[must_use]
    pub fn speaks_of(&self, status: u16) -> bool {
        self.on.is_empty() || self.on.iter().any(|one| one.contains(status))
    }
}
