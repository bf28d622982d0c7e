//! An account as a run knows it, and the sessions of it.

use super::facts::{json, text};
use super::ledger::AccountNumber;
use crate::model::Response;

/// An account that exists because of this run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Account {
    /// The address given at creation; none if the target accepted a request without one.
    pub(crate) email: Option<String>,
    /// Its sessions in the order they were made.
    pub(crate) sessions: Vec<Session>,
    /// Codes mailed to it so far.
    pub(crate) codes_mailed: usize,
    /// The alias given at creation.
    pub(crate) alias: Option<String>,
    /// Its id, once the target told it.
    pub(crate) id: Option<String>,
    /// Its API keys.
    pub(crate) keys: Vec<String>,
    /// Whether its deletion was acknowledged, or it turned out never to have existed.
    pub(crate) removed: bool,
    /// Whether the answer that tells whether it exists never came.
    pub(crate) uncertain: bool,
    /// Whether something was done with its sessions after which they may be refused.
    pub(crate) is_meddled_with: bool,
    /// Its number in the ledger.
    pub(crate) number: Option<AccountNumber>,
}

impl Account {
    /// Whether an answer tells its own alias.
    pub(crate) fn is_shown_by(&self, answer: &Response) -> bool {
        let told = json(&answer.body).and_then(|body| text(&body, "alias"));
        told.is_some() && told == self.alias
    }

    /// It was deleted, for certain.
    pub(crate) const fn gone(&mut self) {
        self.removed = true;
        self.uncertain = false;
    }
}

/// A session of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) bearer: String,
    pub(crate) code_id: String,
    /// Which of the account's codes verifies it, from 0.
    pub(crate) code_ordinal: usize,
    pub(crate) verified: bool,
    /// When it ends by the target's clock, in unix seconds, if the target told so.
    pub(crate) expire_at: Option<i64>,
    /// Whether the ledger knows that it is verified.
    pub(crate) in_ledger: bool,
}

impl Session {
    /// Whether there is anything to show for it.
    pub(crate) fn has_credential(&self) -> bool {
        !self.bearer.trim().is_empty()
    }

    /// The session that an answer opened, if it tells enough of it.
    pub(crate) fn opened(response: &Response, code_ordinal: usize) -> Option<Self> {
        let answer = json(&response.body)?;
        Some(Self {
            bearer: text(&answer, "bearer")?,
            code_id: text(&answer, "verificationCodeID")?,
            code_ordinal,
            verified: false,
            expire_at: answer.get("expireAt").and_then(serde_json::Value::as_i64),
            in_ledger: false,
        })
    }
}
