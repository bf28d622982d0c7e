//! How the run was made: settings, surroundings, and how to read the page.

use super::Section;
use super::element::{Element, labelled};
use super::judgement::table;
use crate::record::AnswerCount;
use crate::record::Record;
use crate::record::quantity;

/// The settings of the run.
pub(super) fn run(report: &Record) -> Section {
    let run = &report.run;
    let yes = |flag: bool| if flag { "yes" } else { "no" }.to_owned();
    let accounts = report.accounts;
    let rows = [
        ("Run", run.id.to_string()),
        ("Verb", run.verb.clone()),
        ("Target", run.target.clone()),
        ("Its Server header", run.server_named()),
        ("Reference server inside assize", yes(run.embedded)),
        (
            "Mailbox",
            run.mailbox.clone().unwrap_or_else(|| "none".to_owned()),
        ),
        ("Seed", run.seed.to_string()),
        ("Tag", run.tag.clone()),
        ("Cases at once", run.jobs.to_string()),
        ("Warnings fail the run", yes(run.strict)),
        ("Begun", run.started.clone()),
        ("Took", quantity::millis(run.duration_ms)),
        ("Interrupted", yes(run.interrupted)),
        (
            "Accounts",
            format!("{} made, {} removed", accounts.made, accounts.removed),
        ),
        (
            "Outcome",
            format!(
                "{} (exit code {})",
                report.conclusion.outcome.headline().to_lowercase(),
                report.conclusion.exit_code
            ),
        ),
        ("assize", run.version.clone()),
    ];
    Section {
        id: "run",
        title: "The run",
        aside: String::new(),
        content: std::iter::once(settings(rows))
            .chain(answers(report))
            .collect(),
    }
}

/// How often each endpoint gave each status, folded away.
fn answers(report: &Record) -> Option<Element> {
    let row = |one: &AnswerCount| {
        let cells = [
            one.endpoint.clone(),
            one.status.to_string(),
            if one.documented { "yes" } else { "no" }.to_owned(),
            quantity::count(one.tried),
            quantity::count(one.seen),
        ];
        Element::new("tr").children(cells.map(|cell| Element::new("td").text(cell)))
    };
    let titles = ["Endpoint", "Status", "In the document", "Tried", "Seen"];
    let summary = Element::new("summary").text("Answers by endpoint and status");
    (!report.answers.is_empty()).then(|| {
        Element::new("details")
            .class("folded")
            .child(summary)
            .child(table(&titles, report.answers.iter().map(row)))
    })
}

/// How the target reads what the document leaves open.
pub(super) fn readings(report: &Record) -> Option<Section> {
    if report.readings.is_empty() {
        return None;
    }
    let rows = report.readings.iter();
    let rows = rows.map(|reading| (reading.question.as_str(), reading.told()));
    Some(Section {
        id: "readings",
        title: "Where the document leaves room",
        aside: String::new(),
        content: vec![settings(rows)],
    })
}

pub(super) fn settings<'a>(rows: impl IntoIterator<Item = (&'a str, String)>) -> Element {
    let rows = rows.into_iter().map(|(name, value)| {
        Element::new("div")
            .child(Element::new("dt").text(name))
            .child(Element::new("dd").text(value))
    });
    Element::new("dl").class("settings").children(rows)
}

/// How to read the page.
pub(super) fn footer(report: &Record) -> Element {
    let text = format!(
        "A requirement at the level must is settled by the document's own words; should follows from \
         them with HTTP or common sense; may is only observed. Fail is the target's fault, broken is \
         not. Secrets are masked. Written by assize {} in the format {}.",
        report.run.version, report.format
    );
    Element::new("footer").child(labelled("p", "quiet", text))
}
