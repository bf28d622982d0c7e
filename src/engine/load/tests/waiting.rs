//! Iterations that wait for a code.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::json;
use std::cell::RefCell;
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

use super::{MS, answer, job};
use crate::engine::load::simulation::{Call, SimulatedClock, simulate_with};
use crate::engine::load::{LoadClock, LoadMail, LoadServices};
use crate::engine::{MailError, Stopper};
use crate::model::Verdict;
use crate::users_api::examples::{SIGNUP, opened};
use crate::users_api::{SessionMember, UNIQUE};

/// Mail that comes when it is let through.
#[derive(Clone, Default)]
struct Gate(Arc<Mutex<(Option<bool>, Vec<Waker>)>>);

impl Gate {
    /// Lets all mail through, or says that none comes.
    fn open(&self, comes: bool) {
        let mut inner = self.0.lock().unwrap();
        inner.0 = Some(comes);
        inner.1.drain(..).for_each(Waker::wake);
    }
}

impl LoadMail for Gate {
    fn code(&self, address: String, _: usize) -> BoxFuture<'static, Result<String, MailError>> {
        let gate = self.clone();
        poll_fn(move |context| {
            let mut inner = gate.0.lock().unwrap();
            match inner.0 {
                Some(true) => Poll::Ready(Ok("123456".to_owned())),
                Some(false) => Poll::Ready(Err(MailError::NotArrived {
                    address: address.clone(),
                    limit: Duration::from_secs(1),
                })),
                None => {
                    inner.1.push(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .boxed()
    }
}

fn books(gate: &Gate) -> LoadServices {
    LoadServices {
        mail: Some(Arc::new(gate.clone())),
        ..LoadServices::default()
    }
}

fn act(call: &Call) -> super::Act {
    match call.request.method.as_str() {
        "POST" => (2 * MS, Ok(answer(200, &json!({})))),
        _ => (2 * MS, Ok(answer(202, &json!({})))),
    }
}

#[test]
fn a_wait_holds_no_connection_and_is_no_part_of_a_response_time() {
    let gate = Gate::default();
    let creates = RefCell::new(Vec::new());
    let opened = gate.clone();
    let beside = |_: Stopper, clock: SimulatedClock| {
        let opened = opened.clone();
        async move {
            clock.sleep_until(450 * MS).await;
            opened.open(true);
            std::future::pending::<()>().await;
        }
    };
    let result = simulate_with(
        &job(SIGNUP, "10/s", 1, 1.0),
        (1, &books(&gate)),
        |call| {
            if call.request.method == "POST" {
                creates.borrow_mut().push(call.now);
            }
            act(&call)
        },
        beside,
    );
    let due: Vec<u64> = (0..10).map(|index| index * 100 * MS).collect();
    assert_eq!(creates.into_inner(), due, "the one connection is free");
    let answered: Vec<u64> = result.operations.iter().map(|one| one.answered).collect();
    assert_eq!(answered, [10, 10]);
    // Five codes come at once; the last of these waits for the four others, 2 ms each.
    assert_eq!(result.operations[1].response.max_us(), 10_000);
    // The creates end at 2, 102, …, 402 ms and their codes come at 450 ms; those of the others at once.
    let mails = result.mails.as_ref().unwrap();
    assert_eq!((mails.wait.count(), mails.missing), (10, 0));
    assert_eq!((mails.wait.max_us(), mails.wait.at_us(0.5)), (448_000, 0));
    assert_eq!(result.verdict, Verdict::Pass);
}

#[test]
fn a_code_that_never_comes_is_found_even_after_the_end() {
    let gate = Gate::default();
    let closed = gate.clone();
    let beside = |_: Stopper, clock: SimulatedClock| {
        let closed = closed.clone();
        async move {
            clock.sleep_until(3_000 * MS).await;
            closed.open(false);
            std::future::pending::<()>().await;
        }
    };
    let job = job(SIGNUP, "10/s", 1, 1.0);
    let result = simulate_with(&job, (1, &books(&gate)), |call| act(&call), beside);
    assert_eq!(result.verdict, Verdict::Fail);
    let found = &result.findings[0];
    let finding = found.finding.as_ref().unwrap();
    assert_eq!(
        (found.count, finding.requirements[0].as_str()),
        (10, "create.code")
    );
    let mails = result.mails.as_ref().unwrap();
    assert_eq!((mails.wait.count(), mails.missing), (0, 10));
    assert!(
        (result.duration_s - 1.0).abs() < 1e-9,
        "the wait is not measured"
    );
}

/// Expectations used by their anchor stand at one place, and are told apart all the same.
#[test]
fn expectations_of_one_place_are_told_apart_by_what_they_prove() {
    let text = SIGNUP
        .replace("proves: [create.status,", "proves: [error.no-5xx, create.status,")
        .replace(
            "expect: {proves: create.status, status: 200}",
            "expect: &both [{proves: create.status, status: 200}, {proves: error.no-5xx, status: 2xx}]",
        )
        .replace(
            "expect: {proves: create.status, status: 202}",
            "expect: *both",
        );
    let gate = Gate::default();
    gate.open(true);
    let nothing = |_: Stopper, _: SimulatedClock| async {};
    let wrong = |call: Call| match call.request.method.as_str() {
        "POST" => act(&call),
        _ => (MS, Ok(answer(500, &json!({})))),
    };
    let books = books(&gate);
    let result = simulate_with(&job(&text, "10/s", 1, 1.0), (1, &books), wrong, nothing);
    let named = result.findings.iter().map(|found| {
        let finding = found.finding.as_ref().unwrap();
        (finding.requirements[0].as_str(), found.count)
    });
    let mut named: Vec<(&str, u64)> = named.collect();
    named.sort_unstable();
    assert_eq!(named, [("create.status", 10), ("error.no-5xx", 10)]);
}

#[test]
fn what_two_creates_are_told_alike_is_found() {
    let text = SIGNUP.replace("create.code]", "create.code, create.unique]");
    let gate = Gate::default();
    gate.open(true);
    let nothing = |_: Stopper, _: SimulatedClock| async {};
    let result = simulate_with(
        &job(&text, "10/s", 1, 1.0),
        (1, &books(&gate)),
        |call| {
            // Of the ten creates the calls 0, 2, … the one at 8 is told what the one at 2 was.
            let number = if call.number == 8 { 2 } else { call.number };
            let told = opened(&format!("b{number}"), &format!("s{}", call.number));
            match call.request.method.as_str() {
                "POST" => (MS, Ok(answer(200, &told))),
                _ => act(&call),
            }
        },
        nothing,
    );
    assert_eq!(result.findings.len(), 1);
    let finding = result.findings[0].finding.as_ref().unwrap();
    let subject = format!("json /{}", SessionMember::Bearer.as_str());
    assert_eq!(
        (finding.subject.as_str(), finding.requirements[0].as_str()),
        (subject.as_str(), UNIQUE)
    );
    assert_eq!(result.findings[0].count, 1);
    let shown = serde_json::to_string(&result.findings).unwrap();
    assert!(!shown.contains("\"b2\""), "secrets are masked");
}
