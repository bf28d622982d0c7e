//! Differences by their causes: what is unlike in a hundred answers in the same way is one difference.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::answer_part::AnswerPart;
use super::blame::Blame;
use super::deviation::{Deviation, DeviationManner};
use super::transcript::TranscriptStep;
use crate::model::{CaseId, Level, RequirementId};
use crate::record::{ExchangeRecord, Record};

/// So many places of a difference are named.
const NAMED_PLACES: usize = 20;

/// Whom a difference is put down to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceClass {
    /// The first of the two violates the contract there, and the second does not.
    FirstViolates,
    /// The second violates the contract there, and the first does not.
    SecondViolates,
    /// Both violate it, in different ways.
    BothViolate,
    /// Both are allowed: the document is silent, or admits both.
    Reading,
    /// The contract does not speak of it at all.
    Outside,
}

impl DifferenceClass {
    /// Whether the contract is violated.
    #[must_use]
    pub const fn is_violation(self) -> bool {
        matches!(
            self,
            Self::FirstViolates | Self::SecondViolates | Self::BothViolate
        )
    }
}

/// What two targets do unlike, by its cause.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// What a list of accepted differences calls it: the same in every run.
    pub name: String,
    /// Whom it is put down to.
    pub class: DifferenceClass,
    /// The letters of the first and the second target.
    pub sides: [String; 2],
    /// The requirements that are violated; of a reading those that all its places are about.
    pub requirements: Vec<RequirementId>,
    /// What the first of them says, in our words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// How strongly what is violated binds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// The question that the document leaves open, if the suites name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// The part of the answer: `status`, `header x-error`, `body /alias`.
    pub part: String,
    /// What was expected, if it is violated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What the first and the second have there; at the first place, where they vary.
    pub forms: [String; 2],
    /// At how many places it was seen.
    pub count: usize,
    /// The first of them.
    pub places: Vec<OtherPlace>,
    /// Both exchanges of one of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<Box<DifferenceExample>>,
    /// Whether it was seen in only one of two runs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unsteady: bool,
    /// Whether it was seen only while other cases were under way, beside a violation as grave that was not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_company: bool,
    /// Why it is accepted, if it is on the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
}

/// A place where a difference was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OtherPlace {
    /// The case.
    pub case: CaseId,
    /// The step of it.
    pub step: String,
}

/// What both sides were asked and answered at one place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DifferenceExample {
    /// The place.
    pub place: OtherPlace,
    /// The exchange of the first target, if it has one there.
    pub first: Option<ExchangeRecord>,
    /// The exchange of the second.
    pub second: Option<ExchangeRecord>,
}

/// Differences under way, by their names.
pub(super) struct Causes<'a> {
    pub(super) sides: [String; 2],
    /// Says what requirements say.
    pub(super) records: [&'a Record; 2],
    by_name: BTreeMap<(DifferenceClass, String), Difference>,
}

