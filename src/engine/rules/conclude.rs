//! What came of the rules when the run has ended: each is told as a case.

use std::collections::{BTreeSet, HashMap};

use super::RuleBook;
use super::RuleState;
use super::breach::{BreachKind, Breaches, Instance, KeptBreach};
use crate::diagnosis::Party;
use crate::engine::harness::Harness;
use crate::model::{Finding, Level, RequirementId, Verdict};
use crate::record::{CaseResult, Event, ExchangeRecord, Phase, Reason, ReasonKind, StepResult};
use crate::suite::{AnswerRule, RuleCheck, RunCheck};

/// More ways in which a rule was broken are not shown one by one.
const SHOWN: usize = 5;

/// Tells what came of each rule, and begins anew. One that nothing broke is told only if it was selected.
pub fn conclude_rules(harness: &Harness<'_>) {
    let rules = &harness.rules.rules;
    let mut state = harness.rules.begin_anew();
    let excused = excused(harness);
    let ids = std::mem::take(&mut state.ids);
    let texts = std::mem::take(&mut state.texts);
    let (mut ids, mut texts) = (Some(ids), Some(texts));
    for (rule, mut breaches) in rules.iter().zip(std::mem::take(&mut state.breaches)) {
        match rule.check {
            RuleCheck::Run(RunCheck::ErrorKinds) => {
                if let Some(ids) = ids.take() {
                    ids.conclude(rule, &mut breaches);
                }
            }
            RuleCheck::Run(RunCheck::ErrorTexts) => {
                if let Some(texts) = texts.take() {
                    texts.conclude(rule, &mut breaches);
                }
            }
            _ => {}
        }
        let conclusion = Concluding {
            harness,
            rule,
            excused: &excused,
            told: &state.told,
        };
        let result = conclusion.result(breaches);
        if rule.is_selected || result.verdict > Verdict::Skip {
            harness.sink.emit(&Event::CaseFinished(Box::new(result)));
        }
    }
}

/// The exchanges that met something on the way to the target.
fn excused(harness: &Harness<'_>) -> BTreeSet<u64> {
    let diagnoses = harness.evidence.diagnoses();
    let ways = diagnoses
        .into_iter()
        .filter(|found| found.fault == Party::Way && found.excuses_answers());
    ways.flat_map(|found| found.all_exchanges).collect()
}

impl RuleBook {
    fn begin_anew(&self) -> RuleState {
        let breaches = self.rules.iter().map(|_| Breaches::default()).collect();
        let anew = RuleState {
            breaches,
            ..RuleState::default()
        };
        std::mem::replace(&mut *self.state(), anew)
    }
}

/// One rule whose run has ended.
struct Concluding<'a> {
    harness: &'a Harness<'a>,
    rule: &'a AnswerRule,
    excused: &'a BTreeSet<u64>,
    told: &'a HashMap<u64, Vec<(RequirementId, Level)>>,
}

impl Concluding<'_> {
    fn result(&self, breaches: Breaches) -> CaseResult {
        let seen = breaches.seen;
        let met = breaches.kinds.len();
        let mut steps: Vec<StepResult> = breaches
            .kinds
            .into_iter()
            .filter_map(|kind| self.step(kind))
            .collect();
        steps.sort_by_key(|step| std::cmp::Reverse(step.verdict));
        let more = steps.len().saturating_sub(SHOWN);
        steps.truncate(SHOWN);
        if let Some(last) = steps.last_mut().filter(|_| more > 0) {
            last.name = format!("{}; {more} other ways are not shown", last.name);
        }
        let worst = steps.iter().map(|step| step.verdict).max();
        let reason = if worst.is_some() {
            None
        } else {
            self.reason(seen, met)
        };
        let verdict = match (&reason, worst) {
            (_, Some(worst)) => worst,
            (Some(_), None) => Verdict::Skip,
            (None, None) => Verdict::Pass,
        };
        let rule = self.rule;
        CaseResult {
            id: rule.id.clone(),
            suite: rule.suite.clone(),
            title: rule.title.clone(),
            level: rule.level,
            requirements: rule.requirements.clone(),
            tags: rule.tags.clone(),
            verdict,
            reason,
            place: rule.place.clone(),
            started_ms: 0.0,
            duration_ms: 0.0,
            attempts: Vec::new(),
            steps,
        }
    }

    /// Why a rule that nothing else broke has not passed; none if it has.
    fn reason(&self, seen: usize, met: usize) -> Option<Reason> {
        let harness = self.harness;
        let (kind, text) = if harness.stop.is_set() {
            (ReasonKind::Interrupted, "the run was interrupted")
        } else if harness.evidence.has_ended() {
            (
                ReasonKind::Ended,
                "the run ended before its cases were done",
            )
        } else if met > 0 {
            let text = "the answers that break it are told by the cases that asked for them, or did not come from the target";
            (ReasonKind::NotApplicable, text)
        } else if seen == 0 {
            let text = "no answer of the run is one that it speaks of";
            (ReasonKind::NotApplicable, text)
        } else {
            return None;
        };
        Some(Reason {
            kind,
            text: text.to_owned(),
        })
    }

    /// Whether a finding of an exchange is this rule's to tell.
    fn is_to_tell(&self, instance: &Instance, findings: &[Finding]) -> bool {
        let Instance { number, rests_on } = instance;
        let of_exchange = self.told.get(number).into_iter().flatten();
        // A rule that was not asked for adds what no case has found.
        let of_all = (self.told.values().flatten()).filter(|_| !self.rule.is_selected);
        let told: Vec<_> = of_exchange.chain(of_all).collect();
        let is_told = |finding: &Finding| {
            told.iter().any(|(requirement, level)| {
                *level >= finding.level && finding.requirements.contains(requirement)
            })
        };
        let mut numbers = std::iter::once(number).chain(rests_on);
        !numbers.any(|one| self.excused.contains(one)) && !findings.iter().all(is_told)
    }

    fn step(&self, kind: BreachKind) -> Option<StepResult> {
        let to_tell = |one: &&Instance| self.is_to_tell(one, &kind.findings);
        let numbers: Vec<u64> = (kind.instances.iter().filter(to_tell))
            .map(|one| one.number)
            .collect();
        let first = *numbers.first()?;
        let is_left = |one: &KeptBreach| numbers.contains(&one.exchange.number);
        let kept = kind.kept.into_iter().find(is_left);
        let (findings, exchange, whose) = match kept {
            Some(kept) => (kept.findings, Some(kept.exchange), kept.whose),
            None => (kind.findings, None, format!("exchange {first}")),
        };
        let redactor = self.harness.redactor;
        let findings = findings.into_iter();
        let findings: Vec<Finding> = findings.map(|one| one.masked(redactor)).collect();
        let more = match numbers.len() {
            1 => String::new(),
            many => format!(", and {} more like it", many - 1),
        };
        Some(StepResult {
            name: redactor.text(&format!("{} ({whose}){more}", kind.route)),
            phase: Phase::Judged,
            verdict: findings
                .iter()
                .map(|finding| Verdict::of_unmet(finding.level))
                .max()?,
            exchanges: numbers,
            status: Some(kind.status),
            observations: Vec::new(),
            variation: None,
            manner: Vec::new(),
            findings,
            exchange: exchange
                .map(|exchange| ExchangeRecord::new(&exchange, self.harness.base_url, redactor)),
        })
    }
}
