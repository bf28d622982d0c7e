//! What the built-in suites promise to their readers: every requirement is tried, and ids, titles
//! and tags are as `docs/suite-format.md` says.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use assize::contract::{Requirements, Schemas};
use assize::model::Level;
use assize::suite::{
    Action, Plan, Rule, StatusText, Step, SuiteError, SuiteText, Vocabulary, builtin_suites, plan,
    plan_of_load,
};

type Planner = fn(&[SuiteText], Vocabulary<'_>) -> Result<Plan, Vec<SuiteError>>;

fn planned(
    planner: Planner,
    texts: &[SuiteText],
    requirements: &Requirements,
) -> Result<Plan, Vec<SuiteError>> {
    let schemas = Schemas::builtin().unwrap();
    let vocabulary = Vocabulary {
        requirements,
        schemas: &schemas,
    };
    planner(texts, vocabulary)
}

fn builtin(requirements: &Requirements) -> Plan {
    planned(plan, &builtin_suites(), requirements).unwrap()
}

#[test]
fn a_load_keeps_no_case_and_knows_of_all_what_it_must() {
    let requirements = Requirements::builtin().unwrap();
    let mut texts = builtin_suites();
    let (whole, of_load) = (
        builtin(&requirements),
        planned(plan_of_load, &texts, &requirements).unwrap(),
    );
    assert!(of_load.cases.is_empty());
    assert_eq!(of_load.scenarios.len(), whole.scenarios.len());
    assert_eq!(of_load.rules.len(), whole.rules.len());
    assert!(of_load.rules.iter().all(|rule| !rule.is_selected));
    let known = |plan: &Plan| (plan.makes_accounts, plan.needs_users, plan.from_tables);
    assert_eq!(known(&of_load), known(&whole));
    // What is wrong with a case is told all the same.
    texts[0].text = texts[0].text.replacen("proves:", "prooves:", 1);
    let errors = [plan as Planner, plan_of_load]
        .map(|planner| planned(planner, &texts, &requirements).unwrap_err().len());
    assert!(errors[0] > 0 && errors[0] == errors[1], "{errors:?}");
}

/// The requirements that the judged part of a step speaks of.
fn judged(step: &Step) -> impl Iterator<Item = (String, Level)> + '_ {
    let expectations = match &step.action {
        Action::Exchange(exchange) => exchange
            .expectations
            .iter()
            .map(|one| (&one.requirements, one.level))
            .chain(
                exchange
                    .observations
                    .iter()
                    .map(|one| (&one.requirements, Level::May)),
            )
            .collect::<Vec<_>>(),
        Action::Mail(mail) => vec![(&mail.requirements, mail.level)],
        Action::Together(together) => together
            .members
            .iter()
            .flat_map(|member| member.expectations.iter())
            .chain(&together.some)
            .map(|one| (&one.requirements, one.level))
            .collect(),
        Action::Distinct(distinct) => vec![(&distinct.requirements, distinct.level)],
    };
    expectations
        .into_iter()
        .flat_map(|(ids, level)| ids.iter().map(move |id| (id.to_string(), level)))
}

#[test]
fn every_requirement_is_judged_at_its_level_by_some_case() {
    let requirements = Requirements::builtin().unwrap();
    let plan = builtin(&requirements);
    let tried: BTreeSet<(String, Level)> = plan
        .cases
        .iter()
        .flat_map(|case| &case.steps)
        .flat_map(judged)
        .collect();
    let missing: Vec<String> = requirements
        .iter()
        .filter(|one| !tried.contains(&(one.id.to_string(), one.level)))
        .map(|one| one.id.to_string())
        .collect();
    assert!(missing.is_empty(), "not judged: {}", missing.join(", "));
}

#[test]
fn a_case_judges_every_requirement_that_it_says_it_proves() {
    let requirements = Requirements::builtin().unwrap();
    let plan = builtin(&requirements);
    let mut idle = Vec::new();
    for case in &plan.cases {
        let tried: BTreeSet<String> = case
            .steps
            .iter()
            .flat_map(judged)
            .map(|one| one.0)
            .collect();
        for requirement in &case.requirements {
            if !tried.contains(requirement.as_str()) {
                idle.push(format!("{} never judges {requirement}", case.id));
            }
        }
    }
    assert!(idle.is_empty(), "{}", idle.join("\n"));
}

/// A target that rightly grants a request must not be blamed for not refusing it properly.
#[test]
fn headers_of_errors_are_expected_of_errors_only() {
    let requirements = Requirements::builtin().unwrap();
    let plan = builtin(&requirements);
    let mut unguarded = Vec::new();
    for case in plan.cases.iter().filter(|case| case.given.is_empty()) {
        for step in &case.steps {
            let Action::Exchange(exchange) = &step.action else {
                continue;
            };
            let expectations = &exchange.expectations;
            let demands_an_error = expectations.iter().any(|one| {
                matches!(&one.rule, Rule::Status(allowed)
                    if one.level == Level::Must && one.on.is_empty() && !allowed.iter().copied().any(is_granted))
            });
            let of_any_answer = expectations.iter().any(|one| {
                one.level == Level::Must
                    && matches!(&one.rule, Rule::Header { name, .. } if name.starts_with("x-error"))
                    && (one.on.is_empty() || one.on.iter().copied().any(is_granted))
            });
            if of_any_answer && !demands_an_error {
                unguarded.push(format!("{}: {}", case.id, step.name));
            }
        }
    }
    assert!(unguarded.is_empty(), "{}", unguarded.join("\n"));
}

fn is_granted(status: StatusText) -> bool {
    status.contains(200) || status.contains(202)
}

#[test]
fn ids_and_titles_have_one_form() {
    let requirements = Requirements::builtin().unwrap();
    let plan = builtin(&requirements);
    for case in &plan.cases {
        let id = case.id.as_str();
        assert!(
            id.split('.').count() >= 2
                && id
                    .chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || ".-".contains(letter)),
            "{id}"
        );
        assert!(
            !case.title.ends_with('.') && case.title.starts_with(char::is_uppercase),
            "{id}: {}",
            case.title
        );
        assert!(!case.tags.is_empty(), "{id} has no tag");
    }
}
