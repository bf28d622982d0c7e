//! What a load alone says about how a run ended.
//!
//! Wrong answers come first, whatever the times are worth; then requests whose want of an answer may be no
//! fault of the target; then thresholds that were missed; then those of which nobody can tell, because this
//! machine itself was the bottleneck. Whatever comes first names the others.

use super::generator::ShortageResult;
use super::load_result::{LoadFinding, LoadResult};
use super::load_words;
use super::quantity;
use crate::model::{Outcome, TransferErrorKind, Verdict};

/// What decides, and why; none if the load alone gives no reason.
pub(super) type LoadDecision = Option<(Outcome, String)>;

/// What was wrong under load: answers, the want of answers, or what answers had done.
pub(super) fn violation(load: &LoadResult) -> Option<String> {
    (load.verdict == Verdict::Fail).then(|| {
        let parts = std::iter::once(violated(load)).chain(besides(load));
        parts.collect::<Vec<_>>().join("; ")
    })
}

/// What else there is to say of a load where something graver decides.
pub(super) fn besides(load: &LoadResult) -> Option<String> {
    let parts = [
        unanswered(load),
        missed_thresholds(load),
        load_words::unsound(load),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// Whether requests got no answer that the target may have had no part in.
pub(super) fn broken(load: &LoadResult) -> LoadDecision {
    if load.verdict != Verdict::Broken {
        return None;
    }
    let exhausted = load.exhausted();
    let limited = load_words::limited(load).filter(|_| load.is_drowned());
    let sentence = match limited.or_else(|| unanswered(load)) {
        _ if load.answered == 0 && exhausted == 0 => not_understood(load),
        Some(unanswered) => unanswered,
        // Requests that this machine could not send say nothing about the target.
        None if exhausted > 0 => return None,
        None => "the load could not be judged".to_owned(),
    };
    let besides = [load_words::unstarted(load), load_words::unsound(load)];
    let parts = std::iter::once(sentence).chain(besides.into_iter().flatten());
    Some((Outcome::Broken, parts.collect::<Vec<_>>().join("; ")))
}

/// Whether thresholds were missed, and which.
pub(super) fn missed(load: &LoadResult) -> LoadDecision {
    let missed = missed_thresholds(load)?;
    let parts = std::iter::once(missed).chain(load_words::unsound(load));
    let sentence = parts.collect::<Vec<_>>().join("; ");
    Some((Outcome::ThresholdMissed, sentence))
}

/// The thresholds that were missed; none if all were kept.
fn missed_thresholds(load: &LoadResult) -> Option<String> {
    let missed: Vec<String> = load
        .missed()
        .map(|one| format!("`{}` was missed: {}", one.named(), one.told()))
        .collect();
    let early = match load.stopped_by {
        Some(_) => ", and the load was stopped early",
        None => "",
    };
    (!missed.is_empty()).then(|| format!("{}{early}", missed.join("; ")))
}

/// What the run was asked for and cannot tell, because assize was the bottleneck itself: whether a threshold
/// was missed by the target, how much the target can do, or what requests would have met that this machine
/// could not send.
pub(super) fn invalid(load: &LoadResult, accept_invalid: bool) -> LoadDecision {
    if accept_invalid {
        return None;
    }
    let mut parts: Vec<String> = load
        .unjudged()
        .filter(|one| one.is_asked_for())
        .map(|one| {
            let (name, told) = (one.named(), one.told());
            format!("whether the target keeps `{name}` cannot be told ({told})")
        })
        .collect();
    let search = load.search.as_ref().filter(|search| search.own_limit);
    parts.extend(search.map(super::SearchResult::told));
    let shortage = load.generator.shortages.first();
    if parts.is_empty() && load.verdict == Verdict::Broken && load.exhausted() > 0 {
        parts.extend(shortage.map(|one| one.text.clone()));
    } else {
        parts.extend(shortage.map(why).filter(|_| !parts.is_empty()));
    }
    if parts.is_empty() {
        return None;
    }
    let remedy = shortage.map(|one| one.remedy.clone());
    let advice = "--accept-invalid judges the times all the same".to_owned();
    parts.extend(remedy.into_iter().chain([advice]));
    Some((Outcome::MeasurementInvalid, parts.join("; ")))
}

fn why(shortage: &ShortageResult) -> String {
    format!("assize itself was the bottleneck: {}", shortage.text)
}

/// Requests that got no answer, though the target may have had no part in it, and the cause of most.
fn unanswered(load: &LoadResult) -> Option<String> {
    let of_nobody = |found: &&LoadFinding| {
        found.verdict == Verdict::Broken && found.transfer != Some(TransferErrorKind::Exhausted)
    };
    let found = || load.findings.iter().filter(of_nobody);
    let first = found().max_by_key(|found| found.count)?;
    let count: u64 = found().map(|found| found.count).sum();
    let requests = quantity::count(count);
    Some(match first.transfer {
        Some(_) => format!(
            "{requests} requests of the load got no answer: {}",
            cause(first)
        ),
        None => format!(
            "the load could not be judged: {requests} times: {}: {}",
            first.operation,
            first
                .finding
                .as_ref()
                .map_or_else(String::new, |finding| format!(
                    "{}: {}",
                    finding.subject, finding.actual
                ))
        ),
    })
}

/// Why a transfer failed, by its first example.
fn cause(found: &LoadFinding) -> &str {
    let example = found.example.as_ref();
    let detail = example.and_then(|example| example.error.as_deref());
    detail.unwrap_or_else(|| found.transfer.map_or("", TransferErrorKind::as_str))
}

/// Why not one answer of a load could be judged.
fn not_understood(load: &LoadResult) -> String {
    let failed = load
        .findings
        .iter()
        .filter(|found| found.transfer.is_some());
    let Some(first) = failed.max_by_key(|found| found.count) else {
        let waiting = match load.unstarted {
            0 => String::new(),
            _ => ": every connection still waited for the answer to an earlier request".to_owned(),
        };
        return format!("the load got no answer at all{waiting}");
    };
    format!(
        "not one of the {} requests of the load got an answer that could be understood: {}",
        quantity::count(failed_transfers(load)),
        cause(first)
    )
}

/// Requests of a load without an answer.
fn failed_transfers(load: &LoadResult) -> u64 {
    let operations = load.operations.iter();
    operations
        .flat_map(|operation| operation.errors.values())
        .sum()
}

/// What the target did that it must not, or did not do that it must.
fn violated(load: &LoadResult) -> String {
    let wrong = load.nonconforming();
    let failing = |transfer: bool| {
        let findings = load.findings.iter();
        let failing = findings.filter(move |found| {
            found.verdict == Verdict::Fail && found.transfer.is_some() == transfer
        });
        failing.map(|found| found.count).sum::<u64>()
    };
    let unanswered = failing(true);
    let mut parts = Vec::new();
    if wrong > 0 {
        parts.push(format!(
            "{} answers under load did not conform",
            quantity::count(wrong)
        ));
    }
    if unanswered > 0 {
        parts.push(format!(
            "{} requests under load got no whole answer",
            quantity::count(unanswered)
        ));
    }
    if parts.is_empty() {
        let effects = quantity::count(failing(false));
        parts.push(format!(
            "{effects} times under load the target did not do what it must"
        ));
    }
    parts.join("; ")
}
