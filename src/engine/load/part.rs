//! The parts of a load: scenarios that its iterations take turns in, by their weights.

use std::collections::BTreeSet;
use std::ops::Range;

use super::renewed::RenewedUsers;
use crate::model::{ScenarioId, Threshold};
use crate::suite::{Generation, Operation, Scenario, Source, Values, Variables};

/// A scenario as a part of a load.
#[derive(Clone, Debug)]
pub struct ScenarioPart {
    /// The scenario.
    pub scenario: ScenarioId,
    /// Its operations among those of all parts.
    pub operations: Range<usize>,
    /// The variables of its operations.
    pub variables: Variables,
    /// The values that iterations begin with: the part's iteration *i* with those at *i* modulo their
    /// number. Variables that speak of users are filled in; generated ones are made anew for each
    /// iteration. If there are none, iterations begin with nothing.
    pub users: Vec<Values>,
    /// The same since their sessions were renewed, if they were.
    pub renewed: RenewedUsers,
    /// Of how many iterations it is, beside the other parts; at least 1.
    pub weight: u64,
}

impl ScenarioPart {
    /// A scenario that is the whole load.
    #[must_use]
    pub fn whole(scenario: &Scenario, users: Vec<Values>) -> Self {
        Self {
            scenario: scenario.id.clone(),
            operations: 0..scenario.operations.len(),
            variables: scenario.variables.clone(),
            users,
            renewed: RenewedUsers::default(),
            weight: 1,
        }
    }

    /// The values of an iteration without a user, if every iteration of a user has the same, so that they need no
    /// copy: nothing is generated, and none of these operations, those of its scenario, captures anything.
    pub(super) fn fixed_values(&self, operations: &[Operation]) -> Option<Values> {
        let mut sources = self.variables.iter();
        let are_fixed = sources.all(|(_, variable)| matches!(variable.source, Source::Fixture(..)));
        let mut own = operations.get(self.operations.clone())?.iter();
        let captures = own.any(|one| one.mail.is_some() || !one.exchange.captures.is_empty());
        (are_fixed && !captures).then(|| self.variables.empty_values())
    }

    /// The values that an iteration begins with: those of its user, and generated ones.
    pub(super) fn round_values(
        &self,
        user: Option<&Values>,
        generation: &Generation,
        round: u64,
    ) -> Values {
        let mut values = user
            .cloned()
            .unwrap_or_else(|| self.variables.empty_values());
        for (id, variable) in self.variables.iter() {
            if let Source::Generated(generator) = variable.source {
                let scope = self.scenario.as_str();
                let value = generation.value(generator, scope, &variable.name, round);
                values.set(id, value);
            }
        }
        values
    }
}

/// The scenario that stands in reports for several with their weights, and the parts of its load. One
/// scenario alone stands for itself.
///
/// Parts have no users yet; their order is that of the scenarios.
#[must_use]
pub fn blend(scenarios: &[(Scenario, u64)]) -> Option<(Scenario, Vec<ScenarioPart>)> {
    let (first, _) = scenarios.first()?;
    if scenarios.len() == 1 {
        return Some((first.clone(), vec![ScenarioPart::whole(first, Vec::new())]));
    }
    let names: Vec<String> = scenarios
        .iter()
        .map(|(scenario, weight)| format!("{}={weight}", scenario.id))
        .collect();
    let mut blended = Scenario {
        id: ScenarioId::new(names.join(",")),
        title: "Several scenarios in turn".to_owned(),
        requirements: Vec::new(),
        needs: BTreeSet::new(),
        thresholds: Vec::new(),
        operations: Vec::new(),
        variables: Variables::default(),
        ..first.clone()
    };
    let mut parts = Vec::new();
    for (scenario, weight) in scenarios {
        let from = blended.operations.len();
        for operation in &scenario.operations {
            let mut operation = operation.clone();
            operation.name = format!("{}: {}", scenario.id, operation.name);
            blended.operations.push(operation);
        }
        for requirement in &scenario.requirements {
            if !blended.requirements.contains(requirement) {
                blended.requirements.push(requirement.clone());
            }
        }
        let thresholds = scenario.thresholds.iter();
        let own = |threshold: &Threshold| threshold.within(scenario.id.as_str());
        blended.thresholds.extend(thresholds.map(own));
        blended.needs.extend(&scenario.needs);
        parts.push(ScenarioPart {
            operations: from..blended.operations.len(),
            weight: *weight,
            ..ScenarioPart::whole(scenario, Vec::new())
        });
    }
    Some((blended, parts))
}

/// Whose turn it is: a function of the iteration's number alone.
#[derive(Clone, Debug)]
pub(super) struct ScenarioMix {
    /// One cycle: for each place the part, and how many of its iterations came before in the cycle.
    cycle: Vec<(usize, u64)>,
    /// The iterations of each part in a cycle.
    shares: Vec<u64>,
}

impl ScenarioMix {
    /// The mix of parts with these weights, each part spread evenly over the cycle.
    pub(super) fn new(weights: impl Iterator<Item = u64>) -> Self {
        let weights: Vec<u64> = weights.map(|weight| weight.max(1)).collect();
        let divisor = weights.iter().copied().fold(0, greatest_common_divisor);
        let shares: Vec<u64> = weights.iter().map(|one| one / divisor.max(1)).collect();
        let length: u64 = shares.iter().sum();
        let mut had = vec![0_u64; shares.len()];
        let mut cycle = Vec::new();
        for place in 1..=length {
            // The part that lags most behind its share of the places so far.
            let lag =
                |part: usize| i128::from(shares[part] * place) - i128::from(had[part] * length);
            let next = (0..shares.len()).max_by_key(|part| (lag(*part), std::cmp::Reverse(*part)));
            let next = next.unwrap_or_default();
            cycle.push((next, had[next]));
            had[next] += 1;
        }
        Self { cycle, shares }
    }

    /// How many parts there are.
    pub(super) const fn parts(&self) -> usize {
        self.shares.len()
    }

    /// The part of an iteration, and which of the part's own iterations it is.
    pub(super) fn of(&self, iteration: u64) -> (usize, u64) {
        let length = self.cycle.len().max(1) as u64;
        let place = usize::try_from(iteration % length).unwrap_or_default();
        let (part, before) = self.cycle.get(place).copied().unwrap_or_default();
        let share = self.shares.get(part).copied().unwrap_or(1);
        (part, iteration / length * share + before)
    }
}

const fn greatest_common_divisor(mut one: u64, mut other: u64) -> u64 {
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mix(weights: &[u64], count: u64) -> Vec<(usize, u64)> {
        let mix = ScenarioMix::new(weights.iter().copied());
        (0..count).map(|iteration| mix.of(iteration)).collect()
    }

    #[test]
    fn each_part_has_its_share_evenly_spread_and_counts_its_own_iterations() {
        assert_eq!(mix(&[1], 3), [(0, 0), (0, 1), (0, 2)]);
        let mixed = mix(&[6, 2, 2], 50);
        for (part, share) in [(0, 3), (1, 1), (2, 1)] {
            let rounds = |mix: &[(usize, u64)]| -> Vec<u64> {
                let own = mix.iter().filter(|attempt| attempt.0 == part);
                own.map(|attempt| attempt.1).collect()
            };
            let dense: Vec<u64> = (0..10 * share).collect();
            assert_eq!(rounds(&mixed), dense, "part {part}");
            for five in mixed.chunks(5) {
                assert_eq!(u64::try_from(rounds(five).len()).unwrap(), share);
            }
        }
    }
}
