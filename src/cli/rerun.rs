//! `--rerun-failed`: what to take over from a finished run.

use super::options::{CheckOptions, ReportOptions, SuiteOptions};
use super::publish::reports_folder;
use super::results::finished;
use crate::model::Verdict;
use crate::record::Record;
use crate::session::Failure;

/// A finished run of which cases failed.
pub(super) struct Rerun {
    report: Record,
    cases: Vec<String>,
}

impl Rerun {
    /// Reads the run and makes sure that cases of it failed.
    pub(super) fn read(run: &str, options: &ReportOptions) -> Result<Self, Failure> {
        let report = finished(Some(run), Some(&reports_folder(options)))?.report;
        let least = if report.run.strict {
            Verdict::Warn
        } else {
            Verdict::Fail
        };
        let failed = report.cases.iter().filter(|case| case.verdict >= least);
        let cases: Vec<String> = failed.map(|case| case.id.to_string()).collect();
        if cases.is_empty() {
            return Err(Failure::Usage(format!(
                "no case of the run {} failed, so there is none to run again",
                report.run.id
            )));
        }
        Ok(Self { report, cases })
    }

    /// The target of the run; none if it was the server inside the binary.
    pub(super) fn target(&self) -> Option<String> {
        let run = &self.report.run;
        (!run.embedded).then(|| run.target.clone())
    }

    /// Selects the cases, and takes over what the user leaves open.
    pub(super) fn amend(&self, suites: &mut SuiteOptions, check: Option<&mut CheckOptions>) {
        let run = &self.report.run;
        suites.seed = suites.seed.or(Some(run.seed));
        suites.draw = suites.draw.or(Some(run.draw));
        if suites.suites.is_none() {
            let used = run.suites.as_ref();
            suites.suites = used.and_then(|used| used.folder.as_ref().map(Into::into));
        }
        if let Some(check) = check {
            check.case.clone_from(&self.cases);
            check.strict |= run.strict;
        }
    }
}
