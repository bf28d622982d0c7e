//! A step that brings a mailed code, where the mail holds several numbers.

use super::step_run::StepRun;
use crate::engine::harness::Halt;
use crate::engine::other_codes::OtherCodes;
use crate::model::{Exchange, Finding, Verdict};
use crate::suite::ExchangeStep;

impl StepRun<'_, '_> {
    /// The exchange of a step, or that with another number of the mail where this one was refused.
    pub(super) async fn with_the_right_code(
        &mut self,
        step: &ExchangeStep,
        (exchange, findings): (Exchange, Vec<Finding>),
    ) -> Result<(Exchange, Vec<Finding>), Halt> {
        if findings.is_empty() {
            return Ok((exchange, findings));
        }
        match self.actor.try_other_codes(&exchange).await {
            None => Ok((exchange, findings)),
            Some(OtherCodes::Taken(exchange)) => {
                let findings = self.judge(&step.expectations, &exchange);
                Ok((exchange, findings))
            }
            Some(OtherCodes::Refused(why)) => {
                self.actor.refused_all_codes = true;
                self.note(Vec::new(), Verdict::Skip, Some(exchange));
                Err(Halt::blocked(format!("{}: {why}", self.step.name)))
            }
        }
    }
}
