//! Change points of simulated histories: how often one is found that is none, and how soon one that is.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::change_points::change_points;
use super::estimate::count;
use super::simulation::normal;

const HISTORIES: u64 = 1_000;
const BUILDS: usize = 60;
/// A gate looks at no fewer builds here.
const SHORTEST_HISTORY: usize = 12;
/// The standard deviation of a figure from build to build.
const NOISE: f64 = 0.02;
/// The first build that is slower, from 0, and how much.
const SLOWER_FROM: usize = 39;
const STEP: f64 = 0.05;

/// The logarithms of a figure of each build.
fn history(seed: u64, change: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    (0..BUILDS)
        .map(|build| normal(&mut random) * NOISE + change(build))
        .collect()
}

/// The share of histories of which this holds.
fn share(of: impl Fn(u64) -> bool) -> f64 {
    count((0..HISTORIES).filter(|seed| of(*seed)).count()) / 1e3
}

fn step(build: usize) -> f64 {
    if build < SLOWER_FROM {
        0.0
    } else {
        STEP.ln_1p()
    }
}

/// Whether a change for the worse is found in the builds up to one of these numbers, from 1, as by a gate after
/// each build.
fn found_by(series: &[f64], builds: std::ops::RangeInclusive<usize>) -> bool {
    builds.into_iter().any(|build| {
        let found = change_points(&series[..build]);
        found.iter().any(|one| one.after > one.before)
    })
}

#[test]
fn histories_without_a_change_have_none_and_steps_and_creeps_are_found() {
    let alarms = share(|seed| !change_points(&history(seed, |_| 0.0)).is_empty());
    // As a gate after each build sees them.
    let looks = SHORTEST_HISTORY..=BUILDS;
    let alarms_of = |seed| {
        let series = history(seed, |_| 0.0);
        let worse = |build: &usize| found_by(&series, *build..=*build);
        count(looks.clone().filter(worse).count())
    };
    let of_gates = (0..HISTORIES).map(alarms_of).sum::<f64>() / 1e3 / count(looks.clone().count());
    let steps = share(|seed| found_by(&history(seed, step), 40..=43));
    // A build that is slower mostly is so in more than one figure.
    let of_three = share(|seed| {
        let figures = [seed, seed + HISTORIES, seed + 2 * HISTORIES];
        figures
            .iter()
            .any(|seed| found_by(&history(*seed, step), 40..=43))
    });
    let at_last = share(|seed| !change_points(&history(seed, step)).is_empty());
    let creeps = share(|seed| {
        let slope = |build| 0.005_f64.ln_1p() * count(build);
        !change_points(&history(seed, slope)).is_empty()
    });
    println!(
        "of 60 builds: without a change {alarms}, of gates after each build {of_gates}; a step of 5 % at build 40 by build 43 {steps}, in one of three figures {of_three}, by build 60 {at_last}; a creep {creeps}"
    );
    assert!(alarms <= 0.01, "{alarms}");
    assert!(of_gates <= 0.004, "{of_gates}");
    assert!(steps >= 0.9, "{steps}");
    assert!(of_three >= 0.95, "{of_three}");
    assert!(at_last >= 0.99 && creeps >= 0.99, "{at_last} {creeps}");
}
