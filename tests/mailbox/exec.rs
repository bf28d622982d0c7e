//! A program of the user that prints codes, played by a shell script.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use assize::engine::MailError;
use tempfile::TempDir;
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe;

use super::{code, missing, opened, refused, unusable};

struct Script {
    folder: TempDir,
    location: String,
}

impl Script {
    fn new(body: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("code.sh");
        fs::write(&path, format!("cd '{}'\n{body}\n", folder.path().display())).unwrap();
        let location = format!("exec:sh '{}' first 'second word'", path.display());
        Self { folder, location }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

#[tokio::test]
async fn the_program_gets_the_address_and_prints_the_code() {
    let script = Script::new(
        r#"test "$1/$2/$3" = "first/second word/a b@x.org" || { echo "got $*" >&2; exit 2; }
           test "$ASSIZE_EMAIL/$ASSIZE_ORDINAL" = "a b@x.org/0" && echo " 052417 ""#,
    );
    let mailbox = opened(&script.location).await;
    assert_eq!(code(&*mailbox, "a b@x.org", 0).await, "052417");
}

#[tokio::test]
async fn the_program_is_asked_again_until_it_prints_a_new_code() {
    let script = Script::new(
        "echo >> asked; case $(wc -l < asked) in 1) ;; 2) exit 1;; 3|4) echo 111111;; *) echo 222222;; esac",
    );
    let mailbox = opened(&script.location).await;
    assert_eq!(code(&*mailbox, "a@x.org", 0).await, "111111");
    assert_eq!(code(&*mailbox, "a@x.org", 1).await, "222222");
    let asked = fs::read_to_string(script.path("asked")).unwrap();
    assert_eq!(asked.lines().count(), 5);
}

#[tokio::test]
async fn of_several_lines_the_ordinal_chooses() {
    let script = Script::new("printf '111111\\n\\n222222\\n'");
    let mailbox = opened(&script.location).await;
    assert_eq!(code(&*mailbox, "a@x.org", 1).await, "222222");
    assert_eq!(code(&*mailbox, "a@x.org", 0).await, "111111");
}

#[tokio::test]
async fn a_program_that_finds_nothing_differs_from_one_that_complains() {
    let silent = Script::new("exit 1");
    let error = missing(&*opened(&silent.location).await, "a@x.org", 0).await;
    assert!(matches!(error, MailError::NotArrived { .. }), "{error}");

    let loud = Script::new("echo; echo 'no database' >&2; echo more >&2; exit 3");
    let shown = unusable(&*opened(&loud.location).await, "a@x.org").await;
    assert!(
        shown.ends_with("it ends with exit status: 3: no database"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_program_that_is_not_waited_for_is_ended_with_all_that_it_started() {
    let script = Script::new("exec 9<> alive; sleep 600 & echo > started; wait");
    let mut pipes = ["alive", "started"].map(|name| {
        let path = script.path(name);
        let made = std::process::Command::new("mkfifo")
            .arg(&path)
            .status()
            .unwrap();
        assert!(made.success());
        pipe::OpenOptions::new()
            .read_write(true)
            .open_receiver(path)
            .unwrap()
    });
    let mailbox = opened(&script.location).await;
    let waiting = tokio::spawn(async move { code(&*mailbox, "a@x.org", 0).await });
    pipes[1].read_u8().await.unwrap();

    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    let mut alive = pipe::OpenOptions::new()
        .open_receiver(script.path("alive"))
        .unwrap();
    drop(pipes);
    // The pipe ends when the last process that holds it open has ended.
    let ended = tokio::time::timeout(super::LONG, alive.read_u8())
        .await
        .unwrap();
    assert_eq!(ended.unwrap_err().kind(), std::io::ErrorKind::UnexpectedEof);
}

#[tokio::test]
async fn a_program_that_cannot_be_started_is_found_out_at_opening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none");
    let location = format!("exec:{}", path.display());
    assert!(
        refused(&location)
            .await
            .ends_with("there is no such program")
    );
    assert!(
        refused("exec:no-such-program-anywhere")
            .await
            .ends_with("there is no such program")
    );

    fs::write(&path, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(refused(&location).await.ends_with("it is not executable"));

    fs::write(&path, "#!/no/such/interpreter\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let shown = unusable(&*opened(&location).await, "a@x.org").await;
    assert!(
        shown.contains("it cannot be started: No such file"),
        "{shown}"
    );
}
