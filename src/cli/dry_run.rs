//! `--dry-run`: what a run would send, without sending it.
//!
//! What is made from the seed is shown as it would be sent; what only the target could tell, as
//! `${name}`.

use crate::model::Redactor;
use crate::session::Loading;
use crate::session::TargetPlan;
use crate::suite::{
    Action, BodyTemplate, Case, Generation, RequestTemplate, Segment, Source, Step, Template,
    Values, Variables,
};
use crate::users_api::Need;

/// How often a case's steps are repeated makes no difference to what they send.
const FIRST_ROUND: u64 = 0;

/// Shows what would be sent to a target.
pub(super) struct DryRun<'a> {
    base_url: &'a str,
    generation: &'a Generation,
    /// Knows what the user gave that no output may show.
    redactor: Redactor,
    text: String,
}

/// What the requests of a case or a scenario are filled in from.
struct DryScope<'a> {
    variables: &'a Variables,
    values: Values,
}

impl<'a> DryRun<'a> {
    pub(super) fn new(target: &'a TargetPlan, generation: &'a Generation) -> Self {
        let base_url = target.url().unwrap_or_default();
        let text = format!(
            "nothing is sent to {}; without --dry-run it gets one GET to see that it is there, and then:\n",
            target.name()
        );
        let redactor = Redactor::new();
        target.teach(&redactor);
        Self {
            base_url,
            generation,
            redactor,
            text,
        }
    }

    /// Everything that was to be shown.
    pub(super) fn into_text(self) -> String {
        self.redactor.text(&self.text)
    }

    /// Adds the requests of a case.
    pub(super) fn case(&mut self, case: &Case) {
        self.line(&format!("\n{}", case.id));
        self.fixtures(&case.needs.iter().copied().collect::<Vec<_>>());
        let scope = self.scope(case.id.as_str(), &case.variables);
        for step in case.given.iter().chain(&case.steps) {
            self.step(step, &scope);
        }
    }

    /// Adds the requests of one iteration of a load, and how many there would be.
    pub(super) fn load(&mut self, loading: &Loading) {
        let (scenario, how_many) = (loading.scenario(), loading.how_many());
        self.line(&format!("\nload {}: {how_many}, of these", scenario.id));
        self.fixtures(&scenario.needs.iter().copied().collect::<Vec<_>>());
        let scope = self.scope(scenario.id.as_str(), &scenario.variables);
        for operation in &scenario.operations {
            self.request(&operation.exchange.request, &scope);
        }
    }

    fn scope<'s>(&self, name: &str, variables: &'s Variables) -> DryScope<'s> {
        let mut values = variables.empty_values();
        for (id, variable) in variables.iter() {
            if let Source::Generated(generator) = variable.source {
                let value = self
                    .generation
                    .value(generator, name, &variable.name, FIRST_ROUND);
                values.set(id, value);
            }
        }
        DryScope { variables, values }
    }

    fn fixtures(&mut self, needs: &[Need]) {
        for need in needs {
            let what = match need {
                Need::User | Need::SecondUser => {
                    "a user of its own: POST /user, PUT /session/verification, GET /session; removed by DELETE /user"
                }
                Need::KnownUser => "the user whom all cases share, made once in the same way",
                Need::KeyPair | Need::SecondKeyPair => {
                    "a key pair of it: POST /keypair, PUT /keypair/verification"
                }
                Need::Mailbox => "mailed codes, read from the mailbox",
            };
            self.line(&format!("  needs {what}"));
        }
    }

    fn step(&mut self, step: &Step, scope: &DryScope<'_>) {
        match &step.action {
            Action::Exchange(exchange) => {
                self.request(&exchange.request, scope);
                if exchange.eventually.is_some() {
                    self.line("    again and again, until everything expected comes");
                }
            }
            Action::Together(together) => {
                for member in &together.members {
                    self.request(&member.request, scope);
                    self.line("    at the same moment as its neighbours");
                }
            }
            Action::Mail(_) | Action::Distinct(_) => {}
        }
    }

    fn request(&mut self, request: &RequestTemplate, scope: &DryScope<'_>) {
        let path = scope.text(&request.path);
        self.line(&format!("  {} {}{path}", request.method, self.base_url));
        for (name, value) in &request.headers {
            self.line(&format!("    {name}: {}", scope.text(value)));
        }
        match &request.body {
            None => {}
            Some(BodyTemplate::Text(text)) => {
                self.line(&format!("    {}", scope.text(text).escape_debug()));
            }
            Some(BodyTemplate::Bytes(bytes)) => {
                self.line(&format!("    {}", bytes.escape_ascii()));
            }
        }
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }
}

impl DryScope<'_> {
    fn text(&self, template: &Template) -> String {
        let piece = |segment: &Segment| match segment {
            Segment::Text(text) => text.clone(),
            Segment::Value { variable, .. } => Template::new(vec![segment.clone()])
                .render(&self.values)
                .unwrap_or_else(|_| format!("${{{}}}", self.variables.name(*variable))),
        };
        template.segments().iter().map(piece).collect()
    }
}
