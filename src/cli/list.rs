//! `assize list`: what there is to run and what it proves.

use super::arguments::ListArguments;
use super::console::Console;
use super::failure::Failure;
use super::suites::{Planned, planned};
use crate::model::Outcome;

pub(super) fn list(arguments: &ListArguments, console: &Console) -> Result<Outcome, Failure> {
    let planned = planned(arguments.suites.as_deref())?;
    let text = if arguments.requirements {
        requirements(&planned)
    } else if arguments.scenarios {
        scenarios(&planned)
    } else {
        cases(&planned)
    };
    console.result(&text);
    Ok(Outcome::Conforms)
}

fn cases(planned: &Planned) -> String {
    let width = widest(planned.plan.cases.iter().map(|case| case.id.as_str()));
    let mut text = String::new();
    for case in &planned.plan.cases {
        let id = case.id.as_str();
        text.push_str(&format!("{id:width$}  {:6}  {}\n", case.level.as_str(), case.title));
    }
    text
}

fn scenarios(planned: &Planned) -> String {
    let width = widest(planned.plan.scenarios.iter().map(|one| one.id.as_str()));
    let mut text = String::new();
    for scenario in &planned.plan.scenarios {
        text.push_str(&format!("{:width$}  {}\n", scenario.id.as_str(), scenario.title));
    }
    text
}

fn requirements(planned: &Planned) -> String {
    let by_requirement = planned.plan.cases_by_requirement();
    let mut text = String::new();
    for requirement in planned.requirements.iter() {
        let cases = by_requirement.get(&requirement.id);
        let names: Vec<&str> = cases
            .map(|cases| cases.iter().map(|id| id.as_str()).collect())
            .unwrap_or_default();
        text.push_str(&format!(
            "{} ({}; section {})\n    {}\n",
            requirement.id, requirement.level, requirement.section, requirement.says
        ));
        for name in &names {
            text.push_str(&format!("    - {name}\n"));
        }
        if names.is_empty() {
            text.push_str("    - no case proves this\n");
        }
    }
    text
}

fn widest<'a>(names: impl Iterator<Item = &'a str>) -> usize {
    names.map(str::len).max().unwrap_or_default()
}
