//! The commands that run cases again.

use crate::model::{CaseId, MASK};
use crate::record::Record;
use crate::record::quoted;

/// Stands for a mailbox whose location holds a secret: the variable that assize reads itself.
const MAILBOX: &str = "\"$ASSIZE_MAILBOX\"";

/// The shell command that runs just this case again, with the same target, suites and values.
pub(super) fn rerun(report: &Record, case: &CaseId) -> String {
    let run = &report.run;
    let mut words = vec!["assize check".to_owned()];
    if !run.embedded {
        words.push(quoted(&run.target));
        words.extend(run.mailbox.as_deref().map(mailbox));
    }
    let folder = run.suites.as_ref().and_then(|used| used.folder.as_ref());
    words.extend(folder.map(|folder| format!("--suites {}", quoted(folder))));
    if run.strict {
        words.push("--strict".to_owned());
    }
    words.push(format!("--case {}", quoted(case.as_str())));
    words.push(format!("--seed {}", run.seed));
    if run.draw > 0 {
        words.push(format!("--draw {}", run.draw));
    }
    words.join(" ")
}

/// The shell command that runs all cases again that did not come out well; none if there are none.
pub(super) fn rerun_failed(report: &Record) -> Option<String> {
    let totals = report.totals;
    let warned = if report.run.strict { totals.warn } else { 0 };
    let again = totals.fail + totals.broken + warned > 0;
    again.then(|| format!("assize check --rerun-failed {}", report.run.id))
}

/// What is shown of a location that names a user lacks the password.
fn mailbox(shown: &str) -> String {
    if shown.contains('@') || shown.contains(MASK) {
        format!("--mailbox {MAILBOX}")
    } else {
        format!("--mailbox {}", quoted(shown))
    }
}
