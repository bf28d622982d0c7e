//! Steps that look at several answers at once: requests sent at the same moment, and the sessions of the run.

use super::step_run::{StepEnd, StepRun, gravest};
use crate::engine::dress::dress;
use crate::engine::harness::Halt;
use crate::model::{Exchange, Finding, Request, Verdict};
use crate::report::Phase;
use crate::suite::{DistinctStep, RequestTemplate, TogetherStep};

impl StepRun<'_, '_> {
    /// The requests of a step that sends several: nothing of their manner is drawn.
    fn members(&self, step: &TogetherStep) -> Result<Vec<Request>, Halt> {
        let base_url = self.actor.harness.base_url;
        let member = |template: &RequestTemplate| {
            let mut request = self.render(template)?;
            dress(&mut request, template.manner, base_url);
            Ok(request)
        };
        let members = step.members.iter();
        members.map(|one| member(&one.request)).collect()
    }

    pub(super) async fn together(&mut self, step: &TogetherStep) -> Result<StepEnd, Halt> {
        if !self.actor.permits.allow_races() {
            return Err(Halt::not_applicable(format!(
                "{}: requests at the same moment need --jobs 2 or more",
                self.step.name
            )));
        }
        let requests = self.members(step)?;
        let exchanges = self.actor.send_together(requests).await;
        let mut worst: Option<(Vec<Finding>, Exchange)> = None;
        let mut some_met = step.some.is_empty();
        for (exchange, member) in exchanges.into_iter().zip(&step.members) {
            if exchange.result.is_err() {
                return self.no_answer(&member.expectations, exchange).await;
            }
            let findings = self.judge(&member.expectations, &exchange);
            if !findings.is_empty() && self.actor.met_lapsed(&exchange) {
                return Err(self.lapsed(exchange));
            }
            some_met = some_met || self.judge(&step.some, &exchange).is_empty();
            if worst
                .as_ref()
                .is_none_or(|(worst, _)| gravest(&findings) > gravest(worst))
            {
                worst = Some((findings, exchange));
            }
        }
        let Some((mut findings, exchange)) = worst else {
            return Ok(StepEnd::GoOn);
        };
        if !some_met {
            findings.extend(self.judge(&step.some, &exchange));
        }
        let verdict = gravest(&findings);
        if verdict >= Verdict::Fail && self.phase == Phase::Judged {
            return Ok(self.unmet(findings, exchange));
        }
        if verdict >= Verdict::Fail {
            let text = format!("{}: the answers are not as expected", self.step.name);
            self.note(Vec::new(), Verdict::Skip, Some(exchange));
            return Err(Halt::blocked(text));
        }
        self.note(findings, verdict, Some(exchange));
        Ok(StepEnd::GoOn)
    }

    pub(super) fn distinct(&mut self, step: &DistinctStep) -> StepEnd {
        let log = self.actor.harness.sessions;
        let sharing = step.members.iter().filter_map(|member| {
            let shared = log.shared(*member);
            (shared.sharing > 0).then(|| Finding {
                requirements: step.requirements.to_vec(),
                level: step.level,
                subject: member.as_str().to_owned(),
                expected: format!("another one for each of {} sessions", shared.sessions),
                actual: format!("{} sessions share theirs with another", shared.sharing),
                instance_path: None,
                schema_path: None,
                place: self.step.place.clone(),
            })
        });
        let findings: Vec<Finding> = sharing.collect();
        let verdict = gravest(&findings);
        self.note(findings, verdict, None);
        StepEnd::GoOn
    }
}
