//! The load: each operation with its times and its curve, then the run second by second.

use super::chart::{percentile, series};
use super::element::{Element, labelled};
use super::judgement::judgement;
use super::{Section, badge, exchange, finding, generator, operations, verdict};
use crate::model::{RequirementId, Verdict};
use crate::record::Record;
use crate::record::load_words;
use crate::record::quantity::{self, float, interval, micros};
use crate::record::{Arrivals, LoadFinding, LoadResult, OperationResult};
use crate::record::{Distribution, Percentile};
use crate::record::{ShortageResult, Soundness};

/// The loads of a run, one after the other.
pub(super) fn loads(report: &Record) -> Option<Section> {
    let (first, more) = report.loads.split_first()?;
    let mut content = load(report, first, 0);
    for (place, another) in (1..).zip(more) {
        content.push(labelled("h3", "title", named(another)));
        content.extend(load(report, another, place));
    }
    Some(Section {
        id: "load",
        title: "Under load",
        aside: named(first),
        content,
    })
}

fn named(load: &LoadResult) -> String {
    format!("{}: {}", load.scenario, load.title)
}

fn load(report: &Record, load: &LoadResult, place: usize) -> Vec<Element> {
    let mut content = vec![
        summary(load),
        labelled("p", "settings-line", settings(load)),
    ];
    content.extend(judgement(load));
    content.extend(
        load.target
            .iter()
            .map(|used| labelled("p", "settings-line", verdict::whole(&used.told()))),
    );
    content.extend(
        load_words::counted(load)
            .map(|counted| labelled("p", "quiet note", verdict::whole(&counted))),
    );
    content.extend(
        load.generator
            .shortages
            .iter()
            .map(|one| shortage(load, one)),
    );
    content.extend(
        load.findings
            .iter()
            .map(|found| finding_card(report, found)),
    );
    content.extend(operations::overview(load, place));
    let is_folded = |one: &OperationResult| {
        load.operations.len() > 1 && one.conforming == one.answered && one.errors.is_empty()
    };
    let details = load.operations.iter().enumerate().map(|(index, one)| {
        let details = operation(one, load.duration_s).attribute("id", operations::id(place, index));
        operations::folded(one, is_folded(one), details)
    });
    content.extend(details);
    content.extend(second_by_second(load));
    content.extend(generator::generator(load));
    content.push(labelled("p", "quiet note", EXPLANATION));
    content
}

const EXPLANATION: &str = "Response time is measured from the moment a request was due, service time \
    from the moment it was sent, and lag is the difference: what a stalled target made requests wait. \
    A percentile is the smallest time that at least that share of all requests did not exceed, to \
    three digits. Below each stands the interval in which the true one lies with a probability of \
    95 %, as far as requests are independent of each other.";

fn summary(load: &LoadResult) -> Element {
    let nonconforming = load.nonconforming();
    let lost: u64 = load
        .operations
        .iter()
        .flat_map(|operation| operation.errors.values())
        .sum();
    let mut all = Distribution::default();
    load.operations
        .iter()
        .for_each(|one| all.add(&one.response));
    let time = |share| match all.count() {
        0 => "\u{2013}".to_owned(),
        _ => micros(all.at_us(share)),
    };
    let figures = [
        (quantity::count(load.answered), "answers", Verdict::Pass),
        (quantity::rate(load.rate), "a second", Verdict::Pass),
        (time(0.5), "p50", Verdict::Pass),
        (time(0.99), "p99", Verdict::Pass),
        (
            quantity::count(nonconforming),
            "not conforming",
            grave(nonconforming, Verdict::Fail),
        ),
        (
            quantity::count(lost),
            "without an answer",
            grave(lost, Verdict::Broken),
        ),
        (
            quantity::count(load.unstarted),
            "never started",
            grave(load.unstarted, Verdict::Warn),
        ),
    ];
    let figures = figures.into_iter().map(|(number, what, verdict)| {
        Element::new("li")
            .attribute("data-verdict", verdict)
            .child(Element::new("b").text(number))
            .text(" ")
            .child(Element::new("span").text(what))
    });
    Element::new("ul").class("figures").children(figures)
}

/// The verdict that a number of bad things deserves.
const fn grave(number: u64, verdict: Verdict) -> Verdict {
    match number {
        0 => Verdict::Pass,
        _ => verdict,
    }
}

fn settings(load: &LoadResult) -> String {
    let arrivals = match &load.arrivals {
        Arrivals::Closed if load.think_s > 0.0 => sentence(&load.model()),
        Arrivals::Closed => "Closed model: each connection sends when it is answered".to_owned(),
        Arrivals::Open { rate } => format!(
            "Open model: {} iterations a second, whatever the target does",
            quantity::rate(*rate)
        ),
        Arrivals::Shaped { .. } => format!("{}, whatever the target does", sentence(&load.model())),
    };
    let remarks = load_words::remarks(load);
    let remarks = remarks.map(|(_, remark)| format!(" {}.", sentence(&remark)));
    let remarks = remarks.collect::<Vec<_>>().concat();
    format!(
        "{arrivals}. {}, {} of measurement after {} of warm-up, which is not counted. Answers: {}. assize \
         used {} of CPU time.{remarks}",
        load_words::carriers(load),
        quantity::seconds(load.duration_s),
        quantity::seconds(load.warm_up_s),
        load_words::judged(load),
        quantity::seconds(load.generator_cpu_s),
    )
}

