//! The requirements that a target is held to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::model::{Level, RequirementId};

/// The catalogue inside the binary.
const BUILTIN: &str = include_str!("../../suites/requirements.yaml");

/// One requirement of the contract.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// The stable id, such as `create.status`.
    pub id: RequirementId,
    /// How strongly it binds.
    pub level: Level,
    /// The section of the Users API document that it comes from.
    pub section: String,
    /// The demand in our own words.
    pub says: String,
    /// Why it has this level and not another.
    #[serde(default)]
    pub because: Option<String>,
    /// Readings that are admitted beside it.
    #[serde(default)]
    pub considered: Vec<String>,
}

/// The text that requirements were read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContractDocument {
    /// What it is called.
    pub title: String,
    /// The SHA-256 of the text, as `sha256sum` prints it.
    pub sha256: String,
}

/// Why a catalogue of requirements cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RequirementError {
    /// The text is not a catalogue.
    #[error("the catalogue of requirements cannot be read: {0}")]
    Unreadable(String),
    /// Two requirements have one id.
    #[error("the requirement {0} is listed twice; give one of them another id")]
    Duplicate(RequirementId),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    #[serde(default)]
    document: Option<ContractDocument>,
    requirements: Vec<Requirement>,
}

/// All requirements, in the order of the catalogue.
#[derive(Clone, Debug, Default)]
pub struct Requirements {
    document: Option<ContractDocument>,
    listed: Vec<Requirement>,
    by_id: BTreeMap<RequirementId, usize>,
}

impl Requirements {
    /// The catalogue inside the binary.
    ///
    /// # Errors
    ///
    /// If the catalogue is malformed or lists an id twice, which a test of the build rules out.
    pub fn builtin() -> Result<Self, RequirementError> {
        Self::parse(BUILTIN)
    }

    /// The text of the catalogue inside the binary.
    #[must_use]
    pub const fn builtin_text() -> &'static str {
        BUILTIN
    }

    /// Reads a catalogue.
    ///
    /// # Errors
    ///
    /// If the text is not a catalogue, or lists an id twice.
    pub fn parse(text: &str) -> Result<Self, RequirementError> {
        let catalogue: Catalogue = serde_saphyr::from_str(text)
            .map_err(|error| RequirementError::Unreadable(error.to_string()))?;
        let mut by_id = BTreeMap::new();
        for (index, requirement) in catalogue.requirements.iter().enumerate() {
            if by_id.insert(requirement.id.clone(), index).is_some() {
                return Err(RequirementError::Duplicate(requirement.id.clone()));
            }
        }
        Ok(Self {
            document: catalogue.document,
            listed: catalogue.requirements,
            by_id,
        })
    }

    /// The text that they were read from, if the catalogue names it.
    #[must_use]
    pub const fn document(&self) -> Option<&ContractDocument> {
        self.document.as_ref()
    }

    /// The requirement with this id.
    #[must_use]
    pub fn get(&self, id: &RequirementId) -> Option<&Requirement> {
        self.by_id.get(id).map(|index| &self.listed[*index])
    }

    /// All requirements, in the order of the catalogue.
    pub fn iter(&self) -> impl Iterator<Item = &Requirement> {
        self.listed.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_listed_twice_is_an_error() {
        let text = "requirements:\n  - {id: a, level: must, section: S, says: x}\n  - {id: a, level: may, section: S, says: y}\n";
        assert!(matches!(
            Requirements::parse(text),
            Err(RequirementError::Duplicate(id)) if id.as_str() == "a"
        ));
    }

    #[test]
    fn the_builtin_catalogue_is_readable() {
        let requirements = Requirements::builtin().unwrap();
        assert!(
            requirements
                .get(&RequirementId::new("create.status"))
                .is_some()
        );
    }
}
