//! Requests of OTLP, read by the official package of the protocol.

use serde_json::Value;
use std::io::Write;
use std::process::{Command, Stdio};

use crate::installed;

/// Prints each data point as a line of JSON; of a histogram also between which bounds its p99 lies.
const READER: &str = r#"
import json, math, sys
from google.protobuf import json_format
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AGGREGATION_TEMPORALITY_CUMULATIVE as CUMULATIVE
request = json_format.Parse(sys.stdin.read(), ExportMetricsServiceRequest())
texts = lambda attributes: {one.key: one.value.string_value for one in attributes}

def histogram(point):
    counts = point.positive.bucket_counts
    assert point.count == point.zero_count + sum(counts)
    base, rank = 2 ** 2 ** -point.scale, max(1, math.ceil(point.count * 0.99)) - point.zero_count
    low, high = 0, 0
    for index, count in enumerate(counts):
        if rank > 0:
            low, high = (base ** (point.positive.offset + index + more) for more in (0, 1))
        rank -= count
    return {"count": point.count, "sum": point.sum, "p99_low": low, "p99_high": high, "scale": point.scale}

for resource in request.resource_metrics:
    for metric in (metric for scope in resource.scope_metrics for metric in scope.metrics):
        kind = metric.WhichOneof("data")
        data = getattr(metric, kind)
        if kind == "sum":
            assert data.is_monotonic
        if kind != "gauge":
            assert data.aggregation_temporality == CUMULATIVE
        for point in data.data_points:
            assert 0 < point.start_time_unix_nano <= point.time_unix_nano
            told = {"metric": metric.name, "unit": metric.unit, "attributes": texts(point.attributes),
                    "resource": texts(resource.resource.attributes)}
            if kind == "exponential_histogram":
                told |= histogram(point)
            else:
                told["value"] = getattr(point, point.WhichOneof("value"))
            print(json.dumps(told))
"#;

/// The data points of a request. None, which is said, if the reader is not there.
pub(crate) fn decoded(request: &str) -> Option<Vec<Value>> {
    let python = installed::part("report-parts/python/bin/python3", "tests/report-parts.sh")?;
    let mut child = Command::new(python)
        .args(["-c", READER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(request.as_bytes()).unwrap();
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the reader refuses {request}");
    let lines = String::from_utf8(output.stdout).unwrap();
    Some(
        lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
    )
}
