//! A run while it is under way, as a request of the OpenTelemetry protocol (`ExportMetricsServiceRequest`).
//!
//! All counts are cumulative, so that a request that is lost costs points of a curve and no sum.

mod exponential;
mod message;

use std::borrow::Cow;
use std::collections::BTreeMap;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::live::LiveView;
use super::live_load::{LiveLoad, LiveOperation};
use crate::load::{Tally, Times};
use crate::record::SecondResult;
use crate::record::quantity::{float, whole};
use exponential::histogram;
use message::{
    Attribute, DataPoint, InstrumentationScope, Metric, MetricsRequest, Number, Resource,
    ResourceMetrics, ScopeMetrics,
};

/// The instrumentation scope, and the service.
const NAME: &str = "assize";

/// Whose metrics they are, besides the run: attributes by name, such as those of `OTEL_RESOURCE_ATTRIBUTES`, which
/// go before those that are known of the run.
pub type ResourceAttributes = BTreeMap<String, String>;

/// The metrics of a run so far, at a time in nanoseconds since 1970. Counts of a load begin with its measurement, so
/// that the warm-up is in none. Empty if they cannot be written, which no content makes happen.
#[must_use]
pub fn otlp(view: &LiveView, more: &ResourceAttributes, now: u64) -> String {
    let began = OffsetDateTime::parse(&view.run.started, &Rfc3339).ok();
    let began = began.and_then(|began| u64::try_from(began.unix_timestamp_nanos()).ok());
    let whole_run = Counting {
        began: began.unwrap_or(now).min(now),
        now,
    };
    let verdicts: Vec<(String, u64)> = (view.verdicts.iter())
        .map(|(verdict, count)| (verdict.to_string(), *count))
        .collect();
    let mut metrics = of_cases(view, &verdicts, whole_run);
    if let Some(load) = &view.load {
        let measurement = Counting {
            began: whole(load.measured_from * 1e9).min(now),
            now,
        };
        metrics.extend(of_load(load, measurement));
    }
    let known = known(view);
    let request = MetricsRequest {
        resource_metrics: [ResourceMetrics {
            resource: Resource {
                attributes: resource(&known, more),
            },
            scope_metrics: [ScopeMetrics {
                scope: InstrumentationScope {
                    name: NAME,
                    version: &view.run.version,
                },
                metrics,
            }],
        }],
    };
    serde_json::to_string(&request).unwrap_or_default()
}

/// What is known of the run.
fn known(view: &LiveView) -> BTreeMap<&'static str, String> {
    let run = &view.run;
    let worker = run.plan.as_ref().and_then(|plan| plan.shares.first());
    let known = [
        ("service.name", Some(NAME.to_owned())),
        ("service.version", Some(run.version.clone())),
        ("service.instance.id", Some(run.id.to_string())),
        ("assize.run", Some(run.id.to_string())),
        ("assize.verb", Some(run.verb.clone())),
        ("assize.target", Some(run.target.clone())),
        ("assize.worker", worker.map(ToString::to_string)),
    ];
    let told = known.into_iter();
    told.filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

fn resource<'a>(
    known: &'a BTreeMap<&'static str, String>,
    more: &'a ResourceAttributes,
) -> Vec<Attribute<'a>> {
    let known = known.iter().map(|(name, value)| (*name, value.as_str()));
    let more = more
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let all: BTreeMap<&str, &str> = known.chain(more).collect();
    all.into_iter().map(Attribute::from).collect()
}

/// A time over which something was counted, in nanoseconds since 1970.
#[derive(Clone, Copy)]
struct Counting {
    began: u64,
    now: u64,
}

impl Counting {
    /// A data point with these attributes.
    fn point<'a, T>(
        self,
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
        value: T,
    ) -> DataPoint<'a, T> {
        DataPoint {
            attributes: pairs.into_iter().map(Attribute::from).collect(),
            start_time_unix_nano: self.began,
            time_unix_nano: self.now,
            value,
        }
    }
}

