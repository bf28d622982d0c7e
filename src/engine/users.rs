//! The users of a load: made and verified before the clock starts, removed after it has stopped.

use super::actor::Actor;
use super::fixture::FixtureName;
use super::harness::{Halt, Harness};
use super::permits::Permits;
use crate::report::{Event, Reason};
use crate::suite::{Need, Role, Scenario, Values};

/// The users of a load.
pub struct PreparedUsers<'a> {
    actor: Actor<'a>,
    /// The values that iterations begin with, one set for each user. One set without users if the
    /// scenario asks for none.
    pub values: Vec<Values>,
}

/// Makes the users that a scenario asks for.
///
/// # Errors
///
/// Why they could not be made. Those that were are removed again.
pub async fn prepare_users<'a>(
    harness: Harness<'a>,
    scenario: &Scenario,
    count: usize,
) -> Result<PreparedUsers<'a>, Reason> {
    let mut prepared = PreparedUsers {
        actor: Actor::new(harness, Permits::new(1)),
        values: Vec::new(),
    };
    if !scenario.needs.contains(&Need::KnownUser) {
        prepared.values.push(scenario.variables.empty_values());
        return Ok(prepared);
    }
    for number in 0..count {
        if let Err(halt) = prepared.make_one(scenario, number).await {
            prepared.tear_down().await;
            return Err(Reason {
                kind: halt.kind,
                text: halt.text,
            });
        }
    }
    Ok(prepared)
}

impl PreparedUsers<'_> {
    async fn make_one(&mut self, scenario: &Scenario, number: usize) -> Result<(), Halt> {
        if self.actor.harness.stop.is_set() {
            return Err(Halt::interrupted());
        }
        let name = FixtureName {
            scope: scenario.id.as_str(),
            role: Role::Known,
            number: u64::try_from(number).unwrap_or(u64::MAX),
        };
        let user = self.actor.make_user(name).await?;
        let mut values = scenario.variables.empty_values();
        user.fill(Role::Known, &scenario.variables, &mut values);
        self.values.push(values);
        Ok(())
    }

    /// Removes the users and tells how that went.
    pub async fn tear_down(self) {
        let sink = self.actor.harness.sink;
        let accounts = self.actor.tear_down().await;
        sink.emit(&Event::TornDown(accounts));
    }
}
