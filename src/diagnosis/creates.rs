//! Targets that admit no user, whatever is right about the request.

use super::answer_mark::AnswerMark;
use super::evidence::{Evidence, UNDER_WAY, questions};
use super::fingerprint::{Fingerprint, Purpose};
use super::verdict::{Diagnosis, RunShape};
use super::words::{LIMITING, tells_limit, tells_taken};

/// Fewer refusals could be for what their requests say.
const ENOUGH: usize = 3;
/// Fewer refusals at the end could be for what their requests say.
const ENOUGH_AT_LAST: usize = 5;

/// No user was ever admitted, and each was refused with the same words.
pub(super) fn none_admitted(evidence: &Evidence) -> Option<Diagnosis> {
    let plain: Vec<&Fingerprint> = plain_creates(evidence).collect();
    let refusal = common_refusal(&plain)?;
    // Nothing about a plain request is forbidden but the request itself.
    let enough = if refusal.status == 403 { 1 } else { ENOUGH };
    if any_admitted(evidence) || questions_alone(&plain) < enough {
        return None;
    }
    Some(told("the target admits no user", refusal, evidence, 0))
}

/// Users were admitted, and since then each was refused with the same words.
pub(super) fn no_longer_admitted(evidence: &Evidence) -> Option<Diagnosis> {
    let plain: Vec<&Fingerprint> = plain_creates(evidence).collect();
    let last_admitted = plain.iter().rposition(|print| print.is_granted())?;
    let since = &plain[last_admitted + 1..];
    let refusal = common_refusal(since)?;
    if questions_alone(since) < ENOUGH_AT_LAST {
        return None;
    }
    let last = plain[last_admitted].number;
    if meets_siblings(&plain[..=last_admitted], since, refusal) {
        let sentence = format!(
            "the target takes addresses that differ in their plus tag alone for one, and since request {last} this run met users of its own"
        );
        let met = met(refusal, evidence, last);
        let advice = "set --email to a pattern whose tag stands elsewhere, such as '{tag}@example.com' where all addresses of a domain reach the mailbox";
        let shape = RunShape::NoCreates;
        return Some(Diagnosis::on_the_way(
            shape,
            &sentence,
            refusal.quote(),
            advice,
            met,
        ));
    }
    let sentence = format!("the target admits no further user since request {last}");
    // Users that were removed meanwhile, or another of several quotas, may have made room for some that came later.
    let after = if tells_limit(&refusal.quote()) {
        0
    } else {
        // What was refused so long before may have been refused for what it says.
        let refused = plain.iter().find(|print| is_refused_so(print, refusal));
        let begun = refused.map_or(last, |first| last.min(first.number));
        begun.saturating_sub(UNDER_WAY as u64)
    };
    Some(told(&sentence, refusal, evidence, after))
}

/// Whether the refusal says that somebody has the address, and each of those that were refused is that of an
/// admitted one but for its plus tag.
fn meets_siblings(before: &[&Fingerprint], refused: &[&Fingerprint], refusal: &AnswerMark) -> bool {
    let admitted = || before.iter().filter(|print| print.is_granted());
    let has_sibling = |print: &&Fingerprint| {
        let is_one = |other: &&Fingerprint| {
            other.untagged == print.untagged && other.names.first() != print.names.first()
        };
        print.untagged.is_some() && admitted().any(is_one)
    };
    tells_taken(&refusal.quote()) && refused.iter().all(has_sibling)
}

fn plain_creates(evidence: &Evidence) -> impl Iterator<Item = &Fingerprint> {
    let prints = evidence.prints().iter();
    prints.filter(|print| print.is_plain_create && print.answer().is_some())
}

/// How many different questions these are, without those that were asked in a crowd: a target may refuse creates
/// that cross, and admit the next one.
fn questions_alone(prints: &[&Fingerprint]) -> usize {
    let alone = prints.iter().copied();
    questions(alone.filter(|print| print.purpose != Purpose::Crowd))
}

fn any_admitted(evidence: &Evidence) -> bool {
    let creates = evidence.prints().iter();
    let mut creates = creates.filter(|print| print.kind() == ("POST", "/user"));
    creates.any(|print| print.answer().is_some_and(|one| one.status < 300))
}

/// The refusal that all of these got, if it is one that a target may give.
fn common_refusal<'a>(prints: &[&'a Fingerprint]) -> Option<&'a AnswerMark> {
    let first = prints.first()?.answer()?;
    let same = |print: &&Fingerprint| {
        print
            .answer()
            .is_some_and(|one| one.sameness == first.sameness)
    };
    let refuses = (400..500).contains(&first.status) && !first.is_of_limiter();
    (refuses && prints.iter().all(same)).then_some(first)
}

fn told(sentence: &str, refusal: &AnswerMark, evidence: &Evidence, after: u64) -> Diagnosis {
    let met = met(refusal, evidence, after);
    let quote = refusal.quote();
    let advice = advice(&quote.to_lowercase());
    Diagnosis::on_the_way(RunShape::NoCreates, sentence, quote, advice, met)
}

/// The exchanges after this one that got the refusal.
fn met<'a>(
    refusal: &'a AnswerMark,
    evidence: &'a Evidence,
    after: u64,
) -> impl Iterator<Item = &'a Fingerprint> {
    let prints = evidence.prints().iter();
    prints.filter(move |print| print.number > after && is_refused_so(print, refusal))
}

fn is_refused_so(print: &Fingerprint, refusal: &AnswerMark) -> bool {
    let answer = print.answer();
    answer.is_some_and(|one| one.sameness == refusal.sameness)
}

/// What helps, by the words of the refusal.
fn advice(words: &str) -> &'static str {
    const TABLE: [(&[&str], &str); 5] = [
        (
            &LIMITING,
            "raise the limit for the test, or send less with --request-rate",
        ),
        (
            &["captcha", "challenge", "robot"],
            "switch that off for the test, or pass it with --header 'NAME: VALUE'",
        ),
        (
            &["header", "api key", "api-key", "version", "token", "tenant"],
            "give it with --header 'NAME: VALUE'",
        ),
        (
            &["email", "domain", "address"],
            "give addresses that it admits with --email 'qa+{tag}@example.com'",
        ),
        (
            &["registration", "sign", "closed", "invit", "disabled"],
            "open registration for the test",
        ),
    ];
    let fits = |(words_of, _): &&(&[&str], &str)| words_of.iter().any(|word| words.contains(word));
    TABLE
        .iter()
        .find(fits)
        .map_or("let the target admit users for the test", |(_, advice)| {
            advice
        })
}
