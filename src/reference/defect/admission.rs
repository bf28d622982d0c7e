//! Deletes that are done for somebody whose credentials the caller has not given.

use super::Asked;

/// What was told to, and by, somebody who opened a session. What is not known is empty.
#[derive(Clone, Debug, Default)]
pub struct Holder {
    /// The address the session was opened with.
    pub email: String,
    /// The alias the account was created with.
    pub alias: String,
    /// The session's bearer.
    pub bearer: String,
    /// The session's identifier.
    pub session_id: String,
    /// The identifier of the code that was sent.
    pub code_id: String,
    /// The code that verified the session.
    pub code: String,
    /// The identifier of the user.
    pub user_id: String,
    /// The public half of the key pair that the session made last.
    pub api_key: String,
    /// Its secret half.
    pub api_secret: String,
    /// The key pairs that it made before that one, each a key and its secret.
    pub earlier_pairs: Vec<(String, String)>,
    /// The number of its [`Person`](super::Person), from 1.
    pub person: u64,
    /// Its number among the sessions of that person, from 1.
    pub number: u64,
}

/// Whether something that is known is what was given. What is not known equals nothing.
pub(super) fn same(known: &str, given: &str) -> bool {
    !known.is_empty() && known == given
}

fn starts(given: &str, known: &str) -> bool {
    !known.is_empty() && given.starts_with(known)
}

fn ends(given: &str, known: &str) -> bool {
    !known.is_empty() && given.ends_with(known)
}

/// Who holds the bearer that was given, by a function that compares wrongly.
fn by_bearer<'a>(
    holders: &'a [Holder],
    asked: &Asked,
    equal: impl Fn(&Holder, &str) -> bool,
) -> Option<&'a Holder> {
    let bearer = asked.bearer()?;
    holders.iter().find(|holder| equal(holder, bearer))
}

/// Who holds the key pair that was given whole, by a function that compares wrongly.
fn by_pair<'a>(
    holders: &'a [Holder],
    asked: &Asked,
    equal: impl Fn(&Holder, &str, &str) -> bool,
) -> Option<&'a Holder> {
    let (key, secret) = (asked.key()?, asked.secret()?);
    holders.iter().find(|holder| equal(holder, key, secret))
}

pub(super) fn session_id_as_bearer<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_bearer(all, asked, |holder, given| same(&holder.session_id, given))
}

pub(super) fn code_id_as_bearer<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_bearer(all, asked, |holder, given| same(&holder.code_id, given))
}

pub(super) fn code_as_bearer<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_bearer(all, asked, |holder, given| same(&holder.code, given))
}

pub(super) fn user_id_as_bearer<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_bearer(all, asked, |holder, given| same(&holder.user_id, given))
}

pub(super) fn email_as_bearer<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_bearer(all, asked, |holder, given| same(&holder.email, given))
}

pub(super) fn alias_as_bearer<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_bearer(all, asked, |holder, given| same(&holder.alias, given))
}

pub(super) fn key_as_bearer<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_bearer(all, asked, |holder, given| same(&holder.api_key, given))
}

pub(super) fn secret_as_bearer<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_bearer(all, asked, |holder, given| same(&holder.api_secret, given))
}

pub(super) fn bearer_continued<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_bearer(all, asked, |holder, given| starts(given, &holder.bearer))
}

pub(super) fn bearer_preceded<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_bearer(all, asked, |holder, given| ends(given, &holder.bearer))
}

pub(super) fn any_secret<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_pair(all, asked, |holder, key, secret| {
        same(&holder.api_key, key) && !secret.is_empty() && secret != holder.api_secret
    })
}

pub(super) fn secret_continued<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_pair(all, asked, |holder, key, secret| {
        same(&holder.api_key, key) && starts(secret, &holder.api_secret)
    })
}

pub(super) fn secret_preceded<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_pair(all, asked, |holder, key, secret| {
        same(&holder.api_key, key) && ends(secret, &holder.api_secret)
    })
}

pub(super) fn key_as_secret<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_pair(all, asked, |holder, key, secret| {
        same(&holder.api_key, key) && same(&holder.api_key, secret)
    })
}

pub(super) fn bearer_as_secret<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_pair(all, asked, |holder, key, secret| {
        same(&holder.api_key, key) && same(&holder.bearer, secret)
    })
}

pub(super) fn foreign_secret<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_pair(all, asked, |holder, key, secret| {
        let issued = all.iter().any(|other| same(&other.api_secret, secret));
        same(&holder.api_key, key) && issued
    })
}

/// The secret of another pair that the same session made.
pub(super) fn sibling_secret<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_pair(all, asked, |holder, key, secret| {
        let mut pairs = holder.earlier_pairs.clone();
        pairs.push((holder.api_key.clone(), holder.api_secret.clone()));
        let has_key = pairs.iter().find(|(known, _)| same(known, key));
        let has_secret = pairs.iter().any(|(_, known)| same(known, secret));
        has_key.is_some_and(|(_, own)| own != secret) && has_secret
    })
}

pub(super) fn any_key<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_pair(all, asked, |holder, key, secret| {
        same(&holder.api_secret, secret) && !key.is_empty() && key != holder.api_key
    })
}

pub(super) fn key_continued<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_pair(all, asked, |holder, key, secret| {
        starts(key, &holder.api_key) && same(&holder.api_secret, secret)
    })
}

pub(super) fn swapped_pair<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_pair(all, asked, |holder, key, secret| {
        same(&holder.api_secret, key) && same(&holder.api_key, secret)
    })
}

pub(super) fn bearer_as_pair<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_pair(all, asked, |holder, _, secret| same(&holder.bearer, secret))
}

pub(super) fn key_alone<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    let key = asked.key().filter(|_| asked.secret().is_none())?;
    all.iter().find(|holder| same(&holder.api_key, key))
}

pub(super) fn secret_alone<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    let secret = asked.secret().filter(|_| asked.key().is_none())?;
    all.iter().find(|holder| same(&holder.api_secret, secret))
}

pub(super) fn key_and_empty_secret<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_pair(all, asked, |holder, key, secret| {
        same(&holder.api_key, key) && secret.is_empty()
    })
}

/// Only a caller who could delete their own account can delete the one that they name.
pub(super) fn named_in_query<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    session_of_caller(all, asked)?;
    let (_, query) = asked.path.split_once('?')?;
    named(all, |holder| query.contains(&holder.user_id))
}

pub(super) fn named_in_body<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    session_of_caller(all, asked)?;
    let id = asked.text("userID")?;
    named(all, |holder| same(&holder.user_id, &id))
}

pub(super) fn named_in_path<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    session_of_caller(all, asked)?;
    let id = asked.path.strip_prefix("/user/")?;
    named(all, |holder| same(&holder.user_id, id))
}

pub(super) fn session_of_caller<'a>(all: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
    by_bearer(all, asked, |holder, given| same(&holder.bearer, given))
}

fn named(all: &[Holder], so: impl Fn(&Holder) -> bool) -> Option<&Holder> {
    all.iter()
        .find(|holder| !holder.user_id.is_empty() && so(holder))
}
