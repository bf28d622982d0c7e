//! `assize lint`: are the suites sound?

use super::arguments::LintArguments;
use super::console;
use super::failure::Failure;
use super::suites::{planned_from, read};
use crate::model::Outcome;
use crate::suite::builtin_suites;

pub(super) fn lint(arguments: &LintArguments) -> Result<Outcome, Failure> {
    let texts = if arguments.paths.is_empty() {
        builtin_suites()
    } else {
        read(&arguments.paths)?
    };
    let beside = arguments.paths.first().filter(|path| path.is_dir());
    let planned = planned_from(&texts, beside.map(std::path::PathBuf::as_path))?;
    console::print(&format!(
        "{} suites with {} cases and {} scenarios are sound\n",
        texts.len(),
        planned.plan.cases.len(),
        planned.plan.scenarios.len()
    ));
    Ok(Outcome::Conforms)
}
