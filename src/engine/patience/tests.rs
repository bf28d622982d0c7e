//! Limiters of several makes, with a clock that only a wait moves.

use super::*;
use crate::engine::stop_signal;

/// A clock that only a wait moves.
#[derive(Default)]
struct Waits(Mutex<Duration>);

#[async_trait]
impl Clock for Waits {
    fn elapsed(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn unix_seconds(&self) -> i64 {
        0
    }

    async fn sleep(&self, duration: Duration) {
        *self.0.lock().unwrap() += duration;
    }
}

/// Lets through what a function of the request, its time and those let through before allows.
struct Limiter<'a, F> {
    clock: &'a Waits,
    allows: F,
    refusal: (u16, Option<&'static str>),
    passed: Mutex<Vec<Duration>>,
}

#[async_trait]
impl<F: Fn(&Request, &[Duration], Duration) -> bool + Send + Sync> Transport for Limiter<'_, F> {
    async fn send(&self, request: Request) -> Exchange {
        let now = self.clock.elapsed();
        let mut passed = self.passed.lock().unwrap();
        let allowed = (self.allows)(&request, &passed, now);
        if allowed {
            passed.push(now);
        }
        let (status, retry_after) = if allowed { (200, None) } else { self.refusal };
        let after = retry_after.map(|value| ("Retry-After".to_owned(), value.as_bytes().to_vec()));
        let response = Response {
            status,
            headers: after.into_iter().collect(),
            body: Vec::new(),
        };
        Exchange {
            number: 0,
            request,
            result: Ok(response),
            elapsed: Duration::ZERO,
        }
    }
}

fn request(method: &str, path: &str) -> Request {
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        headers: Vec::new(),
        body: None,
        manner: Manner::default(),
    }
}

fn twenty_a_second(_: &Request, passed: &[Duration], now: Duration) -> bool {
    let recent = passed.iter().rev();
    recent
        .take_while(|then| then.as_secs() == now.as_secs())
        .count()
        < 20
}

/// What becomes of these requests, one after the other: the exchanges, how long they took, what is told, and
/// why nothing passes.
type Came = (Vec<Exchange>, Duration, Option<String>, Option<String>);

async fn send(
    allows: impl Fn(&Request, &[Duration], Duration) -> bool + Send + Sync,
    refusal: (u16, Option<&'static str>),
    requests: Vec<Request>,
) -> Came {
    let clock = Waits::default();
    let limiter = Limiter {
        clock: &clock,
        allows,
        refusal,
        passed: Mutex::default(),
    };
    let (_stopper, stop) = stop_signal();
    let patience = Patience::new(&limiter, &clock, &stop);
    let mut exchanges = Vec::new();
    for request in requests {
        exchanges.push(patience.send(request).await);
    }
    (
        exchanges,
        clock.elapsed(),
        patience.told(),
        patience.drowned(),
    )
}

#[tokio::test]
async fn a_limit_is_waited_for_and_its_pace_is_learnt() {
    for refusal in [(429, None), (429, Some("1")), (503, Some("1"))] {
        let requests = vec![request("GET", "/tasks/1"); 400];
        let (exchanges, took, told, drowned) = send(twenty_a_second, refusal, requests).await;
        assert!(
            exchanges
                .iter()
                .all(|one| one.result.as_ref().unwrap().status == 200)
        );
        assert!((15..60).contains(&took.as_secs()), "{refusal:?} {took:?}");
        let told = told.unwrap();
        let words = told.split("--request-rate ").nth(1).unwrap();
        let rate: u32 = words.split(' ').next().unwrap().parse().unwrap();
        assert!((5..=20).contains(&rate), "{told}");
        let refused = format!("({})", refusal.0);
        assert!(told.contains(&refused) && drowned.is_none(), "{told}");
    }
}

#[tokio::test]
async fn what_is_refused_for_good_is_given_up_and_does_not_hold_up_the_rest() {
    let deletes_are_refused = |request: &Request, _: &[Duration], _| request.method != "DELETE";
    let mut requests = Vec::new();
    for _ in 0..50 {
        requests.extend([request("GET", "/tasks/1"), request("DELETE", "/tasks")]);
    }
    let (exchanges, took, told, drowned) = send(deletes_are_refused, (429, None), requests).await;
    assert_eq!(
        exchanges.iter().filter(|one| one.result.is_ok()).count(),
        50
    );
    for exchange in exchanges.iter().skip(1).step_by(2) {
        let error = exchange.result.as_ref().unwrap_err();
        assert_eq!(error.kind, TransferErrorKind::Limited);
    }
    assert!(took < Duration::from_secs(90), "{took:?}");
    assert!(told.is_some() && drowned.is_none(), "{drowned:?}");
}

#[tokio::test]
async fn where_nothing_passes_any_more_nothing_is_sent_in_the_end() {
    for retry_after in [None, Some("1"), Some("3600"), Some("99999999999999999999")] {
        let ten = |_: &Request, passed: &[Duration], _| passed.len() < 10;
        let requests = vec![request("GET", "/tasks/1"); 1_000];
        let (exchanges, took, told, drowned) = send(ten, (429, retry_after), requests).await;
        assert_eq!(
            exchanges.iter().filter(|one| one.result.is_ok()).count(),
            10
        );
        assert!(took < Duration::from_secs(90), "{took:?}");
        let drowned = drowned.unwrap();
        assert!(drowned.contains("let no more through") && drowned.contains("--request-rate"));
        assert_eq!(told, None);
    }
}

#[tokio::test]
async fn refusals_that_ask_for_no_pause_and_other_answers_are_left_to_the_cases() {
    for status in [403, 420, 503, 500] {
        let never = |_: &Request, _: &[Duration], _| false;
        let (exchanges, took, told, _) =
            send(never, (status, None), vec![request("GET", "/")]).await;
        assert_eq!(exchanges[0].result.as_ref().unwrap().status, status);
        assert_eq!((took, told), (Duration::ZERO, None));
    }
}
