//! The messages of OTLP in their JSON encoding (opentelemetry-proto 1.x, `metrics.proto`): names in lowerCamelCase,
//! 64-bit numbers as strings, enumerations as numbers.

use serde::{Serialize, Serializer};
use std::fmt::Display;

/// The sums since the beginning (`AGGREGATION_TEMPORALITY_CUMULATIVE`).
const CUMULATIVE: u8 = 2;

/// Metrics of one run.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MetricsRequest<'a> {
    pub(super) resource_metrics: [ResourceMetrics<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResourceMetrics<'a> {
    pub(super) resource: Resource<'a>,
    pub(super) scope_metrics: [ScopeMetrics<'a>; 1],
}

#[derive(Serialize)]
pub(super) struct Resource<'a> {
    pub(super) attributes: Vec<Attribute<'a>>,
}

#[derive(Serialize)]
pub(super) struct ScopeMetrics<'a> {
    pub(super) scope: InstrumentationScope<'a>,
    pub(super) metrics: Vec<Metric<'a>>,
}

#[derive(Serialize)]
pub(super) struct InstrumentationScope<'a> {
    pub(super) name: &'a str,
    pub(super) version: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attribute<'a> {
    key: &'a str,
    value: AttributeValue<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AttributeValue<'a> {
    string_value: &'a str,
}

impl<'a> From<(&'a str, &'a str)> for Attribute<'a> {
    fn from((key, text): (&'a str, &'a str)) -> Self {
        let value = AttributeValue { string_value: text };
        Self { key, value }
    }
}

/// One metric, which has exactly one kind of data.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metric<'a> {
    name: &'a str,
    unit: &'a str,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sum: Option<Sum<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gauge: Option<Gauge<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exponential_histogram: Option<Histograms<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sum<'a> {
    data_points: Vec<DataPoint<'a, Number>>,
    aggregation_temporality: u8,
    is_monotonic: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Gauge<'a> {
    data_points: [DataPoint<'a, Number>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Histograms<'a> {
    data_points: Vec<DataPoint<'a, Exponential>>,
    aggregation_temporality: u8,
}

/// What was counted over a while; both ends in nanoseconds since 1970.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DataPoint<'a, T> {
    pub(super) attributes: Vec<Attribute<'a>>,
    #[serde(serialize_with = "as_text")]
    pub(super) start_time_unix_nano: u64,
    #[serde(serialize_with = "as_text")]
    pub(super) time_unix_nano: u64,
    #[serde(flatten)]
    pub(super) value: T,
}

/// The value of a counter or a gauge.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Number {
    #[serde(serialize_with = "as_text")]
    AsInt(u64),
    AsDouble(f64),
}

/// An exponential histogram of times in seconds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Exponential {
    #[serde(serialize_with = "as_text")]
    pub(super) count: u64,
    pub(super) sum: f64,
    pub(super) scale: i32,
    #[serde(serialize_with = "as_text")]
    pub(super) zero_count: u64,
    pub(super) positive: Buckets,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) min: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max: Option<f64>,
}

/// Counts from the bucket with the index `offset` on.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Buckets {
    pub(super) offset: i32,
    #[serde(serialize_with = "all_as_text")]
    pub(super) bucket_counts: Vec<u64>,
}

impl<'a> Metric<'a> {
    const fn empty((name, unit, description): (&'a str, &'a str, &'a str)) -> Self {
        Self {
            name,
            unit,
            description,
            sum: None,
            gauge: None,
            exponential_histogram: None,
        }
    }

    /// A count that only grows; name, unit and description.
    pub(super) fn counter(
        about: (&'a str, &'a str, &'a str),
        points: Vec<DataPoint<'a, Number>>,
    ) -> Self {
        Self {
            sum: Some(Sum {
                data_points: points,
                aggregation_temporality: CUMULATIVE,
                is_monotonic: true,
            }),
            ..Self::empty(about)
        }
    }

    /// A figure of this moment.
    pub(super) fn gauge(about: (&'a str, &'a str, &'a str), point: DataPoint<'a, Number>) -> Self {
        Self {
            gauge: Some(Gauge {
                data_points: [point],
            }),
            ..Self::empty(about)
        }
    }

    /// Distributions of times in seconds; name and description.
    pub(super) fn times(
        (name, description): (&'a str, &'a str),
        points: Vec<DataPoint<'a, Exponential>>,
    ) -> Self {
        Self {
            exponential_histogram: Some(Histograms {
                data_points: points,
                aggregation_temporality: CUMULATIVE,
            }),
            ..Self::empty((name, "s", description))
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the form that serde calls"
)]
fn as_text<S: Serializer>(number: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}

fn all_as_text<S: Serializer>(numbers: &[u64], serializer: S) -> Result<S::Ok, S::Error> {
    /// A number that is written as a string.
    struct Text<'a>(&'a dyn Display);

    impl Serialize for Text<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self.0)
        }
    }
    serializer.collect_seq(numbers.iter().map(|number| Text(number)))
}
