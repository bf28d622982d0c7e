//! `assize calibrate --serve`: the server whose times are known, for other tools to be measured by.

use std::str::FromStr;

use super::console;
use super::runtime::stop_on_signals;
use super::span::Span;
use crate::edge::{Behaviour, KnownServer};
use crate::model::Outcome;
use crate::record::Distribution;
use crate::session::on_this_thread;
use crate::session::{Failure, standing_still};

/// What the server does.
#[derive(Clone, Copy, Debug)]
pub(super) struct KnownTarget(Behaviour);

impl FromStr for KnownTarget {
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

pub(super) fn serve(KnownTarget(behaviour): KnownTarget) -> Result<Outcome, Failure> {
    let failed = |error| Failure::Machine(format!("the server of known times failed: {error}"));
    let server = KnownServer::start(behaviour).map_err(failed)?;
    console::print(&format!("listening at {}\n", server.base_url()));
    let stop = stop_on_signals()?;
    on_this_thread(stop.wait())?;
    let given = Distribution::from(&server.finish().map_err(failed)?);
    let text = serde_json::to_string(&given)
        .map_err(|error| Failure::Machine(format!("cannot print what was given: {error}")))?;
    console::print(&format!("{text}\n"));
    Ok(Outcome::Conforms)
}
