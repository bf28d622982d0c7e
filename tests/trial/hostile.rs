//! A server that puts into its answers what breaks careless reports.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::thread;

use crate::installed;
use crate::support::{Run, assize};

/// Answers every request with this description of an error, until the process ends: with 404 what is asked
/// to be read, and with 201 all else, so that it is not taken for something that is not the API.
fn serve(error: Vec<u8>) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}/api/auth/v2", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = vec![0; 64 * 1024];
            // A client that goes away is no matter of this server.
            drop(stream.read(&mut request));
            let status = if request.starts_with(b"GET") {
                "404 Not Found"
            } else {
                "201 Created"
            };
            let mut answer = format!("HTTP/1.1 {status}\r\nx-error: ").into_bytes();
            answer.extend_from_slice(&error);
            answer.extend_from_slice(b"\r\nx-error-id: \"<id>&'\r\nconnection: close\r\n\r\n");
            answer.extend_from_slice(b"\x00\x01\x08\x1b[31m]]><script>alert(1)</script>\xff");
            drop(stream.write_all(&answer));
        }
    });
    url
}

/// Runs cases that fail against such a server.
fn run(error: Vec<u8>) -> Run {
    let run = assize(&[
        "check",
        &serve(error),
        "--suite",
        "create",
        "--suite",
        "get",
    ]);
    assert!(run.exit_code == 1 || run.exit_code == 3, "{}", run.stdout);
    assert!(run.junit().contains("<failure"));
    run
}

/// Whether an XML reader that nobody here wrote accepts the file, by the JUnit schema too.
fn assert_xml(run: &Run) {
    let Some(xmllint) = installed::program("xmllint", "tests/parts.sh installs it") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("junit.xml");
    std::fs::write(&file, run.junit()).unwrap();
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas/junit.xsd");
    let lint = Command::new(xmllint)
        .args(["--noout", "--schema"])
        .args([&schema, &file])
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&lint.stderr);
    assert!(lint.status.success(), "{errors}");
}

#[test]
fn markup_quotes_and_escape_sequences() {
    let run = run(b"]]> <b>\"it's\" &amp; \x80\xfe \xe2\x80\xae tab\there".to_vec());
    assert_xml(&run);
    let page = std::fs::read_to_string(run.report_folder().join("report.html")).unwrap();
    assert!(
        !page.contains("<script>alert"),
        "the page runs the target's script"
    );
    for text in [&run.stdout, &run.stderr] {
        assert!(
            !text.contains('\u{1b}'),
            "an escape sequence reaches the terminal"
        );
    }
}

#[test]
fn sixty_four_kibibytes_of_text() {
    assert_xml(&run(b"]]>\"'".repeat(64 * 1024 / 5)));
}
