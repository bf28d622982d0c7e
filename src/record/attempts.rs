//! One result of several attempts at a case.

use super::case::{CaseResult, Reason, ReasonKind};
use crate::model::Verdict;

/// Why a case was tried more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// Because it failed, so that a hiccup may be forgiven.
    Retried,
    /// To see whether it ever fails.
    Repeated,
}

impl Again {
    /// Why it is tried again where it is to be run so often without fail.
    #[must_use]
    pub const fn of(times: u64) -> Self {
        if times > 1 {
            Self::Repeated
        } else {
            Self::Retried
        }
    }
}

/// One result of several attempts at one case: the gravest of them, with all verdicts. If they
/// differ, the case is flaky. Where it was retried, that is a warning and neither a pass nor a failure;
/// where it was repeated, what was found once is found. None of none.
#[must_use]
pub fn settle(attempts: Vec<CaseResult>, again: Again) -> Option<CaseResult> {
    let verdicts: Vec<Verdict> = attempts.iter().map(|attempt| attempt.verdict).collect();
    let duration_ms = attempts.iter().map(|attempt| attempt.duration_ms).sum();
    let started_ms = attempts.first().map(|attempt| attempt.started_ms);
    let mut settled = attempts.into_iter().max_by_key(|attempt| attempt.verdict)?;
    settled.duration_ms = duration_ms;
    settled.started_ms = started_ms.unwrap_or(settled.started_ms);
    if verdicts.len() < 2 {
        return Some(settled);
    }
    if verdicts.iter().any(|verdict| *verdict != verdicts[0]) {
        if again == Again::Retried {
            settled.verdict = Verdict::Warn;
        }
        settled.reason = Some(Reason {
            kind: ReasonKind::Flaky,
            text: format!("its verdict varied: {}", told(&verdicts)),
        });
    }
    settled.attempts = verdicts;
    Some(settled)
}

/// How often each verdict came, gravest last: `49 pass, 1 fail`.
fn told(verdicts: &[Verdict]) -> String {
    let counted = Verdict::ALL.iter().filter_map(|verdict| {
        let count = verdicts.iter().filter(|one| *one == verdict).count();
        (count > 0).then(|| format!("{count} {verdict}"))
    });
    counted.collect::<Vec<_>>().join(", ")
}
