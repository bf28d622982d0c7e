//! Findings in words, for the bodies of failures.

use crate::model::{Finding, RequirementId};
use crate::record::ExchangeRecord;
use crate::record::Record;
use crate::report::transcript::transcript;

/// Findings in a line: the first, and how many more there are.
pub(super) fn headline(findings: &[&Finding]) -> String {
    let Some((first, rest)) = findings.split_first() else {
        return "failed without a finding".to_owned();
    };
    let more = match rest.len() {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    format!(
        "{}: expected {}, actual {}{more}",
        first.subject, first.expected, first.actual
    )
}

/// A finding with the requirements that it breaks and the place of the expectation.
pub(super) fn finding(report: &Record, finding: &Finding, whereabouts: &str) -> String {
    let mut lines: Vec<String> = finding
        .requirements
        .iter()
        .flat_map(|id| requirement(report, id))
        .collect();
    lines.push(format!("  {}{whereabouts}", finding.subject));
    let mut row = |label: &str, value: &str| lines.push(format!("    {label:<9} {value}"));
    row("expected", &finding.expected);
    row("actual", &finding.actual);
    if let Some(path) = &finding.instance_path {
        row("at", &pointer(path));
    }
    if let Some(path) = &finding.schema_path {
        row("schema", &pointer(path));
    }
    row("level", finding.level.as_str());
    row("written", &finding.place.to_string());
    lines.join("\n")
}

/// A JSON Pointer; the empty one names the whole document.
fn pointer(path: &str) -> String {
    match path {
        "" => "the whole document".to_owned(),
        path => path.to_owned(),
    }
}

fn requirement(report: &Record, id: &RequirementId) -> Vec<String> {
    let known = report.requirements.iter().find(|known| known.id == *id);
    known.map_or_else(
        || vec![id.to_string()],
        |known| {
            vec![
                format!("{id} ({}): {}", known.level, known.says),
                format!("  from the section: {}", known.section),
            ]
        },
    )
}

/// The exchange and the command that repeats it.
pub(super) fn exchange(record: &ExchangeRecord) -> String {
    format!(
        "{}\n\nTo see it again:\n{}",
        transcript(record),
        record.curl
    )
}
