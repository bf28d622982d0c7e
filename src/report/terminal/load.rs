//! The load as a table: each operation with its times, and its distribution as a row of bars.

use super::columns::{columns, fitted};
use super::failure;
use super::judgement::{judgement, stages};
use super::operations;
use super::screen::Screen;
use super::style::{Tone, sign};
use crate::model::Verdict;
use crate::record::Record;
use crate::record::Soundness;
use crate::record::load_words;
use crate::record::quantity::{self, float, interval, micros};
use crate::record::{Distribution, Percentile};
use crate::record::{LoadFinding, LoadResult, OperationResult};
use crate::report::curve;

/// The columns of a time in the table, space included.
const TIME_COLUMNS: usize = 16;

/// The columns of the name of a row.
const NAME_COLUMNS: usize = 10;

/// The most bars of a distribution.
const MOST_BARS: usize = 48;

/// The columns around the bars: indent, name, both ends of the axis.
const AROUND_BARS: usize = 4 + NAME_COLUMNS + 22;

/// Bars from the lowest to the highest.
const BARS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// More kinds of findings are not shown.
const FINDINGS_SHOWN: usize = 5;

/// The load of a run.
pub(super) fn load(screen: &mut Screen, report: &Record, load: &LoadResult) {
    let tone = match load.verdict {
        Verdict::Pass => Tone::Strong,
        verdict => Tone::of(verdict),
    };
    let aside = format!("{}: {}", load.scenario, load.title);
    screen.heading(tone, "LOAD", &aside);
    screen.flow(2, 4, &[(Tone::Plain, &settings(load))]);
    screen.flow(2, 4, &[(Tone::Plain, &outcome(load))]);
    for (_, remark) in load_words::remarks(load) {
        screen.flow(2, 4, &[(Tone::Plain, &remark)]);
    }
    if let Some(counted) = load_words::counted(load) {
        screen.flow(2, 4, &[(Tone::Quiet, &counted)]);
    }
    generator(screen, load);
    target(screen, load);
    judgement(screen, load);
    stages(screen, load);
    findings(screen, report, load);
    if operations::are_many(load) {
        operations::table(screen, load);
        return;
    }
    for operation in &load.operations {
        self::operation(screen, operation, load.duration_s);
    }
}

fn settings(load: &LoadResult) -> String {
    let arrivals = load.model();
    let warm_up = if load.warm_up_s > 0.0 {
        format!(" after {} of warm-up", quantity::seconds(load.warm_up_s))
    } else {
        String::new()
    };
    format!(
        "{arrivals}, {}, {}{warm_up}",
        load_words::carriers(load),
        quantity::seconds(load.duration_s),
    )
}

fn outcome(load: &LoadResult) -> String {
    let conforming = if load.conforming == load.answered {
        "all conforming".to_owned()
    } else {
        format!("{} conforming", quantity::count(load.conforming))
    };
    let unstarted = load_words::unstarted(load);
    let unstarted = unstarted.map_or_else(String::new, |unstarted| format!(", {unstarted}"));
    format!(
        "{} answers, {} a second, {}, {conforming}{unstarted}, {} of CPU time used by assize",
        quantity::count(load.answered),
        quantity::rate(load.rate),
        load_words::judged(load),
        quantity::seconds(load.generator_cpu_s),
    )
}

/// What the target used.
fn target(screen: &mut Screen, load: &LoadResult) {
    if let Some(used) = &load.target {
        screen.flow(2, 4, &[(Tone::Plain, &used.told())]);
    }
}

/// What the generator lacked, and what to change.
fn generator(screen: &mut Screen, load: &LoadResult) {
    for shortage in &load.generator.shortages {
        let (tone, what) = match shortage.soundness {
            Soundness::Sound => continue,
            Soundness::Limited => (Tone::Doubtful, "at its own limit"),
            Soundness::Invalid => (Tone::Doubtful, "not all times are sound"),
        };
        let told = match shortage.soundness {
            Soundness::Invalid => format!("{}: ", load.generator.told()),
            Soundness::Sound | Soundness::Limited => String::new(),
        };
        let text = format!("{told}{}; {}", shortage.text, shortage.remedy);
        screen.flow(
            2,
            4,
            &[(tone, what), (Tone::Plain, "  "), (Tone::Plain, &text)],
        );
    }
}

fn operation(screen: &mut Screen, operation: &OperationResult, duration_s: f64) {
    screen.blank();
    let facts = operation_facts(operation, duration_s);
    screen.flow(
        2,
        4,
        &[
            (Tone::Strong, operation.name.as_str()),
            (Tone::Plain, "  "),
            (Tone::Plain, &facts),
        ],
    );
    if !operation.errors.is_empty() {
        let kinds: Vec<String> = operation
            .errors
            .iter()
            .map(|(kind, number)| format!("{} {kind}", quantity::count(*number)))
            .collect();
        let text = format!("no answer: {}", kinds.join(", "));
        screen.flow(4, 6, &[(Tone::Broken, &text)]);
    }
    if operation.response.count() > 0 {
        table(screen, operation);
        bars(screen, &operation.response);
    }
}

