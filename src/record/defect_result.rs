//! What the suites found at a server with one defect.

use serde::Serialize;

use super::case::{CaseResult, ReasonKind};
use crate::model::{CaseId, Finding, Level, RequirementId, Verdict};
use crate::reference::defect::Defect;

/// What came of one defect. Ordered by gravity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProofVerdict {
    /// A case of a requirement that it breaks found it, and nothing else was reproached.
    Killed,
    /// It was found or not, but something else was reproached besides.
    Collateral,
    /// No case of a requirement that it breaks found it, and that is known: the suites have no case for it yet.
    Escaped,
    /// No case of a requirement that it breaks found it.
    Survived,
    /// A case could not be judged for a reason of ours.
    Broken,
}

impl ProofVerdict {
    /// The verdict as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Collateral => "collateral",
            Self::Escaped => "escaped",
            Self::Survived => "survived",
            Self::Broken => "broken",
        }
    }
}

/// What came of one defect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DefectResult {
    /// The name of the defect.
    pub name: &'static str,
    /// What kind of thing goes wrong.
    pub area: &'static str,
    /// The level at which a suite must find it.
    pub level: Level,
    /// What is wrong, as a sentence.
    pub says: &'static str,
    /// The requirements that it breaks.
    pub breaks: Vec<RequirementId>,
    /// What came of it.
    pub verdict: ProofVerdict,
    /// The cases that found it.
    pub caught_by: Vec<Catch>,
    /// What was reproached besides.
    pub collateral: Vec<Stray>,
    /// Cases that could not be judged for a reason of ours.
    pub broken: Vec<CaseId>,
    /// How many cases could not be judged because the server did not play along. That is no fault:
    /// whoever cannot create a user cannot delete one either.
    pub blocked: usize,
}

/// A case that found a defect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Catch {
    /// The case.
    pub case: CaseId,
    /// The level of its gravest finding.
    pub level: Level,
    /// The requirements that it found violated, among those that the defect breaks.
    pub requirements: Vec<RequirementId>,
}

/// A finding that reproaches a server with what it does not do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stray {
    /// The case.
    pub case: CaseId,
    /// The name of the step.
    pub step: String,
    /// The finding.
    pub finding: Finding,
}

impl DefectResult {
    /// What came of a defect at which the cases found this.
    #[must_use]
    pub fn of(defect: &Defect, cases: &[CaseResult]) -> Self {
        let breaks: Vec<RequirementId> = defect
            .breaks
            .iter()
            .copied()
            .map(RequirementId::new)
            .collect();
        let caught_by: Vec<Catch> = cases
            .iter()
            .filter_map(|case| Catch::of(case, &breaks))
            .collect();
        let collateral = strays(cases, &breaks);
        let broken = with_verdict(cases, Verdict::Broken);
        let caught = caught_by.iter().any(|one| one.level >= defect.level);
        let verdict = match (broken.is_empty(), caught, collateral.is_empty()) {
            (false, _, _) => ProofVerdict::Broken,
            (true, false, true) if defect.is_known_to_escape() => ProofVerdict::Escaped,
            (true, false, _) => ProofVerdict::Survived,
            (true, true, false) => ProofVerdict::Collateral,
            (true, true, true) => ProofVerdict::Killed,
        };
        Self {
            name: defect.name,
            area: defect.area.as_str(),
            level: defect.level,
            says: defect.says,
            breaks,
            verdict,
            caught_by,
            collateral,
            broken,
            blocked: blocked(cases).count(),
        }
    }

    pub(super) fn was_caught_by(&self, requirement: &RequirementId) -> bool {
        self.caught_by
            .iter()
            .any(|one| one.requirements.contains(requirement))
    }
}

impl Catch {
    /// What a case found of these requirements.
    fn of(case: &CaseResult, breaks: &[RequirementId]) -> Option<Self> {
        let findings: Vec<&Finding> = case
            .findings()
            .filter(|finding| counts(finding))
            .filter(|finding| finding.requirements.iter().any(|one| breaks.contains(one)))
            .collect();
        let mut requirements: Vec<RequirementId> = findings
            .iter()
            .flat_map(|finding| &finding.requirements)
            .filter(|one| breaks.contains(one))
            .cloned()
            .collect();
        requirements.sort();
        requirements.dedup();
        Some(Self {
            case: case.id.clone(),
            level: findings.iter().map(|finding| finding.level).max()?,
            requirements,
        })
    }
}

/// What is only observed is no reproach.
fn counts(finding: &Finding) -> bool {
    finding.level > Level::May
}

/// The findings that name a requirement besides these.
pub(super) fn strays(cases: &[CaseResult], breaks: &[RequirementId]) -> Vec<Stray> {
    let of_case = |case: &CaseResult| -> Vec<Stray> {
        let steps = case.steps.iter();
        let findings = steps.flat_map(|step| step.findings.iter().map(move |one| (step, one)));
        findings
            .filter(|(_, finding)| counts(finding))
            .filter(|(_, finding)| !finding.requirements.iter().all(|one| breaks.contains(one)))
            .map(|(step, finding)| Stray {
                case: case.id.clone(),
                step: step.name.clone(),
                finding: finding.clone(),
            })
            .collect()
    };
    cases.iter().flat_map(of_case).collect()
}

fn with_verdict(cases: &[CaseResult], verdict: Verdict) -> Vec<CaseId> {
    let wanted = cases.iter().filter(|case| case.verdict == verdict);
    wanted.map(|case| case.id.clone()).collect()
}

pub(super) fn with_reason(
    cases: &[CaseResult],
    kind: ReasonKind,
) -> impl Iterator<Item = &CaseResult> {
    cases.iter().filter(move |case| {
        case.reason
            .as_ref()
            .is_some_and(|reason| reason.kind == kind)
    })
}

fn blocked(cases: &[CaseResult]) -> impl Iterator<Item = &CaseResult> {
    with_reason(cases, ReasonKind::Blocked)
}
