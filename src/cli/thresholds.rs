//! The thresholds of a load: those of the scenario, and those that the user gave.

use super::load_options::LoadOptions;
use crate::load::Profile;
use crate::model::{Measure, Mistake, Threshold};
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
    for threshold in &all {
        check(threshold, scenario, profile).map_err(wrong)?;
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

fn check(threshold: &Threshold, scenario: &Scenario, profile: &Profile) -> Result<(), Mistake> {
    let text = &threshold.text;
    if let Some(name) = &threshold.operation {
        let mut operations = scenario.operations.iter();
        if !operations.any(|operation| threshold.speaks_of(&operation.name)) {
            let reason = format!("the scenario {} has no such operation", scenario.id);
            let names: Vec<&str> = scenario
                .operations
                .iter()
                .map(|operation| operation.name.as_str())
                .collect();
            let help = format!("it has {}", names.join(", "));
            return Err(Mistake::new(text, 0..name.len(), reason, help));
        }
    }
    if threshold.measure == Measure::Achieved && *profile == Profile::Closed {
        let reason = "in the closed model nothing is due, so there is nothing to compare with";
        let help = "give a number as --rate, or write a limit such as `500/s`";
        return Err(Mistake::new(text, 0..text.len(), reason, help));
    }
    Ok(())
}
