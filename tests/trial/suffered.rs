//! What a load says of a target that makes its users suffer: who waits in vain counts, and what happened is
//! named whatever the times are worth.

use serde_json::Value;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crate::support::{Run, assize_with};

/// Longer than any load here lasts.
const FOR_EVER: Duration = Duration::from_secs(20);

const SUITE: &str = "suite: mine
title: Mine
scenarios:
  - id: mine
    title: Reads
    proves: [get.alias]
    steps:
      - name: get
        request: {method: GET, path: /user/one}
        expect: {proves: get.alias, status: 200}
";

/// What becomes of a request.
#[derive(Clone, Copy)]
enum Fate {
    Answered(u16, Duration),
    Silence,
    HungUp,
    /// Nobody is answered any more, and nobody listens.
    Dies,
}

const AT_ONCE: Fate = Fate::Answered(200, Duration::ZERO);

/// Starts a target; the fate of a request depends on its number, from 0.
fn target(fate: impl Fn(u64) -> Fate + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (fate, number) = (Arc::new(fate), Arc::new(AtomicU64::new(0)));
    let dead = Arc::new(AtomicU64::new(0));
    thread::spawn(move || {
        for stream in listener.incoming() {
            if dead.load(Ordering::Relaxed) > 0 {
                return;
            }
            let (fate, number, dead) = (fate.clone(), number.clone(), dead.clone());
            thread::spawn(move || {
                let _closed = serve(&stream.unwrap(), &*fate, &number, &dead);
            });
        }
    });
    url
}

fn serve(
    mut stream: &TcpStream,
    fate: &dyn Fn(u64) -> Fate,
    number: &AtomicU64,
    dead: &AtomicU64,
) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut head, mut byte) = (Vec::new(), [0]);
    loop {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
        if !head.ends_with(b"\r\n\r\n") {
            continue;
        }
        head.clear();
        if dead.load(Ordering::Relaxed) > 0 {
            return Ok(());
        }
        match fate(number.fetch_add(1, Ordering::Relaxed)) {
            Fate::Answered(status, after) => {
                thread::sleep(after);
                let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: 2\r\n\r\n{{}}");
                stream.write_all(answer.as_bytes())?;
            }
            Fate::Silence => thread::sleep(FOR_EVER),
            Fate::HungUp => return Ok(()),
            Fate::Dies => {
                dead.store(1, Ordering::Relaxed);
                // Wakes the listener, which then goes away.
                drop(TcpStream::connect(stream.local_addr()?));
                return Ok(());
            }
        }
    }
}

/// A load of this target, as a user makes it: nothing is accepted that is not asked for here.
fn load(url: &str, arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("mine")).unwrap();
    std::fs::write(folder.path().join("mine/mine.yaml"), SUITE).unwrap();
    let base = ["load", url, "--suites", "mine", "--scenario", "mine"];
    let mut all = base.to_vec();
    if !arguments.iter().any(|one| one.starts_with("--warm-up")) {
        all.push("--warm-up=0s");
    }
    all.extend(arguments);
    assize_with(folder, &all, &[("ASSIZE_ACCEPT_INVALID", "false")])
}