/// A phrase as the beginning of a sentence.
fn sentence(phrase: &str) -> String {
    let mut letters = phrase.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// What the generator lacked, and what to change.
fn shortage(load: &LoadResult, shortage: &ShortageResult) -> Element {
    let what = match shortage.soundness {
        Soundness::Sound | Soundness::Limited => "assize was at a limit of its own".to_owned(),
        Soundness::Invalid => format!("Not all times are sound: {}", load.generator.told()),
    };
    labelled(
        "p",
        "notice",
        format!("{what}: {}; {}.", shortage.text, shortage.remedy),
    )
}

fn finding_card(report: &Record, found: &LoadFinding) -> Element {
    let what = found.transfer.map(|kind| format!("no answer: {kind}"));
    let heading = Element::new("h3")
        .child(badge(found.verdict))
        .text(" ")
        .child(Element::new("code").text(&found.operation))
        .text(" ")
        .children(what.map(|what| labelled("span", "title", what)))
        .text(" ")
        .child(labelled(
            "span",
            "quiet",
            format!("{} times", quantity::count(found.count)),
        ));
    let ids = found
        .finding
        .iter()
        .flat_map(|finding| &finding.requirements);
    let example = found.example.as_ref();
    Element::new("div")
        .class("case")
        .attribute("data-verdict", found.verdict)
        .child(heading)
        .children(ids.map(|id| requirement(report, id)))
        .children(found.finding.as_ref().map(finding::finding))
        .children(example.map(|record| exchange::exchange(record, true)))
}

fn requirement(report: &Record, id: &RequirementId) -> Element {
    let line = Element::new("p")
        .class("says")
        .child(Element::new("code").text(id));
    let known = report.requirements.iter().find(|known| known.id == *id);
    match known {
        Some(known) => line.text(" ").text(&known.says),
        None => line,
    }
}

fn operation(operation: &OperationResult, duration_s: f64) -> Element {
    let rate = if duration_s > 0.0 {
        float(operation.answered) / duration_s
    } else {
        0.0
    };
    let facts = format!(
        "{} answers, {} a second, {} conforming",
        quantity::count(operation.answered),
        quantity::rate(rate),
        quantity::count(operation.conforming),
    );
    let statuses = operation.statuses.iter();
    let statuses = statuses.map(|(status, number)| (status.to_string(), *number));
    let errors = operation.errors.iter();
    let errors = errors.map(|(kind, number)| (format!("no answer: {kind}"), *number));
    let counts = statuses.chain(errors).map(|(what, number)| {
        Element::new("li")
            .text(format!("{what} "))
            .child(Element::new("b").text(quantity::count(number)))
    });
    let measured = operation.response.count() > 0;
    Element::new("article")
        .class("operation")
        .child(
            Element::new("h3")
                .child(Element::new("code").text(&operation.name))
                .text(" ")
                .child(labelled("small", "quiet", facts)),
        )
        .child(Element::new("ul").class("counts").children(counts))
        .children(measured.then(|| {
            Element::new("div")
                .class("measured")
                .child(times(operation))
                .child(percentile::chart(operation))
        }))
}

fn times(operation: &OperationResult) -> Element {
    let mut columns = vec![("response", &operation.response)];
    if load_words::answers_differ(operation) {
        columns.push(("answers", &operation.answers));
    }
    columns.extend([("service", &operation.service), ("lag", &operation.lag)]);
    let titles = columns
        .iter()
        .map(|(title, _)| Element::new("th").attribute("scope", "col").text(*title));
    let row = |title, cell: &dyn Fn(&Distribution) -> Element| {
        Element::new("tr")
            .child(Element::new("th").attribute("scope", "row").text(title))
            .children(columns.iter().map(|(_, times)| cell(times)))
    };
    let time = |us| Element::new("td").text(micros(us));
    let percentiles = Percentile::ALL.iter().map(|one| {
        row(one.name, &|times| {
            let bounds = one.bounds(times).filter(|_| times.count() > 0);
            let bounds = bounds.map(|bounds| labelled("small", "sure", interval(bounds)));
            time(times.at_us(one.share)).children(bounds)
        })
    });
    let rows = std::iter::once(row("min", &|times| time(times.min_us())))
        .chain(percentiles)
        .chain([row("mean", &|times| time(quantity::whole(times.mean_us())))]);
    let clamped: u64 = columns.iter().map(|(_, times)| times.clamped()).sum();
    let clamped = (clamped > 0).then(|| {
        let number = quantity::count(clamped);
        labelled(
            "p",
            "quiet",
            format!("{number} times were longer than the histogram holds."),
        )
    });
    let corner = Element::new("td");
    let head = Element::new("tr").child(corner).children(titles);
    Element::new("div")
        .child(
            Element::new("table")
                .class("times")
                .child(Element::new("thead").child(head))
                .child(Element::new("tbody").children(rows)),
        )
        .children(clamped)
}

fn second_by_second(load: &LoadResult) -> Option<Element> {
    (load.series.len() > 1).then(|| {
        Element::new("article")
            .class("operation")
            .child(Element::new("h3").text("Second by second"))
            .child(
                Element::new("div")
                    .class("series")
                    .children(series::charts(load)),
            )
    })
}
