//! Accounts: created, looked up, deleted.

use uuid::Uuid;

use super::{
    AccountRecord, Acknowledged, CallContext, CallError, Credentials, Email, Letter, Moment,
    NewAccount, OpenedSession, PublicUser, Refusal, Store, UserReference, UsersApi, Visitor,
};

impl<S: Store> UsersApi<S> {
    /// Creates an account with a first session. The letter is to be delivered.
    ///
    /// # Errors
    ///
    /// [`Refusal::EmailTaken`]: of simultaneous calls with one address exactly one succeeds.
    pub fn create_account(
        &self,
        request: NewAccount,
        visitor: Visitor,
        context: CallContext<'_>,
    ) -> Result<(OpenedSession, Letter), CallError> {
        let account = AccountRecord {
            id: context.identifier(),
            email: request.email,
            full_name: request.full_name,
            alias: request.alias,
        };
        let opening = self.opening(&account, visitor, context);
        self.sweep(context.now)?;
        if self
            .store
            .add_account(account, opening.session, opening.code)?
        {
            Ok((opening.answer, opening.letter))
        } else {
            Err(Refusal::EmailTaken.into())
        }
    }

    /// What anybody may know of a user.
    ///
    /// # Errors
    ///
    /// [`Refusal::UnknownUser`].
    pub fn user(&self, id: Uuid) -> Result<PublicUser, CallError> {
        let account = self.store.account(id)?.ok_or(Refusal::UnknownUser)?;
        Ok(PublicUser {
            alias: account.alias,
        })
    }

    /// Which user has an address. Any verified caller may ask.
    ///
    /// # Errors
    ///
    /// [`Refusal::UnknownUser`]. Refusals of credentials.
    pub fn user_by_email(
        &self,
        credentials: &Credentials,
        email: &Email,
        now: Moment,
    ) -> Result<UserReference, CallError> {
        self.caller(credentials, now)?;
        let account = self
            .store
            .account_by_email(email)?
            .ok_or(Refusal::UnknownUser)?;
        Ok(UserReference {
            user_id: account.id,
        })
    }

    /// Deletes the caller's account with its sessions, key pairs and codes.
    ///
    /// # Errors
    ///
    /// Refusals of credentials. Of simultaneous calls exactly one succeeds; the others come with
    /// the credentials of an account that is gone.
    pub fn delete_account(
        &self,
        credentials: &Credentials,
        now: Moment,
    ) -> Result<Acknowledged, CallError> {
        let caller = self.caller(credentials, now)?;
        if self.store.remove_account(caller.account.id)? {
            Ok(Acknowledged::default())
        } else {
            Err(Refusal::BadCredentials.into())
        }
    }
}
