//! Creates that are refused for names of ours that nobody has.

use super::actor::{Actor, status_of};
use super::taken::says_taken;
use crate::diagnosis::{Purpose, may_tell_limit};
use crate::model::{Exchange, Mismatch};
use crate::suite::RunCheck;
use crate::users_api::{ApiCall, Leaving, asked_names};

impl Actor<'_> {
    /// Sends a create that was refused because somebody is said to have its names once more, with nothing else
    /// under way, and gives the answer that counts. Whoever had a name in earnest has it still, but for names
    /// that others use, too. So a sound create that is admitted then was refused for something else, which is told.
    pub(super) async fn unless_taken(&mut self, answered: Exchange, is_sound: bool) -> Exchange {
        let rules = self.harness.rules;
        let is_admitted =
            |exchange: &Exchange| ApiCall::granted(exchange) == Some(ApiCall::CreateUser);
        if is_admitted(&answered) {
            rules.note(RunCheck::FreeNames, &answered, self.standing(), None);
        }
        if self.taken.is_none() || !rules.compares(RunCheck::FreeNames) {
            return answered;
        }
        let request = answered.request.clone();
        let known = (self.announce(&request), Leaving::default());
        let again = self
            .send_beside(usize::MAX, Purpose::Case, request, known)
            .await;
        self.numbers.push(again.number);
        match &again.result {
            Ok(response) if says_taken(response).is_none() => {}
            _ => return answered,
        }
        let taken = self.taken.take();
        let generation = self.harness.generation;
        let names = asked_names(&again.request);
        let are_ours = names
            .is_some_and(|names| generation.are_of_one_user(names.each_ref().map(String::as_str)));
        // Room that others left explains that one is admitted then.
        let is_limit = taken.is_some_and(|said| may_tell_limit(&said));
        let was_wrong = is_admitted(&again) && is_sound && are_ours && !is_limit;
        if let (Some(was), Some(status), true) =
            (status_of(&answered), status_of(&again), was_wrong)
        {
            let expected = "2xx for an address and alias that nobody has";
            let then =
                format!("the same request was answered {status} with nothing else under way");
            let found = Mismatch::new("status", expected, format!("{was}; {then}"));
            rules.note(
                RunCheck::FreeNames,
                &answered,
                self.standing(),
                Some(&found),
            );
        }
        again
    }
}
