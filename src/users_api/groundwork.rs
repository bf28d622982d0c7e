//! Faults of the target where a case only lays its ground: in fixtures and under `given`. Such a step is not
//! what the case is about, so it blames what the request itself proves, and only where nothing else can be
//! the reason.

use std::time::Duration;

use super::account::Session;
use super::accounts::AccountWatch;
use super::api_call::ApiCall;
use super::facts::{bearer_of, body, text};
use crate::model::{Exchange, Finding, Level, Mismatch, Place, RequirementId, date_of};

/// For how long an acknowledged deletion may not show yet.
const GONE_WITHIN: Duration = Duration::from_secs(5);

/// How a step of the groundwork was asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Groundwork<'a> {
    /// For how long the answer was asked for again and again.
    pub(crate) eventually: Option<Duration>,
    /// The time of the run in unix seconds.
    pub(crate) unix_now: i64,
    /// Where the step is written; none of a fixture.
    pub(crate) place: Option<&'a Place>,
}

/// The fault of the target that an exchange shows which did not go as the case needs it; none if the reason
/// may be another.
pub(crate) fn fault(
    exchange: &Exchange,
    watch: &AccountWatch,
    asked: Groundwork<'_>,
) -> Option<Finding> {
    let request = &exchange.request;
    let blame = |requirement: &str, subject: &str, expected: &str, actual: String| {
        let place = asked.place.cloned().unwrap_or_else(built_in);
        let requirements = [RequirementId::new(requirement)];
        Mismatch::new(subject, expected, actual).finding(&requirements, Level::Must, &place)
    };
    let response = match &exchange.result {
        Ok(response) => response,
        Err(error) => {
            let requirement = ApiCall::of(request)?.proves();
            let requirement = requirement.filter(|_| error.kind.is_of_target())?;
            let actual = error.detail.clone();
            let (subject, expected) = (Finding::ANSWER, Finding::WHOLE_ANSWER);
            return Some(blame(requirement, subject, expected, actual));
        }
    };
    let status = response.status;
    let refuted =
        |requirement, expected| blame(requirement, "status", expected, status.to_string());
    let now = date_of(&(response, exchange.elapsed)).unwrap_or(asked.unix_now);
    let lives = |session: &Session| session.expire_at.is_none_or(|end| end > now + 1);
    match ApiCall::of(request)? {
        ApiCall::CreateUser if asked.place.is_none() && refuses_soundness(status) => {
            let expected = "2xx for a sound create request";
            Some(refuted("create.account", expected))
        }
        ApiCall::VerifySession if (400..600).contains(&status) => {
            let code_id = text(&body(request)?, "verificationCodeID")?;
            let session = watch.session(|one| one.code_id == code_id)?;
            let expected = "2xx for the code that was mailed for this session";
            // An empty id names no session.
            let fresh = !session.verified && !code_id.is_empty() && lives(&session);
            fresh.then(|| refuted("create.verifiable", expected))
        }
        ApiCall::ReadSession if matches!(status, 401 | 403) => {
            let bearer = bearer_of(request)?;
            let session = watch.session(|one| one.bearer == bearer)?;
            let expected = "2xx for the bearer of a session whose verification was acknowledged";
            let usable = session.verified && !bearer.is_empty() && lives(&session);
            usable.then(|| refuted("create.verifiable", expected))
        }
        ApiCall::ReadUser(id) if (200..300).contains(&status) => {
            let waited = asked.eventually.is_some_and(|limit| limit >= GONE_WITHIN);
            let expected = "404 for a user whose deletion was acknowledged 5 s ago";
            (waited && watch.still_shows(id, response)).then(|| refuted("delete.gone", expected))
        }
        _ => None,
    }
}

/// Whether a status says that a create request is not sound, which that of a fixture is. Closed registration and
/// the like have other statuses.
const fn refuses_soundness(status: u16) -> bool {
    matches!(status, 400 | 401 | 404 | 422)
}

/// The place of what no suite says, because the tool does it for every case.
fn built_in() -> Place {
    Place {
        file: "builtin:fixtures".to_owned(),
        line: 1,
        column: 1,
    }
}
