//! Finds the condition that a finding takes: the same case is run again, first in the usual manner, then under one
//! condition after the other.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::RunServices;
use super::case_run::CaseRun;
use crate::engine::manner_draw::MannerDraw;
use crate::model::{Condition, Finding, Manner, RequirementId, Verdict};
use crate::record::{Accounts, CaseResult, Phase, StepResult};
use crate::suite::{Action, Case};

/// The conditions that are tried for one finding, at the most.
const MOST_CONDITIONS: usize = 10;

/// The findings whose conditions are looked for in one run, at the most: each costs a few cases more.
const MOST_NARROWED: usize = 12;

/// The values of these rounds are those of no other attempt.
const FIRST_ROUND: u64 = 1 << 32;

/// The findings of which the conditions were looked for, each once.
#[derive(Debug, Default)]
pub(super) struct Narrowed(Mutex<BTreeSet<(String, String)>>);

impl Narrowed {
    /// Whether this is the first finding of its kind, and not one too many.
    fn begin(&self, finding: &Finding) -> bool {
        let requirements: Vec<_> = finding
            .requirements
            .iter()
            .map(RequirementId::as_str)
            .collect();
        let kind = (requirements.join(" "), finding.actual.clone());
        let mut begun = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        begun.len() < MOST_NARROWED && begun.insert(kind)
    }
}

/// Adds to the first finding of a case under which condition alone it is met, of those that were drawn. Gives the
/// accounts that this made and removed.
pub(super) async fn narrow(
    case: &Case,
    shared: &RunServices<'_>,
    result: &mut CaseResult,
    (round, drawn): (u64, Manner),
) -> Accounts {
    let mut accounts = Accounts::default();
    let is_fit = !drawn.is_plain() && !races(case) && shared.disposal(case).is_none();
    let Some(step) = failed_step(result).filter(|_| is_fit && !shared.harness.stop.is_set()) else {
        return accounts;
    };
    let Some(finding) = step.findings.first().cloned() else {
        return accounts;
    };
    if !shared.narrowed.begin(&finding) {
        return accounts;
    }
    // What was drawn for the step itself is more likely than what was drawn before it.
    let own = manner_of(step);
    let near = drawn.and(own).conditions();
    let near = near.chain(drawn.except(own).conditions());
    let alone = near.take(MOST_CONDITIONS);
    let alone = alone.map(|one| Manner::default().with(one));
    let mut met = None;
    for (nth, among) in (0..).zip(std::iter::once(Manner::default()).chain(alone)) {
        let variation = MannerDraw::of(case, round).among(among);
        let values = FIRST_ROUND + (round << 8) + nth;
        let attempt = CaseRun::attempt(case, shared, (values, variation), None);
        let (again, actor) = Box::pin(attempt).await;
        accounts = accounts + shared.tear_down(actor).await;
        let is_met = has(&again, &finding);
        if among.is_plain() && is_met {
            return accounts;
        }
        if is_met {
            met = among.conditions().next();
            break;
        }
    }
    let told = told(met, drawn) + &of_gate(met, case, (&step.name, round), shared);
    let mut findings = result.steps.iter_mut().flat_map(|step| &mut step.findings);
    if let Some(first) = findings.find(|one| **one == finding) {
        first.actual = format!("{}; {told}", first.actual);
    }
    accounts
}

/// The judged step that failed.
fn failed_step(result: &CaseResult) -> Option<&StepResult> {
    let mut steps = result.steps.iter();
    steps.find(|step| step.phase == Phase::Judged && step.verdict >= Verdict::Fail)
}

fn manner_of(step: &StepResult) -> Manner {
    let words = step.exchange.iter().flat_map(|exchange| &exchange.manner);
    words.filter_map(|word| Condition::parse(word)).collect()
}

/// Whether a case is about requests at the same moment, which no second attempt repeats for certain, or about the
/// whole run.
fn races(case: &Case) -> bool {
    let mut steps = case.steps.iter();
    steps.any(|step| matches!(step.action, Action::Together(_) | Action::Distinct(_)))
}

/// Whether an attempt came to the same finding.
fn has(result: &CaseResult, finding: &Finding) -> bool {
    let mut findings = result.steps.iter().flat_map(|step| &step.findings);
    findings.any(|one| one.requirements == finding.requirements && one.subject == finding.subject)
}

fn told(met: Option<Condition>, drawn: Manner) -> String {
    match met {
        Some(condition) => format!("only {}", condition.phrase()),
        None => format!(
            "not met again in the usual manner, nor under each condition alone of those that were drawn: {drawn}"
        ),
    }
}

/// Whether the draw of a gate would have shown it, where another one did.
fn of_gate(
    met: Option<Condition>,
    case: &Case,
    (step, round): (&str, u64),
    shared: &RunServices<'_>,
) -> String {
    let generation = shared.harness.generation;
    let Some(condition) = met.filter(|_| generation.draw() != 0) else {
        return String::new();
    };
    let usual = generation.clone().of_draw(0);
    let variation = MannerDraw::of(case, round);
    let has = if variation.has_drawn(step, condition, &usual) {
        "would have shown it here, too"
    } else {
        "would not have shown it here"
    };
    format!(" (--draw 0, that of a gate, {has})")
}
