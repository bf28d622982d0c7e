//! Faults of the target where a case only lays its ground: in fixtures and under `given`. Such a step is not
//! what the case is about, so it blames what the request itself proves, and only where nothing else can be
//! the reason.

use super::account::Session;
use super::accounts::AccountWatch;
use super::actor::Actor;
use super::facts::{bearer_of, body, path_only, text};
use crate::model::{Exchange, Finding, Level, Place, Request, RequirementId, date_of};
use std::time::Duration;

/// For how long an acknowledged deletion may not show yet.
const GONE_WITHIN: Duration = Duration::from_secs(5);

/// How a step of the groundwork was asked.
#[derive(Clone, Copy, Debug)]
struct Asked<'a> {
    /// For how long the answer was asked for again and again.
    eventually: Option<Duration>,
    /// The time of the run in unix seconds.
    unix_now: i64,
    /// Where the step is written; none of a fixture.
    place: Option<&'a Place>,
}

impl Actor<'_> {
    /// The fault of the target that an exchange shows on which a case rests, if any.
    pub(super) async fn fault_in(
        &mut self,
        exchange: &Exchange,
        eventually: Option<Duration>,
        place: Option<&Place>,
    ) -> Option<Finding> {
        let asked = Asked {
            eventually,
            unix_now: self.harness.clock.unix_seconds(),
            place,
        };
        let finding = fault(exchange, &self.watch, asked)?;
        Some(match exchange.result {
            Ok(_) => finding,
            Err(_) => self.confirm(finding, exchange).await,
        })
    }

    /// Sends a request that got no whole answer once more, on a connection of its own as always, so that a
    /// habit is told from an accident. What comes is told in the finding and decides nothing; an account that
    /// it makes is kept account of as any other.
    pub(super) async fn confirm(&mut self, finding: Finding, exchange: &Exchange) -> Finding {
        // That an account of ours is taken by the first attempt says nothing of the case.
        let taken = std::mem::take(&mut self.taken);
        let again = self.send(exchange.request.clone()).await;
        self.taken = taken;
        let again = match &again.result {
            Ok(response) => format!(
                "the same request was answered {} when it was sent again",
                response.status
            ),
            Err(error) if error.detail == finding.actual => "twice".to_owned(),
            Err(error) => format!("sent again: {error}"),
        };
        Finding {
            actual: format!("{}; {again}", finding.actual),
            ..finding
        }
    }
}

/// The fault of the target that an exchange shows which did not go as the case needs it; none if the reason
/// may be another.
fn fault(exchange: &Exchange, watch: &AccountWatch, asked: Asked<'_>) -> Option<Finding> {
    let request = &exchange.request;
    let blame = |requirement: &str, subject: &str, expected: &str, actual: String| {
        let place = asked.place.cloned().unwrap_or_else(built_in);
        finding(requirement, (subject, expected, actual), place)
    };
    let response = match &exchange.result {
        Ok(response) => response,
        Err(error) => {
            let requirement = proven_by(request).filter(|_| error.kind.is_of_target())?;
            let actual = error.detail.clone();
            let (subject, expected) = (Finding::ANSWER, Finding::WHOLE_ANSWER);
            return Some(blame(requirement, subject, expected, actual));
        }
    };
    let status = response.status;
    let now = date_of(&(response, exchange.elapsed)).unwrap_or(asked.unix_now);
    let lives = |session: &Session| session.expire_at.is_none_or(|end| end > now + 1);
    match (request.method.as_str(), path_only(&request.path)) {
        ("POST", "/user") if asked.place.is_none() && refuses_soundness(status) => {
            let expected = "2xx for a sound create request";
            Some(blame(
                "create.account",
                "status",
                expected,
                status.to_string(),
            ))
        }
        ("PUT", "/session/verification") if (400..600).contains(&status) => {
            let code_id = text(&body(request)?, "verificationCodeID")?;
            let session = watch.session(|one| one.code_id == code_id)?;
            let expected = "2xx for the code that was mailed for this session";
            // An empty id names no session.
            let fresh = !session.verified && !code_id.is_empty() && lives(&session);
            fresh.then(|| blame("create.verifiable", "status", expected, status.to_string()))
        }
        ("GET", "/session") if matches!(status, 401 | 403) => {
            let bearer = bearer_of(request)?;
            let session = watch.session(|one| one.bearer == bearer)?;
            let expected = "2xx for the bearer of a session whose verification was acknowledged";
            let usable = session.verified && !bearer.is_empty() && lives(&session);
            usable.then(|| blame("create.verifiable", "status", expected, status.to_string()))
        }
        ("GET", path) if (200..300).contains(&status) => {
            let id = path.strip_prefix("/user/")?;
            let waited = asked.eventually.is_some_and(|limit| limit >= GONE_WITHIN);
            let expected = "404 for a user whose deletion was acknowledged 5 s ago";
            (waited && watch.still_shows(id, response))
                .then(|| blame("delete.gone", "status", expected, status.to_string()))
        }
        _ => None,
    }
}

/// Whether a status says that a create request is not sound, which that of a fixture is. Closed registration and
/// the like have other statuses.
const fn refuses_soundness(status: u16) -> bool {
    matches!(status, 400 | 401 | 404 | 422)
}

fn finding(
    requirement: &str,
    (subject, expected, actual): (&str, &str, String),
    place: Place,
) -> Finding {
    Finding {
        requirements: vec![RequirementId::new(requirement)],
        level: Level::Must,
        subject: subject.to_owned(),
        expected: expected.to_owned(),
        actual,
        instance_path: None,
        schema_path: None,
        place,
    }
}

/// The requirement that the status of an answer to this request proves, whatever the case is about.
fn proven_by(request: &Request) -> Option<&'static str> {
    match (request.method.as_str(), path_only(&request.path)) {
        ("POST", "/user") => Some("create.status"),
        ("DELETE", "/user") => Some("delete.status"),
        ("PUT", "/session/verification") | ("GET", "/session") => Some("create.verifiable"),
        ("GET", path) if path.starts_with("/user/") => Some("get.alias"),
        _ => None,
    }
}

/// The place of what no suite says, because the tool does it for every case.
fn built_in() -> Place {
    Place {
        file: "builtin:fixtures".to_owned(),
        line: 1,
        column: 1,
    }
}
