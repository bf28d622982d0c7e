//! The report as text for a terminal: the summary at the end, and single lines while a run goes on.
//!
//! Escape sequences and control characters of a target never pass; colours only when asked for.

mod columns;
mod command;
mod failure;
mod judgement;
mod live;
mod load;
mod operations;
mod others;
mod screen;
mod style;

use crate::model::Verdict;
use crate::record::quantity;
use crate::record::{Record, RunInfo, Totals};
use screen::{Screen, StyledText};
pub(super) use style::Tone;

pub use judgement::stage_line;
pub use live::{case_line, load_started_line, second_line};
pub use style::Look;

/// The summary of a run, verdict first. `files` are the reports that were written, as the user would
/// name them; the first is the one to look at for more.
#[must_use]
pub fn summary(report: &Record, look: Look, files: &[String]) -> String {
    let mut screen = Screen::new(look);
    let more = files.first().map(String::as_str);
    verdict(&mut screen, report);
    facts(&mut screen, &report.run);
    totals(&mut screen, report.totals);
    others::troubles(&mut screen, report);
    others::diagnoses(&mut screen, report);
    failure::failed(&mut screen, report, more);
    others::broken(&mut screen, report, more);
    failure::warned(&mut screen, report, more);
    others::skipped(&mut screen, report);
    others::readings(&mut screen, report, more);
    for result in &report.loads {
        load::load(&mut screen, report, result);
    }
    others::notices(&mut screen, report);
    others::again(&mut screen, report);
    others::files(&mut screen, report, files);
    screen.finish()
}

fn verdict(screen: &mut Screen, report: &Record) {
    let conclusion = &report.conclusion;
    let tone = Tone::of_outcome(conclusion.outcome);
    screen.flow(
        0,
        2,
        &[
            (tone, conclusion.outcome.headline()),
            (Tone::Plain, "  "),
            (Tone::Strong, &conclusion.sentence),
        ],
    );
}

fn facts(screen: &mut Screen, run: &RunInfo) {
    let strict = if run.strict { ", strict" } else { "" };
    fact(screen, "target", &run.target_named());
    let draw = match run.draw {
        0 => String::new(),
        draw => format!(", draw {draw}"),
    };
    let shard = run.shard;
    let shard = shard.map_or(String::new(), |shard| format!(", shard {shard}"));
    // Each of several workers has users with a tag of its own.
    let tag = match run.tag.as_str() {
        "" => String::new(),
        tag => format!(", tag {tag}"),
    };
    let how = format!(
        "{} {}, {}, seed {}{draw}{tag}{shard}, {} at once{strict}",
        run.verb,
        run.id,
        quantity::millis(run.duration_ms),
        run.seed,
        run.jobs,
    );
    fact(screen, "run", &how);
}

fn fact(screen: &mut Screen, label: &str, text: &str) {
    let label = format!("{label:<8}");
    screen.flow(
        2,
        10,
        &[
            (Tone::Quiet, &label),
            (Tone::Plain, " "),
            (Tone::Plain, text),
        ],
    );
}

fn totals(screen: &mut Screen, totals: Totals) {
    if totals.all() == 0 {
        return;
    }
    let parts = [
        (totals.fail, "failed", Verdict::Fail),
        (totals.broken, "broken", Verdict::Broken),
        (totals.warn, "with warnings", Verdict::Warn),
        (totals.pass, "passed", Verdict::Pass),
        (totals.skip, "skipped", Verdict::Skip),
    ];
    let texts: Vec<(Tone, String)> = parts
        .iter()
        .filter(|(number, _, _)| *number > 0)
        .map(|(number, what, verdict)| (Tone::of(*verdict), format!("{number} {what}")))
        .collect();
    let mut spans: Vec<StyledText<'_>> = vec![(Tone::Quiet, "cases    ")];
    for (index, (tone, text)) in texts.iter().enumerate() {
        if index > 0 {
            spans.push((Tone::Quiet, " · "));
        }
        spans.push((*tone, text));
    }
    screen.flow(2, 10, &spans);
}
