//! Faults of the target where a case only lays its ground: in fixtures and under `given`. Such a step is not
//! what the case is about, so it blames what the request itself proves, and only where nothing else can be
//! the reason.

use super::actor::Actor;
use crate::model::{Exchange, Finding, Place};
use crate::users_api::{Groundwork, fault};
use std::time::Duration;

impl Actor<'_> {
    /// The fault of the target that an exchange shows on which a case rests, if any.
    pub(super) async fn fault_in(
        &mut self,
        exchange: &Exchange,
        eventually: Option<Duration>,
        place: Option<&Place>,
    ) -> Option<Finding> {
        let asked = Groundwork {
            eventually,
            unix_now: self.harness.clock.unix_seconds(),
            place,
        };
        let finding = fault(exchange, &self.watch, asked)?;
        Some(match exchange.result {
            Ok(_) => finding,
            Err(_) => self.confirm(finding, exchange).await,
        })
    }

    /// Sends a request that got no whole answer once more, on a connection of its own as always, so that a
    /// habit is told from an accident. What comes is told in the finding and decides nothing; an account that
    /// it makes is kept account of as any other.
    pub(super) async fn confirm(&mut self, finding: Finding, exchange: &Exchange) -> Finding {
        // That an account of ours is taken by the first attempt says nothing of the case.
        let taken = std::mem::take(&mut self.taken);
        let again = self.send(exchange.request.clone()).await;
        self.taken = taken;
        let again = match &again.result {
            Ok(response) => format!(
                "the same request was answered {} when it was sent again",
                response.status
            ),
            Err(error) if error.detail == finding.actual => "twice".to_owned(),
            Err(error) => format!("sent again: {error}"),
        };
        Finding {
            actual: format!("{}; {again}", finding.actual),
            ..finding
        }
    }
}
