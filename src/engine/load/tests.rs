//! The engine against a simulated target, in simulated time: every figure is exact.

mod everyone;
mod judging;
mod merging;
mod passes;
mod shapes;
mod waiting;

use serde_json::{Value, json};
use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use super::simulation::{AGE, Act, Call, SimulatedClock, simulate};
use super::{LoadClock, LoadJob, LoadSettings, ScenarioPart};
use crate::contract::{Requirements, Schemas};
use crate::engine::Stopper;
use crate::load::Profile;
use crate::model::{Redactor, Response, TransferError, TransferErrorKind, Verdict};
use crate::record::LoadResult;
use crate::suite::{Generation, Scenario, SuiteText, Vocabulary, plan};

const MS: u64 = 1_000_000;

const LOOKUP: &str = "
suite: s
title: t
scenarios:
  - id: lookup
    title: t
    proves: [get.alias]
    needs: known-user
    steps:
      - name: get
        request: {method: GET, path: '/tasks/${known.id}'}
        expect:
          - status: [200, 202]
            json: {/alias: '${known.alias}'}
";

const LIFECYCLE: &str = "
suite: s
title: t
scenarios:
  - id: lifecycle
    title: t
    proves: [create.status]
    steps:
      - name: create
        request: {method: POST, path: /tasks, json: {email: '${email}'}}
        expect: {status: 200}
        capture: {token: /token}
      - name: delete
        request: {method: DELETE, path: /tasks, headers: {authorization: 'Bearer ${token}'}}
        expect: {status: 202}
";

fn scenario(text: &str) -> Scenario {
    let (requirements, schemas) = (
        Requirements::builtin().unwrap(),
        Schemas::builtin().unwrap(),
    );
    let text = SuiteText {
        file: "load.yaml".to_owned(),
        text: text.to_owned(),
    };
    let vocabulary = Vocabulary {
        requirements: &requirements,
        schemas: &schemas,
    };
    let plan = plan(&[text], vocabulary).unwrap_or_else(|errors| panic!("{}", errors[0]));
    plan.scenarios.into_iter().next().unwrap()
}

fn job(text: &str, profile: &str, connections: usize, seconds: f64) -> LoadJob {
    let scenario = scenario(text);
    let users = (0..3)
        .map(|number| {
            let mut values = scenario.variables.empty_values();
            for (name, value) in [("known.id", "id"), ("known.alias", "alias")] {
                if let Some(id) = scenario.variables.find(name) {
                    values.set(id, format!("{value}-{number}"));
                }
            }
            values
        })
        .collect();
    let profile: Profile = profile.parse().unwrap();
    LoadJob {
        parts: vec![ScenarioPart::whole(&scenario, users)],
        scenario,
        generation: Generation::new(7, "a+{tag}@b.test").unwrap(),
        settings: LoadSettings::new(
            NonZeroUsize::new(connections).unwrap(),
            profile,
            Duration::from_secs_f64(seconds),
        ),
        base_url: "http://target".to_owned(),
        redactor: Arc::new(Redactor::new()),
    }
}

fn answer(status: u16, body: &Value) -> Response {
    Response {
        status,
        headers: vec![("content-type".to_owned(), b"application/json".to_vec())],
        body: body.to_string().into_bytes(),
    }
}

/// The alias of the user that was asked for, after some nanoseconds.
fn right(call: &Call, took: u64) -> Act {
    let alias = call.request.path.replace("/tasks/id", "alias");
    (took, Ok(answer(200, &json!({ "alias": alias }))))
}

async fn nothing(_stopper: Stopper, _clock: SimulatedClock) {}

fn run(job: &LoadJob, act: impl Fn(Call) -> Act) -> LoadResult {
    simulate(job, 1, act, nothing)
}