fn of_cases<'a>(
    view: &'a LiveView,
    verdicts: &'a [(String, u64)],
    span: Counting,
) -> Vec<Metric<'a>> {
    let verdicts = verdicts.iter().map(|(verdict, count)| {
        span.point(
            [("assize.verdict", verdict.as_str())],
            Number::AsInt(*count),
        )
    });
    let findings = view.findings.iter().map(|(id, count)| {
        span.point([("assize.requirement", id.as_str())], Number::AsInt(*count))
    });
    let all = [
        (
            ("assize.cases", "{case}", "Cases that ended, by verdict"),
            verdicts.collect::<Vec<_>>(),
        ),
        (
            (
                "assize.findings",
                "{finding}",
                "Unmet expectations, by requirement; those of a load once it has ended",
            ),
            findings.collect(),
        ),
    ];
    let some = all.into_iter().filter(|(_, points)| !points.is_empty());
    some.map(|(about, points)| Metric::counter(about, points))
        .collect()
}

/// Which times of an operation a metric has.
type ChosenTimes = fn(&Tally) -> Cow<'_, Times>;

/// The metrics that have a distribution for each operation.
const OF_OPERATIONS: [(&str, &str, ChosenTimes); 3] = [
    (
        "assize.response.duration",
        "From the moment a request was due to the end of its answer; without one, as long as it lasted",
        Tally::response,
    ),
    (
        "assize.service.duration",
        "From the sending of a request to the end of its answer",
        |tally| Cow::Borrowed(&tally.service),
    ),
    (
        "assize.lag.duration",
        "From the moment a request was due to its sending",
        |tally| Cow::Borrowed(&tally.lag),
    ),
];

fn of_load(load: &LiveLoad, span: Counting) -> Vec<Metric<'_>> {
    let Some(last) = load.last().filter(|_| !load.operations.is_empty()) else {
        return Vec::new();
    };
    let of_scenario = [("assize.scenario", load.outline.scenario.as_str())];
    let requests = load.operations.iter();
    let requests = requests.flat_map(|operation| outcomes(operation, of_scenario, span));
    let about = "Requests of the load, by outcome; unfinished are those that never started, or were cut off";
    let requests = Metric::counter(("assize.requests", "{request}", about), requests.collect());
    let times = OF_OPERATIONS.into_iter().map(|(name, about, times)| {
        let operations = load.operations.iter();
        let points = operations.map(|operation| {
            let pairs = of_scenario.into_iter();
            let pairs = pairs.chain([("assize.operation", operation.name.as_str())]);
            span.point(pairs, histogram(&times(&operation.tally)))
        });
        Metric::times((name, about), points.collect())
    });
    let own_lag = span.point(of_scenario, histogram(&load.efforts.lag));
    let about = "How late iterations began for no fault of the target";
    let own_lag = Metric::times(("assize.own_lag.duration", about), vec![own_lag]);
    let mut metrics = vec![requests, own_lag];
    metrics.extend(times);
    metrics.extend(
        gauges(load, last)
            .map(|(about, number)| Metric::gauge(about, span.point(of_scenario, number))),
    );
    metrics
}

fn outcomes<'a>(
    operation: &'a LiveOperation,
    of_scenario: [(&'static str, &'a str); 1],
    span: Counting,
) -> [DataPoint<'a, Number>; 5] {
    let tally = &operation.tally;
    [
        ("conforming", tally.conforming),
        ("nonconforming", tally.nonconforming()),
        ("limited", tally.limited),
        ("unanswered", tally.failed()),
        ("unfinished", tally.unfinished()),
    ]
    .map(|(outcome, count)| {
        let pairs = [
            ("assize.operation", operation.name.as_str()),
            ("assize.outcome", outcome),
        ];
        span.point(of_scenario.into_iter().chain(pairs), Number::AsInt(count))
    })
}

/// Name, unit and description of a metric.
type Described = (&'static str, &'static str, &'static str);

/// How the generator does: as a whole, and in the last second.
fn gauges(load: &LiveLoad, last: &SecondResult) -> [(Described, Number); 4] {
    [
        (
            (
                "assize.soundness",
                "1",
                "Whether the figures tell of the target: 0 if they do, 1 with care, 2 if some tell of assize",
            ),
            Number::AsInt(load.soundness().grade().into()),
        ),
        (
            (
                "assize.generator.cpu",
                "1",
                "How long of the last second the busiest thread of assize ran",
            ),
            Number::AsDouble(last.generator_cpu),
        ),
        (
            (
                "assize.generator.starved",
                "1",
                "How long of the last second threads of assize had no processor",
            ),
            Number::AsDouble(last.generator_starved),
        ),
        (
            (
                "assize.iterations.queued",
                "{iteration}",
                "Iterations that were due and not begun at the end of the last second",
            ),
            Number::AsDouble(float(last.queued)),
        ),
    ]
}
