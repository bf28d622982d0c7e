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
