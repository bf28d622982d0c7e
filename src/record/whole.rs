//! The one value that decides the exit code and that every report renders.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::answer_count::AnswerCount;
use super::case::{CaseResult, ReasonKind};
use super::conclusion::{RunFacts, conclude};
use super::event::{Accounts, Trouble};
use super::load_judging::GivenThresholds;
use super::load_result::LoadResult;
use super::reading::Reading;
use super::requirement::RequirementResult;
use super::run::RunInfo;
use crate::diagnosis::Diagnosis;
use crate::model::{Condition, Outcome, Verdict};

/// The version of the result file's format.
pub const FORMAT: &str = "assize/results/2";

/// Everything about a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// The version of this format: `assize/results/2`.
    pub format: String,
    /// How the run ended, and why.
    pub conclusion: Conclusion,
    /// What was run, where and how.
    pub run: RunInfo,
    /// How many cases came to each verdict.
    pub totals: Totals,
    /// What came of each requirement that a selected case or the load proves, in the order of the
    /// catalogue.
    pub requirements: Vec<RequirementResult>,
    /// What came of each case, in the order they are written.
    pub cases: Vec<CaseResult>,
    /// What came of each load.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loads: Vec<LoadResult>,
    /// How the target reads what the document leaves open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<Reading>,
    /// How often each endpoint gave each status, with 0 for those of the document that nobody saw.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<AnswerCount>,
    /// What the reader must know besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
    /// What kept the run from a verdict of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub troubles: Vec<Trouble>,
    /// What a look over the whole run has found, what explains most first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diagnoses: Vec<Diagnosis>,
    /// What became of the accounts that the run made.
    pub accounts: Accounts,
}

/// How a run ended, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Conclusion {
    /// How the run ended.
    pub outcome: Outcome,
    /// The exit code of the process.
    pub exit_code: u8,
    /// The reason as a sentence.
    pub sentence: String,
}

/// How many cases came to each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    /// Everything expected came.
    pub pass: usize,
    /// Not tried.
    pub skip: usize,
    /// Something that should hold does not.
    pub warn: usize,
    /// Something that must hold does not.
    pub fail: usize,
    /// Could not be judged.
    pub broken: usize,
}

impl Totals {
    /// All cases.
    #[must_use]
    pub const fn all(self) -> usize {
        self.pass + self.skip + self.warn + self.fail + self.broken
    }

    pub(super) const fn count(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Pass => self.pass += 1,
            Verdict::Skip => self.skip += 1,
            Verdict::Warn => self.warn += 1,
            Verdict::Fail => self.fail += 1,
            Verdict::Broken => self.broken += 1,
        }
    }
}

impl Record {
    /// How many pairs of a requirement and a condition were tried, and how many there are: each requirement that
    /// a case was about with each way in which a request can be sent. Not all are possible: a request without
    /// a body has no chunks.
    #[must_use]
    pub fn pairs_tried(&self) -> (usize, usize) {
        let by_cases = || self.requirements.iter().filter(|one| !one.cases.is_empty());
        let tried = by_cases().map(|one| one.conditions.len()).sum();
        (tried, by_cases().count() * Condition::ALL.len())
    }

    /// The same run with its loads judged by these thresholds, and the conclusion that follows: everything that
    /// was counted is in the record.
    #[must_use]
    pub fn judged(mut self, by: GivenThresholds<'_>) -> Self {
        let loads = self.loads.into_iter();
        self.loads = loads.map(|load| load.judged(by)).collect();
        self.run.accept_invalid = by.accept_invalid;
        self.conclusion = conclude(&RunFacts {
            run: &self.run,
            totals: self.totals,
            cases: &self.cases,
            loads: &self.loads,
            troubles: &self.troubles,
            diagnoses: &self.diagnoses,
            accounts: self.accounts,
        });
        self
    }

    /// The cases that could not be judged because the target did not play along.
    pub fn blocked(&self) -> impl Iterator<Item = &CaseResult> {
        self.cases.iter().filter(|case| {
            let reason = case.reason.as_ref();
            case.verdict == Verdict::Skip
                && reason.is_some_and(|reason| reason.kind == ReasonKind::Blocked)
        })
    }
}
