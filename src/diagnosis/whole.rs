//! Runs in which not one answer was the API's.

use super::answer_mark::{AnswerMark, BodyMark};
use super::evidence::{Evidence, kinds, questions};
use super::fingerprint::Fingerprint;
use super::verdict::{Diagnosis, RunShape};

/// Fewer different questions could all be answered alike by the API itself.
const QUESTIONS: usize = 5;
/// Fewer answers in a row that cannot be read could be about what they answer.
const UNREAD: usize = 8;
/// Fewer methods and routes, too.
const KINDS: usize = 4;

/// The shape of a run in which not one answer was the API's.
pub(super) fn whole(evidence: &Evidence) -> Option<Diagnosis> {
    let answered: Vec<&Fingerprint> = evidence
        .prints()
        .iter()
        .filter(|print| print.answer().is_some())
        .collect();
    // Asked before each case: what settles most runs comes first.
    if evidence.has_granted() && differ(&answered) {
        return None;
    }
    let asked_enough = |of: &[&Fingerprint]| {
        questions(of.iter().copied()) >= QUESTIONS && kinds(of.iter().copied()) >= KINDS
    };
    if !asked_enough(&answered) {
        return nothing_understood(evidence);
    }
    let first = answered.first()?.answer()?;
    let one_page = !differ(&answered);
    // A target that fails whatever it is asked is wrong itself, and says so in its own headers.
    let own_failure = first.status >= 500 && first.has_error_headers;
    let is_whole = if one_page {
        !own_failure && !first.is_of_limiter()
    } else {
        !evidence.has_granted() && nothing_is_there(&answered)
    };
    is_whole.then(|| told(&answered))?
}

/// The shape of a run in which not one answer could be read. What has no body by nature shows nothing.
fn nothing_understood(evidence: &Evidence) -> Option<Diagnosis> {
    let prints = evidence.prints().iter();
    let asked: Vec<&Fingerprint> = prints.filter(|print| print.method != "HEAD").collect();
    let errors: Vec<_> = asked
        .iter()
        .map_while(|print| print.came.as_ref().err())
        .filter(|error| error.kind.is_of_target())
        .collect();
    let enough = || {
        let asked = || asked.iter().copied();
        questions(asked()) >= UNREAD && kinds(asked()) >= KINDS - 1
    };
    if errors.len() < asked.len() || !enough() {
        return None;
    }
    let sentence = format!("not one of {} answers can be read", asked.len());
    let advice = "look at what the target sends with curl -i, and at what stands in front of it";
    let quote = errors.first()?.detail.clone();
    let shape = RunShape::Elsewhere;
    Some(Diagnosis::on_the_way(shape, sentence, quote, advice, asked))
}

/// Whether these are not all the same answer.
fn differ(answered: &[&Fingerprint]) -> bool {
    let mut marks = answered.iter().filter_map(|print| print.answer());
    let first = marks.next();
    first.is_some_and(|first| marks.any(|one| one.sameness != first.sameness))
}

/// Whether neither creating nor deleting a user is known to whoever answers.
fn nothing_is_there(answered: &[&Fingerprint]) -> bool {
    let unknown = |method: &str| {
        let mut asked = answered
            .iter()
            .filter(|print| print.kind() == (method, "/user"))
            .filter_map(|print| print.answer())
            .peekable();
        asked.peek().is_some() && asked.all(is_no_endpoint)
    };
    unknown("POST") && unknown("DELETE")
}

/// Whether no endpoint of the API can answer so.
fn is_no_endpoint(answer: &AnswerMark) -> bool {
    let success = (200..300).contains(&answer.status);
    matches!(answer.status, 404 | 405 | 501)
        || answer.is_redirect()
        || answer.is_of_gateway()
        || (success && answer.body == BodyMark::Markup)
}

/// The answer that most of them are like.
fn commonest<'a>(answered: &[&'a Fingerprint]) -> Option<&'a AnswerMark> {
    let marks: Vec<&AnswerMark> = answered.iter().filter_map(|print| print.answer()).collect();
    let alike = |one: &AnswerMark| {
        let same = marks.iter().filter(|other| other.status == one.status);
        same.count()
    };
    // Of several as common ones the first, so that it does not depend on the rest of the run.
    marks.iter().rev().copied().max_by_key(|one| alike(one))
}

fn told(answered: &[&Fingerprint]) -> Option<Diagnosis> {
    let answer = commonest(answered)?;
    let (shape, sentence, advice) = words(answer, answered.len());
    let met = answered.iter().copied();
    Some(Diagnosis::on_the_way(
        shape,
        sentence,
        answer.quote(),
        advice,
        met,
    ))
}

/// Which shape it is, what happened, and what to do.
fn words(answer: &AnswerMark, count: usize) -> (RunShape, String, &'static str) {
    let status = answer.status;
    if answer.is_redirect() {
        let advice = if answer.is_to_tls {
            "give the URL that it leads to, which begins with https:"
        } else {
            "give a URL that the API itself answers, behind any login page"
        };
        let sentence = format!("each of {count} answers is a redirect, not the API's");
        return (RunShape::Redirected, sentence, advice);
    }
    if answer.is_of_gateway() {
        let sentence = format!("a gateway answers with {status} for the server behind it");
        return (
            RunShape::Gateway,
            sentence,
            "start that server, or give its own URL",
        );
    }
    if speaks_of_tls(answer) {
        let sentence = "the port speaks TLS, and the URL does not".to_owned();
        return (RunShape::Elsewhere, sentence, "write https: in the URL");
    }
    if status == 401 && answer.has_challenge && !answer.has_error_headers {
        let sentence = "something in front of the API wants credentials of its own".to_owned();
        let advice = "give them with --header 'Authorization: …', or a URL behind it";
        return (RunShape::Guarded, sentence, advice);
    }
    if matches!(status, 404 | 405 | 501) {
        let sentence = if answer.has_error_headers {
            format!("none of {count} requests was accepted, as if the API had another path")
        } else {
            format!("none of {count} requests was accepted, and no answer is the API's")
        };
        let advice =
            "check the URL: host, port and path, which ends in the API's own, /api/auth/v2";
        return (RunShape::Elsewhere, sentence, advice);
    }
    if answer.has_error_headers {
        let sentence = format!("each of {count} requests was refused with the same words");
        let advice = "give what the target asks for, such as with --header 'NAME: VALUE'";
        return (RunShape::Refused, sentence, advice);
    }
    let sentence =
        format!("one page answers each of {count} different requests, and it is not the API's");
    let advice = "check the URL, and what stands in front of the API: a firewall, a login or a maintenance page";
    (RunShape::Page, sentence, advice)
}

/// Whether a server says that it was spoken to without TLS.
fn speaks_of_tls(answer: &AnswerMark) -> bool {
    let words = answer.words.to_ascii_lowercase();
    answer.status == 400
        && ["https", "ssl-enabled", "tls"]
            .iter()
            .any(|word| words.contains(word))
}
