//! The load as test cases: one for each operation, and one more where transfers failed.

use super::case::name;
use super::explain;
use super::layer::{FailureMessage, Mark, TestCase};
use super::threshold;
use crate::model::{Finding, TransferErrorKind, Verdict};
use crate::record::Record;
use crate::record::Soundness;
use crate::record::{Arrivals, LoadFinding, LoadResult, OperationResult};
use crate::record::{Percentile, load_words, quantity};

/// How the load was made.
pub(super) fn properties(load: &LoadResult) -> Vec<(&'static str, String)> {
    let arrivals = match &load.arrivals {
        Arrivals::Closed => "closed".to_owned(),
        Arrivals::Open { rate } => format!("open, {} a second", quantity::rate(*rate)),
        Arrivals::Shaped { .. } => load.model(),
    };
    let mut properties = vec![
        ("load.scenario", load.scenario.to_string()),
        ("load.arrivals", arrivals),
        ("load.connections", load.connections.to_string()),
        ("load.protocol", load.protocol.to_string()),
        ("load.streams", load.streams.to_string()),
        ("load.answers", load_words::judged(load)),
        ("load.duration", quantity::seconds(load.duration_s)),
    ];
    properties.extend(load_words::unstarted(load).map(|unstarted| ("load.unstarted", unstarted)));
    properties.extend(load_words::remarks(load));
    properties.extend(load_words::unsound(load).map(|unsound| ("load.unsound", unsound)));
    properties.extend(load.stages.iter().map(|stage| ("load.stage", stage.told())));
    properties
}

/// The test cases of a load.
pub(super) fn cases(report: &Record, load: &LoadResult) -> Vec<TestCase> {
    let operations = load.operations.iter();
    let mut cases: Vec<TestCase> = operations
        .flat_map(|operation| {
            let answers = answers(report, load, operation);
            std::iter::once(answers).chain(transfers(report, load, operation))
        })
        .collect();
    cases.extend(strays(report, load));
    cases.extend(threshold::cases(load));
    cases
}

/// The answers of an operation: were they as expected?
fn answers(report: &Record, load: &LoadResult, operation: &OperationResult) -> TestCase {
    let found = of_operation(load, operation, |found| found.transfer.is_none());
    let title = if operation.conforming == operation.answered {
        "all answers conform".to_owned()
    } else {
        format!(
            "{} of {} answers conform{}",
            quantity::count(operation.conforming),
            quantity::count(operation.answered),
            match operation.limited {
                0 => String::new(),
                limited => format!(", {} were refused by a limiter", quantity::count(limited)),
            }
        )
    };
    let mut case = case(
        report,
        load,
        &operation.name,
        "every answer conforms",
        &found,
    );
    if operation.answered == 0 && found.is_empty() {
        case.mark = Mark::Skipped(FailureMessage {
            kind: "not-tried".to_owned(),
            text: load_words::unanswered(operation).to_owned(),
            body: None,
        });
        return case;
    }
    let times = format!("{}{}", caveats(load), times(operation));
    case.output = Some(match case.output.take() {
        Some(told) => format!("{title}\n{times}\n\n{told}"),
        None => format!("{title}\n{times}"),
    });
    case
}

/// What makes the times doubtful, one a line.
fn caveats(load: &LoadResult) -> String {
    let shortages = load.generator.shortages.iter();
    let lines = shortages.map(|one| match one.soundness {
        Soundness::Sound | Soundness::Limited => format!("at its own limit: {}\n", one.text),
        Soundness::Invalid => {
            format!(
                "not all times are sound: {}: {}\n",
                load.generator.told(),
                one.text
            )
        }
    });
    let counted = load_words::counted(load).map(|counted| format!("{counted}\n"));
    lines.chain(counted).collect()
}

/// The transfers of an operation that failed; none if none has.
fn transfers(report: &Record, load: &LoadResult, operation: &OperationResult) -> Option<TestCase> {
    let found = of_operation(load, operation, |found| found.transfer.is_some());
    let title = "every request is answered";
    (!found.is_empty()).then(|| TestCase {
        // The time of the load counts once.
        duration_ms: 0.0,
        ..case(report, load, &operation.name, title, &found)
    })
}

