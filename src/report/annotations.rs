//! What is wrong as annotations of a GitHub job: workflow commands, one a line.

use super::problem::{ReportedProblem, problems};
use super::sanitize;
use crate::model::Verdict;
use crate::record::Record;

/// GitHub shows no more of each kind for a step.
const MOST: usize = 10;

/// Longer messages are cut.
const LONGEST_MESSAGE: usize = 1_000;

/// Workflow commands that annotate the places in suite files where unmet expectations are written, at
/// most 10 errors and 10 warnings; the first error is the conclusion of a run that does not conform.
#[must_use]
pub fn annotations(report: &Record) -> String {
    let problems = problems(report);
    let of = |verdict| {
        let wanted =
            move |one: &&ReportedProblem<'_>| one.verdict == verdict && one.accepted.is_none();
        problems.iter().filter(wanted).collect::<Vec<_>>()
    };
    let mut lines = Vec::new();
    let conclusion = &report.conclusion;
    if conclusion.exit_code != 0 {
        lines.push(command(
            "error",
            None,
            conclusion.outcome.headline(),
            &conclusion.sentence,
        ));
    }
    let room = MOST - lines.len();
    lines.extend(kind("error", &of(Verdict::Fail), room));
    lines.extend(kind("warning", &of(Verdict::Warn), MOST));
    lines.concat()
}

/// The commands of one kind. The last says how many there is no room for.
fn kind(name: &str, problems: &[&ReportedProblem<'_>], room: usize) -> Vec<String> {
    let all = problems.len();
    let shown = if all > room { room - 1 } else { all };
    let mut lines: Vec<String> = problems
        .iter()
        .take(shown)
        .map(|problem| {
            let title = format!("{} breaks {}", problem.finder(), problem.requirement());
            command(name, Some(problem), &title, &problem.told())
        })
        .collect();
    if all > shown {
        let text = format!("{} more {name}s: see the report", all - shown);
        lines.push(command(name, None, "assize", &text));
    }
    lines
}

fn command(name: &str, at: Option<&ReportedProblem<'_>>, title: &str, message: &str) -> String {
    let place = at.map_or_else(String::new, |problem| {
        let place = &problem.finding.place;
        format!(
            "file={},line={},col={},",
            property(&place.file),
            place.line,
            place.column
        )
    });
    let message = sanitize::line(&sanitize::cut(message, LONGEST_MESSAGE));
    format!(
        "::{name} {place}title={}::{}\n",
        property(title),
        data(&message)
    )
}

/// A text as the message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A text as a property of a command.
fn property(text: &str) -> String {
    let text = data(&sanitize::line(text));
    text.replace(':', "%3A").replace(',', "%2C")
}
