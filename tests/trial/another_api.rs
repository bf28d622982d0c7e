//! An API that is not ours, with a path of the same name.

use std::io::Write;
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use crate::canary::{Told, files};
use crate::message::message;

const SUITE: &str = r#"
suite: user
title: Users of another API
cases:
  - id: user.made
    title: A user is made
    proves: user.made
    steps:
      - name: make it
        request: {method: POST, path: /user, json: {email: "${email}"}}
        expect: {status: 201}
      - name: leave
        request: {method: DELETE, path: /user}
        expect: {status: 201}
scenarios:
  - id: making
    title: Makes users
    proves: user.made
    steps:
      - name: make it
        request: {method: POST, path: /user, json: {email: "${email}"}}
        expect: {status: 201}
"#;

const REQUIREMENTS: &str = r"
requirements:
  - {id: user.made, level: must, section: Users, says: A user is made.}
";

/// Makes whatever it is asked for, and tells the first line of each request.
fn another_api() -> (String, Receiver<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let (told, requests) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let Some((head, _)) = message(&stream) else {
                continue;
            };
            drop(told.send(head[0].clone()));
            let body = r#"{"bearer":"b","sessionID":"s","verificationCodeID":"c","id":"1"}"#;
            let head =
                "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\nconnection: close";
            let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            drop(stream.write_all(answer.as_bytes()));
        }
    });
    (format!("http://{address}"), requests)
}

#[test]
fn nothing_that_another_api_makes_is_taken_for_an_account() {
    let mut told = Told::new();
    let own = told.folder.path().join("own");
    std::fs::create_dir(&own).unwrap();
    std::fs::write(own.join("user.yaml"), SUITE).unwrap();
    std::fs::write(own.join("requirements.yaml"), REQUIREMENTS).unwrap();
    let (url, requests) = another_api();
    let load = [
        "load",
        &url,
        "--suites",
        "own",
        "--rate",
        "4",
        "--duration",
        "1s",
    ];
    for arguments in [&["check", &url, "--suites", "own"][..], &load] {
        let output = told.run(arguments, "");
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    // One look whether anybody is there, for each verb.
    let mut seen: Vec<String> = requests.try_iter().collect();
    seen.retain(|line| !line.starts_with("GET /user/"));
    let made = seen.iter().filter(|line| line.starts_with("POST /user "));
    // All but the one delete that the suite asks for.
    assert_eq!(made.count(), seen.len() - 1, "{seen:?}");
    files(&told.folder.path().join("reports"), &mut told.texts);
    for (name, text) in &told.texts {
        let leaves = ["left behind", "may still exist", "will leave up to"];
        assert!(!leaves.iter().any(|words| text.contains(words)), "{name}");
    }
    let mut texts = told.texts.iter();
    let (_, results) = texts
        .find(|(name, _)| name.ends_with("results.json"))
        .unwrap();
    assert!(results.contains("\"made\": 0"), "no account is counted");
}
