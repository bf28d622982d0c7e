//! The file behind the durable store: what it takes, what it refuses, who may read it.

use assize::edge::{DataFileFault, SqliteStore};
use assize::reference::{Attempt, Refusal};
use rusqlite::Connection;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;
use tempfile::TempDir;

use crate::world::{START, World, refusal};

fn fault(path: &Path) -> DataFileFault {
    SqliteStore::open(path).unwrap_err().fault
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// A database of another program, in a folder of its own.
fn foreign(sql: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    (folder, path)
}

#[test]
fn everything_survives_the_end_of_the_store() {
    let world = World::in_a_file();
    let john = world.create_verified("john@doe.net");
    let pair = world.issue_verified(&john);
    let second = world.open(&john.letter.to).unwrap();
    let id = world.user_id(&john);
    let gone = world.create_verified("gone@doe.net");
    world.api.delete_account(&gone.credentials, START).unwrap();

    let world = world.reopened();
    assert_eq!(world.api.user(id).unwrap().alias, "johny");
    world.api.check_session(&john.credentials, START).unwrap();
    world.api.check_key_pair(&pair, START).unwrap();
    world.verify(&second, START).unwrap();
    assert_eq!(
        refusal(world.api.check_session(&gone.credentials, START)),
        Refusal::BadCredentials
    );
    assert_eq!(world.api.count_accounts(), Ok(1));
}

#[test]
fn a_file_is_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    for _ in 0..2 {
        let _open = SqliteStore::open(&path).unwrap();
        for name in ["data", "data-wal"] {
            assert_eq!(mode(&folder.path().join(name)), 0o600, "{name}");
        }
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    }
}

#[test]
fn no_bearer_and_no_secret_half_is_in_the_file() {
    let world = World::in_a_file();
    let john = world.create_verified("john@doe.net");
    let (issued, _) = world.issue(&john);
    let folder = world.path().parent().unwrap().to_owned();
    let mut files = 0;
    let mut public_half_was_found = false;
    for entry in fs::read_dir(folder).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        let holds = |text: &str| {
            bytes
                .windows(text.len())
                .any(|window| window == text.as_bytes())
        };
        assert!(!holds(john.opened.bearer.reveal()));
        assert!(!holds(issued.api_secret.reveal()));
        public_half_was_found |= holds(issued.pair.api_key.reveal());
        files += 1;
    }
    assert!(files >= 2 && public_half_was_found);
}

#[test]
fn a_file_in_use_is_refused_until_it_is_free() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let first = SqliteStore::open(&path).unwrap();
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(matches!(error.fault, DataFileFault::Locked));
    assert_eq!(
        error.to_string(),
        format!(
            "open the data file {}: another process is using it",
            path.display()
        )
    );
    drop(first);
    SqliteStore::open(&path).unwrap();
}

#[test]
fn what_is_no_database_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let text = "a letter to my aunt\n".repeat(1_000);
    fs::write(&path, &text).unwrap();
    let before = mode(&path);
    assert!(matches!(fault(&path), DataFileFault::NotADatabase));
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert_eq!(mode(&path), before);
}

#[test]
fn a_database_of_another_program_is_refused_and_left_as_it_is() {
    for sql in [
        "CREATE TABLE accounts (id)",
        "PRAGMA user_version = 1",
        "PRAGMA application_id = 7",
    ] {
        let (_folder, path) = foreign(sql);
        let before = fs::read(&path).unwrap();
        assert!(matches!(fault(&path), DataFileFault::Foreign), "{sql}");
        assert!(fs::read(&path).unwrap() == before, "{sql}");
    }
}

#[test]
fn a_file_of_a_newer_version_is_refused() {
    let world = World::in_a_file();
    world.create_verified("john@doe.net");
    let (path, _folder) = world.closed();
    let connection = Connection::open(&path).unwrap();
    connection
        .pragma_update(None, "user_version", 1_000)
        .unwrap();
    drop(connection);
    let error = SqliteStore::open(&path).unwrap_err().to_string();
    assert!(
        error.ends_with("its schema is 1000, and this one knows 1"),
        "{error}"
    );
}

#[test]
fn a_place_where_no_file_can_be_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no/such/folder/data");
    assert!(matches!(fault(&missing), DataFileFault::Unusable(_)));
    assert!(SqliteStore::open(folder.path()).is_err());
}

/// On a runtime of one worker a task must still be able to run while a step waits. Here the step
/// waits for that very task.
#[test]
fn a_step_that_waits_keeps_no_task_waiting() {
    let world = World::in_a_file();
    let john = world.create("john@doe.net").unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let (sender, receiver) = mpsc::sync_channel(0);
    let step = runtime.spawn(async move {
        let helper = tokio::spawn(async move { sender.send(()).is_ok() });
        let code = john.opened.verification_code_id;
        let waited = std::sync::Mutex::new(None);
        world
            .store
            .attempt(code, &|_| {
                let came = receiver.recv_timeout(Duration::from_secs(20));
                *waited.lock().unwrap() = Some(came.is_ok());
                Attempt::Ignored
            })
            .unwrap();
        // The helper is not waited for if it never came to run.
        drop(helper);
        *waited.lock().unwrap()
    });
    assert_eq!(runtime.block_on(step).unwrap(), Some(true));
}
