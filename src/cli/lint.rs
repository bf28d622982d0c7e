//! `assize lint`: are the suites sound?

use clap::{Args, ValueEnum};
use std::path::PathBuf;

use super::console;
use super::suites::{planned_from, read};
use crate::model::Outcome;
use crate::report::{LintProblem, lint_json, lint_sarif};
use crate::session::Failure;
use crate::session::Planned;
use crate::suite::{SuiteError, builtin_suites, plan};

#[derive(Args, Debug)]
pub(super) struct LintArguments {
    /// Suites to check, as files or folders [default: the built-in ones]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// What standard output gets
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: LintFormat,
}

/// What `assize lint` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LintFormat {
    /// What is wrong, with its line and a caret, for people
    Text,
    /// Every problem with its file, line and column, JSON
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

pub(super) fn lint(arguments: &LintArguments) -> Result<Outcome, Failure> {
    let found = soundness(arguments);
    let render = match arguments.format {
        LintFormat::Text => {
            console::print(&found?);
            return Ok(Outcome::Conforms);
        }
        LintFormat::Json => lint_json,
        LintFormat::Sarif => {
            |problems: &[LintProblem]| lint_sarif(problems, env!("CARGO_PKG_VERSION"))
        }
    };
    let problems = match found {
        Ok(_) => Vec::new(),
        Err(Failure::Suites(errors)) => errors.iter().map(problem).collect(),
        Err(Failure::Usage(message)) => vec![LintProblem {
            place: None,
            message,
            help: None,
        }],
        Err(other) => return Err(other),
    };
    console::print(&render(&problems));
    Ok(if problems.is_empty() {
        Outcome::Conforms
    } else {
        Outcome::Misused
    })
}

fn problem(error: &SuiteError) -> LintProblem {
    LintProblem {
        place: Some(error.place.clone()),
        message: error.problem.to_string(),
        help: error.problem.help(),
    }
}

/// What there is, in a line, if all of it is sound.
fn soundness(arguments: &LintArguments) -> Result<String, Failure> {
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
    Ok(format!(
        "{} suites with {} cases ({} of them from tables), {} rules for every answer and {} scenarios are sound; \
         {} requirements are all proven\n",
        texts.len(),
        planned.plan.cases.len(),
        planned.plan.from_tables,
        planned.plan.rules.len(),
        planned.plan.scenarios.len(),
        planned.requirements.iter().count()
    ))
}

/// The requirements that no case proves.
fn unproven(planned: &Planned) -> Vec<String> {
    let proven = planned.plan.cases_by_requirement();
    let all = planned.requirements.iter();
    all.filter(|requirement| !proven.contains_key(&requirement.id))
        .map(|requirement| requirement.id.to_string())
        .collect()
}
