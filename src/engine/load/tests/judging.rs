//! What the engine makes of answers and failures.

use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::Duration;

use super::{LIFECYCLE, LOOKUP, MS, answer, job, right, run};
use crate::engine::load::simulation::{Act, BEGAN, Call};
use crate::load::Judging;
use crate::model::{Response, TransferError, TransferErrorKind, Verdict};
use crate::record::LoadFinding;

#[test]
fn wrong_answers_are_counted_by_kind_with_the_first_as_example() {
    let result = run(&job(LOOKUP, "100/s", 1, 1.0), |call| {
        let number = call.number;
        let (took, answer) = right(&call, MS);
        let answer = answer.unwrap();
        let wrong = match number {
            10 | 20 | 30 => Response {
                status: 404,
                ..answer
            },
            40 => Response {
                body: br#"{"alias":"alias-9"}"#.to_vec(),
                ..answer
            },
            _ => answer,
        };
        (took, Ok(wrong))
    });
    assert_eq!((result.answered, result.conforming), (100, 96));
    assert_eq!(result.verdict, Verdict::Fail);
    let kinds: Vec<(u64, &str, &str)> = result
        .findings
        .iter()
        .map(|one| {
            let finding = one.finding.as_ref().unwrap();
            (one.count, finding.subject.as_str(), finding.actual.as_str())
        })
        .collect();
    assert_eq!(
        kinds,
        [(3, "status", "404"), (1, "json /alias", "\"alias-9\"")]
    );
    let example = result.findings[0].example.as_ref().unwrap();
    assert_eq!(
        (example.url.as_str(), example.status),
        ("http://target/tasks/id-1", Some(404))
    );
    assert_eq!(
        result.operations[0]
            .statuses
            .clone()
            .into_iter()
            .collect::<Vec<_>>(),
        [(200, 97), (404, 3)]
    );
}

#[test]
fn failed_transfers_are_counted_apart_and_fail_the_run() {
    let result = run(&job(LOOKUP, "100/s", 2, 1.0), |call| {
        if call.number % 10 == 3 {
            let error = TransferError::new(TransferErrorKind::Closed, "closed in the middle");
            return (MS, Err(error));
        }
        right(&call, MS)
    });
    let operation = &result.operations[0];
    assert_eq!((result.answered, result.conforming), (90, 90));
    assert_eq!(operation.errors.get(&TransferErrorKind::Closed), Some(&10));
    assert_eq!(
        (operation.answers.count(), operation.lag.count()),
        (90, 100)
    );
    assert_eq!(operation.response.count(), 100);
    assert_eq!(result.verdict, Verdict::Fail);
    let finding = &result.findings[0];
    assert_eq!(
        (finding.count, finding.transfer),
        (10, Some(TransferErrorKind::Closed))
    );
    let said = finding.finding.as_ref().unwrap();
    assert_eq!(said.requirements[0].as_str(), "get.alias");
    assert_eq!(
        (said.subject.as_str(), said.actual.as_str()),
        ("answer", "closed in the middle")
    );
    let example = finding.example.as_ref().unwrap();
    assert_eq!(example.error.as_deref(), Some("closed in the middle"));
    assert_eq!(result.series[0].errors, 10);
}

/// Creates give a token made of the email, deletes ask for it.
fn lifecycle(call: &Call) -> Act {
    match call.request.method.as_str() {
        "POST" => {
            let body: Value = serde_json::from_slice(call.request.body.as_ref().unwrap()).unwrap();
            let token = format!("token-{}", body["email"].as_str().unwrap());
            (4 * MS, Ok(answer(200, &json!({ "token": token }))))
        }
        _ => (2 * MS, Ok(answer(202, &json!({})))),
    }
}

