//! Charts as SVG, with axes, units and titles, readable in print.

pub(super) mod compared;
mod frame;
mod heat;
pub(super) mod knee;
pub(super) mod percentile;
mod scale;
pub(super) mod series;
mod time;
pub(super) mod trend;

use super::element::{Element, labelled};
use frame::Frame;
use scale::{Scale, Tick};

/// What a line or a bar shows: its class in the style sheet and its name in the legend.
type ChartKey = (&'static str, &'static str);

/// A chart with its caption and the legend.
fn figure(title: &str, keys: &[ChartKey], note: &str, svg: Element) -> Element {
    let legend = keys.iter().map(|(class, name)| {
        Element::new("span")
            .class("key")
            .child(
                Element::new("i")
                    .class(class)
                    .attribute("aria-hidden", "true"),
            )
            .text(format!(" {name}"))
    });
    let note = (!note.is_empty()).then(|| labelled("small", "quiet", note));
    Element::new("figure")
        .child(
            Element::new("figcaption")
                .child(Element::new("b").text(title))
                .text(" ")
                .children(legend)
                .children(note),
        )
        .child(svg)
}