#[test]
fn an_open_model_sends_when_the_schedule_says() {
    let starts = RefCell::new(Vec::new());
    let result = run(&job(LOOKUP, "100/s", 4, 2.0), |call| {
        starts.borrow_mut().push(call.now);
        right(&call, 3 * MS)
    });
    let due: Vec<u64> = (0..200).map(|index| index * 10 * MS).collect();
    assert_eq!(starts.into_inner(), due);
    assert_eq!(
        (result.answered, result.conforming, result.unstarted),
        (200, 200, 0)
    );
    assert_eq!(result.verdict, Verdict::Pass);
    let operation = &result.operations[0];
    assert_eq!(
        (operation.lag.max_us(), operation.response.min_us()),
        (0, 3_000)
    );
    assert_eq!(
        (operation.response.max_us(), operation.service.max_us()),
        (3_000, 3_000)
    );
    let per_second: Vec<u64> = result.series.iter().map(|second| second.answered).collect();
    assert_eq!(per_second, [100, 100]);
    assert!((result.rate - 100.0).abs() < 1e-9);
    assert!((result.generator_cpu_s - 0.5).abs() < 0.01);
}

#[test]
fn only_what_some_answer_met_counts_as_tried() {
    let text = "
suite: s
title: t
scenarios:
  - id: two
    title: t
    proves: [create.status, delete.status]
    steps:
      - name: create
        request: {method: POST, path: /tasks, json: {email: '${email}'}}
        expect: {status: 200, proves: [create.status]}
        capture: {token: /token}
      - name: delete
        request: {method: DELETE, path: /tasks, headers: {authorization: 'Bearer ${token}'}}
        expect: {status: 202, proves: [delete.status]}
";
    let tried = |created: u16, deleted: u16| {
        let result = run(&job(text, "10/s", 1, 1.0), move |call| {
            let is_create = call.request.method == "POST";
            let status = if is_create { created } else { deleted };
            (MS, Ok(answer(status, &json!({"token": "b"}))))
        });
        let tried = result.requirements.iter().map(ToString::to_string);
        tried.collect::<Vec<_>>()
    };
    assert_eq!(tried(200, 202), ["create.status", "delete.status"]);
    assert_eq!(tried(200, 500), ["create.status"]);
    assert_eq!(tried(503, 202), [""; 0]);
}

#[test]
fn an_answer_that_was_read_late_counts_from_when_it_came() {
    let result = run(&job(LIFECYCLE, "10/s", 1, 1.0), |call| {
        let is_create = call.request.method == "POST";
        let mut response = answer(if is_create { 200 } else { 202 }, &json!({"token": "b"}));
        // The second says that it came before its request was sent: the wall clock was set meanwhile.
        let age = if is_create { 2 * MS } else { 70 * MS };
        let age = age.to_string().into_bytes();
        response.headers.push((AGE.to_owned(), age));
        (5 * MS, Ok(response))
    });
    let [create, delete] = &result.operations[..] else {
        panic!("{:?}", result.operations);
    };
    assert_eq!(create.response.max_us(), 3_000);
    assert_eq!((delete.response.max_us(), delete.lag.max_us()), (5_000, 0));
}

#[test]
fn a_closed_model_sends_when_the_last_is_answered() {
    let result = run(&job(LOOKUP, "max", 3, 1.0), |call| right(&call, 10 * MS));
    assert_eq!(result.answered, 300);
    let operation = &result.operations[0];
    assert_eq!(
        (operation.lag.max_us(), operation.response.max_us()),
        (0, 10_000)
    );
}

/// What a first-come-first-served queue before this many connections gives: the exact response times,
/// sorted, in nanoseconds.
fn queue(connections: usize, due: impl Iterator<Item = u64>, end: impl Fn(u64) -> u64) -> Vec<u64> {
    let mut free = vec![0; connections];
    let mut responses: Vec<u64> = due
        .map(|due| {
            let next = free.iter_mut().min().unwrap();
            let finished = end(due.max(*next));
            *next = finished;
            finished - due
        })
        .collect();
    responses.sort_unstable();
    responses
}

