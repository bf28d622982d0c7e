//! Every request is sent in a manner that is drawn, and what a target owes to one client it owes to all.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;

use crate::support::{Foreign, assize, free_port, wait_until};
use crate::tested::binary;

/// The reference server with a defect. It ends when this is dropped.
pub(crate) struct Defective {
    process: Child,
    port: u16,
}

impl Defective {
    pub(crate) fn start(defect: &str) -> Self {
        let port = free_port();
        let mut process = Command::new(binary())
            .args([
                "serve",
                "--listen",
                &format!("127.0.0.1:{port}"),
                "--defect",
                defect,
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = process.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        wait_until("the server listens", || {
            assert!(process.try_wait().unwrap().is_none(), "{defect}: {line}");
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        Self { process, port }
    }

    /// Checks it with these options.
    pub(crate) fn check(&self, more: &[&str]) -> crate::support::Run {
        let url = format!("http://127.0.0.1:{}/api/auth/v2", self.port);
        let mailbox = format!("http://127.0.0.1:{}/inbox/{{email}}#/code", self.port);
        assize(&[&["check", &url, "--mailbox", &mailbox], more].concat())
    }
}

impl Drop for Defective {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[test]
fn a_finding_names_the_one_condition_that_it_takes() {
    for (defect, condition) in [
        ("x-error-missing-over-http-1-0", "only over HTTP/1.0"),
        (
            "x-error-missing-on-kept-connection",
            "only on a kept connection",
        ),
        (
            "x-error-id-missing-without-user-agent",
            "only without a User-Agent",
        ),
        ("x-error-missing-in-chunks", "; only with "),
    ] {
        let run = Defective::start(defect).check(&["--draw", "0"]);
        run.assert_exit(1);
        let results = run.results().to_string();
        assert!(results.contains(condition), "{defect}");
        assert!(
            results.contains("client."),
            "{defect}: the table finds it, too"
        );
    }
}

#[test]
fn a_finding_that_takes_no_condition_names_none() {
    let server = Defective::start("x-error-missing-on-delete");
    let run = server.check(&["--suite", "delete", "--accept-partial", "--draw", "1"]);
    run.assert_exit(1);
    assert!(!run.results().to_string().contains("; only "));
}

#[test]
fn the_draw_is_the_same_for_a_gate_and_told_where_it_is_another() {
    let drawn = |arguments: &[&str]| {
        let narrow = ["check", "--case", "error.headers.get", "--accept-partial"];
        assize(&[&narrow, arguments].concat()).results()["run"]["draw"].clone()
    };
    assert_eq!(drawn(&["--seed", "7"]), serde_json::Value::Null);
    assert_eq!(drawn(&["--draw", "12"]), 12);
    assert_eq!(drawn(&["--seed", "7", "--draw", "12"]), 12);
}

#[test]
fn a_report_says_which_conditions_each_requirement_was_tried_under() {
    let run = assize(&["check", "--requirement", "delete.bad-bearer"]);
    run.assert_exit(0);
    let results = run.results();
    let requirements = results["requirements"].as_array().unwrap();
    let bearer = requirements
        .iter()
        .find(|one| one["id"] == "delete.bad-bearer");
    let conditions = bearer.unwrap()["conditions"].as_array().unwrap();
    assert!(conditions.len() > 8, "{conditions:?}");
    assert!(conditions.contains(&"http-1.0".into()), "{conditions:?}");
    let steps = results["cases"].as_array().unwrap().iter();
    let steps = steps.flat_map(|case| case["steps"].as_array().unwrap());
    let sent = |step: &&serde_json::Value| step["phase"] == "judged" && !step["manner"].is_null();
    assert!(steps.filter(sent).count() > 20);
    let page = std::fs::read_to_string(run.report_folder().join("report.html")).unwrap();
    assert!(page.contains("pairs of a requirement and a way to send a request"));
}

/// Passes connections on, except for requests that are refused because of their manner.
fn refusing(refusal: fn(&str) -> Option<&'static str>, upstream: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming() {
            let upstream = upstream.clone();
            thread::spawn(move || pass(client.unwrap(), refusal, &upstream));
        }
    });
    port
}

fn pass(mut client: TcpStream, refusal: fn(&str) -> Option<&'static str>, upstream: &str) {
    let mut server = TcpStream::connect(upstream).unwrap();
    let mut buffer = vec![0; 65_536];
    let (mut back, mut to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    thread::spawn(move || {
        drop(std::io::copy(&mut back, &mut to));
        drop(to.shutdown(std::net::Shutdown::Write));
    });
    // Small requests come in one piece, or their head does.
    while let Ok(came @ 1..) = client.read(&mut buffer) {
        let text = String::from_utf8_lossy(&buffer[..came]).into_owned();
        if let Some(answer) = refusal(&text) {
            drop(client.write_all(answer.as_bytes()));
            return;
        }
        if server.write_all(&buffer[..came]).is_err() {
            return;
        }
    }
    drop(server.shutdown(std::net::Shutdown::Write));
}

#[test]
fn a_server_that_refuses_a_manner_and_not_the_request_passes_and_that_is_a_reading() {
    let refusal = |request: &str| {
        let head = request.split("\r\n\r\n").next().unwrap_or_default();
        if head.contains("transfer-encoding: chunked") {
            return Some(
                "HTTP/1.1 411 Length Required\r\nx-error: say how long\r\nx-error-id: 4b1c\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            );
        }
        let is_old = head
            .lines()
            .next()
            .is_some_and(|line| line.ends_with("HTTP/1.0"));
        is_old.then_some("HTTP/1.1 505 HTTP Version Not Supported\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
    };
    let server = Foreign::start("plain", None);
    let (_, rest) = server.base_url.split_once("://").unwrap();
    let (upstream, _) = rest.split_once('/').unwrap();
    let port = refusing(refusal, upstream.to_owned());
    let url = format!("http://127.0.0.1:{port}/api/auth/v2");
    let suites = [
        "--suite", "create", "--suite", "delete", "--suite", "clients",
    ];
    let draw = ["--accept-partial", "--draw", "3"];
    let mailbox = server.mailbox();
    let check = ["check", &url, "--mailbox", &mailbox];
    let run = assize(&[&check[..], &suites, &draw].concat());
    run.assert_exit(0);
    let readings = run.results()["readings"].to_string();
    assert!(
        readings.contains("a request with a chunked body"),
        "{readings}"
    );
    assert!(readings.contains("a request over HTTP/1.0"), "{readings}");
}
