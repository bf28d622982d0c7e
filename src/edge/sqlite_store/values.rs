//! How records are written in columns, and read from them.

use rusqlite::Row;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use uuid::Uuid;

use crate::reference::{
    AccountRecord, Code, Digest, Email, KeyPair, Moment, Opens, Secret, SessionRecord,
};

/// The columns of an account, from the first on; [`account`] reads them.
macro_rules! account_columns {
    () => {
        "accounts.id, accounts.email, accounts.full_name, accounts.alias"
    };
}

/// The columns of a session, from the first on; [`session`] reads them.
macro_rules! session_columns {
    () => {
        "sessions.id, sessions.account, sessions.bearer_digest, sessions.verified, \
         sessions.expires, sessions.ip, sessions.user_agent"
    };
}

/// The columns of a key pair, from the first on; [`key_pair`] reads them.
macro_rules! key_pair_columns {
    () => {
        "key_pairs.id, key_pairs.account, key_pairs.name, key_pairs.api_key, \
         key_pairs.secret_digest, key_pairs.verified, key_pairs.expires"
    };
}

pub(super) use {account_columns, key_pair_columns, session_columns};

/// How many columns a session or a key pair has: an account may follow them.
pub(super) const AFTER_SEVEN: usize = 7;

/// An account whose columns begin at this one, from 0.
pub(super) fn account(row: &Row<'_>, first: usize) -> rusqlite::Result<AccountRecord> {
    Ok(AccountRecord {
        id: row.get(first)?,
        email: row.get(first + 1)?,
        full_name: row.get(first + 2)?,
        alias: row.get(first + 3)?,
    })
}

pub(super) fn session(row: &Row<'_>) -> rusqlite::Result<SessionRecord> {
    Ok(SessionRecord {
        id: row.get(0)?,
        account: row.get(1)?,
        bearer: row.get(2)?,
        verified: row.get(3)?,
        expires: row.get(4)?,
        ip: row.get(5)?,
        user_agent: row.get(6)?,
    })
}

pub(super) fn key_pair(row: &Row<'_>) -> rusqlite::Result<KeyPair> {
    Ok(KeyPair {
        id: row.get(0)?,
        account: row.get(1)?,
        name: row.get(2)?,
        api_key: row.get(3)?,
        secret: row.get(4)?,
        verified: row.get(5)?,
        expires: row.get(6)?,
    })
}

/// Reads `id, account, session, key_pair, digits, expires, attempts_left`.
pub(super) fn code(row: &Row<'_>) -> rusqlite::Result<Code> {
    let session: Option<Uuid> = row.get(2)?;
    Ok(Code {
        id: row.get(0)?,
        account: row.get(1)?,
        opens: match session {
            Some(session) => Opens::Session(session),
            None => Opens::KeyPair(row.get(3)?),
        },
        digits: row.get(4)?,
        expires: row.get(5)?,
        attempts_left: row.get(6)?,
    })
}

/// The session and the key pair of which a code verifies one.
pub(super) const fn opened(opens: Opens) -> (Option<Uuid>, Option<Uuid>) {
    match opens {
        Opens::Session(id) => (Some(id), None),
        Opens::KeyPair(id) => (None, Some(id)),
    }
}

#[derive(Debug, thiserror::Error)]
#[error("a text in the column of addresses is no email address")]
struct NoAddress;

impl FromSql for Email {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::parse(value.as_str()?).ok_or_else(|| FromSqlError::Other(Box::new(NoAddress)))
    }
}

impl FromSql for Digest {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        FromSql::column_result(value).map(Self::from_bytes)
    }
}

impl ToSql for Digest {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_bytes().as_slice().into())
    }
}

impl FromSql for Secret {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str().map(Self::new)
    }
}

impl ToSql for Secret {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.reveal().into())
    }
}

impl FromSql for Moment {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self::from_unix)
    }
}

impl ToSql for Moment {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_unix().into())
    }
}
