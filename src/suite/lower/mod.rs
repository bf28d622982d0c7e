//! Turns what was written into what is meant, and collects everything that makes no sense.

mod case;
mod expectation;
mod faults;
mod json;
mod manners;
mod request;
mod row;
mod row_expectations;
mod rows;
mod rule;
mod scope;
mod sendable;
mod step;
mod threshold;
mod vary;

use std::collections::BTreeMap;

use regex::Regex;

use super::document::SuiteDocument;
use super::error::{Problem, SuiteError, SuiteText};
use super::placed::Spot;
use super::plain::ambiguous;
use super::plan::{Case, Plan};
use crate::contract::{Requirements, Schemas};
use crate::model::Place;
use rows::Filled;

/// What suites are resolved against.
#[derive(Clone, Copy, Debug)]
pub struct Vocabulary<'a> {
    /// The requirements that cases may prove.
    pub requirements: &'a Requirements,
    /// The schemas that expectations may name.
    pub schemas: &'a Schemas,
}

/// Reads suites and resolves them into one plan.
///
/// # Errors
///
/// Everything that is wrong with any of the suites, in the order of the texts.
pub fn plan(texts: &[SuiteText], vocabulary: Vocabulary<'_>) -> Result<Plan, Vec<SuiteError>> {
    planned(texts, vocabulary, true)
}

/// The same for a load: cases are read, and let go one by one, since all of them take more memory than a load does.
///
/// # Errors
///
/// Everything that is wrong with any of the suites, in the order of the texts.
pub fn plan_of_load(
    texts: &[SuiteText],
    vocabulary: Vocabulary<'_>,
) -> Result<Plan, Vec<SuiteError>> {
    planned(texts, vocabulary, false)
}

fn planned(
    texts: &[SuiteText],
    vocabulary: Vocabulary<'_>,
    with_cases: bool,
) -> Result<Plan, Vec<SuiteError>> {
    let mut plan = Plan::default();
    let mut errors = Vec::new();
    let mut ids = BTreeMap::new();
    let mut patterns = BTreeMap::new();
    for text in texts {
        errors.extend(ambiguous(text));
        match parse(text) {
            Ok(document) => {
                let mut lowering = Lowering {
                    text,
                    vocabulary,
                    row: None,
                    with_cases,
                    errors: &mut errors,
                    patterns: &mut patterns,
                };
                lowering.suite(&document, &mut plan, &mut ids);
            }
            Err(error) => errors.push(*error),
        }
    }
    if errors.is_empty() {
        Ok(plan)
    } else {
        Err(errors)
    }
}

fn parse(text: &SuiteText) -> Result<SuiteDocument, Box<SuiteError>> {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
    };
    serde_saphyr::from_str_with_options(&text.text, options)
        .map_err(|error| Box::new(syntax_error(&error, text)))
}

fn syntax_error(error: &serde_saphyr::Error, text: &SuiteText) -> SuiteError {
    let bare = error.without_snippet();
    let spot = bare.location().map(Spot::from).unwrap_or_default();
    let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
    let problem = match bare {
        serde_saphyr::Error::SerdeUnknownField {
            field, expected, ..
        } => Problem::UnknownKey {
            key: field.clone(),
            known: owned(expected),
        },
        serde_saphyr::Error::SerdeUnknownVariant {
            variant, expected, ..
        } => Problem::UnknownWord {
            word: variant.clone(),
            known: owned(expected),
        },
        serde_saphyr::Error::SerdeMissingField { field, .. } => {
            Problem::Syntax(format!("the key `{field}` is missing here"))
        }
        other => Problem::Syntax(first_line(&other.to_string())),
    };
    let spot = match &problem {
        Problem::UnknownKey { key: word, .. } | Problem::UnknownWord { word, .. } => {
            text.find(word, spot)
        }
        _ => spot,
    };
    SuiteError::new(problem, text, spot)
}

/// The sentence alone: its place is shown besides.
fn first_line(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let sentence = line
        .rsplit_once(" at line ")
        .map_or(line, |(sentence, _)| sentence);
    sentence.to_owned()
}

/// The lowering of one suite.
struct Lowering<'a> {
    text: &'a SuiteText,
    vocabulary: Vocabulary<'a>,
    /// The row of a table that the case under way was made from.
    row: Option<Spot>,
    /// Whether the plan is to have the cases, and the rules even where no answer breaks them.
    with_cases: bool,
    errors: &'a mut Vec<SuiteError>,
    /// The regular expressions of all suites: few, written in many places.
    patterns: &'a mut BTreeMap<String, Regex>,
}

impl Lowering<'_> {
    /// Notes what is wrong, once: the rows of a table share most of what is written.
    fn report(&mut self, problem: Problem, spot: Spot) {
        let place = self.text.place(spot);
        let known = |error: &SuiteError| error.place == place && error.problem == problem;
        if !self.errors.iter().any(known) {
            self.errors.push(SuiteError::new(problem, self.text, spot));
        }
    }

    fn suite(
        &mut self,
        document: &SuiteDocument,
        plan: &mut Plan,
        ids: &mut BTreeMap<String, Place>,
    ) {
        let suite = &document.suite.value;
        for case in &document.cases {
            let Some(table) = &case.each else {
                self.unique(&case.id.value, case.id.spot, ids);
                let case = self.case(case, document);
                self.add(case, plan);
                continue;
            };
            for Filled { case, row } in self.rows(case, table) {
                self.row = Some(row);
                self.unique(&case.id.value, row, ids);
                let mut case = self.case(&case, document);
                case.place = self.text.place(row);
                self.add(case, plan);
                plan.from_tables += 1;
            }
            self.row = None;
        }
        for rule in &document.always {
            self.unique(&rule.id.value, rule.id.spot, ids);
            let mut rule = self.rule(rule, suite);
            rule.is_selected = self.with_cases;
            plan.rules.push(rule);
        }
        for scenario in &document.scenarios {
            self.unique(&scenario.id.value, scenario.id.spot, ids);
            let scenario = self.scenario(scenario, suite);
            plan.add_scenario(scenario);
        }
    }

    fn add(&self, case: Case, plan: &mut Plan) {
        plan.note(&case);
        if self.with_cases {
            plan.cases.push(case);
        }
    }

    fn unique(&mut self, id: &str, spot: Spot, ids: &mut BTreeMap<String, Place>) {
        let place = self.text.place(spot);
        if let Some(first) = ids.insert(id.to_owned(), place) {
            let id = id.to_owned();
            self.report(Problem::DuplicateId { id, first }, spot);
        }
    }
}
