//! Whether the generator of a load kept up itself, and what to do if it did not.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::load_result::rounded_share;
use super::quantity;
use crate::load::{Effect, Efforts, Facts, Shortage, rounded_micros, shortages};

/// Nanoseconds in a second.
const NANOS: f64 = 1e9;

/// What the process of the generator used during a load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProcessUse {
    /// CPU time in nanoseconds, of everything in the process: an embedded server, too.
    pub cpu: u64,
    /// The most descriptors that were open at once; 0 if unknown.
    pub descriptors: u64,
    /// The most that may be open; none without a limit.
    pub descriptor_limit: Option<u64>,
}

/// Whether the figures of a load tell of the target.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Soundness {
    /// They tell of the target.
    #[default]
    Sound,
    /// They must be read with care: the generator was at a limit of its own.
    Limited,
    /// They tell of the generator: the times are worth nothing, and none is judged.
    Invalid,
}

/// Something that the generator lacked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShortageResult {
    /// What it makes of the figures.
    pub soundness: Soundness,
    /// What was lacking, as a sentence.
    pub text: String,
    /// What to change, as a sentence.
    pub remedy: String,
}

/// What the generator had of its own machine within the measurement.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct GeneratorResult {
    /// Whether the figures of the load tell of the target.
    pub soundness: Soundness,
    /// What was lacking; nothing if the figures are sound.
    pub shortages: Vec<ShortageResult>,
    /// Threads that sent.
    pub threads: usize,
    /// The share of the time in which these threads ran, 0 to 1.
    pub cpu: f64,
    /// The share of the time in which they were ready and had no processor, in stretches of a
    /// millisecond or more, 0 to 1. 0 where the system does not tell.
    pub starved: f64,
    /// The mean length of such a stretch in microseconds.
    pub mean_stretch_us: u64,
    /// Seconds in which a thread had no time left.
    pub saturated_seconds: u64,
    /// How late iterations began for no fault of the target, in microseconds: from the moment that
    /// both the iteration was due and its connection idle. The median.
    pub own_lag_p50_us: u64,
    /// The 99th percentile of that.
    pub own_lag_p99_us: u64,
    /// CPU time of the whole process in seconds, an embedded server included.
    pub process_cpu_s: f64,
    /// The most file descriptors that were open at once; 0 if unknown.
    pub descriptors: u64,
    /// The most that may be open; none without a limit.
    pub descriptor_limit: Option<u64>,
}

impl GeneratorResult {
    /// What the generator had, and what that makes of the figures.
    #[must_use]
    pub fn new(facts: &Facts, efforts: &Efforts, threads: usize, process: ProcessUse) -> Self {
        let shortages: Vec<ShortageResult> = shortages(facts)
            .into_iter()
            .map(|(shortage, effect)| shortage_result(facts, threads, shortage, effect))
            .collect();
        let gravest = shortages.iter().map(|one| one.soundness).max();
        Self {
            soundness: gravest.unwrap_or_default(),
            shortages,
            threads,
            cpu: rounded_share(facts.threads.cpu_share()),
            starved: rounded_share(facts.threads.starved_share()),
            mean_stretch_us: rounded_micros(facts.threads.mean_stretch()),
            saturated_seconds: facts.saturated,
            own_lag_p50_us: rounded_micros(efforts.lag.quantile(0.5)),
            own_lag_p99_us: rounded_micros(facts.own_lag_p99),
            process_cpu_s: quantity::float(process.cpu) / NANOS,
            descriptors: process.descriptors,
            descriptor_limit: process.descriptor_limit,
        }
    }

    /// Why the figures are worth nothing and what to change; none if they are worth something.
    #[must_use]
    pub fn invalid(&self) -> Option<&ShortageResult> {
        self.shortages
            .iter()
            .find(|shortage| shortage.soundness == Soundness::Invalid)
    }
}

fn shortage_result(
    facts: &Facts,
    threads: usize,
    shortage: Shortage,
    effect: Effect,
) -> ShortageResult {
    let (text, remedy) = match shortage {
        Shortage::Processors => processors(facts),
        Shortage::Time => time(facts, threads),
        Shortage::Punctuality => punctuality(facts),
        Shortage::Connections => connections(facts),
    };
    ShortageResult {
        soundness: match effect {
            Effect::Limited => Soundness::Limited,
            Effect::Invalid => Soundness::Invalid,
        },
        text,
        remedy: remedy.to_owned(),
    }
}

/// The remedy where others use the processors.
const QUIET: &str = "end what else runs on this machine, give assize a processor of its own, or run \
    it on another machine than the target";

fn processors(facts: &Facts) -> (String, &'static str) {
    let text = format!(
        "assize was ready to send or to read for {} of the time without getting a processor, for {} \
         at a stretch in the mean",
        percentage(facts.threads.starved_share()),
        quantity::micros(rounded_micros(facts.threads.mean_stretch())),
    );
    (text, QUIET)
}

fn time(facts: &Facts, threads: usize) -> (String, &'static str) {
    let who = match threads {
        1 => "the thread that sends".to_owned(),
        many => format!("one of the {many} threads that send"),
    };
    let text = format!(
        "{who} was busy without a pause in {} of {} seconds",
        facts.saturated, facts.seconds,
    );
    let remedy = if facts.open {
        "lower --rate, or raise --workers if processors are idle"
    } else {
        "the rate is what assize can do, so the target may do more: raise --workers if processors \
         are idle"
    };
    (text, remedy)
}

fn punctuality(facts: &Facts) -> (String, &'static str) {
    let text = format!(
        "one in a hundred iterations began {} late or later although a connection was idle",
        quantity::micros(rounded_micros(facts.own_lag_p99)),
    );
    (text, QUIET)
}

fn connections(facts: &Facts) -> (String, &'static str) {
    let text = format!(
        "{} requests could not be sent, because this machine had no port, descriptor or memory left \
         for a connection",
        quantity::count(facts.exhausted),
    );
    let remedy = "lower --connections, raise `ulimit -n`, or let the target keep connections open";
    (text, remedy)
}

fn percentage(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
