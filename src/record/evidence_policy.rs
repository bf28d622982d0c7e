//! Of which cases a record keeps the exchanges.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::str::FromStr;

use super::event::Event;

/// Of which cases a record keeps the exchanges, each with its secrets masked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EvidencePolicy {
    /// Of those that do not pass.
    #[default]
    Failing,
    /// Of all.
    All,
    /// Of none, nor of what failed under load: what was found is told, and how to run it again.
    None,
}

/// A text that names none of them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is none of `failing`, `all` and `none`")]
pub struct EvidencePolicyError(String);

impl FromStr for EvidencePolicy {
    type Err = EvidencePolicyError;

    fn from_str(text: &str) -> Result<Self, EvidencePolicyError> {
        match text {
            "failing" => Ok(Self::Failing),
            "all" => Ok(Self::All),
            "none" => Ok(Self::None),
            _ => Err(EvidencePolicyError(text.to_owned())),
        }
    }
}

impl EvidencePolicy {
    /// The event without what is not to be kept.
    #[must_use]
    pub fn of(self, event: &Event) -> Cow<'_, Event> {
        match event {
            Event::CaseFinished(case) if self == Self::None => {
                let mut case = case.clone();
                for step in &mut case.steps {
                    step.exchange = None;
                }
                Cow::Owned(Event::CaseFinished(case))
            }
            Event::LoadFinished(load) if self == Self::None => {
                let mut load = load.clone();
                for found in &mut load.findings {
                    found.example = None;
                }
                Cow::Owned(Event::LoadFinished(load))
            }
            _ => Cow::Borrowed(event),
        }
    }
}
