//! Answers that come in a coding although none was asked for: what they say counts, not how it came.

use flate2::Compression;
use flate2::bufread::{GzEncoder, ZlibEncoder};
use std::io::Read;

use crate::proxy::{Alter, Fate, before};
use crate::support::{Foreign, Run, assize, violated};

/// The answer with its body in a coding, if it has one.
fn encoded(answer: &[u8], coding: &str, body: fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    // What only says that the body may come has none itself.
    let interim = b"HTTP/1.1 100 Continue\r\n\r\n";
    if let Some(rest) = answer.strip_prefix(interim) {
        return [&interim[..], &encoded(rest, coding, body)].concat();
    }
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, plain) = answer.split_at(end.unwrap() + 4);
    if plain.is_empty() {
        return answer.to_vec();
    }
    let body = body(plain);
    let head = String::from_utf8_lossy(head);
    let lines = head.lines().filter(|line| {
        let name = line.split(':').next().unwrap();
        !line.is_empty() && !name.eq_ignore_ascii_case("content-length")
    });
    let head = lines.fold(String::new(), |head, line| head + line + "\r\n");
    let head = format!(
        "{head}Content-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), &body].concat()
}

fn all(mut encoder: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    encoder.read_to_end(&mut bytes).unwrap();
    bytes
}

fn gzip(body: &[u8]) -> Vec<u8> {
    all(GzEncoder::new(body, Compression::fast()))
}

fn gzipped(answer: &[u8]) -> Vec<u8> {
    encoded(answer, "gzip", gzip)
}

fn deflated(answer: &[u8]) -> Vec<u8> {
    let deflate = |body: &[u8]| all(ZlibEncoder::new(body, Compression::fast()));
    encoded(answer, "deflate", deflate)
}

fn cut(answer: &[u8]) -> Vec<u8> {
    encoded(answer, "gzip", |body| {
        let mut zipped = gzip(body);
        zipped.truncate(zipped.len() - 9);
        zipped
    })
}

/// A megabyte of spaces after what was said, which is JSON all the same.
fn bomb(answer: &[u8]) -> Vec<u8> {
    encoded(answer, "gzip", |body| {
        gzip(&[body, &b" ".repeat(1_000_000)].concat())
    })
}

/// A check of a server behind what alters its answers.
fn check(
    server: &Foreign,
    alter: impl Fn(&str) -> Option<Alter> + Send + Sync + 'static,
    more: &[&str],
) -> Run {
    let url = before(&server.base_url, move |_, line| {
        alter(line).map_or(Fate::Pass, Fate::Alter)
    });
    assize(&[&["check", &url, "--mailbox", &server.mailbox()], more].concat())
}

#[test]
fn an_honest_server_whose_answers_are_compressed_passes() {
    let server = Foreign::start("plain", None);
    let alter = |line: &str| {
        Some(if line.starts_with("GET") {
            deflated
        } else {
            gzipped
        } as Alter)
    };
    let run = check(&server, alter, &[]);
    run.assert_exit(0);
    assert_eq!(violated(&run.results()), Vec::<String>::new());
}

#[test]
fn a_defect_is_seen_through_compressed_answers_and_the_record_can_be_read() {
    let server = Foreign::start("plain", Some("expire-at-string"));
    let run = check(&server, |_| Some(gzipped), &["--case", "create.*"]);
    run.assert_exit(1);
    assert_eq!(violated(&run.results()), ["create.body.expireAt"]);
    let record = run.file("out/results.json");
    assert!(record.contains("\"gzip\"") && record.contains("verificationCodeID"));
}

#[test]
fn a_coding_that_is_wrong_or_a_bomb_is_the_targets_fault() {
    let cases: [(Alter, &str); 2] = [
        (cut, "not what its content-encoding says, gzip"),
        (bomb, "decoded from gzip, is larger than 100000 bytes"),
    ];
    for (alter, says) in cases {
        let server = Foreign::start("plain", None);
        let wrong = move |line: &str| line.starts_with("GET /api/auth/v2/user/").then_some(alter);
        let run = check(
            &server,
            wrong,
            &["--answer-limit", "100000", "--case", "get.*"],
        );
        run.assert_exit(1);
        assert!(run.said(says), "{}", run.stdout);
    }
}

#[test]
fn where_no_answer_can_be_decoded_nothing_is_judged() {
    let server = Foreign::start("plain", None);
    let run = check(&server, |_| Some(cut), &[]);
    run.assert_exit(3);
    assert!(
        run.said("not what its content-encoding says, gzip"),
        "{}",
        run.stdout
    );
    assert_eq!(violated(&run.results()), Vec::<String>::new());
}
