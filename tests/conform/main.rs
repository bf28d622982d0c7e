//! The conformance engine with a target, a mailbox and a clock that are facts of the test: no port, no
//! wait.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use assize::contract::{Requirements, Schemas};
use assize::engine::{
    Clock, EvidenceLog, Harness, MailError, MailQuery, Mailbox, Pace, RuleBook, Transport, conform,
    stop_signal,
};
use assize::model::{
    Exchange, Redactor, Request, Response, TransferError, TransferErrorKind, Verdict,
};
use assize::record::{Accounts, CaseResult, Event, EventSink, EvidencePolicy, ReasonKind};
use assize::suite::{Generation, SuiteText, Vocabulary, plan};
use assize::users_api::{AccountNumber, Ledger, LedgerLine, SessionLog, open_accounts};
use async_trait::async_trait;
use serde_json::json;
use std::sync::Mutex;
use std::time::Duration;

mod races;

type Answer = Result<(u16, String), TransferErrorKind>;

/// A target that is a function from a request, and how many came before it, to an answer.
struct Target<F> {
    answer: F,
    requests: Mutex<Vec<Request>>,
}

#[async_trait]
impl<F: Fn(&Request, usize) -> Answer + Send + Sync> Transport for Target<F> {
    async fn send(&self, request: Request) -> Exchange {
        let before = {
            let mut requests = self.requests.lock().unwrap();
            requests.push(request.clone());
            requests.len() - 1
        };
        let result = match (self.answer)(&request, before) {
            Ok((status, body)) => Ok(Response {
                status,
                headers: vec![("Content-Type".into(), b"application/json".to_vec())],
                body: body.into_bytes(),
            }),
            Err(kind) => Err(TransferError::new(kind, "as the test wants it")),
        };
        Exchange {
            number: 0,
            request,
            result,
            elapsed: Duration::from_millis(1),
        }
    }
}

/// A clock that only a sleep moves.
#[derive(Default)]
struct FakeClock(Mutex<Duration>);

#[async_trait]
impl Clock for FakeClock {
    fn elapsed(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn unix_seconds(&self) -> i64 {
        1_800_000_000
    }

    async fn sleep(&self, duration: Duration) {
        *self.0.lock().unwrap() += duration;
    }
}

/// A mailbox in which every code is `123456`, or none ever comes.
struct FakeMailbox {
    empty: bool,
}

#[async_trait]
impl Mailbox for FakeMailbox {
    async fn code(&self, query: MailQuery<'_>) -> Result<String, MailError> {
        if self.empty {
            return Err(MailError::NotArrived {
                address: query.address.to_owned(),
                limit: query.limit,
            });
        }
        Ok("123456".to_owned())
    }

    fn name(&self) -> String {
        "fake".to_owned()
    }
}

#[derive(Default)]
struct Events(Mutex<Vec<Event>>);

impl EventSink for Events {
    fn emit(&self, event: &Event) {
        self.0.lock().unwrap().push(event.clone());
    }
}

/// A ledger in memory.
#[derive(Default)]
struct Lines(Mutex<Vec<LedgerLine>>);

impl Ledger for Lines {
    fn next_number(&self) -> AccountNumber {
        AccountNumber(u64::try_from(self.0.lock().unwrap().len()).unwrap())
    }

    fn write(&self, line: &LedgerLine) {
        self.0.lock().unwrap().push(line.clone());
    }
}

struct Outcome {
    case: CaseResult,
    accounts: Accounts,
    requests: Vec<Request>,
    took: Duration,
    /// Accounts that the ledger leaves open.
    open: usize,
}

impl Outcome {
    fn reason(&self) -> ReasonKind {
        self.case.reason.as_ref().unwrap().kind
    }

