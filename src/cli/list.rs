//! `assize list`: what there is to run and what it proves.

use super::arguments::ListArguments;
use super::console;
use super::suites::planned;
use crate::contract::Requirement;
use crate::model::{CaseId, Level, Outcome};
use crate::session::Failure;
use crate::session::Planned;
use crate::suite::{Plan, Scenario};

pub(super) fn list(arguments: &ListArguments) -> Result<Outcome, Failure> {
    let planned = planned(arguments.suites.as_deref())?;
    let text = if arguments.requirements {
        requirements(&planned)
    } else if arguments.scenarios {
        scenarios(&planned)
    } else {
        cases(&planned)
    };
    console::print(&text);
    Ok(Outcome::Conforms)
}

fn cases(planned: &Planned) -> String {
    let Plan { cases, rules, .. } = &planned.plan;
    let width = widest(planned.plan.ids().map(CaseId::as_str));
    let line = |id: &CaseId, level: Level, title: &str| {
        let (id, level) = (id.as_str(), level.as_str());
        format!("{id:width$}  {level:6}  {title}\n")
    };
    let of_cases = cases.iter().map(|one| line(&one.id, one.level, &one.title));
    let of_rules = rules.iter().map(|one| line(&one.id, one.level, &one.title));
    of_cases.chain(of_rules).collect()
}

fn scenarios(planned: &Planned) -> String {
    let scenarios = &planned.plan.scenarios;
    let width = widest(scenarios.iter().map(|scenario| scenario.id.as_str()));
    let line =
        |scenario: &Scenario| format!("{:width$}  {}\n", scenario.id.as_str(), scenario.title);
    scenarios.iter().map(line).collect()
}

fn requirements(planned: &Planned) -> String {
    let by_requirement = planned.plan.cases_by_requirement();
    let block = |requirement: &Requirement| {
        let cases = by_requirement.get(&requirement.id);
        let names = match cases {
            Some(cases) => {
                let lines: Vec<String> = cases.iter().map(|id| format!("    - {id}\n")).collect();
                lines.concat()
            }
            None => "    - no case proves this\n".to_owned(),
        };
        format!(
            "{} ({}; section {})\n    {}\n{names}",
            requirement.id, requirement.level, requirement.section, requirement.says
        )
    };
    planned.requirements.iter().map(block).collect()
}

fn widest<'a>(names: impl Iterator<Item = &'a str>) -> usize {
    names.map(str::len).max().unwrap_or_default()
}
