//! `assize serve` as a process: what it keeps, and how it ends.

use reqwest::Client;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use crate::support::{Pair, User, Visitor, client, send, with_pair};

/// The server is to end within seconds; a busy machine gets some more.
const SECONDS: Duration = Duration::from_secs(30);

struct Served {
    child: Child,
    visitor: Visitor,
    _output: Lines<BufReader<ChildStdout>>,
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_assize"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ASSIZE_")) {
        command.env_remove(name);
    }
    command.args(arguments).kill_on_drop(true);
    command
}

impl Served {
    /// Starts the server over a data file.
    async fn start(data: &Path) -> Self {
        let data = data.to_str().unwrap();
        let mut child = command(&["serve", "--listen", "127.0.0.1:0", "--data", data])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let listening = output.next_line().await.unwrap().unwrap();
        let keeping = output.next_line().await.unwrap().unwrap();
        assert_eq!(keeping, format!("keeping accounts in {data}"));
        let base_url = listening.strip_prefix("listening at ").unwrap().to_owned();
        let origin = base_url.strip_suffix("/api/auth/v2").unwrap();
        Self {
            visitor: Visitor {
                client: client(),
                inbox_url: Some(format!("{origin}/inbox/{{email}}")),
                base_url,
            },
            child,
            _output: output,
        }
    }

    async fn end(mut self, signal: Signal) -> ExitStatus {
        let id = i32::try_from(self.child.id().unwrap()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
        timeout(SECONDS, self.child.wait()).await.unwrap().unwrap()
    }
}

/// What John has is still his.
async fn assert_kept(visitor: &Visitor, john: &User, pair: &Pair, id: &str) {
    assert_eq!(visitor.user_id(john).await, id);
    let read = send(visitor.get(&format!("/user/{id}"))).await;
    assert_eq!(read.text("alias"), "johny");
    let checked = send(with_pair(visitor.get("/keypair"), pair)).await;
    assert_eq!(checked.text("userID"), id);
    let taken = json!({"email": "John@doe.net", "fullName": "J", "alias": "j"});
    assert_eq!(send(visitor.post("/user", &taken)).await.status, 400);
}

#[tokio::test]
async fn accounts_sessions_and_key_pairs_survive_any_end_of_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("accounts");
    let served = Served::start(&data).await;
    let john = served.visitor.create_verified("john@doe.net").await;
    let pair = served.visitor.issue_verified(&john).await;
    let id = served.visitor.user_id(&john).await;
    let gone = served.visitor.create_verified("gone@doe.net").await;
    let delete = served.visitor.delete("/user").bearer_auth(&gone.bearer);
    assert_eq!(send(delete).await.status, 202);
    let status = served.end(Signal::TERM).await;
    assert_eq!(status.code(), Some(0));
    assert!(
        !folder.path().join("accounts-wal").exists(),
        "all is in the file"
    );

    let served = Served::start(&data).await;
    assert_kept(&served.visitor, &john, &pair, &id).await;
    let jane = served.visitor.create_verified("jane@doe.net").await;
    served.end(Signal::KILL).await;

    let served = Served::start(&data).await;
    assert_kept(&served.visitor, &john, &pair, &id).await;
    served.visitor.user_id(&jane).await;
    let dead = served.visitor.get("/session").bearer_auth(&gone.bearer);
    assert_eq!(send(dead).await.status, 401);
    let status = served.end(Signal::INT).await;
    assert_eq!(status.code(), Some(0));
}

/// Creates an account. False once the server has ended.
async fn answered(client: &Client, base_url: &str, email: &str) -> bool {
    let body = json!({"email": email, "fullName": "John", "alias": "j"});
    let request = client.post(format!("{base_url}/user"));
    let Ok(answer) = request.body(body.to_string()).send().await else {
        return false;
    };
    answer.status() == 200 && answer.bytes().await.is_ok()
}

#[tokio::test]
async fn what_was_answered_before_the_end_is_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("accounts");
    let served = Served::start(&data).await;
    let (client, base_url) = (client(), served.visitor.base_url.clone());
    let creating = tokio::spawn(async move {
        let mut created = Vec::new();
        for number in 0.. {
            let email = format!("john{number}@doe.net");
            if !answered(&client, &base_url, &email).await {
                break;
            }
            created.push(email);
        }
        created
    });
    // When an account's code can be read, the creations are under way.
    timeout(SECONDS, async {
        while served.visitor.inbox("john20@doe.net").await.status != 200 {}
    })
    .await
    .unwrap();
    assert_eq!(served.end(Signal::TERM).await.code(), Some(0));
    let created = creating.await.unwrap();
    assert!(created.len() > 20);

    let served = Served::start(&data).await;
    for email in created {
        let again = json!({"email": email});
        let opened = send(served.visitor.post("/session", &again)).await;
        assert_eq!(opened.status, 200, "{email}");
    }
    served.end(Signal::TERM).await;
}

#[tokio::test]
async fn a_data_file_that_cannot_be_used_is_told_apart_by_exit_code_and_words() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("accounts");
    let text = folder.path().join("text");
    std::fs::write(&text, "no database, but a text".repeat(100)).unwrap();
    let served = Served::start(&data).await;
    for (path, code, words) in [
        (&data, 3, "another process is using it"),
        (&text, 2, "it is not an SQLite database"),
        (
            &folder.path().join("no/where"),
            3,
            "No such file or directory",
        ),
    ] {
        let path = path.to_str().unwrap();
        let serve = ["serve", "--listen", "127.0.0.1:0", "--data", path];
        let output = command(&serve).output();
        let output = timeout(SECONDS, output).await.unwrap().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{said}");
        let expected = format!("error: cannot open the data file {path}: {words}");
        assert!(said.starts_with(&expected), "{said}");
    }
    served.end(Signal::TERM).await;
}

#[tokio::test]
async fn the_description_is_printed() {
    let output = command(&["schema", "openapi"]).output().await.unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout == assize::contract::OPENAPI.as_bytes());
}