#[test]
fn the_wait_behind_a_stall_counts_as_response_time_but_not_as_service_time() {
    let end = |started: u64| {
        let stalled = (1_000 * MS..1_200 * MS).contains(&started);
        if stalled { 1_201 * MS } else { started + MS }
    };
    let result = run(&job(LOOKUP, "500/s", 4, 3.0), |call| {
        right(&call, end(call.now) - call.now)
    });
    let exact = queue(4, (0..1_500).map(|index| index * 2 * MS), end);
    let operation = &result.operations[0];
    assert_eq!(operation.response.count(), 1_500);
    assert_eq!(operation.response.max_us(), exact[1_499] / 1_000);
    for (ours, share) in [
        (operation.response.at_us(0.5), 50),
        (operation.response.at_us(0.9), 90),
        (operation.response.at_us(0.95), 95),
        (operation.response.at_us(0.99), 99),
    ] {
        let exact = exact[1_500 * share / 100 - 1] / 1_000;
        assert!(
            ours.abs_diff(exact) <= exact / 1_000 + 1,
            "p{share}: {ours} for {exact}"
        );
    }
    // Only the four requests that were under way were served slowly.
    assert_eq!(
        (operation.service.max_us(), operation.service.at_us(0.99)),
        (201_000, 1_000)
    );
    assert!(operation.response.at_us(0.99) > 150_000);
}

#[test]
fn slots_that_find_no_connection_before_the_end_are_counted() {
    let result = run(&job(LOOKUP, "100/s", 1, 1.0), |call| right(&call, 100 * MS));
    // The connection that is busy at the end takes one more.
    assert_eq!((result.answered, result.unstarted), (11, 89));
}

#[test]
fn the_warm_up_is_told_but_counts_for_nothing() {
    let mut job = job(LOOKUP, "100/s", 2, 1.0);
    job.settings.warm_up = Duration::from_millis(1_500);
    let result = run(&job, |call| {
        let alias = if call.now < 1_500 * MS { "wrong" } else { "" };
        let (took, answer) = right(&call, MS);
        match alias {
            "wrong" => (
                took,
                Ok(Response {
                    status: 500,
                    ..answer.unwrap()
                }),
            ),
            _ => (took, answer),
        }
    });
    assert_eq!((result.answered, result.conforming), (100, 100));
    assert_eq!((result.findings.len(), result.verdict), (0, Verdict::Pass));
    let seconds: Vec<(f64, u64, u64)> = result
        .series
        .iter()
        .map(|second| (second.at_s, second.answered, second.nonconforming))
        .collect();
    assert_eq!(seconds, [(-1.0, 50, 50), (0.0, 100, 100), (1.0, 100, 0)]);
}

#[test]
fn workers_share_the_slots_and_their_seconds_are_merged() {
    let paths = RefCell::new(Vec::new());
    let job = job(LOOKUP, "100/s", 1, 1.0);
    let act = |call: Call| {
        paths
            .borrow_mut()
            .push((call.now, call.request.path.clone()));
        right(&call, MS)
    };
    let result = simulate(&job, 2, act, nothing);
    assert_eq!((result.answered, result.series.len()), (100, 1));
    let mut sent = paths.into_inner();
    sent.sort();
    let expected: Vec<(u64, String)> = (0..100)
        .map(|index| (index * 10 * MS, format!("/tasks/id-{}", index % 3)))
        .collect();
    assert_eq!(sent, expected);
}

#[test]
fn a_closed_model_pauses_when_nothing_can_be_sent() {
    let result = run(&job(LOOKUP, "max", 1, 1.0), |_| {
        (
            0,
            Err(TransferError::new(TransferErrorKind::Connect, "refused")),
        )
    });
    assert_eq!(result.operations[0].errors[&TransferErrorKind::Connect], 10);
    assert_eq!((result.answered, result.verdict), (0, Verdict::Broken));
}

#[test]
fn a_stop_ends_the_load_and_gives_up_what_takes_too_long() {
    let stop_after = |stopper: Stopper, clock: SimulatedClock| async move {
        clock.sleep_until(1_510 * MS).await;
        stopper.stop();
        std::future::pending::<()>().await;
    };
    let act = |call: Call| {
        let took = if call.number == 149 { 60_000 * MS } else { MS };
        right(&call, took)
    };
    let job = job(LOOKUP, "100/s", 2, 60.0);
    let result = simulate(&job, 1, act, stop_after);
    // Looked for every 50 ms: requests 0 to 152 or so were due by then, and 149 never ended.
    assert!(
        (150..=156).contains(&result.answered),
        "{}",
        result.answered
    );
    assert!((1.5..1.6).contains(&result.duration_s));
    assert_eq!((result.unstarted, result.verdict), (0, Verdict::Pass));
    assert_eq!(result.series.len(), 2);
}
