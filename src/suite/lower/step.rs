//! Steps and their captures.

use std::sync::Arc;
use std::time::Duration;

use super::Lowering;
use super::case::Inherited;
use super::scope::Scope;
use crate::model::Level;
use crate::suite::document::{
    CaptureDocument, CaptureOrigin, MailDocument, RequestDocument, StepDocument, TogetherDocument,
};
use crate::suite::error::Problem;
use crate::suite::location::Whence;
use crate::suite::placed::{Placed, Spot};
use crate::suite::plan::{
    Action, Capture, CaptureFrom, DistinctStep, ExchangeStep, MailStep, Observation, ObserveFrom,
    Step, TogetherMember, TogetherStep,
};
use crate::suite::template::Encoding;

impl Lowering<'_> {
    pub(super) fn steps(
        &mut self,
        documents: &[StepDocument],
        inherited: &Inherited,
        scope: &mut Scope,
    ) -> Vec<Step> {
        let mut steps = Vec::with_capacity(documents.len());
        for document in documents {
            self.check_conditions(document);
            match (&document.vary, &document.mail) {
                (Some(vary), _) => steps.extend(self.varied(vary, document, inherited, scope)),
                (None, Some(mail)) if mail.times > 1 => {
                    steps.extend(self.mails(document, mail.times, inherited, scope));
                }
                (None, _) => steps.extend(self.step(document, inherited, scope)),
            }
        }
        steps
    }

    /// The same wait for each of several recipients.
    fn mails(
        &mut self,
        document: &StepDocument,
        times: usize,
        inherited: &Inherited,
        scope: &mut Scope,
    ) -> Vec<Step> {
        let mut steps = Vec::with_capacity(times);
        for number in 1..=times {
            scope.number = Some(number);
            steps.extend(self.step(document, inherited, scope));
        }
        scope.number = None;
        steps
    }

    pub(super) fn step(
        &mut self,
        document: &StepDocument,
        inherited: &Inherited,
        scope: &mut Scope,
    ) -> Option<Step> {
        let when = self.when(&document.when, scope);
        let distinct = document.distinct.0.as_slice();
        let together = document.together.as_slice();
        let action = match (&document.request, &document.mail, together, distinct) {
            (Some(request), None, [], []) => {
                Action::Exchange(Box::new(self.exchange(request, document, inherited, scope)))
            }
            (None, Some(mail), [], []) => Action::Mail(MailStep {
                optional: document.optional,
                ..self.mail(mail, inherited, scope)
            }),
            (None, None, [_, ..], []) => {
                Action::Together(self.together(document, inherited, scope))
            }
            (None, None, [], [_, ..]) => Action::Distinct(DistinctStep {
                members: distinct.iter().map(|member| member.value).collect(),
                level: self.inherited_level(inherited),
                requirements: inherited.requirements.clone(),
            }),
            _ => {
                self.report(Problem::NotOneAction, document.name.spot);
                return None;
            }
        };
        Some(Step {
            name: document.name.value.clone(),
            action,
            when,
            place: self.text.place(document.name.spot),
        })
    }

    fn exchange(
        &mut self,
        request: &RequestDocument,
        document: &StepDocument,
        inherited: &Inherited,
        scope: &mut Scope,
    ) -> ExchangeStep {
        let request = self.request(request, scope);
        let mut expectations = Vec::new();
        for expect in &document.expect.0 {
            self.expect(&expect.value, inherited, scope, &mut expectations);
        }
        let captures: Vec<Capture> = document
            .capture
            .iter()
            .map(|(name, from)| self.capture(name, from, scope))
            .collect();
        if !captures.is_empty() {
            let whence = Arc::new(Whence {
                path: request.path.clone(),
                whence: request.whence.clone(),
            });
            let variables = captures.iter().map(|capture| capture.variable);
            scope
                .sources
                .extend(variables.map(|one| (one, Arc::clone(&whence))));
        }
        let unless_equal = document.unless_equal.as_ref().map(|texts| {
            let mut lower = |text: &Placed<String>| {
                self.template(&text.value, text.spot, Encoding::Plain, scope)
            };
            texts.each_ref().map(&mut lower)
        });
        ExchangeStep {
            request,
            expectations,
            captures,
            observations: self.observations(document, inherited),
            optional: document.optional,
            unless_equal,
            eventually: self.eventually(document),
            variation: None,
            delay: document
                .delay
                .as_ref()
                .and_then(|text| self.duration("delay", text)),
        }
    }

    fn eventually(&mut self, document: &StepDocument) -> Option<Duration> {
        let text = document.eventually.as_ref()?;
        self.duration("eventually", text)
    }

    fn together(
        &mut self,
        document: &StepDocument,
        inherited: &Inherited,
        scope: &mut Scope,
    ) -> TogetherStep {
        let mut members = Vec::new();
        for one in &document.together {
            for number in 1..=one.times {
                (scope.number, scope.is_numbered) = (Some(number), false);
                let member = self.member(one, inherited, scope);
                if !scope.is_numbered {
                    let member = TogetherMember {
                        number: None,
                        ..member
                    };
                    members.extend(std::iter::repeat_n(member, one.times));
                    break;
                }
                members.push(member);
            }
            scope.number = None;
        }
        let mut some = Vec::new();
        for expect in &document.some.0 {
            self.expect(&expect.value, inherited, scope, &mut some);
        }
        TogetherStep {
            members,
            some,
            eventually: self.eventually(document),
        }
    }

    fn member(
        &mut self,
        document: &TogetherDocument,
        inherited: &Inherited,
        scope: &mut Scope,
    ) -> TogetherMember {
        let request = self.request(&document.request, scope);
        let mut expectations = Vec::new();
        for expect in &document.expect.0 {
            self.expect(&expect.value, inherited, scope, &mut expectations);
        }
        let captures = document.capture.iter();
        let captures = captures.map(|(name, from)| self.capture(name, from, scope));
        TogetherMember {
            request,
            expectations: expectations.into(),
            captures: captures.collect(),
            number: scope.number,
        }
    }

    fn observations(&mut self, document: &StepDocument, inherited: &Inherited) -> Vec<Observation> {
        let mut observations = Vec::new();
        for (question, text) in &document.observe {
            let from = match text.strip_prefix("header ") {
                Some(name) => ObserveFrom::Header(name.trim().to_owned()),
                None if text == "status" => ObserveFrom::Status,
                None => {
                    self.pointer("observe", text, document.name.spot);
                    ObserveFrom::Pointer(text.clone())
                }
            };
            observations.push(Observation {
                question: question.clone(),
                from,
                requirements: inherited.requirements.clone(),
            });
        }
        observations
    }

    fn mail(&mut self, mail: &MailDocument, inherited: &Inherited, scope: &mut Scope) -> MailStep {
        if mail.number == 0 {
            let reason = "counts from 1 for the first mail".to_owned();
            let problem = Problem::BadValue {
                key: "number",
                reason,
            };
            self.report(problem, mail.to.spot);
        }
        let (requirements, level) = if mail.proves.0.is_empty() {
            let level = self.inherited_level(inherited);
            (inherited.requirements.clone(), level)
        } else {
            let named = self.requirements(&mail.proves);
            let level = self.level_of(&named);
            (named, level)
        };
        MailStep {
            to: self.template(&mail.to.value, mail.to.spot, Encoding::Plain, scope),
            ordinal: mail.number.saturating_sub(1),
            number: scope.number,
            optional: false,
            capture: scope.capture(&mail.capture.value),
            level,
            requirements,
        }
    }

    fn inherited_level(&self, inherited: &Inherited) -> Level {
        inherited
            .level
            .unwrap_or_else(|| self.level_of(&inherited.requirements))
    }

    fn capture(
        &mut self,
        name: &str,
        from: &Placed<CaptureDocument>,
        scope: &mut Scope,
    ) -> Capture {
        let CaptureDocument {
            from: origin,
            secret,
        } = &from.value;
        let from = match origin {
            CaptureOrigin::Header(header) => CaptureFrom::Header(header.clone()),
            CaptureOrigin::Status => CaptureFrom::Status,
            CaptureOrigin::Pointer(pointer) => {
                self.pointer("capture", pointer, from.spot);
                CaptureFrom::Pointer(pointer.clone())
            }
        };
        Capture {
            variable: scope.capture(name),
            from,
            secret: *secret,
        }
    }

    /// Reports a text that is no JSON Pointer (RFC 6901).
    pub(super) fn pointer(&mut self, key: &'static str, pointer: &str, spot: Spot) {
        if !pointer.is_empty() && !pointer.starts_with('/') {
            let reason = format!("takes JSON Pointers, which begin with `/`, not {pointer:?}");
            self.report(Problem::BadValue { key, reason }, spot);
        }
    }

    /// Parses a duration such as `5s`.
    pub(super) fn duration(
        &mut self,
        key: &'static str,
        text: &Placed<String>,
    ) -> Option<Duration> {
        match humantime::parse_duration(&text.value) {
            Ok(duration) => Some(duration),
            Err(error) => {
                let reason = format!("takes a duration such as `5s` or `200ms`: {error}");
                self.report(Problem::BadValue { key, reason }, text.spot);
                None
            }
        }
    }
}
