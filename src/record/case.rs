//! What came of one case, step by step.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::exchange::ExchangeRecord;
use crate::model::{CaseId, Finding, Level, Place, RequirementId, SuiteId, Verdict};

/// What came of one case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseResult {
    /// The stable id.
    pub id: CaseId,
    /// The suite it belongs to.
    pub suite: SuiteId,
    /// What it shows.
    pub title: String,
    /// The level of its gravest expectation.
    pub level: Level,
    /// The requirements that it proves.
    pub requirements: Vec<RequirementId>,
    /// Its tags.
    pub tags: Vec<String>,
    /// What came of it.
    pub verdict: Verdict,
    /// Why it was skipped or could not be judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Where it is written.
    pub place: Place,
    /// From the beginning of the run to that of the case, in milliseconds.
    pub started_ms: f64,
    /// How long it took, in milliseconds.
    pub duration_ms: f64,
    /// The verdict of each attempt, if there was more than one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Verdict>,
    /// What came of its steps, in order, up to the one that ended it.
    pub steps: Vec<StepResult>,
}

impl CaseResult {
    /// What one of its findings means for the run. A flaky case warns, whatever the gravest of its attempts
    /// found.
    #[must_use]
    pub fn weight(&self, finding: &Finding) -> Verdict {
        let unmet = Verdict::of_unmet(finding.level);
        match self.verdict {
            Verdict::Warn => unmet.min(Verdict::Warn),
            Verdict::Pass | Verdict::Skip | Verdict::Fail | Verdict::Broken => unmet,
        }
    }

    /// Whether a fault of the target on the way to what the case is about ended it.
    #[must_use]
    pub(super) fn is_held_up(&self) -> bool {
        let blocked = |reason: &Reason| reason.kind == ReasonKind::Blocked;
        self.verdict == Verdict::Fail && self.reason.as_ref().is_some_and(blocked)
    }

    /// Whether it proves a requirement, or found on its way that it does not hold.
    pub(super) fn speaks_of(&self, requirement: &RequirementId) -> bool {
        let mut findings = self.findings();
        self.requirements.contains(requirement)
            || findings.any(|finding| finding.requirements.contains(requirement))
    }

    /// All findings of all steps.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.steps.iter().flat_map(|step| &step.findings)
    }
}

/// Why a case was skipped or could not be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// What kind of reason.
    pub kind: ReasonKind,
    /// The reason as a sentence without a full stop.
    pub text: String,
}

/// The kinds of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReasonKind {
    /// It needs a mailbox and none was given.
    NoMailbox,
    /// The state that it is about could not be reached, because the target did not play along.
    Blocked,
    /// The document leaves open what the case rests on, and the target does not grant it.
    NotApplicable,
    /// An address or alias that the run needed for itself belongs to somebody at the target already.
    Taken,
    /// The target could not be reached or understood, or the mailbox could not be read.
    Broken,
    /// Its attempts came to different verdicts.
    Flaky,
    /// It fails, as the list of expected failures says.
    ExpectedFailure,
    /// The run was interrupted before it.
    Interrupted,
    /// The run ended before it, because nothing that it asks could be judged.
    Ended,
}

/// What came of one step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepResult {
    /// The name of the step.
    pub name: String,
    /// How a value of its request was varied, if it is one of several variations: `other:50`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variation: Option<String>,
    /// The conditions under which its request was sent, by the names that suites give them: `http-1.0`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub manner: Vec<String>,
    /// In which part of the case it stands.
    pub phase: Phase,
    /// What came of it.
    pub verdict: Verdict,
    /// Which exchanges of the run it made, from 1, in the order of the answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exchanges: Vec<u64>,
    /// The status of the answer, if one came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// What the answer says about questions that the document leaves open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observations: Vec<(String, String)>,
    /// Everything that was not as expected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// The exchange, if it is kept: in a passing case only where the evidence of all is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<ExchangeRecord>,
}

/// The part of a case in which a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Makes what the case needs.
    Fixture,
    /// Brings the target into the state that the case is about.
    Given,
    /// Is judged.
    Judged,
}