/// Findings of operations that the load does not list, so that none is lost; for a load that lists no
/// operation there is a case in any case, so that its suite is not empty.
fn strays(report: &Record, load: &LoadResult) -> Option<TestCase> {
    let listed = |name: &str| {
        let mut operations = load.operations.iter();
        operations.any(|operation| operation.name == name)
    };
    let found: Vec<&LoadFinding> = load
        .findings
        .iter()
        .filter(|found| !listed(&found.operation))
        .collect();
    let wanted = !found.is_empty() || load.operations.is_empty();
    wanted.then(|| case(report, load, "other", "every answer conforms", &found))
}

fn of_operation<'a>(
    load: &'a LoadResult,
    operation: &OperationResult,
    wanted: impl Fn(&LoadFinding) -> bool,
) -> Vec<&'a LoadFinding> {
    let findings = load.findings.iter();
    findings
        .filter(|found| found.operation == operation.name && wanted(found))
        .collect()
}

fn case(
    report: &Record,
    load: &LoadResult,
    operation: &str,
    title: &str,
    found: &[&LoadFinding],
) -> TestCase {
    let id = format!("{}/{operation}", load.scenario);
    let mark = mark(report, found);
    let told = (!mark.is_red() && !found.is_empty()).then(|| body(report, found));
    TestCase {
        name: name(&id, &load.requirements, title),
        classname: "assize.load".to_owned(),
        file: None,
        duration_ms: load.duration_s * 1e3,
        mark,
        output: told,
    }
}

fn mark(report: &Record, found: &[&LoadFinding]) -> Mark {
    let gravest = found
        .iter()
        .max_by_key(|found| found.verdict)
        .map_or(Verdict::Pass, |found| found.verdict);
    let message = || FailureMessage {
        kind: gravest.to_string(),
        text: headline(found, gravest),
        body: Some(body(report, found)),
    };
    match gravest {
        Verdict::Pass | Verdict::Skip => Mark::Pass,
        Verdict::Warn if !report.run.strict => Mark::Pass,
        Verdict::Warn | Verdict::Fail => Mark::Failure(message()),
        Verdict::Broken => Mark::Error(message()),
    }
}

fn headline(found: &[&LoadFinding], gravest: Verdict) -> String {
    let grave: Vec<&&LoadFinding> = found
        .iter()
        .filter(|found| found.verdict == gravest)
        .collect();
    let times: u64 = grave.iter().map(|found| found.count).sum();
    let transfers: Vec<&str> = grave
        .iter()
        .filter_map(|found| found.transfer.map(TransferErrorKind::as_str))
        .collect();
    let findings: Vec<&Finding> = grave
        .iter()
        .filter_map(|found| found.finding.as_ref())
        .collect();
    let times = quantity::count(times);
    match transfers.as_slice() {
        [] => format!("{times} times: {}", explain::headline(&findings)),
        kinds => format!("{times} requests got no answer: {}", kinds.join(", ")),
    }
}

fn body(report: &Record, found: &[&LoadFinding]) -> String {
    let parts: Vec<String> = found.iter().map(|found| one(report, found)).collect();
    parts.join("\n\n")
}

fn one(report: &Record, found: &LoadFinding) -> String {
    let times = format!(", {} times", quantity::count(found.count));
    let mut parts = Vec::new();
    if let Some(finding) = &found.finding {
        parts.push(explain::finding(report, finding, &times));
    }
    if let Some(kind) = found.transfer {
        parts.push(format!("no answer: {kind}{times}"));
    }
    parts.extend(found.example.as_ref().map(explain::exchange));
    parts.join("\n\n")
}

fn times(operation: &OperationResult) -> String {
    let mut rows = vec![("response", &operation.response)];
    if load_words::answers_differ(operation) {
        rows.push(("answers", &operation.answers));
    }
    rows.extend([("service", &operation.service), ("lag", &operation.lag)]);
    let rows = rows.into_iter().map(|(name, times)| {
        let figures = Percentile::ALL.iter().map(|one| {
            format!(
                "  {} {}",
                one.name,
                quantity::micros(times.at_us(one.share))
            )
        });
        format!("{name:<8}{}", figures.collect::<String>())
    });
    rows.collect::<Vec<_>>().join("\n")
}
