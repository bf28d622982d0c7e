//! What stands on the way to an API in order, and what does not: nobody is blamed for it, and nothing hides
//! behind it.

mod proxy;
mod situations;

use std::fmt::Write as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::support::{Foreign, Run, assize, free_port, violated};
use situations::{Leaves, Situation, no_users, partly, wholly};

/// Runs at once.
const AT_ONCE: usize = 4;
/// What a run may take that has nothing to judge, and one that has, on a machine that does much besides.
const SHORT: Duration = Duration::from_secs(15);
const LONG: Duration = Duration::from_secs(90);
/// The defect that is planted, and what it violates.
const DEFECT: (&str, &str) = ("delete-status-200", "delete.status");
/// The same that one request shows, in many cases.
const DEFECT_OF_REFUSALS: (&str, &str) = ("no-error-id-on-404", "error.x-error-id");

impl Situation {
    /// The defect that is to be found behind it, and what that violates.
    const fn planted(&self) -> Option<(&'static str, &'static str)> {
        match self.leaves {
            Leaves::Nothing => None,
            Leaves::Refusals => Some(DEFECT_OF_REFUSALS),
            Leaves::Much => Some(DEFECT),
        }
    }
}

/// A run in a situation, and how long it took.
fn meet(situation: &Situation, defect: Option<&str>) -> (Run, Duration) {
    let smtp = free_port();
    let defect = defect.map(|defect| ["--defect", defect]);
    let more = defect.as_ref().map_or(&[][..], |defect| &defect[..]);
    let servers = [(); 2].map(|()| Foreign::mailing_to("plain", more, smtp));
    let addresses = servers.iter().map(|server| {
        let address = server.base_url.trim_start_matches("http://");
        address.split('/').next().unwrap().to_owned()
    });
    let address = proxy::start(situation.mode.clone(), addresses.collect());
    let url = format!("http://{address}{}", situation.path);
    let mailbox = format!("listen:127.0.0.1:{smtp}");
    let started = Instant::now();
    let limits = ["--mail-limit", "15s", "--seed", "1"];
    let run = assize(&[&["check", &url, "--mailbox", &mailbox], &limits[..]].concat());
    (run, started.elapsed())
}

/// What is wrong with a run behind an honest server, if anything.
fn complaints(situation: &Situation, run: &Run, took: Duration) -> Vec<String> {
    let mut complaints = Vec::new();
    let results = run.results();
    let sentence = results["conclusion"]["sentence"].as_str().unwrap();
    if run.exit_code != 3 {
        complaints.push(format!("exit {}", run.exit_code));
    }
    let headline = run.stdout.split("\n\n").next().unwrap();
    let headline: Vec<&str> = headline.split_whitespace().collect();
    let headline = headline.join(" ");
    for says in situation.says {
        if !sentence.contains(says) || !headline.contains(says) {
            complaints.push(format!("does not say {says:?}"));
        }
    }
    let blamed = violated(&results);
    let failed = results["totals"]["fail"].as_u64();
    if !blamed.is_empty() || failed != Some(0) || run.junit().contains("<failure") {
        complaints.push(format!("blames {blamed:?}: {}", findings(&results, "")));
    }
    let limit = if situation.leaves == Leaves::Nothing {
        SHORT
    } else {
        LONG
    };
    if took > limit {
        complaints.push(format!("took {took:?}"));
    }
    complaints
}

/// What the failing cases found that is not about this requirement alone.
fn findings(results: &serde_json::Value, known: &str) -> String {
    let cases = results["cases"].as_array().unwrap().iter();
    let is_known =
        |finding: &serde_json::Value| finding["requirements"] == serde_json::json!([known]);
    let failing = cases.filter(|case| {
        let steps = case["steps"].as_array().unwrap().iter();
        let mut found = steps
            .filter_map(|step| step["findings"].as_array())
            .flatten();
        case["verdict"] == "fail" && (known.is_empty() || found.any(|one| !is_known(one)))
    });
    let told = failing.map(|case| {
        let steps = case["steps"].as_array().unwrap().iter();
        let found = steps.map(|step| {
            format!(
                "\n      {} {} {} {}",
                step["name"], step["status"], step["exchanges"], step["findings"]
            )
        });
        format!("\n    {}{}", case["id"], found.collect::<String>())
    });
    told.collect()
}

#[test]
fn where_nothing_is_the_apis_a_run_ends_at_once_and_nobody_is_blamed() {
    let situations = wholly();
    assert!(situations.len() >= 24);
    meet_all(&situations);
}

#[test]
fn where_no_user_is_admitted_a_run_says_so_and_nobody_is_blamed() {
    meet_all(&no_users());
}

#[test]
fn where_something_between_answers_in_part_nobody_is_blamed_and_nothing_hides_behind_it() {
    let situations = partly();
    assert!(situations.len() >= 11);
    meet_all(&situations);
}

#[expect(clippy::print_stdout, reason = "the table is what one wants to see")]
fn meet_all(situations: &[Situation]) {
    let waiting = Mutex::new(situations.iter());
    let (table, wrong) = (Mutex::new(Vec::new()), Mutex::new(String::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(one) = { waiting.lock().unwrap().next() } {
                    let (run, took) = meet(one, None);
                    let mut found = complaints(one, &run, took);
                    let sentence = run.results()["conclusion"]["sentence"].to_string();
                    let mut row = format!(
                        "{:30} {} {:5} ms  {sentence}\n",
                        one.name,
                        run.exit_code,
                        took.as_millis()
                    );
                    let planted = one.planted();
                    if let Some((defect, requirement)) = planted {
                        let (run, _) = meet(one, Some(defect));
                        let results = run.results();
                        let blamed = violated(&results);
                        if run.exit_code != 1 || blamed != [requirement] {
                            let others = findings(&results, requirement);
                            found.push(format!(
                                "{defect}: exit {}, blames {blamed:?}: {others}",
                                run.exit_code
                            ));
                        }
                        writeln!(
                            row,
                            "{:30} {} {}",
                            "  with a defect",
                            run.exit_code,
                            run.results()["conclusion"]["sentence"]
                        )
                        .unwrap();
                    }
                    if !found.is_empty() {
                        writeln!(wrong.lock().unwrap(), "{found:?}\n    {row}").unwrap();
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
