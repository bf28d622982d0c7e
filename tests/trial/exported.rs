//! `--otlp`: the metrics of a run for a collector of OpenTelemetry; the run is the same whatever that does.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::decoded::decoded;
use crate::support::{Run, assize, assize_with};
use crate::tls::{Certified, Front};

/// A request that a collector got: its head in lower case, and its body.
type Got = (String, String);

/// What a collector does with a request.
#[derive(Clone, Copy)]
enum Manner {
    Takes,
    Answers(u16),
    SaysNothing,
}

/// A collector.
struct Collector {
    port: u16,
    got: Arc<Mutex<Vec<Got>>>,
}

impl Collector {
    fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let got: Arc<Mutex<Vec<Got>>> = Arc::default();
        let kept = got.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let kept = kept.clone();
                thread::spawn(move || serve(BufReader::new(stream.unwrap()), manner, &kept));
            }
        });
        Self { port, got }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn got(&self) -> Vec<Got> {
        self.got
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

fn serve(mut stream: BufReader<TcpStream>, manner: Manner, kept: &Mutex<Vec<Got>>) {
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head).unwrap_or_default() == 0 {
                return;
            }
        }
        let head = head.to_lowercase();
        let length = head.split("content-length: ").nth(1).unwrap();
        let mut body = vec![0; length.lines().next().unwrap().parse().unwrap()];
        stream.read_exact(&mut body).unwrap();
        kept.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((head, String::from_utf8(body).unwrap()));
        let status = match manner {
            Manner::Takes => 200,
            Manner::Answers(status) => status,
            Manner::SaysNothing => continue,
        };
        let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 2\r\n\r\n{{}}");
        // Whoever asked may be gone.
        drop(stream.get_mut().write_all(answer.as_bytes()));
    }
}

const SECRET: &str = "only-for-the-collector-4711";

/// A load whose metrics go to a collector, with a secret among its headers.
fn load(url: &str, duration: &str, environment: &[(&str, &str)]) -> Run {
    let headers = format!("Authorization=Bearer%20{SECRET},x-tenant=a");
    let mut environment = environment.to_vec();
    environment.push(("OTEL_EXPORTER_OTLP_HEADERS", &headers));
    let load = format!("load --rate 200/s --warm-up 500ms --duration {duration} --otlp {url}");
    let arguments: Vec<&str> = load.split(' ').collect();
    assize_with(tempfile::tempdir().unwrap(), &arguments, &environment)
}

/// The counts of an operation of a load by its last request are those of its results.
fn is_equal(results: &Value, points: &[Value]) {
    let load = &results["loads"][0];
    for operation in load["operations"].as_array().unwrap() {
        let name = operation["name"].as_str().unwrap();
        let find = |metric: &str, outcome: Option<&str>| {
            let mut points = points.iter().filter(|point| point["metric"] == metric);
            points.find(|point| {
                let attributes = &point["attributes"];
                attributes["assize.operation"] == name
                    && outcome.is_none_or(|outcome| attributes["assize.outcome"] == outcome)
            })
        };
        for (metric, key) in [
            ("assize.response.duration", "response"),
            ("assize.service.duration", "service"),
            ("assize.lag.duration", "lag"),
        ] {
            let (told, kept) = (find(metric, None).unwrap(), &operation[key]);
            assert_eq!(told["count"], kept["count"], "{metric} of {name}");
            let count = kept["count"].as_f64().unwrap();
            let sum = kept["mean_us"].as_f64().unwrap() * count / 1e6;
            let far = (told["sum"].as_f64().unwrap() - sum).abs();
            // A mean is told to a thousandth of a microsecond.
            assert!(far <= count * 1e-9 + 1e-9, "{metric} of {name}: {far}");
            let p99 = kept["p99_us"].as_f64().unwrap() / 1e6;
            let bound = |key: &str| told[key].as_f64().unwrap();
            let is_within =
                p99 >= bound("p99_low") * 0.998 - 1e-6 && p99 <= bound("p99_high") * 1.002 + 1e-6;
            assert!(is_within, "{metric} of {name}: {p99} {told}");
        }
        let counted = |outcome| find("assize.requests", Some(outcome)).unwrap()["value"].clone();
        assert_eq!(counted("conforming"), operation["conforming"], "{name}");
        let answered = operation["answered"].as_u64().unwrap();
        let conforming = operation["conforming"].as_u64().unwrap();
        assert_eq!(counted("nonconforming"), answered - conforming, "{name}");
        let errors = operation["errors"].as_object().unwrap().values();
        let errors: u64 = errors.map(|count| count.as_u64().unwrap()).sum();
        assert_eq!(counted("unanswered"), errors, "{name}");
    }
}

