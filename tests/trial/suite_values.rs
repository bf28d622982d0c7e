//! Suites of another API against a small server of it: values keep their type, headers come several times,
//! locations are followed, and what is wrong is found in spite of it.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

use crate::support::{Run, assize_in};

/// A server of things. Whatever is sent to `/echo` comes back.
struct Things {
    base_url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Things {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let things = Self {
            base_url: format!("{origin}/api/v1"),
            asked: Arc::clone(&asked),
        };
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (origin, asked) = (origin.clone(), Arc::clone(&asked));
                std::thread::spawn(move || answer(stream.unwrap(), &origin, &asked));
            }
        });
        things
    }
}

fn answer(mut stream: TcpStream, origin: &str, asked: &Mutex<Vec<String>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let lower = head.to_ascii_lowercase();
    let length = lower.split("content-length: ").nth(1);
    let length = length.and_then(|rest| rest.split("\r\n").next()?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    let line = head.split(" HTTP/").next()?.to_owned();
    asked.lock().unwrap().push(format!("{line} {body}"));
    let (status, headers, content) = respond(&line, &body, origin);
    let mut bytes = format!("HTTP/1.1 {status} Some\r\nconnection: close\r\n").into_bytes();
    bytes.extend(headers);
    bytes.extend(
        format!(
            "content-type: application/json\r\ncontent-length: {}\r\n\r\n{content}",
            content.len()
        )
        .bytes(),
    );
    stream.write_all(&bytes).ok()
}

fn respond(line: &str, body: &str, origin: &str) -> (u16, Vec<u8>, String) {
    const THING: &str = r#"{"id": 2, "big": 18446744073709551617, "ratio": 1.0, "code": "2", "none": null, "done": false, "roles": ["a", "b"], "owner": {"name": "x", "age": 3}, "next": "2?page=2", "status": 201}"#;
    match line {
        "POST /api/v1/things" => {
            let headers = format!(
                "location: {origin}/api/v1/things/2\r\nelsewhere: http://127.0.0.1:9/api/v1/things/2\r\n\
                 outside: /outside\r\nvary: Accept\r\nvary: Origin\r\nname: caf"
            );
            let mut headers = headers.into_bytes();
            headers.extend(b"\xe9\r\n");
            (201, headers, THING.to_owned())
        }
        "GET /api/v1/things/2" | "GET /api/v1/things/2?page=2" | "GET /outside" => {
            (200, Vec::new(), THING.replace(": 2,", ": 2.0,"))
        }
        "POST /api/v1/echo" => (200, Vec::new(), format!("{{\"got\": {body}}}")),
        "GET /api/v1/large" => (200, Vec::new(), format!("[{}1]", "1,".repeat(1000))),
        _ => (404, Vec::new(), "{}".to_owned()),
    }
}

const CATALOGUE: &str =
    "requirements:\n  - {id: t.all, level: must, section: All, says: All is well.}\n";

const GIVEN: &str = r"    proves: t.all
    given:
      - name: make
        request: {method: POST, path: /things, json: {}}
        expect: {status: 201}
        capture:
          id: /id
          big: /big
          ratio: /ratio
          code: /code
          none: /none
          done: /done
          roles: /roles
          owner: /owner
          next: /next
          status: status
          location: header location
          elsewhere: header elsewhere
          outside: header outside
          vary: header vary
          name: header name
";

fn case(id: &str, rest: &str) -> String {
    format!("  - id: {id}\n    title: {id}\n{GIVEN}{rest}")
}

fn folder(suite: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own");
    std::fs::create_dir(&own).unwrap();
    std::fs::write(own.join("requirements.yaml"), CATALOGUE).unwrap();
    std::fs::write(
        own.join("all.yaml"),
        format!("suite: all\ntitle: All\n{suite}"),
    )
    .unwrap();
    folder
}

fn check(things: &Things, cases: &str, more: &[&str]) -> Run {
    let arguments = ["check", &things.base_url, "--suites", "own"];
    assize_in(
        folder(&format!("cases:\n{cases}")),
        &[&arguments[..], more].concat(),
    )
}

const GOOD: &str = r#"    steps:
      - name: send all back
        request:
          method: POST
          path: /echo
          headers: {x-id: "${id}"}
          json: {id: "${id}", big: "${big}", code: "${code}", text: "n${id}", all: ["${none}", "${done}", "${owner}"], "k${id}": 012345}
        expect:
          status: 200
          json:
            /got/id: "${id}"
            /got: {not: {}}
            /got/big: "${big}"
            /got/code: "2"
            /got/text: n2
            /got/all: [null, false, {age: 3, name: x}]
            /got/k2: "012345"
      - name: read it
        request: {method: GET, path: "/things/${id}"}
        expect:
          - json: {/id: "${id}", /ratio: {equals: "${ratio}", matches: ^1, ">=": 1, <: 1.5}}
          - json: {/ratio: 1, /id: {not: "${code}", ">": "${ratio}"}, /roles: "${roles}"}
          - json: {/big: {">": 18446744073709551615, matches: ^18446744073709551617$, present: true}}
          - json: {/none: {present: true}, /roles: [a, b], /owner: "${owner}", /status: "${status}"}
          - json: {/owner: {name: x, age: 3.0}, /code: {not: "${id}"}, /gone: {absent: true}}
          - json: {/big: "${big}", /owner: {equals: {age: 3, name: "${owner|prefix:0}x"}}}
"#;

#[test]
fn a_value_that_an_answer_had_keeps_its_type_wherever_it_goes() {
    let things = Things::start();
    let run = check(&things, &case("good", GOOD), &[]);
    run.assert_exit(0);
    let asked = things.asked.lock().unwrap();
    let echoed = asked.iter().find(|line| line.contains("/echo")).unwrap();
    assert_eq!(
        echoed,
        r#"POST /api/v1/echo {"id":2,"big":18446744073709551617,"code":"2","text":"n2","all":[null,false,{"name":"x","age":3}],"k2":"012345"}"#
    );
}

/// Cases: an expectation that is wrong, what it expects, and what comes.
const WRONG: [(&str, &str, &str, &str); 10] = [
    ("text", r#"/code: "${id}""#, "2", "\"2\""),
    ("number", r#"/id: "${code}""#, "\"2\"", "2"),
    (
        "digit",
        "/big: 18446744073709551615",
        "18446744073709551615",
        "18446744073709551617",
    ),
    ("same", r#"/id: {not: "${id}"}"#, "anything but 2", "2"),
    ("not-number", "/id: {not: 2}", "anything but 2", "2"),
    ("order", "/roles: [b, a]", r#"["b","a"]"#, r#"["a","b"]"#),
    (
        "more",
        "/owner: {name: x}",
        r#"{"name":"x"}"#,
        r#"{"name":"x","age":3}"#,
    ),
    ("no-number", "/code: {<: 9}", "a number below 9", "\"2\""),
    (
        "absent",
        "/gone: {present: true}",
        "a member",
        "no such member",
    ),
    (
        "matches",
        "/id: {matches: ^3}",
        "a string that matches /^3/",
        "2",
    ),
];

#[test]
fn what_differs_in_type_or_in_the_last_digit_is_found() {
    let things = Things::start();
    let cases: String = WRONG
        .iter()
        .map(|(id, json, ..)| {
            case(
                id,
                &format!(
                    "    steps:\n      - name: make again\n        request: {{method: POST, path: /things, json: {{}}}}\n        expect: {{json: {{{json}}}}}\n"
                ),
            )
        })
        .collect();
    let run = check(&things, &cases, &[]);
    run.assert_exit(1);
    let results = run.results();
    for (id, _, expected, actual) in WRONG {
        let finding = finding(&results, id);
        assert_eq!(finding["expected"], expected, "{id}");
        assert_eq!(finding["actual"], actual, "{id}");
    }
}

/// The first finding of a case.
fn finding(results: &Value, case: &str) -> Value {
    let cases = results["cases"].as_array().unwrap();
    let case = cases.iter().find(|one| one["id"] == case).unwrap();
    let steps = case["steps"].as_array().unwrap();
    let mut findings = steps
        .iter()
        .filter_map(|step| step["findings"].as_array()?.first());
    findings.next().unwrap().clone()
}

#[test]
fn a_header_that_comes_several_times_is_judged_as_a_list() {
    let things = Things::start();
    let step = |headers: &str| {
        format!(
            "    steps:\n      - name: make\n        request: {{method: POST, path: /things, json: {{}}}}\n        expect: {{headers: {{{headers}}}}}\n"
        )
    };
    let right = [
        "vary: {contains: Origin}",
        "vary: {equals: [Accept, Origin]}",
        "vary: {equals: 'Accept, Origin'}",
        "vary: {matches: ^Origin$, lacks: Cookie, not: Cookie}",
        "vary: present",
        "vary: {contains: '${vary}'}",
        "name: {equals: café}",
        "name: {equals: '${name}'}",
    ];
    let wrong = [
        "vary: {equals: Accept}",
        "vary: {equals: [Origin, Accept]}",
        "vary: {lacks: Origin}",
        "vary: {not: Origin}",
        "vary: absent",
        "name: {equals: caf}",
    ];
    let named = |list: &[&str], name: &str| -> String {
        let cases = list.iter().enumerate();
        cases
            .map(|(number, headers)| case(&format!("{name}-{number}"), &step(headers)))
            .collect()
    };
    let run = check(&things, &named(&right, "right"), &[]);
    run.assert_exit(0);
    let run = check(&things, &named(&wrong, "wrong"), &[]);
    run.assert_exit(1);
    let results = run.results();
    assert_eq!(results["totals"]["fail"], wrong.len());
    let finding = finding(&results, "wrong-0");
    assert_eq!(
        finding["actual"],
        "\"Accept\" and \"Origin\" (it comes 2 times)"
    );
    assert!(run.file("out/results.json").contains("café"));
}

#[test]
fn a_location_is_followed_on_the_same_host_and_never_to_another() {
    let things = Things::start();
    let follow = |path: &str| {
        format!(
            "    steps:\n      - name: follow\n        request: {{method: GET, path: \"{path}\"}}\n        expect: {{status: 200, json: {{/id: 2}}}}\n"
        )
    };
    let cases = case("absolute", &follow("${location}"))
        + &case(
            "relative",
            &follow("${next}").replace("/id: 2", "/id: {present: true}"),
        )
        + &case("outside", &follow("${outside}"))
        + &case("elsewhere", &follow("${elsewhere}"));
    let run = check(&things, &cases, &["--jobs", "1"]);
    let results = run.results();
    let verdict = |id: &str| {
        let cases = results["cases"].as_array().unwrap();
        let case = cases.iter().find(|one| one["id"] == id).unwrap();
        (case["verdict"].clone(), case["reason"]["text"].to_string())
    };
    for id in ["absolute", "outside"] {
        assert_eq!(verdict(id).0, "pass", "{id}: {:?}", verdict(id));
    }
    // What the answer to /things calls `2?page=2` is at /2?page=2, where there is nothing.
    assert_eq!(verdict("relative").0, "fail");
    let asked = things.asked.lock().unwrap().join("\n");
    assert!(asked.contains("GET /api/v1/2?page=2 "), "{asked}");
    assert!(asked.contains("GET /outside "), "{asked}");
    let (skipped, reason) = verdict("elsewhere");
    assert_eq!(skipped, "skip");
    assert!(reason.contains("is not at http://127.0.0.1:"), "{reason}");
    assert!(reason.contains("nothing is sent there"), "{reason}");
}

#[test]
fn an_answer_beyond_the_limit_is_told_with_the_way_out() {
    let things = Things::start();
    let suite = "  - id: large\n    title: large\n    proves: t.all\n    steps:\n      - name: read\n        request: {method: GET, path: /large}\n        expect: {status: 200}\n";
    check(&things, suite, &[]).assert_exit(0);
    let run = check(&things, suite, &["--answer-limit", "1KiB"]);
    run.assert_exit(3);
    assert!(
        run.said("larger than 1024 bytes, which is the limit; --answer-limit sets another"),
        "{}",
        run.stdout
    );
    check(&things, suite, &["--answer-limit", "lots"]).assert_exit(2);
}

const SCENARIOS: &str = r#"scenarios:
  - id: make-and-read
    title: Makes a thing, sends it back and follows where it is
    proves: t.all
    steps:
      - name: make
        request: {method: POST, path: /things, json: {}}
        expect: {status: 201, headers: {vary: {contains: Origin}}}
        capture: {id: /id, big: /big, location: header location}
      - name: echo
        request: {method: POST, path: /echo, json: {id: "${id}", big: "${big}"}}
        expect: {status: 200, json: {/got: {id: 2.0, big: "${big}"}, /got/id: "${id}"}}
      - name: follow
        request: {method: GET, path: "${location}"}
        expect: {status: 200, json: {/id: "${id}"}}
  - id: only-read
    title: Reads a thing
    proves: t.all
    steps:
      - name: read
        request: {method: GET, path: /things/2}
        expect: {status: 200, json: {/id: {<: 3}}}
"#;

const ONE_CASE: &str = "cases:\n  - id: one\n    title: one\n    proves: t.all\n    steps:\n      - name: read\n        request: {method: GET, path: /things/2}\n        expect: {status: 200}\n";

const SHORT: [&str; 10] = [
    "--rate",
    "20",
    "--duration",
    "1s",
    "--warm-up",
    "0s",
    "--connections",
    "4",
    "--slo",
    "stalls <= 100%",
];

#[test]
fn a_load_of_suites_of_ones_own_takes_all_their_scenarios_and_judges_as_a_check_does() {
    let things = Things::start();
    for verb in ["load", "run"] {
        let arguments = [&[verb, &things.base_url, "--suites", "own"][..], &SHORT].concat();
        let run = assize_in(folder(&format!("{ONE_CASE}{SCENARIOS}")), &arguments);
        run.assert_exit(0);
        let results = run.results().to_string();
        for operation in ["make", "echo", "follow", "read"] {
            assert!(results.contains(operation), "{operation}: {results}");
        }
    }
    let wrong = SCENARIOS.replace("id: 2.0,", "id: \"2\",");
    let arguments = [&["load", &things.base_url, "--suites", "own"][..], &SHORT].concat();
    assize_in(folder(&wrong), &arguments).assert_exit(1);
}

#[test]
fn suites_without_a_scenario_make_no_load_and_say_so() {
    let things = Things::start();
    let arguments = ["run", &things.base_url, "--suites", "own"];
    let run = assize_in(folder(ONE_CASE), &arguments);
    run.assert_exit(0);
    assert!(run.said("the suites have no scenario"), "{}", run.stdout);
    let arguments = [&["load", &things.base_url, "--suites", "own"][..], &SHORT].concat();
    let run = assize_in(folder(ONE_CASE), &arguments);
    run.assert_exit(2);
    assert!(run.said("the suites have no scenario"), "{}", run.stdout);
}

#[test]
fn a_schema_is_looked_for_among_those_of_ones_own() {
    let lint = |schema: &str| {
        let suite = ONE_CASE.replace(
            "{status: 200}",
            &format!("{{status: 200, schema: \"{schema}\"}}"),
        );
        let folder = folder(&suite);
        let schemas = folder.path().join("own/schemas");
        std::fs::create_dir(&schemas).unwrap();
        std::fs::write(schemas.join("users.json"), "{\"type\": \"object\"}").unwrap();
        assize_in(folder, &["lint", "own"])
    };
    lint("users").assert_exit(0);
    lint("builtin:session").assert_exit(0);
    let run = lint("session");
    run.assert_exit(2);
    // A narrow terminal breaks lines, and shows so by a bar.
    let told = format!("{}{}", run.stdout, run.stderr).replace("\n  │ ", "");
    assert!(
        told.contains("unknown schema `session`; it was looked for in own/schemas"),
        "{told}"
    );
    assert!(told.contains("`builtin:session`"), "{told}");
    let run = lint("user");
    run.assert_exit(2);
}
