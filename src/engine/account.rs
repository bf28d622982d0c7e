//! An account as a run knows it, and the sessions of it.

use super::facts::{json, text};
use super::ledger::AccountNumber;
use crate::model::Response;

/// An account that exists because of this run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Account {
    /// The address given at creation; none if the target accepted a request without one.
    pub(super) email: Option<String>,
    /// Its sessions in the order they were made.
    pub(super) sessions: Vec<Session>,
    /// Codes mailed to it so far.
    pub(super) codes_mailed: usize,
    /// The alias given at creation.
    pub(super) alias: Option<String>,
    /// Its id, once the target told it.
    pub(super) id: Option<String>,
    /// Its API keys.
    pub(super) keys: Vec<String>,
    /// Whether its deletion was acknowledged, or it turned out never to have existed.
    pub(super) removed: bool,
    /// Whether the answer that tells whether it exists never came.
    pub(super) uncertain: bool,
    /// Whether something was done with its sessions after which they may be refused.
    pub(super) is_meddled_with: bool,
    /// Its number in the ledger.
    pub(super) number: Option<AccountNumber>,
}

impl Account {
    /// It was deleted, for certain.
    pub(super) const fn gone(&mut self) {
        self.removed = true;
        self.uncertain = false;
    }
}

/// A session of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) bearer: String,
    pub(super) code_id: String,
    /// Which of the account's codes verifies it, from 0.
    pub(super) code_ordinal: usize,
    pub(super) verified: bool,
    /// When it ends by the target's clock, in unix seconds, if the target told so.
    pub(super) expire_at: Option<i64>,
    /// Whether the ledger knows that it is verified.
    pub(super) in_ledger: bool,
}

impl Session {
    /// The session that an answer opened, if it tells enough of it.
    pub(super) fn opened(response: &Response, code_ordinal: usize) -> Option<Self> {
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
