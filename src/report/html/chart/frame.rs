//! The frame of a chart: axes with their names, and what is drawn within.

use super::scale::{Scale, Tick};
use crate::report::html::element::Element;

/// The width of a chart in its own units. At 380 px a unit is a little less than a pixel, so that a
/// text of 12 units can still be read.
const WIDTH: f64 = 440.0;

/// The margins: room for the names of the axes.
const LEFT: f64 = 70.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 42.0;

/// Between an axis and the names of its values.
const GAP: f64 = 7.0;

/// How far from the left the title of the upright axis stands on its side: a line's height.
const ASIDE: f64 = 12.0;

/// The radius of a dot.
const DOT: f64 = 4.0;

/// The height of a small letter, by half of which a name is lowered to stand beside its value.
const HALF_LETTER: f64 = 4.0;

/// A small number as a floating-point number.
pub(super) fn number(number: usize) -> f64 {
    crate::record::quantity::size(number)
}

/// An axis.
pub(super) struct Axis {
    /// From values to positions.
    pub(super) scale: Scale,
    /// What is measured, with the unit.
    pub(super) title: &'static str,
    /// The values that are named.
    pub(super) ticks: Vec<Tick>,
}

/// A chart under construction.
pub(super) struct Frame {
    x: Axis,
    y: Axis,
    height: f64,
    /// The name of the axis that other charts on the page have, too.
    shared: Option<&'static str>,
    drawn: Vec<Element>,
}

impl Frame {
    /// An empty chart of a height in its own units.
    pub(super) const fn new(x: Axis, y: Axis, height: f64) -> Self {
        Self {
            x,
            y,
            height,
            shared: None,
            drawn: Vec::new(),
        }
    }

    /// Says that all charts with an axis of this name have the same one.
    pub(super) const fn shared(mut self, name: &'static str) -> Self {
        self.shared = Some(name);
        self
    }

    fn x(&self, value: f64) -> f64 {
        LEFT + self.x.scale.at(value) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        let bottom = self.height - BOTTOM;
        bottom - self.y.scale.at(value) * (bottom - TOP)
    }

    /// Draws a line through points.
    pub(super) fn line(&mut self, class: &'static str, points: impl Iterator<Item = (f64, f64)>) {
        let points: Vec<String> = points
            .map(|(x, y)| format!("{:.1},{:.1}", self.x(x), self.y(y)))
            .collect();
        let line = Element::new("polyline")
            .class(class)
            .attribute("points", points.join(" "));
        self.drawn.push(line);
    }

    /// Fills what points enclose.
    pub(super) fn area(&mut self, class: &'static str, points: impl Iterator<Item = (f64, f64)>) {
        let points: Vec<String> = points
            .map(|(x, y)| format!("{:.1},{:.1}", self.x(x), self.y(y)))
            .collect();
        let area = Element::new("polygon")
            .class(class)
            .attribute("points", points.join(" "));
        self.drawn.push(area);
    }

    /// Draws a dot that has a name under the cursor.
    pub(super) fn named_dot(&mut self, class: &'static str, (x, y): (f64, f64), name: &str) {
        let dot = Element::new("circle")
            .class(class)
            .attribute("cx", format!("{:.1}", self.x(x)))
            .attribute("cy", format!("{:.1}", self.y(y)))
            .attribute("r", DOT)
            .child(Element::new("title").text(name));
        self.drawn.push(dot);
    }

    /// Draws a bar from one height to another above a part of the x axis.
    pub(super) fn bar(&mut self, class: &'static str, x: (f64, f64), y: (f64, f64)) {
        let bar = self.rect(class, x, y);
        self.drawn.push(bar);
    }

    fn rect(&self, class: &'static str, x: (f64, f64), y: (f64, f64)) -> Element {
        let (left, right) = (self.x(x.0), self.x(x.1));
        let (bottom, top) = (self.y(y.0), self.y(y.1));
        Element::new("rect")
            .class(class)
            .attribute("x", format!("{left:.1}"))
            .attribute("y", format!("{top:.1}"))
            .attribute("width", format!("{:.1}", (right - left).max(0.5)))
            .attribute("height", format!("{:.1}", (bottom - top).max(0.0)))
    }

    /// Draws a cell with a share of the colour, and with a name under the cursor.
    pub(super) fn cell(&mut self, x: (f64, f64), y: (f64, f64), (opacity, name): (f64, &str)) {
        let cell = self.rect("cell", x, y);
        let cell = cell.attribute("fill-opacity", format!("{opacity:.2}"));
        self.drawn
            .push(cell.child(Element::new("title").text(name)));
    }

