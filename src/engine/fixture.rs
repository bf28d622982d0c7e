//! Users that are made before the first step of a case or a load.

use super::actor::Actor;
use super::harness::Halt;
use crate::suite::{Generator, Source, Values, Variables};
use crate::users_api::{FixtureCall, FixtureUser, LackingMember, LentKeyPair, Role, UserMember};

impl From<LackingMember> for Halt {
    fn from(lacking: LackingMember) -> Self {
        Self::blocked(lacking.to_string())
    }
}

/// Fills in the variables that speak of a user in this role.
pub(super) fn fill(user: &FixtureUser, role: Role, variables: &Variables, values: &mut Values) {
    for (id, variable) in variables.iter() {
        if let Source::Fixture(of, member) = variable.source
            && of == role
            && let Some(value) = user.known(member)
        {
            values.set(id, value.clone());
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
        let user = self.invent(name);
        let created = self.call(user.creation()).await?;
        Ok(user.opened(&created)?)
    }

    /// Verifies a user that was begun.
    pub(super) async fn finish_user(&mut self, mut user: FixtureUser) -> Result<FixtureUser, Halt> {
        match self.verify_session(&mut user, 0).await {
            // A wrong number may have locked the session: the mail of another begins with the next one.
            Err(_) if self.refused_all_codes => self.open_again(&mut user).await?,
            verified => verified?,
        }
        let session = self.call(user.session()).await?;
        user.identified(&session)?;
        Ok(user)
    }

    /// Learns what is known of an account that the user lends.
    pub(super) async fn borrow_user(&mut self, session: &str) -> Result<FixtureUser, Halt> {
        self.harness.redactor.learn(session);
        let mut user = FixtureUser::lent(session);
        let session = self.call(user.session()).await?;
        user.described(&session)?;
        Ok(user)
    }

    /// Learns what is known of the account of a key pair that the user lends.
    pub(super) async fn borrow_user_of(&mut self, pair: &LentKeyPair) -> Result<FixtureUser, Halt> {
        self.harness.redactor.learn(&pair.key);
        self.harness.redactor.learn(&pair.secret);
        let mut user = FixtureUser::of_key_pair(pair);
        let told = self.call(FixtureCall::read_key_pair(pair)).await?;
        user.identified(&told)?;
        Ok(user)
    }

    /// Makes a verified key pair of a user.
    pub(super) async fn make_key_pair(&mut self, user: &mut FixtureUser) -> Result<(), Halt> {
        let ordinal = self.codes_mailed_to(user);
        let made = self.call(user.key_pair()).await?;
        let secret = user.paired(&made)?;
        self.harness.redactor.learn(&secret);
        let code = self.mailed_code(user.email(), ordinal).await?;
        self.call(user.key_pair_verification(&made, &code)?).await?;
        Ok(())
    }

    /// Sees to it that a user's session lasts for a while. False if the session is about to lapse and cannot be
    /// extended.
    pub(super) async fn extend(&mut self, user: &FixtureUser) -> bool {
        if !self.is_short(user) {
            return true;
        }
        self.call(user.extension()).await.is_ok()
            && self.call(user.session()).await.is_ok()
            && !self.is_short(user)
    }

    /// Sees to it that a user has a session that lasts for a while: its own, extended, or a new one.
    pub(super) async fn renew(&mut self, user: &mut FixtureUser) -> Result<(), Halt> {
        if self.extend(user).await {
            return Ok(());
        }
        self.open_again(user).await
    }

    async fn open_again(&mut self, user: &mut FixtureUser) -> Result<(), Halt> {
        let ordinal = self.codes_mailed_to(user);
        let opened = self.call(user.new_session()).await?;
        let mut renewed = user.opened(&opened)?;
        self.verify_session(&mut renewed, ordinal).await?;
        *user = renewed;
        Ok(())
    }

    /// Which of the user's codes comes next, from 0.
    fn codes_mailed_to(&self, user: &FixtureUser) -> usize {
        let account = self.account_of(user.email());
        account.map_or(1, |account| account.codes_mailed)
    }

    /// Whether a user's session may be over.
    pub(super) fn has_lapsed(&self, user: &FixtureUser) -> bool {
        let life = self.harness.sessions.lives.of(user.credential());
        life.is_some_and(|life| life.is_over(self.harness.clock.elapsed()))
    }

    fn is_short(&self, user: &FixtureUser) -> bool {
        let life = self.harness.sessions.lives.of(user.credential());
        life.is_some_and(|life| life.is_short(self.harness.clock.elapsed()))
    }

    fn invent(&self, name: FixtureName<'_>) -> FixtureUser {
        let mut user = FixtureUser::default();
        for (member, generator) in [
            (UserMember::Email, Generator::Email),
            (UserMember::FullName, Generator::FullName),
            (UserMember::Alias, Generator::Alias),
        ] {
            let variable = format!("{}.{}", name.role.as_str(), member.as_str());
            let generation = self.harness.generation;
            let value = generation.value(generator, name.scope, &variable, name.number);
            user.set(member, value);
        }
        user
    }

    async fn verify_session(&mut self, user: &mut FixtureUser, ordinal: usize) -> Result<(), Halt> {
        let code = self.mailed_code(user.email(), ordinal).await?;
        self.call(user.verification(&code)).await?;
        user.set(UserMember::Code, code);
        Ok(())
    }
}
