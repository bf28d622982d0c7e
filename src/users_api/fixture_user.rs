//! What is known of a user that was made before the first step, and what such a user sends next.

use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::fixture_call::FixtureCall;
use super::lent::LentKeyPair;
use super::user_member::UserMember;

/// What is known of a user that was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FixtureUser {
    members: BTreeMap<UserMember, String>,
}

/// The member that an answer on which a case rests does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer has no {0}")]
pub(crate) struct LackingMember(&'static str);

impl FixtureUser {
    /// One that the user of the tool lends, by a session.
    pub(crate) fn lent(bearer: &str) -> Self {
        let mut user = Self::default();
        user.set(UserMember::Bearer, bearer.to_owned());
        user
    }

    /// One that the user of the tool lends, by a key pair.
    pub(crate) fn of_key_pair(pair: &LentKeyPair) -> Self {
        let mut user = Self::default();
        user.set(UserMember::ApiKey, pair.key.clone());
        user.set(UserMember::ApiSecret, pair.secret.clone());
        user
    }

    pub(crate) fn set(&mut self, member: UserMember, value: String) {
        self.members.insert(member, value);
    }

    pub(crate) fn known(&self, member: UserMember) -> Option<&String> {
        self.members.get(&member)
    }

    fn get(&self, member: UserMember) -> &str {
        self.known(member).map_or("", String::as_str)
    }

    pub(crate) fn email(&self) -> &str {
        self.get(UserMember::Email)
    }

    /// What its session is known by.
    pub(crate) fn credential(&self) -> &str {
        self.get(UserMember::Bearer)
    }

    pub(crate) fn creation(&self) -> FixtureCall {
        FixtureCall::create_user(&json!({
            "email": self.email(),
            "fullName": self.get(UserMember::FullName),
            "alias": self.get(UserMember::Alias),
        }))
    }

    /// Opens another session. Take the answer with [`FixtureUser::opened`].
    pub(crate) fn new_session(&self) -> FixtureCall {
        FixtureCall::open_session("open a new session", self.email())
    }

    /// The user with the session that an answer opened, which is not verified.
    pub(crate) fn opened(&self, answer: &Value) -> Result<Self, LackingMember> {
        let mut user = self.clone();
        for (member, name) in [
            (UserMember::Bearer, "bearer"),
            (UserMember::SessionId, "sessionID"),
            (UserMember::CodeId, "verificationCodeID"),
        ] {
            user.set(member, text(answer, name)?);
        }
        Ok(user)
    }

    pub(crate) fn verification(&self, code: &str) -> FixtureCall {
        let code_id = self.get(UserMember::CodeId);
        FixtureCall::verify_session("verify the session", code_id, code)
    }

    pub(crate) fn extension(&self) -> FixtureCall {
        FixtureCall::extend_session(self.credential())
    }

    /// Reads the session. Take the answer with [`FixtureUser::identified`].
    pub(crate) fn session(&self) -> FixtureCall {
        FixtureCall::read_session(self.credential())
    }

    /// Learns its id.
    pub(crate) fn identified(&mut self, answer: &Value) -> Result<(), LackingMember> {
        self.set(UserMember::Id, text(answer, "userID")?);
        Ok(())
    }

    /// Learns whatever an answer tells of a user that was lent, its id above all.
    pub(crate) fn described(&mut self, session: &Value) -> Result<(), LackingMember> {
        for (member, name) in [
            (UserMember::Alias, "alias"),
            (UserMember::FullName, "fullName"),
            (UserMember::SessionId, "sessionID"),
        ] {
            if let Ok(value) = text(session, name) {
                self.set(member, value);
            }
        }
        self.identified(session)
    }

    /// Makes a key pair. Take the answer with [`FixtureUser::paired`].
    pub(crate) fn key_pair(&self) -> FixtureCall {
        FixtureCall::make_key_pair(self.credential())
    }

    /// Learns its key pair, and gives the secret of it.
    pub(crate) fn paired(&mut self, made: &Value) -> Result<String, LackingMember> {
        let secret = text(made, "apiSecret")?;
        self.set(UserMember::ApiKey, text(made, "apiKey")?);
        self.set(UserMember::ApiSecret, secret.clone());
        Ok(secret)
    }

    /// Verifies the key pair that this answer gave, with the code that was mailed for it.
    pub(crate) fn key_pair_verification(
        &self,
        made: &Value,
        code: &str,
    ) -> Result<FixtureCall, LackingMember> {
        let code_id = text(made, "verificationCodeID")?;
        let call = FixtureCall::verify_key_pair(self.credential(), &code_id, code);
        Ok(call)
    }
}

fn text(answer: &Value, member: &'static str) -> Result<String, LackingMember> {
    super::facts::text(answer, member).ok_or(LackingMember(member))
}