fn micros(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

#[test]
fn who_is_never_answered_counts_in_percentiles_and_thresholds() {
    let one_in_twenty = |fate| move |number: u64| if number % 20 == 7 { fate } else { AT_ONCE };
    for (fate, kind) in [(Fate::Silence, "timeout"), (Fate::HungUp, "closed")] {
        let run = load(
            &target(one_in_twenty(fate)),
            &[
                "--rate=100",
                "--duration=2s",
                "--timeout=1s",
                "--slo=p99 < 200ms",
                "--slo=errors < 10%",
                "--slo=max < 200ms",
                "--slo=p50 < 500ms",
            ],
        );
        run.assert_exit(4);
        let load = &run.results()["loads"][0];
        let operation = &load["operations"][0];
        let failed = micros(&operation["errors"][kind]);
        assert!((8..=12).contains(&failed), "{operation}");
        assert_eq!(operation["response"]["count"], 200);
        assert_eq!(operation["answers"]["count"], 200 - failed);
        assert!(micros(&operation["response"]["p99_us"]) >= 1_000_000);
        assert!(micros(&operation["answers"]["p99_us"]) < 1_000_000);
        for said in [
            "✗ p99 < 200ms",
            "✗ max < 200ms",
            "✓ errors < 10%",
            "✓ p50 < 500ms",
        ] {
            assert!(run.said(said), "{said}: {}", run.stdout);
        }
        // What may fail need not be answered.
        assert!(run.said("✓ rate >= 89% (default)"), "{}", run.stdout);
    }
}

#[test]
fn an_overload_does_not_conform_unless_that_is_allowed() {
    let slow = || target(|_| Fate::Answered(200, Duration::from_millis(100)));
    let overload = ["--rate=300", "--duration=1s", "--connections=2"];
    for queue in ["--queue=0", "--queue=100000"] {
        let run = load(&slow(), &[&overload[..], &[queue]].concat());
        run.assert_exit(4);
        assert!(
            run.said("`rate >= 99% (default)` was missed"),
            "{}",
            run.stdout
        );
        assert!(run.junit().contains("threshold rate &gt;= 99%"));
        let response = &run.results()["loads"][0]["operations"][0]["response"];
        assert_eq!(response["count"], 300);
        assert!(micros(&response["p50_us"]) > 300_000, "{response}");
        let allowed = load(
            &slow(),
            &[&overload[..], &[queue, "--slo=rate >= 1%"]].concat(),
        );
        allowed.assert_exit(0);
    }
    let honest = load(&slow(), &["--rate=15", "--duration=1s", "--connections=2"]);
    honest.assert_exit(0);
}

#[test]
fn what_waits_from_the_warm_up_does_not_eat_the_measurement() {
    let run = load(
        &target(|_| Fate::Answered(200, Duration::from_millis(500))),
        &[
            "--rate=100",
            "--connections=4",
            "--duration=2s",
            "--warm-up=1s",
        ],
    );
    run.assert_exit(4);
    let load = &run.results()["loads"][0];
    assert!(
        load["answered"].as_u64() >= Some(12),
        "{}",
        load["answered"]
    );
    assert_eq!(load["operations"][0]["response"]["count"], 200);
}

#[test]
fn wrong_answers_come_first_and_the_headline_names_what_else_happened() {
    let dying = |number: u64| match number {
        0..60 if number % 10 == 3 => Fate::Answered(500, Duration::ZERO),
        0..60 => AT_ONCE,
        _ => Fate::Dies,
    };
    let run = load(
        &target(dying),
        &["--rate=100", "--duration=2s", "--slo=p99 < 100ms"],
    );
    run.assert_exit(1);
    for said in [
        "CONTRACT VIOLATED 6 answers under load did not conform",
        "requests of the load got no answer: ",
        "`p99 < 100ms` was missed",
    ] {
        assert!(run.said(said), "{said}: {}", run.stdout);
    }
    let errors = &run.results()["loads"][0]["operations"][0]["errors"];
    assert!(errors["connect"].as_u64() > Some(50), "{errors}");
    assert!(errors["exhausted"].is_null(), "{errors}");
    let dying = |number: u64| if number < 60 { AT_ONCE } else { Fate::Dies };
    let run = load(
        &target(dying),
        &["--rate=100", "--duration=2s", "--slo=p99 < 100ms"],
    );
    assert!(matches!(run.exit_code, 1 | 3), "{}", run.stdout);
    assert!(run.said("got no"), "{}", run.stdout);
}

#[test]
fn each_stage_of_a_profile_has_a_row_in_every_report() {
    let run = load(
        &target(|_| AT_ONCE),
        &["--profile=step 20/s..60/s by 20/s every 1s"],
    );
    run.assert_exit(0);
    let results = run.results();
    let stages = results["loads"][0]["stages"].as_array().unwrap().clone();
    let due: Vec<u64> = stages
        .iter()
        .map(|one| one["due"].as_u64().unwrap())
        .collect();
    assert_eq!(due, [20, 40, 60]);
    assert_eq!(stages[2]["answered"], 60);
    assert!(run.said("40/s from 1 s"), "{}", run.stdout);
    assert!(run.junit().contains("40/s from 1 s on: 40/s due"));
    let page = std::fs::read_to_string(run.report_folder().join("report.html")).unwrap();
    assert!(page.contains("Stage by stage") && page.contains("60/s from 2 s"));
}

#[test]
fn a_pause_ends_with_the_load() {
    let began = std::time::Instant::now();
    let run = load(
        &target(|_| AT_ONCE),
        &[
            "--rate=max",
            "--think=1h",
            "--duration=1s",
            "--connections=3",
        ],
    );
    run.assert_exit(0);
    assert_eq!(run.results()["loads"][0]["answered"], 3);
    assert!(began.elapsed() < Duration::from_mins(1));
}

#[test]
fn a_load_in_which_nothing_would_be_due_is_refused_with_the_way_out() {
    let run = load(
        "http://127.0.0.1:1",
        &["--rate=0.2/s", "--duration=2s", "--warm-up=1s"],
    );
    run.assert_exit(2);
    assert!(
        run.said("no iteration is due within the measurement of 2s"),
        "{}",
        run.stdout
    );
    assert!(run.said("due 4s after the warm-up"), "{}", run.stdout);
    assert!(run.said("--warm-up 0s"), "{}", run.stdout);
}
