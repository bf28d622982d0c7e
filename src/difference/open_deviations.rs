//! Deviations of all cases, until it is known which of them a finding explains.

use std::collections::BTreeSet;

use super::blame::is_blamed;
use super::course::Course;
use super::deviation::Deviation;
use super::transcript::TranscriptStep;
use crate::record::CaseResult;

/// Deviations of all cases.
pub(super) struct OpenDeviations<'a> {
    /// Each with whether a finding at its step says so already.
    deviations: Vec<(Deviation<'a>, bool)>,
    /// The questions of the suites to which these steps gave answers.
    pub(super) questions: BTreeSet<String>,
    /// Cases, steps that were compared, and cases that went different ways.
    pub(super) extent: (usize, usize, usize),
    /// Whether the way that a case takes tells of the target.
    ways_tell: bool,
}

impl<'a> OpenDeviations<'a> {
    pub(super) const fn new(ways_tell: bool) -> Self {
        Self {
            deviations: Vec::new(),
            questions: BTreeSet::new(),
            extent: (0, 0, 0),
            ways_tell,
        }
    }

    /// Takes what was found in a case; `theirs` are the steps of the second side.
    pub(super) fn take(
        &mut self,
        course: Course<'a>,
        case: &'a CaseResult,
        theirs: &'a [TranscriptStep<'a>],
    ) {
        self.extent.0 += 1;
        self.extent.1 += course.compared;
        self.extent.2 += usize::from(course.has_parted);
        let other = theirs.first().map(|step| step.case);
        let is_told = !course.deviations.is_empty();
        let way = other
            .filter(|_| !is_told && self.ways_tell)
            .and_then(|other| course.way([case, other]));
        for deviation in course.deviations.into_iter().chain(way) {
            let steps = deviation.steps.iter();
            let asked = steps.flat_map(|step| &step.step.observations);
            self.questions
                .extend(asked.map(|(question, _)| question.clone()));
            let blamed = is_blamed(&deviation);
            self.deviations.push((deviation, blamed));
        }
    }

    /// Those that no finding explains: neither one at their step, nor one elsewhere of which they are a like that
    /// the suites do not ask for.
    pub(super) fn unblamed(&self) -> impl Iterator<Item = &Deviation<'a>> {
        let blamed = self.deviations.iter().filter(|(_, blamed)| *blamed);
        let likes: BTreeSet<_> = blamed.map(|(one, _)| one.likeness()).collect();
        let open = self.deviations.iter().filter(|(_, blamed)| !blamed);
        open.map(|(one, _)| one)
            .filter(move |one| one.is_observed() || !likes.contains(&one.likeness()))
    }
}
