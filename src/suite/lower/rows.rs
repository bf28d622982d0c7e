//! From one written case with a table to a case for each row.

use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeSet;

use super::row::{ID, Row, TITLE};
use super::{Lowering, faults};
use crate::suite::document::{CaseDocument, RequestDocument, StepDocument};
use crate::suite::error::Problem;
use crate::suite::one_or_many::OneOrMany;
use crate::suite::placed::{Placed, Spot};
use crate::suite::table::{FaultsDocument, TableDocument};

/// What stands before the name of a row's value in a placeholder.
const ROW: &str = "${row.";

/// A case that a row made, and the row's place.
pub(super) struct Filled {
    pub(super) case: CaseDocument,
    pub(super) row: Spot,
}

impl Lowering<'_> {
    /// The cases of a table, with the values of the rows in place of their placeholders.
    pub(super) fn rows(
        &mut self,
        document: &CaseDocument,
        table: &Placed<TableDocument>,
    ) -> Vec<Filled> {
        let rows = match &table.value {
            TableDocument::Rows(rows) => rows.iter().map(Row::from).collect(),
            TableDocument::Faults(faults) => self.faults(faults),
            TableDocument::Manners(manners) => self.manners(manners, table.spot),
        };
        if rows.is_empty() {
            let reason = "makes no case".to_owned();
            self.report(
                Problem::BadValue {
                    key: "each",
                    reason,
                },
                table.spot,
            );
        }
        let names: BTreeSet<String> = rows
            .iter()
            .flat_map(|row| row.values.keys())
            .cloned()
            .collect();
        let used = RefCell::new(BTreeSet::new());
        let mut cases = Vec::with_capacity(rows.len());
        for row in &rows {
            let filling = Filling {
                row,
                names: &names,
                used: &used,
                problems: RefCell::default(),
            };
            let case = filling.case(document);
            for problem in filling.problems.into_inner() {
                self.report(problem, row.spot);
            }
            cases.push(Filled {
                case,
                row: row.spot,
            });
        }
        if matches!(table.value, TableDocument::Rows(_)) {
            let mut used = used.into_inner();
            used.extend([ID.to_owned(), TITLE.to_owned()]);
            for name in names.difference(&used) {
                let name = name.clone();
                self.report(Problem::UnusedInRows { name }, table.spot);
            }
        }
        cases
    }

    fn faults(&mut self, document: &FaultsDocument) -> Vec<Row> {
        let FaultsDocument {
            request,
            members,
            faults,
        } = document;
        let schemas = self.vocabulary.schemas;
        let Some(schema) = schemas.request(&request.value) else {
            let problem = Problem::UnknownRequest {
                name: request.value.clone(),
                known: schemas.requests().map(str::to_owned).collect(),
            };
            self.report(problem, request.spot);
            return Vec::new();
        };
        let all = faults::members(schema);
        for member in members {
            if !all.contains(&member.value) {
                let problem = Problem::UnknownWord {
                    word: member.value.clone(),
                    known: all.clone(),
                };
                self.report(problem, member.spot);
            }
        }
        let members: Vec<&str> = members.iter().map(|one| one.value.as_str()).collect();
        faults::rows(schema, &members, faults, request.spot)
    }
}

/// A row on its way into a case.
pub(super) struct Filling<'a> {
    pub(super) row: &'a Row,
    /// The values that some row has.
    names: &'a BTreeSet<String>,
    /// Those that the case uses.
    used: &'a RefCell<BTreeSet<String>>,
    pub(super) problems: RefCell<Vec<Problem>>,
}

