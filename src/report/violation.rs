//! Unmet expectations, grouped by the requirement that they break.
//!
//! Decides only the order in which they are told; what they mean was decided before.

use std::collections::BTreeMap;

use crate::model::{Finding, Level, RequirementId, Verdict};
use crate::record::{CaseResult, StepResult};
use crate::record::{Record, RequirementResult};

/// A requirement that is not met, and the cases that show it.
pub(super) struct Violation<'a> {
    /// The id; none for expectations that prove no requirement.
    pub(super) id: Option<&'a RequirementId>,
    /// What the catalogue says; none if it does not have the id.
    pub(super) requirement: Option<&'a RequirementResult>,
    /// The level of the gravest unmet expectation.
    pub(super) level: Level,
    /// The cases, in the order of the report, the first of those that show the same for all of them.
    pub(super) cases: Vec<ViolatingCase<'a>>,
}

/// A case that shows a violation.
pub(super) struct ViolatingCase<'a> {
    /// The case.
    pub(super) case: &'a CaseResult,
    /// Where it shows, without what is told under another requirement. Each unmet expectation is told
    /// once, under the first requirement that it names.
    pub(super) sightings: Vec<Sighting<'a>>,
    /// Another requirement under which this case is told.
    pub(super) told_under: Option<&'a RequirementId>,
    /// Further cases in which the same was expected and the same came.
    pub(super) alike: Vec<Self>,
}

/// One unmet expectation and the step that found it.
#[derive(Clone, Copy)]
pub(super) struct Sighting<'a> {
    /// The step.
    pub(super) step: &'a StepResult,
    /// What was not as expected.
    pub(super) finding: &'a Finding,
}

impl ViolatingCase<'_> {
    /// Whether there is nothing to tell here that is not told elsewhere.
    pub(super) const fn is_told_elsewhere(&self) -> bool {
        self.sightings.is_empty() && self.told_under.is_some()
    }

    /// What was expected and what came, without what differs from case to case for no reason.
    fn likeness(&self) -> Vec<[String; 3]> {
        let sightings = self.sightings.iter().map(|sighting| sighting.finding);
        let texts = sightings.map(|finding| {
            [&finding.subject, &finding.expected, &finding.actual].map(|text| without_values(text))
        });
        texts.collect()
    }
}

/// A text in which made-up values, such as ids, are alike.
fn without_values(text: &str) -> String {
    /// Shorter words are a status or a size, which tells something.
    const SHORTEST_VALUE: usize = 8;
    let words = text.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric());
    let is_value = |word: &&str| {
        word.len() >= SHORTEST_VALUE && word.bytes().any(|byte| byte.is_ascii_digit())
    };
    words
        .map(|word| if is_value(&word) { "…" } else { word })
        .collect()
}

/// The cases with those that are alike put together, in the order of the first of each.
fn together(cases: Vec<ViolatingCase<'_>>) -> Vec<ViolatingCase<'_>> {
    let mut first_of: BTreeMap<Vec<[String; 3]>, usize> = BTreeMap::new();
    let mut firsts: Vec<ViolatingCase<'_>> = Vec::new();
    for case in cases {
        let likeness = case.likeness();
        let first = first_of.get(&likeness).copied();
        if let Some(first) = first.and_then(|first| firsts.get_mut(first)) {
            first.alike.push(case);
            continue;
        }
        // A case without a finding of its own is like no other.
        if !likeness.is_empty() {
            first_of.insert(likeness, firsts.len());
        }
        firsts.push(case);
    }
    firsts
}

impl<'a> Violation<'a> {
    const fn new(
        id: Option<&'a RequirementId>,
        requirement: Option<&'a RequirementResult>,
    ) -> Self {
        Self {
            id,
            requirement,
            level: Level::May,
            cases: Vec::new(),
        }
    }

    /// How many cases show it.
    pub(super) fn count(&self) -> usize {
        self.cases.iter().map(|case| 1 + case.alike.len()).sum()
    }

    fn add(&mut self, case: &'a CaseResult, sighting: Option<Sighting<'a>>) {
        let level = sighting.map_or(case.level, |sighting| sighting.finding.level);
        self.level = self.level.max(level);
        let is_new = self.cases.last().is_none_or(|last| last.case.id != case.id);
        if is_new {
            self.cases.push(ViolatingCase {
                case,
                sightings: Vec::new(),
                told_under: None,
                alike: Vec::new(),
            });
        }
        let Some((last, sighting)) = self.cases.last_mut().zip(sighting) else {
            return;
        };
        match sighting.finding.requirements.first() {
            Some(first) if Some(first) != self.id => last.told_under = Some(first),
            _ => last.sightings.push(sighting),
        }
    }
}

/// The violations that weigh as much as `verdict`, in the order of the catalogue; last those of
/// expectations that name no requirement of it.
pub(super) fn violations<'a>(report: &'a Record, verdict: Verdict) -> Vec<Violation<'a>> {
    let mut groups: BTreeMap<(usize, Option<&RequirementId>), Violation<'a>> = BTreeMap::new();
    for (id, case, sighting) in unmet(report, verdict) {
        let rank = rank(report, id);
        groups
            .entry((rank, id))
            .or_insert_with(|| Violation::new(id, report.requirements.get(rank)))
            .add(case, sighting);
    }
    let whole = |violation: Violation<'a>| Violation {
        cases: together(violation.cases),
        ..violation
    };
    groups.into_values().map(whole).collect()
}

/// The place of a requirement in the report, or one past its end.
fn rank(report: &Record, id: Option<&RequirementId>) -> usize {
    report
        .requirements
        .iter()
        .position(|requirement| Some(&requirement.id) == id)
        .unwrap_or(report.requirements.len())
}

type Unmet<'a> = (
    Option<&'a RequirementId>,
    &'a CaseResult,
    Option<Sighting<'a>>,
);

/// Every unmet expectation once for each requirement that it proves. A case that came to the verdict
/// without a finding is listed, too, so that it is never lost.
fn unmet(report: &Record, verdict: Verdict) -> Vec<Unmet<'_>> {
    let mut unmet = Vec::new();
    for case in &report.cases {
        if case.verdict == Verdict::Skip {
            continue;
        }
        let before = unmet.len();
        for sighting in sightings(case) {
            if case.weight(sighting.finding) != verdict {
                continue;
            }
            let ids = &sighting.finding.requirements;
            unmet.extend(ids.iter().map(|id| (Some(id), case, Some(sighting))));
            if ids.is_empty() {
                unmet.push((None, case, Some(sighting)));
            }
        }
        if unmet.len() == before && case.verdict == verdict {
            unmet.push((None, case, None));
        }
    }
    unmet
}

fn sightings(case: &CaseResult) -> impl Iterator<Item = Sighting<'_>> {
    case.steps.iter().flat_map(|step| {
        let findings = step.findings.iter();
        findings.map(move |finding| Sighting { step, finding })
    })
}
