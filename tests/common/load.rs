//! Results of loads, with real histograms of made-up times.

use assize::load::Times;
use assize::model::{Finding, Protocol, RequirementId, ScenarioId, TransferErrorKind, Verdict};
use assize::record::{
    Arrivals, Distribution, ExchangeRecord, GeneratorEffort, GeneratorResult, LoadFinding,
    LoadResult, MailResult, OperationResult, SearchResult, SearchStage, SecondResult,
    ShortageResult, Soundness, StageResult, StoredTimes, TargetSecond, TargetUse, ThresholdResult,
    ThresholdUnit,
};
use std::collections::BTreeMap;

/// Seconds of measurement.
const SECONDS: u32 = 30;

/// Answers a second.
const RATE: u32 = 1_000;

/// The distribution of times in microseconds.
pub(crate) fn distribution(times: impl Iterator<Item = u64>) -> Distribution {
    let mut all = Times::default();
    for us in times {
        all.record(us * 1_000);
    }
    Distribution::from(all)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "made-up times are positive and short"
)]
/// The time of the request with this index: mostly around a millisecond, with a slow share.
fn service(index: u32) -> u64 {
    // The fractional part of multiples of the golden ratio is spread evenly over 0 to 1.
    let even = (f64::from(index) * 0.618_033_988_75).fract();
    let time = 620.0 + 380.0 * (even / (1.000_2 - even)).powf(0.55);
    time.round() as u64
}

/// The wait before the request was sent: a stall of 180 ms in each tenth second.
fn lag(index: u32) -> u64 {
    let (second, within) = (index / RATE, index % RATE);
    if second % 10 == 4 && within < 180 {
        u64::from(180 - within) * 1_000
    } else {
        2 + u64::from(index % 13)
    }
}

pub(crate) fn operation(name: &str, answered: u32, conforming: u64) -> OperationResult {
    let all = 0..answered;
    OperationResult {
        name: name.into(),
        share: 1.0,
        answered: answered.into(),
        conforming,
        limited: 0,
        statuses: BTreeMap::from([(200, answered.into())]),
        errors: BTreeMap::new(),
        response: distribution(all.clone().map(|index| service(index) + lag(index))),
        answers: distribution(all.clone().map(|index| service(index) + lag(index))),
        service: distribution(all.clone().map(service)),
        lag: distribution(all.map(lag)),
    }
}

fn second(at: i32) -> SecondResult {
    let stalls = at > 0 && (at - 1) % 10 == 4;
    SecondResult {
        at_s: at.into(),
        answered: if at <= 0 {
            600
        } else {
            u64::from(RATE) - u64::from(at.unsigned_abs() % 3)
        },
        nonconforming: 0,
        errors: 0,
        p50_us: 1_000 + u64::from(at.unsigned_abs() % 7) * 9,
        p99_us: if stalls {
            171_000
        } else {
            5_200 + u64::from(at.unsigned_abs() % 5) * 210
        },
        lag_max_us: if stalls { 180_000 } else { 60 },
        generator_cpu: 0.05,
        ..SecondResult::default()
    }
}

/// Two seconds of warm-up and some of measurement.
pub(crate) fn series(seconds: i32) -> Vec<SecondResult> {
    (-1..=seconds).map(second).collect()
}

/// A load that conforms.
pub(crate) fn conforming() -> LoadResult {
    let answered = SECONDS * RATE;
    LoadResult {
        scenario: ScenarioId::new("lookup"),
        title: "Reads users that exist, whose aliases must come back unchanged".into(),
        requirements: vec![
            RequirementId::new("get.alias"),
            RequirementId::new("body.json"),
        ],
        arrivals: Arrivals::Open { rate: RATE.into() },
        connections: 64,
        protocol: Protocol::Http1,
        streams: 1,
        warm_up_s: 2.0,
        duration_s: SECONDS.into(),
        answered: answered.into(),
        conforming: answered.into(),
        judged: answered.into(),
        unstarted: 0,
        refused: 0,
        resent: 0,
        limited: 0,
        cut_off: 0,
        queue: 100_000,
        think_s: 0.0,
        thresholds: Vec::new(),
        stopped_by: None,
        search: None,
        rate: RATE.into(),
        operations: vec![operation("get", answered, answered.into())],
        mails: None,
        findings: Vec::new(),
        further_findings: 0,
        series: series(30),
        stages: Vec::new(),
        verdict: Verdict::Pass,
        generator_cpu_s: 1.42,
        effort: GeneratorEffort::default(),
        generator: GeneratorResult::default(),
        target: None,
    }
}

/// A load whose generator got too little of its processor.
pub(crate) fn starved() -> LoadResult {
    let mut load = conforming();
    load.generator = GeneratorResult {
        soundness: Soundness::Invalid,
        shortages: vec![ShortageResult {
            soundness: Soundness::Invalid,
            text: "assize got no processor for 4.1 % of the time".into(),
            remedy: "give it one of its own".into(),
        }],
        unsound: ["p95", "p99", "p99.9", "max"].map(Into::into).into(),
        threads: 1,
        cpu: 0.021,
        starved: 0.041,
        mean_stretch_us: 3_900,
        ..GeneratorResult::default()
    };
    load.target = Some(target_use(30));
    load
}

