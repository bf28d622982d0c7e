//! Whole runs without arguments, options or a terminal, against the reference server inside the binary.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::*;
use crate::contract::{Requirements, Schemas};
use crate::edge::tls::TlsClient;
use crate::edge::{HttpLimits, RunClock};
use crate::engine::load::{LoadSettings, blend};
use crate::engine::{Pace, stop_signal};
use crate::load::Profile;
use crate::model::{Outcome, Redactor, RunId, Verdict};
use crate::record::{
    DefectResult, Event, EventSink, EvidencePolicy, ProofVerdict, Record, RunInfo, SuitesUsed,
};
use crate::suite::{Generation, Plan, SuiteError, SuiteText, Vocabulary, plan, plan_of_load};

/// A case that passes, one that cannot, and a load.
const SUITE: &str = "
suite: small
title: t
scenarios:
  - id: reads
    title: t
    proves: [get.alias]
    needs: known-user
    steps:
      - name: get
        request: {method: GET, path: '/user/${known.id}'}
        expect: {status: 200, json: {/alias: '${known.alias}'}}
cases:
  - id: small.reads
    title: A user is read
    proves: [get.status]
    needs: user
    steps:
      - name: get
        request: {method: GET, path: '/user/${user.id}', headers: {authorization: 'Bearer ${user.bearer}'}}
        expect: {status: 200}
  - id: small.teapot
    title: Nobody answers so
    proves: [get.status]
    needs: user
    steps:
      - name: get
        request: {method: GET, path: '/user/${user.id}', headers: {authorization: 'Bearer ${user.bearer}'}}
        expect: {status: 418}
";

fn planned(planner: fn(&[SuiteText], Vocabulary<'_>) -> Result<Plan, Vec<SuiteError>>) -> Planned {
    let (requirements, schemas) = (
        Requirements::builtin().unwrap(),
        Schemas::builtin().unwrap(),
    );
    let text = SuiteText {
        file: "small.yaml".into(),
        text: SUITE.into(),
    };
    let vocabulary = Vocabulary {
        requirements: &requirements,
        schemas: &schemas,
    };
    Planned {
        plan: planner(&[text], vocabulary).unwrap(),
        requirements,
        used: SuitesUsed::new(None, [("small.yaml", SUITE)]),
        is_of_users_api: true,
    }
}

/// What is heard of a run, as text.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Listener for Heard {
    fn hear(&self, event: &Event) {
        self.0.lock().unwrap().push(format!("{event:?}"));
    }

    fn finish(&self) -> Result<Option<String>, String> {
        self.0.lock().unwrap().push("finished".to_owned());
        Ok(None)
    }
}

fn info() -> RunInfo {
    RunInfo {
        id: RunId::new("a-run"),
        version: String::new(),
        verb: "run".into(),
        target: "embedded".into(),
        servers: Vec::new(),
        embedded: true,
        mailbox: None,
        suites: None,
        plan: None,
        shard: None,
        selection: Vec::new(),
        seed: 1,
        draw: 0,
        tag: String::new(),
        jobs: 2,
        strict: false,
        accept_partial: true,
        accept_invalid: true,
        evidence: EvidencePolicy::All,
        started: String::new(),
        duration_ms: 0.0,
        interrupted: false,
    }
}

/// A run of the small suite, with what was heard of it.
fn run_with(
    checks: bool,
    prepare: impl FnOnce(&EventRecorder) -> Result<RunPlan, Failure>,
) -> (Record, Vec<String>) {
    let limits = HttpLimits {
        connect: Duration::from_secs(5),
        exchange: Duration::from_secs(5),
        body: 1024 * 1024,
        pause: Duration::ZERO,
    };
    let (_stopper, stop) = stop_signal();
    let settings = RunSettings {
        info: info(),
        target: &TargetPlan::embedded(limits),
        pace: checks.then_some(Pace {
            jobs: 2,
            at_once: 4,
            burst: 4,
            may_widen: false,
            repeat: 1,
            retries: 0,
            narrow: false,
            first: 0,
            evidence: EvidencePolicy::All,
        }),
        generation: &Generation::new(1, "session-{tag}@assize.example").unwrap(),
        mail_limit: Duration::from_secs(10),
        account_limits: &AccountLimits {
            leave: 0,
            most: 10,
            rounds: 1,
        },
        state_is_shared: false,
        state: Path::new("nowhere"),
        redactor: &Arc::new(Redactor::new()),
        stop: &stop,
        explain: ToString::to_string,
        clock: &RunClock::start(),
    };
    let heard = Heard::default();
    let record = run(&settings, vec![Box::new(heard.clone())], prepare);
    let heard = heard.0.lock().unwrap().clone();
    (record, heard)
}

