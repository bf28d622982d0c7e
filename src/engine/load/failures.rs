//! What was not as expected under load: each kind once, with its count and its first example.

use std::collections::BTreeMap;

use crate::model::{Finding, RequirementId, TransferErrorKind, Verdict};
use crate::record::{ExchangeRecord, LoadFinding, LoadVerdict};

/// More kinds of one operation are only counted: a target that answers something new each time
/// would fill the memory.
const MOST_KINDS: usize = 64;

/// What makes two failures of an operation the same kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FailureKey {
    /// An unmet expectation: where it is written, and what was looked at. Expectations that were
    /// written once and used often may stand at one place; their requirements tell them apart.
    Unmet {
        requirements: Vec<RequirementId>,
        line: u64,
        column: u64,
        file: String,
        subject: String,
        schema_path: Option<String>,
    },
    /// The answer lacks what a later operation needs.
    Lacking(String),
    /// The refusal of a limiter on requests.
    Limited,
    /// A credential that has lapsed.
    Lapsed,
    /// A failed transfer.
    Failed(TransferErrorKind),
}

impl FailureKey {
    pub(super) fn of(finding: &Finding) -> Self {
        Self::Unmet {
            requirements: finding.requirements.clone(),
            line: finding.place.line,
            column: finding.place.column,
            file: finding.place.file.clone(),
            subject: finding.subject.clone(),
            schema_path: finding.schema_path.clone(),
        }
    }
}

/// One kind of failure.
#[derive(Debug)]
struct FailureCount {
    /// When the first of it ended, in nanoseconds.
    first: u64,
    count: u64,
    verdict: Verdict,
    finding: Option<Finding>,
    example: Option<ExchangeRecord>,
}

/// The first of a kind.
pub(super) struct FirstOccurrence {
    pub(super) at: u64,
    pub(super) finding: Option<Finding>,
    pub(super) example: Option<ExchangeRecord>,
}

/// The kinds of failures of all operations.
#[derive(Debug, Default)]
pub(super) struct Failures {
    by_operation: BTreeMap<usize, BTreeMap<FailureKey, FailureCount>>,
    further: u64,
    /// What all of them together mean for the load.
    verdict: LoadVerdict,
}

impl Failures {
    /// Counts a failure and what it means for the run. `first` is only asked for if it is the first
    /// of its kind.
    pub(super) fn count(
        &mut self,
        operation: usize,
        (kind, verdict): (FailureKey, Verdict),
        first: impl FnOnce() -> FirstOccurrence,
    ) {
        self.verdict.weigh(verdict);
        let kinds = self.by_operation.entry(operation).or_default();
        if let Some(entry) = kinds.get_mut(&kind) {
            entry.count += 1;
        } else if kinds.len() < MOST_KINDS {
            let FirstOccurrence {
                at,
                finding,
                example,
            } = first();
            let entry = FailureCount {
                first: at,
                count: 1,
                verdict,
                finding,
                example,
            };
            kinds.insert(kind, entry);
        } else {
            self.further += 1;
        }
    }

    /// Adds the failures that another worker counted. Of each kind the earliest example is kept.
    pub(super) fn merge(&mut self, other: Self) {
        self.further += other.further;
        self.verdict.weigh(other.verdict.get());
        for (operation, others) in other.by_operation {
            let kinds = self.by_operation.entry(operation).or_default();
            for (kind, entry) in others {
                if let Some(mine) = kinds.get_mut(&kind) {
                    let count = mine.count + entry.count;
                    if entry.first < mine.first {
                        *mine = entry;
                    }
                    mine.count = count;
                } else if kinds.len() < MOST_KINDS {
                    kinds.insert(kind, entry);
                } else {
                    self.further += entry.count;
                }
            }
        }
    }

    /// What all failures mean, those of further kinds included.
    pub(super) const fn verdict(&self) -> Verdict {
        self.verdict.get()
    }

    /// What failed transfers mean where not one answer was understood: whoever that is may not be the
    /// target, so they say nothing of it.
    pub(super) fn of_nobody_understood(mut self) -> Self {
        for (kind, entry) in self.by_operation.values_mut().flatten() {
            if let FailureKey::Failed(_) = kind {
                entry.verdict = Verdict::Broken;
                entry.finding = None;
            }
        }
        self.verdict = LoadVerdict::default();
        for entry in self.by_operation.values().flat_map(BTreeMap::values) {
            self.verdict.weigh(entry.verdict);
        }
        self
    }

    /// Failures of further kinds than are kept.
    pub(super) const fn further(&self) -> u64 {
        self.further
    }

    /// All kinds: by operation, then the gravest and most frequent first.
    pub(super) fn into_findings(self, names: &[String]) -> Vec<LoadFinding> {
        let mut findings = Vec::new();
        for (operation, kinds) in self.by_operation {
            let name = names.get(operation).map_or("", String::as_str);
            let first = findings.len();
            findings.extend(
                kinds
                    .into_iter()
                    .map(|(kind, entry)| load_finding(name, &kind, entry)),
            );
            if let Some(of_operation) = findings.get_mut(first..) {
                of_operation.sort_by_key(|one| std::cmp::Reverse((one.verdict, one.count)));
            }
        }
        findings
    }
}

fn load_finding(operation: &str, kind: &FailureKey, entry: FailureCount) -> LoadFinding {
    let transfer = match kind {
        FailureKey::Failed(kind) => Some(*kind),
        FailureKey::Unmet { .. }
        | FailureKey::Lacking(_)
        | FailureKey::Limited
        | FailureKey::Lapsed => None,
    };
    LoadFinding {
        operation: operation.to_owned(),
        count: entry.count,
        finding: entry.finding,
        transfer,
        example: entry.example,
        verdict: entry.verdict,
    }
}
