//! The history of many builds as text: for a terminal, and as JSON with its schemas.

use serde_json::Value;

use super::results::schema_of;
use super::sanitize;
use super::terminal::{Look, Tone};
use crate::compare::Tolerance;
use crate::history::{FORMAT, HistoryEntry, RequirementHistory, Trend, Trends};
use crate::record::quantity;

/// The JSON Schema (draft 2020-12) of a line of a history.
#[must_use]
pub fn history_schema() -> Value {
    schema_of::<HistoryEntry>(FORMAT, "A line of the history of the runs of many builds")
}

/// The trends as indented JSON with a line feed at its end.
///
/// # Errors
///
/// If a value cannot be written as JSON, which no content of a history makes happen.
pub fn trends_json(trends: &Trends) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(trends).map(|json| json + "\n")
}

/// What a gate says, in a line.
#[must_use]
pub fn gate_line(trends: &Trends, tolerance: Tolerance) -> String {
    let slower = trends.trends.iter().filter_map(|trend| {
        let standing = trend.standing.as_ref()?;
        Some(format!(
            "{} {} since build {}",
            trend.figure,
            signed(standing.ratio),
            standing.build
        ))
    });
    let slower: Vec<String> = slower.collect();
    if !slower.is_empty() {
        return format!(
            "SLOWER  {}; once that is accepted, go on with --since {}",
            slower.join(", "),
            newest_standing(trends)
        );
    }
    if trends.compared == 0 {
        return "NO RUNS  the history is empty".to_owned();
    }
    if trends.trends.is_empty() {
        return "NO TIMES  the newest run and those like it made no load whose times tell of the target".to_owned();
    }
    let runs = quantity::things(trends.compared, "comparable run");
    if trends.trends.iter().all(Trend::is_short) {
        return format!(
            "TOO FEW  {runs}, a change is looked for from {} on",
            Trend::FEWEST
        );
    }
    format!("STEADY  no figure is more than {tolerance} slower, of {runs}")
}

/// The last of the builds since which something is slower: from there on nothing of it is seen.
fn newest_standing(trends: &Trends) -> &str {
    let changes = trends.trends.iter().filter_map(|trend| {
        trend.standing.as_ref()?;
        let last = trend.changes.iter().rev().find(|one| one.ratio() > 0.0)?;
        Some((last.index, &last.build))
    });
    changes.max().map_or("", |(_, build)| build)
}

/// The trends for a terminal.
#[must_use]
pub fn trends_text(trends: &Trends, look: Look) -> String {
    let mut lines = Vec::new();
    let runs = quantity::things(trends.compared, "run");
    let machine = trends.machine.as_deref().unwrap_or("no machine");
    let others = match trends.others {
        0 => String::new(),
        others => format!(
            "; {} of other loads or machines not compared",
            quantity::things(others, "run")
        ),
    };
    lines.push(sanitize::line(&format!("{runs} on {machine}{others}")));
    for trend in &trends.trends {
        lines.push(String::new());
        lines.extend(trend_lines(trend, look));
    }
    if !trends.requirements.is_empty() {
        lines.extend([
            String::new(),
            "requirements that some run violated".to_owned(),
        ]);
        let rows = trends.requirements.iter().map(|one| {
            let tone = if one.since.is_some() {
                Tone::Bad
            } else {
                Tone::Quiet
            };
            format!(
                "  {}",
                look.paint(tone, &sanitize::line(&requirement_line(one)))
            )
        });
        lines.extend(rows);
    }
    lines.join("\n") + "\n"
}

fn trend_lines(trend: &Trend, look: Look) -> Vec<String> {
    let (Some(first), Some(last)) = (trend.points.first(), trend.points.last()) else {
        return Vec::new();
    };
    let mut lines = vec![sanitize::line(&format!(
        "{}  {} → {} over {}",
        trend.figure,
        trend.unit.told(first.us),
        trend.unit.told(last.us),
        quantity::things(trend.points.len(), "run")
    ))];
    for change in &trend.changes {
        let tone = if change.ratio() > 0.0 {
            Tone::Bad
        } else {
            Tone::Good
        };
        let text = format!(
            "{} from build {} on: {} → {}",
            signed(change.ratio()),
            change.build,
            trend.unit.told(change.before_us),
            trend.unit.told(change.after_us)
        );
        lines.push(format!("  {}", look.paint(tone, &sanitize::line(&text))));
    }
    if trend.changes.is_empty() {
        let text = if trend.is_short() {
            format!("a change is looked for from {} runs on", Trend::FEWEST)
        } else {
            "no change of its level".to_owned()
        };
        lines.push(format!("  {}", look.paint(Tone::Quiet, &text)));
    }
    lines
}

/// A requirement that some run violated, as a line.
pub(super) fn requirement_line(one: &RequirementHistory) -> String {
    let since = match &one.since {
        Some(build) => format!("violated since build {build}"),
        None => "not by the newest run".to_owned(),
    };
    let flips = match one.flips {
        0 | 1 => String::new(),
        flips => format!(", its verdict changed {flips} times"),
    };
    format!(
        "{}: {} of {}, {since}{flips}",
        one.id,
        one.violated,
        quantity::things(one.runs, "run")
    )
}

/// A change as a signed share.
pub(super) fn signed(ratio: f64) -> String {
    format!("{:+.1} %", ratio * 100.0)
}
