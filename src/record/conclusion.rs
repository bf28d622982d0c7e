//! From what happened to how the run ended: the one decision behind exit code and reports.

use std::collections::BTreeMap;

use super::case::{CaseResult, ReasonKind};
use super::event::{Accounts, Trouble};
use super::load_conclusion;
use super::load_judgement::SearchResult;
use super::load_result::LoadResult;
use super::load_words;
use super::quantity;
use super::run::RunInfo;
use super::whole::{Conclusion, Totals};
use crate::diagnosis::{Diagnosis, Party};
use crate::model::{Level, Outcome, RequirementId, Verdict};

/// What the decision rests on.
pub(super) struct RunFacts<'a> {
    pub(super) run: &'a RunInfo,
    pub(super) totals: Totals,
    pub(super) cases: &'a [CaseResult],
    pub(super) loads: &'a [LoadResult],
    pub(super) troubles: &'a [Trouble],
    pub(super) diagnoses: &'a [Diagnosis],
    pub(super) accounts: Accounts,
}

/// Decides how a run ended. The gravest thing that happened decides.
pub(super) fn conclude(facts: &RunFacts<'_>) -> Conclusion {
    let without = interrupted(facts).or_else(|| troubled(facts));
    let judged = || {
        let (outcome, sentence) = judged(facts);
        (outcome, sentence + &facts.run.tried())
    };
    let (outcome, sentence) = without.unwrap_or_else(judged);
    Conclusion {
        outcome,
        exit_code: outcome.exit_code(),
        sentence,
    }
}

fn judged(facts: &RunFacts<'_>) -> (Outcome, String) {
    on_the_way(facts)
        .or_else(|| violated(facts))
        .or_else(|| broken(facts))
        .or_else(|| facts.loads.iter().find_map(load_conclusion::broken))
        .or_else(|| blocked(facts))
        .or_else(|| facts.loads.iter().find_map(load_conclusion::missed))
        .or_else(|| {
            let accepted = facts.run.accept_invalid;
            let mut loads = facts.loads.iter();
            loads.find_map(|load| load_conclusion::invalid(load, accepted))
        })
        .or_else(|| nothing_ran(facts))
        .or_else(|| mostly_skipped(facts))
        .unwrap_or_else(|| (Outcome::Conforms, conforming(facts)))
}

type Decision = Option<(Outcome, String)>;

fn interrupted(facts: &RunFacts<'_>) -> Decision {
    facts.run.interrupted.then(|| {
        let mut parts = Vec::new();
        if facts.totals.all() > 0 || facts.loads.is_empty() {
            let untried = facts.cases.iter().filter(|case| {
                let reason = case.reason.as_ref();
                reason.is_some_and(|reason| reason.kind == ReasonKind::Interrupted)
            });
            let tried = facts.totals.all().saturating_sub(untried.count());
            parts.push(count(tried, "case"));
        }
        parts.extend(facts.loads.iter().map(|load| {
            let answers = quantity::count(load.answered);
            format!("{answers} answers under load")
        }));
        let sentence = format!("interrupted after {}", parts.join(" and "));
        (Outcome::Interrupted, sentence)
    })
}

/// What kept the run from a verdict of its own, unless it saw a violation all the same.
fn troubled(facts: &RunFacts<'_>) -> Decision {
    let first = facts.troubles.first()?;
    let is_violated = |load: &LoadResult| load.verdict == Verdict::Fail;
    if facts.totals.fail == 0 && !facts.loads.iter().any(is_violated) {
        return Some((first.outcome, first.text.clone()));
    }
    let (outcome, sentence) = violated(facts)?;
    Some((outcome, format!("{sentence}; besides, {}", first.text)))
}

fn broken(facts: &RunFacts<'_>) -> Decision {
    Some((Outcome::Broken, unjudged(facts)?))
}

/// The cases that could not be judged for a reason that may be nobody's fault, and the first reason.
fn unjudged(facts: &RunFacts<'_>) -> Option<String> {
    let broken = |case: &&CaseResult| case.verdict == Verdict::Broken;
    let first = facts.cases.iter().find(broken)?;
    let why = first.reason.as_ref();
    let why = why.map_or(String::new(), |why| {
        format!(": {} ({})", first.id, why.text)
    });
    Some(format!(
        "{} could not be judged, because the target or the mailbox could not be reached or understood{why}",
        count(facts.totals.broken, "case")
    ))
}

fn violated(facts: &RunFacts<'_>) -> Decision {
    let Totals { fail, warn, .. } = facts.totals;
    let under_load: Vec<String> = told(facts, load_conclusion::violation);
    if fail == 0 && under_load.is_empty() {
        return strictly_violated(facts, warn);
    }
    let mut parts = Vec::new();
    if fail > 0 {
        parts.push(format!(
            "{} of {} failed",
            count(fail, "case"),
            facts.totals.all()
        ));
    }
    if under_load.is_empty() {
        parts.extend(told(facts, load_conclusion::besides));
    }
    parts.extend(under_load);
    let own = |found: &&Diagnosis| found.fault == Party::Target;
    parts.extend(facts.diagnoses.iter().find(own).map(Diagnosis::told));
    parts.extend(unjudged(facts).map(|text| format!("besides, {text}")));
    Some((Outcome::Violated, parts.join("; ")))
}

/// What each load says of something.
fn told(facts: &RunFacts<'_>, of: fn(&LoadResult) -> Option<String>) -> Vec<String> {
    facts.loads.iter().filter_map(of).collect()
}