#[test]
fn operations_hand_on_what_they_capture_and_each_is_due_when_the_last_has_ended() {
    let requests = RefCell::new(Vec::new());
    let result = run(&job(LIFECYCLE, "10/s", 1, 1.0), |call| {
        let act = lifecycle(&call);
        requests.borrow_mut().push(call.request);
        act
    });
    let requests = requests.into_inner();
    assert_eq!(requests.len(), 20);
    let mut emails = BTreeSet::new();
    for pair in requests.chunks(2) {
        let body: Value = serde_json::from_slice(pair[0].body.as_ref().unwrap()).unwrap();
        let email = body["email"].as_str().unwrap();
        assert_eq!(pair[1].headers[0].1, format!("Bearer token-{email}"));
        emails.insert(email.to_owned());
    }
    assert_eq!(emails.len(), 10, "each iteration has values of its own");
    let response = |index: usize| result.operations[index].response.max_us();
    assert_eq!((response(0), response(1)), (4_000, 2_000));
    assert_eq!(result.operations[1].lag.max_us(), 0);
}

#[test]
fn what_rests_on_a_wrong_answer_is_skipped() {
    let result = run(&job(LIFECYCLE, "10/s", 1, 1.0), |call| match call.number {
        0 => (MS, Ok(answer(500, &json!({})))),
        1 => (MS, Ok(answer(200, &json!({ "no": "token" })))),
        _ => lifecycle(&call),
    });
    let answered: Vec<u64> = result.operations.iter().map(|one| one.answered).collect();
    assert_eq!(answered, [10, 8]);
    let lacking = &result.findings[0];
    assert_eq!(lacking.finding.as_ref().unwrap().subject, "json /token");
    assert_eq!(
        (lacking.verdict, result.verdict),
        (Verdict::Broken, Verdict::Fail),
        "a failure is one whatever else is broken"
    );
    assert_eq!(result.operations[0].conforming, 8);
}

#[test]
fn a_captured_secret_is_masked_in_examples() {
    let result = run(&job(LIFECYCLE, "10/s", 1, 1.0), |call| {
        if call.request.method == "DELETE" {
            let echo = call.request.headers[0].1.replace("Bearer ", "you sent ");
            return (MS, Ok(answer(401, &json!({ "error": echo }))));
        }
        lifecycle(&call)
    });
    let text = serde_json::to_string(&result.findings).unwrap();
    assert!(
        text.contains("you sent") && !text.contains("token-a+"),
        "{}",
        text.len()
    );
}

#[test]
fn kinds_of_findings_are_bounded_and_the_rest_is_counted() {
    let text = LOOKUP.replace(
        "json: {/alias: '${known.alias}'}",
        "headers: {x-none: present}",
    );
    let mut job = job(&text, "100/s", 1, 1.0);
    let operation = job.scenario.operations[0].clone();
    let mut many = operation.exchange.expectations[1].clone();
    job.scenario.operations[0].exchange.expectations.truncate(1);
    for line in 0..70 {
        many.place.line = 1_000 + line;
        job.scenario.operations[0]
            .exchange
            .expectations
            .push(many.clone());
    }
    let result = run(&job, |call| right(&call, MS));
    assert_eq!(result.findings.len(), 64);
    assert_eq!(result.further_findings, 6 * 100);
    assert!(result.findings.iter().all(|one| one.count == 100));
}

