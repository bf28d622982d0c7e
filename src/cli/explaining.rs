//! `assize explain`: a requirement with its argument: where it comes from, why it binds as it does, what was
//! considered beside it, and the cases that prove it.

use super::arguments::ExplainArguments;
use super::console;
use super::suites::planned;
use crate::contract::Requirement;
use crate::model::{CaseId, Outcome, RequirementId, did_you_mean};
use crate::session::Failure;
use crate::suite::Wildcard;

pub(super) fn explain(arguments: &ExplainArguments) -> Result<Outcome, Failure> {
    let planned = planned(arguments.suites.as_deref())?;
    let by_requirement = planned.plan.cases_by_requirement();
    let pattern = Wildcard::new(arguments.requirement.clone());
    let named = planned.requirements.iter();
    let named: Vec<&Requirement> = named
        .filter(|one| pattern.matches(one.id.as_str()))
        .collect();
    if named.is_empty() {
        let known = planned.requirements.iter().map(|one| one.id.as_str());
        let hint = did_you_mean(&arguments.requirement, known);
        let hint = hint.map_or_else(String::new, |hint| format!("; {hint}"));
        return Err(Failure::Usage(format!(
            "there is no requirement {}{hint}; `assize list --requirements` has all",
            arguments.requirement
        )));
    }
    let blocks = named.into_iter().map(|requirement| {
        let cases = by_requirement.get(&requirement.id);
        argument(requirement, cases.map_or(&[], Vec::as_slice))
    });
    console::print(&blocks.collect::<Vec<_>>().join("\n"));
    Ok(Outcome::Conforms)
}

/// A requirement with its argument.
fn argument(requirement: &Requirement, cases: &[&CaseId]) -> String {
    let Requirement {
        id,
        level,
        section,
        says,
        because,
        considered,
    } = requirement;
    let mut lines = vec![heading(id, level.as_str()), format!("    {says}")];
    lines.push(format!("  section: {section}"));
    if let Some(because) = because {
        lines.extend([format!("  why {level}:"), format!("    {because}")]);
    }
    if !considered.is_empty() {
        lines.push("  considered beside it:".to_owned());
        lines.extend(considered.iter().map(|one| format!("    - {one}")));
    }
    lines.push("  proved by:".to_owned());
    if cases.is_empty() {
        lines.push("    no case".to_owned());
    }
    lines.extend(cases.iter().map(|id| format!("    - {id}")));
    lines.join("\n") + "\n"
}

fn heading(id: &RequirementId, level: &str) -> String {
    format!("{id} ({level})")
}