/// Warnings, if they fail the run.
fn strictly_violated(facts: &RunFacts<'_>, warn: usize) -> Decision {
    let under_load = facts.loads.iter().any(|load| load.verdict == Verdict::Warn);
    let who = match (warn, under_load) {
        (0, false) => return None,
        (0, true) => "the load".to_owned(),
        (_, false) => count(warn, "case"),
        (_, true) => format!("{} and the load", count(warn, "case")),
    };
    facts.run.strict.then(|| {
        let sentence = format!("{who} with warnings, and --strict is set");
        (Outcome::Violated, sentence)
    })
}

/// A case that is blocked says nothing by itself, where nothing else failed that may have blocked it.
fn blocked(facts: &RunFacts<'_>) -> Decision {
    if facts.cases.iter().any(is_expected_failure) {
        return None;
    }
    let blocked: Vec<&CaseResult> = facts
        .cases
        .iter()
        .filter(|case| case.verdict == Verdict::Skip)
        .filter(|case| matches!(&case.reason, Some(reason) if reason.kind == ReasonKind::Blocked))
        .collect();
    let first = blocked.first()?;
    let why = first.reason.as_ref().map_or("", |reason| &reason.text);
    let sentence = format!(
        "{} could not be judged and no other says why: {} ({why})",
        count(blocked.len(), "case"),
        first.id
    );
    Some((Outcome::Broken, sentence))
}

/// What stands on the way to the target, if a case met it or none was tried because of it. A violation that
/// it does not explain is one all the same.
fn on_the_way(facts: &RunFacts<'_>) -> Decision {
    let met = |found: &&Diagnosis| {
        let tried_none = facts.cases.is_empty() && facts.loads.is_empty() && found.ends_runs();
        found.fault == Party::Way && (tried_none || !found.suffered.is_empty())
    };
    let found = facts.diagnoses.iter().find(met)?;
    match violated(facts) {
        Some((outcome, sentence)) => {
            Some((outcome, format!("{sentence}; besides, {}", found.told())))
        }
        None => Some((Outcome::Broken, found.told())),
    }
}

/// Leaving much untried of what must hold gives no verdict, unless the user said that it does. What
/// counts are requirements, since some have a hundred cases and others one; one of which most cases were
/// skipped was not tried, whatever the few others showed.
fn mostly_skipped(facts: &RunFacts<'_>) -> Decision {
    /// One in so many may be left untried.
    const ONE_IN: usize = 4;
    let must = || facts.cases.iter().filter(|case| case.level == Level::Must);
    let skipped = |case: &&CaseResult| case.verdict == Verdict::Skip && !is_expected_failure(case);
    let mut counts: BTreeMap<&RequirementId, (usize, usize)> = BTreeMap::new();
    for case in must() {
        for requirement in &case.requirements {
            let (named, left_out) = counts.entry(requirement).or_default();
            *named += 1;
            *left_out += usize::from(skipped(&case));
        }
    }
    let mostly_left_out = |(named, left_out): &&(usize, usize)| left_out * 2 >= *named;
    let untried = counts.values().filter(mostly_left_out).count();
    if facts.run.accept_partial || untried * ONE_IN <= counts.len() {
        return None;
    }
    let why = must().find(skipped)?.reason.as_ref()?;
    let sentence = format!(
        "{untried} of {} that must hold were not tried, or by few of their cases: the first {}; --accept-partial accepts that",
        count(counts.len(), "requirement"),
        why.text
    );
    Some((Outcome::NothingRan, sentence))
}

fn is_expected_failure(case: &CaseResult) -> bool {
    matches!(&case.reason, Some(reason) if reason.kind == ReasonKind::ExpectedFailure)
}

fn nothing_ran(facts: &RunFacts<'_>) -> Decision {
    let Totals { pass, warn, .. } = facts.totals;
    let answered = facts.loads.iter().any(|load| load.answered > 0);
    if pass + warn > 0 || answered {
        return None;
    }
    let sentence = match facts.totals.skip {
        0 => "no case and no load was run".to_owned(),
        skipped => format!("all {} were skipped", count(skipped, "case")),
    };
    Some((Outcome::NothingRan, sentence))
}

fn conforming(facts: &RunFacts<'_>) -> String {
    let Totals {
        pass, skip, warn, ..
    } = facts.totals;
    let mut parts = Vec::new();
    if facts.totals.all() > 0 {
        parts.push(format!("{} passed", count(pass + warn, "case")));
    }
    if warn > 0 {
        parts.push(format!("{warn} of them with warnings"));
    }
    let expected = facts.cases.iter().filter(|case| is_expected_failure(case));
    let expected = expected.count();
    if expected > 0 {
        parts.push(format!(
            "{expected} failed as listed in the expected failures"
        ));
    }
    if skip > expected {
        parts.push(format!("{} skipped", skip - expected));
    }
    for load in facts.loads {
        let conforming = quantity::count(load.conforming);
        parts.push(format!("{conforming} answers under load conform"));
        parts.extend(load_words::unstarted(load));
        parts.extend(load.search.as_ref().map(SearchResult::told));
        let kept = load.thresholds.iter().filter(|one| one.kept).count();
        if kept > 0 {
            parts.push(count(kept, "threshold") + " kept");
        }
        parts.extend(load_words::unsound(load));
    }
    let left = facts.accounts.made.saturating_sub(facts.accounts.removed);
    if left > 0 {
        parts.push(format!("{} left behind", count(left, "account")));
    }
    parts.join(", ")
}

fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        many => format!("{many} {noun}s"),
    }
}
