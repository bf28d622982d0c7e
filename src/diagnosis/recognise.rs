//! All shapes in turn: which of them a run has, and which of them end it.

use super::evidence::Evidence;
use super::verdict::Diagnosis;
use super::{between, creates, lost, two_servers, whole};

/// The shapes of a whole run, the one that explains most first.
#[must_use]
pub fn diagnose(evidence: &Evidence) -> Vec<Diagnosis> {
    if let Some(found) = whole::whole(evidence).or_else(|| creates::none_admitted(evidence)) {
        return vec![found];
    }
    let mut found = lost::lost(evidence);
    found.extend(creates::no_longer_admitted(evidence));
    let explained = |one: &Diagnosis| {
        let mut others = found.iter();
        others.any(|other| one.all_exchanges.is_subset(&other.all_exchanges))
    };
    let mut between = between::between(evidence);
    between.retain(|one| !explained(one));
    found.extend(between);
    found.extend(two_servers::two_servers(evidence));
    found
}

/// The shape, if it is one with which it makes no sense to ask any further. Meant for the time of the run.
#[must_use]
pub fn ending(evidence: &Evidence) -> Option<Diagnosis> {
    let last = evidence.prints().last()?;
    let whole = whole::whole(evidence);
    if whole.is_some() || last.is_granted() {
        return whole;
    }
    creates::none_admitted(evidence)
        .or_else(|| lost::gone(evidence))
        .or_else(|| creates::no_longer_admitted(evidence))
}
