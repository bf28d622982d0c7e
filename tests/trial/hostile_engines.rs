//! Both engines against a target that misbehaves in every way there is: each run ends in time, in
//! the right class, with a sentence that names the cause, with everything else tried all the same.

use serde_json::Value;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::misbehaving::{Choice, Class, Engine, Expected, Misbehaviour, all, start, start_with};
use crate::watched::{Watched, watch};

/// Runs at once. Most of them wait most of the time, but some servers send as fast as they can.
const AT_ONCE: usize = 5;
/// How much more memory a run may take than one in which nothing is amiss, in kibibytes.
const MORE_MEMORY: u64 = 50 * 1024;

/// A run of one engine against one misbehaviour.
fn meet(misbehaviour: &Misbehaviour, engine: Engine) -> Watched {
    let url = start(misbehaviour, engine);
    let limits = ["--timeout", "4s", "--connect-timeout", "4s"];
    match engine {
        Engine::Check => {
            let cases = ["--jobs", "1", "--case", "hostile.poison,hostile.other"];
            watch(&[&["check", &url], &cases[..], &limits].concat())
        }
        Engine::Load => {
            let load = ["load", &url, "--scenario", "poison", "--duration", "1s"];
            // Several runs share this machine, and what is measured is not looked at.
            let load = [&load[..], &["--accept-invalid"]].concat();
            let pace = ["--warm-up", "0s", "--rate", "30/s", "--connections", "8"];
            watch(&[&load, &pace[..], &limits].concat())
        }
    }
}

/// What is wrong with a run, if anything.
fn complaints(run: &Watched, misbehaviour: &Misbehaviour, engine: Engine) -> Vec<String> {
    let mut complaints = run.inconsistencies();
    if !complaints.is_empty() {
        return complaints;
    }
    let mut must = |holds: bool, text: &str| {
        if !holds {
            complaints.push(text.to_owned());
        }
    };
    let (expected, results) = match engine {
        Engine::Check => (misbehaviour.check, &run.results),
        Engine::Load => (misbehaviour.load, &run.results),
    };
    must(class_is(expected.class, run.exit_code), "another class");
    let verdict = match engine {
        Engine::Check => &results["cases"][0]["verdict"],
        Engine::Load => &results["loads"][0]["verdict"],
    };
    let nobody_is_there = misbehaviour.name == "refused";
    // A load that shakes hands with nobody does not begin.
    let nobody_to_trust = misbehaviour.name.contains("certificate");
    let none = engine == Engine::Load && (nobody_is_there || nobody_to_trust);
    must(
        none || verdict_is(expected.class, verdict),
        "another verdict",
    );
    must(cause(run, engine).contains(expected.says), "another cause");
    let goes_on = match engine {
        Engine::Check => results["cases"][1]["verdict"] == "pass",
        Engine::Load => results["loads"][0]["conforming"].as_u64() > Some(0),
    };
    must(goes_on || nobody_is_there || none, "nothing else went on");
    complaints
}

const fn class_is(class: Class, exit_code: i32) -> bool {
    match class {
        Class::Fine | Class::Warn => exit_code == 0,
        Class::Fail => exit_code == 1,
        Class::Broken => exit_code == 3,
        Class::Unsure => matches!(exit_code, 0 | 1 | 3),
    }
}

fn verdict_is(class: Class, verdict: &Value) -> bool {
    match class {
        Class::Fine => verdict == "pass",
        Class::Warn => verdict == "warn",
        Class::Fail => verdict == "fail",
        Class::Broken => verdict == "broken",
        Class::Unsure => verdict == "pass" || verdict == "fail" || verdict == "broken",
    }
}

/// Everything that a report says of the cause.
fn cause(run: &Watched, engine: Engine) -> String {
    let results = &run.results;
    match engine {
        Engine::Check => {
            let case = &results["cases"][0];
            let findings = case["steps"].as_array().into_iter().flatten();
            let findings = findings.map(|step| step["findings"].to_string());
            format!("{}{}", case["reason"]["text"], findings.collect::<String>())
        }
        Engine::Load => {
            let findings = results["loads"][0]["findings"]
                .as_array()
                .into_iter()
                .flatten();
            let findings =
                findings.map(|one| format!("{}{}", one["finding"], one["example"]["error"]));
            format!("{}{}", results["troubles"], findings.collect::<String>())
        }
    }
}

