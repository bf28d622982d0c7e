//! The steps of the store, each one transaction.

use rusqlite::{
    Connection, OptionalExtension, Params, Row, Transaction, TransactionBehavior, params,
};
use uuid::Uuid;

use super::SqliteStore;
use super::values::{
    AFTER_SEVEN, account, account_columns, code, key_pair, key_pair_columns, opened, session,
    session_columns,
};
use crate::reference::{
    AccountRecord, Attempt, Code, Digest, Email, KeyPair, Moment, Opens, Secret, SessionRecord,
    Store, StoreFault,
};

/// Changes something: all of it, or nothing if `change` fails.
fn write<T>(
    connection: &mut Connection,
    change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let changed = change(&transaction)?;
    transaction.commit()?;
    Ok(changed)
}

/// Runs a statement and tells how many rows it changed.
fn execute(connection: &Connection, sql: &str, values: impl Params) -> rusqlite::Result<usize> {
    connection.prepare_cached(sql)?.execute(values)
}

fn one<T>(
    connection: &Connection,
    sql: &str,
    values: impl Params,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Option<T>> {
    connection
        .prepare_cached(sql)?
        .query_row(values, read)
        .optional()
}

fn all<T>(
    connection: &Connection,
    sql: &str,
    values: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    connection
        .prepare_cached(sql)?
        .query_map(values, read)?
        .collect()
}

/// False, and nothing is added, if the account is gone.
fn insert_session(connection: &Connection, session: &SessionRecord) -> rusqlite::Result<bool> {
    let inserted = execute(
        connection,
        "INSERT INTO sessions (id, account, bearer_digest, verified, expires, ip, user_agent)
         SELECT ?1, id, ?3, ?4, ?5, ?6, ?7 FROM accounts WHERE id = ?2",
        params![
            session.id,
            session.account,
            session.bearer,
            session.verified,
            session.expires,
            session.ip,
            session.user_agent
        ],
    )?;
    Ok(inserted == 1)
}

/// False, and nothing is added, if the account is gone.
fn insert_key_pair(connection: &Connection, pair: &KeyPair) -> rusqlite::Result<bool> {
    let inserted = execute(
        connection,
        "INSERT INTO key_pairs (id, account, name, api_key, secret_digest, verified, expires)
         SELECT ?1, id, ?3, ?4, ?5, ?6, ?7 FROM accounts WHERE id = ?2",
        params![
            pair.id,
            pair.account,
            pair.name,
            pair.api_key,
            pair.secret,
            pair.verified,
            pair.expires
        ],
    )?;
    Ok(inserted == 1)
}

fn insert_code(connection: &Connection, code: &Code) -> rusqlite::Result<()> {
    let (session, pair) = opened(code.opens);
    execute(
        connection,
        "INSERT INTO codes (id, account, session, key_pair, digits, expires, attempts_left)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            code.id,
            code.account,
            session,
            pair,
            code.digits,
            code.expires,
            code.attempts_left
        ],
    )?;
    Ok(())
}

fn verify(connection: &Connection, opens: Opens) -> rusqlite::Result<()> {
    let (sql, id) = match opens {
        Opens::Session(id) => ("UPDATE sessions SET verified = TRUE WHERE id = ?1", id),
        Opens::KeyPair(id) => ("UPDATE key_pairs SET verified = TRUE WHERE id = ?1", id),
    };
    execute(connection, sql, [id])?;
    Ok(())
}

fn apply(connection: &Connection, attempt: Attempt, code: &Code) -> rusqlite::Result<()> {
    match attempt {
        Attempt::Ignored => {}
        Attempt::Counted => {
            execute(
                connection,
                "UPDATE codes SET attempts_left = max(attempts_left - 1, 0) WHERE id = ?1",
                [code.id],
            )?;
        }
        Attempt::Discarded | Attempt::Accepted => {
            execute(connection, "DELETE FROM codes WHERE id = ?1", [code.id])?;
        }
    }
    if attempt == Attempt::Accepted {
        verify(connection, code.opens)?;
    }
    Ok(())
}

impl Store for SqliteStore {
    fn add_account(
        &self,
        account: AccountRecord,
        session: SessionRecord,
        code: Code,
    ) -> Result<bool, StoreFault> {
        self.step(|connection| {
            write(connection, |transaction| {
                let added = execute(
                    transaction,
                    "INSERT INTO accounts (id, email, email_folded, full_name, alias)
                     VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (email_folded) DO NOTHING",
                    params![
                        account.id,
                        account.email.as_given(),
                        account.email.folded(),
                        account.full_name,
                        account.alias
                    ],
                )?;
                if added == 0 {
                    return Ok(false);
                }
                insert_session(transaction, &session)?;
                insert_code(transaction, &code)?;
                Ok(true)
            })
        })
    }

    fn account(&self, id: Uuid) -> Result<Option<AccountRecord>, StoreFault> {
        const SQL: &str = concat!(
            "SELECT ",
            account_columns!(),
            " FROM accounts WHERE id = ?1"
        );
        self.step(|connection| one(connection, SQL, [id], |row| account(row, 0)))
    }

    fn account_by_email(&self, email: &Email) -> Result<Option<AccountRecord>, StoreFault> {
        const SQL: &str = concat!(
            "SELECT ",
            account_columns!(),
            " FROM accounts WHERE email_folded = ?1"
        );
        self.step(|connection| one(connection, SQL, [email.folded()], |row| account(row, 0)))
    }