    fn sent(&self) -> Vec<String> {
        let line = |request: &Request| format!("{} {}", request.method, request.path);
        self.requests.iter().map(line).collect()
    }
}

/// Runs one case, written in YAML, once against a target.
async fn run(
    case: &str,
    mailbox: Option<FakeMailbox>,
    answer: impl Fn(&Request, usize) -> Answer + Send + Sync,
) -> Outcome {
    let once = Pace {
        evidence: EvidencePolicy::Failing,
        jobs: 2,
        at_once: 8,
        burst: 64,
        may_widen: false,
        repeat: 1,
        retries: 0,
        narrow: false,
        first: 0,
    };
    run_paced(once, case, mailbox, answer).await
}

/// Runs one case as often as the pace says.
async fn run_paced(
    pace: Pace,
    case: &str,
    mailbox: Option<FakeMailbox>,
    answer: impl Fn(&Request, usize) -> Answer + Send + Sync,
) -> Outcome {
    let target = Target {
        answer,
        requests: Mutex::default(),
    };
    let text = format!("  - id: one\n    title: One\n{case}");
    let run = run_on(&target, pace, &text, mailbox).await;
    Outcome {
        case: run.cases.into_iter().next().unwrap(),
        accounts: run.accounts,
        requests: target.requests.into_inner().unwrap(),
        took: run.took,
        open: run.open,
    }
}

/// What came of all cases.
struct Run {
    cases: Vec<CaseResult>,
    accounts: Accounts,
    took: Duration,
    open: usize,
}

/// Runs the cases of a suite.
async fn run_on(
    target: &dyn Transport,
    pace: Pace,
    cases: &str,
    mailbox: Option<FakeMailbox>,
) -> Run {
    let requirements = Requirements::builtin().unwrap();
    let schemas = Schemas::builtin().unwrap();
    let text = SuiteText {
        file: "test.yaml".into(),
        text: format!("suite: test\ntitle: Test\ncases:\n{cases}"),
    };
    let vocabulary = Vocabulary {
        requirements: &requirements,
        schemas: &schemas,
    };
    let plan = plan(&[text], vocabulary).unwrap();
    let (clock, events) = (FakeClock::default(), Events::default());
    let ledger = Lines::default();
    let (_stopper, stop) = stop_signal();
    let harness = Harness {
        transport: target,
        clock: &clock,
        mailbox: mailbox.as_ref().map(|mailbox| mailbox as &dyn Mailbox),
        sink: &events,
        generation: &Generation::new(1, "t-{tag}@t.test").unwrap(),
        redactor: &Redactor::new(),
        base_url: "http://t.test/v2",
        lent: None,
        ledger: &ledger,
        sessions: &SessionLog::new(),
        evidence: &EvidenceLog::default(),
        rules: &RuleBook::default(),
        stop: &stop,
        mail_limit: Duration::from_secs(30),
    };
    conform(harness, &plan.cases, pace).await;
    let (mut cases, mut accounts) = (Vec::new(), None);
    for event in events.0.into_inner().unwrap() {
        match event {
            Event::CaseFinished(result) => cases.push(*result),
            Event::TornDown(torn_down) => accounts = Some(torn_down),
            _ => {}
        }
    }
    Run {
        cases,
        accounts: accounts.unwrap(),
        took: clock.elapsed(),
        open: open_accounts(&ledger.0.into_inner().unwrap()).len(),
    }
}

const GET: &str = "    proves: get.unknown
    steps:
      - name: get
        request: {method: GET, path: \"/user/${uuid}\"}
        expect: {status: 404}
";

#[tokio::test]
async fn an_answer_as_expected_passes() {
    let outcome = run(GET, None, |_, _| Ok((404, String::new()))).await;
    assert_eq!(outcome.case.verdict, Verdict::Pass);
    assert_eq!(outcome.requests.len(), 1);
}

#[tokio::test]
async fn an_answer_that_is_not_as_expected_fails_and_is_shown_whole() {
    let outcome = run(GET, None, |_, _| Ok((200, "{}".into()))).await;
    assert_eq!(outcome.case.verdict, Verdict::Fail);
    let step = &outcome.case.steps[0];
    assert_eq!(step.findings[0].expected, "404");
    assert_eq!(step.findings[0].actual, "200");
    let exchange = step.exchange.as_ref().unwrap();
    assert!(
        exchange
            .curl
            .starts_with("curl -i -X GET http://t.test/v2/user/")
    );
}

#[tokio::test]
async fn no_answer_fails_where_the_target_was_reached_and_only_there() {
    let outcome = run(GET, None, |_, _| Err(TransferErrorKind::Closed)).await;
    assert_eq!(outcome.case.verdict, Verdict::Fail);
    let finding = outcome.case.findings().next().unwrap();
    assert!(finding.is_of_no_answer());
    assert!(finding.actual.ends_with("; twice"), "{}", finding.actual);
    let outcome = run(GET, None, |_, _| Err(TransferErrorKind::Connect)).await;
    assert_eq!(outcome.case.verdict, Verdict::Broken);
    assert_eq!(outcome.reason(), ReasonKind::Broken);
    assert_eq!(outcome.case.findings().count(), 0);
}

fn case_with_given(optional: &str) -> String {
    format!(
        "    proves: get.unknown
    given:
      - name: create
{optional}        request: {{method: POST, path: /user, json: {{alias: \"${{alias}}\"}}}}
        expect: {{status: 2xx}}
    steps:
      - name: get
        request: {{method: GET, path: /user/x}}
        expect: {{status: 404}}
"
    )
}

#[tokio::test]
async fn a_state_that_cannot_be_reached_blocks_the_case_without_blame() {
    let outcome = run(&case_with_given(""), None, |_, _| Ok((400, String::new()))).await;
    assert_eq!(outcome.case.verdict, Verdict::Skip);
    assert_eq!(outcome.reason(), ReasonKind::Blocked);
    assert_eq!(outcome.sent(), ["POST /user"]);
}

#[tokio::test]
async fn what_the_document_leaves_open_may_be_refused_but_not_with_a_5xx() {
    let case = case_with_given("        optional: true\n");
    let refused = run(&case, None, |_, _| Ok((400, String::new()))).await;
    assert_eq!(refused.reason(), ReasonKind::NotApplicable);
    let crashed = run(&case, None, |_, _| Ok((500, String::new()))).await;
    assert_eq!(crashed.reason(), ReasonKind::Blocked);
}

const EVENTUALLY: &str = "    proves: delete.gone
    steps:
      - name: get
        request: {method: GET, path: /user/x}
        eventually: 5s
        expect: {status: 404}
";

#[tokio::test]
async fn a_step_that_may_take_time_is_repeated_until_it_comes_out() {
    let answer = |_: &Request, before| Ok((if before < 3 { 200 } else { 404 }, String::new()));
    let outcome = run(EVENTUALLY, None, answer).await;
    assert_eq!(outcome.case.verdict, Verdict::Pass);
    assert_eq!(outcome.requests.len(), 4);
}

#[tokio::test]
async fn a_step_that_may_take_time_fails_when_the_time_is_up() {
    let outcome = run(EVENTUALLY, None, |_, _| Ok((200, String::new()))).await;
    assert_eq!(outcome.case.verdict, Verdict::Fail);
    assert!(outcome.took >= Duration::from_secs(5));
    assert!(outcome.took < Duration::from_secs(6));
}

const WITH_USER: &str = "    proves: get.alias
    needs: user
    steps:
      - name: get
        request: {method: GET, path: \"/user/${user.id}\"}
        expect: {status: 200, json: {/alias: \"${user.alias}\"}}
";

/// A target that keeps to the contract for one user.
fn honest(request: &Request, alias: &Mutex<String>) -> (u16, String) {
    let acknowledged = json!({"message": "acknowledged"});
    let (status, body) = match (request.method.as_str(), request.path.as_str()) {
        ("POST", "/user") => {
            let body: serde_json::Value =
                serde_json::from_slice(request.body.as_ref().unwrap()).unwrap();
            let given = body["alias"].as_str().unwrap();
            given.clone_into(&mut alias.lock().unwrap());
            (
                200,
                json!({"bearer": "b-1", "sessionID": "s", "verificationCodeID": "c"}),
            )
        }
        ("PUT", "/session/verification") | ("DELETE", "/user") => (202, acknowledged),
        ("GET", "/session") => (200, json!({"userID": "u-1"})),
        ("GET", "/user/u-1") => (200, json!({"alias": *alias.lock().unwrap()})),
        _ => (404, json!(null)),
    };
    (status, body.to_string())
}

#[tokio::test]
async fn a_user_is_made_verified_used_and_removed() {
    let alias = Mutex::default();
    let mailbox = Some(FakeMailbox { empty: false });
    let outcome = run(WITH_USER, mailbox, |request, _| Ok(honest(request, &alias))).await;
    assert_eq!(outcome.case.verdict, Verdict::Pass);
    assert_eq!(
        outcome.sent(),
        [
            "POST /user",
            "PUT /session/verification",
            "GET /session",
            "GET /user/u-1",
            "DELETE /user"
        ]
    );
    assert_eq!(
        outcome.accounts,
        Accounts {
            made: 1,
            removed: 1
        }
    );
}

#[tokio::test]
async fn a_user_is_removed_after_a_failure_too() {
    let alias = Mutex::default();
    let mailbox = Some(FakeMailbox { empty: false });
    let outcome = run(WITH_USER, mailbox, |request, _| {
        match request.path.as_str() {
            "/user/u-1" => Ok((200, r#"{"alias":"another"}"#.into())),
            _ => Ok(honest(request, &alias)),
        }
    })
    .await;
    assert_eq!(outcome.case.verdict, Verdict::Fail);
    assert_eq!(outcome.sent().last().unwrap(), "DELETE /user");
    assert_eq!(outcome.open, 0);
    assert_eq!(
        outcome.accounts,
        Accounts {
            made: 1,
            removed: 1
        }
    );
}

#[tokio::test]
async fn an_account_that_could_not_be_removed_is_counted() {
    let alias = Mutex::default();
    let mailbox = Some(FakeMailbox { empty: false });
    let outcome = run(WITH_USER, mailbox, |request, _| {
        match request.method.as_str() {
            "DELETE" => Ok((500, String::new())),
            _ => Ok(honest(request, &alias)),
        }
    })
    .await;
    assert_eq!(
        outcome.accounts,
        Accounts {
            made: 1,
            removed: 0
        }
    );
}

#[tokio::test]
async fn without_a_mailbox_a_case_that_needs_one_sends_nothing() {
    let outcome = run(WITH_USER, None, |_, _| Ok((200, String::new()))).await;
    assert_eq!(outcome.case.verdict, Verdict::Skip);
    assert_eq!(outcome.reason(), ReasonKind::NoMailbox);
    assert!(outcome.requests.is_empty());
}

const MAIL: &str = "    proves: create.code
    needs: mailbox
    steps:
      - name: code
        mail: {to: \"${email}\", capture: code}
";

#[tokio::test]
async fn a_mail_that_never_comes_fails_the_case_that_is_about_it() {
    let mailbox = Some(FakeMailbox { empty: true });
    let outcome = run(MAIL, mailbox, |_, _| Ok((200, String::new()))).await;
    assert_eq!(outcome.case.verdict, Verdict::Fail);
    let finding = outcome.case.findings().next().unwrap().clone();
    assert_eq!(finding.requirements[0].as_str(), "create.code");
}

#[tokio::test]
async fn secrets_do_not_reach_the_result() {
    let alias = Mutex::default();
    let mailbox = Some(FakeMailbox { empty: false });
    let outcome = run(WITH_USER, mailbox, |request, _| {
        match request.path.as_str() {
            "/user/u-1" => Ok((200, r#"{"alias":"b-1 and 123456 leak"}"#.into())),
            _ => Ok(honest(request, &alias)),
        }
    })
    .await;
    let text = serde_json::to_string(&outcome.case).unwrap();
    assert!(
        outcome
            .case
            .steps
            .iter()
            .all(|step| step.exchange.is_some())
    );
    assert!(!text.contains("123456"), "the code is shown");
}

#[tokio::test]
async fn a_case_that_passes_when_tried_again_is_flaky_and_not_a_pass() {
    let pace = Pace {
        evidence: EvidencePolicy::Failing,
        jobs: 1,
        at_once: 1,
        burst: 1,
        may_widen: false,
        repeat: 1,
        retries: 2,
        narrow: false,
        first: 0,
    };
    let answer = |_: &Request, before| Ok((if before == 0 { 200 } else { 404 }, String::new()));
    let outcome = run_paced(pace, GET, None, answer).await;
    assert_eq!(outcome.case.verdict, Verdict::Warn);
    assert_eq!(outcome.reason(), ReasonKind::Flaky);
    assert_eq!(outcome.case.attempts, [Verdict::Fail, Verdict::Pass]);
    let ids: Vec<&str> = outcome
        .requests
        .iter()
        .map(|one| one.path.as_str())
        .collect();
    assert_ne!(ids[0], ids[1], "each attempt has values of its own");
}

#[tokio::test]
async fn a_case_that_fails_every_time_fails() {
    let pace = Pace {
        evidence: EvidencePolicy::Failing,
        jobs: 1,
        at_once: 1,
        burst: 1,
        may_widen: false,
        repeat: 1,
        retries: 2,
        narrow: false,
        first: 0,
    };
    let outcome = run_paced(pace, GET, None, |_, _| Ok((200, String::new()))).await;
    assert_eq!(outcome.case.verdict, Verdict::Fail);
    assert_eq!(outcome.case.attempts, [Verdict::Fail; 3]);
}

/// Lets others go on before each answer.
struct Slow<T>(T);

#[async_trait]
impl<T: Transport> Transport for Slow<T> {
    async fn send(&self, request: Request) -> Exchange {
        tokio::task::yield_now().await;
        self.0.send(request).await
    }
}

/// A case of four steps, and one of one.
const LONG_AND_SHORT: &str = r#"
  - id: long
    title: Long
    proves: get.unknown
    steps:
      - {name: one, request: {method: GET, path: "/user/${uuid}"}, expect: {status: 404}}
      - {name: two, request: {method: GET, path: "/user/${uuid}"}, expect: {status: 404}}
      - {name: three, request: {method: GET, path: "/user/${uuid}"}, expect: {status: 404}}
      - {name: four, request: {method: GET, path: "/user/${uuid}"}, expect: {status: 404}}
  - id: short
    title: Short
    proves: get.unknown
    steps:
      - {name: one, request: {method: GET, path: "/user/${uuid}"}, expect: {status: 404}}
"#;

#[tokio::test]
async fn what_is_to_be_first_ends_before_the_others_begin() {
    for (first, order) in [(0, ["short", "long"]), (1, ["long", "short"])] {
        let pace = Pace {
            evidence: EvidencePolicy::Failing,
            jobs: 2,
            at_once: 8,
            burst: 8,
            may_widen: false,
            repeat: 1,
            retries: 0,
            narrow: false,
            first,
        };
        let target = Target {
            answer: |_: &Request, _| Ok((404, String::new())),
            requests: Mutex::default(),
        };
        let run = run_on(&Slow(target), pace, LONG_AND_SHORT, None).await;
        let ended: Vec<String> = run.cases.iter().map(|case| case.id.to_string()).collect();
        assert_eq!(ended, order);
    }
}

#[tokio::test]
async fn a_repeated_case_tells_that_its_verdict_varied() {
    let pace = Pace {
        evidence: EvidencePolicy::Failing,
        jobs: 1,
        at_once: 1,
        burst: 1,
        may_widen: false,
        repeat: 5,
        retries: 0,
        narrow: false,
        first: 0,
    };
    let answer = |_: &Request, before| Ok((if before == 3 { 200 } else { 404 }, String::new()));
    let outcome = run_paced(pace, GET, None, answer).await;
    assert_eq!(outcome.case.attempts.len(), 5);
    assert_eq!(outcome.case.verdict, Verdict::Fail, "once is enough");
    assert_eq!(
        outcome.case.reason.unwrap().text,
        "its verdict varied: 4 pass, 1 fail"
    );
}
