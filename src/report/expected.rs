//! Failures that are known: listed with a reason and a date until which they are accepted.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use time::Date;
use time::macros::format_description;

use super::result::{CaseResult, Phase, Reason, ReasonKind, StepResult};
use crate::model::{CaseId, Finding, Level, Place, Verdict};

/// For how long a failure that is written down today is accepted, in days.
const ACCEPTED_DAYS: i64 = 90;

/// A list of failures that are known.
#[derive(Clone, Debug, Default)]
pub struct ExpectedFailures {
    file: String,
    by_case: BTreeMap<CaseId, (String, Date)>,
}

/// Why a list cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpectedError {
    /// The text is not such a list.
    #[error("{0}")]
    Unreadable(String),
    /// A date that is none.
    #[error("case {case}: `until` takes a date such as 2026-12-31, not {until:?}")]
    Date {
        /// The case.
        case: CaseId,
        /// What is written.
        until: String,
    },
    /// A case that is listed twice.
    #[error("case {0} is listed twice")]
    Twice(CaseId),
    /// A case that there is not.
    #[error("there is no case {0}; take it off the list")]
    Unknown(CaseId),
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    expected: Vec<Entry>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    case: CaseId,
    reason: String,
    until: String,
}

impl ExpectedFailures {
    /// Reads a list, which stands in this file.
    ///
    /// # Errors
    ///
    /// See [`ExpectedError`].
    pub fn parse(file: &str, text: &str) -> Result<Self, ExpectedError> {
        let written: Written = serde_saphyr::from_str(text)
            .map_err(|error| ExpectedError::Unreadable(error.to_string()))?;
        let mut by_case = BTreeMap::new();
        for Entry {
            case,
            reason,
            until,
        } in written.expected
        {
            let Ok(date) = Date::parse(&until, format_description!("[year]-[month]-[day]")) else {
                return Err(ExpectedError::Date { case, until });
            };
            if by_case.insert(case.clone(), (reason, date)).is_some() {
                return Err(ExpectedError::Twice(case));
            }
        }
        Ok(Self {
            file: file.to_owned(),
            by_case,
        })
    }

    /// Makes sure that all cases listed are among those there are.
    ///
    /// # Errors
    ///
    /// The first that is not.
    pub fn check(&self, cases: &[CaseId]) -> Result<(), ExpectedError> {
        match self.by_case.keys().find(|case| !cases.contains(case)) {
            None => Ok(()),
            Some(case) => Err(ExpectedError::Unknown(case.clone())),
        }
    }

    /// What a result means in the light of the list: a listed failure is no failure any more; a listed
    /// case that passes, or whose date is over, is one.
    pub(super) fn apply(&self, case: &mut CaseResult, today: Date) {
        let Some((reason, until)) = self.by_case.get(&case.id) else {
            return;
        };
        match case.verdict {
            Verdict::Fail if today <= *until => {
                case.verdict = Verdict::Skip;
                case.reason = Some(Reason {
                    kind: ReasonKind::ExpectedFailure,
                    text: format!("expected to fail until {until}: {reason}"),
                });
            }
            Verdict::Fail => self.object(case, "a failure only", &format!("until {until}"), reason),
            Verdict::Pass | Verdict::Warn => {
                self.object(case, "a failure", "it passes; take it off the list", reason);
            }
            Verdict::Skip | Verdict::Broken => {}
        }
    }

    fn object(&self, case: &mut CaseResult, expected: &str, actual: &str, reason: &str) {
        case.verdict = Verdict::Fail;
        case.steps.push(StepResult {
            name: "the list of expected failures".to_owned(),
            phase: Phase::Judged,
            verdict: Verdict::Fail,
            status: None,
            observations: Vec::new(),
            findings: vec![Finding {
                requirements: case.requirements.clone(),
                level: Level::Must,
                subject: "expected failure".to_owned(),
                expected: format!("{expected}, as listed ({reason})"),
                actual: actual.to_owned(),
                instance_path: None,
                schema_path: None,
                place: Place {
                    file: self.file.clone(),
                    line: 1,
                    column: 1,
                },
            }],
            exchange: None,
        });
    }
}

/// A list of the failures among results, accepted for 90 days from today, ready to be edited.
#[must_use]
pub fn expected_failures_of(cases: &[CaseResult], today: Date) -> String {
    let until = today.saturating_add(time::Duration::days(ACCEPTED_DAYS));
    let entries = cases
        .iter()
        .filter(|case| case.verdict == Verdict::Fail)
        .map(|case| {
            let title = serde_json::Value::from(case.title.as_str());
            format!(
                "  - case: {}\n    # {title}\n    reason: \"say why, and where it is tracked\"\n    until: \"{until}\"\n",
                case.id
            )
        });
    let entries: Vec<String> = entries.collect();
    if entries.is_empty() {
        return "# No case failed.\nexpected: []\n".to_owned();
    }
    format!("expected:\n{}", entries.concat())
}