fn reads(planned: &Planned) -> Loading {
    let scenarios = scenarios(&["reads".to_owned()], &planned.plan).unwrap();
    let (scenario, parts) = blend(&scenarios).unwrap();
    let profile: Profile = "40/s".parse().unwrap();
    let connections = NonZeroUsize::new(2).unwrap();
    Loading {
        scenario,
        parts,
        settings: LoadSettings::new(connections, profile, Duration::from_secs(1)),
        users: 1,
        search: None,
        watched: None,
        joint: None,
        tls: TlsClient::default(),
    }
}

#[test]
fn a_check_is_a_function_from_settings_to_a_record() {
    let (record, heard) = run_with(true, |recorder| {
        recorder.emit(&Event::Notice("said before anything is sent".into()));
        let planned = planned(plan);
        Ok(RunPlan {
            planned,
            first: 0,
            loading: None,
        })
    });
    assert_eq!(record.conclusion.outcome, Outcome::Violated);
    let verdicts: Vec<Verdict> = record.cases.iter().map(|case| case.verdict).collect();
    assert_eq!(verdicts, [Verdict::Pass, Verdict::Fail]);
    assert_eq!(record.notices, ["said before anything is sent"]);
    assert!(record.accounts.made > 0 && record.accounts.made == record.accounts.removed);
    // What is kept of both cases, and whatever is heard, has its secrets masked.
    let steps = record.cases.iter().flat_map(|case| &case.steps);
    let exchanges: Vec<_> = steps.filter_map(|step| step.exchange.as_ref()).collect();
    assert!(exchanges.len() >= 2);
    for exchange in exchanges {
        let mut headers = exchange.request_headers.iter();
        let bearer = headers.find(|(name, _)| name == "authorization");
        assert!(bearer.is_none_or(|(_, value)| value.contains("•••")));
    }
    let told: Vec<&String> = heard
        .iter()
        .filter(|text| text.contains("CaseFinished"))
        .collect();
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|text| text.contains("Bearer •••")));
    assert_eq!(heard.last().unwrap(), "finished");
}

#[test]
fn a_load_is_one_too_and_follows_no_check_that_failed() {
    let (record, _) = run_with(false, |_| {
        let planned = planned(plan_of_load);
        let loading = Some(reads(&planned));
        Ok(RunPlan {
            planned,
            first: 0,
            loading,
        })
    });
    assert_eq!(
        record.conclusion.outcome,
        Outcome::Conforms,
        "{:?}",
        record.conclusion
    );
    let [load] = &record.loads[..] else {
        panic!("{} loads", record.loads.len());
    };
    assert_eq!((load.answered, load.conforming), (40, 40));
    assert_eq!(load.operations[0].response.count(), 40);

    let (record, heard) = run_with(true, |_| {
        let planned = planned(plan);
        let loading = Some(reads(&planned));
        Ok(RunPlan {
            planned,
            first: 0,
            loading,
        })
    });
    assert!(record.loads.is_empty());
    assert!(heard.iter().any(|text| text.contains("violated already")));
}

#[test]
fn what_cannot_be_prepared_is_a_record_all_the_same() {
    let failure = || Failure::Usage("there is no such suite".into());
    let (record, heard) = run_with(true, |_| Err(failure()));
    assert_eq!(record.conclusion.outcome, Outcome::Misused);
    assert_eq!(record.conclusion.sentence, "there is no such suite");
    assert!(heard.iter().any(|text| text.contains("Trouble")));
}

#[test]
fn a_proof_is_a_function_from_settings_to_a_proof() {
    let planned = planned(plan);
    let (_stopper, stop) = stop_signal();
    let names = ["get-status-201", "get-unknown-400"].map(str::to_owned);
    let choice = DefectChoice::Named(&names);
    let selection = DefectSelection::new(&choice, (1, 2, &stop)).unwrap();
    let told = Mutex::new(Vec::new());
    let settings = ProofSettings {
        id: "a-proof".into(),
        planned: &planned,
        selection,
        seed: 1,
        generation: &Generation::new(1, "session-{tag}@assize.example").unwrap(),
        jobs: 2,
        at_once: 4,
        burst: 4,
        clock: &RunClock::start(),
        stop: &stop,
    };
    let hear = |result: &DefectResult| told.lock().unwrap().push(result.name);
    let proof = prove(settings, &hear).unwrap();
    let verdicts = proof.defects.iter().map(|one| (one.name, one.verdict));
    let verdicts: Vec<_> = verdicts.collect();
    let expected = [
        ("get-status-201", ProofVerdict::Killed),
        ("get-unknown-400", ProofVerdict::Survived),
    ];
    assert_eq!(verdicts, expected);
    // The teapot is asked of the honest server, too.
    assert_eq!((proof.honest.cases, proof.honest.strays.len()), (2, 1));
    assert_eq!(proof.conclusion.outcome, Outcome::Violated);
    assert!(!proof.run.complete && !proof.run.interrupted);
    let mut told = told.into_inner().unwrap();
    told.sort_unstable();
    assert_eq!(told, names);
}
