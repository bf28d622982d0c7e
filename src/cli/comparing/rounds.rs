//! The rounds of a comparison: each side is started once in each, in an order that is drawn.

use std::time::Instant;

use super::compared_target::ComparedTarget;
use super::start::{MeasuredStart, NoStart, StartMaker, show_output};
use crate::cli::console;
use crate::compare::{MOST_STARTS, Side, beginners, tells_of_generator};
use crate::model::Outcome;
use crate::record::{LoadResult, Record};
use crate::session::Failure;

/// What the rounds measured.
#[derive(Default)]
pub(super) struct Rounds {
    pub(super) a: Vec<MeasuredStart>,
    pub(super) b: Vec<MeasuredStart>,
    pub(super) order: Vec<Side>,
    /// How long a start took, in seconds, on average.
    pub(super) start_s: f64,
    /// How many starts were made again, because assize itself was the bottleneck in them.
    pub(super) repeated: usize,
    /// Why they ended before their time, and how the comparison ends by that.
    pub(super) ended: Option<(Outcome, String)>,
}

impl Rounds {
    /// No round yet, in an order that follows from the seed.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            order: beginners(seed, MOST_STARTS),
            ..Self::default()
        }
    }

    /// Makes rounds until there are so many. Ends early where a build violates the contract, since its speed
    /// matters no more, and where one cannot be measured.
    pub(super) fn go_on(
        &mut self,
        with: &StartMaker<'_>,
        targets: [&ComparedTarget; 2],
        number: usize,
    ) -> Result<(), Failure> {
        let first = self.b.len();
        let began = Instant::now();
        for round in first..number {
            for side in [self.order[round], self.order[round].other()] {
                let target = match side {
                    Side::A => targets[0],
                    Side::B => targets[1],
                };
                self.start(with, (side, target), (round, number))?;
                if self.ended.is_some() {
                    return Ok(());
                }
            }
            if self.has_violated() {
                break;
            }
        }
        let starts = 2 * number.saturating_sub(first).max(1);
        let starts = u32::try_from(starts).unwrap_or(u32::MAX);
        self.start_s = (began.elapsed() / starts).as_secs_f64();
        Ok(())
    }

    fn has_violated(&self) -> bool {
        let violated = |one: &MeasuredStart| one.record.conclusion.outcome == Outcome::Violated;
        self.b.iter().any(violated)
    }

    fn start(
        &mut self,
        with: &StartMaker<'_>,
        (side, target): (Side, &ComparedTarget),
        (round, number): (usize, usize),
    ) -> Result<(), Failure> {
        let heading = format!("round {} of {number}: {side}", round + 1);
        console::note(&format!("{heading} …\n"));
        let mut started = with.start(target, &tag(with.seed, round, 0));
        while let Ok(one) = &started
            && self.repeated < number
            && is_spoilt(one, with)
        {
            console::note(&format!(
                "{heading}  told of assize itself, which was late; once more …\n"
            ));
            self.repeated += 1;
            // Other users: those of the start before may stand at a target that keeps them.
            started = with.start(target, &tag(with.seed, round, self.repeated));
        }
        match started {
            Ok(started) => self.take(side, started, &heading),
            Err(NoStart::Failed(failure)) => return Err(failure),
            Err(NoStart::Interrupted) => {
                let text = format!("interrupted in round {} of {number}", round + 1);
                self.ended = Some((Outcome::Interrupted, text));
            }
            Err(NoStart::Silent(reason, output)) => {
                show_output(&output);
                let text = format!("{side} cannot be measured: {reason}");
                self.ended = Some((Outcome::Broken, text));
            }
        }
        Ok(())
    }

    fn take(&mut self, side: Side, started: MeasuredStart, heading: &str) {
        let Record {
            conclusion, loads, ..
        } = &started.record;
        let seen = loads
            .first()
            .map_or_else(|| conclusion.sentence.clone(), told);
        console::note(&format!("{heading}  {seen}\n"));
        match conclusion.outcome {
            Outcome::Conforms
            | Outcome::Violated
            | Outcome::ThresholdMissed
            | Outcome::MeasurementInvalid
                if !loads.is_empty() => {}
            outcome => {
                show_output(&started.output);
                let outcome = match outcome {
                    Outcome::Conforms => Outcome::NothingRan,
                    other => other,
                };
                let text = format!("{side} cannot be measured: {}", conclusion.sentence);
                self.ended = Some((outcome, text));
            }
        }
        match side {
            Side::A => self.a.push(started),
            Side::B => self.b.push(started),
        }
    }
}

/// Whether the figures of a start are those of the generator, which another moment may spare. Whose fault it is
/// does not depend on the side, so that to repeat such starts favours none.
fn is_spoilt(start: &MeasuredStart, with: &StartMaker<'_>) -> bool {
    let spoilt = start.record.loads.iter().any(tells_of_generator);
    spoilt && !with.arguments.load.accept_invalid && !with.stop.is_set()
}

/// The gist of a load in a line.
fn told(load: &LoadResult) -> String {
    let slowest = load
        .operations
        .iter()
        .max_by_key(|one| one.response.at_us(0.99));
    let p99 = slowest.map_or(0, |one| one.response.at_us(0.99));
    format!(
        "{} answers, slowest p99 {}",
        load.answered,
        crate::record::quantity::micros(p99)
    )
}

/// The users of a round have the same names on both sides, and others in each round and each time that a start is
/// made again. For up to 4,096 of either it is a run's tag: no longer than 16 letters and digits.
fn tag(seed: u64, round: usize, again: usize) -> String {
    let tag = format!("c{:x}r{round:x}", seed & 0xff_ffff);
    match again {
        0 => tag,
        again => format!("{tag}x{again:x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_has_a_tag_that_a_run_may_have_however_often_it_is_made_again() {
        for again in [0, 1, 8, 4_095] {
            let tag = tag(u64::MAX, 4_095, again);
            assert!((1..=16).contains(&tag.len()), "{tag}");
            assert!(
                tag.chars()
                    .all(|one| one.is_ascii_lowercase() || one.is_ascii_digit())
            );
        }
        assert_ne!(tag(1, 0, 1), tag(1, 0, 2));
    }
}