#[test]
fn a_collector_gets_what_the_results_say_and_no_output_has_its_secret() {
    let collector = Collector::start(Manner::Takes);
    let run = load(
        &collector.url(),
        "2s",
        &[
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=a%20b"),
            ("ASSIZE_BUILD", "build-7"),
        ],
    );
    run.assert_exit(0);
    let got = collector.got();
    assert!(got.len() >= 3, "{}", got.len());
    let (head, last) = got.last().unwrap();
    assert!(head.starts_with("post /v1/metrics http/1.1\r\n"), "{head}");
    assert!(
        head.contains("content-type: application/json\r\n"),
        "{head}"
    );
    assert!(
        head.contains(&format!("authorization: bearer {SECRET}\r\n")),
        "{head}"
    );
    assert!(!last.contains(SECRET));
    for text in [&run.stdout, &run.stderr, &run.file("out/results.json")] {
        assert!(!text.contains(SECRET) && !text.contains("--otlp"), "{text}");
    }
    let Some(points) = decoded(last) else { return };
    let results = run.results();
    is_equal(&results, &points);
    let resource = &points[0]["resource"];
    assert_eq!(resource["assize.run"], results["run"]["id"]);
    assert_eq!(resource["assize.build"], "build-7");
    assert_eq!(resource["deployment.environment"], "a b");
    let soundness = points
        .iter()
        .find(|point| point["metric"] == "assize.soundness");
    let grade = match results["loads"][0]["generator"]["soundness"].as_str() {
        Some("sound") => 0,
        Some("limited") => 1,
        _ => 2,
    };
    assert_eq!(soundness.unwrap()["value"], grade);
}

#[test]
fn a_check_tells_verdicts_and_which_requirements_were_violated() {
    let collector = Collector::start(Manner::Takes);
    let folder = tempfile::tempdir().unwrap();
    let (url, selection) = (collector.url(), ["--case", "get.unknown*,delete.bearer"]);
    let run = assize_with(
        folder,
        &[&["check", "--otlp", &url], &selection[..]].concat(),
        &[],
    );
    run.assert_exit(0);
    let got = collector.got();
    let Some(points) = decoded(&got.last().unwrap().1) else {
        return;
    };
    let passed = points
        .iter()
        .find(|point| point["attributes"]["assize.verdict"] == "pass");
    assert_eq!(passed.unwrap()["value"], run.results()["totals"]["pass"]);
}

#[test]
fn whatever_a_collector_does_the_run_is_the_same_and_what_is_lost_is_told() {
    let refused = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let usual = Collector::start(Manner::Takes).url();
    let silent = Collector::start(Manner::SaysNothing);
    let broken = Collector::start(Manner::Answers(500));
    let runs = [
        (silent.url(), "no whole answer"),
        (broken.url(), "it answers 500"),
        (refused, "refused"),
    ]
    .map(|(url, cause)| {
        thread::spawn(move || {
            let began = Instant::now();
            (load(&url, "2s", &[]), began.elapsed(), cause)
        })
    });
    // Beside the others, so that a busy machine makes both late.
    let began = Instant::now();
    load(&usual, "2s", &[]).assert_exit(0);
    let usual = began.elapsed();
    for run in runs {
        let (run, took, cause) = run.join().unwrap();
        run.assert_exit(0);
        let results = run.results();
        let notices = results["notices"].to_string();
        assert!(
            notices.contains("--otlp: ") && notices.contains("those of the report are"),
            "{notices}"
        );
        // On a machine that is busy, none may answer in time.
        let causes = [cause, "no answer within 1 s at the end"];
        let is_told = causes.iter().any(|cause| run.stderr.contains(cause));
        assert!(is_told, "{}", run.stderr);
        assert!(!run.stderr.contains(SECRET) && !notices.contains(SECRET));
        let load = &results["loads"][0];
        assert_eq!(load["conforming"], load["answered"]);
        assert!(load["answered"].as_u64().unwrap() >= 400);
        // A second for the last request, and as much again as this machine is out of step.
        let most = usual * 2 + Duration::from_secs(2);
        assert!(took < most, "{took:?}, usually {usual:?}, with {cause}");
    }
}

#[test]
fn a_collector_behind_tls_is_known_by_its_authority() {
    let collector = Collector::start(Manner::Takes);
    let certified = Certified::new();
    let folder = tempfile::tempdir().unwrap();
    let authority = certified.authority_file(&folder);
    let behind = format!("127.0.0.1:{}", collector.port);
    let front = Front::start(certified.acceptor(&[]), behind);
    let url = format!("https://{}", front.address);
    let trusted = (
        "OTEL_EXPORTER_OTLP_CERTIFICATE",
        authority.to_str().unwrap(),
    );
    let run = load(&url, "1s", &[trusted]);
    run.assert_exit(0);
    assert!(!collector.got().is_empty());
    assert!(!run.stderr.contains("--otlp"), "{}", run.stderr);
    let before = collector.got().len();
    let run = load(&url, "1s", &[]);
    run.assert_exit(0);
    assert_eq!(collector.got().len(), before);
    assert!(run.stderr.contains("--otlp: "), "{}", run.stderr);
}

#[test]
fn a_url_that_is_none_is_refused_and_never_shown() {
    let secret = "https://user:geheimnis@collector:4318/";
    for url in ["127.0.0.1:4318", "grpc://collector:4317", secret] {
        let run = assize(&["check", "--case", "get.unknown", "--otlp", url]);
        run.assert_exit(2);
        assert!(run.stderr.contains("--otlp: "), "{}", run.stderr);
        assert!(!run.stderr.contains("geheimnis"), "{}", run.stderr);
    }
}
