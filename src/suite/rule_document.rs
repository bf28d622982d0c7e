//! A rule for every answer as it was written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::document::ExpectDocument;
use super::one_or_many::OneOrMany;
use super::placed::Placed;
use super::status::StatusDocument;
use crate::model::Level;
use crate::users_api::SessionMember;

/// A rule that holds for every answer of a run, whatever case asked for it: set-up, clean-up and repeated
/// requests included.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RuleDocument {
    /// The stable id, unique over all cases and rules.
    pub id: Placed<String>,
    /// What holds, as a sentence without a full stop.
    pub title: String,
    /// The requirements that the rule proves.
    pub proves: OneOrMany<String>,
    /// The level of the rule's expectations. The level of their requirement if left out.
    #[serde(default)]
    pub level: Option<Level>,
    /// Words to select rules by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The requests whose answers are judged, each as `METHOD /path`: `*` stands for any method, `{id}` for any
    /// one segment of a path, and a query is of no account. Those of all requests if left out.
    #[serde(default)]
    pub requests: OneOrMany<String>,
    /// The statuses of answers that the rule does not speak of.
    #[serde(default)]
    pub except: OneOrMany<StatusDocument>,
    /// A header that an answer must have, not blank, for the rule to speak of it.
    #[serde(default)]
    pub having: Option<String>,
    /// What every such answer must be. It cannot use the values of a case.
    #[serde(default)]
    pub expect: OneOrMany<ExpectDocument>,
    /// What is compared over the whole run, instead of `expect`.
    #[serde(default)]
    pub run: Option<RunCheck>,
    /// What must differ between all sessions that live at the same time, instead of `expect`.
    #[serde(default)]
    pub distinct: OneOrMany<SessionMember>,
}

/// What is compared over all answers of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RunCheck {
    /// A user is read with the alias that it was given.
    GivenAlias,
    /// Errors of different kinds never share an `x-error-id`.
    ErrorKinds,
    /// The text of `x-error` is not the same for every status.
    ErrorTexts,
    /// The credentials of an account that stands are accepted when it is removed.
    SoundCredentials,
    /// A user whose removal was acknowledged can no longer be read.
    Gone,
    /// A create is refused for its address or alias only if somebody has it.
    FreeNames,
}
