//! `assize calibrate --serve`: the server whose times are known, for other tools to be measured by.

use serde::Serialize;
use std::str::FromStr;
use std::time::Duration;

use super::console;
use super::failure::Failure;
use super::runtime::{on_this_thread, stop_on_signals};
use super::span::Span;
use crate::edge::{Behaviour, KnownServer};
use crate::load::{Times, rounded_micros};
use crate::model::Outcome;

/// The delay of a server that stands still, from one standstill to the next, and how long each lasts.
pub(super) const STALLS: [Duration; 3] = [
    Duration::from_millis(1),
    Duration::from_secs(2),
    Duration::from_millis(200),
];

/// What the server does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known(Behaviour);

/// A server that stands still from time to time.
pub(super) const fn standing_still() -> Behaviour {
    let [delay, every, length] = STALLS;
    Behaviour::Stalls {
        delay,
        every,
        length,
    }
}

impl FromStr for Known {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "stalls" => Ok(Self(standing_still())),
            time => time
                .parse()
                .map(|Span(delay)| Self(Behaviour::Delay(delay))),
        }
    }
}

/// What the server gave, in microseconds.
#[derive(Serialize)]
struct Given {
    count: u64,
    p50_us: u64,
    p95_us: u64,
    p99_us: u64,
    max_us: u64,
}

impl Given {
    fn of(times: &Times) -> Self {
        let at = |share| rounded_micros(times.quantile(share));
        Self {
            count: times.count(),
            p50_us: at(0.5),
            p95_us: at(0.95),
            p99_us: at(0.99),
            max_us: at(1.0),
        }
    }
}

pub(super) fn serve(Known(behaviour): Known) -> Result<Outcome, Failure> {
    let failed = |error| Failure::Machine(format!("the server of known times failed: {error}"));
    let server = KnownServer::start(behaviour).map_err(failed)?;
    console::print(&format!("listening at {}\n", server.base_url()));
    let stop = stop_on_signals()?;
    on_this_thread(stop.wait())?;
    let given = Given::of(&server.finish().map_err(failed)?);
    let text = serde_json::to_string(&given)
        .map_err(|error| Failure::Machine(format!("cannot print what was given: {error}")))?;
    console::print(&format!("{text}\n"));
    Ok(Outcome::Conforms)
}
