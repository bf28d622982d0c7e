//! What came of a diff: the one value that its reports render.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::cause::Difference;
use super::conclusion::counts;
use crate::model::{Outcome, RunId};
use crate::record::Conclusion;

/// The version of the format of `difference.json`.
pub const DIFFERENCE_FORMAT: &str = "assize/difference/1";

/// What came of a diff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DiffRecord {
    /// The version of this format: `assize/difference/1`.
    pub format: String,
    /// How the diff ended, and why.
    pub conclusion: Conclusion,
    /// How it was made.
    pub info: DiffInfo,
    /// The targets, in their order.
    pub targets: Vec<DiffSide>,
    /// What the first target and each of the others do unlike, the gravest first.
    pub differences: Vec<Difference>,
    /// What differed in one of two runs only, or only while other cases were under way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unsteady: Vec<Difference>,
    /// How much each two of the targets differ.
    pub pairs: Vec<PairCount>,
    /// Those that agree in everything of which the contract speaks.
    pub clusters: Vec<AgreementCluster>,
    /// What the reader must know besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

/// How a diff was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DiffInfo {
    /// The name of the diff and of its folder.
    pub id: RunId,
    /// The version of assize.
    pub version: String,
    /// What was compared.
    pub basis: DiffBasis,
    /// The seed of all values.
    pub seed: u64,
    /// Whether requirements of the level should count, too.
    pub strict: bool,
    /// What is accepted: `readings`, `nothing`, or the name of a list.
    pub allow: String,
    /// The beginning, as RFC 3339 in UTC.
    pub started: String,
    /// How long it took, in milliseconds.
    pub duration_ms: f64,
}

/// What a diff compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DiffBasis {
    /// Targets, each of which was checked twice for it.
    Targets,
    /// Stored runs, one of each target.
    Runs,
}

/// A target of a diff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DiffSide {
    /// What it is called here: `A`.
    pub letter: String,
    /// Its base URL, or the name of its stored run.
    pub what: String,
    /// What it calls itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<String>,
    /// How its runs ended.
    pub outcomes: Vec<Outcome>,
    /// What its first run came to.
    pub sentence: String,
}

/// How much two of the targets differ, and how much of them was compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PairCount {
    /// The letters of both.
    pub sides: [String; 2],
    /// Ways in which one of them, or both, violate the contract, and the other does not, or not so.
    pub violations: usize,
    /// What they read otherwise.
    pub readings: usize,
    /// What the contract does not speak of.
    pub outside: usize,
    /// Cases that were compared.
    pub cases: usize,
    /// Steps of which both answers were compared, in each run.
    pub steps: usize,
    /// Cases in which the targets went different ways, so that what follows could not be compared.
    pub parted: usize,
}

/// Targets that agree in everything of which the contract speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AgreementCluster {
    /// Their letters.
    pub letters: Vec<String>,
}

impl DiffRecord {
    /// Whether a difference fails the diff: it is of substance, and not accepted.
    #[must_use]
    pub fn counts(&self, difference: &Difference) -> bool {
        counts(&self.info, difference)
    }

    /// The differences of a class, in their order.
    pub fn of_class(
        &self,
        is_of: impl Fn(super::DifferenceClass) -> bool,
    ) -> impl Iterator<Item = &Difference> {
        self.differences.iter().filter(move |one| is_of(one.class))
    }
}
