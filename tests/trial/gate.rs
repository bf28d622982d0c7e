//! What stands between assize and the target, and how to pass it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::gatekeeper::{Gatekeeper, value};
use crate::message::message;
use crate::support::{Foreign, Run, assize, assize_in, assize_with, free_port};

const REFUSAL: &str =
    "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// A few cases of the main kinds: fixtures, bearers, no credentials, removal.
const CASES: [&str; 3] = [
    "--case",
    "get.alias,create.code,delete.bearer",
    "--accept-partial",
];

/// Cases whose users are their own.
const OWN_USERS: [&str; 3] = [
    "--case",
    "create.code,delete.bearer,delete.gone",
    "--accept-partial",
];

/// A short load of reads.
const LOAD: [&str; 6] = ["--scenario", "lookup", "--rate", "50", "--duration", "1s"];

fn run(verb: &str, url: &str, server: &Foreign, more: &[&str]) -> Run {
    let mailbox = server.mailbox();
    let arguments = [&[verb, url, "--mailbox", &mailbox], more].concat();
    assize(&arguments)
}

#[test]
fn a_gateway_that_asks_for_headers_of_its_own_is_passed_by_check_and_load() {
    let server = Foreign::start("plain", None);
    let gate = Gatekeeper::start(&server.base_url, |head| {
        let passes = value(head, "x-pass-token") == Some("gate-pass-4711")
            && value(head, "x-env") == Some("qa: eu");
        (!passes).then(|| REFUSAL.to_owned())
    });
    let url = gate.url(&server.base_url);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("headers.txt");
    std::fs::write(&file, "X-Env: qa: eu\n\n").unwrap();
    let at_file = format!("@{}", file.display());
    let given = [
        "--header",
        "X-Pass-Token: gate-pass-4711",
        "--header",
        &at_file,
        "--user-agent",
        "trial-of-gates/1",
    ];
    let checked = run("check", &url, &server, &[&CASES[..], &given].concat());
    checked.assert_exit(0);
    assert!(checked.said("X-Pass-Token"), "{}", checked.stdout);
    let loaded = run("load", &url, &server, &[&LOAD[..], &given].concat());
    loaded.assert_exit(0);
    for ran in [&checked, &loaded] {
        for text in [&ran.stdout, &ran.stderr, &ran.file("out/results.json")] {
            assert!(!text.contains("gate-pass-4711"));
        }
    }
    let agents = gate.heads();
    let agents = agents.iter().filter_map(|head| value(head, "user-agent"));
    assert_eq!(
        agents.filter(|agent| *agent != "trial-of-gates/1").count(),
        0
    );

    // The same in the variable, one a line, and in the file.
    let lines = "X-Pass-Token: gate-pass-4711\nX-Env: qa: eu\n";
    let mailbox = server.mailbox();
    let target = ["check", &url, "--mailbox", &mailbox];
    let arguments = [&target[..], &CASES].concat();
    let by_variable = assize_with(
        tempfile::tempdir().unwrap(),
        &arguments,
        &[("ASSIZE_HEADER", lines)],
    );
    by_variable.assert_exit(0);
    let folder = tempfile::tempdir().unwrap();
    let config = "header = [\"X-Pass-Token: gate-pass-4711\", \"X-Env: qa: eu\"]\n";
    std::fs::write(folder.path().join("assize.toml"), config).unwrap();
    assize_in(folder, &arguments).assert_exit(0);
}

#[test]
fn a_suites_own_header_wins_and_credentials_of_the_api_are_not_for_every_request() {
    let server = Foreign::start("plain", None);
    let gate = Gatekeeper::start(&server.base_url, |_| None);
    let url = gate.url(&server.base_url);
    let basic = ["--basic", "ann:open sesame"];
    let given = ["--header", "Content-Type: text/x-standing"];
    let ran = run(
        "check",
        &url,
        &server,
        &[&CASES[..], &basic, &given].concat(),
    );
    ran.assert_exit(0);
    let encoded = format!("Basic {}", STANDARD.encode("ann:open sesame"));
    let (mut bearers, mut basics) = (0, 0);
    for head in gate.heads() {
        match value(&head, "authorization") {
            Some(text) if text.starts_with("Bearer ") => bearers += 1,
            text => {
                assert_eq!(text, Some(encoded.as_str()));
                basics += 1;
            }
        }
        if head[0].starts_with("POST") {
            assert_eq!(value(&head, "content-type"), Some("application/json"));
        }
        assert_eq!(value(&head, "proxy-authorization"), None);
    }
    assert!(
        bearers > 3 && basics > 3,
        "{bearers} bearers, {basics} others"
    );
    for text in [&ran.stdout, &ran.file("out/results.json")] {
        assert!(!text.contains("open sesame") && !text.contains(&encoded));
    }
    for header in ["Authorization: Bearer abcdefgh", "api-key: abcdefgh"] {
        let refused = assize(&["check", &url, "--header", header]);
        refused.assert_exit(2);
        assert!(refused.stderr.contains("lend an account with --bearer"));
        assert!(!refused.stderr.contains("abcdefgh"), "{}", refused.stderr);
    }
}