/// The same, which was asked whether it keeps limits: the median does, of p99 nobody can tell.
pub(crate) fn starved_and_asked() -> LoadResult {
    let mut load = starved();
    let threshold = |threshold: &str, (limit, figure): (f64, f64), kept| ThresholdResult {
        threshold: threshold.into(),
        unit: ThresholdUnit::Microseconds,
        limit,
        figure: Some(figure),
        samples: load.answered,
        kept,
        unsound: !kept,
        usual: false,
        stalled: BTreeMap::new(),
    };
    load.thresholds = vec![
        threshold("p50 < 5ms", (5_000.0, 1_016.0), true),
        threshold("p99 < 50ms", (50_000.0, 81_663.0), false),
        ThresholdResult {
            unit: ThresholdUnit::Share,
            limit: 0.99,
            figure: Some(1.0),
            usual: true,
            ..threshold("rate >= 99%", (0.0, 0.0), true)
        },
    ];
    load
}

/// A generator that kept up.
pub(crate) fn sound_generator() -> GeneratorResult {
    GeneratorResult {
        threads: 2,
        cpu: 0.118,
        starved: 0.002,
        mean_stretch_us: 1_400,
        own_lag_p50_us: 7,
        own_lag_p99_us: 62,
        process_cpu_s: 1.42,
        descriptors: 81,
        descriptor_limit: Some(1_048_576),
        ..GeneratorResult::default()
    }
}

/// What a watched target used in so many seconds.
pub(crate) fn target_use(seconds: i32) -> TargetUse {
    TargetUse {
        watched: "process 4711".into(),
        cpu_s: 12.5,
        cpu_us_per_answer: Some(416.7),
        gone_at_s: None,
        series: (-1..=seconds)
            .map(|at| TargetSecond {
                at_s: at.into(),
                processors: f64::from(8 + at.rem_euclid(5)) / 20.0,
                memory: Some((64 + u64::from(at.unsigned_abs() / 4)) << 20),
                threads: Some(5),
                descriptors: None,
            })
            .collect(),
    }
}

/// A load in which some answers do not conform and some never come.
pub(crate) fn failing(finding: Finding, example: ExchangeRecord) -> LoadResult {
    let mut load = conforming();
    let bad = 412;
    load.conforming -= bad;
    load.unstarted = 17;
    load.verdict = Verdict::Fail;
    load.mails = Some(MailResult {
        wait: distribution((0..600).map(|index| 2_400 + index * index)),
        missing: 2,
    });
    load.operations[0].conforming -= bad;
    load.operations[0].statuses = BTreeMap::from([(200, 29_988), (500, 12)]);
    load.operations[0].errors = BTreeMap::from([
        (TransferErrorKind::Timeout, 3),
        (TransferErrorKind::Closed, 1),
    ]);
    load.findings = vec![
        LoadFinding {
            operation: "get".into(),
            count: bad,
            finding: Some(finding),
            transfer: None,
            example: Some(example),
            verdict: Verdict::Fail,
        },
        LoadFinding {
            operation: "get".into(),
            count: 4,
            finding: None,
            transfer: Some(TransferErrorKind::Timeout),
            example: None,
            verdict: Verdict::Warn,
        },
    ];
    for second in load.series.iter_mut().filter(|second| second.at_s > 20.0) {
        second.nonconforming = 41;
        second.errors = u64::from(second.at_s > 26.0);
    }
    load
}

/// A load that conforms and misses a threshold: the last stage of a search that found nothing.
pub(crate) fn missing() -> LoadResult {
    let mut load = conforming();
    load.arrivals = Arrivals::Shaped {
        profile: "step 500..1000 by 500 every 15s".into(),
        poisson: true,
    };
    load.unstarted = 1_017;
    load.refused = 1_000;
    let threshold = |threshold: &str, unit, (limit, figure): (f64, f64), kept| ThresholdResult {
        threshold: threshold.into(),
        unit,
        limit,
        figure: Some(figure),
        samples: load.answered,
        kept,
        unsound: false,
        usual: false,
        stalled: BTreeMap::new(),
    };
    load.thresholds = vec![
        threshold(
            "get p99 < 5ms",
            ThresholdUnit::Microseconds,
            (5_000.0, 171_000.0),
            false,
        ),
        threshold(
            "errors < 0.1%",
            ThresholdUnit::Share,
            (0.001, 0.000_1),
            true,
        ),
        threshold(
            "rate >= 900/s",
            ThresholdUnit::PerSecond,
            (900.0, 1_000.0),
            true,
        ),
    ];
    load.stages = stages();
    load.stopped_by = Some("get p99 < 5ms".into());
    load.search = Some(fruitless_search());
    load
}

/// The stages of that load.
fn stages() -> Vec<StageResult> {
    let stage = |start_s, rate: u64, p99_us, unstarted| StageResult {
        start_s,
        duration_s: 15.0,
        from: f64::from(u32::try_from(rate).unwrap()),
        to: f64::from(u32::try_from(rate).unwrap()),
        every_s: 0.0,
        due: rate * 15,
        answered: rate * 14,
        p50_us: 1_020,
        p99_us,
        response: StoredTimes::default(),
        errors: 3,
        unstarted,
    };
    vec![
        stage(0.0, 500, 4_100, 0),
        stage(15.0, 1_000, 171_000, 1_017),
    ]
}

fn fruitless_search() -> SearchResult {
    let stage = |rate: f64, missed: &[&str]| SearchStage {
        rate,
        confirming: false,
        duration_s: 3.0,
        answered_rate: rate * 0.98,
        p50_us: 900,
        p99_us: 171_000,
        errors: 12,
        unstarted: 40,
        missed: missed.iter().map(|&one| one.to_owned()).collect(),
        unsound: false,
    };
    SearchResult::new(
        None,
        vec![
            stage(2_000.0, &["get p99 < 5ms", "rate >= 900/s"]),
            stage(1_000.0, &[]),
            SearchStage {
                confirming: true,
                ..stage(1_000.0, &["get p99 < 5ms"])
            },
        ],
    )
}
