//! What came of each requirement: the gravest of what its cases and the load found.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use super::case::{CaseResult, Phase};
use super::load_result::LoadResult;
use crate::contract::Requirements;
use crate::model::{CaseId, Level, RequirementId, Verdict};

/// What came of one requirement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequirementResult {
    /// The stable id.
    pub id: RequirementId,
    /// How strongly it binds.
    pub level: Level,
    /// The section of the Users API document that it comes from.
    pub section: String,
    /// The demand in our own words.
    pub says: String,
    /// Why it has this level and not another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// What came of it: the gravest of what its cases and the load found about it.
    pub verdict: Verdict,
    /// The cases that prove it.
    pub cases: Vec<CaseId>,
    /// The ways in which their requests varied a value, as suites write them: `other:50`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub variations: BTreeSet<String>,
    /// The conditions under which they were sent: `http-1.0`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub conditions: BTreeSet<String>,
    /// What the load found about it; none if the load does not prove it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under_load: Option<Verdict>,
}

pub(super) fn requirement_results(
    cases: &[CaseResult],
    loads: &[LoadResult],
    requirements: &Requirements,
) -> Vec<RequirementResult> {
    requirements
        .iter()
        .filter_map(|requirement| {
            let proving: Vec<&CaseResult> = cases
                .iter()
                .filter(|case| case.speaks_of(&requirement.id))
                .collect();
            let under_load = loads
                .iter()
                .filter_map(|load| verdict_under_load(load, &requirement.id))
                .reduce(combine);
            let verdict = proving
                .iter()
                .map(|case| verdict_about(case, &requirement.id))
                .chain(under_load)
                .reduce(combine)?;
            Some(RequirementResult {
                id: requirement.id.clone(),
                level: requirement.level,
                section: requirement.section.clone(),
                says: requirement.says.clone(),
                because: requirement.because.clone(),
                verdict,
                cases: proving.iter().map(|case| case.id.clone()).collect(),
                variations: variations(&proving),
                conditions: conditions(&proving),
                under_load,
            })
        })
        .collect()
}

/// How the requests that cases made varied a value.
fn variations(cases: &[&CaseResult]) -> BTreeSet<String> {
    let steps = cases.iter().flat_map(|case| &case.steps);
    steps.filter_map(|step| step.variation.clone()).collect()
}

/// The conditions under which the judged requests of cases were sent.
fn conditions(cases: &[&CaseResult]) -> BTreeSet<String> {
    let steps = cases.iter().flat_map(|case| &case.steps);
    let judged = steps.filter(|step| step.phase == Phase::Judged);
    judged.flat_map(|step| step.manner.clone()).collect()
}

/// What a load says about a requirement: nothing if it does not prove it, broken if no answer came.
fn verdict_under_load(load: &LoadResult, requirement: &RequirementId) -> Option<Verdict> {
    let found = load
        .findings
        .iter()
        .filter(|found| {
            let unmet = found.finding.as_ref();
            unmet.is_some_and(|finding| finding.requirements.contains(requirement))
        })
        .map(|found| found.verdict)
        .max();
    let proves = load.requirements.contains(requirement);
    let unmarred = match load.answered {
        0 => Verdict::Broken,
        _ => Verdict::Pass,
    };
    found.or_else(|| proves.then_some(unmarred))
}

/// What a case says about one of its requirements: only its own findings count against it.
pub(crate) fn verdict_about(case: &CaseResult, requirement: &RequirementId) -> Verdict {
    match case.verdict {
        Verdict::Skip | Verdict::Broken => case.verdict,
        Verdict::Pass | Verdict::Warn | Verdict::Fail => case
            .findings()
            .filter(|finding| finding.requirements.contains(requirement))
            .map(|finding| case.weight(finding))
            .max()
            // What a case did not get to, it says nothing of.
            .unwrap_or(if case.is_held_up() {
                Verdict::Skip
            } else {
                Verdict::Pass
            }),
    }
}

/// The graver of two, except that a pass speaks for a requirement although another case was skipped, and that
/// a requirement was violated whatever could not be judged besides.
pub(super) fn combine(one: Verdict, other: Verdict) -> Verdict {
    match (one, other) {
        (Verdict::Fail, Verdict::Broken) | (Verdict::Broken, Verdict::Fail) => Verdict::Fail,
        (Verdict::Pass, Verdict::Skip) | (Verdict::Skip, Verdict::Pass) => Verdict::Pass,
        _ => one.max(other),
    }
}
