//! A suite file as it was written. Says nothing about whether it makes sense.
//!
//! These types are also the source of `schemas/suite.schema.json`: their comments are what an editor
//! shows, so they speak to the author of a suite.

use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

use super::matcher::{HeaderMatcher, JsonMatcher, TextRules};
use super::one_or_many::OneOrMany;
use super::placed::Placed;
use super::rule_document::RuleDocument;
use super::status::StatusDocument;
use super::table::TableDocument;
use super::vary::{VaryDocument, WhenDocument};
use crate::model::Level;
use crate::users_api::{Need, SessionMember};

/// A suite: cases that judge an API, and scenarios that put it under load.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SuiteDocument {
    /// The name of the suite, unique among the suites of a run.
    pub suite: Placed<String>,
    /// What the suite is about, in a line.
    pub title: String,
    /// How the requests of its cases are sent, where a step says nothing of that.
    #[serde(default)]
    pub manners: Manners,
    /// The conformance cases.
    #[serde(default)]
    pub cases: Vec<CaseDocument>,
    /// Rules that hold for every answer of a run.
    #[serde(default)]
    pub always: Vec<RuleDocument>,
    /// The load scenarios.
    #[serde(default)]
    pub scenarios: Vec<ScenarioDocument>,
}

/// How requests are sent of which a step does not say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Manners {
    /// As they are written: each alike, on a connection of its own.
    #[default]
    AsWritten,
    /// In manners that the run draws: for an API that owes the same to every client.
    Drawn,
}

/// A case: steps in order, each in users of the case's own.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CaseDocument {
    /// The stable id, unique over all suites.
    pub id: Placed<String>,
    /// What the case shows, as a sentence without a full stop.
    pub title: String,
    /// The requirements that the case proves.
    pub proves: OneOrMany<String>,
    /// A table: the case is run once for each of its rows, with the row's values as `${row.name}`. Each
    /// has an id and a title of its own.
    #[serde(default)]
    pub each: Option<Placed<TableDocument>>,
    /// The level of the case's expectations. The level of their requirement if left out.
    #[serde(default)]
    pub level: Option<Level>,
    /// Words to select cases by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// What the case needs before its first step.
    #[serde(default)]
    pub needs: OneOrMany<Need>,
    /// How all requests of the case are sent, as far as a target takes it: conditions such as `[http-1.0, browser]`.
    /// One that a target may refuse is left out where it does.
    #[serde(default)]
    pub wears: OneOrMany<String>,
    /// Runs the case by itself, after all others: for what would show only by chance, or would get in
    /// the way, beside other cases.
    #[serde(default)]
    pub alone: bool,
    /// Steps that bring the target into the state the case is about. One that does not come out as
    /// expected leaves the case unjudged; it does not fail the target.
    #[serde(default)]
    pub given: Vec<StepDocument>,
    /// The steps that are judged.
    pub steps: Vec<StepDocument>,
}

/// A load scenario: steps that one virtual user goes through, again and again.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ScenarioDocument {
    /// The stable id, unique over all suites.
    pub id: Placed<String>,
    /// What the scenario does, as a sentence without a full stop.
    pub title: String,
    /// The requirements that the scenario's expectations prove.
    #[serde(default)]
    pub proves: OneOrMany<String>,
    /// What the scenario needs before the clock starts.
    #[serde(default)]
    pub needs: OneOrMany<Need>,
    /// What a load of the scenario must keep, such as `p99 < 50ms`, `errors < 0.1%`, `rate >= 99%`, or
    /// of one step alone `STEP p99.9 < 200ms`.
    #[serde(default)]
    pub slo: OneOrMany<String>,
    /// The steps of one iteration. Each is an operation with statistics of its own.
    pub steps: Vec<StepDocument>,
}

