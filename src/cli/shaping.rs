//! How arrivals are made, from what the user wrote.

use std::time::Duration;

use super::load_options::{ArrivalOptions, LoadOptions};
use crate::load::{Profile, Schedule, ShapeError, Share, Slot, Spacing, Stages, Timeline};
use crate::session::{Failure, Shaping};

/// The rate unless told otherwise: far below what a sound server can do, so that the figures tell of
/// the server and not of its limit.
const RATE: &str = "500/s";
/// The time of the measurement unless told otherwise.
const DURATION: Duration = Duration::from_secs(10);
/// Behind the load of a run that is not told how to send: so many iterations at one moment, for defects that begin
/// only where many requests are under way. A fast server never has more than a few at a steady rate.
const BURSTS: &str = "bursts of 64 every 200ms for 2s";
/// Where so many iterations are expected, one is due even if their distances are random.
const SURELY_SOME: u64 = 100;
/// A shorter measurement says nothing.
const SHORTEST: Duration = Duration::from_secs(1);

impl Shaping {
    /// Settles a load's arrivals. A profile takes the place of a rate and a duration. Where nothing says how to
    /// send, it may end in bursts.
    pub(super) fn new(
        options: &LoadOptions,
        warm_up: Duration,
        (seed, ends_in_bursts): (u64, bool),
    ) -> Result<Self, Failure> {
        let spacing = match options.arrivals {
            Some(ArrivalOptions::Poisson) => Spacing::Poisson { seed },
            Some(ArrivalOptions::Constant) | None => Spacing::Even,
        };
        let duration = options.duration.map_or(DURATION, |span| span.0);
        let mut shaping = Self {
            profile: Profile::Closed,
            duration,
            spacing,
            warm_up,
        };
        if let Some(text) = &options.profile {
            shaping.shape(text)?;
        } else if ends_in_bursts && options.says_nothing_of_arrivals() {
            let lasts = humantime::format_duration(duration);
            shaping.shape(&format!("{RATE} for {lasts}, {BURSTS}"))?;
        } else {
            shaping.hold(options.rate.as_deref().unwrap_or(RATE))?;
        }
        if shaping.duration < SHORTEST {
            let flag = options
                .profile
                .as_ref()
                .map_or("--duration", |_| "--profile");
            let text = format!("{flag}: a load is measured for at least 1s");
            return Err(Failure::Usage(text));
        }
        shaping.check_closed(options)?;
        if !options.find_max {
            shaping.check_reached()?;
        }
        Ok(shaping)
    }

    fn shape(&mut self, text: &str) -> Result<(), Failure> {
        const FLAG: &str = "--profile";
        let stages: Stages = text.parse().map_err(|mistake| Failure::Mistake {
            flag: FLAG,
            mistake,
        })?;
        self.duration = stages.duration();
        self.profile = Profile::shaped(&stages, self.warm_up, self.spacing).map_err(wrong(FLAG))?;
        Ok(())
    }

    fn hold(&mut self, text: &str) -> Result<(), Failure> {
        let written: Profile = text
            .parse()
            .map_err(|error| Failure::Usage(format!("--rate: {error}")))?;
        self.profile = match written {
            Profile::Constant(rate) => self.at(rate, self.duration).map_err(wrong("--rate"))?,
            other => other,
        };
        Ok(())
    }

    /// That at least one iteration is due within the measurement.
    fn check_reached(&self) -> Result<(), Failure> {
        let timeline = Timeline::new(self.warm_up, self.duration);
        let until = |end| {
            let all = Share {
                worker: 0,
                workers: 1,
            };
            Schedule::new(&self.profile, all, end)
        };
        let Some(schedule) = until(timeline.end()) else {
            return Ok(());
        };
        let (before, by_end) = (timeline.warm_up(), timeline.end());
        let expected = self.profile.count_before(by_end) - self.profile.count_before(before);
        if expected > SURELY_SOME || first_measured(&schedule, timeline).is_some() {
            return Ok(());
        }
        let later = until(u64::MAX).and_then(|schedule| first_measured(&schedule, timeline));
        let when = later.map_or_else(
            || "the last before it is due in the warm-up".to_owned(),
            |slot| {
                let after = Duration::from_nanos(slot.due - timeline.warm_up());
                let after = humantime::format_duration(rounded_up(after));
                format!("the first would be due {after} after the warm-up")
            },
        );
        Err(Failure::Usage(format!(
            "no iteration is due within the measurement of {}: {when}; give a longer time, a higher rate, or --warm-up 0s, so that the first is due at its beginning",
            humantime::format_duration(self.duration)
        )))
    }

    /// What only one of the two models has.
    fn check_closed(&self, options: &LoadOptions) -> Result<(), Failure> {
        let closed = self.profile == Profile::Closed;
        if options.think.is_some() && !closed {
            return Err(Failure::Usage(
                "--think is for the closed model, where each connection waits between two iterations; give --rate max with it".to_owned(),
            ));
        }
        if options.arrivals.is_some() && closed {
            return Err(Failure::Usage(
                "--arrivals is for the open model; give a number as --rate, or a --profile"
                    .to_owned(),
            ));
        }
        Ok(())
    }
}

/// The first slot of the measurement, if the schedule has one.
fn first_measured(schedule: &Schedule, timeline: Timeline) -> Option<Slot> {
    let mut slots = (0..).map_while(|position| schedule.slot(position));
    slots.find(|slot| timeline.is_measured(slot.due))
}

/// A time without fractions of a millisecond.
fn rounded_up(time: Duration) -> Duration {
    let millis = time.as_nanos().div_ceil(1_000_000);
    Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}

fn wrong(flag: &'static str) -> impl Fn(ShapeError) -> Failure {
    move |error| Failure::Usage(format!("{flag}: {error}"))
}
