//! A load told as a case, for a proof: there a finding is a finding, whoever made it.

use super::case::{CaseResult, Phase, Reason, ReasonKind, StepResult};
use super::load_result::{LoadFinding, LoadResult};
use crate::model::{CaseId, Level, SuiteId, Verdict};
use crate::suite::Scenario;

/// The result of a load as that of a case: a step for each kind of finding.
#[must_use]
pub fn load_as_case(load: &LoadResult, scenario: &Scenario) -> CaseResult {
    CaseResult {
        verdict: load.verdict,
        steps: load.findings.iter().map(step).collect(),
        ..case(scenario)
    }
}

/// A load that could not be made, as the result of a case.
#[must_use]
pub fn unmade_load_as_case(why: String, scenario: &Scenario) -> CaseResult {
    CaseResult {
        verdict: Verdict::Broken,
        reason: Some(Reason {
            kind: ReasonKind::Broken,
            text: why,
        }),
        ..case(scenario)
    }
}

fn case(scenario: &Scenario) -> CaseResult {
    CaseResult {
        id: CaseId::new("load"),
        suite: SuiteId::new(scenario.suite.as_str()),
        title: scenario.title.clone(),
        level: Level::Must,
        requirements: scenario.requirements.clone(),
        tags: Vec::new(),
        verdict: Verdict::Pass,
        reason: None,
        place: scenario.place.clone(),
        started_ms: 0.0,
        duration_ms: 0.0,
        attempts: Vec::new(),
        steps: Vec::new(),
    }
}

fn step(found: &LoadFinding) -> StepResult {
    StepResult {
        exchanges: Vec::new(),
        name: format!("{}, {} times", found.operation, found.count),
        phase: Phase::Judged,
        verdict: found.verdict,
        status: None,
        variation: None,
        manner: Vec::new(),
        observations: Vec::new(),
        findings: found.finding.clone().into_iter().collect(),
        exchange: found.example.clone(),
    }
}
