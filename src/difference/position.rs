//! What stands at one place of the answers of a run, over all of them: what is made anew each time cannot be told
//! from one answer.

use std::collections::{BTreeMap, HashSet};

use super::answer_part::AnswerPart;
use super::canonical_value::CanonicalValue;
use super::transcript::{CanonicalAnswer, Transcript, is_rule};

/// So many answers tell what is the same in all of them.
const ENOUGH: usize = 3;

/// A place: the route, the status and the part.
type Position<'a> = (&'a str, Option<u16>, AnswerPart);

/// What stands at each place of the answers of a run.
pub(super) struct Positions<'a>(BTreeMap<Position<'a>, PositionUse<'a>>);

#[derive(Default)]
struct PositionUse<'a> {
    answers: usize,
    literals: HashSet<&'a str>,
    templates: HashSet<&'a str>,
    /// How often each was met, and whether it may be made anew each time.
    forms: BTreeMap<&'a str, (usize, bool)>,
}

impl<'a> Positions<'a> {
    pub(super) fn of(transcript: &'a Transcript<'a>) -> Self {
        let mut positions: BTreeMap<Position<'a>, PositionUse<'a>> = BTreeMap::new();
        let steps = transcript.cases.values().flatten();
        let steps = steps.filter(|step| !is_rule(step.case));
        for answer in steps.filter_map(|step| step.answer.as_ref()) {
            for (part, value) in &answer.parts {
                let at = position(answer, part);
                let used = positions.entry(at).or_default();
                used.answers += 1;
                used.literals.insert(&value.literal);
                used.templates.insert(&value.template);
                let form = used.forms.entry(&value.form).or_default();
                *form = (form.0 + 1, value.varies);
            }
        }
        Self(positions)
    }

    fn at(&self, answer: &'a CanonicalAnswer, part: &AnswerPart) -> Option<&PositionUse<'a>> {
        self.0.get(&position(answer, part))
    }

    /// Whether the same value stands there in all answers.
    pub(super) fn is_constant(&self, answer: &'a CanonicalAnswer, part: &AnswerPart) -> bool {
        let constant = |used: &PositionUse<'_>| used.answers >= ENOUGH && used.literals.len() == 1;
        self.at(answer, part).is_some_and(constant)
    }

    /// Whether other words stand there in most answers, even without what was sent and what is made anew.
    pub(super) fn changes(&self, answer: &'a CanonicalAnswer, part: &AnswerPart) -> bool {
        let changes = |used: &PositionUse<'_>| {
            used.answers >= ENOUGH && used.templates.len() * 2 > used.answers
        };
        self.at(answer, part).is_some_and(changes)
    }

    /// Whether a value of this form stands there in any answer.
    pub(super) fn has_form(
        &self,
        answer: &'a CanonicalAnswer,
        part: &AnswerPart,
        form: &str,
    ) -> bool {
        let used = self.at(answer, part);
        used.is_some_and(|used| used.forms.contains_key(form))
    }

    /// The form of a value; where another one is made anew in each answer, the form that most of them have. A random
    /// token may happen to look like a word.
    pub(super) fn usual_form<'b>(
        &'b self,
        answer: &'a CanonicalAnswer,
        part: &AnswerPart,
        value: &'b CanonicalValue,
    ) -> &'b str {
        let is_one_word = !value.literal.contains(char::is_whitespace);
        let used = self.at(answer, part).filter(|used| {
            let differ = used.literals.len() * 10 >= used.answers * 9;
            is_one_word && used.answers >= ENOUGH && differ
        });
        let forms = used.into_iter().flat_map(|used| &used.forms);
        let usual = forms.max_by_key(|(_, (times, _))| *times);
        match usual {
            Some((form, (_, true))) if !value.varies => form,
            _ => &value.form,
        }
    }
}

fn position<'a>(answer: &'a CanonicalAnswer, part: &AnswerPart) -> Position<'a> {
    (answer.route.as_str(), answer.status, part.general())
}
