//! Codes: sent by mail, used once, and not for long.

use uuid::Uuid;

use super::Email;
use super::{
    Acknowledged, CallContext, CallError, Code, Credentials, Letter, Moment, Opens, Refusal,
    Secret, Store, UsersApi, Verification,
};

/// What becomes of a code after a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// Nothing: there is no such code, or it is not meant for this.
    Ignored,
    /// The code stays, with one attempt less.
    Counted,
    /// The code is removed, and verifies nothing.
    Discarded,
    /// The code is removed, and what it was sent for is verified.
    Accepted,
}

impl Code {
    fn attempt(&self, digits: &Secret, now: Moment) -> Attempt {
        if now >= self.expires {
            Attempt::Discarded
        } else if self.digits.matches(digits) {
            Attempt::Accepted
        } else if self.attempts_left <= 1 {
            Attempt::Discarded
        } else {
            Attempt::Counted
        }
    }
}

impl<S: Store> UsersApi<S> {
    /// Verifies a session. The code and its identifier are enough; no credentials are needed.
    ///
    /// # Errors
    ///
    /// [`Refusal::CodeRejected`] if the code is wrong, used, too old, was tried too often, or was
    /// not sent for a session.
    pub fn verify_session(
        &self,
        request: &Verification,
        now: Moment,
    ) -> Result<Acknowledged, CallError> {
        self.redeem(request, now, |code| matches!(code.opens, Opens::Session(_)))
    }

    /// Verifies one of the caller's key pairs.
    ///
    /// # Errors
    ///
    /// [`Refusal::CodeRejected`] if the code is wrong, used, too old, was tried too often, or was
    /// not sent for a key pair of the caller. Refusals of credentials.
    pub fn verify_key_pair(
        &self,
        credentials: &Credentials,
        request: &Verification,
        now: Moment,
    ) -> Result<Acknowledged, CallError> {
        let (session, _) = self.caller(credentials, now)?.into_session()?;
        self.redeem(request, now, |code| {
            matches!(code.opens, Opens::KeyPair(_)) && code.account == session.account
        })
    }

    fn redeem(
        &self,
        request: &Verification,
        now: Moment,
        meant: impl Fn(&Code) -> bool,
    ) -> Result<Acknowledged, CallError> {
        let attempt = self.store.attempt(request.code, &|code| {
            if meant(code) {
                code.attempt(&request.digits, now)
            } else {
                Attempt::Ignored
            }
        })?;
        match attempt {
            Attempt::Accepted => Ok(Acknowledged::default()),
            Attempt::Ignored | Attempt::Counted | Attempt::Discarded => {
                Err(Refusal::CodeRejected.into())
            }
        }
    }

    /// A fresh code, and the letter that carries it.
    pub(super) fn code(
        &self,
        account: Uuid,
        opens: Opens,
        to: Email,
        context: CallContext<'_>,
    ) -> (Code, Letter) {
        let code = Code {
            id: context.identifier(),
            account,
            opens,
            digits: context.digits(),
            expires: context.now.after_seconds(self.rules.code_seconds),
            attempts_left: self.rules.code_attempts,
        };
        let letter = Letter {
            to,
            digits: code.digits.clone(),
            valid_seconds: self.rules.code_seconds,
        };
        (code, letter)
    }
}
