//! The schema of a data file, and how an older one becomes the newest.

use rusqlite::{Connection, TransactionBehavior};

use super::DataFileFault;

/// What tells our files from those of other programs: "ASZE" in ASCII.
const APPLICATION_ID: i64 = 0x4153_5A45;

/// Each brings a file from the schema before it to its own, the first from nothing. One that was
/// released is never changed: what changes comes as another.
pub(super) const MIGRATIONS: &[&str] = &[include_str!("migrations/1.sql")];

/// Makes sure that a file is new or ours and not too new, and keeps other processes away from it.
/// Writes nothing.
pub(super) fn recognise(
    connection: &mut Connection,
    migrations: &[&str],
) -> Result<(), DataFileFault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    let application = pragma(&transaction, "application_id")?;
    let found = schema(&transaction)?;
    let tables: i64 =
        transaction.query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0))?;
    transaction.rollback()?;
    if application == 0 && found == 0 && tables == 0 {
        return Ok(());
    }
    if application != APPLICATION_ID {
        return Err(DataFileFault::Foreign);
    }
    let known = as_schema(migrations.len());
    if found > known {
        return Err(DataFileFault::Newer { found, known });
    }
    Ok(())
}

/// Brings a file up to date, each migration whole or not at all.
pub(super) fn migrate(connection: &mut Connection, migrations: &[&str]) -> rusqlite::Result<()> {
    for (number, migration) in (1..).zip(migrations) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
        if schema(&transaction)? < number {
            transaction.execute_batch(migration)?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", number)?;
            transaction.commit()?;
        }
    }
    Ok(())
}

/// The number of the last migration that a file went through; 0 for a new file.
fn schema(connection: &Connection) -> rusqlite::Result<i64> {
    pragma(connection, "user_version")
}

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}

fn as_schema(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "CREATE TABLE things (name TEXT) STRICT;";
    const SECOND: &str = "ALTER TABLE things ADD COLUMN size INTEGER; UPDATE things SET size = 7;";

    fn sizes(connection: &Connection) -> rusqlite::Result<Option<i64>> {
        connection.query_row("SELECT sum(size) FROM things", (), |row| row.get(0))
    }

    #[test]
    fn an_older_file_goes_through_the_missing_migrations_and_keeps_its_rows() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, &[FIRST]).unwrap();
        connection
            .execute("INSERT INTO things VALUES ('one'), ('two')", ())
            .unwrap();
        for _ in 0..2 {
            recognise(&mut connection, &[FIRST, SECOND]).unwrap();
            migrate(&mut connection, &[FIRST, SECOND]).unwrap();
            assert_eq!(sizes(&connection), Ok(Some(14)));
            assert_eq!(schema(&connection), Ok(2));
        }
    }

    #[test]
    fn a_file_of_more_migrations_than_are_known_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, &[FIRST, SECOND]).unwrap();
        assert!(matches!(
            recognise(&mut connection, &[FIRST]),
            Err(DataFileFault::Newer { found: 2, known: 1 })
        ));
    }

    #[test]
    fn a_migration_that_fails_leaves_nothing_behind() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, &[FIRST]).unwrap();
        let broken = "ALTER TABLE things ADD COLUMN size INTEGER; SELECT nonsense;";
        assert!(migrate(&mut connection, &[FIRST, broken]).is_err());
        assert_eq!(schema(&connection), Ok(1));
        assert!(sizes(&connection).is_err());
    }
}
