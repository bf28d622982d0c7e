//! Whole runs, each by its events.

use assize::contract::Requirements;
use assize::model::{Level, Outcome, RunId};
use assize::record::{
    Accounts, CaseResult, Event, EvidencePolicy, LoadResult, ReasonKind, Record, RecordBuilder,
    RunInfo, Trouble,
};

use super::case::{broken, case, finding, found, skipped};
use super::exchange::{self, record, refused};
use super::{failing, hostile, load};

/// A run of 12.3 s against the target of the samples.
pub(crate) fn run(verb: &str) -> RunInfo {
    RunInfo {
        id: RunId::new("20260724-101500-k3f9"),
        version: "0.1.0".into(),
        verb: verb.into(),
        target: exchange::TARGET.into(),
        servers: Vec::new(),
        embedded: false,
        mailbox: Some("imap://assize@mail.example.net/INBOX".into()),
        suites: None,
        plan: None,
        shard: None,
        selection: Vec::new(),
        seed: 42,
        draw: 0,
        tag: "kqzmvbxa".into(),
        jobs: 8,
        accept_partial: false,
        accept_invalid: false,
        strict: false,
        evidence: EvidencePolicy::Failing,
        started: "2026-07-24T10:15:00Z".into(),
        duration_ms: 0.0,
        interrupted: false,
    }
}

/// The report of a run in which these events happened.
pub(crate) fn report(run: RunInfo, events: &[Event]) -> Record {
    let mut builder = RecordBuilder::new(run);
    for event in events {
        builder.apply(event);
    }
    let order: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::CaseFinished(case) => Some(case.id.clone()),
            _ => None,
        })
        .collect();
    builder.finish(12_345.0, &order, &Requirements::builtin().unwrap())
}

pub(crate) fn finished(cases: Vec<CaseResult>) -> Vec<Event> {
    cases
        .into_iter()
        .map(|case| Event::CaseFinished(Box::new(case)))
        .collect()
}

pub(crate) fn creates() -> CaseResult {
    case(
        "create",
        "create.answers",
        "Creating a user answers with a session",
        &["create.status", "create.body.bearer", "body.json"],
    )
}

pub(crate) fn reads() -> CaseResult {
    case(
        "get",
        "get.alias",
        "A user's alias comes back byte for byte as it was given",
        &["get.alias", "body.json"],
    )
}

pub(crate) fn misses() -> CaseResult {
    case(
        "get",
        "get.unknown",
        "An id that nobody has is not found",
        &[
            "get.unknown",
            "error.x-error",
            "error.x-error-id",
            "error.unique-id",
        ],
    )
}

pub(crate) fn deletes() -> CaseResult {
    case(
        "delete",
        "delete.bearer",
        "A bearer alone deletes the own account",
        &["delete.bearer", "delete.status"],
    )
}

fn plain_cases() -> Vec<CaseResult> {
    vec![creates(), reads(), misses(), deletes()]
}

pub(crate) fn passing() -> Record {
    let mut events = finished(plain_cases());
    events.push(Event::TornDown(Accounts {
        made: 3,
        removed: 3,
    }));
    report(run("check"), &events)
}

pub(crate) fn failing() -> Record {
    let mut events = finished(failing::cases());
    events.push(Event::Notice(
        "the target answered GET /session with an undocumented member, tenant".into(),
    ));
    events.push(Event::TornDown(Accounts {
        made: 5,
        removed: 4,
    }));
    report(run("check"), &events)
}

pub(crate) fn warning(strict: bool) -> Record {
    let unique = finding(
        Level::Should,
        &["error.unique-id"],
        "header x-error-id",
        "another value at each answer",
        "\"7\" twice",
    );
    let nobody = exchange::answer(404, &[("x-error", "no"), ("x-error-id", "7")], b"");
    let case = found(
        misses(),
        vec![unique],
        record(exchange::get("0"), nobody, 990),
    );
    let run = RunInfo {
        strict,
        ..run("check")
    };
    report(run, &finished(vec![creates(), case]))
}

pub(crate) fn broken_run() -> Record {
    let refused = || refused(exchange::get("5a1c0f9e"));
    let cases = plain_cases()
        .into_iter()
        .map(|case| broken(case, refused()));
    report(run("check"), &finished(cases.collect()))
}

