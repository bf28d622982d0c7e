//! Steps that look at several answers at once: requests sent at the same moment, and the sessions of the run.

use super::step_run::{FIRST_PAUSE, LONGEST_PAUSE, StepEnd, StepRun, gravest};
use crate::engine::dress::dress;
use crate::engine::harness::Halt;
use crate::model::{Exchange, Finding, Mismatch, Request, Verdict};
use crate::record::Phase;
use crate::suite::{DistinctStep, RequestTemplate, TogetherMember, TogetherStep};

/// What came of all requests that were sent at one moment.
enum Round {
    /// Answers, of which this is the one that is furthest from what was expected.
    Answered {
        findings: Vec<Finding>,
        exchange: Exchange,
        /// Whether all that should be kept was there.
        kept: Result<(), Halt>,
    },
    /// One of them got none, or met what is not the target's, or nothing was sent.
    Ended(Result<StepEnd, Halt>),
}

impl StepRun<'_, '_> {
    /// The requests of a step that sends several: nothing of their manner is drawn.
    fn requests(&self, members: &[&TogetherMember]) -> Result<Vec<Request>, Halt> {
        let base_url = self.actor.harness.base_url;
        let request = |template: &RequestTemplate| {
            let mut request = self.render(template)?;
            dress(&mut request, template.manner, base_url);
            Ok(request)
        };
        let members = members.iter();
        members.map(|one| request(&one.request)).collect()
    }

    /// Sends the requests at one moment; under `eventually` all of them again and again, until everything expected
    /// comes or the time is up.
    pub(super) async fn together(&mut self, step: &TogetherStep) -> Result<StepEnd, Halt> {
        if !self.actor.permits.allow_races() {
            return Err(Halt::not_applicable(format!(
                "{}: requests at the same moment need --jobs 2 or more",
                self.step.name
            )));
        }
        let burst = self.actor.permits.burst();
        let members = step.members.iter();
        let members: Vec<&TogetherMember> = members
            .filter(|member| member.number.is_none_or(|number| number <= burst))
            .collect();
        let clock = self.actor.harness.clock;
        let deadline = step.eventually.map(|limit| clock.elapsed() + limit);
        let mut pause = FIRST_PAUSE;
        loop {
            let (findings, exchange, kept) = match self.round(step, &members).await? {
                Round::Answered {
                    findings,
                    exchange,
                    kept,
                } => (findings, exchange, kept),
                Round::Ended(end) => return end,
            };
            let in_time = deadline.is_some_and(|deadline| clock.elapsed() < deadline);
            if findings.is_empty() || !in_time || self.actor.harness.stop.is_set() {
                return self.end_together(findings, exchange, kept);
            }
            clock.sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn round(
        &mut self,
        step: &TogetherStep,
        members: &[&TogetherMember],
    ) -> Result<Round, Halt> {
        let requests = self.requests(members)?;
        let exchanges = self.actor.send_together(requests).await;
        let mut worst: Option<(Vec<Finding>, Exchange)> = None;
        let mut some_met = step.some.is_empty();
        let mut kept = Ok(());
        for (exchange, member) in exchanges.into_iter().zip(members) {
            let Ok(response) = &exchange.result else {
                let end = self.no_answer(&member.expectations, exchange).await;
                return Ok(Round::Ended(end));
            };
            let findings = self.judge(&member.expectations, &exchange);
            if !findings.is_empty() && self.actor.met_lapsed(&exchange) {
                return Err(self.lapsed(exchange));
            }
            some_met = some_met || self.judge(&step.some, &exchange).is_empty();
            kept = kept.and(self.keep(&member.captures, response, exchange.elapsed));
            if worst
                .as_ref()
                .is_none_or(|(worst, _)| gravest(&findings) > gravest(worst))
            {
                worst = Some((findings, exchange));
            }
        }
        let Some((mut findings, exchange)) = worst else {
            return Ok(Round::Ended(Ok(StepEnd::GoOn)));
        };
        if !some_met {
            findings.extend(self.judge(&step.some, &exchange));
        }
        Ok(Round::Answered {
            findings,
            exchange,
            kept,
        })
    }

    fn end_together(
        &mut self,
        findings: Vec<Finding>,
        exchange: Exchange,
        kept: Result<(), Halt>,
    ) -> Result<StepEnd, Halt> {
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
        kept.map(|()| StepEnd::GoOn)
    }

    pub(super) fn distinct(&mut self, step: &DistinctStep) -> StepEnd {
        let log = self.actor.harness.sessions;
        let sharing = step.members.iter().filter_map(|member| {
            let shared = log.shared(*member);
            (shared.sharing > 0).then(|| {
                let expected = format!("another one for each of {} sessions", shared.sessions);
                let actual = format!("{} sessions share theirs with another", shared.sharing);
                let mismatch = Mismatch::new(member.as_str(), expected, actual);
                mismatch.finding(&step.requirements, step.level, &self.step.place)
            })
        });
        let findings: Vec<Finding> = sharing.collect();
        let verdict = gravest(&findings);
        self.note(findings, verdict, None);
        StepEnd::GoOn
    }
}
