//! The exchanges of a run as HTTP Archive 1.2, which browsers' tools open.

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::record::{BodyRecord, CaseResult, ExchangeRecord, Record, StepResult};

/// The exchanges that a record keeps, case by case. Each says in its comment which step of which case it is of, and
/// what requirements that case proves. An exchange is said to begin when its case had made those before it; waits
/// in between are not known.
///
/// # Errors
///
/// If a value cannot be written as JSON, or the run began at no time, which no record makes happen.
pub fn har(record: &Record) -> Result<String, serde_json::Error> {
    let began = OffsetDateTime::parse(&record.run.started, &Rfc3339);
    let began = began.unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let cases = record.cases.iter();
    // A rule sends nothing by itself: its exchanges are those of other cases.
    let cases = cases.filter(|case| case.duration_ms > 0.0);
    let entries: Vec<Value> = cases.flat_map(|case| entries(case, began)).collect();
    let archive = json!({
        "log": {
            "version": "1.2",
            "creator": {"name": "assize", "version": record.run.version},
            "comment": format!("{} against {}", record.run.id, record.run.target),
            "entries": entries,
        }
    });
    serde_json::to_string_pretty(&archive).map(|text| text + "\n")
}

fn entries(case: &CaseResult, began: OffsetDateTime) -> Vec<Value> {
    let mut at_ms = case.started_ms;
    let steps = case.steps.iter();
    let kept = steps.filter_map(|step| step.exchange.as_ref().map(|exchange| (step, exchange)));
    kept.map(|(step, exchange)| {
        let entry = entry(exchange, &comment(case, step), &moment(began, at_ms));
        at_ms += exchange.elapsed_ms;
        entry
    })
    .collect()
}

fn comment(case: &CaseResult, step: &StepResult) -> String {
    let requirements: Vec<&str> = case
        .requirements
        .iter()
        .map(crate::model::RequirementId::as_str)
        .collect();
    format!("{}, {} ({})", case.id, step.name, requirements.join(", "))
}

fn moment(began: OffsetDateTime, after_ms: f64) -> String {
    let at = began + time::Duration::seconds_f64(after_ms / 1e3);
    at.format(&Rfc3339).unwrap_or_default()
}

fn entry(exchange: &ExchangeRecord, comment: &str, started: &str) -> Value {
    let version = if exchange.manner.iter().any(|one| one == "http-1.0") {
        "HTTP/1.0"
    } else {
        "HTTP/1.1"
    };
    json!({
        "startedDateTime": started,
        "time": exchange.elapsed_ms,
        "request": request(exchange, version),
        "response": response(exchange, version),
        "cache": {},
        "timings": {"send": 0, "wait": exchange.elapsed_ms, "receive": 0},
        "comment": comment,
    })
}

fn request(exchange: &ExchangeRecord, version: &str) -> Value {
    let query = exchange.url.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs: Vec<Value> = pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            json!({"name": name, "value": value})
        })
        .collect();
    let mut request = json!({
        "method": exchange.method,
        "url": exchange.url,
        "httpVersion": version,
        "cookies": [],
        "headers": headers(&exchange.request_headers),
        "queryString": pairs,
        "headersSize": -1,
        "bodySize": size(exchange.request_body.as_ref()),
    });
    if let Some(body) = &exchange.request_body {
        let kind = media_type(&exchange.request_headers);
        request["postData"] = json!({"mimeType": kind, "params": [], "text": body.text});
    }
    request
}

fn response(exchange: &ExchangeRecord, version: &str) -> Value {
    let body = exchange.response_body.as_ref();
    let mut response = json!({
        // 0 is what the archives of browsers say where no answer came.
        "status": exchange.status.unwrap_or(0),
        "statusText": "",
        "httpVersion": version,
        "cookies": [],
        "headers": headers(&exchange.response_headers),
        "content": {
            "size": size(body),
            "mimeType": media_type(&exchange.response_headers),
            "text": body.map_or("", |body| body.text.as_str()),
        },
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": size(body),
    });
    if let Some(error) = &exchange.error {
        response["comment"] = json!(error);
    }
    response
}

fn headers(headers: &[(String, String)]) -> Vec<Value> {
    let headers = headers.iter();
    headers
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect()
}

fn media_type(headers: &[(String, String)]) -> &str {
    let mut headers = headers.iter();
    let found = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    found.map_or("", |(_, value)| value)
}

fn size(body: Option<&BodyRecord>) -> usize {
    body.map_or(0, |body| body.length)
}
