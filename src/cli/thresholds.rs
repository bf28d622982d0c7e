//! The thresholds of a load: those of the scenario, and those that the user gave.

use super::failure::Failure;
use super::load_options::LoadOptions;
use crate::load::Profile;
use crate::model::{Measure, Mistake, Threshold};
use crate::suite::Scenario;

/// What a search keeps unless told otherwise: what a person still takes for at once (Nielsen 1993,
/// chapter 5), hardly an error, and everything that is due.
const SEARCHED: [&str; 3] = ["p99 < 100ms", "errors < 0.1%", "rate >= 99%"];

/// What a load at a steady rate keeps unless told otherwise: of the usual 12,000 answers a single one may
/// stall, since one may be the hiccup of any machine. A rate that changes may be meant to go beyond what
/// the target can bear.
const USUAL: &str = "stalls < 0.01%";

/// Settles the thresholds of a load.
pub(super) fn thresholds(
    options: &LoadOptions,
    scenario: &Scenario,
    profile: &Profile,
) -> Result<Vec<Threshold>, Failure> {
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
    if all.is_empty() && matches!(profile, Profile::Constant(_)) {
        all.push(USUAL.parse().map_err(wrong)?);
    }
    Ok(all)
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
