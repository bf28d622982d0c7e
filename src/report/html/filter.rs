//! Filters for the matrix of requirements, without a script: radio buttons and style rules.

use super::element::{Element, labelled};
use crate::model::{Level, Verdict};
use crate::record::{Record, RequirementResult};

/// The endpoint or theme of a requirement: what its id begins with.
pub(super) fn area(requirement: &RequirementResult) -> &str {
    let id = requirement.id.as_str();
    id.split_once('.').map_or(id, |(area, _)| area)
}

/// The areas of the requirements, in the order of their first ones.
pub(super) fn areas(report: &Record) -> Vec<&str> {
    let mut areas = Vec::new();
    for requirement in &report.requirements {
        if !areas.contains(&area(requirement)) {
            areas.push(area(requirement));
        }
    }
    areas
}

/// The rules by which a chosen radio button hides rows. Made of constants and numbers only.
pub(super) fn rules(report: &Record) -> String {
    let verdicts = Verdict::ALL.map(|verdict| rule("verdict", verdict.as_str()));
    let levels = LEVELS.map(|level| rule("level", level.as_str()));
    let areas = (0..areas(report).len()).map(|index| rule("area", &index.to_string()));
    verdicts.into_iter().chain(levels).chain(areas).collect()
}

/// The levels, strongest first.
const LEVELS: [Level; 3] = [Level::Must, Level::Should, Level::May];

fn rule(group: &str, value: &str) -> String {
    format!(
        "#requirements:has(#{group}-{value}:checked) tbody tr:not([data-{group}=\"{value}\"]){{display:none}}\n"
    )
}

/// The radio buttons. Verdicts and levels that no requirement has are left out.
pub(super) fn filters(report: &Record) -> Element {
    let has = |wanted: &dyn Fn(&RequirementResult) -> bool| report.requirements.iter().any(wanted);
    let verdicts = Verdict::ALL
        .into_iter()
        .rev()
        .filter(|verdict| has(&|one| one.verdict == *verdict))
        .map(|verdict| (verdict.to_string(), verdict.to_string()));
    let levels = LEVELS
        .into_iter()
        .filter(|level| has(&|one| one.level == *level))
        .map(|level| (level.to_string(), level.to_string()));
    let areas = areas(report)
        .into_iter()
        .enumerate()
        .map(|(index, area)| (index.to_string(), area.to_owned()));
    Element::new("div")
        .class("filters")
        .child(group("verdict", "Verdict", verdicts.collect()))
        .child(group("level", "Level", levels.collect()))
        .child(group("area", "Area", areas.collect()))
}

fn group(name: &'static str, title: &str, choices: Vec<(String, String)>) -> Element {
    let all = ("all".to_owned(), "all".to_owned());
    let choices = std::iter::once(all).chain(choices).map(|(value, shown)| {
        let id = format!("{name}-{value}");
        let input = Element::new("input")
            .attribute("type", "radio")
            .attribute("name", name)
            .attribute("id", &id);
        let input = if value == "all" {
            input.attribute("checked", "")
        } else {
            input
        };
        Element::new("span")
            .class("choice")
            .child(input)
            .child(Element::new("label").attribute("for", id).text(shown))
    });
    Element::new("fieldset")
        .child(labelled("legend", "label", title))
        .children(choices)
}
