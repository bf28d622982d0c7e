//! Users that are made before the first step of a case or a load.

use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::actor::{Actor, Call};
use super::harness::{Halt, LentKeyPair};
use crate::suite::{Generator, Member, Role, Source, Values, Variables};

/// For how many days a key pair is asked for. The shortest that every server should allow.
const KEY_PAIR_DAYS: u32 = 1;

/// What is known of a user that was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FixtureUser {
    members: BTreeMap<Member, String>,
}

impl FixtureUser {
    fn set(&mut self, member: Member, value: String) {
        self.members.insert(member, value);
    }

    fn get(&self, member: Member) -> &str {
        self.members.get(&member).map_or("", String::as_str)
    }

    /// Fills in the variables that speak of this user.
    pub(super) fn fill(&self, role: Role, variables: &Variables, values: &mut Values) {
        for (id, variable) in variables.iter() {
            if let Source::Fixture(of, member) = variable.source
                && of == role
                && let Some(value) = self.members.get(&member)
            {
                values.set(id, value.clone());
            }
        }
    }
}

/// Which user to make: its values are a function of all three.
#[derive(Clone, Copy, Debug)]
pub(super) struct FixtureName<'a> {
    /// The case or load it is made for.
    pub(super) scope: &'a str,
    /// Its role there.
    pub(super) role: Role,
    /// Which of several, from 0.
    pub(super) number: u64,
}