/// One step: a request with what must come back, a wait for a mailed code, or a look at the run.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StepDocument {
    /// The name of the step, shown in reports.
    pub name: Placed<String>,
    /// The request to send.
    #[serde(default)]
    pub request: Option<RequestDocument>,
    /// A mailed code to wait for.
    #[serde(default)]
    pub mail: Option<MailDocument>,
    /// Requests to send at the same moment, each with what must come back.
    #[serde(default)]
    pub together: Vec<TogetherDocument>,
    /// Under `together`: what at least one of the answers must be.
    #[serde(default)]
    pub some: OneOrMany<ExpectDocument>,
    /// What must differ between all sessions that were opened in the run so far.
    #[serde(default)]
    pub distinct: OneOrMany<SessionMember>,
    /// What must come back.
    #[serde(default)]
    pub expect: OneOrMany<ExpectDocument>,
    /// What to keep of the answer, by name: `task: /id` keeps a JSON value by its pointer; also
    /// `header NAME` or `status`.
    #[serde(default)]
    pub capture: BTreeMap<String, Placed<CaptureDocument>>,
    /// What to note of the answer about a question that the document leaves open, by question:
    /// `status`, `header NAME` or a JSON Pointer.
    #[serde(default)]
    pub observe: BTreeMap<String, String>,
    /// The document leaves open whether a target grants this. One that refuses it with a 4xx is not blamed: under
    /// `given` the case does not apply to it; under `steps` the case goes on, and what rests on it is left out by
    /// `when`. A mail that does not come ends the case without blame.
    #[serde(default)]
    pub optional: bool,
    /// Two texts, such as `['${row.of}', '${known.id}']`: where they are equal the case does not apply, and
    /// nothing is sent.
    #[serde(default)]
    pub unless_equal: Option<[Placed<String>; 2]>,
    /// Repeats the request until everything expected comes, for at most this long, such as `5s`.
    #[serde(default)]
    pub eventually: Option<Placed<String>>,
    /// Sends the request once for each way to vary one value in it.
    #[serde(default)]
    pub vary: Option<VaryDocument>,
    /// Leaves the step out unless an earlier answer had one of these statuses, and each of several its own; also where
    /// there was none, because its step was left out.
    #[serde(default)]
    pub when: OneOrMany<WhenDocument>,
    /// Waits this long before the request is sent, such as `1s`.
    #[serde(default)]
    pub delay: Option<Placed<String>>,
}

/// A request that is sent at the same moment as others.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TogetherDocument {
    /// The request to send.
    pub request: RequestDocument,
    /// How many of it. `#` at the end of a name, as in `${email.#}`, stands for the number of each, from 1; then no
    /// more are sent than `--burst` allows.
    #[serde(default = "first")]
    pub times: usize,
    /// What must come back, each time.
    #[serde(default)]
    pub expect: OneOrMany<ExpectDocument>,
    /// What to keep of each answer, by names that end in `.#`: `task.#: /id` keeps `${task.1}` and so on.
    #[serde(default)]
    pub capture: BTreeMap<String, Placed<CaptureDocument>>,
}

/// A request.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RequestDocument {
    /// The method, such as `POST`.
    pub method: String,
    /// What follows the base URL, beginning with `/`. Placeholders in it are percent-encoded.
    pub path: Placed<String>,
    /// The headers to send besides those every client sends. A list sends a header more than once.
    #[serde(default)]
    pub headers: BTreeMap<String, OneOrMany<String>>,
    /// A JSON body. Declares its media type unless `headers` does.
    #[serde(default)]
    pub json: Option<Placed<serde_json::Value>>,
    /// A body of text, sent as it is, with the media type of JSON unless `headers` names another.
    #[serde(default)]
    pub text: Option<Placed<String>>,
    /// A body of bytes, written in base64, with the media type of JSON unless `headers` names another.
    #[serde(default)]
    pub base64: Option<Placed<String>>,
    /// How to send it, such as `[http-1.0, browser]`, or `plain`; what is not said is the run's choice.
    #[serde(default)]
    pub manner: OneOrMany<String>,
}

