//! The canonical transcript of a run: what came in each step of each case, part by part.

use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::answer_part::AnswerPart;
use super::canonical_value::CanonicalValue;
use crate::model::{CaseId, Finding, MASK};
use crate::record::{CaseResult, ExchangeRecord, Record, StepResult};

/// A JSON body that cannot be read, since a secret happened to stand in the midst of a number.
pub(super) const MASKED: &str = "masked JSON";

/// The canonical transcript of a run.
pub(super) struct Transcript<'a> {
    pub(super) record: &'a Record,
    pub(super) cases: BTreeMap<&'a CaseId, Vec<TranscriptStep<'a>>>,
}

/// A step of a case.
pub(super) struct TranscriptStep<'a> {
    pub(super) case: &'a CaseResult,
    pub(super) step: &'a StepResult,
    /// What tells it from other steps of the case.
    pub(super) key: (&'a str, Option<&'a str>, bool),
    /// Its answer; none if its exchange is not kept, or it has none.
    pub(super) answer: Option<CanonicalAnswer>,
    /// What the rules for every answer found in its exchanges.
    pub(super) broken_rules: Vec<&'a Finding>,
}

/// What came, part by part.
pub(super) struct CanonicalAnswer {
    /// Method and path without what was made by the server.
    pub(super) route: String,
    pub(super) status: Option<u16>,
    /// What kind of thing the body is.
    pub(super) body: &'static str,
    pub(super) parts: BTreeMap<AnswerPart, CanonicalValue>,
}

impl<'a> Transcript<'a> {
    pub(super) fn of(record: &'a Record) -> Self {
        let base = record.run.target.as_str();
        let rules = rule_findings(record);
        let steps = |case: &'a CaseResult| {
            let each = case.steps.iter().map(|step| TranscriptStep {
                case,
                step,
                key: (
                    step.name.as_str(),
                    step.variation.as_deref(),
                    step.phase == crate::record::Phase::Fixture,
                ),
                answer: (step.exchange.as_ref()).map(|one| CanonicalAnswer::of(one, base)),
                broken_rules: (step.exchanges.iter())
                    .flat_map(|number| rules.get(number).into_iter().flatten().copied())
                    .collect(),
            });
            each.collect()
        };
        let cases = record.cases.iter();
        Self {
            record,
            cases: cases.map(|case| (&case.id, steps(case))).collect(),
        }
    }
}

impl TranscriptStep<'_> {
    /// Whether several requests were sent in it, so that which answer is kept may be chance.
    pub(super) const fn is_crowd(&self) -> bool {
        self.step.exchanges.len() > 1
    }
}

/// What the rules for every answer found, by the exchange in which they did.
fn rule_findings(record: &Record) -> HashMap<u64, Vec<&Finding>> {
    let mut found: HashMap<u64, Vec<&Finding>> = HashMap::new();
    let rules = record.cases.iter().filter(|case| is_rule(case));
    for step in rules.flat_map(|case| &case.steps) {
        for number in &step.exchanges {
            found.entry(*number).or_default().extend(&step.findings);
        }
    }
    found
}

/// Whether a case is a rule for every answer: it sends nothing by itself, and so takes no time. Its steps are kinds
/// of exchanges that other cases made.
pub(super) fn is_rule(case: &CaseResult) -> bool {
    case.duration_ms <= 0.0
}

