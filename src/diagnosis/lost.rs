//! Times in which nothing was answered: a crash, a restart, a ban.

use super::answer_mark::AnswerMark;
use super::evidence::{Evidence, UNDER_WAY, kinds, questions};
use super::fingerprint::Fingerprint;
use super::verdict::{Diagnosis, Party, RunShape};
use crate::model::TransferErrorKind;

/// Fewer exchanges in a row could be lost by accident.
const IN_A_ROW: usize = 6;
/// At the end of a run, fewer could be about what they ask.
const AT_THE_END: usize = 8;
/// So many answers in a row may belong to what was asked before a change.
const STRAGGLERS: usize = 3;
/// So many answers may go on coming over a connection that was kept from before a change.
const KEPT: usize = 300;
/// Fewer methods and routes could be about what they ask.
const KINDS: usize = 3;

/// All times in which nothing was answered, the last first if it has no end.
pub(super) fn lost(evidence: &Evidence) -> Vec<Diagnosis> {
    let prints = evidence.prints();
    let lost = prints.iter().rev().take_while(|one| is_lost(one)).count();
    let start = prints.len() - lost;
    let change = || changed_since(prints, tail_of_one_page(prints)?);
    let gone = gone_since(prints, start).or_else(change);
    // What was still under way when the target went away is no return of it.
    let end = if gone.is_some() {
        start.saturating_sub(UNDER_WAY)
    } else {
        start
    };
    let outages = outages(prints, end);
    gone.into_iter().chain(outages).collect()
}

/// The times before this print in which nothing was answered.
fn outages(prints: &[Fingerprint], before: usize) -> Vec<Diagnosis> {
    let mut found = Vec::new();
    let mut start = 0;
    while start < before {
        let length = prints[start..]
            .iter()
            .take_while(|one| is_lost(one))
            .count();
        let end = start + length;
        if start > 0 && end <= before && length >= IN_A_ROW && is_convincing(&prints[start..end]) {
            found.push(outage(prints, start, end));
        }
        start = end + 1;
    }
    found
}

/// The end of a run in which nothing is answered any more.
pub(super) fn gone(evidence: &Evidence) -> Option<Diagnosis> {
    let found = lost(evidence).into_iter().next()?;
    let is_ending = found.shape == RunShape::Gone && found.fault == Party::Way;
    is_ending.then_some(found)
}

/// Those among so many before a moment that belong to what follows: of several requests under way at once, some
/// are answered later than others that were sent after them.
fn around(
    prints: &[Fingerprint],
    (moment, within): (usize, usize),
    belongs: impl Fn(&Fingerprint) -> bool,
) -> impl Iterator<Item = &Fingerprint> {
    let before = prints[moment.saturating_sub(within)..moment].iter();
    before.filter(move |one| belongs(one))
}

/// Whether nothing came that could be the API's.
fn is_lost(print: &Fingerprint) -> bool {
    match &print.came {
        Ok(answer) => answer.is_of_gateway(),
        Err(error) => !matches!(
            error.kind,
            TransferErrorKind::Request | TransferErrorKind::TooLarge | TransferErrorKind::Exhausted
        ),
    }
}

/// Whether no target could be reached, as opposed to one that does not answer what it is asked.
fn is_unreached(print: &Fingerprint) -> bool {
    match &print.came {
        Ok(answer) => answer.is_of_gateway(),
        Err(error) => matches!(
            error.kind,
            TransferErrorKind::Connect | TransferErrorKind::Resolve | TransferErrorKind::Tls
        ),
    }
}

/// A connection that ends instead of an answer is the target's fault where others are answered: only
/// together with refused connections it is that of its end.
fn is_convincing(lost: &[Fingerprint]) -> bool {
    questions(lost) >= IN_A_ROW
        && lost.iter().filter(|one| is_unreached(one)).count() * 2 > lost.len()
}