fn row(run: &Watched, misbehaviour: &Misbehaviour, engine: Engine) -> String {
    let Expected { class, .. } = match engine {
        Engine::Check => misbehaviour.check,
        Engine::Load => misbehaviour.load,
    };
    let mut cause = cause(run, engine);
    cause.truncate(cause.floor_char_boundary(110));
    format!(
        "{:38} {:5} {:7} {} {:>5} ms {:>6} KiB  {cause}\n",
        misbehaviour.name,
        format!("{engine:?}"),
        format!("{class:?}"),
        run.exit_code,
        run.took.as_millis(),
        run.peak_kib,
    )
}

#[test]
fn every_misbehaviour_meets_both_engines() {
    let misbehaviours = all();
    assert!(misbehaviours.len() >= 60);
    let both = [Engine::Check, Engine::Load];
    let quiet = both.map(|engine| meet(misbehaviours.last().unwrap(), engine).peak_kib);
    let waiting = Mutex::new(
        misbehaviours
            .iter()
            .flat_map(|one| both.map(|engine| (one, engine))),
    );
    let (table, wrong) = (Mutex::new(Vec::new()), Mutex::new(String::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((one, engine)) = { waiting.lock().unwrap().next() } {
                    let run = meet(one, engine);
                    let row = row(&run, one, engine);
                    let mut found = complaints(&run, one, engine);
                    let usual = quiet[usize::from(engine == Engine::Load)];
                    if run.peak_kib > usual + MORE_MEMORY {
                        found.push(format!("more memory than {usual} KiB"));
                    }
                    if !found.is_empty() {
                        let mut wrong = wrong.lock().unwrap();
                        write!(wrong, "{found:?}\n    {row}").unwrap();
                    }
                    table.lock().unwrap().push(row);
                }
            });
        }
    });
    let mut table = table.into_inner().unwrap();
    table.sort();
    println!("{}", table.concat());
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Runs against targets that misbehave at random; more if this variable says so.
const SOAK_RUNS: u64 = 24;
const SOAK_VARIABLE: &str = "ASSIZE_SOAK_RUNS";

/// Wrong every other time, in a way that the seed and the number decide (the mixer of splitmix64).
fn at_random(seed: u64, misbehaviours: Arc<Vec<Misbehaviour>>) -> Choice {
    Arc::new(move |number| {
        let mut mixed = (seed << 32 | number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let one = usize::try_from(mixed >> 1).unwrap() % misbehaviours.len();
        (mixed % 2 == 1).then(|| misbehaviours[one].clone())
    })
}

#[test]
fn a_target_that_misbehaves_at_random_neither_hangs_nor_fools_a_check() {
    let runs = std::env::var(SOAK_VARIABLE).map_or(SOAK_RUNS, |number| number.parse().unwrap());
    let misbehaviours = Arc::new(all());
    let check = |choice: Choice| {
        let url = start_with(choice, false);
        let limits = ["--timeout", "500ms", "--connect-timeout", "500ms"];
        watch(&[&["check", &url], &limits[..]].concat())
    };
    let quiet = check(Arc::new(|_| None)).peak_kib;
    let (seeds, wrong) = (Mutex::new(1..=runs), Mutex::new(String::new()));
    let (exits, most) = (Mutex::new([0_u64; 4]), Mutex::new((0, Duration::ZERO)));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(seed) = { seeds.lock().unwrap().next() } {
                    let run = check(at_random(seed, Arc::clone(&misbehaviours)));
                    let mut found = run.inconsistencies();
                    if run.peak_kib > quiet + MORE_MEMORY {
                        found.push(format!("{} KiB, not {quiet}", run.peak_kib));
                    }
                    if !found.is_empty() {
                        let mut wrong = wrong.lock().unwrap();
                        writeln!(wrong, "seed {seed}: {found:?}\n{}", run.stderr).unwrap();
                    }
                    if let Ok(exit) = usize::try_from(run.exit_code) {
                        exits.lock().unwrap()[exit.min(3)] += 1;
                    }
                    let mut most = most.lock().unwrap();
                    *most = (most.0.max(run.peak_kib), most.1.max(run.took));
                }
            });
        }
    });
    let (exits, most) = (exits.into_inner().unwrap(), most.into_inner().unwrap());
    println!("{runs} runs: exit codes 0 to 3 {exits:?}; quiet {quiet} KiB, most {most:?}");
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(exits[0] + exits[1] + exits[3] == runs && exits[1] > 0);
}

