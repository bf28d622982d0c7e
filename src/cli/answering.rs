//! Waits for the first answer of a build that was started.

use std::time::Duration;

use crate::edge::{HttpClient, HttpLimits, StartedBuild};
use crate::engine::{Stop, Transport};
use crate::model::{Exchange, Request};
use crate::session::Failure;
use crate::session::on_this_thread;
use crate::users_api::FixtureCall;

/// How long one look whether a build answers may take.
const LOOK: Duration = Duration::from_secs(2);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// The id of a user that nobody has.
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// The largest body of the first answer, in bytes.
const BODY: usize = 1024 * 1024;

/// Short ones, to ask whether anything answers.
pub(super) const LIMITS: HttpLimits = HttpLimits {
    connect: LOOK,
    exchange: LOOK,
    body: BODY,
    pause: Duration::ZERO,
};

/// Waits for the first whole answer, whatever it says. If none comes, gives why; no reason where the user wants to
/// stop.
pub(super) fn wait_until_it_answers(
    build: &mut StartedBuild,
    url: &str,
    within: Duration,
    stop: &Stop,
) -> Result<Result<(), Option<String>>, Failure> {
    let client = HttpClient::new(url, LIMITS)?;
    on_this_thread(async {
        let looking = async {
            loop {
                if let Some(status) = build.ended().map_err(|error| unwatched(&error))? {
                    return Ok(Err(Some(format!("it ended before it answered: {status}"))));
                }
                if answers(&client.send(first_request()).await) {
                    return Ok(Ok(()));
                }
                tokio::time::sleep(PAUSE).await;
            }
        };
        let late = || {
            let limit = within.as_secs_f64();
            format!("it did not answer at {url} within {limit} s")
        };
        tokio::select! {
            found = looking => found,
            () = tokio::time::sleep(within) => Ok(Err(Some(late()))),
            () = stop.wait() => Ok(Err(None)),
        }
    })?
}

/// Whether something answers at a base URL now.
pub(super) fn answers_now(client: &HttpClient) -> Result<bool, Failure> {
    on_this_thread(async { answers(&client.send(first_request()).await) })
}

/// A user that nobody has: any answer to it is one.
fn first_request() -> Request {
    FixtureCall::reach(NOBODY).request
}

/// Whether an answer is one of the build: whatever stands in front of it says 502 to 504 while it starts.
fn answers(exchange: &Exchange) -> bool {
    let answer = exchange.result.as_ref();
    answer.is_ok_and(|answer| !matches!(answer.status, 502..=504))
}

/// Whether a build still runs cannot be told.
pub(super) fn unwatched(error: &std::io::Error) -> Failure {
    Failure::Machine(format!("cannot tell whether a build runs: {error}"))
}
