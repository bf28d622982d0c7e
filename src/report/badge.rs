//! The verdict as a badge: a small SVG that needs nothing besides.

use super::sanitize::markup;
use crate::model::{Outcome, Verdict};
use crate::record::{Record, Totals};

/// What stands on the left.
const LABEL: &str = "Users API";

/// The mean width of a character at 11 px, in px; the text is fitted to the width that results.
const CHARACTER: usize = 7;

/// The space beside each text, both sides together, in px.
const PADDING: usize = 14;

/// The badge.
#[must_use]
pub fn badge(report: &Record) -> String {
    let (message, colour) = message(report);
    let width = |text: &str| text.chars().count() * CHARACTER + PADDING;
    let (left, right) = (width(LABEL), width(&message));
    let all = left + right;
    let text = |middle: usize, length: usize, text: &str| {
        format!(
            "<text x=\"{middle}\" y=\"14\" textLength=\"{}\">{}</text>",
            length - PADDING,
            markup(text)
        )
    };
    let title = markup(&format!("{LABEL}: {message}"));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{all}\" height=\"20\" viewBox=\"0 0 {all} 20\" role=\"img\" aria-label=\"{title}\">\n\
         <title>{title}</title>\n\
         <clipPath id=\"r\"><rect width=\"{all}\" height=\"20\" rx=\"3\"/></clipPath>\n\
         <g clip-path=\"url(#r)\"><rect width=\"{left}\" height=\"20\" fill=\"#444\"/><rect x=\"{left}\" width=\"{right}\" height=\"20\" fill=\"{colour}\"/></g>\n\
         <g fill=\"#fff\" text-anchor=\"middle\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">{}{}</g>\n\
         </svg>\n",
        text(left / 2, left, LABEL),
        text(left + right / 2, right, &message),
    )
}

/// The verdict in few words, and its colour; white text on each has a contrast above 4.5 to 1.
fn message(report: &Record) -> (String, &'static str) {
    let Totals { fail, warn, .. } = report.totals;
    let tried = report.totals.all() - report.totals.skip;
    let loaded = |verdict| report.loads.iter().any(|load| load.verdict == verdict);
    match report.conclusion.outcome {
        Outcome::Conforms if tried > 0 => (format!("conforms, {tried} cases"), "#1f7a34"),
        Outcome::Conforms => ("conforms under load".to_owned(), "#1f7a34"),
        Outcome::Violated if fail > 0 => (format!("violated, {fail} of {tried} cases"), "#b3261e"),
        Outcome::Violated if warn > 0 && !loaded(Verdict::Fail) => {
            (format!("violated, {warn} warnings"), "#b3261e")
        }
        Outcome::Violated => ("violated under load".to_owned(), "#b3261e"),
        Outcome::ThresholdMissed => ("threshold missed".to_owned(), "#8a5300"),
        Outcome::Misused
        | Outcome::Broken
        | Outcome::NothingRan
        | Outcome::MeasurementInvalid
        | Outcome::Interrupted => ("not judged".to_owned(), "#5f5f5f"),
    }
}