#[test]
fn an_answer_that_was_right_is_judged_again_once_it_says_anything_else() {
    let header = |name: &str, value: &[u8]| (name.to_owned(), value.to_vec());
    let changed = |change: u64, answer: &mut Response| match change {
        0 => answer.status = 202,
        1 => answer.status = 203,
        2 => answer.body.push(b' '),
        3 => drop(answer.body.remove(0)),
        4 => answer.body = br#"{"alias":"alias-9"}"#.to_vec(),
        5 => answer.headers[0].1 = b"text/html".to_vec(),
        6 => answer.headers.clear(),
        7 => answer.headers.push(header("date", b"today")),
        8 => answer.headers.push(header("x-none", b"1")),
        _ => answer.headers.push(header("content-encoding", b"none")),
    };
    let text = LOOKUP.replace(
        "json: {",
        "body: json-object
            headers: {x-none: absent}
            json: {",
    );
    let result = run(&job(&text, "300/s", 1, 1.0), |call| {
        let (took, answer) = right(&call, MS / 10);
        let mut answer = answer.unwrap();
        // Each change comes fifteen times, five times to each user, with right ones between.
        if call.number % 2 == 1 {
            changed(call.number / 2 % 10, &mut answer);
        }
        (took, Ok(answer))
    });
    assert_eq!((result.answered, result.judged), (300, 300));
    let wrong = result.answered - result.conforming;
    // 202, white space behind the value and a date are right.
    assert_eq!(wrong, 150 - 3 * 15, "{:#?}", result.findings);
}

#[test]
fn what_is_captured_in_place_of_a_value_of_the_user_is_sent() {
    let text = format!(
        "{LOOKUP}        capture: {{known.id: /next}}
      - name: next
        request: {{method: GET, path: '/tasks/${{known.id}}'}}
        expect: {{status: 200}}
"
    );
    let paths = RefCell::new(Vec::new());
    let result = run(&job(&text, "10/s", 1, 0.3), |call| {
        let alias = call.request.path.replace("/tasks/id", "alias");
        paths.borrow_mut().push(call.request.path);
        (MS, Ok(answer(200, &json!({ "alias": alias, "next": "7" }))))
    });
    assert_eq!(result.verdict, Verdict::Pass, "{:#?}", result.findings);
    let nexts = paths
        .borrow()
        .iter()
        .filter(|path| *path == "/tasks/7")
        .count();
    assert_eq!((nexts, paths.borrow().len()), (3, 6), "{paths:?}");
}

#[test]
fn what_was_still_to_come_is_judged_by_the_time_of_each_answer() {
    let end = BEGAN / 1_000_000_000 + 1;
    let text = LOOKUP.replace("json: {", "json: {/end: {future: true}, ");
    let result = run(&job(&text, "100/s", 1, 2.0), |call| {
        let alias = call.request.path.replace("/tasks/id", "alias");
        (MS, Ok(answer(200, &json!({ "alias": alias, "end": end }))))
    });
    assert_eq!((result.answered, result.conforming), (200, 100));
}

/// Every answer is of the wrong user; each tenth has a wrong status besides.
fn wrong(call: &Call) -> Act {
    let status = if call.number % 10 == 4 { 404 } else { 200 };
    let mut answer = answer(200, &json!({ "alias": "nobody" }));
    answer.status = status;
    (MS, Ok(answer))
}

#[test]
fn a_share_is_judged_in_full_and_of_the_others_the_status() {
    let mut job = job(LOOKUP, "100/s", 1, 2.0);
    job.settings.warm_up = Duration::from_secs(1);
    job.settings.judging = "20%".parse().unwrap();
    let result = run(&job, |call| wrong(&call));
    assert_eq!((result.answered, result.judged), (200, 40));
    let count = |subject: &str| {
        let of_subject =
            |one: &&LoadFinding| one.finding.as_ref().unwrap().subject.starts_with(subject);
        let found = result.findings.iter().filter(of_subject);
        found.map(|one| one.count).sum::<u64>()
    };
    assert_eq!(count("status"), 20);
    // Of an answer with a wrong status nothing else is judged.
    let of_alias = count("json");
    assert!((20..=40).contains(&of_alias), "{of_alias}");
    assert_eq!(result.conforming, 200 - 20 - of_alias);
}

#[test]
fn a_load_that_judges_statuses_alone_claims_no_more() {
    let mut job = job(LOOKUP, "100/s", 2, 1.0);
    let all = run(&job, |call| wrong(&call));
    assert_eq!((all.answered, all.judged, all.conforming), (100, 100, 0));
    job.settings.judging = Judging::Status;
    let result = run(&job, |call| wrong(&call));
    assert_eq!((result.answered, result.judged), (100, 0));
    assert_eq!((result.conforming, result.verdict), (90, Verdict::Fail));
    assert_eq!(result.findings.len(), 1);
    job.settings.judging = Judging::All;
    let sound = run(&job, |call| right(&call, MS));
    assert!(result.requirements.len() < sound.requirements.len());
}

#[test]
fn what_later_operations_need_is_captured_whatever_is_judged() {
    let mut job = job(LIFECYCLE, "10/s", 1, 1.0);
    job.settings.judging = Judging::Status;
    let result = run(&job, |call| lifecycle(&call));
    let answered: Vec<u64> = result.operations.iter().map(|one| one.answered).collect();
    assert_eq!((answered, result.conforming), (vec![10, 10], 20));
}
