//! How far the figures of a load are from the truth on this machine.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use super::failure::Failure;
use crate::contract::{Requirements, Schemas};
use crate::edge::{Behaviour, KnownServer, run_load};
use crate::engine::Stop;
use crate::engine::load::{LoadJob, LoadSettings, ScenarioPart};
use crate::load::{Profile, Rate, Times, nanos, one_by_one, with_stalls};
use crate::model::Redactor;
use crate::record::{Event, EventSink, LoadResult, Percentile, Soundness};
use crate::report::Calibration;
use crate::suite::{Generation, SuiteText, Vocabulary, plan};

/// Addresses of users, of which none is made.
const EMAIL: &str = "calibration-{tag}@assize.example";
/// The delay of a server that stands still, from one standstill to the next, and how long each lasts.
const STALLS: [Duration; 3] = [
    Duration::from_millis(1),
    Duration::from_secs(2),
    Duration::from_millis(200),
];

/// A server that stands still from time to time.
pub(crate) const fn standing_still() -> Behaviour {
    let [delay, every, length] = STALLS;
    Behaviour::Stalls {
        delay,
        every,
        length,
    }
}

/// The request that is sent: the smallest there is.
const SCENARIO: &str = "suite: calibration
title: Calibration
scenarios:
  - id: calibration
    title: Asks a server whose times are known
    proves: [get.status]
    steps:
      - name: get
        request: {method: GET, path: /}
        expect: {status: 200}
";

/// Connections: so many that no request ever waits for one.
const CONNECTIONS: usize = 512;
/// The rate of all loads unless said otherwise.
const RATE: u64 = 1_000;
/// The rate that shows what lag and CPU time come to.
const HIGH_RATE: u64 = 10_000;
/// How far a median may be off the truth.
const MEDIAN: f64 = 0.04;
/// How far a 99th percentile may be off the truth.
const P99: f64 = 0.1;
/// How far the times of a stall may be off the truth.
const STALL: f64 = 0.05;
/// The longest median and 99th percentile of the lag, in microseconds. Longer ones would show in the
/// figures of a server that answers within a millisecond.
const LAG_US: [u64; 2] = [100, 1_000];

/// What one load is measured against.
#[derive(Clone, Copy)]
struct KnownTrial {
    behaviour: Behaviour,
    rate: u64,
    duration: Duration,
}

/// A load against a server whose times are known.
struct MeasuredTimes {
    load: LoadResult,
    served: Times,
    requests: u64,
    rate: Rate,
}

/// Compares the figures of loads with the truth, one after the other; none if the user wants to stop. A quick
/// calibration takes half the time. `tell` hears the name of each load as it begins.
pub(crate) async fn calibrate(
    stop: Stop,
    is_quick: bool,
    tell: &dyn Fn(&str),
) -> Result<Option<Calibration>, Failure> {
    let mut bench = Bench {
        stop,
        calibration: Calibration::default(),
        scale: if is_quick { 1 } else { 2 },
        tell,
    };
    bench.run().await?;
    Ok((!bench.stop.is_set()).then_some(bench.calibration))
}

/// The shortest look at how far figures are from the truth here: one load of a second; none if the user wants to
/// stop.
pub(crate) async fn glance(stop: Stop) -> Result<Option<Calibration>, Failure> {
    let mut bench = Bench {
        stop,
        calibration: Calibration::default(),
        scale: 1,
        tell: &|_| (),
    };
    bench.delay(Duration::from_millis(1), 1).await?;
    Ok((!bench.stop.is_set()).then_some(bench.calibration))
}

/// The loads of a calibration, one after the other.
struct Bench<'a> {
    stop: Stop,
    calibration: Calibration,
    /// How long each load takes, in units of its shortest useful time.
    scale: u32,
    tell: &'a dyn Fn(&str),
}

