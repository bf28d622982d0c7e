//! An exchange: what was sent, what came, and the command that sends it again.

use super::element::{Element, labelled};
use crate::record::CaseResult;
use crate::record::Record;
use crate::record::quantity;
use crate::record::{BodyRecord, ExchangeRecord};
use crate::report::{rerun, sanitize, transcript};

/// Longer header values are cut: whole they stand in `results.json`.
const LONGEST_VALUE: usize = 1_000;

/// Longer bodies are cut, so that a page of many failures still opens at once.
pub(super) const LONGEST_BODY: usize = 4_000;

/// An exchange that can be folded away.
pub(super) fn exchange(record: &ExchangeRecord, unfolded: bool) -> Element {
    let details = Element::new("details").class("exchange");
    let details = if unfolded {
        details.attribute("open", "")
    } else {
        details
    };
    let status = record
        .status
        .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    details
        .child(
            Element::new("summary")
                .child(Element::new("code").text(format!("{} {}", record.method, record.url)))
                .text(format!(
                    " → {status} in {}",
                    quantity::millis(record.elapsed_ms)
                )),
        )
        .child(
            Element::new("div")
                .class("sides")
                .child(request(record))
                .child(answer(record)),
        )
        .child(repeat(record))
}

/// The command that runs just this case again.
pub(super) fn rerun(report: &Record, case: &CaseResult) -> Element {
    Element::new("div")
        .class("repeat")
        .child(labelled("p", "label", "To run just this case again"))
        .child(Element::new("pre").text(rerun::rerun(report, &case.id)))
}

fn request(record: &ExchangeRecord) -> Element {
    side("Request".to_owned())
        .child(headers(&record.request_headers, |_| false))
        .children(body(record.request_body.as_ref()))
}

fn answer(record: &ExchangeRecord) -> Element {
    let title = record.status.map_or_else(
        || "No answer".to_owned(),
        |status| format!("Answer: {status}"),
    );
    let error = record.error.as_ref();
    side(title)
        .children(error.map(|error| labelled("p", "error", error)))
        .child(headers(&record.response_headers, |_| false))
        .children(body(record.response_body.as_ref()))
}

fn side(title: String) -> Element {
    Element::new("div").child(labelled("p", "label", title))
}

/// Headers in their order, some of them marked by their names.
pub(super) fn headers(headers: &[(String, String)], is_marked: impl Fn(&str) -> bool) -> Element {
    let rows = headers.iter().map(|(name, value)| {
        let value = sanitize::line(&sanitize::cut(value, LONGEST_VALUE));
        let value = if is_marked(name) {
            Element::new("dd").child(Element::new("mark").text(value))
        } else {
            Element::new("dd").text(value)
        };
        Element::new("div")
            .child(Element::new("dt").text(sanitize::line(name)).text(":"))
            .child(value)
    });
    Element::new("dl").class("headers").children(rows)
}

/// A body as it came, cut where it is long.
pub(super) fn body(body: Option<&BodyRecord>) -> Vec<Element> {
    let Some(body) = body.filter(|body| body.length > 0) else {
        return Vec::new();
    };
    let text = sanitize::cut(&body.text, LONGEST_BODY);
    let note = transcript::note(body).map(|note| labelled("p", "quiet", note));
    std::iter::once(Element::new("pre").text(text))
        .chain(note)
        .collect()
}

fn repeat(record: &ExchangeRecord) -> Element {
    Element::new("div")
        .class("repeat")
        .child(labelled("p", "label", "To see it again"))
        .child(Element::new("pre").text(&record.curl))
}
