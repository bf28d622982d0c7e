//! Steps that are made several times, later, or only at times.

use super::Lowering;
use super::case::Inherited;
use super::scope::{Scope, VariedValue};
use crate::suite::document::StepDocument;
use crate::suite::error::Problem;
use crate::suite::filter::Filter;
use crate::suite::one_or_many::OneOrMany;
use crate::suite::placed::{Placed, Spot};
use crate::suite::plan::{Action, Step, Variation, When};
use crate::suite::template::{Encoding, Segment, Template};
use crate::suite::vary::{VaryDocument, WhenDocument};

/// How many steps a written one becomes.
pub(super) fn variations(step: &StepDocument) -> usize {
    match (&step.vary, &step.mail) {
        (Some(vary), _) => vary.by.len() + vary.texts.len(),
        (None, mail) => mail.as_ref().map_or(1, |mail| mail.times.max(1)),
    }
}

/// The keys by which a step is made several times, later or only at times, and where they stand.
pub(super) fn conditions(step: &StepDocument) -> [(&'static str, Option<Spot>); 3] {
    [
        ("vary", step.vary.as_ref().map(|vary| vary.name.spot)),
        (
            "when",
            step.when.0.first().map(|when| when.value.status.spot),
        ),
        ("delay", step.delay.as_ref().map(|delay| delay.spot)),
    ]
}

impl Lowering<'_> {
    /// A step for each variation, in the order they are written.
    pub(super) fn varied(
        &mut self,
        vary: &VaryDocument,
        document: &StepDocument,
        inherited: &Inherited,
        scope: &mut Scope,
    ) -> Vec<Step> {
        let VaryDocument {
            value,
            name,
            by,
            texts,
        } = vary;
        if value.is_some() == by.is_empty() || by.is_empty() == texts.is_empty() {
            let reason = "takes a `value` and filters under `by`, or texts under `in`".to_owned();
            self.report(
                Problem::BadValue {
                    key: "vary",
                    reason,
                },
                name.spot,
            );
            return Vec::new();
        }
        let of = value
            .as_ref()
            .and_then(|value| self.one_value(value, scope));
        let by = by.iter().filter_map(|filter| {
            let varied = self.filtered(filter, of.as_ref()?)?;
            Some((filter, varied))
        });
        let by: Vec<_> = by.collect();
        let texts = texts
            .iter()
            .map(|text| (text, VariedValue::Text(text.value.clone())));
        let mut steps = Vec::new();
        for (written, varied) in by.into_iter().chain(texts) {
            steps.extend(self.variation((written, varied), name, document, (inherited, scope)));
        }
        steps
    }

    fn variation(
        &mut self,
        (written, varied): (&Placed<String>, VariedValue),
        name: &Placed<String>,
        document: &StepDocument,
        (inherited, scope): (&Inherited, &mut Scope),
    ) -> Option<Step> {
        let says = match &varied {
            VariedValue::Value(_, filters) => filters.last().map(|filter| filter.says()),
            VariedValue::Text(text) => Some(text.clone()),
        };
        scope.varied = Some((name.value.clone(), varied.clone()));
        let step = self.step(document, inherited, scope);
        scope.varied = None;
        let mut step = step?;
        step.name = format!("{}: {}", step.name, says.unwrap_or_default());
        if let Action::Exchange(exchange) = &mut step.action {
            exchange.variation = Some(Variation {
                name: written.value.clone(),
                of: original(varied),
            });
        }
        Some(step)
    }

    /// The one value that a text is, with what is done to it first.
    fn one_value(&mut self, written: &Placed<String>, scope: &mut Scope) -> Option<VariedValue> {
        let template = self.template(&written.value, written.spot, Encoding::Plain, scope);
        if let [
            Segment::Value {
                variable, filters, ..
            },
        ] = template.segments()
        {
            return Some(VariedValue::Value(*variable, filters.clone()));
        }
        // What is wrong with a placeholder is told by now.
        if !template.segments().is_empty() {
            let reason = "varies one value, such as `${user.email}`".to_owned();
            self.report(
                Problem::BadValue {
                    key: "value",
                    reason,
                },
                written.spot,
            );
        }
        None
    }

    fn filtered(&mut self, written: &Placed<String>, of: &VariedValue) -> Option<VariedValue> {
        let VariedValue::Value(variable, first) = of else {
            return None;
        };
        let Some(filter) = Filter::parse(&written.value) else {
            let filter = written.value.clone();
            self.report(Problem::UnknownFilter { filter }, written.spot);
            return None;
        };
        let mut filters = first.clone();
        filters.push(filter);
        Some(VariedValue::Value(*variable, filters))
    }

    pub(super) fn when(
        &mut self,
        documents: &OneOrMany<WhenDocument>,
        scope: &mut Scope,
    ) -> Vec<When> {
        let mut conditions = Vec::new();
        for document in &documents.0 {
            let WhenDocument { status, is } = &document.value;
            conditions.push(When {
                status: self.template(&status.value, status.spot, Encoding::Plain, scope),
                is: self.statuses(is),
            });
        }
        conditions
    }

    /// Reports what says how a request is sent, at a step that sends none of its own.
    pub(super) fn check_conditions(&mut self, document: &StepDocument) {
        if document.request.is_some() {
            return;
        }
        for (key, spot) in conditions(document) {
            if let Some(spot) = spot.filter(|_| key != "when") {
                let reason = "stands beside a `request`".to_owned();
                self.report(Problem::BadValue { key, reason }, spot);
            }
        }
    }
}

/// A value without its last filter, and with it.
fn original(varied: VariedValue) -> Option<[Template; 2]> {
    let VariedValue::Value(variable, filters) = varied else {
        return None;
    };
    let (_, first) = filters.split_last()?;
    let of = |filters: &[Filter]| {
        Template::new(vec![Segment::Value {
            variable,
            filters: filters.to_vec(),
            encoding: Encoding::Plain,
        }])
    };
    Some([of(first), of(&filters)])
}
