//! `assize doctor` names the layer in which a fault is and what to do, and leaves nothing behind; `assize init` writes
//! what a run begins with.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use crate::support::{Foreign, Run, assize, assize_in, assize_with, free_port};

/// The mark and the rest of the line of what was looked at.
fn line<'a>(run: &'a Run, what: &str) -> &'a str {
    let mut lines = run.stdout.lines();
    let named = |line: &&str| line.chars().skip(2).collect::<String>().starts_with(what);
    lines.find(named).unwrap_or_default()
}

/// What stands in a folder, but for the reports of a run.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Answers everybody with these bytes.
fn answering(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            drop(stream.read(&mut [0; 4096]));
            drop(stream.write_all(bytes));
        }
    });
    format!("http://{address}/api/auth/v2")
}

#[test]
fn a_target_that_is_well_is_looked_at_whole_and_is_left_as_it_was() {
    let server = Foreign::start("plain", None);
    let mailbox = server.mailbox();
    let run = assize(&["doctor", &server.base_url, "--mailbox", &mailbox]);
    run.assert_exit(0);
    for what in ["names", "TCP", "HTTP", "clock", "base path", "mailbox"] {
        assert!(line(&run, what).starts_with('✓'), "{what}: {}", run.stdout);
    }
    assert!(
        line(&run, "mailbox").contains("made and deleted"),
        "{}",
        run.stdout
    );
    assert!(line(&run, "TLS").starts_with('–'), "{}", run.stdout);
    assert_eq!(names(run.into_folder().path()), Vec::<String>::new());
}

#[test]
fn each_fault_is_named_with_its_layer_and_what_to_do() {
    let server = Foreign::start("plain", None);
    let origin = server.base_url.trim_end_matches("/api/auth/v2");
    let closed = format!("http://127.0.0.1:{}/x", free_port());
    let nowhere = format!("listen:127.0.0.1:{}", free_port());
    let mute = answering(b"220 smtp.example ESMTP\r\n");
    let early = answering(
        b"HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
    );
    let tls = server.base_url.replace("http:", "https:");
    let elsewhere = format!("{origin}/api/auth/v1");
    let mail = ["--mailbox", &nowhere, "--mail-limit", "1s"];
    let unmailed = [&[server.base_url.as_str()], &mail[..]].concat();
    thread::scope(|scope| {
        let look = |arguments: &[&str], exit_code, begins: &'static str, advice: &str| {
            let arguments: Vec<String> = arguments.iter().map(|&one| one.to_owned()).collect();
            let advice = advice.to_owned();
            scope.spawn(move || assert_told(&arguments, exit_code, begins, &advice));
        };
        let host = "http://nowhere.invalid/x";
        look(&[host], 3, "✗ names", "check the host name");
        look(&[&closed], 3, "✗ TCP", "that the server is running");
        look(&[&tls], 3, "✗ TLS", "write http://");
        look(&[&mute], 3, "✗ HTTP", "the URL is that of an HTTP server");
        look(&[&early], 3, "! clock", "follow a time server");
        look(&[&elsewhere], 3, "✗ base path", &server.base_url);
        look(&[&server.base_url], 0, "! mailbox", "give --mailbox");
        look(&unmailed, 3, "✗ mailbox", "check that the server mails to");
    });
}

/// Looks at a target, and finds this line with this advice.
fn assert_told(arguments: &[String], exit_code: i32, begins: &str, advice: &str) {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let run = assize(&[&["doctor"], &arguments[..]].concat());
    run.assert_exit(exit_code);
    let mut lines = run.stdout.lines();
    let told = lines.find(|line| line.starts_with(begins));
    let is_advised = told.is_some_and(|line| line.contains(advice));
    assert!(is_advised, "{begins}: {}", run.stdout);
}

#[test]
fn init_writes_what_a_run_begins_with_and_replaces_nothing_unasked() {
    let server = Foreign::start("plain", None);
    let mailbox = server.mailbox();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Jenkinsfile"), "theirs").unwrap();
    let wanted = [
        "init",
        &server.base_url,
        "--mailbox",
        &mailbox,
        "--ci",
        "jenkins",
        "--suites",
        "own",
    ];
    let run = assize_in(folder, &wanted);
    run.assert_exit(0);
    assert!(line(&run, "mailbox").starts_with('✓'), "{}", run.stdout);
    assert!(
        run.file("Jenkinsfile.assize")
            .contains(&format!("ASSIZE_TARGET = '{}'", server.base_url))
    );
    assert_eq!(run.file("Jenkinsfile"), "theirs");
    let folder = run.into_folder();
    let again = assize_in(folder, &wanted);
    again.assert_exit(2);
    assert!(again.stderr.contains("assize.toml and"), "{}", again.stderr);
    // What was written is what a run takes, and the example is sound and holds of a right server.
    let run = assize_in(
        again.into_folder(),
        &["check", "--suites", "own", "--accept-partial"],
    );
    run.assert_exit(0);
    assert_eq!(run.results()["cases"][0]["id"], "own.alias");
    assert_eq!(run.results()["run"]["target"], server.base_url.as_str());
    assert!(
        run.file("own/own.yaml")
            .starts_with("# yaml-language-server: $schema=./suite.schema.json")
    );
}

#[test]
fn init_writes_no_password_and_names_where_it_belongs() {
    let closed = format!("http://127.0.0.1:{}/api", free_port());
    let secret = "imaps://qa:hunter22-not-written@127.0.0.1:1/INBOX";
    let folder = tempfile::tempdir().unwrap();
    let variables = [("ASSIZE_MAILBOX", secret)];
    let run = assize_with(
        folder,
        &["init", &closed, "--ci", "github", "--source", "some/place"],
        &variables,
    );
    run.assert_exit(3);
    let workflow = run.file(".github/workflows/assize.yml");
    let version = env!("CARGO_PKG_VERSION");
    assert!(
        workflow.contains(&format!("uses: some/place@v{version}")),
        "{workflow}"
    );
    assert!(
        workflow.contains("${{ secrets.ASSIZE_MAILBOX }}"),
        "{workflow}"
    );
    assert!(
        run.file("assize.toml")
            .contains("mailbox = { env = \"ASSIZE_MAILBOX\" }")
    );
    let whole = [
        &workflow,
        &run.file("assize.toml"),
        &run.stdout,
        &run.stderr,
    ]
    .map(String::as_str)
    .concat();
    assert!(!whole.contains("hunter22"), "the password is shown");
}
