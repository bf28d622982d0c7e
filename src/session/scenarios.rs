//! Which scenarios a load is made of, each with its weight.

use super::failure::Failure;
use crate::suite::{Plan, Scenario};

/// The scenarios unless told otherwise: mostly reads, beside them users that come and go, so that what
/// goes wrong with state shows, and what must be refused. Of one iteration in five, a thousand in the
/// usual time, a fault of one in a few hundred shows.
const SCENARIOS: [&str; 3] = ["lookup=3", "lifecycle=1", "errors=1"];
/// The largest weight of a scenario.
const MOST_WEIGHT: u64 = 1_000;

/// The scenarios with their weights, each as in `lookup=8`. If none is written, the usual ones; where the
/// suites do not have those, all that they have take turns.
pub(crate) fn scenarios(written: &[String], plan: &Plan) -> Result<Vec<(Scenario, u64)>, Failure> {
    if !written.is_empty() {
        return weighted(written, plan);
    }
    let all = || plan.scenarios.iter().map(|one| (one.clone(), 1)).collect();
    weighted(&SCENARIOS, plan).or_else(|_| Ok(all()))
}

fn weighted(written: &[impl AsRef<str>], plan: &Plan) -> Result<Vec<(Scenario, u64)>, Failure> {
    let mut all: Vec<(Scenario, u64)> = Vec::new();
    for text in written {
        let (scenario, weight) = weighted_one(text.as_ref(), plan)?;
        if all.iter().any(|(one, _)| one.id == scenario.id) {
            return Err(Failure::Usage(format!(
                "--scenario: {} is given twice; its weight says how often its turn is",
                scenario.id
            )));
        }
        all.push((scenario, weight));
    }
    Ok(all)
}

fn weighted_one(text: &str, plan: &Plan) -> Result<(Scenario, u64), Failure> {
    let (name, weight) = text.split_once('=').unwrap_or((text, "1"));
    let weight: Option<u64> = weight.trim().parse().ok();
    let weight = weight.filter(|weight| (1..=MOST_WEIGHT).contains(weight));
    let weight = weight.ok_or_else(|| {
        Failure::Usage(format!(
            "--scenario: the weight in {text:?} is not a number from 1 to {MOST_WEIGHT}"
        ))
    })?;
    Ok((find(name.trim(), plan)?, weight))
}

fn find(name: &str, plan: &Plan) -> Result<Scenario, Failure> {
    let found = plan.scenarios.iter().find(|one| one.id.as_str() == name);
    found.cloned().ok_or_else(|| {
        let names: Vec<&str> = plan.scenarios.iter().map(|one| one.id.as_str()).collect();
        Failure::Usage(format!(
            "there is no scenario {name:?}; the suites have {}",
            if names.is_empty() {
                "none".to_owned()
            } else {
                names.join(", ")
            }
        ))
    })
}

/// Those that a load is made of when none is named; none if the suites do not have them.
pub(super) fn usual_scenarios(plan: &Plan) -> Option<Vec<(Scenario, u64)>> {
    weighted(&SCENARIOS, plan).ok()
}
