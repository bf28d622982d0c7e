//! Until when the credentials of a run can be used, as the target says. What a lapsed one meets is not held
//! against the target.

use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::api_call::ApiCall;
use super::facts::{bearer_of, header, json, text};
use crate::model::{Exchange, Request, Response, date_of};

/// `expireAt` and `Date` are whole seconds and an answer takes its time, so that a credential may lapse this
/// much before its end.
const DOUBT: Duration = Duration::from_millis(1_500);

/// A credential with less than this left is renewed, or with less than half of its life, if that is shorter.
const ENOUGH: Duration = Duration::from_mins(1);

/// From when a credential can be used, by the run's own clock, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Life {
    from: Duration,
    span: Duration,
}

/// Until when credentials can be used. A clone is the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lifetimes(Arc<Mutex<HashMap<String, Life>>>);

impl Life {
    /// What an answer tells of a life that begins now. None if it tells nothing that can be true: what has
    /// lapsed before it was told of is a wrong `expireAt`, not a short life. `unix_now` is this machine's clock,
    /// for targets that do not tell theirs.
    pub(crate) fn told(response: &Response, from: Duration, unix_now: i64) -> Option<Self> {
        let end = json(&response.body)?.get("expireAt").and_then(whole)?;
        let now = date_of(&(response, Duration::ZERO)).unwrap_or(unix_now);
        let seconds = u64::try_from(end.checked_sub(now)?).ok();
        let seconds = seconds.filter(|seconds| *seconds > 0)?;
        let span = Duration::from_secs(seconds);
        Some(Self { from, span })
    }

    /// Whether it may be over.
    pub(crate) fn is_over(self, now: Duration) -> bool {
        now + DOUBT >= self.from.saturating_add(self.span)
    }

    /// Whether it is time to renew it.
    pub(crate) fn is_short(self, now: Duration) -> bool {
        self.left(now) < ENOUGH.min(self.span / 2)
    }

    fn left(self, now: Duration) -> Duration {
        self.from.saturating_add(self.span).saturating_sub(now)
    }
}

impl Lifetimes {
    fn lives(&self) -> MutexGuard<'_, HashMap<String, Life>> {
        // A life is whole whatever a panicking holder was doing.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Learns what an exchange tells of a credential's life.
    pub(crate) fn learn(&self, exchange: &Exchange, now: Duration, unix_now: i64) {
        let Ok(response) = &exchange.result else {
            return;
        };
        let request = &exchange.request;
        let credential = match ApiCall::of(request) {
            Some(call) if call.opens_session() => member(response, "bearer"),
            Some(ApiCall::MakeKeyPair) => member(response, "apiKey"),
            Some(ApiCall::ReadSession) => bearer_of(request),
            _ => None,
        };
        let life = Life::told(response, now, unix_now);
        if let (Some(credential), Some(life)) = (credential, life)
            && response.is_success()
        {
            self.lives().insert(credential, life);
        }
    }

    /// The life of a bearer or key, as far as it is known.
    pub(crate) fn of(&self, credential: &str) -> Option<Life> {
        self.lives().get(credential).copied()
    }

    /// Whether a request was refused for a credential in it that may have lapsed.
    pub(crate) fn explain(&self, request: &Request, status: u16, now: Duration) -> bool {
        let credentials = [
            bearer_of(request),
            header(request, "api-key").map(str::to_owned),
        ];
        matches!(status, 401 | 403)
            && credentials
                .iter()
                .flatten()
                .any(|credential| self.of(credential).is_some_and(|life| life.is_over(now)))
    }
}

fn member(response: &Response, name: &str) -> Option<String> {
    text(&json(&response.body)?, name)
}

/// A whole number, however it is written.
fn whole(value: &Value) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and such an end is far away"
    )]
    let rounded = |number: f64| number as i64;
    value.as_i64().or_else(|| value.as_f64().map(rounded))
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIX_NOW: i64 = 1_800_000_000;

    fn answer(expire_at: &str, date: Option<&str>) -> Response {
        let date = date.map(|date| ("Date".to_owned(), date.as_bytes().to_vec()));
        Response {
            status: 200,
            headers: date.into_iter().collect(),
            body: format!("{{\"bearer\":\"b\",\"expireAt\":{expire_at}}}").into_bytes(),
        }
    }

    fn seconds(response: &Response) -> Option<u64> {
        let life = Life::told(response, Duration::ZERO, UNIX_NOW);
        life.map(|life| life.span.as_secs())
    }

    #[test]
    fn a_life_is_counted_by_the_targets_own_clock() {
        assert_eq!(seconds(&answer("1800000040", None)), Some(40));
        assert_eq!(seconds(&answer("1.80000004e9", None)), Some(40));
        let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(seconds(&answer("784111787", date)), Some(10));
        for wrong in ["1700000000", "\"soon\"", "null"] {
            assert_eq!(seconds(&answer(wrong, None)), None, "{wrong}");
        }
    }

    #[test]
    fn only_a_refusal_of_what_has_lapsed_is_explained() {
        let request = |method: &str, path: &str, bearer: Option<&str>| Request {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: bearer
                .map(|bearer| ("authorization".to_owned(), format!("Bearer {bearer}")))
                .into_iter()
                .collect(),
            body: None,
            manner: crate::model::Manner::default(),
        };
        let lives = Lifetimes::default();
        let opened = Exchange {
            number: 0,
            request: request("POST", "/session", None),
            result: Ok(answer("1800000010", None)),
            elapsed: Duration::ZERO,
        };
        lives.learn(&opened, Duration::ZERO, UNIX_NOW);
        let get = |bearer| request("GET", "/user/1", Some(bearer));
        let at = Duration::from_secs;
        assert!(!lives.explain(&get("b"), 401, at(8)));
        assert!(lives.explain(&get("b"), 401, at(9)));
        assert!(!lives.explain(&get("b"), 404, at(9)));
        assert!(!lives.explain(&get("c"), 401, at(9)));
        let life = lives.of("b").unwrap();
        assert!(!life.is_short(at(4)) && life.is_short(at(6)));
    }
}
