//! A conformance statement of one page, for someone who must show a verdict to another party.

use super::element::{Element, labelled};
use super::{POLICY, badge, page_head, verdict};
use crate::model::{Level, Outcome, Verdict};
use crate::record::quantity;
use crate::record::{Record, RequirementResult};
use crate::report::certificate::accepted;

/// The statement. `sha256` is that of the result file in hexadecimal digits, by which a reader makes
/// sure that a file they are shown is the one that this speaks of.
#[must_use]
pub fn certificate(report: &Record, sha256: &str) -> String {
    let title = format!("Conformance statement: {}", report.run.target_named());
    let header = Element::new("header")
        .attribute("data-tone", verdict::tone(report.conclusion.outcome))
        .child(
            Element::new("p")
                .class("masthead")
                .child(Element::new("b").text("assize"))
                .text(" ")
                .child(labelled("span", "quiet", "Conformance statement")),
        )
        .child(Element::new("h1").text(headline(report)))
        .child(labelled("p", "sentence", statement(report)));
    let main = Element::new("main")
        .child(facts(report, sha256))
        .child(requirements(report))
        .children(exceptions(report))
        .children(each(report))
        .child(labelled("p", "quiet", NOTE));
    let page = Element::new("html")
        .attribute("lang", "en")
        .child(page_head(&title, POLICY))
        .child(Element::new("body").child(header).child(main));
    format!("<!DOCTYPE html>\n{}\n", page.render())
}

const NOTE: &str = "The statement holds for the target as it was at that time, and for the \
    requirements that were tried. Must: settled by the document's own words. Should: follows from \
    them with HTTP or common sense. May: only observed. The result file, which sha256sum tells from any other, holds \
    every case and can be rendered by assize report. A signature beside this page says who vouches for it: \
    assize verify and ssh-keygen -Y verify check it.";

/// The outcome; with failures that are accepted it is no conformance.
fn headline(report: &Record) -> String {
    let accepted = accepted(report).len();
    if accepted > 0 && report.conclusion.outcome == Outcome::Conforms {
        return format!("Fails in {}", quantity::things(accepted, "known case"));
    }
    verdict::headline(report)
}

fn statement(report: &Record) -> String {
    let target = report.run.target_named();
    let accepted = accepted(report).len();
    if accepted > 0 && report.conclusion.outcome == Outcome::Conforms {
        return format!(
            "The implementation at {target} fails in {}, which a list of expected failures accepts for a while; nothing else was found against it: {}.",
            quantity::things(accepted, "case"),
            report.conclusion.sentence
        );
    }
    let what = match report.conclusion.outcome {
        Outcome::Conforms => {
            "was found to conform to the ThreatWinds Users API in all that was tried"
        }
        Outcome::Violated => "was found not to conform to the ThreatWinds Users API",
        Outcome::ThresholdMissed => "missed a threshold of the load",
        Outcome::Misused
        | Outcome::Broken
        | Outcome::NothingRan
        | Outcome::MeasurementInvalid
        | Outcome::Interrupted => "was not judged: this states no conformance",
    };
    format!(
        "The implementation at {target} {what}: {}.",
        report.conclusion.sentence
    )
}

fn facts(report: &Record, sha256: &str) -> Element {
    let run = &report.run;
    let suites = match &run.suites {
        None => "none".to_owned(),
        Some(used) => {
            let origin = match &used.folder {
                None => format!("built into assize {}", run.version),
                Some(folder) => folder.clone(),
            };
            format!("{origin}, SHA-256 {}", used.sha256)
        }
    };
    let totals = report.totals;
    let cases = format!(
        "{} passed, {} with warnings, {} failed, {} broken, {} skipped",
        totals.pass, totals.warn, totals.fail, totals.broken, totals.skip
    );
    let loads = report.loads.iter().map(|load| {
        let told = format!(
            "{}: {} answers in {}, {} of them as expected",
            load.scenario,
            quantity::count(load.answered),
            quantity::seconds(load.duration_s),
            quantity::count(load.conforming)
        );
        ("Load", told)
    });
    let rows = [
        ("Target", run.target_named()),
        ("Its Server header", run.server_named()),
        ("Suites", suites),
        ("Date", run.started.clone()),
        (
            "Run",
            format!("{}, seed {}, assize {}", run.id, run.seed, run.version),
        ),
        ("Cases", cases),
        ("Settings", settings(report)),
    ];
    let document = run.suites.as_ref().and_then(|used| used.document.as_ref());
    let document =
        document.map(|one| ("Contract", format!("{}, SHA-256 {}", one.title, one.sha256)));
    let digest = ("SHA-256 of results.json", sha256.to_owned());
    super::run::settings(
        rows.into_iter()
            .chain(document)
            .chain(loads)
            .chain([digest]),
    )
}