fn gone_since(prints: &[Fingerprint], start: usize) -> Option<Diagnosis> {
    let lost = &prints[start..];
    let last_answered = prints[..start].last()?;
    let silent = lost.len() >= AT_THE_END && kinds(lost) >= KINDS;
    if !(lost.len() >= IN_A_ROW && is_convincing(lost) || silent) {
        return None;
    }
    let sentence = format!(
        "the target answered until request {} ({}), and nothing since",
        last_answered.number,
        named(last_answered)
    );
    let shown = lost
        .iter()
        .find(|one| is_unreached(one))
        .or_else(|| lost.first())?;
    let first = lost.first()?;
    let quote = match &first.came {
        Err(error) if !is_unreached(first) => {
            format!(
                "{} for {}, then {}",
                error.detail,
                named(first),
                quote(shown)
            )
        }
        _ => quote(shown),
    };
    let advice = "see its log for that moment: a crash, a restart or a ban";
    let met = around(prints, (start, UNDER_WAY), is_lost).chain(lost);
    Some(Diagnosis::on_the_way(
        RunShape::Gone,
        sentence,
        quote,
        advice,
        met,
    ))
}

fn outage(prints: &[Fingerprint], start: usize, end: usize) -> Diagnosis {
    let lost = &prints[start..end];
    let sentence = format!(
        "the target was away for a time, from request {} to request {}",
        lost[0].number,
        lost[lost.len() - 1].number
    );
    let shown = lost
        .iter()
        .find(|one| is_unreached(one))
        .unwrap_or(&lost[0]);
    let advice = "repeat the run when it stays up";
    let after = prints[end..].iter().take(UNDER_WAY);
    let after = after.filter(|one| is_lost(one));
    let met = around(prints, (start, UNDER_WAY), is_lost)
        .chain(lost)
        .chain(after);
    Diagnosis::on_the_way(RunShape::Outage, sentence, quote(shown), advice, met)
}

/// Where a tail of equal refusals begins, but for a few answers to what was under way before.
fn tail_of_one_page(prints: &[Fingerprint]) -> Option<usize> {
    let mut last = prints.iter().rev().take(STRAGGLERS + 1);
    let answer = last.find_map(|one| one.answer().filter(|one| one.status >= 400))?;
    let mut start = None;
    let mut others = 0;
    for (index, print) in prints.iter().enumerate().rev() {
        if is_like(print, answer) {
            (start, others) = (Some(index), 0);
        } else if others == STRAGGLERS {
            break;
        } else {
            others += 1;
        }
    }
    start.filter(|_| !answer.is_of_limiter())
}

fn is_like(print: &Fingerprint, answer: &AnswerMark) -> bool {
    print
        .answer()
        .is_some_and(|one| one.sameness == answer.sameness)
}

/// From some moment on every question gets one and the same refusal: a ban, or a target that fails.
fn changed_since(prints: &[Fingerprint], start: usize) -> Option<Diagnosis> {
    let answer = prints.get(start)?.answer()?;
    let last_other = prints.get(..start)?.last()?;
    let tail = || prints[start..].iter().filter(|one| is_like(one, answer));
    let convinces = questions(tail()) >= AT_THE_END && kinds(tail()) >= KINDS;
    let had_users = prints[..start].iter().any(Fingerprint::is_granted);
    let admits_nobody = tail().any(|one| one.is_plain_create);
    if !(convinces && had_users && admits_nobody) {
        return None;
    }
    let own_failure = answer.status >= 500 && answer.has_error_headers;
    let (shape, fault) = if own_failure {
        (RunShape::Failing, Party::Target)
    } else {
        (RunShape::Gone, Party::Way)
    };
    let sentence = format!(
        "since request {} every request is answered alike",
        last_other.number
    );
    let advice = "see the target's log for that moment: a crash, a ban or a quota";
    let met = around(prints, (start, KEPT), |one| is_like(one, answer)).chain(tail());
    Some(Diagnosis {
        fault,
        ..Diagnosis::on_the_way(shape, sentence, answer.quote(), advice, met)
    })
}

fn named(print: &Fingerprint) -> String {
    format!("{} {}", print.method, print.route)
}

fn quote(print: &Fingerprint) -> String {
    match &print.came {
        Ok(answer) => AnswerMark::quote(answer),
        Err(error) => error.detail.clone(),
    }
}
