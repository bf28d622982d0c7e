//! Findings that one side has and the other has not, or has otherwise.

use super::answer_part::AnswerPart;
use super::cause::DifferenceClass;
use super::deviation::Deviation;
use super::transcript::{Transcript, TranscriptStep, is_rule};
use crate::model::{CaseId, Finding};

/// A finding, and whom it blames.
pub(super) struct Blame<'a> {
    pub(super) class: DifferenceClass,
    /// On each side, where it has one.
    pub(super) findings: [Option<&'a Finding>; 2],
    /// The step on each side, where it has it.
    pub(super) steps: [Option<&'a TranscriptStep<'a>>; 2],
}

impl<'a> Blame<'a> {
    /// The finding that speaks for it.
    pub(super) fn finding(&self) -> Option<&'a Finding> {
        self.findings.into_iter().flatten().next()
    }
}

/// Whom the findings of a case blame that are not the same on both sides.
pub(super) fn blames<'a>(transcripts: [&'a Transcript<'a>; 2], case: &CaseId) -> Vec<Blame<'a>> {
    let [a, b] = transcripts.map(|transcript| found(transcript, case));
    let mut blames = Vec::new();
    for (step, finding) in &a {
        let same = b.iter().find(|(_, other)| is_same(finding, other));
        match same {
            Some((_, other)) if other.actual == finding.actual => {}
            Some((theirs, other)) => blames.push(Blame {
                class: DifferenceClass::BothViolate,
                findings: [Some(finding), Some(other)],
                steps: [Some(*step), Some(*theirs)],
            }),
            None => blames.push(Blame {
                class: DifferenceClass::FirstViolates,
                findings: [Some(finding), None],
                steps: met(step, transcripts, 0),
            }),
        }
    }
    let only = b
        .iter()
        .filter(|(_, one)| !a.iter().any(|(_, other)| is_same(one, other)));
    blames.extend(only.map(|(step, finding)| Blame {
        class: DifferenceClass::SecondViolates,
        findings: [None, Some(*finding)],
        steps: met(step, transcripts, 1),
    }));
    blames
}

/// All findings of a case, each with its step.
fn found<'a>(
    transcript: &'a Transcript<'a>,
    case: &CaseId,
) -> Vec<(&'a TranscriptStep<'a>, &'a Finding)> {
    let steps = transcript.cases.get(case).into_iter().flatten();
    let each = |step: &'a TranscriptStep<'a>| {
        let findings = step.step.findings.iter();
        findings.map(move |finding| (step, finding))
    };
    steps.flat_map(each).collect()
}

/// Whether two findings are of one expectation.
fn is_same(one: &Finding, other: &Finding) -> bool {
    let key = |finding: &'_ Finding| {
        (
            finding.place.clone(),
            finding.subject.clone(),
            finding.instance_path.clone(),
        )
    };
    one.requirements == other.requirements && key(one) == key(other)
}

/// The step of one side, and the same of the other. A rule is broken in a step of another case.
fn met<'a>(
    step: &'a TranscriptStep<'a>,
    transcripts: [&'a Transcript<'a>; 2],
    side: usize,
) -> [Option<&'a TranscriptStep<'a>>; 2] {
    let own = if is_rule(step.case) {
        made_in(step, transcripts[side]).unwrap_or(step)
    } else {
        step
    };
    let others = transcripts[1 - side].cases.get(&own.case.id);
    let other = others.and_then(|steps| steps.iter().find(|other| other.key == own.key));
    let mut steps = [Some(own), other];
    steps.rotate_right(side);
    steps
}

/// The step that made the first exchange of a kind.
fn made_in<'a>(
    kind: &TranscriptStep<'_>,
    transcript: &'a Transcript<'a>,
) -> Option<&'a TranscriptStep<'a>> {
    let number = kind.step.exchanges.first()?;
    let steps = transcript.cases.values().flatten();
    let mut steps = steps.filter(|step| !is_rule(step.case));
    steps.find(|step| step.step.exchanges.contains(number))
}

/// Whether a finding at the step of either side says already in what a deviation consists.
pub(super) fn is_blamed(deviation: &Deviation<'_>) -> bool {
    let steps = deviation.steps.iter();
    let findings = steps.flat_map(|step| {
        let rules = step.broken_rules.iter().copied();
        step.step.findings.iter().chain(rules)
    });
    findings.into_iter().any(|finding| {
        let part = AnswerPart::of_finding(&finding.subject, finding.instance_path.as_deref());
        match part {
            Some(part) => part.meets(&deviation.part),
            None => matches!(deviation.part, AnswerPart::Status | AnswerPart::Whole),
        }
    })
}