    /// Shows figures under the cursor above a part of the x axis.
    pub(super) fn hover(&mut self, x: (f64, f64), figures: &str) {
        self.hover_at((self.x(x.0), self.x(x.1)), figures);
    }

    /// Shows under the cursor the figures of the value that is nearest to it.
    pub(super) fn hover_nearest(&mut self, figures: &[(f64, String)]) {
        let places: Vec<f64> = figures.iter().map(|(value, _)| self.x(*value)).collect();
        for (index, (_, told)) in figures.iter().enumerate() {
            let here = places[index];
            let middle =
                |other: Option<&f64>| other.map_or(here, |other| f64::midpoint(here, *other));
            let left = middle(index.checked_sub(1).and_then(|before| places.get(before)));
            self.hover_at((left, middle(places.get(index + 1))), told);
        }
    }

    fn hover_at(&mut self, (left, right): (f64, f64), figures: &str) {
        let area = Element::new("rect")
            .class("hover")
            .attribute("x", format!("{left:.1}"))
            .attribute("y", TOP)
            .attribute("width", format!("{:.1}", (right - left).max(0.5)))
            .attribute("height", self.height - BOTTOM - TOP)
            .child(Element::new("title").text(figures));
        self.drawn.push(area);
    }

    /// Shades a part of the x axis over the whole height and names it.
    pub(super) fn shade(&mut self, x: (f64, f64), name: &str) {
        let (left, right) = (self.x(x.0), self.x(x.1));
        let shade = Element::new("rect")
            .class("shade")
            .attribute("x", format!("{left:.1}"))
            .attribute("y", TOP)
            .attribute("width", format!("{:.1}", right - left))
            .attribute("height", self.height - BOTTOM - TOP)
            .child(Element::new("title").text(name));
        self.drawn.insert(0, shade);
    }

    /// The chart. `summary` is what someone hears who cannot see it.
    pub(super) fn finish(mut self, summary: &str) -> Element {
        let drawn = std::mem::take(&mut self.drawn);
        let chart = Element::new("svg");
        let chart = match self.shared {
            Some(name) => chart.attribute("data-axis", name),
            None => chart,
        };
        chart
            .attribute("viewBox", format!("0 0 {WIDTH} {}", self.height))
            .attribute("role", "img")
            .attribute("aria-label", summary)
            .children(self.grid())
            .children(drawn)
            .children(self.names())
            .children(self.titles())
    }

    fn grid(&self) -> Vec<Element> {
        let (top, bottom) = (TOP, self.height - BOTTOM);
        let right = WIDTH - RIGHT;
        let across = self.y.ticks.iter().map(|tick| {
            let y = self.y(tick.value);
            rule("grid", (LEFT, y), (right, y))
        });
        let upright = self.x.ticks.iter().map(|tick| {
            let x = self.x(tick.value);
            rule("grid", (x, top), (x, bottom))
        });
        let axis = rule("axis", (LEFT, bottom), (right, bottom));
        across.chain(upright).chain(std::iter::once(axis)).collect()
    }

    fn names(&self) -> Vec<Element> {
        let bottom = self.height - BOTTOM;
        let across = self.x.ticks.iter().map(|tick| {
            // Below the lowest name of the upright axis, whose corner it shares.
            let at = (self.x(tick.value), bottom + GAP + 2.5 * HALF_LETTER);
            text(at, "middle", &tick.name)
        });
        let upright = self.y.ticks.iter().map(|tick| {
            let at = (LEFT - GAP, self.y(tick.value) + HALF_LETTER);
            text(at, "end", &tick.name)
        });
        across.chain(upright).collect()
    }

    fn titles(&self) -> Vec<Element> {
        let middle = LEFT + (WIDTH - LEFT - RIGHT) / 2.0;
        let across = text((middle, self.height - HALF_LETTER), "middle", self.x.title);
        let height = TOP + (self.height - BOTTOM - TOP) / 2.0;
        let upright = text((0.0, 0.0), "middle", self.y.title).attribute(
            "transform",
            format!("translate({ASIDE} {height:.0}) rotate(-90)"),
        );
        vec![across, upright]
    }
}

fn rule(class: &'static str, from: (f64, f64), to: (f64, f64)) -> Element {
    Element::new("line")
        .class(class)
        .attribute("x1", format!("{:.1}", from.0))
        .attribute("y1", format!("{:.1}", from.1))
        .attribute("x2", format!("{:.1}", to.0))
        .attribute("y2", format!("{:.1}", to.1))
}

fn text(at: (f64, f64), anchor: &str, text: &str) -> Element {
    Element::new("text")
        .attribute("x", format!("{:.1}", at.0))
        .attribute("y", format!("{:.1}", at.1))
        .attribute("text-anchor", anchor)
        .text(text)
}
