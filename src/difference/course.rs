//! One case on both sides: its steps aligned by what they are, not by when they were, and compared to where the
//! courses part.

use super::answer_part::AnswerPart;
use super::deviation::{Deviation, DeviationManner};
use super::identity::Identities;
use super::pair::{AnswerPair, BothPositions};
use super::transcript::TranscriptStep;
use crate::model::Verdict;
use crate::record::CaseResult;

/// A case on both sides.
pub(super) struct Course<'a> {
    pub(super) pairs: Vec<[&'a TranscriptStep<'a>; 2]>,
    /// What was compared.
    pub(super) compared: usize,
    pub(super) deviations: Vec<Deviation<'a>>,
    /// Whether the sides went different ways, so that what follows was not compared.
    pub(super) has_parted: bool,
}

impl<'a> Course<'a> {
    pub(super) fn of(
        [a, b]: [&'a [TranscriptStep<'a>]; 2],
        positions: &'a BothPositions<'a>,
    ) -> Self {
        let mut course = Self {
            pairs: aligned(a, b),
            compared: 0,
            deviations: Vec::new(),
            has_parted: false,
        };
        let mut identities = Identities::default();
        for steps in course.pairs.clone() {
            let [Some(one), Some(other)] = steps.map(|step| step.answer.as_ref()) else {
                continue;
            };
            // Which answer of several is kept is chance.
            if steps.iter().all(|step| step.is_crowd()) {
                continue;
            }
            let pair = AnswerPair {
                steps,
                answers: [one, other],
                positions,
            };
            course.compared += 1;
            course.deviations.extend(pair.deviations(&mut identities));
            if !pair.is_of_one_class() {
                course.has_parted = true;
                break;
            }
        }
        course
    }

    /// That the case ended otherwise, where nothing that was compared says why.
    pub(super) fn way(&self, cases: [&'a CaseResult; 2]) -> Option<Deviation<'a>> {
        let told = cases.map(ended);
        let is_explained = self.has_parted || told[0] == told[1];
        let steps = *self.pairs.last()?;
        (!is_explained).then(|| Deviation {
            part: AnswerPart::Course,
            manner: DeviationManner::Way,
            route: String::new(),
            forms: told,
            steps,
        })
    }
}

/// How a case ended, as far as it is not by a finding.
fn ended(case: &CaseResult) -> String {
    match (&case.reason, case.verdict) {
        (Some(reason), Verdict::Skip | Verdict::Broken) => {
            let kind = serde_json::to_string(&reason.kind).unwrap_or_default();
            format!("not judged ({})", kind.trim_matches('"'))
        }
        _ => "judged".to_owned(),
    }
}

/// The steps that are on both sides, in their order.
fn aligned<'a>(
    mut a: &'a [TranscriptStep<'a>],
    mut b: &'a [TranscriptStep<'a>],
) -> Vec<[&'a TranscriptStep<'a>; 2]> {
    let mut pairs = Vec::new();
    while let ([one, rest_a @ ..], [other, rest_b @ ..]) = (a, b) {
        if one.key == other.key {
            pairs.push([one, other]);
            (a, b) = (rest_a, rest_b);
        } else if rest_b.iter().any(|step| step.key == one.key) {
            b = rest_b;
        } else {
            a = rest_a;
        }
    }
    pairs
}