fn operation_facts(operation: &OperationResult, duration_s: f64) -> String {
    let rate = if duration_s > 0.0 {
        float(operation.answered) / duration_s
    } else {
        0.0
    };
    let statuses: Vec<String> = operation
        .statuses
        .iter()
        .map(|(status, number)| format!("{} with {status}", quantity::count(*number)))
        .collect();
    let statuses = if statuses.is_empty() {
        String::new()
    } else {
        format!(": {}", statuses.join(", "))
    };
    format!(
        "{} answers, {} a second{statuses}",
        quantity::count(operation.answered),
        quantity::rate(rate)
    )
}

fn table(screen: &mut Screen, operation: &OperationResult) {
    let room = screen.columns().saturating_sub(4 + NAME_COLUMNS) / TIME_COLUMNS;
    let shown = || Percentile::ALL.iter().filter(|one| one.rank < room);
    let titles: Vec<String> = shown().map(|one| one.name.to_owned()).collect();
    screen.verbatim(4, Tone::Quiet, &row("", &titles));
    let mut rows = vec![("response", &operation.response)];
    if load_words::answers_differ(operation) {
        rows.push(("answers", &operation.answers));
    }
    rows.extend([("service", &operation.service), ("lag", &operation.lag)]);
    for (name, times) in rows.into_iter().filter(|(_, times)| times.count() > 0) {
        let cells: Vec<String> = shown().map(|one| micros(times.at_us(one.share))).collect();
        screen.verbatim(4, Tone::Plain, &row(name, &cells));
        let sure: Vec<String> = shown()
            .map(|one| one.bounds(times).map_or_else(String::new, interval))
            .collect();
        screen.verbatim(4, Tone::Quiet, row("  95 % in", &sure).trim_end());
    }
}

/// A row of the table: the name to the left, the numbers to the right of their columns.
fn row(name: &str, cells: &[String]) -> String {
    let mut row = format!("{:<NAME_COLUMNS$}", fitted(name, NAME_COLUMNS));
    for cell in cells {
        row.push_str(&" ".repeat(TIME_COLUMNS.saturating_sub(columns(cell))));
        row.push_str(cell);
    }
    row
}

/// The distribution of the response times between the shortest and the longest.
fn bars(screen: &mut Screen, response: &Distribution) {
    let room = screen.columns().saturating_sub(AROUND_BARS).min(MOST_BARS);
    let counts = curve::bins(response, room);
    let Some(highest) = counts.iter().copied().max().filter(|highest| *highest > 0) else {
        return;
    };
    let bars: String = counts.iter().map(|count| bar(*count, highest)).collect();
    let ends = (micros(response.min_us()), micros(response.max_us()));
    let line = format!(
        "{:<NAME_COLUMNS$}  {} {bars} {}  (log scale)",
        "", ends.0, ends.1
    );
    screen.verbatim(
        4,
        Tone::Plain,
        &fitted(&line, screen.columns().saturating_sub(4)),
    );
}

/// A bar, at least the lowest for anything that happened at all.
pub(super) fn bar(count: u64, highest: u64) -> &'static str {
    if count == 0 {
        return " ";
    }
    let last = BARS.len() as u64 - 1;
    let level = usize::try_from(count.saturating_mul(last) / highest).unwrap_or_default();
    BARS.get(level).copied().unwrap_or("█")
}

fn findings(screen: &mut Screen, report: &Record, load: &LoadResult) {
    let mut found: Vec<&LoadFinding> = load.findings.iter().collect();
    found.sort_by_key(|found| std::cmp::Reverse((found.verdict, found.count)));
    for one in found.iter().take(FINDINGS_SHOWN) {
        finding(screen, report, one);
    }
    let rest = found.len().saturating_sub(FINDINGS_SHOWN);
    super::others::left_out(screen, rest, "kind of finding", None);
}

fn finding(screen: &mut Screen, report: &Record, found: &LoadFinding) {
    let ids = found
        .finding
        .iter()
        .flat_map(|finding| &finding.requirements);
    let ids: Vec<&str> = ids.map(crate::model::RequirementId::as_str).collect();
    let what = match found.transfer {
        Some(kind) => format!("no answer: {kind}"),
        None => ids.join(", "),
    };
    let times = format!("{} times", quantity::count(found.count));
    screen.blank();
    screen.flow(
        2,
        4,
        &[
            (Tone::of(found.verdict), sign(found.verdict)),
            (Tone::Plain, " "),
            (Tone::Strong, &found.operation),
            (Tone::Plain, "  "),
            (Tone::Strong, &what),
            (Tone::Plain, "  "),
            (Tone::Plain, &times),
        ],
    );
    let known = report
        .requirements
        .iter()
        .filter(|known| ids.contains(&known.id.as_str()));
    for requirement in known {
        screen.flow(4, 4, &[(Tone::Plain, &requirement.says)]);
    }
    if let Some(finding) = &found.finding {
        failure::finding(screen, finding);
    }
    failure::repeat(screen, found.example.as_ref());
}