impl CanonicalAnswer {
    /// What came in an exchange with a target at `base`.
    pub(super) fn of(exchange: &ExchangeRecord, base: &str) -> Self {
        let path = exchange.url.strip_prefix(base).unwrap_or(&exchange.url);
        let sent = sent_words(exchange, path);
        let host = host(base);
        let mut parts = BTreeMap::new();
        let mut times: HashMap<String, usize> = HashMap::new();
        for (name, value) in &exchange.response_headers {
            let name = name.to_ascii_lowercase();
            let seen = times.entry(name.clone()).or_default();
            *seen += 1;
            let at = format!("answer header {name}");
            let part = match *seen {
                1 => name,
                number => format!("{name}, no. {number}"),
            };
            let value = masked(exchange, &at, value)
                .unwrap_or_else(|| CanonicalValue::text(value, &sent, host));
            parts.insert(AnswerPart::Header(part), value);
        }
        let text = exchange
            .response_body
            .as_ref()
            .map_or("", |body| &body.text);
        let body = match serde_json::from_str::<Value>(text) {
            Ok(value) => {
                let mut path = String::new();
                members(exchange, &value, (&mut path, &sent, host), &mut parts);
                kind_of(&value)
            }
            Err(_) if text.trim().is_empty() => "nothing",
            Err(_) if text.contains(MASK) && text.trim_start().starts_with(['{', '[']) => MASKED,
            Err(_) => {
                let value = masked(exchange, "answer body", text)
                    .unwrap_or_else(|| CanonicalValue::text(text, &sent, host));
                parts.insert(AnswerPart::Member(String::new()), value);
                if text.trim_start().starts_with('<') {
                    "markup"
                } else {
                    "text"
                }
            }
        };
        Self {
            route: format!("{} {}", exchange.method, route(path)),
            status: exchange.status,
            body,
            parts,
        }
    }
}

/// The value that stands for a masked one.
fn masked(exchange: &ExchangeRecord, at: &str, shown: &str) -> Option<CanonicalValue> {
    if !shown.contains(MASK) {
        return None;
    }
    let mark = exchange.secrets.iter().find(|mark| mark.at == at);
    Some(mark.map_or_else(CanonicalValue::hidden, |mark| {
        CanonicalValue::secret(&mark.mark, &mark.form)
    }))
}

fn members(
    exchange: &ExchangeRecord,
    value: &Value,
    (path, sent, host): (&mut String, &HashSet<String>, &str),
    parts: &mut BTreeMap<AnswerPart, CanonicalValue>,
) {
    let length = path.len();
    let within: Vec<(String, &Value)> = match value {
        Value::Object(members) if !members.is_empty() => {
            let escaped = |name: &String| name.replace('~', "~0").replace('/', "~1");
            let members = members.iter();
            members.map(|(name, one)| (escaped(name), one)).collect()
        }
        Value::Array(items) if !items.is_empty() => {
            let items = items.iter().enumerate();
            items.map(|(index, one)| (index.to_string(), one)).collect()
        }
        Value::String(text) => {
            let value = masked(exchange, &format!("answer body {path}"), text)
                .unwrap_or_else(|| CanonicalValue::text(text, sent, host));
            parts.insert(AnswerPart::Member(path.clone()), value);
            return;
        }
        plain => {
            let value = CanonicalValue::plain(plain);
            parts.insert(AnswerPart::Member(path.clone()), value);
            return;
        }
    };
    for (name, member) in within {
        path.push('/');
        path.push_str(&name);
        members(exchange, member, (path, sent, host), parts);
        path.truncate(length);
    }
}

const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "a JSON object",
        Value::Array(_) => "a JSON list",
        _ => "a JSON scalar",
    }
}

/// The words that a request says of its own: parts of its path, and the texts of its body.
fn sent_words(exchange: &ExchangeRecord, path: &str) -> HashSet<String> {
    let mut words: HashSet<String> = path
        .split(['/', '?', '&', '='])
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let body = exchange.request_body.as_ref().map_or("", |body| &body.text);
    if let Ok(Value::Object(members)) = serde_json::from_str(body) {
        let texts = members.values().filter_map(Value::as_str);
        words.extend(texts.map(str::to_owned));
    }
    words
}

fn host(base: &str) -> &str {
    let rest = base.split_once("://").map_or(base, |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}

/// The path to its first part, with as many `…` as it has parts behind it.
fn route(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let mut parts = path.split('/').skip(1);
    let first = parts.next().unwrap_or_default();
    format!("/{first}{}", "/…".repeat(parts.count().min(1)))
}
