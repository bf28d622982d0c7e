//! One place at which two transcripts differ.

use super::answer_part::AnswerPart;
use super::transcript::TranscriptStep;

/// One place at which two transcripts differ, before it is put down to anybody.
pub(super) struct Deviation<'a> {
    pub(super) part: AnswerPart,
    pub(super) manner: DeviationManner,
    /// Method and path of the request.
    pub(super) route: String,
    /// What each side has there.
    pub(super) forms: [String; 2],
    /// The step on each side.
    pub(super) steps: [&'a TranscriptStep<'a>; 2],
}

impl Deviation<'_> {
    /// What has the same cause looks like this: the part, the manner, what each side has there, and of a status the
    /// route.
    pub(super) fn likeness(&self) -> (AnswerPart, DeviationManner, String, [String; 2]) {
        let part = self.part.general();
        let route = match part {
            AnswerPart::Status | AnswerPart::Whole => self.route.clone(),
            _ => String::new(),
        };
        (part, self.manner, route, self.forms.clone())
    }

    /// Whether the suites ask there for how a target reads the document.
    pub(super) fn is_observed(&self) -> bool {
        let mut steps = self.steps.iter();
        steps.any(|step| !step.step.observations.is_empty())
    }
}

/// In what two values differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DeviationManner {
    /// One is another than the other, or one is there and the other is not.
    Value,
    /// Words are others.
    Words,
    /// One looks unlike the other.
    Form,
    /// One is that of another place, and the other is not.
    Identity,
    /// A case takes another way.
    Way,
}