/// What is written, and what is said of it.
fn unsendable(at_file: &str) -> [(&str, &str, &'static str); 10] {
    [
        (
            "--header",
            "hush-hush",
            "--header, number 1: there is no colon; write NAME: VALUE",
        ),
        ("--header", "X-Ü: hush-hush", "is not the name of a header"),
        (
            "--header",
            "X-A: hush-hush\u{7}",
            "the value of X-A has a character that cannot be sent",
        ),
        (
            "--header",
            "Content-Length: 7",
            "Content-Length is written by assize itself",
        ),
        (
            "--header",
            at_file,
            "headers.txt, line 2: what stands before the colon",
        ),
        ("--header", "@/no/such/file", "cannot read /no/such/file"),
        (
            "--basic",
            "hush-hush",
            "--basic: there is no colon; write USER:PASSWORD",
        ),
        (
            "--proxy",
            "socks5://127.0.0.1:9",
            "it is not the URL of an HTTP proxy",
        ),
        (
            "--user-agent",
            "hush\u{7}",
            "--user-agent: the value of User-Agent",
        ),
        (
            "--key",
            "key.pem",
            "--key is the key of a certificate; give that with --cert",
        ),
    ]
}

#[test]
fn what_cannot_be_sent_is_refused_with_its_place_and_without_its_value() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("headers.txt");
    std::fs::write(&file, "X-One: 1\nX Two: hush-hush\n").unwrap();
    let at_file = format!("@{}", file.display());
    let url = "http://127.0.0.1:1/api";
    for (flag, text, said) in unsendable(&at_file) {
        let refused = assize(&["check", url, flag, text]);
        refused.assert_exit(2);
        assert!(refused.stderr.contains(said), "{}", refused.stderr);
        assert!(!refused.stderr.contains("hush-hush"), "{}", refused.stderr);
    }
    let twice = assize(&[
        "check",
        url,
        "--basic",
        "a:b",
        "--header",
        "authorization: x",
    ]);
    twice.assert_exit(2);
    assert!(
        twice
            .stderr
            .contains("--basic and --header both set Authorization")
    );
    let in_url = assize(&["check", "http://ann:hush-hush@127.0.0.1:1/api"]);
    in_url.assert_exit(2);
    assert!(
        in_url.stderr.contains("--basic USER:PASSWORD"),
        "{}",
        in_url.stderr
    );
    assert!(!in_url.stderr.contains("hush-hush"));
}

#[test]
fn a_target_that_starts_is_waited_for_and_one_that_does_not_is_not_reached() {
    let server = Foreign::start("plain", None);
    let asked = AtomicUsize::new(0);
    let gate = Gatekeeper::start(&server.base_url, move |_| {
        let starting = asked.fetch_add(1, Ordering::Relaxed) < 3;
        let answer =
            "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        starting.then(|| answer.to_owned())
    });
    let url = gate.url(&server.base_url);
    let ran = run(
        "check",
        &url,
        &server,
        &[&CASES[..], &["--wait", "30s"]].concat(),
    );
    ran.assert_exit(0);
    for said in [
        "waiting up to 30 s for the target: it answered 503",
        "the target answered after",
    ] {
        assert!(ran.said(said), "{}", ran.stdout);
    }
    let nobody = format!("http://127.0.0.1:{}/api", free_port());
    let ran = assize(&["check", &nobody, "--wait", "1s"]);
    ran.assert_exit(3);
    assert!(
        ran.said("the target was not ready within --wait"),
        "{}",
        ran.stdout
    );
    assert!(ran.said("cannot reach"));
}

/// Takes what a proxy is asked for: the whole URL stands in the request line.
#[test]
fn a_proxy_is_used_where_it_is_given_and_named_where_it_is_only_set() {
    let server = Foreign::start("plain", None);
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let proxy = listener.local_addr().unwrap();
    let behind = server.base_url.strip_prefix("http://").unwrap();
    let behind = behind.split('/').next().unwrap().to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut client = stream.unwrap();
            let (head, body) = message(&client).unwrap();
            let password = STANDARD.encode("ann:proxy-password");
            let pass = format!("Basic {password}");
            assert_eq!(value(&head, "proxy-authorization"), Some(pass.as_str()));
            let line = head[0].replace("http://target.invalid:81", "");
            let kept: Vec<&str> = head[1..].iter().map(String::as_str).collect();
            let head = format!(
                "{line}\r\n{}\r\nconnection: close\r\n\r\n",
                kept.join("\r\n")
            );
            let mut target = TcpStream::connect(&behind).unwrap();
            target.write_all(head.as_bytes()).unwrap();
            target.write_all(&body).unwrap();
            std::io::copy(&mut target, &mut client).unwrap();
        }
    });
    let url = "http://target.invalid:81/api/auth/v2";
    let proxy = format!("http://ann:proxy-password@{proxy}");
    let given = ["--proxy", &proxy, "--request-rate", "0"];
    let ran = run("check", url, &server, &[&CASES[..], &given].concat());
    ran.assert_exit(0);
    assert!(!ran.file("out/results.json").contains("proxy-password"));
    let refused = run("load", url, &server, &[&LOAD[..], &given].concat());
    refused.assert_exit(2);
    assert!(refused.said("--proxy is for a check"), "{}", refused.stdout);

    let unused = assize_with(
        tempfile::tempdir().unwrap(),
        &["check", url],
        &[("http_proxy", "http://127.0.0.1:9")],
    );
    unused.assert_exit(3);
    assert!(
        unused.said("http_proxy is set and not used"),
        "{}",
        unused.stdout
    );
}

