//! A few questions in front of a run, so that what is not the API is recognised before anyone is judged.

use super::actor::Actor;
use super::harness::Harness;
use super::permits::Permits;
use crate::diagnosis::Diagnosis;
use crate::suite::Generator;
use crate::users_api::FixtureCall;

/// The scope of the values that it sends.
pub(super) const SCOPE: &str = "preflight";

impl Harness<'_> {
    /// Asks what the API refuses in four different ways, after [`Harness::reach`] has asked for a user that
    /// there is not. Gives the shape of the answers if they cannot be the API's. Asks nothing if the suites
    /// are of another API.
    pub async fn look_around(&self) -> Option<Diagnosis> {
        if !self.evidence.is_watched() {
            return None;
        }
        let token = self.generation.value(Generator::Token, SCOPE, "token", 0);
        let mut actor = Actor::new(*self, Permits::new(1, 1));
        actor.whose = "a look before all cases".into();
        for question in FixtureCall::questions(&token) {
            if self.stop.is_set() {
                break;
            }
            if actor.send(question.request).await.result.is_err() {
                break;
            }
        }
        // A server that takes anything for a create has made an account.
        self.tear_down_of(actor).await;
        let found = self.evidence.ending()?;
        self.evidence.end(found.clone());
        Some(found)
    }
}
