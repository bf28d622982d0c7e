//! Whether a step is made at all, and when.

use super::step_run::StepRun;
use crate::engine::harness::Halt;
use crate::suite::{ExchangeStep, Template, When};

impl StepRun<'_, '_> {
    /// Whether there is anything to send, once it is time to.
    ///
    /// # Errors
    ///
    /// If the case does not apply to this target, or a value is missing.
    pub(super) async fn is_due(&mut self, step: &ExchangeStep) -> Result<bool, Halt> {
        self.tell_apart(step)?;
        let of = step
            .variation
            .as_ref()
            .and_then(|variation| variation.of.as_ref());
        if let Some([original, varied]) = of
            && self.text(original)? == self.text(varied)?
        {
            return Ok(false);
        }
        if let Some(delay) = step.delay {
            let wait = self.actor.harness.clock.sleep(delay);
            self.actor.places.away(wait).await;
        }
        Ok(true)
    }

    /// Whether the case is about two things that happen to be one at this target.
    fn tell_apart(&self, step: &ExchangeStep) -> Result<(), Halt> {
        let Some([one, other]) = &step.unless_equal else {
            return Ok(());
        };
        if self.text(one)? != self.text(other)? {
            return Ok(());
        }
        Err(Halt::not_applicable(format!(
            "{}: what it would tell apart is the same at this target",
            self.step.name
        )))
    }

    /// Whether the step is not left out. Where the step was that tells so, this one is, too.
    pub(super) fn holds(&self, when: &When) -> Result<bool, Halt> {
        let Ok(status) = when.status.render(self.values) else {
            return Ok(false);
        };
        let Ok(status) = status.parse() else {
            return Err(Halt::blocked(format!(
                "{}: {status:?} is no status",
                self.step.name
            )));
        };
        Ok(when.is.iter().any(|one| one.contains(status)))
    }

    fn text(&self, template: &Template) -> Result<String, Halt> {
        template
            .render(self.values)
            .map_err(|missing| self.missing(missing))
    }
}
