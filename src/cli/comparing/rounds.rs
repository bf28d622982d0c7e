//! The rounds of a comparison: each side is started once in each, in an order that is drawn.

use std::time::Instant;

use super::compared_target::ComparedTarget;
use super::start::{MeasuredStart, NoStart, StartMaker, show_output};
use crate::cli::console;
use crate::compare::{Side, beginners};
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
    /// Why they ended before their time, and how the comparison ends by that.
    pub(super) ended: Option<(Outcome, String)>,
}

impl Rounds {
    /// Makes as many rounds as are asked for. Ends early where a build violates the contract, since its speed
    /// matters no more, and where one cannot be measured.
    pub(super) fn make(
        with: &StartMaker<'_>,
        subjects: [&ComparedTarget; 2],
    ) -> Result<Self, Failure> {
        let number = with.arguments.starts;
        let mut rounds = Self {
            order: beginners(with.seed, number),
            ..Self::default()
        };
        let began = Instant::now();
        for round in 0..number {
            for side in [rounds.order[round], rounds.order[round].other()] {
                let subject = match side {
                    Side::A => subjects[0],
                    Side::B => subjects[1],
                };
                let tag = tag(with.seed, round);
                let heading = format!("round {} of {number}: {side}", round + 1);
                console::note(&format!("{heading} …\n"));
                match with.start(subject, &tag) {
                    Ok(started) => rounds.take(side, started, &heading),
                    Err(NoStart::Failed(failure)) => return Err(failure),
                    Err(NoStart::Interrupted) => {
                        let text = format!("interrupted in round {} of {number}", round + 1);
                        rounds.ended = Some((Outcome::Interrupted, text));
                    }
                    Err(NoStart::Silent(reason, output)) => {
                        show_output(&output);
                        let text = format!("{side} cannot be measured: {reason}");
                        rounds.ended = Some((Outcome::Broken, text));
                    }
                }
                if rounds.ended.is_some() {
                    return Ok(rounds);
                }
            }
            let starts = u32::try_from(2 * (round + 1)).unwrap_or(u32::MAX);
            rounds.start_s = (began.elapsed() / starts).as_secs_f64();
            if rounds
                .b
                .iter()
                .any(|one| one.record.conclusion.outcome == Outcome::Violated)
            {
                break;
            }
        }
        Ok(rounds)
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

/// The users of a round have the same names on both sides, and others in each round.
fn tag(seed: u64, round: usize) -> String {
    format!("c{:x}r{round}", seed & 0xffff_ffff)
}
