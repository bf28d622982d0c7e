//! What changed from one run to the next of the same cases, in a line.

use std::collections::BTreeMap;

use crate::model::{CaseId, Verdict};
use crate::record::Record;

/// More cases are not named.
const NAMED: usize = 8;

/// What was mended, what is new, and how much is as it was: `2 mended (a, b), 1 new (c), 3 still fail`.
#[must_use]
pub fn changed_since(before: &Record, now: &Record) -> String {
    let of = |record: &Record| -> BTreeMap<CaseId, bool> {
        let cases = record.cases.iter();
        let tried = cases.filter(|case| case.verdict != Verdict::Skip);
        tried
            .map(|case| (case.id.clone(), is_bad(case.verdict)))
            .collect()
    };
    let (before, now) = (of(before), of(now));
    let with = |was: bool, is: bool| -> Vec<&CaseId> {
        let cases = now.iter().filter(|(_, bad)| **bad == is);
        let cases = cases.filter(|(id, _)| before.get(*id).copied().unwrap_or_default() == was);
        cases.map(|(id, _)| id).collect()
    };
    let parts = [
        told(&with(true, false), "mended"),
        told(&with(false, true), "new"),
        told(&with(true, true), "still fail"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return "nothing changed: no case failed before, and none does".to_owned();
    }
    parts.join(", ")
}

const fn is_bad(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Fail | Verdict::Broken)
}

fn told(cases: &[&CaseId], what: &str) -> Option<String> {
    let (count, more) = (cases.len(), cases.len().saturating_sub(NAMED));
    let named = cases.iter().take(NAMED).map(ToString::to_string);
    let named: Vec<String> = named.collect();
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    (count > 0).then(|| format!("{count} {what} ({}{more})", named.join(", ")))
}