impl Filling<'_> {
    fn case(&self, document: &CaseDocument) -> CaseDocument {
        let mut case = document.clone();
        case.each = None;
        case.id.value = format!("{}.{}", case.id.value, self.row.id);
        case.title = if case.title.contains(ROW) {
            self.plain_text(&case.title)
        } else {
            format!("{}: {}", case.title, self.row.title)
        };
        self.texts(&mut case.proves);
        let wears = std::mem::take(&mut case.wears.0);
        case.wears.0 = wears.iter().flat_map(|one| self.header(one)).collect();
        for step in case.given.iter_mut().chain(&mut case.steps) {
            self.step(step);
        }
        case
    }

    fn step(&self, step: &mut StepDocument) {
        step.name.value = self.plain_text(&step.name.value);
        if let Some(request) = &mut step.request {
            self.request(request);
        }
        if let Some(mail) = &mut step.mail {
            self.fill(&mut mail.to.value);
            self.texts(&mut mail.proves);
        }
        for text in step.unless_equal.iter_mut().flatten() {
            self.fill(&mut text.value);
        }
        for member in &mut step.together {
            self.request(&mut member.request);
            self.expectations(&mut member.expect);
        }
        for text in [&mut step.eventually, &mut step.delay]
            .into_iter()
            .flatten()
        {
            self.fill(&mut text.value);
        }
        if let Some(vary) = &mut step.vary {
            let texts = vary.by.iter_mut().chain(&mut vary.texts);
            for text in texts.chain(&mut vary.value) {
                self.fill(&mut text.value);
            }
        }
        for when in &mut step.when.0 {
            self.fill(&mut when.value.status.value);
            self.statuses(&mut when.value.is);
        }
        self.expectations(&mut step.some);
        self.expectations(&mut step.expect);
        let observe = std::mem::take(&mut step.observe);
        step.observe = observe
            .into_iter()
            .map(|(question, from)| (self.plain_text(&question), from))
            .collect();
    }

    fn request(&self, request: &mut RequestDocument) {
        self.fill(&mut request.method);
        self.fill(&mut request.path.value);
        for values in request.headers.values_mut() {
            let written = std::mem::take(&mut values.0);
            values.0 = written.iter().flat_map(|one| self.header(one)).collect();
        }
        let manner = std::mem::take(&mut request.manner.0);
        request.manner.0 = manner.iter().flat_map(|one| self.header(one)).collect();
        request.json = request.json.take().and_then(|json| {
            let value = self.value(json.value)?;
            Some(Placed { value, ..json })
        });
        for body in [&mut request.text, &mut request.base64] {
            *body = body.take().and_then(|text| self.body(&text));
        }
    }

    /// A header's value: as often as the row says, and not at all if it says nothing.
    pub(super) fn header(&self, written: &Placed<String>) -> Vec<Placed<String>> {
        let values = match self.whole(&written.value) {
            None => vec![self.text(&written.value)],
            Some(None) => Vec::new(),
            Some(Some(Value::Array(values))) => values.iter().map(plain).collect(),
            Some(Some(value)) => vec![plain(&value)],
        };
        let spot = written.spot;
        values
            .into_iter()
            .map(|value| Placed { value, spot })
            .collect()
    }

    fn body(&self, text: &Placed<String>) -> Option<Placed<String>> {
        let value = match self.whole(&text.value) {
            None => self.text(&text.value),
            Some(value) => plain(&value?),
        };
        Some(Placed {
            value,
            spot: text.spot,
        })
    }

    /// A JSON value with the row's values in it; `None` if it is one that the row leaves out.
    pub(super) fn value(&self, value: Value) -> Option<Value> {
        match value {
            Value::String(text) => match self.whole(&text) {
                Some(value) => value,
                None => Some(Value::String(self.text(&text))),
            },
            Value::Array(items) => Some(Value::Array(
                items
                    .into_iter()
                    .filter_map(|item| self.value(item))
                    .collect(),
            )),
            Value::Object(members) => {
                // A member named by the row takes the place of one that is written out.
                let (named, mut object): (Vec<_>, serde_json::Map<_, _>) = {
                    let (named, fixed): (Vec<_>, Vec<_>) = members
                        .into_iter()
                        .partition(|(name, _)| name.contains(ROW));
                    let fixed = fixed
                        .into_iter()
                        .filter_map(|(name, value)| Some((name, self.value(value)?)));
                    (named, fixed.collect())
                };
                for (name, value) in named {
                    let name = self.text(&name);
                    match self.value(value) {
                        Some(value) => object.insert(name, value),
                        None => object.remove(&name),
                    };
                }
                Some(Value::Object(object))
            }
            other => Some(other),
        }
    }

    /// If a text is nothing but one placeholder of the row: its value, if the row has one.
    #[expect(
        clippy::option_option,
        reason = "the outer says whether it is one, the inner whether the row has it"
    )]
    pub(super) fn whole(&self, text: &str) -> Option<Option<Value>> {
        let name = text.strip_prefix(ROW)?.strip_suffix('}')?;
        if name.contains('}') || !self.names.contains(name) {
            return None;
        }
        self.used.borrow_mut().insert(name.to_owned());
        Some(self.row.values.get(name).cloned())
    }

    pub(super) fn optional(&self, text: &mut Option<String>) {
        if let Some(text) = text {
            self.fill(text);
        }
    }

    pub(super) fn texts(&self, texts: &mut OneOrMany<String>) {
        for text in &mut texts.0 {
            self.fill(&mut text.value);
        }
    }

    pub(super) fn fill(&self, text: &mut String) {
        if text.contains(ROW) {
            *text = self.text(text);
        }
    }

    /// A text that has no placeholders but those of the row.
    fn plain_text(&self, text: &str) -> String {
        let filled = self.text(text);
        if let Some((_, rest)) = filled.split_once(ROW) {
            let name = rest.split('}').next().unwrap_or_default();
            self.problems
                .borrow_mut()
                .push(Problem::UnknownPlaceholder {
                    name: format!("row.{name}"),
                    known: self.names.iter().cloned().collect(),
                });
        }
        filled
    }

    /// A text with the row's values in it. One that there is none of stays as it is written, and is
    /// reported where placeholders are resolved.
    pub(super) fn text(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(ROW) {
            let (before, placeholder) = rest.split_at(at);
            filled.push_str(before);
            let name = placeholder[ROW.len()..]
                .split('}')
                .next()
                .unwrap_or_default();
            let end = (ROW.len() + name.len() + 1).min(placeholder.len());
            let escaped = before.ends_with('$');
            match (escaped, self.row.values.get(name)) {
                (false, Some(value)) => {
                    self.used.borrow_mut().insert(name.to_owned());
                    filled.push_str(&plain(value));
                }
                (false, None) if self.names.contains(name) => {
                    self.problems.borrow_mut().push(Problem::RowWithout {
                        row: self.row.id.clone(),
                        name: name.to_owned(),
                    });
                }
                _ => filled.push_str(&placeholder[..end]),
            }
            rest = &placeholder[end..];
        }
        filled.push_str(rest);
        filled
    }
}

/// A value inside a text: a text as it is, anything else as JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
