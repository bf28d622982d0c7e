//! Limits on requests: they are waited for, and nobody is blamed.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::proxy::{Fate, before};
use crate::support::{Foreign, Run, assize};

/// A limiter of twenty requests in each second, which refuses the others so.
fn twenty_a_second(refusal: &'static str) -> impl Fn(u64, &str) -> Fate + Send + Sync {
    let began = Instant::now();
    let window = Mutex::new((0, 0));
    move |_, _| {
        let mut window = window.lock().unwrap();
        let second = began.elapsed().as_secs();
        if window.0 != second {
            *window = (second, 0);
        }
        window.1 += 1;
        if window.1 > 20 {
            return refused(refusal);
        }
        Fate::Pass
    }
}

fn refused(line_and_headers: &str) -> Fate {
    Fate::Answer(format!(
        "HTTP/1.1 {line_and_headers}\r\ncontent-length: 0\r\n\r\n"
    ))
}

fn check(server: &Foreign, url: &str, more: &[&str]) -> Run {
    let mailbox = server.mailbox();
    assize(&[&["check", url, "--mailbox", &mailbox], more].concat())
}

#[test]
fn a_target_behind_a_limiter_passes_and_the_limit_is_told() {
    for refusal in [
        "429 Too Many Requests",
        "429 Too Many Requests\r\nretry-after: 1",
        "503 Slow Down\r\nretry-after: 1",
    ] {
        let server = Foreign::start("plain", None);
        let url = before(&server.base_url, twenty_a_second(refusal));
        let run = check(
            &server,
            &url,
            &[
                "--case",
                "get.unknown*,get.malformed-id*,get.alias.latin,delete.gone,concurrency.creates*",
            ],
        );
        run.assert_exit(0);
        let results = run.results();
        assert_eq!(results["totals"]["fail"], 0);
        assert_eq!(results["totals"]["broken"], 0);
        assert!(
            results["totals"]["pass"].as_u64() > Some(20),
            "{}",
            results["totals"]
        );
        assert_eq!(results["accounts"]["made"], results["accounts"]["removed"]);
        let notices = results["notices"].to_string();
        let status = &refusal[..3];
        for words in [
            "a limiter before it, refused ",
            &format!("({status})"),
            "--request-rate ",
        ] {
            assert!(notices.contains(words), "{notices}");
        }
    }
}

#[test]
fn a_limiter_that_lets_nothing_through_any_more_breaks_the_run_in_time() {
    for (refusal, after) in [
        ("429 Too Many Requests", 0),
        ("429 Too Many Requests", 60),
        ("503 Maintenance\r\nretry-after: 86400", 60),
        (
            "429 Too Many Requests\r\nretry-after: Wed, 21 Oct 2037 07:28:00 GMT\r\ndate: Wed, 21 Oct 2015 07:28:00 GMT",
            60,
        ),
    ] {
        let server = Foreign::start("plain", None);
        let url = before(&server.base_url, move |number, _| {
            if number > after {
                refused(refusal)
            } else {
                Fate::Pass
            }
        });
        let began = Instant::now();
        let run = check(&server, &url, &["--case", "get.*"]);
        assert!(
            began.elapsed() < Duration::from_mins(1),
            "{:?}",
            began.elapsed()
        );
        run.assert_exit(3);
        let results = run.results();
        assert_eq!(results["totals"]["fail"], 0);
        let sentence = results["conclusion"]["sentence"].to_string();
        for words in [
            "a limiter before it, refused",
            &refusal[..3],
            "--request-rate",
        ] {
            assert!(sentence.contains(words), "{sentence}");
        }
    }
}

#[test]
fn what_is_refused_for_good_at_one_place_is_not_judged_and_not_hidden() {
    let server = Foreign::start("plain", None);
    let url = before(&server.base_url, |_, line| {
        if line.starts_with("DELETE") {
            return refused("429 Too Many Requests");
        }
        Fate::Pass
    });
    let cases = [
        "--case",
        "get.unknown*,get.malformed*,delete.no-credentials,delete.bad-bearer.none",
    ];
    let run = check(&server, &url, &cases);
    run.assert_exit(3);
    let results = run.results();
    assert_eq!(results["totals"]["fail"], 0, "{}", results["totals"]);
    assert!(
        results["totals"]["pass"].as_u64() > Some(5),
        "{}",
        results["totals"]
    );
    let sentence = results["conclusion"]["sentence"].to_string();
    assert!(
        sentence.contains("delete.no-credentials") && sentence.contains("429"),
        "{sentence}"
    );
}
