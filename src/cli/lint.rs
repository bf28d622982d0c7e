//! `assize lint`: are the suites sound?

use super::arguments::LintArguments;
use super::console;
use super::suites::{planned_from, read};
use crate::model::Outcome;
use crate::session::Failure;
use crate::session::Planned;
use crate::suite::{builtin_suites, plan};

pub(super) fn lint(arguments: &LintArguments) -> Result<Outcome, Failure> {
    let texts = if arguments.paths.is_empty() {
        builtin_suites()
    } else {
        read(&arguments.paths)?
    };
    let beside = arguments.paths.first().filter(|path| path.is_dir());
    let planned = planned_from(&texts, beside.map(std::path::PathBuf::as_path), plan)?;
    let unproven = unproven(&planned);
    if !unproven.is_empty() {
        return Err(Failure::Usage(format!(
            "no case proves {}; add one for each, or take it out of the catalogue",
            unproven.join(", ")
        )));
    }
    console::print(&format!(
        "{} suites with {} cases ({} of them from tables), {} rules for every answer and {} scenarios are sound; \
         {} requirements are all proven\n",
        texts.len(),
        planned.plan.cases.len(),
        planned.plan.from_tables,
        planned.plan.rules.len(),
        planned.plan.scenarios.len(),
        planned.requirements.iter().count()
    ));
    Ok(Outcome::Conforms)
}

/// The requirements that no case proves.
fn unproven(planned: &Planned) -> Vec<String> {
    let proven = planned.plan.cases_by_requirement();
    let all = planned.requirements.iter();
    all.filter(|requirement| !proven.contains_key(&requirement.id))
        .map(|requirement| requirement.id.to_string())
        .collect()
}