impl Bench<'_> {
    async fn run(&mut self) -> Result<(), Failure> {
        for millis in [1, 10] {
            self.delay(Duration::from_millis(millis), 2).await?;
        }
        self.stalls().await?;
        self.knee().await?;
        for rate in [RATE, HIGH_RATE] {
            self.punctuality(rate).await?;
        }
        Ok(())
    }

    /// Against a constant delay. The truth is what the server says that it took.
    async fn delay(&mut self, delay: Duration, seconds: u32) -> Result<(), Failure> {
        let name = format!("{} ms, {RATE}/s", delay.as_millis());
        let Some(measured) = self
            .measure(&name, Behaviour::Delay(delay), RATE, seconds)
            .await?
        else {
            return Ok(());
        };
        let truth = measured.served.clone();
        self.compare(&name, &measured, &truth, &[(0.5, MEDIAN), (0.99, P99)]);
        Ok(())
    }

    /// Against standstills. The truth follows from the schedule.
    async fn stalls(&mut self) -> Result<(), Failure> {
        let [delay, every, length] = STALLS;
        let behaviour = standing_still();
        let name = format!("200 ms stall each 2 s, {RATE}/s");
        let Some(measured) = self.measure(&name, behaviour, RATE, 4).await? else {
            return Ok(());
        };
        let truth = with_stalls(
            measured.rate,
            measured.requests,
            nanos(delay),
            nanos(every),
            nanos(length),
        );
        let shares = [(0.95, STALL), (0.99, STALL), (1.0, STALL)];
        self.compare(&name, &measured, &truth, &shares);
        Ok(())
    }

    /// Below and beyond the highest rate of a server. The truth follows from the schedule.
    async fn knee(&mut self) -> Result<(), Failure> {
        let each = Duration::from_millis(1);
        for (rate, share) in [(RATE * 8 / 10, P99), (RATE * 11 / 10, STALL)] {
            let name = format!("at most {RATE}/s, {rate}/s");
            let behaviour = Behaviour::OneByOne(each);
            if let Some(measured) = self.measure(&name, behaviour, rate, 2).await? {
                let truth = one_by_one(measured.rate, measured.requests, nanos(each));
                self.compare(&name, &measured, &truth, &[(0.5, share)]);
            }
        }
        Ok(())
    }

    /// Lag and CPU time against a server that answers at once.
    async fn punctuality(&mut self, rate: u64) -> Result<(), Failure> {
        let name = format!("lag at {rate}/s");
        let behaviour = Behaviour::Delay(Duration::ZERO);
        let Some(measured) = self.measure(&name, behaviour, rate, 2).await? else {
            return Ok(());
        };
        let generator = &measured.load.generator;
        let lags = [generator.own_lag_p50_us, generator.own_lag_p99_us];
        for ((which, lag), longest) in ["p50", "p99"].into_iter().zip(lags).zip(LAG_US) {
            let calibration = &mut self.calibration;
            calibration.limit(format!("{name}, {which}"), lag, longest);
        }
        self.calibration.remarks.push(format!(
            "at {rate}/s sending, reading and judging took {:.1} % of a processor",
            generator.cpu * 100.0
        ));
        Ok(())
    }

    /// Makes a load; none if the user wants to stop.
    async fn measure(
        &mut self,
        name: &str,
        behaviour: Behaviour,
        rate: u64,
        seconds: u32,
    ) -> Result<Option<MeasuredTimes>, Failure> {
        if self.stop.is_set() {
            return Ok(None);
        }
        (self.tell)(name);
        let trial = KnownTrial {
            behaviour,
            rate,
            duration: Duration::from_secs(1) * seconds * self.scale,
        };
        let measured = measure(trial, &self.stop).await?;
        let generator = &measured.load.generator;
        for shortage in &generator.shortages {
            let weight = match generator.soundness {
                Soundness::Sound | Soundness::Limited => "limited",
                Soundness::Invalid => "invalid",
            };
            let remark = format!("{name} is {weight}: {}; {}", shortage.text, shortage.remedy);
            self.calibration.remarks.push(remark);
        }
        Ok(Some(measured))
    }

    fn compare(
        &mut self,
        name: &str,
        measured: &MeasuredTimes,
        truth: &Times,
        shares: &[(f64, f64)],
    ) {
        for (share, allowed) in shares {
            let (which, ours) = figure(&measured.load, *share);
            let what = format!("{name}, {which}");
            let ours = ours.saturating_mul(1_000);
            self.calibration
                .compare(what, truth.quantile(*share), ours, *allowed);
        }
    }
}

/// A reported response time in microseconds, with its name.
fn figure(load: &LoadResult, share: f64) -> (&'static str, u64) {
    let Some(operation) = load.operations.first() else {
        return ("nothing", 0);
    };
    let known = Percentile::ALL.iter().find(|one| one.share >= share);
    let name = known.map_or("max", |one| one.name);
    (name, operation.response.at_us(share))
}

async fn measure(trial: KnownTrial, stop: &Stop) -> Result<MeasuredTimes, Failure> {
    let machine = |error: std::io::Error| Failure::Machine(format!("calibration: {error}"));
    let server = KnownServer::start(trial.behaviour).map_err(machine)?;
    let rate = Rate::per_second(trial.rate)
        .ok_or_else(|| Failure::Machine(format!("calibration: no rate {}", trial.rate)))?;
    let job = job(server.base_url(), rate, trial.duration)?;
    let result = run_load(job, Arc::new(SilentSink), stop.clone()).await;
    let times = server.finish().map_err(machine)?;
    let load = result.map_err(|error| Failure::Machine(format!("calibration: {error}")))?;
    Ok(MeasuredTimes {
        load,
        served: times,
        requests: rate.count_before(nanos(trial.duration)),
        rate,
    })
}

fn job(base_url: String, rate: Rate, duration: Duration) -> Result<LoadJob, Failure> {
    let machine = |text: String| Failure::Machine(format!("calibration: {text}"));
    let requirements = Requirements::builtin().map_err(|error| machine(error.to_string()))?;
    let schemas = Schemas::builtin().map_err(|error| machine(error.to_string()))?;
    let vocabulary = Vocabulary {
        requirements: &requirements,
        schemas: &schemas,
    };
    let text = SuiteText {
        file: "calibration.yaml".to_owned(),
        text: SCENARIO.to_owned(),
    };
    let scenarios = plan(&[text], vocabulary)
        .map_err(Failure::Suites)?
        .scenarios;
    let scenario = scenarios
        .into_iter()
        .next()
        .ok_or_else(|| machine("no scenario".to_owned()))?;
    let generation = Generation::new(0, EMAIL).map_err(|error| machine(error.to_string()))?;
    let connections = NonZeroUsize::new(CONNECTIONS).unwrap_or(NonZeroUsize::MIN);
    Ok(LoadJob {
        parts: vec![ScenarioPart::whole(&scenario, Vec::new())],
        scenario,
        generation,
        settings: LoadSettings {
            workers: Some(NonZeroUsize::MIN),
            ..LoadSettings::new(connections, Profile::Constant(rate), duration)
        },
        base_url,
        redactor: Arc::new(Redactor::new()),
    })
}

/// Nobody listens to the seconds of a calibration.
struct SilentSink;

impl EventSink for SilentSink {
    fn emit(&self, _event: &Event) {}
}