#[test]
fn a_connection_that_is_refused_once_is_made_at_the_second_try_and_told() {
    let server = Foreign::start("plain", None);
    let port = free_port();
    let url = format!("http://127.0.0.1:{port}/api/auth/v2");
    let behind = server.base_url.strip_prefix("http://").unwrap();
    let behind = behind.split('/').next().unwrap().to_owned();
    let ended = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let over = ended.clone();
    // The port is open for one connection at a time, and is closed for a moment after each.
    let front = std::thread::spawn(move || {
        while !over.load(Ordering::Relaxed) {
            let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
            let (mut client, _) = listener.accept().unwrap();
            drop(listener);
            let Some((head, body)) = message(&client) else {
                continue;
            };
            let kept: Vec<&str> = head.iter().map(String::as_str).collect();
            let head = format!("{}\r\nconnection: close\r\n\r\n", kept.join("\r\n"));
            let mut target = TcpStream::connect(&behind).unwrap();
            target.write_all(head.as_bytes()).unwrap();
            target.write_all(&body).unwrap();
            std::io::copy(&mut target, &mut client).unwrap();
            drop(client);
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    });
    let more = [
        "--case",
        "get.unknown",
        "--accept-partial",
        "--jobs",
        "1",
        "--wait",
        "10s",
    ];
    let ran = run("check", &url, &server, &more);
    ended.store(true, Ordering::Relaxed);
    drop(TcpStream::connect(("127.0.0.1", port)));
    front.join().unwrap();
    ran.assert_exit(0);
    assert!(ran.said("at the second try"), "{}", ran.stdout);
}

#[test]
fn a_server_that_speaks_nothing_but_http2_is_named_as_such() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}/api", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut client = stream.unwrap();
            let mut begin = [0; 14];
            let read = client.read_exact(&mut begin);
            if read.is_ok() && begin.starts_with(b"PRI * HTTP/2.0") {
                drop(client.write_all(b"\0\0\0\x04\0\0\0\0\0"));
                // Until the client has read it and goes away.
                drop(std::io::copy(&mut client, &mut std::io::sink()));
            }
        }
    });
    let ran = assize(&["check", &url]);
    ran.assert_exit(3);
    assert!(ran.said("add --http2"), "{}", ran.stdout);
}

/// Two servers behind a balancer that share nothing, so that whoever loses its cookie loses its account.
#[test]
fn cookies_of_a_balancer_are_kept_for_each_case_and_those_of_the_api_are_not() {
    let server = Foreign::start("plain", None);
    let clients = AtomicUsize::new(0);
    let gate = Gatekeeper::start(&server.base_url, move |head| {
        let number = clients.fetch_add(1, Ordering::Relaxed);
        let lost = value(head, "cookie").is_none() && value(head, "authorization").is_some();
        if lost {
            return Some(format!(
                "HTTP/1.1 401 Unauthorized\r\nx-error: elsewhere\r\nx-error-id: {number}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            ));
        }
        let session = if head[0].starts_with("POST") {
            "\r\nset-cookie: session=login-cookie-0815; Path=/"
        } else {
            ""
        };
        Some(format!(
            "set-cookie: LB=server-cookie-{number}; Path=/{session}"
        ))
    });
    let url = gate.url(&server.base_url);
    let ran = run(
        "check",
        &url,
        &server,
        &[&OWN_USERS[..], &["--format", "ndjson", "-v"]].concat(),
    );
    ran.assert_exit(0);
    let heads = gate.heads();
    let cookies: Vec<&str> = heads
        .iter()
        .filter_map(|head| value(head, "cookie"))
        .collect();
    assert!(cookies.len() > 5, "{cookies:?}");
    assert!(
        cookies
            .iter()
            .all(|cookie| cookie.starts_with("LB=server-cookie-"))
    );
    assert!(
        cookies.iter().all(|cookie| !cookie.contains(';')),
        "{cookies:?}"
    );
    let results = ran.file("out/results.json");
    for text in [&ran.stdout, &ran.stderr, &results] {
        assert!(!text.contains("server-cookie-") && !text.contains("login-cookie-0815"));
    }
}
