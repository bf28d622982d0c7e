//! Targets that admit no user, whatever is right about the request.

use super::answer_mark::AnswerMark;
use super::evidence::{Evidence, questions};
use super::fingerprint::Fingerprint;
use super::verdict::{Diagnosis, RunShape};

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
    if questions(plain.iter().copied()) < enough || any_admitted(evidence) {
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
    if questions(since.iter().copied()) < ENOUGH_AT_LAST {
        return None;
    }
    let last = plain[last_admitted].number;
    let sentence = format!("the target admits no further user since request {last}");
    Some(told(&sentence, refusal, evidence, last))
}

fn plain_creates(evidence: &Evidence) -> impl Iterator<Item = &Fingerprint> {
    let prints = evidence.prints().iter();
    prints.filter(|print| print.is_plain_create && print.answer().is_some())
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
    let met = evidence.prints().iter().filter(|print| {
        let same = print
            .answer()
            .is_some_and(|one| one.sameness == refusal.sameness);
        print.number > after && same
    });
    let quote = refusal.quote();
    let advice = advice(&quote.to_lowercase());
    Diagnosis::on_the_way(RunShape::NoCreates, sentence, quote, advice, met)
}

/// What helps, by the words of the refusal.
fn advice(words: &str) -> &'static str {
    const TABLE: [(&[&str], &str); 5] = [
        (
            &["quota", "limit", "too many", "rate"],
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
