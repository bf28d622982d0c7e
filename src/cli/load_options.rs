//! What a user can set about load: flags, and keys of `assize.toml`.

use clap::Args;
use serde::{Deserialize, Deserializer, Serialize};
use std::path::PathBuf;

use super::options::is_false;
use super::span::Span;

/// How to make load.
#[derive(Args, Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[command(next_help_heading = "Load")]
pub(super) struct LoadOptions {
    /// The scenario, or several that take turns by their weights, as in lookup=8,lifecycle=1; may be
    /// given several times [default: lookup=3,lifecycle=1,errors=1, or all of --suites without these]
    #[arg(
        long,
        env = "ASSIZE_SCENARIO",
        value_name = "ID[=WEIGHT]",
        value_delimiter = ','
    )]
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "one_or_many"
    )]
    pub(super) scenario: Vec<String>,
    /// Iterations a second, due at even distances whatever the target does; or max, when each
    /// connection sends its next request as soon as the last is answered [default: 500]
    #[arg(long, env = "ASSIZE_RATE", value_name = "NUMBER|max")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rate: Option<String>,
    /// A rate that changes, in place of --rate and --duration, such as 'ramp 100/s..2000/s over 30s,
    /// hold 1m'; also 'RATE for TIME', 'step RATE..RATE by RATE every TIME', 'spike RATE for TIME',
    /// 'bursts of NUMBER every TIME for TIME'
    #[arg(
        long,
        env = "ASSIZE_PROFILE",
        value_name = "PROFILE",
        conflicts_with_all = ["rate", "duration"]
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) profile: Option<String>,
    /// Distances between arrivals: as even as the rate allows, or random as those of many independent
    /// users [default: constant]
    #[arg(long, env = "ASSIZE_ARRIVALS", value_name = "SPACING")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) arrivals: Option<ArrivalOptions>,
    /// With --rate max: how long a connection waits between two iterations [default: 0s]
    #[arg(long, env = "ASSIZE_THINK", value_name = "TIME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) think: Option<Span>,
    /// How many due iterations may wait while all connections are busy; further ones are turned away
    /// and counted [default: 100000]
    #[arg(long, env = "ASSIZE_QUEUE", value_name = "NUMBER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) queue: Option<usize>,
    /// A threshold that the load must keep, such as 'p99 < 50ms', 'errors < 0.1%', 'rate >= 99%' or
    /// 'OPERATION p99.9 < 200ms'; may be given more than once [default in the open model, where none
    /// is on rate: rate >= 99%; at a steady rate without any: stalls < 0.01%]
    #[arg(
        long,
        env = "ASSIZE_SLO",
        value_name = "THRESHOLD",
        value_delimiter = ';'
    )]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) slo: Vec<String>,
    /// Stop the load as soon as a threshold is lost
    #[arg(long, env = "ASSIZE_ABORT_ON_SLO")]
    #[serde(skip_serializing_if = "is_false")]
    pub(super) abort_on_slo: bool,
    /// Search the highest rate that keeps the thresholds, from --rate on, and confirm it for --duration
    /// [default thresholds: p99 < 100ms, errors < 0.1%, rate >= 99%]
    #[arg(long, env = "ASSIZE_FIND_MAX", conflicts_with = "profile")]
    #[serde(skip_serializing_if = "is_false")]
    pub(super) find_max: bool,
    /// Connections at the most [default: 64]
    #[arg(long, env = "ASSIZE_CONNECTIONS", value_name = "NUMBER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) connections: Option<usize>,
    /// Requests at a time on each connection of HTTP/2 [default: 1, as over HTTP/1.1]
    #[arg(long, env = "ASSIZE_STREAMS", value_name = "NUMBER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) streams: Option<usize>,
    /// How much of the answers to judge: all; a share such as 10%, chosen evenly by the seed, in full
    /// and the others by their status; or only the status. The report says how many were judged in full
    /// [default: all]
    #[arg(long, env = "ASSIZE_JUDGE", value_name = "all|N%|status")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) judge: Option<String>,
    /// How long to measure [default: 10s]
    #[arg(long, env = "ASSIZE_DURATION", value_name = "TIME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) duration: Option<Span>,
    /// How long to warm up before; nothing of it is counted [default: 1s]
    #[arg(long, env = "ASSIZE_WARM_UP", value_name = "TIME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) warm_up: Option<Span>,
    /// Users to prepare for a scenario that needs known users [default: 10]
    #[arg(long, env = "ASSIZE_USERS", value_name = "NUMBER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) users: Option<usize>,
    /// Threads that send [default: half the processors, at least 1]
    #[arg(long, env = "ASSIZE_WORKERS", value_name = "NUMBER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) workers: Option<usize>,
    /// The target's process on this machine, to watch its CPU time, memory, threads and descriptors
    #[arg(long, env = "ASSIZE_PID", value_name = "NUMBER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pid: Option<u32>,
    /// The process group of a build that a comparison has started, to watch in place of a process.
    #[arg(skip)]
    #[serde(skip)]
    pub(super) process_group: Option<u32>,
    /// The target's control group (version 2) on this machine, to watch in place of a process
    #[arg(
        long,
        env = "ASSIZE_CGROUP",
        value_name = "DIR",
        conflicts_with = "pid"
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cgroup: Option<PathBuf>,
    /// Judge thresholds as given, and accept the rate that a search found, although assize itself may
    /// have been the bottleneck
    #[arg(long, env = "ASSIZE_ACCEPT_INVALID")]
    #[serde(skip_serializing_if = "is_false")]
    pub(super) accept_invalid: bool,
    /// A host that load may be sent to, besides this machine itself
    #[arg(
        long,
        env = "ASSIZE_ALLOW_LOAD",
        value_name = "HOST",
        value_delimiter = ','
    )]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) allow_load: Vec<String>,
}

impl LoadOptions {
    /// Whether nothing is said of when to send, but for how long.
    pub(super) const fn says_nothing_of_arrivals(&self) -> bool {
        let shaped = self.rate.is_some() || self.profile.is_some() || self.arrivals.is_some();
        !shaped && !self.find_max && self.think.is_none()
    }
}

/// Distances between arrivals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ArrivalOptions {
    /// As even as the rate allows
    Constant,
    /// Random, from the seed: a Poisson process
    Poisson,
}

/// A key that takes one text or a list of them. In each of them several may stand, with commas between.
fn one_or_many<'de, D: Deserializer<'de>>(written: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a text or a list of texts")]
    enum WrittenLoad {
        One(String),
        Many(Vec<String>),
    }
    let texts = match WrittenLoad::deserialize(written)? {
        WrittenLoad::One(text) => vec![text],
        WrittenLoad::Many(texts) => texts,
    };
    let parts = texts.iter().flat_map(|text| text.split(','));
    Ok(parts.map(str::to_owned).collect())
}
