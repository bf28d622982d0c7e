//! What a CI system reads of a run that did not come to its reports: bad usage, also one that no option
//! could be read of, and whatever else ends a run early.

use std::path::{Path, PathBuf};
use toml::Table;

use super::config::FILE;
use super::console;
use super::github;
use super::variables;
use crate::contract::Requirements;
use crate::edge::{RunClock, random_seed, write_whole};
use crate::model::{Outcome, RunId};
use crate::record::{Event, EvidencePolicy, Record, RecordBuilder, RunInfo, Trouble};
use crate::report::{html, junit, results_json};
use crate::session::Failure;

/// The verbs that write the report of a run.
const VERBS: [&str; 4] = ["run", "check", "load", "merge"];
/// The option that names the configuration.
const CONFIG: &str = "config";

/// Writes the files that a CI system looks at, if the command tries a target and says where they are.
/// What cannot be written is told: the run is not green in any case.
pub(super) fn report(outcome: Outcome, text: &str) {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(verb) = arguments
        .first()
        .filter(|verb| VERBS.contains(&verb.as_str()))
    else {
        return;
    };
    if arguments.iter().any(|argument| argument == "--dry-run") {
        return;
    }
    if let Err(failure) = write(&arguments, &of(verb, outcome, text)) {
        console::note(&format!("{}\n", failure.shown()));
    }
}

/// The report of a run of which nothing is known but how it ended.
fn of(verb: &str, outcome: Outcome, text: &str) -> Record {
    let clock = RunClock::start();
    // Without randomness, two such runs of one second have one name.
    let mark = random_seed().unwrap_or_default();
    let info = RunInfo {
        id: RunId::new(format!("{}-{verb}-{mark:x}", clock.began_compact())),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        verb: verb.to_owned(),
        target: "not known".to_owned(),
        servers: Vec::new(),
        embedded: false,
        mailbox: None,
        suites: None,
        seed: 0,
        draw: 0,
        jobs: 0,
        tag: String::new(),
        plan: None,
        shard: None,
        selection: Vec::new(),
        strict: false,
        accept_partial: false,
        accept_invalid: false,
        evidence: EvidencePolicy::default(),
        started: clock.began_rfc3339(),
        duration_ms: 0.0,
        interrupted: false,
    };
    let mut builder = RecordBuilder::new(info);
    builder.apply(&Event::Trouble(Trouble {
        outcome,
        text: text.to_owned(),
    }));
    builder.finish(0.0, &[], &Requirements::default())
}

fn write(arguments: &[String], report: &Record) -> Result<(), Failure> {
    let settings = configuration(arguments);
    let path = |flag: &str| path_of(flag, arguments, &settings);
    let unrendered = |cause: String| Failure::Machine(format!("cannot render a report: {cause}"));
    if let Some(path) = path("junit") {
        let text = junit(report).map_err(|error| unrendered(error.to_string()))?;
        write_whole(&path, &text)?;
    }
    if let Some(path) = path("json") {
        let text = results_json(report).map_err(|error| unrendered(error.to_string()))?;
        write_whole(&path, &text)?;
    }
    if let Some(path) = path("html") {
        write_whole(&path, &html(report))?;
    }
    github::annotate(report);
    github::summarize(report)
}

/// The path that an option has: on the command line, in its variable, or in the configuration.
fn path_of(flag: &str, arguments: &[String], settings: &Table) -> Option<PathBuf> {
    let dashed = format!("--{flag}");
    let with_value = format!("{dashed}=");
    let given = arguments.iter().enumerate().rev().find_map(|(at, one)| {
        let next = || arguments.get(at + 1).filter(|_| *one == dashed);
        let value = one.strip_prefix(&with_value).map(str::to_owned);
        value.or_else(|| next().cloned())
    });
    let set = given.or_else(|| variables::value_of(flag));
    if set.is_none() && variables::turns_off(flag) {
        return None;
    }
    let configured = || settings.get(flag).and_then(toml::Value::as_str);
    set.or_else(|| configured().map(str::to_owned))
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
}

/// The configuration as far as it can be read.
fn configuration(arguments: &[String]) -> Table {
    let path = path_of(CONFIG, arguments, &Table::new());
    let text = std::fs::read_to_string(path.as_deref().unwrap_or(Path::new(FILE)));
    text.ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or_default()
}
