//! Failures that are known: listed with a reason and a date until which they are accepted.

use serde::Deserialize;
use std::collections::BTreeSet;
use time::Date;
use time::macros::format_description;

use super::case::{CaseResult, Phase, Reason, ReasonKind, StepResult};
use crate::model::{CaseId, Finding, Level, Mismatch, Place, RequirementId, Verdict};
use crate::suite::{Placed, Wildcard};

/// For how long a failure that is written down today is accepted, in days.
const ACCEPTED_DAYS: i64 = 90;

/// A list of failures that are known.
#[derive(Clone, Debug, Default)]
pub struct ExpectedFailures {
    entries: Vec<ExpectedFailure>,
}

/// An entry of the list.
#[derive(Clone, Debug)]
struct ExpectedFailure {
    /// The case, or a pattern of cases.
    case: Wildcard,
    /// What is written for it.
    written: String,
    reason: String,
    until: Date,
    /// The requirements that it breaks; all if empty.
    requirements: Vec<RequirementId>,
    place: Place,
}

/// Why a list cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpectedError {
    /// The text is not such a list.
    #[error("{0}")]
    Unreadable(String),
    /// A date that is none.
    #[error("{place}: `until` takes a date such as 2026-12-31, not {until:?}")]
    Date {
        /// Where the entry is written.
        place: Place,
        /// What is written.
        until: String,
    },
    /// An entry that does not say why.
    #[error(
        "{place}: {case} has no reason; say why the failure is accepted, and where it is tracked"
    )]
    Reason {
        /// Where it is written.
        place: Place,
        /// The case.
        case: String,
    },
    /// A case that is listed twice.
    #[error("{place}: {case} is listed twice")]
    Twice {
        /// Where it is written the second time.
        place: Place,
        /// The case.
        case: String,
    },
    /// A case that there is not.
    #[error("{place}: there is no case {case}; take it off the list")]
    Unknown {
        /// Where it is written.
        place: Place,
        /// The case or pattern.
        case: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenList {
    expected: Vec<WrittenEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEntry {
    case: Placed<String>,
    #[serde(default)]
    reason: String,
    until: String,
    #[serde(default)]
    requirements: Vec<RequirementId>,
}

impl WrittenEntry {
    fn read(self, file: &str) -> Result<ExpectedFailure, ExpectedError> {
        let Self {
            case,
            reason,
            until,
            requirements,
        } = self;
        let place = Place {
            file: file.to_owned(),
            line: case.spot.line,
            column: case.spot.column,
        };
        let written = case.value;
        let date = Date::parse(&until, format_description!("[year]-[month]-[day]"));
        let Ok(until) = date else {
            return Err(ExpectedError::Date { place, until });
        };
        Ok(ExpectedFailure {
            case: Wildcard::new(written.clone()),
            written,
            reason,
            until,
            requirements,
            place,
        })
    }
}

impl ExpectedFailure {
    /// Whether it stands for several cases.
    fn is_pattern(&self) -> bool {
        self.written.contains('*')
    }

    /// Whether the case fails in nothing but what is listed.
    fn covers(&self, case: &CaseResult) -> bool {
        let listed = |finding: &Finding| {
            let mut requirements = finding.requirements.iter();
            requirements.any(|requirement| self.requirements.contains(requirement))
        };
        let mut failing = case
            .findings()
            .filter(|finding| case.weight(finding) == Verdict::Fail);
        self.requirements.is_empty() || failing.all(listed)
    }

    /// What a failing case means: accepted, or the entry is over.
    fn judge(&self, case: &mut CaseResult, today: Date) {
        let (reason, until) = (&self.reason, self.until);
        if today > until {
            self.object(case, "a failure only", &format!("until {until}"));
        } else if self.covers(case) {
            case.verdict = Verdict::Skip;
            case.reason = Some(Reason {
                kind: ReasonKind::ExpectedFailure,
                text: format!("expected to fail until {until}: {reason}"),
            });
        }
    }

    /// Adds a failure of the list itself, which breaks no requirement.
    fn object(&self, case: &mut CaseResult, expected: &str, actual: &str) {
        let expected = format!("{expected}, as listed ({})", self.reason);
        let mismatch = Mismatch::new("expected failure", expected, actual);
        case.verdict = Verdict::Fail;
        case.steps.push(StepResult {
            exchanges: Vec::new(),
            name: "the list of expected failures".to_owned(),
            phase: Phase::Judged,
            verdict: Verdict::Fail,
            status: None,
            variation: None,
            manner: Vec::new(),
            observations: Vec::new(),
            findings: vec![mismatch.finding(&[], Level::Must, &self.place)],
            exchange: None,
        });
    }
}

impl ExpectedFailures {
    /// Reads a list, which stands in this file.
    ///
    /// # Errors
    ///
    /// See [`ExpectedError`].
    pub fn parse(file: &str, text: &str) -> Result<Self, ExpectedError> {
        let written: WrittenList = serde_saphyr::from_str(text)
            .map_err(|error| ExpectedError::Unreadable(error.to_string()))?;
        let mut entries: Vec<ExpectedFailure> = Vec::new();
        for entry in written.expected {
            let entry = entry.read(file)?;
            if entries.iter().any(|other| other.written == entry.written) {
                let (place, case) = (entry.place, entry.written);
                return Err(ExpectedError::Twice { place, case });
            }
            entries.push(entry);
        }
        Ok(Self { entries })
    }

    /// Makes sure that each entry speaks of some case that there is, and says why.
    ///
    /// # Errors
    ///
    /// The first that does not.
    pub fn check(&self, cases: &[CaseId]) -> Result<(), ExpectedError> {
        for entry in &self.entries {
            let (place, case) = (entry.place.clone(), entry.written.clone());
            let mut cases = cases.iter();
            if !cases.any(|case| entry.case.matches(case.as_str())) {
                return Err(ExpectedError::Unknown { place, case });
            }
            if entry.reason.trim().is_empty() {
                return Err(ExpectedError::Reason { place, case });
            }
        }
        Ok(())
    }

    /// The entry that speaks of a case: the one that names it, before the first whose pattern does.
    fn of(&self, case: &CaseId) -> Option<&ExpectedFailure> {
        let named = |entry: &&ExpectedFailure| entry.written == case.as_str();
        let fitting = |entry: &&ExpectedFailure| entry.case.matches(case.as_str());
        let mut entries = self.entries.iter();
        let found = entries.clone().find(named);
        found.or_else(|| entries.find(fitting))
    }

    /// What results mean in the light of the list: a listed failure is no failure any more; a listed case
    /// that passes, a pattern of which all cases pass, and an entry whose date is over are failures.
    pub(super) fn apply(&self, cases: &mut [CaseResult], today: Date) {
        for entry in &self.entries {
            let is_of = |case: &&mut CaseResult| {
                let of = self.of(&case.id);
                of.is_some_and(|of| std::ptr::eq(of, entry))
            };
            let mut tried: Vec<&mut CaseResult> = cases
                .iter_mut()
                .filter(|case| !matches!(case.verdict, Verdict::Skip | Verdict::Broken))
                .filter(is_of)
                .collect();
            let failing = tried.iter().filter(|case| case.verdict == Verdict::Fail);
            if failing.count() == 0
                && let Some(first) = tried.first_mut()
            {
                let says = if entry.is_pattern() {
                    "all cases that it speaks of pass; take it off the list"
                } else {
                    "it passes; take it off the list"
                };
                entry.object(first, "a failure", says);
                continue;
            }
            for case in tried {
                if case.verdict == Verdict::Fail {
                    entry.judge(case, today);
                }
            }
        }
    }
}

/// The failures among results as entries of a list, accepted for 90 days from today, each waiting for its
/// reason. `listed` are those of the list that they are added to, with its text; an entry stays as it is.
#[must_use]
pub fn expected_failures_of(
    cases: &[CaseResult],
    today: Date,
    (listed, text): (&ExpectedFailures, &str),
) -> String {
    let until = today.saturating_add(time::Duration::days(ACCEPTED_DAYS));
    let new = cases
        .iter()
        .filter(|case| case.verdict == Verdict::Fail && listed.of(&case.id).is_none());
    let indent = indent_of(text);
    let entries = new.map(|case| {
        let title = serde_json::Value::from(case.title.as_str());
        let requirements = failing_requirements(case);
        let lines = [
            format!("- case: {}", case.id),
            format!("  # {title}"),
            "  reason: \"\" # say why, and where it is tracked".to_owned(),
            format!("  until: \"{until}\""),
            format!("  requirements: [{}]", requirements.join(", ")),
        ];
        lines.map(|line| format!("{indent}{line}\n")).concat()
    });
    let entries: String = entries.collect();
    match (listed.entries.is_empty(), entries.is_empty()) {
        (true, true) => "# No case failed.\nexpected: []\n".to_owned(),
        (true, false) => format!("expected:\n{entries}"),
        (false, _) => format!("{}\n{entries}", text.trim_end()),
    }
}

fn failing_requirements(case: &CaseResult) -> Vec<String> {
    let failing = case
        .findings()
        .filter(|finding| case.weight(finding) == Verdict::Fail);
    let requirements: BTreeSet<&RequirementId> =
        failing.flat_map(|finding| &finding.requirements).collect();
    requirements.into_iter().map(ToString::to_string).collect()
}

/// What the entries of a list are set in by.
fn indent_of(text: &str) -> &str {
    let first = text
        .lines()
        .find(|line| line.trim_start().starts_with("- "));
    first.map_or("  ", |line| &line[..line.len() - line.trim_start().len()])
}