impl Actor<'_> {
    /// Makes a verified user.
    pub(super) async fn make_user(&mut self, name: FixtureName<'_>) -> Result<FixtureUser, Halt> {
        let user = self.begin_user(name).await?;
        self.finish_user(user).await
    }

    /// Makes a user whose mail is on its way, so that the mails of several come meanwhile.
    pub(super) async fn begin_user(&mut self, name: FixtureName<'_>) -> Result<FixtureUser, Halt> {
        if self.harness.mailbox.is_none() {
            return Err(Halt::no_mailbox());
        }
        let mut user = self.invent(name);
        let created = self.create(&user).await?;
        for (member, pointer) in [
            (Member::Bearer, "bearer"),
            (Member::SessionId, "sessionID"),
            (Member::CodeId, "verificationCodeID"),
        ] {
            user.set(member, text(&created, pointer)?);
        }
        Ok(user)
    }

    /// Verifies a user that was begun.
    pub(super) async fn finish_user(&mut self, mut user: FixtureUser) -> Result<FixtureUser, Halt> {
        match self.verify_session(&mut user, 0).await {
            // A wrong number may have locked the session: the mail of another begins with the next one.
            Err(_) if self.refused_all_codes => self.open_again(&mut user).await?,
            verified => verified?,
        }
        let session = self.session_of(&user).await?;
        user.set(Member::Id, text(&session, "userID")?);
        Ok(user)
    }

    /// Learns what is known of an account that the user lends.
    pub(super) async fn borrow_user(&mut self, bearer: &str) -> Result<FixtureUser, Halt> {
        self.harness.redactor.learn(bearer);
        let mut user = FixtureUser::default();
        user.set(Member::Bearer, bearer.to_owned());
        let session = self.session_of(&user).await?;
        for (member, name) in [
            (Member::Id, "userID"),
            (Member::Alias, "alias"),
            (Member::FullName, "fullName"),
            (Member::SessionId, "sessionID"),
        ] {
            if let Some(value) = session.get(name).and_then(Value::as_str) {
                user.set(member, value.to_owned());
            }
        }
        text(&session, "userID")?;
        Ok(user)
    }

    /// Learns what is known of the account of a key pair that the user lends.
    pub(super) async fn borrow_user_of(&mut self, pair: &LentKeyPair) -> Result<FixtureUser, Halt> {
        self.harness.redactor.learn(&pair.key);
        self.harness.redactor.learn(&pair.secret);
        let mut user = FixtureUser::default();
        user.set(Member::ApiKey, pair.key.clone());
        user.set(Member::ApiSecret, pair.secret.clone());
        let told = self
            .call(Call {
                name: "learn the id of the key pair's user",
                method: "GET",
                path: "/keypair",
                bearer: None,
                key_pair: Some(pair),
                body: None,
            })
            .await?;
        user.set(Member::Id, text(&told, "userID")?);
        Ok(user)
    }

    /// Makes a verified key pair of a user.
    pub(super) async fn make_key_pair(&mut self, user: &mut FixtureUser) -> Result<(), Halt> {
        let email = user.get(Member::Email).to_owned();
        let ordinal = self
            .account_of(&email)
            .map_or(1, |account| account.codes_mailed);
        let made = self
            .call(Call {
                name: "make a key pair",
                method: "POST",
                path: "/keypair",
                bearer: Some(user.get(Member::Bearer)),
                key_pair: None,
                body: Some(json!({"name": "assize", "days": KEY_PAIR_DAYS})),
            })
            .await?;
        let secret = text(&made, "apiSecret")?;
        self.harness.redactor.learn(&secret);
        user.set(Member::ApiKey, text(&made, "apiKey")?);
        user.set(Member::ApiSecret, secret);
        let code = self.mailed_code(&email, ordinal).await?;
        self.call(Call {
            name: "verify the key pair",
            method: "PUT",
            path: "/keypair/verification",
            bearer: Some(user.get(Member::Bearer)),
            key_pair: None,
            body: Some(verification(&text(&made, "verificationCodeID")?, &code)),
        })
        .await?;
        Ok(())
    }

    /// Sees to it that a user's session lasts for a while. False if the session is about to lapse and cannot be
    /// extended.
    pub(super) async fn extend(&mut self, user: &FixtureUser) -> bool {
        let bearer = user.get(Member::Bearer);
        if !self.is_short(bearer) {
            return true;
        }
        let extension = Call {
            name: "extend the session",
            method: "PUT",
            path: "/session/extend",
            bearer: Some(bearer),
            key_pair: None,
            body: None,
        };
        self.call(extension).await.is_ok()
            && self.session_of(user).await.is_ok()
            && !self.is_short(bearer)
    }

    /// Sees to it that a user has a session that lasts for a while: its own, extended, or a new one.
    pub(super) async fn renew(&mut self, user: &mut FixtureUser) -> Result<(), Halt> {
        if self.extend(user).await {
            return Ok(());
        }
        self.open_again(user).await
    }

    async fn open_again(&mut self, user: &mut FixtureUser) -> Result<(), Halt> {
        let email = user.get(Member::Email).to_owned();
        let ordinal = self
            .account_of(&email)
            .map_or(1, |account| account.codes_mailed);
        let opened = self
            .call(Call {
                name: "open a new session",
                method: "POST",
                path: "/session",
                bearer: None,
                key_pair: None,
                body: Some(json!({ "email": email })),
            })
            .await?;
        let (bearer, code_id) = (
            text(&opened, "bearer")?,
            text(&opened, "verificationCodeID")?,
        );
        user.set(Member::SessionId, text(&opened, "sessionID")?);
        user.set(Member::CodeId, code_id);
        self.verify_session(user, ordinal).await?;
        user.set(Member::Bearer, bearer);
        Ok(())
    }

    /// Whether a user's session may be over.
    pub(super) fn has_lapsed(&self, user: &FixtureUser) -> bool {
        let life = self.harness.sessions.lives.of(user.get(Member::Bearer));
        life.is_some_and(|life| life.is_over(self.harness.clock.elapsed()))
    }

    fn is_short(&self, bearer: &str) -> bool {
        let life = self.harness.sessions.lives.of(bearer);
        life.is_some_and(|life| life.is_short(self.harness.clock.elapsed()))
    }

    fn invent(&self, name: FixtureName<'_>) -> FixtureUser {
        let mut user = FixtureUser::default();
        for (member, generator) in [
            (Member::Email, Generator::Email),
            (Member::FullName, Generator::FullName),
            (Member::Alias, Generator::Alias),
        ] {
            let variable = format!("{}.{}", name.role.as_str(), member.as_str());
            let value =
                self.harness
                    .generation
                    .value(generator, name.scope, &variable, name.number);
            user.set(member, value);
        }
        user
    }

    async fn create(&mut self, user: &FixtureUser) -> Result<Value, Halt> {
        self.call(Call {
            name: "create a user",
            method: "POST",
            path: "/user",
            bearer: None,
            key_pair: None,
            body: Some(json!({
                "email": user.get(Member::Email),
                "fullName": user.get(Member::FullName),
                "alias": user.get(Member::Alias),
            })),
        })
        .await
    }

    async fn verify_session(&mut self, user: &mut FixtureUser, ordinal: usize) -> Result<(), Halt> {
        let code = self.mailed_code(user.get(Member::Email), ordinal).await?;
        self.call(Call {
            name: "verify the session",
            method: "PUT",
            path: "/session/verification",
            bearer: None,
            key_pair: None,
            body: Some(verification(user.get(Member::CodeId), &code)),
        })
        .await?;
        user.set(Member::Code, code);
        Ok(())
    }

    async fn session_of(&mut self, user: &FixtureUser) -> Result<Value, Halt> {
        self.call(Call {
            name: "learn the user's id",
            method: "GET",
            path: "/session",
            bearer: Some(user.get(Member::Bearer)),
            key_pair: None,
            body: None,
        })
        .await
    }
}

fn verification(code_id: &str, code: &str) -> Value {
    json!({"verificationCodeID": code_id, "code": code})
}

fn text(answer: &Value, member: &str) -> Result<String, Halt> {
    answer
        .get(member)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| Halt::blocked(format!("the answer has no {member}")))
}
