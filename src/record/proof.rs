//! Do the suites find what is wrong, and nothing else? Judged from what they found at a server with
//! nothing planted, and at the same server with one defect at a time.

use serde::Serialize;

use super::case::{CaseResult, ReasonKind};
use super::defect_result::{DefectResult, Stray, strays, with_reason};
use super::proof_totals::ProofTotals;
use super::whole::Conclusion;
use crate::contract::Requirements;
use crate::model::{CaseId, Level, Outcome, RequirementId};
use crate::reference::defect::Defect;
use crate::suite::Plan;

/// The version of the format of a proof.
const FORMAT: &str = "assize-prove/1";

/// What the suites found.
#[derive(Debug, Default)]
pub struct Found {
    /// At the server with nothing planted.
    pub honest: Vec<CaseResult>,
    /// At the same server with each defect.
    pub defects: Vec<(&'static Defect, Vec<CaseResult>)>,
}

/// What came of a proof.
#[derive(Clone, Debug, Serialize)]
pub struct Proof {
    /// The version of this format.
    pub format: &'static str,
    /// How the proof ended, and why.
    pub conclusion: Conclusion,
    /// What was tried and how.
    pub run: ProofInfo,
    /// How many defects came to each verdict.
    pub totals: ProofTotals,
    /// What came of the server with nothing planted.
    pub honest: HonestResult,
    /// What came of each defect, in the order in which they are listed.
    pub defects: Vec<DefectResult>,
    /// What is proved of each requirement, in the order of the catalogue.
    pub requirements: Vec<RequirementProof>,
}

/// What was tried and how.
#[derive(Clone, Debug, Serialize)]
pub struct ProofInfo {
    /// The name of the run and of its folder.
    pub id: String,
    /// The version of assize.
    pub version: String,
    /// The seed of all generated values.
    pub seed: u64,
    /// Defects at once.
    pub jobs: usize,
    /// Whether all defects were tried.
    pub complete: bool,
    /// How they were drawn, if they are random compositions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draw: Option<Draw>,
    /// The beginning, as RFC 3339 in UTC.
    pub started: String,
    /// How long the whole proof took, in milliseconds.
    pub duration_ms: f64,
    /// Whether the user interrupted it.
    pub interrupted: bool,
}

/// How random defects were drawn.
#[derive(Clone, Debug, Serialize)]
pub struct Draw {
    /// The share that is to be killed, in percent.
    pub at_least: f64,
    /// What was drawn in vain: nothing of it shows, even to a client that brings its condition about.
    pub invisible: Vec<String>,
}

/// What came of the server with nothing planted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HonestResult {
    /// Whether every case passed, but for those that do not apply.
    pub passed: bool,
    /// All cases.
    pub cases: usize,
    /// Those that do not apply to the server.
    pub not_applicable: usize,
    /// What is reproached to it, wrongly.
    pub strays: Vec<Stray>,
    /// Cases that could not be judged.
    pub unjudged: Vec<CaseId>,
}

/// What is proved of one requirement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequirementProof {
    /// The stable id.
    pub id: RequirementId,
    /// How strongly it binds.
    pub level: Level,
    /// The cases that name it.
    pub cases: Vec<CaseId>,
    /// The defects of it that were caught by it: a finding named this very requirement.
    pub caught: Vec<&'static str>,
    /// The defects of it that were not. Another requirement may have caught them.
    pub missed: Vec<&'static str>,
    /// Whether a case names it and a defect of it was caught by it. What is only observed (level may)
    /// needs no cover.
    pub covered: bool,
}

/// Judges a proof: what the suites found at the honest server, and at each defect.
#[must_use]
pub fn prove(run: ProofInfo, found: &Found, plan: &Plan, requirements: &Requirements) -> Proof {
    let honest = honest_result(&found.honest);
    let defects: Vec<DefectResult> = found
        .defects
        .iter()
        .map(|(defect, cases)| DefectResult::of(defect, cases))
        .collect();
    let mut totals = ProofTotals::default();
    for defect in &defects {
        totals.count(defect.verdict);
    }
    let requirements = requirement_proofs(&defects, plan, requirements);
    Proof {
        format: FORMAT,
        conclusion: conclude(&run, &honest, totals, &requirements),
        run,
        totals,
        honest,
        defects,
        requirements,
    }
}

