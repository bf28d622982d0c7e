//! Single lines for plain output while a run goes on.

use super::columns::fitted;
use super::screen::{Screen, StyledText};
use super::style::{Look, Tone, sign};
use crate::model::ScenarioId;
use crate::record::CaseResult;
use crate::record::SecondResult;
use crate::record::quantity::{count, micros, plain, rate, seconds};
use crate::report::sanitize;

/// A case that has ended, in one line of the page's width: what went wrong, or the title.
#[must_use]
pub fn case_line(case: &CaseResult, look: Look) -> String {
    let verdict = case.verdict;
    let head = format!("{} {:<6} {}", sign(verdict), verdict.as_str(), case.id);
    let head = sanitize::line(&head);
    let room = look
        .columns()
        .saturating_sub(super::columns::columns(&head) + 2);
    let detail = fitted(&sanitize::line(&detail(case)), room);
    one_line(
        look,
        &[
            (Tone::of(verdict), &head),
            (Tone::Plain, "  "),
            (Tone::Plain, &detail),
        ],
    )
}

fn detail(case: &CaseResult) -> String {
    let grave = case
        .findings()
        .find(|finding| case.weight(finding) == case.verdict);
    if let Some(reason) = &case.reason {
        return reason.text.clone();
    }
    grave.map_or_else(
        || case.title.clone(),
        |finding| {
            format!(
                "{}: expected {}, actual {}",
                finding.subject, finding.expected, finding.actual
            )
        },
    )
}

/// The beginning of a load in one line.
#[must_use]
pub fn load_started_line(scenario: &ScenarioId, planned_s: f64, look: Look) -> String {
    let text = format!("load {scenario} for {}", seconds(planned_s));
    one_line(
        look,
        &[(
            Tone::Strong,
            &fitted(&sanitize::line(&text), look.columns()),
        )],
    )
}

/// A second of a load in one line. Seconds of the warm-up say so.
#[must_use]
pub fn second_line(second: &SecondResult, look: Look) -> String {
    let at = if second.at_s <= 0.0 {
        "warm-up".to_owned()
    } else {
        format!("{} s", plain(second.at_s))
    };
    let numbers = format!(
        "{at:<7} {:>7}/s  p50 {:>7}  p99 {:>7}  lag {:>7}",
        rate(crate::record::quantity::float(second.answered)),
        micros(second.p50_us),
        micros(second.p99_us),
        micros(second.lag_max_us),
    );
    let bad = [
        (second.errors, "without an answer"),
        (second.nonconforming, "not conforming"),
    ];
    let bad: Vec<String> = bad
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{} {what}", count(*number)))
        .collect();
    let room = look
        .columns()
        .saturating_sub(super::columns::columns(&numbers) + 2);
    let bad = fitted(&bad.join(", "), room);
    one_line(
        look,
        &[
            (Tone::Plain, &numbers),
            (Tone::Plain, "  "),
            (Tone::Bad, &bad),
        ],
    )
}

fn one_line(look: Look, spans: &[StyledText<'_>]) -> String {
    let mut screen = Screen::new(look);
    screen.flow(0, 0, spans);
    screen.finish_line()
}