pub(crate) fn all_skipped() -> Record {
    let why = "needs a mailbox: give one with --mailbox";
    let cases = plain_cases()
        .into_iter()
        .map(|case| skipped(case, ReasonKind::NoMailbox, why));
    let run = RunInfo {
        mailbox: None,
        ..run("check")
    };
    report(run, &finished(cases.collect()))
}

pub(crate) fn blocked() -> Record {
    let why = "the code that was mailed does not verify the session";
    report(
        run("check"),
        &finished(vec![
            creates(),
            skipped(deletes(), ReasonKind::Blocked, why),
        ]),
    )
}

pub(crate) fn empty() -> Record {
    report(run("check"), &[])
}

pub(crate) fn troubled(outcome: Outcome, text: &str) -> Record {
    let trouble = Trouble {
        outcome,
        text: text.into(),
    };
    report(run("run"), &[Event::Trouble(trouble)])
}

pub(crate) fn misused() -> Record {
    troubled(
        Outcome::Misused,
        "no case matches --case create.nothing; the nearest is create.answers",
    )
}

pub(crate) fn interrupted() -> Record {
    let run = RunInfo {
        interrupted: true,
        ..run("check")
    };
    let later = skipped(
        deletes(),
        ReasonKind::Interrupted,
        "the run was interrupted before it",
    );
    report(run, &finished(vec![creates(), later]))
}

pub(crate) fn loaded() -> Record {
    let mut events = finished(plain_cases());
    events.push(Event::LoadFinished(Box::new(load::conforming())));
    events.push(Event::TornDown(Accounts {
        made: 67,
        removed: 67,
    }));
    let run = RunInfo {
        embedded: true,
        target: "http://127.0.0.1:40123/api/auth/v2".into(),
        mailbox: Some("listen:127.0.0.1:40124".into()),
        ..run("run")
    };
    report(run, &events)
}

/// A load in which the alias of another user is read.
pub(crate) fn load_of_wrong_aliases() -> LoadResult {
    let alias = finding(
        Level::Must,
        &["get.alias"],
        "json /alias",
        "\"u-0041\"",
        "\"u-0042\"",
    );
    let answer = exchange::answer(200, &[], br#"{"alias":"u-0042"}"#);
    let example = record(exchange::get("5a1c0f9e"), answer, 1_240);
    load::failing(alias, example)
}

pub(crate) fn failing_load() -> Record {
    let load = load_of_wrong_aliases();
    report(run("load"), &[Event::LoadFinished(Box::new(load))])
}

/// A load that fails, at a target on the same machine.
pub(crate) fn watched_load() -> Record {
    let mut report = failing_load();
    for load in &mut report.loads {
        load.target = Some(load::target_use(30));
        load.generator = load::sound_generator();
    }
    report
}

pub(crate) fn missed_threshold() -> Record {
    report(
        run("load"),
        &[Event::LoadFinished(Box::new(load::missing()))],
    )
}

/// A load beside another program on the same processor.
pub(crate) fn unsound_load() -> Record {
    let load = load::starved();
    report(run("load"), &[Event::LoadFinished(Box::new(load))])
}

/// The same, which was asked for a verdict on times that nobody can tell.
pub(crate) fn invalid_load() -> Record {
    let load = load::starved_and_asked();
    report(run("load"), &[Event::LoadFinished(Box::new(load))])
}

/// Every sample with its name, the hostile one too.
pub(crate) fn all() -> Vec<(&'static str, Record)> {
    vec![
        ("passing", passing()),
        ("failing", failing()),
        ("warning", warning(false)),
        ("warning-strict", warning(true)),
        ("broken", broken_run()),
        ("skipped", all_skipped()),
        ("blocked", blocked()),
        ("empty", empty()),
        ("misused", misused()),
        ("interrupted", interrupted()),
        ("load", loaded()),
        ("load-failing", failing_load()),
        ("load-threshold", missed_threshold()),
        ("load-unsound", unsound_load()),
        ("load-invalid", invalid_load()),
        ("hostile", hostile::report()),
    ]
}