/// A mailed code to wait for.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MailDocument {
    /// The recipient, usually `${email}`.
    pub to: Placed<String>,
    /// Which mail to that recipient: 1 for the first.
    #[serde(default = "first")]
    pub number: usize,
    /// How many recipients, where `#` at the end of a name stands for the number of each.
    #[serde(default = "first")]
    pub times: usize,
    /// The name to keep the code under.
    pub capture: Placed<String>,
    /// The requirements that fail if no code comes. Those of the whole case or scenario if left out.
    #[serde(default)]
    pub proves: OneOrMany<String>,
}

const fn first() -> usize {
    1
}

/// What must come back. Everything named must hold.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ExpectDocument {
    /// Which of the case's requirements these expectations prove. All of them if left out.
    #[serde(default)]
    pub proves: OneOrMany<String>,
    /// The level of these expectations. That of the case if left out.
    #[serde(default)]
    pub level: Option<Level>,
    /// The statuses that these expectations speak of: answers with another one are not judged by
    /// them. All if left out.
    #[serde(default)]
    pub on: Option<OneOrMany<StatusDocument>>,
    /// The statuses allowed: `404`, `[200, 202]`, `4xx`, or what a row says: `${row.status}`.
    #[serde(default)]
    pub status: Option<OneOrMany<StatusDocument>>,
    /// The name of the JSON Schema that the body must satisfy.
    #[serde(default)]
    pub schema: Option<Placed<String>>,
    /// Values in the body by JSON Pointer: `/message: acknowledged`, `/roles: [a, b]`, or a mapping of
    /// tests: `/count: {"<": 10}`.
    #[serde(default)]
    pub json: BTreeMap<String, Placed<JsonMatcher>>,
    /// Headers by name: `x-error: present`, `absent`, or a matcher.
    #[serde(default)]
    pub headers: BTreeMap<String, Placed<HeaderMatcher>>,
    /// What must stand anywhere in the body, whatever it is, and what must not.
    #[serde(default)]
    pub text: Option<Placed<TextRules>>,
    /// The status of an earlier answer, as captured: `${first}`. This one must be of the same class: both accepted,
    /// or both refused.
    #[serde(default)]
    pub same_status_class: Option<Placed<String>>,
    /// What the body must be.
    #[serde(default)]
    pub body: Option<Placed<BodyKind>>,
    /// How long the answer may take, such as `2s`.
    #[serde(default)]
    pub within: Option<Placed<String>>,
}

/// What a body must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BodyKind {
    /// No body at all.
    Absent,
    /// One JSON object and nothing else, declared as JSON by the content type.
    JsonObject,
}

/// What is kept of an answer.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(from = "CaptureText")]
#[schemars(with = "CaptureText")]
pub struct CaptureDocument {
    /// Where the value stands.
    pub from: CaptureOrigin,
    /// Whether it is masked wherever it turns up.
    pub secret: bool,
}

/// Where a captured value stands.
#[derive(Clone, Debug)]
pub enum CaptureOrigin {
    /// In the body, by JSON Pointer.
    Pointer(String),
    /// In a header, by name.
    Header(String),
    /// The status itself.
    Status,
}

/// A JSON Pointer such as `/id`, `header NAME`, or `status`; alone, or with what else is known of it.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields)]
enum CaptureText {
    /// Where the value stands.
    Place(String),
    /// The same, and whether the value is a secret.
    Described {
        /// Where the value stands.
        from: String,
        /// Whether it is masked in everything that is shown or written.
        #[serde(default)]
        secret: bool,
    },
}

impl From<CaptureText> for CaptureDocument {
    fn from(text: CaptureText) -> Self {
        let (place, secret) = match text {
            CaptureText::Place(place) => (place, false),
            CaptureText::Described { from, secret } => (from, secret),
        };
        let from = match place.strip_prefix("header ") {
            Some(name) => CaptureOrigin::Header(name.trim().to_owned()),
            None if place == "status" => CaptureOrigin::Status,
            None => CaptureOrigin::Pointer(place),
        };
        Self { from, secret }
    }
}
