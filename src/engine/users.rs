//! The users of a load: made and verified before the clock starts, removed after it has stopped.

use std::convert::Infallible;
use std::time::Duration;

use super::actor::Actor;
use super::fixture::{FixtureName, fill};
use super::harness::{Halt, Harness};
use super::load::ScenarioPart;
use super::permits::Permits;
use super::step_log::StepLog;
use crate::record::{Event, Reason};
use crate::suite::{Scenario, Values, Variables};
use crate::users_api::{FixtureUser, Need, Role};

/// How often it is looked whether a session is about to lapse.
const LOOK: Duration = Duration::from_millis(500);

/// The users of a load.
pub struct PreparedUsers<'a> {
    actor: Actor<'a>,
    users: Vec<FixtureUser>,
}

/// Makes the users that a scenario, or several as one, asks for; none if it asks for none.
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
        actor: Actor::new(harness, Permits::new(1, 1)),
        users: Vec::new(),
    };
    if scenario.needs.contains(&Need::Mailbox) && harness.mailbox.is_none() {
        let Halt { kind, text } = Halt::no_mailbox();
        return Err(Reason { kind, text });
    }
    if !scenario.needs.contains(&Need::KnownUser) {
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
        self.users.push(user);
        Ok(())
    }

    /// The values that iterations with these variables begin with, one set for each user.
    #[must_use]
    pub fn values(&self, variables: &Variables) -> Vec<Values> {
        let of_user = |user: &FixtureUser| {
            let mut values = variables.empty_values();
            fill(user, Role::Known, variables, &mut values);
            values
        };
        self.users.iter().map(of_user).collect()
    }

    /// Renews the users' sessions before they lapse, for as long as it is awaited, and lets iterations that begin
    /// from then on use what is new.
    pub async fn keep(&mut self, parts: &[ScenarioPart]) -> Infallible {
        let clock = self.actor.harness.clock;
        loop {
            clock.sleep(LOOK).await;
            let before = self.users.clone();
            let mut has_lapsed = false;
            for user in &mut self.users {
                let renewed = self.actor.renew(user).await;
                has_lapsed |= renewed.is_err() && self.actor.has_lapsed(user);
                // Nobody asks for these exchanges, and a load may last for days.
                self.actor.steps = StepLog::default();
            }
            for part in parts {
                part.renewed.set_lapsed(has_lapsed);
                if self.users != before {
                    part.renewed.publish(self.values(&part.variables));
                }
            }
        }
    }

    /// Removes the users and tells how that went.
    pub async fn tear_down(self) {
        let sink = self.actor.harness.sink;
        let accounts = self.actor.tear_down(1).await;
        sink.emit(&Event::TornDown(accounts));
    }
}