fn honest_result(cases: &[CaseResult]) -> HonestResult {
    let not_applicable = with_reason(cases, ReasonKind::NotApplicable).count();
    let strays = strays(cases, &[]);
    let unjudged: Vec<CaseId> = cases
        .iter()
        .filter(|case| {
            let reason = case.reason.as_ref();
            reason.is_some_and(|reason| reason.kind != ReasonKind::NotApplicable)
        })
        .map(|case| case.id.clone())
        .collect();
    HonestResult {
        passed: !cases.is_empty() && strays.is_empty() && unjudged.is_empty(),
        cases: cases.len(),
        not_applicable,
        strays,
        unjudged,
    }
}

fn requirement_proofs(
    defects: &[DefectResult],
    plan: &Plan,
    requirements: &Requirements,
) -> Vec<RequirementProof> {
    let by_requirement = plan.cases_by_requirement();
    requirements
        .iter()
        .map(|requirement| {
            let id = &requirement.id;
            let cases = by_requirement.get(id).into_iter().flatten();
            let cases: Vec<CaseId> = cases.map(|case| (*case).clone()).collect();
            let (caught, missed): (Vec<&DefectResult>, Vec<_>) = defects
                .iter()
                .filter(|defect| defect.breaks.contains(id))
                .partition(|defect| defect.was_caught_by(id));
            let names = |of: &[&DefectResult]| of.iter().map(|defect| defect.name).collect();
            RequirementProof {
                id: id.clone(),
                level: requirement.level,
                covered: requirement.level == Level::May || !cases.is_empty() && !caught.is_empty(),
                cases,
                caught: names(&caught),
                missed: names(&missed),
            }
        })
        .collect()
}

fn conclude(
    run: &ProofInfo,
    honest: &HonestResult,
    totals: ProofTotals,
    requirements: &[RequirementProof],
) -> Conclusion {
    let uncovered = requirements.iter().filter(|one| !one.covered).count();
    let flaws = flaws(run, honest, totals, uncovered);
    let outcome = if run.interrupted {
        Outcome::Interrupted
    } else if totals.broken > 0 {
        Outcome::Broken
    } else if flaws.is_empty() {
        Outcome::Conforms
    } else {
        Outcome::Violated
    };
    let sentence = match (run.interrupted, flaws.as_slice()) {
        (true, _) => format!("interrupted after {} defects", totals.all()),
        (false, []) if totals.survived > 0 => format!(
            "of {} random defects {:.1} % killed, no collateral",
            totals.all(),
            totals.share_killed()
        ),
        (false, []) if totals.escaped > 0 => format!(
            "{} of {} defects killed, no collateral; {} are known to escape",
            totals.killed,
            totals.all(),
            totals.escaped
        ),
        (false, []) => format!("all {} defects killed, no collateral", totals.all()),
        (false, flaws) => format!("of {} defects {}", totals.all(), flaws.join("; ")),
    };
    Conclusion {
        outcome,
        exit_code: outcome.exit_code(),
        sentence,
    }
}

fn flaws(
    run: &ProofInfo,
    honest: &HonestResult,
    totals: ProofTotals,
    uncovered: usize,
) -> Vec<String> {
    let mut flaws = Vec::new();
    let suffices = |draw: &Draw| totals.share_killed() >= draw.at_least;
    let survived = if run.draw.as_ref().is_some_and(suffices) {
        0
    } else {
        totals.survived
    };
    for (number, what) in [
        (survived, "survived"),
        (totals.collateral, "were found with collateral"),
        (totals.broken, "could not be judged"),
    ] {
        if number > 0 {
            flaws.push(format!("{number} {what}"));
        }
    }
    if !honest.passed {
        flaws.push("the honest server did not pass".to_owned());
    }
    if run.complete && uncovered > 0 {
        flaws.push(format!("{uncovered} requirements are not covered"));
    }
    flaws
}
