//! What is a secret in an API that is not ours, and what is none.

use std::io::Write;
use std::net::TcpListener;
use std::thread;

use crate::canary::{Told, files, holds};
use crate::message::message;
use crate::support::Foreign;

/// A credential of an API that is not ours, told under a name that says nothing.
const PASS: &str = "canary-pass-of-another-api-5";
/// Another one, which goes into a body.
const TICKET: &str = "canary-ticket-of-another-api-6";

/// Answers whoever asks with a pass, and with what it was sent.
fn another_api() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let Some((head, _)) = message(&stream) else {
                continue;
            };
            let told = format!("\"opens\":\"{PASS}\",\"number\":\"{TICKET}\"");
            let body = format!("{{{told},\"heard\":{head:?}}}");
            let head =
                "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\nconnection: close";
            let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            drop(stream.write_all(answer.as_bytes()));
        }
    });
    format!("http://{address}")
}

const SUITE_OF_ANOTHER_API: &str = r#"
suite: pass
title: Passes
cases:
  - id: pass.used
    title: A pass opens the door
    proves: pass.opens
    given:
      - name: get a pass
        request: {method: POST, path: /passes}
        expect: {status: 201}
        capture: {pass: /opens, ticket: {from: /number, secret: true}}
    steps:
      - name: open the door
        request: {method: PUT, path: "/door?of=${ticket}", json: {shown: "${ticket}"}, headers: {Authorization: "Pass ${pass}", Cookie: "written=canary-in-suite"}}
        expect: {status: 200}
"#;

const REQUIREMENTS_OF_ANOTHER_API: &str = r"
requirements:
  - {id: pass.opens, level: must, section: Doors, says: A pass opens the door.}
";

#[test]
fn no_secret_of_another_api_is_in_any_file_or_stream() {
    let mut told = Told::new();
    let own = told.folder.path().join("own");
    std::fs::create_dir(&own).unwrap();
    std::fs::write(own.join("pass.yaml"), SUITE_OF_ANOTHER_API).unwrap();
    std::fs::write(own.join("requirements.yaml"), REQUIREMENTS_OF_ANOTHER_API).unwrap();
    let url = another_api();
    let check = ["check", &url, "--suites", "own", "-v"];
    let output = told.run(&check, "");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    told.run(&[&check[..], &["--format", "ndjson"]].concat(), "");
    files(&told.folder.path().join("reports"), &mut told.texts);
    assert!(told.texts.iter().any(|(_, text)| text.contains("Pass •••")));
    for secret in [PASS, TICKET, "canary-in-suite"] {
        for (name, text) in &told.texts {
            let form = holds(text, secret);
            assert!(form.is_none(), "{name} holds it in form {form:?}");
        }
    }
}

/// What the suites made up opens nothing, and shows what was wrong with it.
#[test]
fn a_credential_that_the_suites_made_up_is_shown() {
    let server = Foreign::start("plain", Some("bad-bearer-403"));
    let run = server.check(&["--case", "delete.bad-bearer"]);
    run.assert_exit(1);
    let shown = regex::Regex::new("-H 'Authorization: Bearer [0-9a-f]{64}'").unwrap();
    assert!(shown.is_match(&run.stdout), "{}", run.stdout);
}
