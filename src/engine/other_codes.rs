//! Tries the other numbers of a mail where the target refuses the one that was taken for its code.

use serde_json::{Value, json};

use super::actor::{Actor, status_of};
use crate::model::{Exchange, Request};
use crate::users_api::verified_code;

/// What came of the other numbers of a mail.
pub(super) enum OtherCodes {
    /// The target took one of them.
    Taken(Exchange),
    /// It took none, so that nobody can say whether one was the code; a sentence fragment.
    Refused(String),
}

impl Actor<'_> {
    /// Sends a refused verification again with the other numbers of its mail, in their order, until one is taken.
    /// None if this is no such verification, or its mail holds no other number.
    pub(super) async fn try_other_codes(&mut self, refused: &Exchange) -> Option<OtherCodes> {
        let mailbox = self.harness.mailbox?;
        let was_refused = |status: u16| (400..500).contains(&status);
        let (request, code) = verification(refused, was_refused)?;
        let address = self.watch.address_of(&refused.request)?;
        let others = mailbox.others(&address, &code);
        let count = others.len() + 1;
        for other in &others {
            self.harness.redactor.learn(other);
            let mut members = request.clone();
            members["code"] = json!(other);
            let body = Some(members.to_string().into_bytes());
            let request = Request {
                body,
                ..refused.request.clone()
            };
            // The number of the refused one stays among those of the step.
            let exchange = self.send(request).await;
            if status_of(&exchange).is_some_and(|status| (200..300).contains(&status)) {
                return Some(OtherCodes::Taken(exchange));
            }
        }
        if count == 1 {
            return None;
        }
        mailbox.settle(&address, &code, None);
        Some(OtherCodes::Refused(format!(
            "its mail holds {count} numbers that may be the code, and the target refused one after the other; it may lock after a wrong one, so say which it is with --code-pattern"
        )))
    }

    /// The exchange of a fixture call, or that with another number of the mail; and why the answer says nothing,
    /// where all numbers were refused.
    pub(super) async fn with_the_right_code(
        &mut self,
        exchange: Exchange,
    ) -> (Exchange, Option<String>) {
        let (exchange, unclear) = match self.try_other_codes(&exchange).await {
            Some(OtherCodes::Taken(other)) => (other, None),
            Some(OtherCodes::Refused(why)) => (exchange, Some(why)),
            None => (exchange, None),
        };
        self.refused_all_codes = unclear.is_some();
        (exchange, unclear)
    }

    /// Learns from a verification that the target took at once.
    pub(super) fn note_code(&self, exchange: &Exchange) {
        let took = |status: u16| (200..300).contains(&status);
        if let Some(mailbox) = self.harness.mailbox
            && let Some((_, code)) = verification(exchange, took)
            && let Some(address) = self.watch.address_of(&exchange.request)
            && let Some(place) = mailbox.settle(&address, &code, Some(&code))
        {
            self.harness.tell(format!(
                    "mails hold several numbers that may be the code: the target took number {} in the order of likelihood, which is tried first from now on; --code-pattern says from the start which it is",
                    place + 1
                ));
        }
    }
}

/// The members of a verification with such a status, and the code in it.
fn verification(exchange: &Exchange, is_it: impl Fn(u16) -> bool) -> Option<(Value, String)> {
    let has_status = status_of(exchange).is_some_and(is_it);
    verified_code(&exchange.request).filter(|_| has_status)
}
