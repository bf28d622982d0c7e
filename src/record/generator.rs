//! Whether the generator of a load kept up itself, and what to do if it did not.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::distribution::Percentile;
use super::quantity::{self, rounded_share};
use crate::load::{
    Effect, GeneratorFacts, Shortage, Times, is_spoiled, rounded_micros, seconds, shortages,
};

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

impl From<(usize, ProcessUse)> for GeneratorResult {
    /// So many threads in a process that used this, of which nothing is judged yet.
    fn from((threads, process): (usize, ProcessUse)) -> Self {
        Self {
            threads,
            process_cpu_s: seconds(process.cpu),
            descriptors: process.descriptors,
            descriptor_limit: process.descriptor_limit,
            ..Self::default()
        }
    }
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
    /// Some of them tell of the generator: see which percentiles are unsound. A threshold that was missed
    /// by one of those is not judged.
    Invalid,
}

impl Soundness {
    /// How grave it is: 0 where the figures tell of the target.
    #[must_use]
    pub const fn grade(self) -> u8 {
        match self {
            Self::Sound => 0,
            Self::Limited => 1,
            Self::Invalid => 2,
        }
    }
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
    /// The percentiles of the response times that may be the generator's doing, in order; `max` is the
    /// longest time. Those that are not listed tell of the target.
    pub unsound: Vec<String>,
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
    /// The same process and threads, with what these facts make of the figures; `slowest` is the time in
    /// nanoseconds that the slowest operation has at a share.
    #[must_use]
    pub(super) fn judged(
        &self,
        facts: &GeneratorFacts,
        own_lag: &Times,
        slowest: impl Fn(f64) -> u64,
    ) -> Self {
        let shortages: Vec<ShortageResult> = shortages(facts)
            .into_iter()
            .map(|(shortage, effect)| shortage_result(facts, self.threads, shortage, effect))
            .collect();
        let gravest = shortages.iter().map(|one| one.soundness).max();
        let spoiled = |one: &&Percentile| is_spoiled(facts, own_lag, one.share, slowest(one.share));
        let unsound = Percentile::ALL.iter().filter(spoiled);
        Self {
            soundness: gravest.unwrap_or_default(),
            shortages,
            unsound: unsound.map(|one| one.name.to_owned()).collect(),
            cpu: rounded_share(facts.threads.cpu_share()),
            starved: rounded_share(facts.threads.starved_share()),
            mean_stretch_us: rounded_micros(facts.threads.mean_stretch()),
            saturated_seconds: facts.saturated,
            own_lag_p50_us: rounded_micros(own_lag.quantile(0.5)),
            own_lag_p99_us: rounded_micros(facts.own_lag_p99),
            ..self.clone()
        }
    }

    /// Adds the threads and the process of another generator.
    pub(super) fn add(&mut self, other: &Self) {
        self.threads += other.threads;
        self.process_cpu_s += other.process_cpu_s;
        self.descriptors += other.descriptors;
        let limits = [self.descriptor_limit, other.descriptor_limit];
        self.descriptor_limit = limits.into_iter().flatten().min();
    }

    /// Takes over what is worse of one of several generators that worked together, which is called so: what one
    /// lacked stays said, however well the others did.
    pub(super) fn lower_to(&mut self, worst: &Self, who: &str) {
        if worst.soundness <= self.soundness {
            return;
        }
        self.soundness = worst.soundness;
        let named = worst.shortages.iter().map(|one| ShortageResult {
            text: format!("{who}: {}", one.text),
            ..one.clone()
        });
        self.shortages = named.collect();
        self.unsound.clone_from(&worst.unsound);
    }

    /// The percentiles that tell of the target, where some do not, as a phrase: `p50 and p90 are sound, p95,
    /// p99, p99.9 and max are not`.
    #[must_use]
    pub fn told(&self) -> String {
        let names = Percentile::ALL.iter().map(|one| one.name);
        let (unsound, sound): (Vec<&str>, Vec<&str>) =
            names.partition(|name| self.unsound.iter().any(|one| one == name));
        match (sound.as_slice(), unsound.as_slice()) {
            (_, []) => "all are sound".to_owned(),
            ([], _) => "none is sound".to_owned(),
            ([one], _) => format!("{one} is sound, {} are not", quantity::list(&unsound)),
            (_, [one]) => format!("{} are sound, {one} is not", quantity::list(&sound)),
            _ => format!(
                "{} are sound, {} are not",
                quantity::list(&sound),
                quantity::list(&unsound)
            ),
        }
    }

    /// Why some of the figures tell of the generator, and what to change; none if they tell of the target.
    #[must_use]
    pub fn invalid(&self) -> Option<&ShortageResult> {
        self.shortages
            .iter()
            .find(|shortage| shortage.soundness == Soundness::Invalid)
    }
}

fn shortage_result(
    facts: &GeneratorFacts,
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

fn processors(facts: &GeneratorFacts) -> (String, &'static str) {
    let text = format!(
        "assize was ready to send or to read for {} of the time without getting a processor, for {} \
         at a stretch on average",
        percentage(facts.threads.starved_share()),
        quantity::micros(rounded_micros(facts.threads.mean_stretch())),
    );
    (text, QUIET)
}

fn time(facts: &GeneratorFacts, threads: usize) -> (String, &'static str) {
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

fn punctuality(facts: &GeneratorFacts) -> (String, &'static str) {
    let text = format!(
        "one in a hundred iterations began {} late or later although a connection was idle",
        quantity::micros(rounded_micros(facts.own_lag_p99)),
    );
    (text, QUIET)
}

fn connections(facts: &GeneratorFacts) -> (String, &'static str) {
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
