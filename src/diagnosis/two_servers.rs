//! Two servers behind one address that do not share what they know.

use super::evidence::Evidence;
use super::fingerprint::{Fingerprint, Purpose};
use super::verdict::{Diagnosis, RunShape};

/// Fewer contradictions could be accidents.
const ENOUGH: usize = 3;

/// Of the first tries about half meet the other server. Fewer than one for so many that were granted at once are
/// those of a server that is wrong.
const SHARE: usize = 4;

/// What was unknown at one moment is known at the next, with nothing in between.
pub(super) fn two_servers(evidence: &Evidence) -> Option<Diagnosis> {
    let prints = evidence.prints();
    let mut repeats = prints
        .iter()
        .filter(|print| print.purpose == Purpose::Repeat);
    let known_after_all = repeats.clone().filter(|print| print.is_granted()).count();
    let first = repeats.find(|print| print.is_granted())?;
    let known_at_once = prints.iter().filter(|print| {
        print.purpose == Purpose::Fixture && print.is_granted() && names_something(print)
    });
    if known_after_all < ENOUGH || known_after_all * SHARE < known_at_once.count() {
        return None;
    }
    let refused = prints.iter().find(|print| {
        print.question == first.question && print.number < first.number && is_unknown(print)
    })?;
    let met = prints
        .iter()
        .filter(|print| names_something(print) && is_unknown(print));
    let quote = refused.answer()?.quote();
    let sentence = format!(
        "{known_after_all} times the target did not know what it had just made, and knew it when asked again, as two servers do that do not share their users"
    );
    let advice = "let them share one store, or give the URL of one of them";
    Some(Diagnosis::on_the_way(
        RunShape::TwoServers,
        sentence,
        quote,
        advice,
        met,
    ))
}

/// Whether a request rests on what an earlier one made.
fn names_something(print: &Fingerprint) -> bool {
    print.credentials.is_some()
        || matches!(
            print.route,
            "/user/{id}" | "/session/verification" | "/keypair/verification"
        )
}

fn is_unknown(print: &Fingerprint) -> bool {
    let unknown = |status| matches!(status, 400 | 401 | 403 | 404);
    print
        .answer()
        .is_some_and(|one| one.has_error_headers && unknown(one.status))
}
