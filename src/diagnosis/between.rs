//! Pages of something between us and the API, among answers of the API itself.

use std::collections::{BTreeMap, BTreeSet};

use super::answer_mark::{AnswerMark, BodyMark};
use super::evidence::{Evidence, kinds};
use super::fingerprint::Fingerprint;
use super::verdict::{Diagnosis, RunShape};

/// Words on the pages of firewalls and of what checks whether a human asks.
const WORDS_OF_FIREWALLS: [&str; 14] = [
    "access denied",
    "attention required",
    "blocked",
    "captcha",
    "checking your browser",
    "firewall",
    "incident id",
    "just a moment",
    "maintenance",
    "not acceptable",
    "rejected",
    "security",
    "support id",
    "waf",
];

/// One diagnosis for each page of something between.
pub(super) fn between(evidence: &Evidence) -> Vec<Diagnosis> {
    if !evidence.has_granted() {
        return Vec::new();
    }
    let mut pages: BTreeMap<u64, Vec<&Fingerprint>> = BTreeMap::new();
    for print in evidence.prints() {
        if let Some(answer) = print.answer()
            && may_be_foreign(answer)
        {
            pages.entry(answer.sameness).or_default().push(print);
        }
    }
    let own = own_servers(evidence);
    let all = evidence.prints().len();
    let mut found: Vec<Diagnosis> = pages
        .values()
        .filter(|prints| is_foreign(prints, &own))
        .filter_map(|prints| told(prints, all))
        .collect();
    found.sort_by_key(|one| std::cmp::Reverse(one.met));
    found
}

/// What the API itself calls itself where it answers as only it can.
fn own_servers(evidence: &Evidence) -> BTreeSet<Option<&str>> {
    let answers = evidence.prints().iter().filter_map(Fingerprint::answer);
    let own = answers.filter(|answer| answer.is_granted() || answer.has_error_headers);
    own.map(|answer| answer.server.as_deref()).collect()
}

/// Whether something between may have given it. An API that answers 400, 404, 405, 413, 414 or 500 with a
/// page of its framework is wrong itself.
fn may_be_foreign(answer: &AnswerMark) -> bool {
    if answer.has_error_headers || answer.is_of_limiter() {
        return false;
    }
    let page = answer.body == BodyMark::Markup;
    let refuses = matches!(answer.status, 401 | 403 | 406 | 418 | 451);
    answer.is_of_gateway() || answer.is_redirect() || (page && (refuses || answer.status < 300))
}

/// Whether it can be nobody's but that of something between: what it is asked does not matter to it, or it
/// says so.
fn is_foreign(prints: &[&Fingerprint], own: &BTreeSet<Option<&str>>) -> bool {
    let Some(answer) = prints.first().and_then(|print| print.answer()) else {
        return false;
    };
    let words = answer.words.to_lowercase();
    let says_so = WORDS_OF_FIREWALLS.iter().any(|word| words.contains(word));
    let many_kinds = kinds(prints.iter().copied()) >= 2;
    let plain = prints.iter().any(|print| print.is_plain_create);
    let another = answer.server.is_some() && !own.contains(&answer.server.as_deref());
    answer.is_of_gateway() || plain || many_kinds || (prints.len() > 1 && (says_so || another))
}

fn told(prints: &[&Fingerprint], all: usize) -> Option<Diagnosis> {
    let answer = prints.first()?.answer()?;
    let met = prints.len();
    let (sentence, advice) = if answer.is_of_gateway() {
        let sentence = format!("a gateway answered {met} of {all} requests itself");
        (
            sentence,
            "see its log and the server's: each of these requests ended between the two",
        )
    } else if answer.is_redirect() {
        let sentence = format!("{met} of {all} requests were sent elsewhere");
        (sentence, "give a URL that the API itself answers")
    } else {
        let sentence =
            format!("something between answered {met} of {all} requests with a page of its own");
        (
            sentence,
            "let the test pass the firewall, the login or whatever gives that page",
        )
    };
    let met = prints.iter().copied();
    Some(Diagnosis::on_the_way(
        RunShape::Between,
        sentence,
        answer.quote(),
        advice,
        met,
    ))
}
