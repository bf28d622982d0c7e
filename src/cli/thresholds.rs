//! The thresholds of a load: those of the scenario, and those that the user gave.

use super::load_options::LoadOptions;
use crate::load::Profile;
use crate::model::{Measure, Mistake, Threshold};
use crate::record::{Arrivals, Record};
use crate::session::Failure;
use crate::suite::Scenario;

/// What a search keeps unless told otherwise: what a person still takes for at once (Nielsen 1993,
/// chapter 5), hardly an error, and everything that is due.
const SEARCHED: [&str; 3] = ["p99 < 100ms", "errors < 0.1%", "rate >= 99%"];

/// What a load at a steady rate keeps unless told otherwise: of the usual 12,000 answers a single one may
/// stall, since one may be the hiccup of any machine. A rate that rises may be meant to go beyond what
/// the target can bear.
const USUAL: &str = "stalls < 0.01%";

/// What of that which is due must be answered, in per cent, where no threshold says how much: a load that
/// the target could not take, or that was not made, is not one that conforms.
const ANSWERED: f64 = 99.0;

/// The thresholds of a load.
pub(super) struct Thresholds {
    /// All of them, the usual ones last.
    pub(super) all: Vec<Threshold>,
    /// How many of the last nobody gave.
    pub(super) usual: usize,
}

/// Settles the thresholds of a load.
pub(super) fn thresholds(
    options: &LoadOptions,
    scenario: &Scenario,
    profile: &Profile,
) -> Result<Thresholds, Failure> {
    let mut all = scenario.thresholds.clone();
    for text in &options.slo {
        all.push(text.parse().map_err(wrong)?);
    }
    if all.is_empty() && options.find_max {
        for text in SEARCHED {
            all.push(text.parse().map_err(wrong)?);
        }
    }
    let operations = scenario.operations.iter();
    let asked = ThresholdScope {
        scenario: scenario.id.as_str(),
        operations: operations.map(|one| one.name.as_str()).collect(),
        nothing_is_due: *profile == Profile::Closed,
    };
    for threshold in &all {
        asked.check(threshold).map_err(wrong)?;
    }
    if options.abort_on_slo && all.is_empty() {
        return Err(Failure::Usage(
            "--abort-on-slo: there is no threshold to abort on; give one with --slo".to_owned(),
        ));
    }
    let usual = usual(&all, profile);
    let given = all.len();
    for text in usual {
        all.push(text.parse().map_err(wrong)?);
    }
    Ok(Thresholds {
        usual: all.len() - given,
        all,
    })
}

/// What applies besides the thresholds that were given.
fn usual(given: &[Threshold], profile: &Profile) -> Vec<String> {
    let mut usual = Vec::new();
    if given.is_empty() && profile.is_steady() {
        usual.push(USUAL.to_owned());
    }
    let of_all = || given.iter().filter(|one| one.operation.is_none());
    if profile.is_open() && !of_all().any(|one| one.measure.is_rate()) {
        // What may fail need not be answered besides.
        let may_fail = of_all().filter(|one| one.measure == Measure::Errors);
        let may_fail = may_fail.map(|one| one.limit).fold(0.0, f64::max);
        let answered = (ANSWERED - may_fail * 100.0).max(0.0);
        // No more digits than a rounded difference of two numbers of few has.
        let answered = (answered * 1e6).round() / 1e6;
        usual.push(format!("rate >= {answered}%"));
    }
    usual
}

const fn wrong(mistake: Mistake) -> Failure {
    Failure::Mistake {
        flag: "--slo",
        mistake,
    }
}

/// The thresholds by which a stored run is judged again: those that are given, and the share of what is due that
/// must be answered, if it was judged by one.
pub(super) fn thresholds_anew(texts: &[String], run: &Record) -> Result<Thresholds, Failure> {
    let mut all: Vec<Threshold> = Vec::new();
    for text in texts {
        all.push(text.parse().map_err(wrong)?);
    }
    let given = all.len();
    for load in &run.loads {
        let operations = load.operations.iter();
        let asked = ThresholdScope {
            scenario: load.scenario.as_str(),
            operations: operations.map(|one| one.name.as_str()).collect(),
            nothing_is_due: load.arrivals == Arrivals::Closed,
        };
        for threshold in &all[..given] {
            asked.check(threshold).map_err(wrong)?;
        }
        let usual = load.thresholds.iter().filter(|one| one.usual);
        for one in usual {
            let threshold: Threshold = one.threshold.parse().map_err(wrong)?;
            if threshold.measure.is_rate() && !all.contains(&threshold) {
                all.push(threshold);
            }
        }
    }
    Ok(Thresholds {
        usual: all.len() - given,
        all,
    })
}

/// What a threshold can speak of.
struct ThresholdScope<'a> {
    scenario: &'a str,
    operations: Vec<&'a str>,
    nothing_is_due: bool,
}

impl ThresholdScope<'_> {
    fn check(&self, threshold: &Threshold) -> Result<(), Mistake> {
        let text = &threshold.text;
        if let Some(name) = &threshold.operation
            && !self.operations.iter().any(|one| threshold.speaks_of(one))
        {
            let reason = format!("the scenario {} has no such operation", self.scenario);
            let help = format!("it has {}", self.operations.join(", "));
            return Err(Mistake::new(text, 0..name.len(), reason, help));
        }
        if threshold.measure == Measure::Achieved && self.nothing_is_due {
            let reason = "in the closed model nothing is due, so there is nothing to compare with";
            let help = "give a number as --rate, or write a limit such as `500/s`";
            return Err(Mistake::new(text, 0..text.len(), reason, help));
        }
        Ok(())
    }
}
