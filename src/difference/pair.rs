//! Two answers to one request, compared part by part.

use super::answer_part::AnswerPart;
use super::canonical_value::CanonicalValue;
use super::cause::is_success;
use super::deviation::{Deviation, DeviationManner};
use super::identity::Identities;
use super::position::Positions;
use super::transcript::{CanonicalAnswer, MASKED, TranscriptStep};

/// What both sides of a comparison have at each place.
pub(super) struct BothPositions<'a>(pub(super) [Positions<'a>; 2]);

/// Headers whose value follows from the body, or from how the connection is used.
const FOLLOWING: [&str; 3] = ["content-length", "date", "age"];

/// The same step on both sides, with an answer each.
pub(super) struct AnswerPair<'a> {
    pub(super) steps: [&'a TranscriptStep<'a>; 2],
    pub(super) answers: [&'a CanonicalAnswer; 2],
    pub(super) positions: &'a BothPositions<'a>,
}

impl<'a> AnswerPair<'a> {
    /// Whether they are of one class: successes, or refusals.
    pub(super) fn is_of_one_class(&self) -> bool {
        let [a, b] = self
            .answers
            .map(|one| one.status.map(|status| status / 100));
        a == b
    }

    /// Everything in which they differ. Of answers with other statuses the other parts are not compared, unless both
    /// grant the request: they speak of other kinds of answers.
    pub(super) fn deviations(&self, identities: &mut Identities) -> Vec<Deviation<'a>> {
        let [a, b] = self.answers;
        let mut found = Vec::new();
        if a.status != b.status {
            let forms = [a, b].map(|one| {
                let status = one.status.map(|status| status.to_string());
                status.unwrap_or_else(|| "no answer".to_owned())
            });
            let part = if a.status.is_none() || b.status.is_none() {
                AnswerPart::Whole
            } else {
                AnswerPart::Status
            };
            let both_grant = forms.iter().all(|status| is_success(status));
            found.push(self.deviation(part, DeviationManner::Value, forms));
            if !both_grant {
                return found;
            }
        }
        // A request in another manner may well be answered by other headers.
        let same_manner = self.steps[0].step.manner == self.steps[1].step.manner;
        let same_body = a.body == b.body;
        if !same_body && ![a.body, b.body].contains(&MASKED) {
            let forms = [a.body, b.body].map(str::to_owned);
            found.push(self.deviation(AnswerPart::Body, DeviationManner::Value, forms));
        }
        let compared = |part: &&AnswerPart| match part {
            AnswerPart::Header(_) => same_manner,
            _ => same_body,
        };
        for part in a.parts.keys().filter(compared) {
            let values = [a.parts.get(part), b.parts.get(part)];
            found.extend(self.compare(part, values, identities));
        }
        let only_b = b.parts.keys().filter(compared);
        for part in only_b.filter(|part| !a.parts.contains_key(part)) {
            found.extend(self.compare(part, [None, b.parts.get(part)], identities));
        }
        found
    }

    fn compare(
        &self,
        part: &AnswerPart,
        values: [Option<&CanonicalValue>; 2],
        identities: &mut Identities,
    ) -> Option<Deviation<'a>> {
        let [Some(a), Some(b)] = values else {
            let forms = values.map(|one| one.map_or("absent".to_owned(), |one| named(part, one)));
            return Some(self.deviation(part.clone(), DeviationManner::Value, forms));
        };
        let follows =
            matches!(part, AnswerPart::Header(name) if FOLLOWING.contains(&name.as_str()));
        if follows || a.is_hidden() || b.is_hidden() {
            return None;
        }
        let [mine, theirs] = self.sides();
        let usual = [
            mine.0.usual_form(mine.1, part, a),
            theirs.0.usual_form(theirs.1, part, b),
        ];
        let (manner, forms) = if usual[0] != usual[1] {
            // What letters a random text has is chance.
            let is_known = mine.0.has_form(mine.1, part, &b.form)
                || theirs.0.has_form(theirs.1, part, &a.form);
            if is_known {
                return None;
            }
            let forms = [a.shown_as(usual[0]), b.shown_as(usual[1])];
            (DeviationManner::Form, forms)
        } else if a.is_identifier || b.is_identifier {
            self.identity(part, [a, b], identities)?
        } else {
            self.words(part, [a, b])?
        };
        Some(self.deviation(part.clone(), manner, forms))
    }

    fn words(
        &self,
        part: &AnswerPart,
        [a, b]: [&CanonicalValue; 2],
    ) -> Option<(DeviationManner, [String; 2])> {
        let mut sides = self.sides().into_iter();
        let is_same = a.varies || a.template == b.template;
        if is_same || sides.all(|(positions, answer)| positions.changes(answer, part)) {
            return None;
        }
        let is_words = !a.template.is_empty() && a.form == "words";
        let manner = if is_words {
            DeviationManner::Words
        } else {
            DeviationManner::Value
        };
        Some((manner, [a.shown(), b.shown()]))
    }

    fn identity(
        &self,
        part: &AnswerPart,
        [a, b]: [&CanonicalValue; 2],
        identities: &mut Identities,
    ) -> Option<(DeviationManner, [String; 2])> {
        let constant = self
            .sides()
            .map(|(positions, answer)| positions.is_constant(answer, part));
        match constant {
            [true, true] => (a.literal != b.literal).then(|| {
                (
                    DeviationManner::Value,
                    [a, b].map(|one| format!("“{}”", one.literal)),
                )
            }),
            [false, false] => {
                let step = self.steps[0].step.name.as_str();
                let told = identities.take([&a.literal, &b.literal], (step, part))?;
                Some((DeviationManner::Identity, told))
            }
            _ => {
                let told = constant.map(|is_constant| {
                    let how = if is_constant {
                        "always the same one"
                    } else {
                        "not always the same one"
                    };
                    how.to_owned()
                });
                Some((DeviationManner::Identity, told))
            }
        }
    }

    fn sides(&self) -> [(&'a Positions<'a>, &'a CanonicalAnswer); 2] {
        let [mine, theirs] = &self.positions.0;
        [(mine, self.answers[0]), (theirs, self.answers[1])]
    }

    fn deviation(
        &self,
        part: AnswerPart,
        manner: DeviationManner,
        forms: [String; 2],
    ) -> Deviation<'a> {
        Deviation {
            part,
            manner,
            route: self.answers[0].route.clone(),
            forms,
            steps: self.steps,
        }
    }
}

/// What is there where nothing is on the other side. The words of a header are no matter then.
fn named(part: &AnswerPart, value: &CanonicalValue) -> String {
    match part {
        AnswerPart::Header(_) => "present".to_owned(),
        _ => value.form.clone(),
    }
}
