//! How many requests are under way at once.

use assize::engine::{Pace, Transport};
use assize::model::{Exchange, Request, Response, Verdict};
use assize::record::{EvidencePolicy, ReasonKind};
use async_trait::async_trait;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::{Run, run_on};

/// A target that counts the requests under way: each stays so until others had their turn.
#[derive(Default)]
struct Counting {
    under_way: AtomicUsize,
    most: AtomicUsize,
    all: AtomicUsize,
}

/// How often a request lets others go first.
const TURNS: usize = 50;

#[async_trait]
impl Transport for Counting {
    async fn send(&self, request: Request) -> Exchange {
        let now = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        self.all.fetch_add(1, Ordering::SeqCst);
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
        }
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        Exchange {
            number: 0,
            request,
            result: Ok(Response {
                status: 404,
                headers: Vec::new(),
                body: Vec::new(),
            }),
            elapsed: Duration::from_millis(1),
        }
    }
}

const RACE: &str = "  - id: race
    title: Race
    proves: get.unknown
    steps:
      - name: eight at once
        together:
          - request: {method: GET, path: /user/x}
            times: 8
            expect: {status: 404}
";

const CROWD: &str = "  - id: crowd
    title: Crowd
    proves: get.unknown
    each: [{id: a}, {id: b}, {id: c}, {id: d}, {id: e}, {id: f}, {id: g}]
    steps:
      - name: get
        request: {method: GET, path: /user/x}
        expect: {status: 404}
      - name: get again
        request: {method: GET, path: /user/x}
        expect: {status: 404}
";

async fn run(jobs: usize, cases: &str) -> (Run, Counting) {
    let target = Counting::default();
    let pace = Pace {
        evidence: EvidencePolicy::Failing,
        jobs,
        at_once: jobs,
        burst: jobs,
        may_widen: false,
        repeat: 1,
        retries: 0,
        narrow: false,
        first: 0,
    };
    let run = run_on(&target, pace, cases, None).await;
    (run, target)
}

#[tokio::test]
async fn a_race_among_other_cases_never_has_more_requests_under_way_than_jobs() {
    for jobs in [2, 3, 4, 8] {
        let (run, target) = run(
            jobs,
            &format!("{CROWD}{RACE}{}", RACE.replace("race", "other")),
        )
        .await;
        assert_eq!(target.most.into_inner(), jobs);
        assert_eq!(target.all.into_inner(), 7 * 2 + 2 * 8);
        let passed = |verdict| verdict == Verdict::Pass;
        assert!(run.cases.iter().all(|case| passed(case.verdict)));
    }
}

#[tokio::test]
async fn a_race_by_itself_sends_as_many_at_once_as_it_may() {
    let (_, target) = run(4, RACE).await;
    assert_eq!(target.most.into_inner(), 4);
}

#[tokio::test]
async fn with_one_job_a_race_is_left_out_and_says_why() {
    let (run, target) = run(1, RACE).await;
    assert_eq!(target.all.into_inner(), 0);
    let reason = run.cases[0].reason.as_ref().unwrap();
    assert_eq!(reason.kind, ReasonKind::NotApplicable);
    assert_eq!(
        reason.text,
        "eight at once: requests at the same moment need --jobs 2 or more"
    );
}