    fn remove_account(&self, id: Uuid) -> Result<bool, StoreFault> {
        self.step(|connection| {
            let removed = execute(connection, "DELETE FROM accounts WHERE id = ?1", [id])?;
            Ok(removed == 1)
        })
    }

    fn count_accounts(&self) -> Result<usize, StoreFault> {
        let count = self.step(|connection| {
            connection.query_row("SELECT count(*) FROM accounts", (), |row| row.get(0))
        })?;
        Ok(count)
    }

    fn add_session(&self, session: SessionRecord, code: Code) -> Result<bool, StoreFault> {
        self.step(|connection| {
            write(connection, |transaction| {
                let added = insert_session(transaction, &session)?;
                if added {
                    insert_code(transaction, &code)?;
                }
                Ok(added)
            })
        })
    }

    fn session(
        &self,
        bearer: &Digest,
    ) -> Result<Option<(SessionRecord, AccountRecord)>, StoreFault> {
        const SQL: &str = concat!(
            "SELECT ",
            session_columns!(),
            ", ",
            account_columns!(),
            " FROM sessions JOIN accounts ON accounts.id = sessions.account
             WHERE bearer_digest = ?1"
        );
        self.step(|connection| {
            one(connection, SQL, [bearer], |row| {
                Ok((session(row)?, account(row, AFTER_SEVEN)?))
            })
        })
    }

    fn sessions(&self, account: Uuid) -> Result<Vec<SessionRecord>, StoreFault> {
        const SQL: &str = concat!(
            "SELECT ",
            session_columns!(),
            " FROM sessions WHERE account = ?1 ORDER BY ordinal"
        );
        self.step(|connection| all(connection, SQL, [account], session))
    }

    fn extend_session(&self, account: Uuid, id: Uuid, expires: Moment) -> Result<bool, StoreFault> {
        self.step(|connection| {
            let extended = execute(
                connection,
                "UPDATE sessions SET expires = ?3 WHERE account = ?1 AND id = ?2",
                params![account, id, expires],
            )?;
            Ok(extended == 1)
        })
    }

    fn remove_session(&self, account: Uuid, id: Uuid) -> Result<bool, StoreFault> {
        self.step(|connection| {
            let removed = execute(
                connection,
                "DELETE FROM sessions WHERE account = ?1 AND id = ?2",
                [account, id],
            )?;
            Ok(removed == 1)
        })
    }

    fn add_key_pair(&self, pair: KeyPair, code: Code) -> Result<bool, StoreFault> {
        self.step(|connection| {
            write(connection, |transaction| {
                let added = insert_key_pair(transaction, &pair)?;
                if added {
                    insert_code(transaction, &code)?;
                }
                Ok(added)
            })
        })
    }

    fn key_pair(&self, api_key: &Secret) -> Result<Option<(KeyPair, AccountRecord)>, StoreFault> {
        const SQL: &str = concat!(
            "SELECT ",
            key_pair_columns!(),
            ", ",
            account_columns!(),
            " FROM key_pairs JOIN accounts ON accounts.id = key_pairs.account WHERE api_key = ?1"
        );
        self.step(|connection| {
            one(connection, SQL, [api_key], |row| {
                Ok((key_pair(row)?, account(row, AFTER_SEVEN)?))
            })
        })
    }

    fn key_pairs(&self, account: Uuid) -> Result<Vec<KeyPair>, StoreFault> {
        const SQL: &str = concat!(
            "SELECT ",
            key_pair_columns!(),
            " FROM key_pairs WHERE account = ?1 ORDER BY ordinal"
        );
        self.step(|connection| all(connection, SQL, [account], key_pair))
    }

    fn remove_key_pair(&self, account: Uuid, id: Uuid) -> Result<bool, StoreFault> {
        self.step(|connection| {
            let removed = execute(
                connection,
                "DELETE FROM key_pairs WHERE account = ?1 AND id = ?2",
                [account, id],
            )?;
            Ok(removed == 1)
        })
    }

    fn attempt(
        &self,
        code_id: Uuid,
        judge: &dyn Fn(&Code) -> Attempt,
    ) -> Result<Attempt, StoreFault> {
        const SQL: &str = "SELECT id, account, session, key_pair, digits, expires, attempts_left
                           FROM codes WHERE id = ?1";
        self.step(|connection| {
            write(connection, |transaction| {
                let Some(code) = one(transaction, SQL, [code_id], code)? else {
                    return Ok(Attempt::Ignored);
                };
                let attempt = judge(&code);
                apply(transaction, attempt, &code)?;
                Ok(attempt)
            })
        })
    }

    fn sweep(&self, now: Moment, most: usize) -> Result<usize, StoreFault> {
        const SESSIONS: &str = "DELETE FROM sessions WHERE ordinal IN
            (SELECT ordinal FROM sessions WHERE expires <= ?1 ORDER BY expires LIMIT ?2)";
        const CODES: &str = "DELETE FROM codes WHERE id IN
            (SELECT id FROM codes WHERE expires <= ?1 ORDER BY expires LIMIT ?2)";
        self.step(|connection| {
            write(connection, |transaction| {
                let sessions = execute(transaction, SESSIONS, params![now, most])?;
                let codes = execute(transaction, CODES, params![now, most])?;
                Ok(sessions + codes)
            })
        })
    }
}
