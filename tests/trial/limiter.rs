//! A limit on requests, under load: it speaks for the way to the API, not for the operation that it refuses.

use std::time::{Duration, Instant};

use crate::gateway::{Way, gateway};
use crate::interrupted::Served;
use crate::support::{Run, assize};

const TOO_MANY: &str =
    "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 5\r\nRetry-After: 1\r\n\r\nslow\n";
const UNAVAILABLE: &str =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\n\r\n";
const BROKEN: &str = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

/// A load of 100 reads a second, of which a limiter lets so many through; the making of users is not limited.
fn load(
    refusal: &'static str,
    passes: impl Fn(u64) -> bool + Send + Sync + 'static,
    slo: &[&str],
) -> Run {
    let served = Served::start();
    let url = gateway(&served.base_url, move |number| {
        if number <= 60 || passes(number) {
            Way::Pass
        } else {
            Way::Answer(refusal)
        }
    });
    let mut arguments = vec!["load", &url, "--mailbox", &served.inbox];
    arguments.extend(["--scenario", "lookup", "--rate", "100", "--duration", "3s"]);
    arguments.extend(["--warm-up", "500ms", "--slo", "stalls <= 100%"]);
    arguments.extend(slo);
    assize(&arguments)
}

#[track_caller]
fn says_how_many(run: &Run) {
    let results = run.results();
    let limited = results["loads"][0]["limited"].as_u64().unwrap();
    assert!(limited > 0);
    assert_eq!(results["loads"][0]["operations"][0]["limited"], limited);
    assert!(run.said("refused by a limiter"), "{}", run.stdout);
    assert!(run.junit().contains("refused by a limiter"));
    let page = std::fs::read_to_string(run.report_folder().join("report.html")).unwrap();
    assert!(page.contains("refused by a limiter"));
}

#[test]
fn what_a_limiter_refuses_is_counted_apart_and_judged_by_the_threshold_on_errors() {
    for refusal in [TOO_MANY, UNAVAILABLE] {
        let one_in_ten = |number: u64| !number.is_multiple_of(10);
        let run = load(refusal, one_in_ten, &[]);
        run.assert_exit(0);
        says_how_many(&run);
        assert!(run.said("give --rate 9"), "{}", run.stdout);
        load(refusal, one_in_ten, &["--slo", "errors < 20%"]).assert_exit(0);
        let missed = load(refusal, one_in_ten, &["--slo", "errors < 1%"]);
        missed.assert_exit(4);
        says_how_many(&missed);
    }
    let no_limiter = load(BROKEN, |number| !number.is_multiple_of(10), &[]);
    no_limiter.assert_exit(1);
    assert_eq!(no_limiter.results()["loads"][0]["limited"], 0);
}

/// Ten a second pass. Without a threshold that run says nothing of the target.
#[test]
fn a_load_that_drowns_in_a_limiter_does_not_conform() {
    let begun = Instant::now();
    let tenth = Duration::from_millis(100);
    let next = std::sync::Mutex::new(Duration::ZERO);
    let passes = move |_| {
        let mut next = next.lock().unwrap();
        let passes = begun.elapsed() >= *next;
        if passes {
            *next = begun.elapsed() + tenth;
        }
        passes
    };
    let run = load(TOO_MANY, passes, &[]);
    run.assert_exit(3);
    says_how_many(&run);
    assert!(run.stdout.starts_with("BROKEN"), "{}", run.stdout);
    assert_eq!(run.results()["loads"][0]["findings"][0]["verdict"], "warn");
}