impl<'a> Causes<'a> {
    pub(super) const fn new(sides: [String; 2], records: [&'a Record; 2]) -> Self {
        Self {
            sides,
            records,
            by_name: BTreeMap::new(),
        }
    }

    /// Takes a violation.
    pub(super) fn blame(&mut self, blame: &Blame<'a>) {
        let Some(finding) = blame.finding() else {
            return;
        };
        let ids: Vec<&str> = finding
            .requirements
            .iter()
            .map(RequirementId::as_str)
            .collect();
        let name = format!("{}: {}", ids.join(" "), finding.subject);
        let forms = blame
            .findings
            .map(|one| one.map_or_else(|| "as expected".to_owned(), |one| one.actual.clone()));
        let difference = Difference {
            name,
            class: blame.class,
            sides: self.sides.clone(),
            says: finding.requirements.first().and_then(|id| self.says(id)),
            requirements: finding.requirements.clone(),
            level: Some(finding.level),
            question: None,
            part: finding.subject.clone(),
            expected: Some(finding.expected.clone()),
            forms,
            count: 0,
            places: Vec::new(),
            example: None,
            unsteady: false,
            in_company: false,
            accepted: None,
        };
        self.add(difference, blame.steps);
    }

    /// Takes a deviation that violates nothing.
    pub(super) fn deviate(&mut self, deviation: &Deviation<'a>) {
        let part = deviation.part.general();
        let [left, right] = deviation.forms.clone();
        // Two ways to grant a request are one reading, whatever the request asks.
        let question = question(deviation).filter(|_| !is_success(&left) || !is_success(&right));
        let name = match (&deviation.manner, &question, &part) {
            (DeviationManner::Words, ..) => format!("words of {part}"),
            (DeviationManner::Identity, ..) => format!("identity of {part}"),
            (DeviationManner::Way, ..) => format!("{part}: {left} | {right}"),
            (_, Some(question), _) => question.clone(),
            (_, None, AnswerPart::Status | AnswerPart::Whole) => {
                format!("{part} of {}: {left} | {right}", deviation.route)
            }
            _ => format!("{part}: {left} | {right}"),
        };
        let [step, _] = deviation.steps;
        let difference = Difference {
            name,
            class: self.class_of(&part),
            sides: self.sides.clone(),
            requirements: step.case.requirements.clone(),
            says: None,
            level: None,
            question,
            part: part.to_string(),
            expected: None,
            forms: [left, right],
            count: 0,
            places: Vec::new(),
            example: None,
            unsteady: false,
            in_company: false,
            accepted: None,
        };
        self.add(difference, deviation.steps.map(Some));
    }

    /// Takes a reading that the sides take otherwise, as far as no step has shown it.
    pub(super) fn read(&mut self, question: &str, forms: [String; 2]) {
        let key = (DifferenceClass::Reading, question.to_owned());
        let sides = self.sides.clone();
        self.by_name.entry(key).or_insert_with(|| Difference {
            name: question.to_owned(),
            class: DifferenceClass::Reading,
            sides,
            requirements: Vec::new(),
            says: None,
            level: None,
            question: Some(question.to_owned()),
            part: "reading".to_owned(),
            expected: None,
            forms,
            count: 1,
            places: Vec::new(),
            example: None,
            unsteady: false,
            in_company: false,
            accepted: None,
        });
    }

    /// All of them, the gravest first, and of those the ones with most places.
    pub(super) fn into_differences(self) -> Vec<Difference> {
        let mut differences: Vec<Difference> = self.by_name.into_values().collect();
        differences.sort_by_key(Difference::rank);
        differences
    }

    fn add(&mut self, difference: Difference, steps: [Option<&'a TranscriptStep<'a>>; 2]) {
        let place = steps.iter().flatten().next().map(|step| OtherPlace {
            case: step.case.id.clone(),
            step: step.step.name.clone(),
        });
        let requirements = difference.requirements.clone();
        let key = (difference.class, difference.name.clone());
        let kept = self.by_name.entry(key).or_insert(difference);
        kept.count += 1;
        // What all places are about.
        kept.requirements.retain(|one| requirements.contains(one));
        let Some(place) = place else { return };
        if kept.example.is_none() {
            let [first, second] = steps.map(|step| step.and_then(|one| one.step.exchange.clone()));
            let place = place.clone();
            kept.example = Some(Box::new(DifferenceExample {
                place,
                first,
                second,
            }));
        }
        if kept.places.len() < NAMED_PLACES && !kept.places.contains(&place) {
            kept.places.push(place);
        }
    }

    fn says(&self, id: &RequirementId) -> Option<String> {
        let mut requirements = self.records.iter().flat_map(|record| &record.requirements);
        let found = requirements.find(|one| one.id == *id);
        found.map(|one| one.says.clone())
    }

    /// Of headers the contract speaks only of those that a requirement names, and of what a body is.
    fn class_of(&self, part: &AnswerPart) -> DifferenceClass {
        let AnswerPart::Header(name) = part else {
            return match part {
                AnswerPart::Whole => DifferenceClass::Outside,
                _ => DifferenceClass::Reading,
            };
        };
        let named = |record: &&Record| {
            let mut requirements = record.requirements.iter();
            requirements.any(|one| one.says.contains(name.as_str()))
        };
        if name == "content-type" || self.records.iter().any(named) {
            DifferenceClass::Reading
        } else {
            DifferenceClass::Outside
        }
    }
}

impl Difference {
    /// Its place among others: the gravest first, then those with most places.
    pub(super) fn rank(&self) -> (bool, DifferenceClass, std::cmp::Reverse<usize>, String) {
        let is_slight = self.class.is_violation() && self.level != Some(Level::Must);
        let class = self.class;
        (
            is_slight,
            class,
            std::cmp::Reverse(self.count),
            self.name.clone(),
        )
    }

    /// Whether it is the same one, seen at another time.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.name == other.name && self.class == other.class
    }
}

/// Whether an answer says that a request was granted.
pub(super) fn is_success(status: &str) -> bool {
    status.len() == 3 && status.starts_with('2')
}

/// The question to which a step gives another answer on each side.
fn question(deviation: &Deviation<'_>) -> Option<String> {
    if deviation.part != AnswerPart::Status {
        return None;
    }
    let [one, other] = deviation.steps.map(|step| &step.step.observations);
    let differs = |(question, answer): &&(String, String)| {
        other
            .iter()
            .any(|(asked, said)| asked == question && said != answer)
    };
    one.iter()
        .find(differs)
        .map(|(question, _)| question.clone())
}