/// What is wrong from the very first is said once, and nothing is judged.
#[test]
fn a_target_that_cannot_be_reached_at_all_is_said_to_be_so() {
    let (dns, tls) = ("does not resolve", "no connection within");
    let plain = start_with(Arc::new(|_| None), false);
    for (url, says) in [
        ("http://no-such-host.invalid/api", dns),
        ("https://no-such-host.invalid/api", dns),
        (&plain.replace("http:", "https:"), tls),
    ] {
        for verb in ["check", "load"] {
            let allowed = ["--allow-load", "no-such-host.invalid"];
            let allowed = if verb == "load" { &allowed[..] } else { &[] };
            let scenario = ["--scenario", "poison"];
            let scenario = if verb == "load" { &scenario[..] } else { &[] };
            let run = watch(&[&[verb, url, "--connect-timeout", "1s"], allowed, scenario].concat());
            assert_eq!(run.exit_code, 3, "{verb} {url}: {}", run.results);
            assert_eq!(run.inconsistencies(), Vec::<String>::new());
            let sentence = run.results["conclusion"]["sentence"].to_string();
            assert!(sentence.contains(says), "{sentence}");
        }
    }
}

/// Such a target is asked in vain from the first request on, or after one right answer.
fn load_of(name: &str, right_answers: u64) -> Watched {
    let misbehaviour = all().into_iter().find(|one| one.name == name).unwrap();
    // Connections are not what goes wrong here, and are counted apart from requests.
    let choice = move |number: u64| (number > right_answers).then(|| misbehaviour.clone());
    let url = start_with(Arc::new(choice), false);
    let load = ["load", &url, "--scenario", "poison", "--timeout", "1s"];
    let pace = ["--warm-up", "0s", "--rate", "30/s", "--duration", "1s"];
    watch(&[&load[..], &pace].concat())
}

#[test]
fn a_load_without_one_answer_that_is_understood_is_broken_and_names_the_cause() {
    for (name, cause, kind) in [
        (
            "silent after the request",
            "no whole answer within",
            "timeout",
        ),
        ("closed after the request", "closed", "closed"),
        ("HTTP/0.9", "HTTP version", "malformed"),
        ("an endless body", "larger than", "too-large"),
    ] {
        let run = load_of(name, 0);
        assert_eq!(run.inconsistencies(), Vec::<String>::new(), "{name}");
        assert_eq!(run.exit_code, 3, "{name}: {}", run.results["conclusion"]);
        let sentence = run.results["conclusion"]["sentence"].to_string();
        assert!(
            sentence.contains("not one of the 30 requests") && sentence.contains(cause),
            "{sentence}"
        );
        // Nothing is held against the target, not even among the details.
        let load = &run.results["loads"][0];
        assert_eq!(load["verdict"], "broken");
        let findings = load["findings"].as_array().unwrap();
        assert!(!findings.is_empty());
        for found in findings {
            assert_eq!(
                (&found["verdict"], &found["transfer"]),
                (&"broken".into(), &kind.into())
            );
            assert!(found["finding"].is_null(), "{found}");
        }
        let proven = run.results["requirements"].as_array().unwrap();
        assert!(proven.iter().all(|one| one["verdict"] == "broken"));
        assert!(run.junit.contains("<error") && !run.junit.contains("<failure"));
    }
}

#[test]
fn a_load_with_one_answer_that_is_understood_fails_for_those_that_are_not() {
    for name in ["silent after the request", "HTTP/0.9"] {
        let run = load_of(name, 1);
        assert_eq!(run.inconsistencies(), Vec::<String>::new(), "{name}");
        assert_eq!(run.exit_code, 1, "{name}: {}", run.results["conclusion"]);
        assert_eq!(run.results["loads"][0]["verdict"], "fail");
        assert_eq!(run.results["loads"][0]["answered"], 1);
        assert!(run.junit.contains("<failure"));
    }
}