/// What narrows or widens the statement.
fn settings(report: &Record) -> String {
    let run = &report.run;
    let mut parts = vec![format!("--jobs {}", run.jobs)];
    parts.extend(run.selection.iter().cloned());
    for (flag, set) in [
        ("--strict", run.strict),
        ("--accept-partial", run.accept_partial),
        ("--accept-invalid", run.accept_invalid),
    ] {
        parts.extend(set.then(|| flag.to_owned()));
    }
    parts.join(", ")
}

/// What failed, warned or was not judged, by name.
fn exceptions(report: &Record) -> Option<Element> {
    let requirement = |verdict: Verdict| {
        let all = report.requirements.iter();
        let found = all.filter(move |one| one.verdict == verdict);
        found.map(|one| one.id.to_string())
    };
    let accepted = accepted(report).into_iter();
    let accepted = accepted.map(|case| {
        let reason = case.reason.as_ref().map_or("", |reason| &reason.text);
        format!("{}: {reason}", case.id)
    });
    let groups: [(&str, Vec<String>); 4] = [
        ("Requirements not met", requirement(Verdict::Fail).collect()),
        ("Cases that fail and are accepted", accepted.collect()),
        (
            "Requirements with warnings",
            requirement(Verdict::Warn).collect(),
        ),
        (
            "Requirements not judged",
            requirement(Verdict::Skip)
                .chain(requirement(Verdict::Broken))
                .collect(),
        ),
    ];
    let lists = groups.into_iter().filter(|(_, names)| !names.is_empty());
    let lists: Vec<Element> = lists
        .flat_map(|(title, names)| {
            let items = names.into_iter().map(|name| Element::new("li").text(name));
            [
                Element::new("h3").text(title),
                Element::new("ul").children(items),
            ]
        })
        .collect();
    (!lists.is_empty()).then(|| {
        Element::new("section")
            .child(Element::new("h2").text("Exceptions"))
            .children(lists)
    })
}

/// How many requirements of each level came to each verdict.
fn requirements(report: &Record) -> Element {
    let cell = |name: &'static str, text: String| Element::new(name).text(text);
    let titles = [
        "Level",
        "tried",
        "met",
        "with warnings",
        "not met",
        "not judged",
    ];
    let titles = titles.map(|title| cell("th", title.to_owned()).attribute("scope", "col"));
    let rows = [Level::Must, Level::Should, Level::May].map(|level| {
        let of_level = report.requirements.iter().filter(|one| one.level == level);
        let of_level: Vec<&RequirementResult> = of_level.collect();
        let count = |wanted: &[Verdict]| {
            let found = of_level.iter().filter(|one| wanted.contains(&one.verdict));
            cell("td", found.count().to_string())
        };
        Element::new("tr")
            .child(cell("th", level.to_string()).attribute("scope", "row"))
            .child(cell("td", of_level.len().to_string()))
            .child(count(&[Verdict::Pass]))
            .child(count(&[Verdict::Warn]))
            .child(count(&[Verdict::Fail]))
            .child(count(&[Verdict::Skip, Verdict::Broken]))
    });
    Element::new("section")
        .child(Element::new("h2").text("Requirements"))
        .child(
            Element::new("table")
                .child(Element::new("thead").child(Element::new("tr").children(titles)))
                .child(Element::new("tbody").children(rows)),
        )
}

/// Each requirement with what came of it.
fn each(report: &Record) -> Option<Element> {
    let rows = report.requirements.iter().map(|one| {
        Element::new("tr")
            .attribute("data-verdict", one.verdict)
            .child(Element::new("td").child(badge(one.verdict)))
            .child(Element::new("td").text(one.level))
            .child(
                Element::new("th")
                    .attribute("scope", "row")
                    .child(Element::new("code").text(&one.id))
                    .text(" ")
                    .child(labelled("span", "quiet", &one.says)),
            )
    });
    let titles = ["Verdict", "Level", "Requirement"];
    let titles = titles.map(|title| Element::new("th").attribute("scope", "col").text(title));
    (!report.requirements.is_empty()).then(|| {
        Element::new("section")
            .child(Element::new("h2").text("Each requirement"))
            .child(
                Element::new("table")
                    .child(Element::new("thead").child(Element::new("tr").children(titles)))
                    .child(Element::new("tbody").children(rows)),
            )
    })
}
